"""In words: was the network worth it, beside a linear model and the same of the season before?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.forecasting.inputs import VARIANTS
from tabgan.forecasting.naive import SEASONAL_NAIVE
from tabgan.spelling import spell
from tabgan.text import format_number

LINEAR = "linear"
NETWORKS = tuple(name for name in VARIANTS if name != LINEAR)
WORTH = 0.01
"""A network is better if its error is lower by this share at least, and by more than chance makes of it."""
ERRORS = 2.0
"""That is so many standard errors of the difference, estimated from blocks of time."""
LEAST_BLOCKS = 6
SHORTEST_BLOCK = 7


def judge(forecasts: pd.DataFrame, block: int, group: str | Sequence[str] = ()) -> str:
    """Return one or two sentences on the best network of a backtest, by its mean absolute error.

    Parameters
    ----------
    forecasts : DataFrame
        ``date``, ``observed`` and a column for each model, as `Backtest.forecasts`.
    block : int
        How many rows, of one entity, hang together: differences are averaged over so many before they are compared.
    group : str, or sequence of str, optional
        The columns of entities; errors are then relative to those of the seasonal naive forecast of each.
    """
    errors = _errors(forecasts, group)
    networks = [name for name in NETWORKS if name in errors]
    if not networks:
        return ""
    best = min(networks, key=lambda name: float(errors[name].mean()))
    parts = _number_parts(forecasts, group)
    equal, beaten = [], []
    for rival, title in ((LINEAR, "the linear model"), (SEASONAL_NAIVE, "the same of the season before")):
        gain = (errors[rival] - errors[best]).to_numpy()
        ours, theirs = float(errors[best].mean()), float(errors[rival].mean())
        if _is_clear(gain, parts, max(block, SHORTEST_BLOCK)) and ours < (1 - WORTH) * theirs:
            beaten.append(f"{1 - ours / theirs:.0%} below that of {title}")
        else:
            equal.append((rival, title, theirs))
    if not equal:
        return f"{best} was worth it: its mean absolute error is {' and '.join(beaten)}."
    name, title, theirs = min(equal, key=lambda item: item[2])
    instead = f" take {spell('variant', LINEAR)}" if name == LINEAR else " what was a season before says as much"
    ours = float(errors[best].mean())
    how = "was better than" if theirs < ours else "was as good as"
    chance = "" if theirs < ours else ", which chance may make"
    unit = "in errors of the seasonal naive forecast" if group else "mean absolute error"
    compared = f"{unit}: {format_number(theirs)} against {format_number(ours)}{chance}"
    title = title[0].upper() + title[1:]
    return f"{title} {how} {best}, the best network ({compared}): the network added nothing;{instead}."


def _number_parts(forecasts: pd.DataFrame, group: str | Sequence[str]) -> NDArray[np.int64]:
    """Return a number for each row, which is that of its entity."""
    if not group:
        return np.zeros(len(forecasts), np.int64)
    return forecasts.groupby([group] if isinstance(group, str) else list(group), sort=False).ngroup().to_numpy(np.int64)


def _errors(forecasts: pd.DataFrame, group: str | Sequence[str]) -> pd.DataFrame:
    """Return the absolute errors of each model; relative to those of the naive one if there are several entities."""
    names = [name for name in (*VARIANTS, SEASONAL_NAIVE) if name in forecasts]
    errors = forecasts[names].sub(forecasts["observed"], axis=0).abs()
    if group:
        naive = errors[SEASONAL_NAIVE].groupby(_number_parts(forecasts, group)).transform("mean")
        errors = errors.div(naive.where(naive > 0, 1), axis=0)
    return errors


def _is_clear(gain: NDArray[np.float64], parts: NDArray[np.generic], block: int) -> bool:
    """Whether a mean gain is above 0 by more than chance, as blocks of rows of each part tell."""
    means = []
    for part in pd.unique(parts):
        rows = gain[parts == part]
        n = max(1, len(rows) // block)
        means += [float(chunk.mean()) for chunk in np.array_split(rows, n)]
    if len(means) < LEAST_BLOCKS:
        return False
    return bool(np.mean(means) > ERRORS * np.std(means, ddof=1) / np.sqrt(len(means)))
