"""Which of several offsets from UTC a moment is written with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.date_words import minutes_ahead
from tabgan.schema.units import TICKS, UNITS, Counts

A_YEAR = 3  # as many changes of the offset are those of one place's clock
MONTHS = 12


@dataclass(frozen=True)
class Offsets:
    """The offsets of a column's texts, which a moment alone determines.

    Where they change with time, as the clock of one place does, a moment has the offset of the nearest one that was
    learned. Where they change from row to row, it has one of those of its calendar month, in their shares: which one
    is as good as random, and always the same.
    """

    texts: tuple[str, ...]
    changes: tuple[int, ...]  # ticks since 1970 before which the offset changes,
    codes: tuple[int, ...]  # and the places in `texts` of the offsets before, between and after these
    shares: tuple[tuple[float, ...], ...] = ()  # of the texts in each month; () where offsets change with time

    @classmethod
    def learn(cls, counts: Counts, zones: NDArray[np.object_], tick: str) -> Offsets:
        """Learn the offsets of moments, in ticks.

        Examples
        --------
        >>> zones = np.array(["+01:00", "+01:00", "+02:00"], dtype=object)
        >>> found = Offsets.learn(np.array([0, 10, 20]), zones, "s")
        >>> found.of(np.array([3, 14, 16, 99]), "s").tolist()
        ['+01:00', '+01:00', '+02:00', '+02:00']
        """
        texts, codes = np.unique(zones.astype(str), return_inverse=True)
        order = np.argsort(counts, kind="stable")
        times, ordered = counts[order], codes[order]
        turns = np.flatnonzero(np.diff(ordered))
        years = int(times[-1] - times[0]) * TICKS[tick] / (365 * UNITS["day"])
        if len(turns) <= A_YEAR * years + 1 and (times[turns] < times[turns + 1]).all():
            changes = times[turns] + (times[turns + 1] - times[turns] + 1) // 2
            runs = ordered[np.append(0, turns + 1)]
            return cls(tuple(texts.tolist()), tuple(changes.tolist()), tuple(runs.tolist()))
        table = np.zeros((MONTHS, len(texts)))
        np.add.at(table, (_month(counts, tick), codes), 1.0)
        table[table.sum(1) == 0] = table.sum(0)
        shares = np.round(table / table.sum(1, keepdims=True), 6)
        return cls(tuple(texts.tolist()), (), (), tuple(map(tuple, shares.tolist())))

    def of(self, counts: Counts, tick: str) -> NDArray[np.object_]:
        """Return the offset of each moment as it is written."""
        if self.shares:
            ends = np.cumsum(np.array(self.shares), axis=1)[_month(counts, tick)]
            places = (_spread(counts)[:, None] >= ends[:, :-1]).sum(1)
        else:
            places = np.array(self.codes)[np.searchsorted(np.array(self.changes, np.int64), counts, side="right")]
        return np.array(self.texts, dtype=object)[places]

    def seconds_ahead(self, counts: Counts, tick: str) -> Counts:
        """Return by how many seconds each moment's offset is ahead of UTC."""
        words, codes = np.unique(self.of(counts, tick).astype(str), return_inverse=True)
        return np.array([60 * minutes_ahead(word) for word in words.tolist()], np.int64)[codes]

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Offsets:
        return cls(**{name: _tuples(value) for name, value in state.items()})


def _tuples(value: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(_tuples(item) if isinstance(item, (list, tuple)) else item for item in value)


def _month(counts: Counts, tick: str) -> NDArray[np.int64]:
    """The month of moments, from 0."""
    return counts.view(f"datetime64[{tick}]").astype("datetime64[M]").view(np.int64) % MONTHS


def _spread(counts: Counts) -> NDArray[np.float64]:
    """Numbers in [0, 1) that look random and are always the same for the same counts: the end of splitmix64."""
    mixed = counts.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)) / float(2**53)
