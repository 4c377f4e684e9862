"""Windows whose trend and season stay, and whose remainder is put together anew."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

import numpy as np

from tabgan.augmentation.windows.bootstrap import BLOCK, block_length, draw_steps
from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.errors import InputError
from tabgan.setting_rules import AUTO, Rule, one_of, whole
from tabgan.spelling import spell

KINDS = ("averages", "stl")
PERIOD = whole(2, float("inf"), "a whole number of at least 2")


@dataclass(kw_only=True, eq=False, repr=False)
class DecomposedBootstrap(WindowAugmenter):
    """Split each window into trend, season and remainder, and bootstrap blocks of the remainder.

    For series whose level moves or repeats: the new window does the same, with other disturbances. It is what bagging
    of forecasts is made of (Bergmeir and others). They take the Box-Cox transform of a series first; where disturbances
    grow with the level give logarithms, and undo them afterwards.

    Parameters
    ----------
    period : int or None
        How many steps a season has; a window must hold two of them. None: there is none.
    decomposition : {"averages", "stl"}
        "averages" is the classical one by moving averages: the trend is the centred mean over a period (without one,
        over an eighth of the window), drawn out in a line at both ends; the season is the mean of what is left at each
        of the period's steps. "stl" is Cleveland's, by local regressions, in which the season may change; it needs
        statsmodels.
    block : int or "auto"
        How many steps a block has; "auto" is two periods, at most half a window, or what `BlockBootstrap` takes if
        there is no period.
    random_state : int, numpy Generator, RandomState or None

    References
    ----------
    Bergmeir, Hyndman, Benitez (2016). Bagging exponential smoothing methods using STL decomposition and Box-Cox
    transformation. International Journal of Forecasting 32(2).
    Cleveland et al. (1990). STL: a seasonal-trend decomposition procedure based on loess. Journal of Official
    Statistics 6(1).
    """

    period: int | None = None
    decomposition: str = "averages"
    block: int | str = AUTO

    RULES: ClassVar[dict[str, Rule]] = {
        "period": Rule(lambda v: v is None or PERIOD.holds(v), f"{PERIOD.words}, or None for no season"),
        "decomposition": one_of(*KINDS),
        "block": BLOCK,
    }

    def _check_length(self, length: int) -> None:
        if self.decomposition == "stl" and self.period is None:
            raise InputError(
                f"{spell('decomposition', 'stl')} needs a season, but {spell('period', None)}; give the period in "
                f"steps, or {spell('decomposition', 'averages')}"
            )
        if length < (least := 2 * self.period if self.period else 6):
            raise InputError(
                f"windows must have at least {least} steps to be decomposed, two periods, but have {length}; give "
                "longer windows, or a shorter period"
            )
        block_length(self.block, length)

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        length = windows.shape[1]
        block = min(2 * self.period, length // 2) if self.period and self.block == AUTO else self.block
        steps = draw_steps(len(chosen), length, block_length(block, length), "moving", rng)
        if self.decomposition == "stl":
            remainder = stl_remainder(windows, int(self.period or 0))
        else:
            remainder = averages_remainder(windows, self.period)
        return (windows - remainder)[chosen] + remainder[chosen[:, None], steps]


def averages_remainder(windows: Array, period: int | None) -> Array:
    """Return what is left of windows, of shape (n_windows, length, n_channels), without trend and season."""
    left = windows - moving_trend(windows, period or max(3, windows.shape[1] // 8 | 1))
    if period:
        season = np.stack([left[:, phase::period].mean(1) for phase in range(period)], axis=1)
        season -= season.mean(1, keepdims=True)
        left = left - season[:, np.arange(windows.shape[1]) % period]
    return left


def moving_trend(windows: Array, span: int) -> Array:
    """Return the centred moving average over `span` steps; at both ends, the line through the nearest `span` of these.

    Of an even span the two outermost steps count half.
    """
    weights = np.ones(span) / span if span % 2 else np.r_[0.5, np.ones(span - 1), 0.5] / span
    side, length = len(weights) // 2, windows.shape[1]
    trend = np.empty_like(windows)
    inner = np.lib.stride_tricks.sliding_window_view(windows, len(weights), axis=1) @ weights
    trend[:, side : length - side] = inner
    near = min(span, inner.shape[1])
    places = np.arange(near) - (near - 1) / 2
    for known, wanted in (
        (inner[:, :near], np.arange(-side, 0) - (near - 1) / 2),
        (inner[:, -near:], np.arange(near, near + side) - (near - 1) / 2),
    ):
        slope = np.einsum("t,ntc->nc", places, known)[:, None] / ((places**2).sum() or 1)
        line = known.mean(1, keepdims=True) + slope * wanted[:, None]
        trend[:, slice(0, side) if wanted[0] < 0 else slice(length - side, length)] = line
    return trend


def stl_remainder(windows: Array, period: int) -> Array:
    """Return what statsmodels' STL leaves of windows; InputError where statsmodels is not installed."""
    try:
        stl = import_module("statsmodels.tsa.seasonal").STL
    except ImportError:
        raise InputError(
            f"{spell('decomposition', 'stl')} needs statsmodels, which is not installed; run pip install statsmodels, "
            f"or take {spell('decomposition', 'averages')}"
        ) from None
    left = [[stl(channel, period=period).fit().resid for channel in window.T] for window in windows]
    return np.asarray(left, float).transpose(0, 2, 1)
