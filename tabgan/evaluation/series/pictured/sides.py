"""What pictures of series are made of: stretches and windows of three sides, labels as channels of 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.schema.column import Floats

MOST_LEVELS = 6  # of a channel of labels, the most frequent ones, are channels of their own

Stretches = Sequence[Floats]


@dataclass(frozen=True, eq=False)
class Sides:
    """What was learned, what it is compared with, and what is judged.

    Attributes
    ----------
    names : tuple of str
        The channels.
    stretches : dict of str to list of ndarray of shape (n_steps, n_channels)
        By "train", "reference" and "synthetic".
    windows : dict of str to ndarray of shape (n_windows, window, n_channels)
        Of the same.
    levels : dict of int to tuple of str
        What codes stand for, by the place of a channel of labels.
    """

    names: tuple[str, ...]
    stretches: Mapping[str, Stretches]
    windows: Mapping[str, Floats]
    levels: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def window(self) -> int:
        """How many steps a window has."""
        return self.windows["synthetic"].shape[1]

    @cached_property
    def numbers(self) -> Sides:
        """The same with a channel of 0 and 1 for each frequent level of a channel of labels, of two the last."""
        if not self.levels:
            return self
        parts = [part for place in range(len(self.names)) for part in self._find_parts(place)]
        names = tuple(name for name, _, _ in parts)

        def spread(values: Floats) -> Floats:
            found = [_indicate(values[..., place], level) for _, place, level in parts]
            return np.stack(found, axis=-1)

        return Sides(
            names,
            {who: [spread(stretch) for stretch in stretches] for who, stretches in self.stretches.items()},
            {who: spread(windows) for who, windows in self.windows.items()},
        )

    def _find_parts(self, place: int) -> list[tuple[str, int, int | None]]:
        """The name, place and level of each channel that one becomes."""
        name, levels = self.names[place], self.levels.get(place)
        if levels is None:
            return [(name, place, None)]
        codes = np.concatenate([stretch[:, place] for stretch in self.stretches["train"]])
        counts = np.bincount(codes.astype(int), minlength=len(levels))
        frequent = [code for code in np.argsort(-counts, kind="stable") if counts[code]][:MOST_LEVELS]
        frequent = [max(frequent)] if len(frequent) <= 2 else frequent
        return [(f"{name} = {levels[code]}", place, int(code)) for code in frequent]


def _indicate(values: Floats, level: int | None) -> Floats:
    return values if level is None else (values == level).astype(float)


def make_sides(series: ComparedSeries) -> Sides:
    """Return what pictures of an evaluation are made of; labels that no real series has are one, called "?"."""
    sides = {"train": series.train, "reference": series.reference, "synthetic": series.synthetic}
    labels = list(series.levels)

    def whole(values: Floats) -> Floats:  # gaps between labels were filled along lines
        values = values.copy()
        values[..., labels] = np.round(values[..., labels])
        return values

    return Sides(
        tuple(map(str, series.names)),
        {who: [whole(stretch.values) for stretch in side.stretches] for who, side in sides.items()},
        {who: whole(side.windows) for who, side in sides.items()},
        {place: (*levels, "?") for place, levels in series.levels.items()},
    )


def find_worst(gaps: Sequence[float] | Floats, most: int) -> NDArray[np.intp]:
    """Return the places of the largest gaps, the largest first; what is not known is none."""
    return np.argsort(-np.nan_to_num(np.asarray(gaps, dtype=float)), kind="stable")[:most]


def spread_over(rows: Floats, most: int) -> Floats:
    """Return at most so many rows, from all over."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(int)]


def cut_windows(stretches: Stretches, size: int, step: int, most: int) -> Floats:
    """Return windows that begin every so many steps of each stretch, of too many some from all over."""
    places = [(i, start) for i, s in enumerate(stretches) for start in range(0, len(s) - size + 1, step)]
    chosen = spread_over(np.array(places, dtype=float).reshape(-1, 2), most).astype(int)
    n_channels = stretches[0].shape[1] if stretches else 0
    return np.array([stretches[i][start : start + size] for i, start in chosen]).reshape(-1, size, n_channels)
