"""How good forecasts were on the rows that a forecaster holds aside for its intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tabgan.forecasting.accuracy import score_points
from tabgan.forecasting.entities import Entity, Label, say_label
from tabgan.forecasting.naive import SEASONAL_NAIVE, repeat_past, steps_before
from tabgan.text import format_number

if TYPE_CHECKING:
    from tabgan.forecasting.forecaster import DWTPCALSTMForecaster


class Accuracy(NamedTuple):
    """Errors over all steps ahead, beside those of what was a season before.

    Attributes
    ----------
    rmse, naive_rmse : float
        Root mean squared errors.
    mase, naive_mase : float
        Mean absolute errors over that of one season before in the learned rows; NaN where these do not change.
    n_origins : int
        From how many rows was forecast.
    """

    rmse: float
    naive_rmse: float
    mase: float
    naive_mase: float
    n_origins: int


def measure_accuracy(model: DWTPCALSTMForecaster, horizon: int) -> Accuracy | None:
    """Return how good forecasts so many steps ahead were on the rows held aside; None where there are none to score.

    Rows that were filled are not scored, nor forecast from, as in `backtest`. Of several entities, each of
    `parts_` has its own.
    """
    series, n = model.series_, len(model.series_.values)
    origins = np.arange(model.n_learned_ - 1, n - 1)
    origins = origins[~series.filled[origins]]
    if not len(origins):
        return None
    rows = origins[:, None] + np.arange(1, horizon + 1)
    filled = np.append(series.filled[:n], np.ones(horizon, dtype=bool))  # the future, which nobody has seen
    there = ~filled[rows]
    if not there.any():
        return None
    observed = series.values[rows[there]]
    ours = score_points(observed, model.follow(series, origins, horizon)[there])
    naive = score_points(observed, repeat_past(SEASONAL_NAIVE, series, origins, horizon)[there])
    learned, season = series.values[: model.n_learned_], steps_before(SEASONAL_NAIVE, series.clock)
    scale = float(np.abs(learned[season:] - learned[:-season]).mean()) if len(learned) > season else 0.0
    mase, naive_mase = (scores["mae"] / scale if scale else np.nan for scores in (ours, naive))
    return Accuracy(ours["rmse"], naive["rmse"], mase, naive_mase, int(there.any(axis=1).sum()))


def say_accuracy(accuracy: Accuracy | None) -> str:
    """Return an accuracy in words.

    Examples
    --------
    >>> say_accuracy(Accuracy(1.25, 1.5, 0.8, 0.96, 39))
    'RMSE 1.25 (a season before: 1.5), MASE 0.80 (0.96), from 39 rows held aside'
    >>> say_accuracy(None)
    'accuracy not measured: see tabgan backtest'
    """
    if accuracy is None:
        return "accuracy not measured: see tabgan backtest"
    rmse, naive, n = format_number(accuracy.rmse), format_number(accuracy.naive_rmse), f"{accuracy.n_origins:,}"
    if not np.isfinite(accuracy.mase):
        return f"RMSE {rmse} (a season before: {naive}), from {n} rows held aside"
    mase, naive_mase = f"{accuracy.mase:.2f}", f"{accuracy.naive_mase:.2f}"
    return f"RMSE {rmse} (a season before: {naive}), MASE {mase} ({naive_mase}), from {n} rows held aside"


def measure_each(model: DWTPCALSTMForecaster, horizon: int) -> dict[Label, Accuracy | None]:
    """Return what `measure_accuracy` says of each entity, by its label; of a single series by ``""``."""
    return {label: measure_accuracy(part, horizon) for label, part in (model.parts_ or {"": model}).items()}


def say_each(accuracies: dict[Label, Accuracy | None]) -> list[str]:
    """Return accuracies in words, a line for each, which begins with whose it is.

    Examples
    --------
    >>> say_each({("north", 2): None})
    ['north, 2: accuracy not measured: see tabgan backtest']
    """
    return [
        say_accuracy(one) if label == "" else f"{say_label(label)}: {say_accuracy(one)}"
        for label, one in accuracies.items()
    ]


def describe_each(accuracies: dict[Label, Accuracy | None], entity: Entity | None) -> list[dict[str, Any]]:
    """Return accuracies as JSON values, those of entities with whose they are; None stands for what was not measured.

    Examples
    --------
    >>> describe_each({"north": Accuracy(1.5, 2.0, float("nan"), 1.0, 9)}, "site")
    [{'site': 'north', 'rmse': 1.5, 'naive_rmse': 2.0, 'mase': None, 'naive_mase': 1.0, 'n_origins': 9}]
    """
    names = [] if entity is None else entity if isinstance(entity, (list, tuple)) else [entity]
    found = []
    for label, one in accuracies.items():
        whose = dict(zip(map(str, names), label if isinstance(label, tuple) else [label], strict=False))
        numbers = one._asdict() if one else dict.fromkeys(Accuracy._fields)
        found.append(whose | {name: None if value != value else value for name, value in numbers.items()})
    return found
