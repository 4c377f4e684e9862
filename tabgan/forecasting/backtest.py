"""Compare forecasters on rows that they have not learned, each step ahead by itself, points and intervals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import gcd
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.forecasting.accuracy import find_peaks, make_intervals, score_forecast, score_intervals, score_points
from tabgan.forecasting.calendar import find_season
from tabgan.forecasting.entities import Entity, Label, add_label, name_entities, naming, read_entities, said_once
from tabgan.forecasting.floors import find_floors
from tabgan.forecasting.forecast_checks import check_whole
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.inputs import VARIANTS
from tabgan.forecasting.naive import NAIVE, SEASONAL_NAIVE, choose_naive, repeat_past
from tabgan.forecasting.series import Series, choose_time, read_series
from tabgan.forecasting.verdict import LINEAR, judge
from tabgan.rules import suggest
from tabgan.series.time_columns import Time, TimeColumns
from tabgan.tables.intake import open_whole

__all__ = ["MODELS", "PROTOCOLS", "Backtest", "backtest", "find_peaks", "score_forecast"]

PROTOCOLS = ("leak-free", "paper")
MODELS = (*VARIANTS, *NAIVE)
ALWAYS = (LINEAR, SEASONAL_NAIVE)
"""In every table, so that one sees what a network is worth."""
MOST_ORIGINS = 1_000
"""So many rows at most are forecast from if several steps are."""


class Backtest(NamedTuple):
    """What a backtest found.

    Attributes
    ----------
    scores : DataFrame of shape (n_models, 13)
        ``model``, ``mape``, ``pmape``, ``r``, ``evs``, ``mae``, ``rmse`` (see `score_points`), ``pinball``,
        ``coverage_80``, ``width_80``, ``coverage_95``, ``width_95`` (see `score_intervals`) of all steps ahead
        together, and ``seconds`` of fit and forecasts; of several entities the means over them, and the sum of seconds.
    forecasts : DataFrame of shape (n_scored, 3 + n_models)
        ``date``, ``ahead`` (how many steps), ``observed`` and one column a model; of several entities first theirs.
    protocol : {"leak-free", "paper"}
    train : int
        Rows that were learned, of each entity.
    by_horizon : DataFrame
        ``model``, ``ahead``, ``n`` (forecasts scored) and the same scores but ``pmape``, ``r``, ``evs``.
    by_entity : DataFrame or None
        `scores` of each entity, after its columns; None if there is one series.
    verdict : str
        Whether the best network was worth it, in words; empty if none is among the models.
    """

    scores: pd.DataFrame
    forecasts: pd.DataFrame
    protocol: str
    train: int
    by_horizon: pd.DataFrame
    by_entity: pd.DataFrame | None
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Return protocol, numbers of rows, scores and the verdict as JSON values; what cannot be said is None."""
        found = {"protocol": self.protocol, "train": self.train, "test": len(self.forecasts)}
        tables = {"models": self.scores, "by_horizon": self.by_horizon}
        if self.by_entity is not None:
            tables["by_entity"] = self.by_entity
        return {**found, **{name: _to_records(table) for name, table in tables.items()}, "verdict": self.verdict}


class _Run(NamedTuple):
    """What was found of one series."""

    scores: pd.DataFrame
    forecasts: pd.DataFrame
    by_horizon: pd.DataFrame


