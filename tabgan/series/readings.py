"""Columns of a series as channels without gaps, and back; and what is known of a step beside them, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabgan.schema import Schema
from tabgan.series.segments import Segment

Floats = NDArray[np.float64]


class Readings(NamedTuple):
    """Equal columns are one channel; a column with gaps is filled in along lines, and where it has some is one more.

    Attributes
    ----------
    columns : tuple of int
        The column of the schema that each channel stands for.
    twins : tuple of (int, int)
        Columns that equal another, and which channel that is.
    gaps : tuple of (int, int)
        Columns with gaps, and the channel that is 1 where there is one.
    codes : tuple of int
        Channels of levels, whose values are codes.
    n_channels : int
    """

    columns: tuple[int, ...]
    twins: tuple[tuple[int, int], ...]
    gaps: tuple[tuple[int, int], ...]
    codes: tuple[int, ...]
    n_channels: int

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
            twins += [(column, i) for i in equal[:1]]
            kept += [] if equal else [column]
        gapped = [column for column in kept if np.isnan(rows[:, column]).any()]
        gaps = tuple((column, len(kept) + i) for i, column in enumerate(gapped))
        categorical = set(schema.categorical)
        codes = tuple(i for i, column in enumerate(kept) if column in categorical)
        codes += tuple(channel for _, channel in gaps)
        return cls(tuple(kept), tuple(twins), gaps, codes, len(kept) + len(gaps))

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
        for column, channel in self.twins:
            out[:, column] = out[:, self.columns[channel]]

    def get_state(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {**self._asdict(), "twins": [list(t) for t in self.twins], "gaps": [list(g) for g in self.gaps]}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Readings:
        """Make the readings that `get_state` described."""
        pairs = {name: tuple((int(a), int(b)) for a, b in state[name]) for name in ("twins", "gaps")}
        return cls(tuple(state["columns"]), **pairs, codes=tuple(state["codes"]), n_channels=state["n_channels"])


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
