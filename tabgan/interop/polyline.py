"""Maps of one number, as polylines that every program reads alike: their knots rise strictly, and may not jump."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabgan.preprocessing.calibration import Calibrator
from tabgan.preprocessing.quantile import fall_curve

STEEP = 1e-12  # of the range of the knots: the width of what stands for a jump


def calibrations(calibrator: Calibrator | None) -> list[np.ndarray]:
    """Return the polyline of each number; none when nothing is calibrated."""
    if calibrator is None:
        return []
    return [tidy_polyline(*knots) for knots in zip(calibrator.generated_, calibrator.real_, strict=True)]


def quantiles(steps: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the polyline of each number from shares to values."""
    return [tidy_polyline(*fall_curve(step)) for step in steps]


def tidy_polyline(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the polyline with knots that rise strictly, of shape (2, n_knots) with at least two.

    Where several knots have the same x, `numpy.interp` comes from the left to the first y and leaves from the last:
    the first moves to the left by 1e-12 of the range.

    Examples
    --------
    >>> tidy_polyline(np.array([0.0, 1.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    array([[0., 1., 1., 2.],
           [0., 1., 3., 4.]])
    """
    x = np.maximum.accumulate(x)  # sums of shares are off by their rounding
    width = max(STEEP * (x[-1] - x[0]), 4 * np.spacing(np.abs(x).max()))
    same = np.flatnonzero(np.diff(x) > width)
    first, last = np.append(0, same + 1), np.append(same, len(x) - 1)
    left, right = x[last] - width, x[last]
    jumps = y[first] != y[last]
    knots = np.stack([np.r_[left[jumps], right], np.r_[y[first][jumps], y[last]]])
    knots = knots[:, np.argsort(knots[0], kind="stable")]
    return knots if knots.shape[1] > 1 else knots + np.array([[0.0, max(width, 1.0)], [0.0, 0.0]])
