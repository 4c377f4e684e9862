"""Which of several offsets from UTC a moment is written with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.dates.date_words import minutes_ahead
from tabgan.schema.dates.units import TICKS, UNITS, Counts, find_unit

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
    step: int = 0  # of the clocks on the wall, in ticks, where it is coarser than that of the moments in UTC,
    first: int = 0  # and a time that they show, in ticks since 1970

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
            found = cls(tuple(texts.tolist()), tuple(changes.tolist()), tuple(runs.tolist()))
            local = counts + found._ahead(counts, tick)
            step, own = (UNITS[find_unit(one, tick)] // TICKS[tick] for one in (local, counts))
            return replace(found, step=step, first=int(local[0])) if step > own else found
        table = np.zeros((MONTHS, len(texts)))
        np.add.at(table, (_month(counts, tick), codes), 1.0)
        table[table.sum(1) == 0] = table.sum(0)
        shares = np.round(table / table.sum(1, keepdims=True), 6)
        return cls(tuple(texts.tolist()), (), (), tuple(map(tuple, shares.tolist())))

    def of(self, counts: Counts, tick: str) -> NDArray[np.object_]:
        """Return the offset of each moment as it is written."""
        return np.array(self.texts, dtype=object)[self._places(counts, tick)]

    def round(self, counts: Counts, tick: str) -> Counts:
        """Return the moments nearest to some whose clocks on the wall show a time on the grid of those learned."""
        if not self.step:
            return counts
        ahead = self._ahead(counts, tick)
        local = self.first + np.round((counts + ahead - self.first) / self.step).astype(np.int64) * self.step
        return local - self._ahead(local - ahead, tick)

    def _places(self, counts: Counts, tick: str) -> NDArray[np.intp]:
        if self.shares:
            ends = np.cumsum(np.array(self.shares), axis=1)[_month(counts, tick)]
            return np.asarray((_spread(counts)[:, None] >= ends[:, :-1]).sum(1))
        runs = np.searchsorted(np.array(self.changes, np.int64), counts, side="right")
        return np.array(self.codes, np.intp)[runs]

    def _ahead(self, counts: Counts, tick: str) -> Counts:
        """By how many ticks each moment's offset is ahead of UTC."""
        ahead = np.array([minutes_ahead(text) for text in self.texts], np.int64)
        return ahead[self._places(counts, tick)] * (UNITS["minute"] // TICKS[tick])

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Offsets:
        return cls(**{name: _tuples(value) for name, value in state.items()})


def _tuples(value: Any) -> Any:
    """Lists, as JSON has them, as tuples."""
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value


def _month(counts: Counts, tick: str) -> NDArray[np.int64]:
    """The month of moments, from 0."""
    return counts.view(f"datetime64[{tick}]").astype("datetime64[M]").view(np.int64) % MONTHS


def _spread(counts: Counts) -> NDArray[np.float64]:
    """Numbers in [0, 1) that look random and are always the same for the same counts: the end of splitmix64."""
    mixed = counts.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)) / float(2**53)
