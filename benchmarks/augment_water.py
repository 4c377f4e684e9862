"""Do generated rows help a forecaster that has few days to learn?

    python benchmarks/augment_water.py [--results FILE] [--seeds 0,1,2,3,4,5,6,7,8,9] [--shared ../shared]
    python benchmarks/augment_water.py --show FILE

Boosted trees and the hybrid learn the first 100, 200 and 400 days of Fort Collins, with and without rows that
WGANGPSynthesizer (preset "fast"), fitted on the same days alone, adds: as many as there are real ones, or three times
as many. All are judged one day ahead on the 662 test days of water.py, leak-free. A row of the trees is lags, factors,
weekday, season and target. A row of the hybrid is one of its encoded windows, seven days long, and target: demand
relative to the last day, noise, components and calendar, 7 times each. Its stopping part stays real.

Differences are paired by seed, which is that of the generator, the networks and the trees; the interval is Student's.
It says how sure the mean over seeds is on these days, and nothing about other days.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy import stats
from sklearn.ensemble import HistGradientBoostingRegressor
from water import append, read_results, score
from water_rivals import TREES, make_rows
from water_series import PARTS, read
from water_show import print_header, print_row

from tabgan import WGANGPSynthesizer
from tabgan.errors import TabganWarning
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.learners import Ensemble, Training
from tabgan.forecasting.series import Series

DAYS, TIMES = (100, 200, 400), (0, 1, 3)
WEEKDAYS = slice(-12, -5)  # of a row of the trees: seven columns of 0 and 1, then four waves of the year and the target
SHORT = {"window": 7, "calibration": 0}


def main() -> None:
    args = parse_arguments()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore", TabganWarning)  # few rows
    if args.show:
        print_table(read_results(args.show))
        return
    series = read(PARTS["split"], 0, args.shared)
    tested = np.arange(PARTS["split"].train, len(series.values))
    results = read_results(args.results)
    done = {(r["model"], r["days"], r["seed"]) for r in results}
    for seed in (int(seed) for seed in args.seeds.split(",")):
        for days in DAYS:
            for name, measure in MEASURES.items():
                if name not in args.models or (name, days, seed) in done:
                    continue
                print(name, days, seed, file=sys.stderr, flush=True)
                run = list(measure(series, days, seed, {"iterations": 20} if args.quick else {}))
                append(
                    args.results,
                    results,
                    [
                        {"model": name, "days": days, "seed": seed, "times": times, **score(series, tested, forecasts)}
                        for times, forecasts in run
                    ],
                )
    print_table(results)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--models", default=",".join(MEASURES), help="separated by commas")
    parser.add_argument("--seeds", default=",".join(map(str, range(10))), help="separated by commas")
    parser.add_argument("--quick", action="store_true", help="generators of 20 iterations, to see whether all runs")
    parser.add_argument("--results", type=Path, help="file of JSON lines to append to and to go on from")
    parser.add_argument("--show", type=Path, metavar="FILE", help="print the table of a file of results, and no more")
    args = parser.parse_args()
    args.models = args.models.split(",")
    if unknown := [name for name in args.models if name not in MEASURES]:
        parser.error(f"--models: no {', '.join(unknown)}; choose from {', '.join(MEASURES)}")
    return args


def generate(rows: np.ndarray, seed: int, settings: dict, weekdays: slice | None = None) -> np.ndarray:
    """Return three times as many rows like these; seven columns of weekdays are learned as one category."""
    places = np.arange(rows.shape[1])
    week = places[weekdays] if weekdays else places[:0]
    table = pd.DataFrame(np.delete(rows, week, axis=1)).rename(columns=str)
    kinds = None
    if len(week):
        table["weekday"] = rows[:, week].argmax(axis=1).astype(str)
        kinds = {"weekday": "categorical"}
    model = WGANGPSynthesizer(preset="fast", random_state=seed, threads=1, kinds=kinds, **settings).fit(table)
    drawn = model.sample(max(TIMES) * len(rows))
    made = np.empty((len(drawn), rows.shape[1]))
    made[:, np.delete(places, week)] = drawn.drop(columns=list(kinds or ())).to_numpy(float)
    if len(week):
        made[:, week] = np.eye(7)[drawn["weekday"].astype(int)]
    return made


def measure_trees(series: Series, days: int, seed: int, settings: dict) -> Iterator[tuple[int, np.ndarray]]:
    """Yield how many times as many rows were added as there are real ones, and the forecasts of the test days."""
    rows, start = make_rows(series), PARTS["split"].train
    real, tested = rows[: days - (len(series.values) - len(rows))], rows[-(len(series.values) - start) :]
    made = generate(real, seed, settings, WEEKDAYS)
    for times in TIMES:
        learned = np.vstack([made[: times * len(real)], real])
        trees = HistGradientBoostingRegressor(random_state=seed, **TREES).fit(learned[:, :-1], learned[:, -1])
        yield times, series.values[start - 1 : -1] * np.exp(trees.predict(tested[:, :-1]))


def measure_hybrid(series: Series, days: int, seed: int, settings: dict) -> Iterator[tuple[int, np.ndarray]]:
    """The same of the hybrid, whose encoded windows are the rows."""
    head, start = series.head(days), PARTS["split"].train
    model = DWTPCALSTMForecaster(random_state=seed, **SHORT).fit_series(head, {})
    yield 0, model.predict_series(series, start)
    inputs = model.inputs_
    origins = np.arange(inputs.window - 1, days - 1)
    streams, target = inputs.encode(inputs.make_windows(head, origins)), inputs.make_targets(head, origins)
    first = streams[0].shape[2]
    own = np.concatenate([streams[0], streams[1][:, :, :1]], axis=2)  # both streams end with the same factors
    real = np.column_stack([own.reshape(len(own), -1), target])
    made = generate(real, seed, settings)
    for times in TIMES[1:]:
        learned = np.vstack([made[: times * len(real)], real])
        windows = learned[:, :-1].reshape(len(learned), -1, first + 1)
        streams = [windows[:, :, :first], np.concatenate([windows[:, :, -1:], windows[:, :, 1:first]], axis=2)]
        stopping = model.stopping / (1 + times)  # the same days as without generated rows
        training = Training(model.hidden, model.epochs, model.patience, model.members, stopping, "")
        model.learner_ = Ensemble.fit("lstm", streams, learned[:, -1], training, seed)
        yield times, model.predict_series(series, start)


MEASURES = {"boosting": measure_trees, "dwt-pca-lstm": measure_hybrid}


def print_table(results: list[dict]) -> None:
    """A row for each model, number of days and share of generated rows: means, paired difference, 95% interval."""
    print_header(
        "model", "days", "generated rows", "MAPE %", "without", "difference (95%)", "pMAPE difference", "seeds"
    )
    runs = pd.DataFrame(results).set_index(["model", "days", "times", "seed"])[["mape", "pmape"]].sort_index()
    for model, days, times in runs.index.droplevel("seed").unique():
        if times:
            with_, without = runs.loc[(model, days, times)].align(runs.loc[(model, days, 0)], join="inner", axis=0)
            cells = [interval(with_[name] - without[name]) for name in ("mape", "pmape")]
            means = [f"{table['mape'].mean():.2f}" for table in (with_, without)]
            print_row(model, days, f"{times} x real", *means, *cells, len(with_))


def interval(differences: pd.Series) -> str:
    n = len(differences)
    half = stats.t.ppf(0.975, n - 1) * differences.std() / np.sqrt(n) if n > 1 else np.nan
    return f"{differences.mean():+.2f} ({differences.mean() - half:+.2f} to {differences.mean() + half:+.2f})"


if __name__ == "__main__":
    main()
