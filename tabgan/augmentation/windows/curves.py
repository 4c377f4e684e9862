"""Smooth curves at random, and windows read at times between their steps."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from tabgan.augmentation.windows.template import Array


def draw_curves(n: int, length: int, strength: float, knots: int, rng: np.random.Generator) -> Array:
    """Return `n` cubic splines over `length` steps, through normal numbers at both ends and at the knots between."""
    heights = strength * rng.standard_normal((n, knots + 2))
    curves: Array = CubicSpline(np.linspace(0, length - 1, knots + 2), heights, axis=1)(np.arange(length))
    return curves


def read_at(windows: Array, times: Array) -> Array:
    """Return windows of shape (n, length, channels) at times of shape (n, steps), from 0 to length - 1, linearly."""
    low = np.clip(np.floor(times).astype(int), 0, windows.shape[1] - 2)
    share, rows = (times - low)[:, :, None], np.arange(len(windows))[:, None]
    return windows[rows, low] * (1 - share) + windows[rows, low + 1] * share
