"""Does it help a forecaster to learn generated series beside the real one? A difference, its interval, a verdict.

    python examples/07_forecast_augmentation/augment.py [--days 100,400] [--seeds 5] [--iterations 3000] [--times 3]

Boosted trees and a ridge regression forecast the demand of the next day from the fourteen days before it and the
weekday, after 100 and 400 days. TimeSeriesSynthesizer learns the hours of the same days alone; three series as long as
the real one, summed up to days, are learned beside it. All are judged on the same days, which come after the 400.

The hours are simulated (see data/README.md), so the answer says nothing about real demand. With a table of your own:

    python examples/07_forecast_augmentation/augment.py --table demand.csv --time stamp --target flow

The interval is that of a bootstrap of weeks and seeds: it says how sure the difference is on days like these.
"""

from __future__ import annotations

import argparse
import runpy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tabgan import TimeSeriesSynthesizer
from tabgan.errors import TabganWarning

SIMULATE = Path(__file__).resolve().parents[2] / "data" / "make_simulated_hourly_demand.py"
LAGS, WEEK, DRAWS = 14, 7, 2000


def main() -> None:
    """Run the example."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", type=Path, help="hours of demand; simulated ones if there is none")
    parser.add_argument("--time", default="time", help="its column of stamps, each hour once (time)")
    parser.add_argument("--target", default="homes", help="its column of demand (homes)")
    parser.add_argument("--days", default="100,400", help="how many are learned, separated by commas (100,400)")
    parser.add_argument("--seeds", type=int, default=5, help="fits of generator and trees (5)")
    parser.add_argument("--iterations", type=int, default=3000, help="of the generator (3000)")
    parser.add_argument("--times", type=int, default=3, help="generated series beside the real one (3)")
    args = parser.parse_args()
    warnings.simplefilter("ignore", TabganWarning)
    hours = read(args)
    many = sorted(int(days) for days in args.days.split(","))
    print("model  days  MAPE without  with  difference (95%)           verdict")
    for days in many:
        errors: dict[str, list[np.ndarray]] = {name: [] for name in make_models(0)}
        for seed in range(args.seeds):
            made = generate(hours[: 24 * days], args.times, args.iterations, seed)
            for name in errors:
                errors[name].append(measure(hours, days, many[-1], made, make_models(seed)[name]))
        for name, found in errors.items():
            without, with_ = np.array(found).mean((0, 2))
            low, high = interval(np.array(found))
            verdict = "helps" if high < 0 else "harms" if low > 0 else "cannot tell"
            difference = f"{with_ - without:+.2f} ({low:+.2f} to {high:+.2f})"
            print(f"{name:5}  {days:4}  {without:12.2f}  {with_:4.2f}  {difference:25}  {verdict}", flush=True)


def read(args: argparse.Namespace) -> pd.Series:
    """Return demand by the hour, gaps filled in along lines, from the first midnight on."""
    table = pd.read_csv(args.table) if args.table else runpy.run_path(str(SIMULATE))["simulate"](820)
    series = table.set_index(pd.to_datetime(table[args.time]))[args.target].asfreq("h").interpolate().dropna()
    return series[series.index.normalize().unique()[1] :].rename("demand").rename_axis("time")


def generate(hours: pd.Series, times: int, iterations: int, seed: int) -> list[pd.Series]:
    """Return series by the hour as long as the one that is learned."""
    model = TimeSeriesSynthesizer(time="time", iterations=iterations, random_state=seed).fit(hours.reset_index())
    rows = model.sample_series(len(hours), start=hours.index[0], n=times)
    rows = rows if "series" in rows else rows.assign(series=1)
    return [one.set_index("time")["demand"] for _, one in rows.groupby("series")]


def make_models(seed: int) -> dict[str, Any]:
    trees = HistGradientBoostingRegressor(max_iter=200, learning_rate=0.05, max_leaf_nodes=8, random_state=seed)
    return {"trees": trees, "ridge": make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 3, 11)))}


def measure(hours: pd.Series, days: int, test: int, made: list[pd.Series], model: Any) -> np.ndarray:
    """Return errors in percent of the days from `test` on, of shape (2, n_days): without and with generated series."""
    X, y, last = make_rows(hours)
    learned = slice(0, days - LAGS)
    others = [make_rows(one) for one in made]
    errors = []
    for beside in ([], others):
        rows = [(X[learned], y[learned]), *((X, y) for X, y, _ in beside)]
        model.fit(np.concatenate([X for X, _ in rows]), np.concatenate([y for _, y in rows]))
        forecast = (last * np.exp(model.predict(X)))[test - LAGS :]
        true = (last * np.exp(y))[test - LAGS :]
        errors.append(100 * np.abs(forecast - true) / true)
    return np.array(errors)


def make_rows(hours: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of each day its lags and weekday, its demand over that of the day before, as a log, and that."""
    days = hours.resample("D").mean()
    logs, index = np.log(days.to_numpy().clip(1e-9)), days.index[LAGS:]
    lags = np.lib.stride_tricks.sliding_window_view(logs, LAGS)[:-1]
    week = np.eye(WEEK)[index.day_of_week]
    X = np.hstack([lags - lags[:, -1:], lags[:, -1:], week])
    return X, logs[LAGS:] - lags[:, -1], np.exp(lags[:, -1])


def interval(errors: np.ndarray) -> tuple[float, float]:
    """Return 95% limits of the mean difference; `errors` has shape (n_seeds, 2, n_days). Weeks are drawn, and seeds."""
    rng = np.random.default_rng(0)
    differences = errors[:, 1] - errors[:, 0]
    n_seeds, n_weeks = len(differences), differences.shape[1] // WEEK
    weeks = differences[:, : n_weeks * WEEK].reshape(n_seeds, n_weeks, WEEK).mean(2)
    draws = [
        weeks[rng.integers(n_seeds, size=(n_seeds, 1)), rng.integers(n_weeks, size=n_weeks)].mean()
        for _ in range(DRAWS)
    ]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
