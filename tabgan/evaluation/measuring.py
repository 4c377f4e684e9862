"""Which families of scores are asked for, and what every contestant gets in each of them."""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Protocol

from tabgan.errors import InputError
from tabgan.evaluation.scores import Family, Measured, NotComputableError, Score, find_families
from tabgan.progress import Progress


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


def measure_all(
    tables: Compared, families: Sequence[Family], seed: int, verbose: bool
) -> tuple[dict[str, Score], dict[str, str], dict[str, float]]:
    """Return the scores by name, why families were skipped, and the seconds that each family took.

    With `verbose` a terminal shows how far it is.
    """
    scores: dict[str, Score] = {}
    skipped: dict[str, str] = {}
    seconds: dict[str, float] = {}
    with Progress(len(families) * len(tables.contestants) if verbose else 0, "score") as progress:
        for number, family in enumerate(families):
            started = time.perf_counter()
            measured: dict[str, dict[str, Measured]] = {}
            try:
                for place, who in enumerate(tables.contestants):
                    if verbose:
                        progress.update(number * len(tables.contestants) + place, f"{family.name}: {who}")
                    measured[who] = family.measure(tables, who, seed)
            except NotComputableError as error:
                skipped[family.name] = error.args[0]
                continue
            for score, spec in family.specs.items():
                parts = {who: found[score] for who, found in measured.items() if score in found}
                if "synthetic" in parts:
                    scores[score] = Score(score, family.name, spec, parts, tuple(tables.names))
            seconds[family.name] = time.perf_counter() - started
    return scores, skipped, seconds
