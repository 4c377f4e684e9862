"""To come: utility."""

from __future__ import annotations

from tabgan.evaluation.scores import Kind, Measured
from tabgan.evaluation.tables import Tables

KINDS: dict[str, Kind] = {}


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score a contestant."""
    return {}
