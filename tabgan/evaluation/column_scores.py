"""The scores of single columns, from how often each value occurs: sorted once, counted again and again."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.features import GAP, Feature
from tabgan.schema.column import Floats

OF_NUMBERS: tuple[str, ...] = ("shape", "ks_complement", "wasserstein", "mean_shift", "std_shift", "quantile_shift")
OF_NUMBERS += ("range_coverage", "in_range", "boundary_mass")


def overlap(counts: NDArray[np.int64], others: NDArray[np.int64]) -> float:
    """Return 1 - total variation between two distributions: 1 for equal ones, 0 for no value in common, or none at all.

    Examples
    --------
    >>> overlap(np.array([3, 1]), np.array([1, 1]))
    0.75
    """
    total, other_total = counts.sum(), others.sum()
    common = np.minimum(counts * other_total, others * total).sum()
    return float(common / max(total * other_total, 1))


class NumberColumn:
    """A column of numbers, sorted; `real` are all its real values."""

    def __init__(self, feature: Feature, rows: Floats, reference: Floats, real: Floats) -> None:
        both = np.concatenate([reference, rows])
        self.values = np.unique(both[~np.isnan(both)])
        self.codes = np.searchsorted(self.values, rows)  # which value each row has; NaN sorts last
        # How many reference rows have each value; the last count is that of gaps.
        self.reference = np.bincount(np.searchsorted(self.values, reference), minlength=len(self.values) + 1)
        present = real[~np.isnan(real)]
        self.low = present.min() if len(present) else np.nan
        self.high = present.max() if len(present) else np.nan
        self.std = present.std(ddof=1) if self.low < self.high else 0.0
        self.gaps = len(present) < len(real)
        self.decimals = feature.decimals

    def scores(self, counts: NDArray[np.int64]) -> dict[str, float]:
        """Return the scores of rows that have the values, and gaps, so often; NaN where one is not defined."""
        found = dict.fromkeys(OF_NUMBERS + ("decimals",) * (self.decimals is not None), np.nan)
        found["missing_shift"] = float(abs(counts[-1] / counts.sum() - self.reference[-1] / self.reference.sum()))
        here, there = counts[:-1], self.reference[:-1]
        if not here.any():
            return found | {"shape": 0.0, "ks_complement": 0.0, "range_coverage": 0.0}
        if there.any():
            found |= self._distances(here, there)
        wrong_gaps = 0 if self.gaps else counts[-1]
        return found | self._support(here, there, here.sum() + wrong_gaps)

    def _distances(self, here: NDArray[np.int64], there: NDArray[np.int64]) -> dict[str, float]:
        risen = [np.cumsum(counts) for counts in (here, there)]
        gaps = np.abs(risen[0] / risen[0][-1] - risen[1] / risen[1][-1])
        found = {"shape": 1 - gaps.max(), "ks_complement": 1 - gaps.max()}
        if not self.std:
            return found
        units = self._units
        deciles = [units[np.searchsorted(r, -(-np.arange(1, 10) * r[-1] // 10))] for r in risen]
        means, stds = zip(*[_moments(units, counts) for counts in (here, there)], strict=True)
        found["wasserstein"] = gaps[:-1] @ np.diff(units)
        found["mean_shift"] = abs(means[0] - means[1])
        found["quantile_shift"] = np.abs(deciles[0] - deciles[1]).mean()
        if np.count_nonzero(there) > 1:
            found["std_shift"] = abs(stds[0] / stds[1] - 1)
        return found

    def _support(self, here: NDArray[np.int64], there: NDArray[np.int64], n_rows: int) -> dict[str, float]:
        start, last = np.searchsorted(self.values, [self.low, self.high])
        second, end = np.searchsorted(self.values, [self.low, self.high], "right")
        found = {"in_range": here[start:end].sum() / n_rows}
        if self.low < self.high:
            least, most = self.values[np.flatnonzero(here)[[0, -1]]]
            lost = max(least - self.low, 0) + max(self.high - most, 0)
            found["range_coverage"] = max(1 - lost / (self.high - self.low), 0)
            ends, usual = (
                np.array([counts[start:second].sum(), counts[last:end].sum()]) / max(counts.sum(), 1)
                for counts in (here, there)
            )
            found["boundary_mass"] = np.maximum(ends - usual, 0).sum()
        if self.decimals is not None:
            found["decimals"] = here[self._written].sum() / here.sum()
        return found

    @cached_property
    def _units(self) -> Floats:
        """The values in standard deviations."""
        return np.asarray((self.values - self.values[0]) / self.std)

    @cached_property
    def _written(self) -> NDArray[np.bool_]:
        """Which values have no more decimals than real ones."""
        return np.asarray(np.isclose(self.values, np.round(self.values, self.decimals or 0), rtol=1e-12, atol=1e-12))


def _moments(values: Floats, counts: NDArray[np.int64]) -> tuple[float, float]:
    """Mean, and standard deviation with n - 1 degrees of freedom, of values that occur so often."""
    total = counts.sum()
    mean = counts @ values / total
    return mean, np.sqrt(counts @ (values - mean) ** 2 / max(total - 1, 1))


class LabelColumn:
    """A column of levels."""

    def __init__(self, feature: Feature, rows: Floats, reference: Floats) -> None:
        levels = feature.levels or ()
        self.codes = rows.astype(int)
        self.reference = np.bincount(reference.astype(int), minlength=len(levels))
        self.known = feature.known
        self.gap = max((code for code, level in enumerate(levels) if level == GAP), default=None)

    def scores(self, counts: NDArray[np.int64]) -> dict[str, float]:
        """Return the scores of rows that have the levels so often."""
        complement = overlap(self.reference, counts)
        real = np.arange(self.known) != self.gap
        rates = [c[self.gap] / c.sum() if self.gap is not None else 0.0 for c in (counts, self.reference)]
        return {
            "shape": complement,
            "tv_complement": complement,
            "category_coverage": np.count_nonzero(counts[: self.known][real]) / np.count_nonzero(real),
            "in_range": counts[: self.known].sum() / counts.sum(),
            "missing_shift": abs(rates[0] - rates[1]),
        }
