"""Columns of a series as channels without gaps, and back; and what is known of a step beside them, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabgan.schema import Schema
from tabgan.series.segments import Segment

Floats = NDArray[np.float64]


EXACT = 1e-12  # of the largest value: what sums may be off
MOST_WEIGHT = 2.0  # no sum has more; larger ones may be more than integers hold


class Readings(NamedTuple):
    """Equal columns are one channel, sums of others none; a column with gaps is filled in along lines, and one more.

    Attributes
    ----------
    columns : tuple of int
        The column of the schema that each channel stands for.
    twins : tuple of (int, int)
        Columns that equal another, and which column that is.
    gaps : tuple of (int, int)
        Columns with gaps, and the channel that is 1 where there is one.
    codes : tuple of int
        Channels of levels, whose values are codes.
    n_channels : int
    sums : tuple of (int, tuple of (int, int))
        Columns that are sums of others, these with 1 or -1.
    """

    columns: tuple[int, ...]
    twins: tuple[tuple[int, int], ...]
    gaps: tuple[tuple[int, int], ...]
    codes: tuple[int, ...]
    n_channels: int
    sums: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = ()

    @classmethod
    def learn(cls, segments: Sequence[Segment], columns: Sequence[int], schema: Schema) -> Readings:
        """Learn from segments which of some columns are equal, and which have gaps."""
        rows = np.concatenate([s.rows for s in segments])
        kept: list[int] = []
        twins = []
        for column in columns:
            equal = [
                i for i, other in enumerate(kept) if np.array_equal(rows[:, column], rows[:, other], equal_nan=True)
            ]
            twins += [(column, kept[i]) for i in equal[:1]]
            kept += [] if equal else [column]
        categorical = set(schema.categorical)
        sums = find_sums(rows, [c for c in kept if c not in categorical and not np.isnan(rows[:, c]).any()])
        kept = [column for column in kept if column not in dict(sums)]
        gapped = [column for column in kept if np.isnan(rows[:, column]).any()]
        gaps = tuple((column, len(kept) + i) for i, column in enumerate(gapped))
        codes = tuple(i for i, column in enumerate(kept) if column in categorical)
        codes += tuple(channel for _, channel in gaps)
        return cls(tuple(kept), tuple(twins), gaps, codes, len(kept) + len(gaps), sums)

    @property
    def grained(self) -> NDArray[np.bool_]:
        """Which channels take only values that were seen: bool of shape (n_channels,)."""
        return np.isin(np.arange(self.n_channels), self.codes)

    def forward(self, rows: Floats) -> Floats:
        """Return the channels of a segment's rows, of shape (n_steps, n_channels)."""
        made = np.empty((len(rows), self.n_channels))
        for i, column in enumerate(self.columns):
            made[:, i] = _fill(rows[:, column], i in self.codes)
        for column, channel in self.gaps:
            made[:, channel] = np.isnan(rows[:, column])
        return made

    def backward(self, channels: Floats, out: Floats) -> None:
        """Write the columns of channels of shape (n_steps, n_channels) into rows of shape (n_steps, n_columns)."""
        out[:, self.columns] = channels[:, : len(self.columns)]
        for column, channel in self.gaps:
            out[channels[:, channel] > 0.5, column] = np.nan
        self.add_up(out)

    def add_up(self, rows: Floats) -> None:
        """Make columns that are sums, or equal another, what these are; in place."""
        for column, parts in self.sums:
            rows[:, column] = sum(sign * rows[:, part] for part, sign in parts)
        for column, other in self.twins:
            rows[:, column] = rows[:, other]

    def get_state(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        pairs = {name: [list(pair) for pair in getattr(self, name)] for name in ("twins", "gaps")}
        sums = [[column, [list(part) for part in parts]] for column, parts in self.sums]
        return {**self._asdict(), **pairs, "sums": sums}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Readings:
        """Make the readings that `get_state` described."""
        pairs = {name: tuple((int(a), int(b)) for a, b in state[name]) for name in ("twins", "gaps")}
        sums = tuple((int(c), tuple((int(a), int(b)) for a, b in parts)) for c, parts in state["sums"])
        codes, n_channels = tuple(state["codes"]), state["n_channels"]
        return cls(tuple(state["columns"]), **pairs, codes=codes, n_channels=n_channels, sums=sums)


def find_sums(rows: Floats, columns: Sequence[int]) -> tuple[tuple[int, tuple[tuple[int, int], ...]], ...]:
    """Return columns that are others added up or subtracted, in all rows; the last ones first, and none of their parts.

    Weights are found by least squares, of columns that are no sums of earlier ones, and must be 1, -1 or 0.
    """
    found: list[tuple[int, tuple[tuple[int, int], ...]]] = []
    parts: set[int] = set()
    for column in reversed(columns):
        others = [c for c in columns if c != column and c not in dict(found)]
        if column in parts or len(others) < 2 or np.ptp(rows[:, column]) == 0:
            continue
        scale = rows[:, others].std(0) + 1e-300
        kept = _find_independent(rows[:, others] / scale)
        others, scale = [others[i] for i in kept], scale[kept]
        weights = np.linalg.lstsq(rows[:, others] / scale, rows[:, column], rcond=None)[0] / scale
        if np.abs(weights).max() > MOST_WEIGHT:
            continue
        signs = np.round(weights).astype(int)
        made = rows[:, others] @ signs.astype(float)
        size = np.abs(rows[:, [column, *np.array(others)[signs != 0]]]).max()
        if (
            np.abs(signs).max() == 1
            and np.abs(signs).sum() > 1
            and np.abs(made - rows[:, column]).max() <= EXACT * size
        ):
            own = tuple((c, int(sign)) for c, sign in zip(others, signs, strict=True) if sign)
            found.append((column, own))
            parts.update(c for c, _ in own)
    return tuple(found)


def _find_independent(rows: Floats) -> list[int]:
    """Return which columns are no combination of those before them, so that weights of them are the only ones."""
    kept: list[int] = []
    columns = np.linalg.qr(rows).R.T  # as long as these, and at the same angles
    base = np.zeros((0, columns.shape[1]))
    for i, column in enumerate(columns):
        rest = column
        for _ in range(2):  # once more for what rounding left
            rest = rest - base.T @ (base @ rest)
        if (size := np.linalg.norm(rest)) > EXACT * np.linalg.norm(column):
            kept.append(i)
            base = np.vstack([base, rest / size])
    return kept


def _fill(values: Floats, is_code: bool) -> Floats:
    """Return values with gaps filled in along lines, codes by the one before."""
    gaps = np.isnan(values)
    if not gaps.any():
        return values
    there = np.flatnonzero(~gaps)
    if not len(there):
        return np.zeros(len(values))
    if is_code:
        before = np.searchsorted(there, np.arange(len(values)), side="right") - 1
        return values[there[before.clip(0)]]
    return np.interp(np.arange(len(values)), there, values[there])


class Covariates(NamedTuple):
    """Columns that are known of a step, as numbers: standardised, or one for each level; none may be missing."""

    columns: tuple[int, ...]
    widths: tuple[int, ...]  # 0 for a number
    mean: Floats
    std: Floats

    @classmethod
    def learn(cls, chosen: Floats, columns: Sequence[int], schema: Schema) -> Covariates:
        """Learn the scales of columns of the schema from their values, of shape (n, len(columns))."""
        widths = tuple(len(schema.columns[c].levels) if c in schema.categorical else 0 for c in columns)
        std = chosen.std(0)
        return cls(tuple(columns), widths, chosen.mean(0), np.where(std > 0, std, 1.0))

    def __call__(self, chosen: Floats) -> Floats:
        """Return the numbers of values of shape (..., len(columns)), of shape (..., n_covariates)."""
        parts = [np.zeros((*chosen.shape[:-1], 0))]
        for i, width in enumerate(self.widths):
            values = chosen[..., [i]]
            parts.append(values == np.arange(width) if width else (values - self.mean[i]) / self.std[i])
        return np.concatenate(parts, -1).astype(np.float64)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return self._asdict()

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Covariates:
        """Make the covariates that `get_state` described."""
        return cls(tuple(state["columns"]), tuple(state["widths"]), state["mean"], state["std"])
