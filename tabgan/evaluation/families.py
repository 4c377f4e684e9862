"""The families of scores by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tabgan.evaluation import coverage, dependence, detection, marginals, privacy, utility
from tabgan.evaluation.scores import Kind, Measured
from tabgan.evaluation.tables import Tables


class Family(NamedTuple):
    """A family: what it asks, its scores by name, and what measures them for one contestant."""

    question: str
    kinds: dict[str, Kind]
    measure: Callable[[Tables, str, int], dict[str, Measured]]


FAMILIES = {
    "marginals": Family("Is each column right?", marginals.KINDS, marginals.measure),
    "dependence": Family("Do columns go together as they should?", dependence.KINDS, dependence.measure),
    "detection": Family("Can a classifier tell the rows from real ones?", detection.KINDS, detection.measure),
    "coverage": Family("Are the rows realistic, and do they show all that there is?", coverage.KINDS, coverage.measure),
    "utility": Family("Does a model learn as much from them?", utility.KINDS, utility.measure),
    "privacy": Family("Are they too near to the rows that were learned?", privacy.KINDS, privacy.measure),
}
