"""Forecasts of real water demand: the hybrid, its six rivals, baselines, boosted trees, ETS and SARIMAX.

    python benchmarks/water.py [--parts split,paper] [--seeds 0,1,2] [--results FILE] [--shared ../shared]
    python benchmarks/water.py --show FILE
    python benchmarks/water.py --plots docs/images

Parts, in this order unless others are asked for:

split    Fort Collins as in the paper: 1,660 days, of which 998 are learned; a day and a week ahead
paper    the same days, denoised all at once as in the paper: not a forecast, but what looking ahead is worth
weather  the same days, with the weather of the day itself known
rolling  all 2,282 days, learned again every 214 days
daily    ten district areas of bwdf, days
hourly   two of them, hours: an hour, a day and a week ahead

All tables lie in `--shared`; the columns of Fort Collins that leak (the utility's projection, what the plant put out)
are not read. A step ahead, rows are forecast one by one; further ahead in runs that do not overlap, from what was known
before the run. Rows that were filled, and those after them, are not scored. One process, one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from water_plots import draw
from water_rivals import forecast
from water_series import MODELS, PARTS, SEEDED, Part, read
from water_show import print_tables

from tabgan.forecasting.backtest import score_forecast
from tabgan.forecasting.series import Series

HERE = Path(__file__).resolve().parent
QUICK = {"epochs": 2, "members": 1}


def main() -> None:
    args = parse_arguments()
    torch.set_num_threads(1)
    if args.show:
        print_tables(read_results(args.show))
        return
    settings = QUICK if args.quick else {}
    if args.plots:
        draw(read(PARTS["split"], 0, args.shared), PARTS["split"].train, settings, args.plots)
        return
    results = read_results(args.results)
    done = {(r["part"], r["area"], r["model"], r["seed"]) for r in results}
    for job in make_jobs(args):
        if job not in done:
            print(*job, file=sys.stderr, flush=True)
            append(args.results, results, run(*job, args.shared, settings))
    print_tables(results)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared", help="folder with data/")
    parser.add_argument("--parts", default=",".join(PARTS), help="separated by commas")
    parser.add_argument("--models", default=",".join(MODELS), help="separated by commas")
    parser.add_argument("--seeds", default="0,1,2", help="of networks and trees")
    parser.add_argument("--quick", action="store_true", help="networks of two epochs, to see whether everything runs")
    parser.add_argument("--results", type=Path, help="file of JSON lines to append to and to go on from")
    parser.add_argument("--show", type=Path, metavar="FILE", help="print the tables of a file of results, and no more")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="write the pictures, and no more")
    args = parser.parse_args()
    args.parts, args.models = args.parts.split(","), args.models.split(",")
    args.seeds = [int(seed) for seed in args.seeds.split(",")]
    for name, values, allowed in (("--parts", args.parts, PARTS), ("--models", args.models, MODELS)):
        if unknown := [value for value in values if value not in allowed]:
            parser.error(f"{name}: no {', '.join(unknown)}; choose from {', '.join(allowed)}")
    return args


def read_results(path: Path | None) -> list[dict]:
    """Return the results in a file; half a last line is left out."""
    lines = path.read_text().splitlines() if path and path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def append(path: Path | None, results: list[dict], more: list[dict]) -> None:
    """Add what one job found, in the file, if there is one, all at once."""
    results += more
    if path:
        with path.open("a") as file:
            file.writelines(json.dumps(result) + "\n" for result in more)


def make_jobs(args: argparse.Namespace) -> Iterator[tuple[str, int, str, int]]:
    """Yield part, area, model and seed; what has no seed is measured once."""
    for part in args.parts:
        for seed in args.seeds:
            for area in PARTS[part].areas:
                for model in PARTS[part].models:
                    if model in args.models and (model in SEEDED or seed == args.seeds[0]):
                        yield part, area, model, seed


def run(name: str, area: int, model: str, seed: int, shared: Path, settings: dict) -> list[dict]:
    """Forecast with one model and return its scores, one dict a horizon."""
    part = PARTS[name]
    series = read(part, area, shared)
    begin = time.perf_counter()
    paths = predict(model, series, part, seed, {**part.settings, **settings})
    seconds = time.perf_counter() - begin
    known = {"part": name, "area": area, "model": model, "seed": seed, "seconds": round(seconds, 1)}
    return [{**known, "horizon": horizon, **score(series, *path)} for horizon, path in paths.items()]


def predict(model: str, series: Series, part: Part, seed: int, settings: dict) -> dict[int, tuple]:
    """Return rows and forecasts by horizon; with a rolling origin, of all its parts one after the other."""
    n = len(series.values)
    collected: dict[int, list] = {horizon: [] for horizon in part.horizons}
    for start in range(part.train, n, part.refit or n):
        stop = min(n, start + part.refit) if part.refit else n
        for horizon, origins, values in forecast(model, series.head(stop), start, part.horizons, seed, settings):
            rows = origins[:, None] + np.arange(1, horizon + 1)
            collected[horizon].append((rows.ravel(), values.ravel()))
    return {h: tuple(np.concatenate(values) for values in zip(*pairs, strict=True)) for h, pairs in collected.items()}


def score(series: Series, rows: np.ndarray, values: np.ndarray) -> dict[str, float]:
    """Return the scores of forecasts of these rows, but for rows that were filled and those after them."""
    scored = ~(series.filled | np.append(False, series.filled[:-1]))[rows]
    return {"n": int(scored.sum()), **score_forecast(series.values[rows][scored], values[scored])}


if __name__ == "__main__":
    main()
