"""Autocorrelations and spectra, real and synthetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.signal import welch

from tabgan.evaluation.series.pictured.sides import Sides, Stretches, find_worst
from tabgan.evaluation.series.statistics import long_acf
from tabgan.schema.column import Floats

MOST_LAG = 200
SEGMENT = 256  # of Welch's spectrum
LEAST_POWER = 1e-12  # of the variance: beneath that, -120 decibels are written


class Curves(NamedTuple):
    """Lines of one channel over common places, and a band in which real ones lie; NaN where they are not defined."""

    name: str
    x: Floats
    real: Floats
    synthetic: Floats
    low: Floats
    high: Floats

    @property
    def gap(self) -> float:
        """How far the lines are apart: the root mean square of differences, so that few large ones count."""
        apart = (self.real - self.synthetic) ** 2
        return float(np.sqrt(np.nanmean(apart))) if np.isfinite(apart).any() else float("nan")


def find_autocorrelation(sides: Sides, most: int = 6) -> list[Curves]:
    """Return autocorrelations to lag 200, or two thirds of the longest stretch, where they differ most.

    The band lies between those of the learned and of the other real stretches.
    """
    reach = min(MOST_LAG, _find_length(sides) * 2 // 3)
    return _compare(
        sides, np.arange(1, reach + 1, dtype=np.float64), lambda stretches: long_acf(stretches, reach), most
    )


def find_spectrum(sides: Sides, most: int = 6) -> list[Curves]:
    """Return power spectra, in decibels of the real variance per unit of frequency, where they differ most.

    `x` are frequencies in cycles a step. By Welch (1967), over segments of at most 256 steps.
    """
    segment = min(SEGMENT, _find_length(sides))
    variance = np.var(np.concatenate(sides.stretches["train"]), axis=0)
    frequencies = np.arange(1, segment // 2 + 1) / segment
    return _compare(sides, frequencies, lambda stretches: _find_power(stretches, segment, variance), most)


def _find_power(stretches: Stretches, segment: int, variance: Floats) -> Floats:
    """Power of shape (n_frequencies, n_channels) of the stretches that are long enough, longer ones counting more."""
    long = [stretch for stretch in stretches if len(stretch) >= segment]
    powers = [welch(values, nperseg=segment, axis=0)[1][1:] for values in long]
    power = np.average(powers, axis=0, weights=[len(values) for values in long])
    with np.errstate(invalid="ignore", divide="ignore"):
        decibels = 10 * np.log10(np.maximum(power / variance, LEAST_POWER))
    return np.where(variance > 0, decibels, np.nan)


def _find_length(sides: Sides) -> int:
    """The longest stretch that all sides have."""
    return min(max(map(len, stretches)) for stretches in sides.stretches.values())


def _compare(sides: Sides, x: Floats, measure: Callable[[Stretches], Floats], most: int) -> list[Curves]:
    learned, real, own = (measure(sides.stretches[who]) for who in ("train", "reference", "synthetic"))
    low, high = np.fmin(learned, real), np.fmax(learned, real)
    found = [Curves(name, x, real[:, i], own[:, i], low[:, i], high[:, i]) for i, name in enumerate(sides.names)]
    return [found[i] for i in find_worst([curves.gap for curves in found], most)]
