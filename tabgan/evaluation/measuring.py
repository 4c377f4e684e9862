"""Which families of scores are asked for, and what every contestant gets in each of them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from tabgan.errors import InputError
from tabgan.evaluation.scores import Family, Measured, NotComputableError, Score, find_families
from tabgan.progress import Progress
from tabgan.workers import spread


class Compared(Protocol):
    """Tables or series."""

    @property
    def contestants(self) -> Mapping[str, Any]:
        """All who are compared."""

    @property
    def names(self) -> Sequence[Hashable]:
        """The names of columns."""


def choose_families(only: Sequence[str] | None, kind: str = "score") -> list[Family]:
    """Return the families asked for in the order they are shown in; for None all that are computed by default."""
    families = find_families(kind)
    unknown = [name for name in only or () if name not in families]
    if unknown or (only is not None and not only):
        raise InputError(
            f"families of scores are {', '.join(families)}, but {', '.join(unknown) or 'none'} was asked for; "
            "name some of these"
        )
    return [family for name, family in families.items() if (family.by_default if only is None else name in only)]


@dataclass(frozen=True)
class _Measure:
    """Measures one contestant in one family, in any process."""

    tables: Compared
    seed: int
    key: str  # of the tables

    held: ClassVar[dict[str, tuple[Compared, dict[str, NotComputableError]]]] = {}
    """The tables that this process had last, with what families keep of them for the next contestant, and families that
    cannot be computed."""

    def __call__(self, job: tuple[Family, str]) -> tuple[dict[str, Measured] | NotComputableError, float]:
        """Return what a contestant got, or why nothing, and the seconds that it took."""
        if self.key not in self.held:
            self.held.clear()
            self.held[self.key] = self.tables, {}
        (tables, failed), (family, who) = self.held[self.key], job
        started = time.perf_counter()
        if family.name not in failed:
            try:
                return family.measure(tables, who, self.seed), time.perf_counter() - started
            except NotComputableError as error:
                failed[family.name] = error
        return failed[family.name], time.perf_counter() - started


def measure_all(
    tables: Compared, families: Sequence[Family], seed: int, verbose: bool, workers: int = 1
) -> tuple[dict[str, Score], dict[str, str], dict[str, float]]:
    """Return the scores by name, why families were skipped, and the seconds that each family took.

    With `verbose` a terminal shows how far it is.
    """
    jobs = [(family, who) for family in families for who in tables.contestants]
    measured: dict[str, dict[str, dict[str, Measured]]] = {family.name: {} for family in families}
    skipped: dict[str, str] = {}
    seconds = dict.fromkeys(measured, 0.0)
    measure = _Measure(tables, seed, uuid.uuid4().hex)
    try:
        with Progress(len(jobs) if verbose else 0, "score") as progress:
            for place, (found, took) in spread(measure, jobs, workers):
                family, who = jobs[place]
                seconds[family.name] += took
                if isinstance(found, NotComputableError):
                    skipped.setdefault(family.name, found.args[0])
                else:
                    measured[family.name][who] = found
                if verbose:
                    progress.update(place + 1, f"{family.name}: {who}")
    finally:
        measure.held.clear()
    scores: dict[str, Score] = {}
    for family in families:
        for score, spec in family.specs.items() if family.name not in skipped else ():
            parts = {who: got[score] for who, got in measured[family.name].items() if score in got}
            if "synthetic" in parts:
                scores[score] = Score(score, family.name, spec, parts, tuple(tables.names))
    return scores, skipped, {name: took for name, took in seconds.items() if name not in skipped}