def backtest(
    frame: pd.DataFrame,
    target: Hashable,
    factors: Sequence[Hashable] = (),
    *,
    train: int,
    models: Sequence[str] | None = None,
    protocol: str = "leak-free",
    horizon: int = 1,
    known_future: Sequence[Hashable] = (),
    time: Time | None = None,
    entity: Entity | None = None,
    date: Time | None = None,
    fill: bool = False,
    step: str = "auto",
    random_state: Any = None,
    verbose: bool = False,
    **settings: Any,
) -> Backtest:
    """Learn the first rows of a table and forecast each of the others from all rows before it.

    Rows that were filled are not scored, nor forecast from: what was interpolated knows the row after it.

    Parameters
    ----------
    frame, target, factors, known_future, time, date, fill, step
        See `read_series`.
    train : int
        How many rows are learned, the first.
    models : sequence of str, optional
        Variants of `DWTPCALSTMForecaster`, "seasonal-naive" (the same of the season before: day, week or year),
        "last-value", "yesterday" and "last-week"; when left out, all variants, and of the others those that differ.
        "linear" and "seasonal-naive" are added if not there.
    protocol : {"leak-free", "paper"}
        "paper" denoises the learned part, and then the whole series, at once. The value of a day is then seen, in part,
        by its own forecast; the scores are not those of a real forecast.
    horizon : int, default 1
        How many steps ahead are forecast, and scored one by one. If it is above 1, forecasts start from at most 1,000
        rows, evenly apart but not in step with day and week.
    entity : column's name, or several, optional
        Whose a row is, if the table holds several series; each is learned and scored by itself, and `train` is the
        number of rows of each.
    random_state, verbose, **settings
        Of `DWTPCALSTMForecaster`. No rows are held aside for intervals: those of a row are made from the errors of the
        forecasts that were known when it was forecast, for each step ahead by itself.

    Raises
    ------
    InputError
        The table, a model's name, the protocol or a setting cannot be used, or no rows are left to learn or score.
    """
    _check(protocol, models)
    check_whole("horizon", horizon, 1)
    time, (frame, _) = choose_time(time, date), open_whole(frame)
    settings = {"causal": protocol == "leak-free", "random_state": random_state, "verbose": verbose, **settings}

    def run(rows: pd.DataFrame, told: TimeColumns | Time | None) -> tuple[_Run, int]:
        series = read_series(rows, target, factors, known_future, told, fill, step=step)
        return _run(series, models, train, horizon, settings), max(find_season(series.clock), horizon)

    if entity is None:
        found, block = run(frame, time)
        verdict = judge(found.forecasts, block * horizon)
        return Backtest(found.scores, found.forecasts, protocol, train, found.by_horizon, None, verdict)
    runs: dict[Label, _Run] = {}
    blocks = [1]
    with said_once():
        for label, rows, told in read_entities(frame, entity, time, [target, *factors], fill):
            with naming(label):
                runs[label], block = run(rows, told)
            blocks.append(block)
    names = [str(name) for name in name_entities(frame, entity)]
    return _join(runs, names, protocol, train, max(blocks) * horizon)


def _check(protocol: str, models: Sequence[str] | None) -> None:
    if protocol not in PROTOCOLS:
        raise InputError(f"protocol must be one of {', '.join(PROTOCOLS)}, but is {protocol!r}")
    if models is not None and not len(models):
        raise InputError(f"a backtest needs a model; the models are {', '.join(MODELS)}")
    for name in models or ():
        if name not in MODELS:
            raise InputError(f"there is no model {name!r}; {suggest(name, MODELS, 'models')}")


def _run(series: Series, models: Sequence[str] | None, train: int, horizon: int, settings: dict[str, Any]) -> _Run:
    """Backtest one series."""
    n = len(series.values)
    if not 2 <= train <= n - 2:
        raise InputError(f"train must leave rows to score, so be from 2 to {n - 2} of {n}, but is {train}")
    if models is None:
        models = [*VARIANTS, *choose_naive(series.clock)]
    names = list(dict.fromkeys([*models, *ALWAYS]))
    origins = choose_origins(train, n, horizon)
    rows = origins[:, None] + np.arange(1, horizon + 1)  # (m, horizon)
    observed = np.append(series.values, np.full(horizon, np.nan))[rows]
    filled = np.append(series.filled, np.zeros(horizon, dtype=bool))
    observed[filled[rows] | filled[origins][:, None]] = np.nan
    there = ~np.isnan(observed)
    if there.sum() < 2 or np.nanmin(observed) == np.nanmax(observed):
        raise InputError("the rows to score must be at least two that differ; learn fewer rows")
    relative = bool(series.values.min() > 0)
    floors = np.broadcast_to(find_floors(series.values, origins)[:, None], rows.shape)
    forecasts, scores, steps = {}, [], []
    for name in names:
        begin = perf_counter()
        path = _forecast(name, series, train, origins, horizon, settings)
        seconds = round(perf_counter() - begin, 2)
        forecasts[name] = path[there]
        halves = _make_halves(observed, path, origins, relative)
        whole = score_intervals(
            observed[there], path[there], {c: half[there] for c, half in halves.items()}, floors[there]
        )
        scores.append({"model": name, **score_points(observed[there], path[there]), **whole, "seconds": seconds})
        steps += _score_steps(name, observed, path, halves, floors)
    times = series.clock.stamps(rows[there])
    ahead = np.broadcast_to(np.arange(1, horizon + 1), rows.shape)[there]
    table = pd.DataFrame({"date": times, "ahead": ahead, "observed": observed[there], **forecasts})
    return _Run(pd.DataFrame(scores), table, pd.DataFrame(steps))


