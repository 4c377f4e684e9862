"""Joints at regular distances, where pieces were put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tabgan.schema.column import Floats

LONGEST_PERIOD = 256
LEAST_JOINTS = 20
CLEAR = 5.0
"""Standard errors: of 30,000 periods and phases the best stands out by 4.5 by chance."""

OUTLIER = 0.995
"""Changes beyond this quantile count as it: one storm is no seam."""


class Joints(NamedTuple):
    """Every how many steps changes stand out most, after how many steps first, and their mean over that elsewhere.

    Where nothing stands out clearly the ratio is 1, and the period 0.
    """

    period: int
    phase: int
    ratio: float


def find_joints(stretches: Sequence[Floats], begins: Sequence[int], longest: int = LONGEST_PERIOD) -> Joints | None:
    """Return the joints that stand out most: by how many standard errors their mean change exceeds all changes'.

    Periods are at most `longest` steps. Changes are absolute, in their own means by channel, on average over channels;
    None where nothing changes.

    Examples
    --------
    >>> steps = np.random.default_rng(0).normal(size=(600, 1))
    >>> steps[::20] *= 8
    >>> joints = find_joints([steps.cumsum(axis=0)], [0])
    >>> joints.period, joints.phase
    (20, 0)
    """
    changes = np.concatenate([np.abs(np.diff(stretch, axis=0)) for stretch in stretches])
    mean = changes.mean(axis=0)
    if not (mean > 0).any():
        return None
    size = (changes[:, mean > 0] / mean[mean > 0]).mean(axis=1)
    size = np.minimum(size, np.quantile(size, OUTLIER))
    places = [begin + np.arange(1, len(stretch)) for stretch, begin in zip(stretches, begins, strict=True)]
    at = np.concatenate(places)
    overall, spread = size.mean(), size.std() + 1e-12
    best, found = CLEAR, Joints(0, 0, 1.0)
    for period in range(2, min(LONGEST_PERIOD, longest, len(size) // LEAST_JOINTS) + 1):
        phases = at % period
        counts, sums = np.bincount(phases, minlength=period), np.bincount(phases, size, minlength=period)
        means = sums / np.maximum(counts, 1)
        stands_out = (means - overall) * np.sqrt(counts) / spread
        phase = int(stands_out.argmax())
        if stands_out[phase] > best:
            elsewhere = (size.sum() - sums[phase]) / max(len(size) - counts[phase], 1)
            best, found = stands_out[phase], Joints(period, phase, float(means[phase] / max(elsewhere, 1e-12)))
    return found
