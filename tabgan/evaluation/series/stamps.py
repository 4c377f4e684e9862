"""The times that series carry: are they one step apart, and each there once?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.evaluation.series.making import count_steps


class Stamps(NamedTuple):
    """Shares: of steps that are not one of the clock's, and of times that were there before in their series."""

    irregular: float
    repeated: float


def judge_stamps(series: ComparedSeries, side: str) -> Stamps | None:
    """Return what the time column of "train", "synthetic" or "holdout" is like; None where there is none."""
    several = [times for times in series.stamps.get(side, []) if len(times) > 1]
    if not several:
        return None
    steps = np.concatenate([count_steps(times, series.clock) for times in several])
    n_times = sum(map(len, several))
    repeated = n_times - sum(len(np.unique(times)) for times in several)
    return Stamps(float(np.mean(steps != 1)), repeated / n_times)