def choose_origins(train: int, n: int, horizon: int) -> NDArray[np.intp]:
    """Return the rows to forecast from: all from the last learned one on, or some that are evenly apart.

    Their distance has no factor 2, 3, 5 or 7, so that they are at all times of a day and days of a week.

    Examples
    --------
    >>> choose_origins(100, 104, 1).tolist(), choose_origins(100, 5_100, 24)[:3].tolist()
    ([99, 100, 101, 102], [99, 110, 121])
    """
    apart = 1
    while horizon > 1 and ((n - train) / apart > MOST_ORIGINS or gcd(apart, 210) > 1):
        apart += 1
    return np.arange(train - 1, n - 1, apart)


def _forecast(
    name: str, series: Series, train: int, origins: NDArray[np.intp], horizon: int, settings: dict[str, Any]
) -> NDArray[np.float64]:
    if name in NAIVE:
        return repeat_past(name, series, origins, horizon)
    settings = {"logarithm": bool(series.values.min() > 0), **settings}  # what is zero or less later has none
    model = DWTPCALSTMForecaster(name, calibration=0, **settings)
    return model.fit_series(series.head(train), {}).follow(series, origins, horizon)


def _make_halves(
    observed: NDArray[np.float64], path: NDArray[np.float64], origins: NDArray[np.intp], relative: bool
) -> dict[float, NDArray[np.float64]]:
    """Return half the widths of the intervals of all forecasts, each of shape (m, horizon)."""
    places = origins - origins[0]
    columns = []
    for h in range(observed.shape[1]):
        truth, forecast = (np.full(places[-1] + 1, np.nan) for _ in range(2))
        truth[places], forecast[places] = observed[:, h], path[:, h]
        columns.append(make_intervals(truth, forecast, h + 1, relative))
    return {c: np.column_stack([column[c][places] for column in columns]) for c in columns[0]}


def _score_steps(
    name: str,
    observed: NDArray[np.float64],
    path: NDArray[np.float64],
    halves: dict[float, NDArray[np.float64]],
    floors: NDArray[np.float64],
) -> list[dict[str, Any]]:
    """Return the scores of each step ahead that has two forecasts that can be scored."""
    scores = []
    for h in range(observed.shape[1]):
        rows = ~np.isnan(observed[:, h])
        if rows.sum() < 2:
            continue
        y, f = observed[rows, h], path[rows, h]
        points = {key: value for key, value in score_points(y, f).items() if key in ("mape", "mae", "rmse")}
        spread = score_intervals(y, f, {c: half[rows, h] for c, half in halves.items()}, floors[rows, h])
        scores.append({"model": name, "ahead": h + 1, "n": int(rows.sum()), **points, **spread})
    return scores


def _join(runs: dict[Label, _Run], entity: list[str], protocol: str, train: int, block: int) -> Backtest:
    """Return the backtest of several entities: overall scores are the means over them."""

    def stack(tables: dict[Label, pd.DataFrame]) -> pd.DataFrame:
        return pd.concat([add_label(table, entity, label) for label, table in tables.items()], ignore_index=True)

    scores, by_horizon, forecasts = (stack({label: run[i] for label, run in runs.items()}) for i in (0, 2, 1))
    by_model = scores.drop(columns=entity).groupby("model", sort=False)
    overall = by_model.mean().assign(seconds=by_model["seconds"].sum()).reset_index()
    steps = by_horizon.drop(columns=entity).groupby(["model", "ahead"], sort=False)
    horizons = steps.mean().assign(n=steps["n"].sum()).reset_index()
    return Backtest(overall, forecasts, protocol, train, horizons, scores, judge(forecasts, block, entity))


def _to_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {key: None if isinstance(value, float) and np.isnan(value) else value for key, value in row.items()}
        for row in table.to_dict("records")
    ]
