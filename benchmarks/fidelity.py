"""The table to beat, the numeric tables, the tables kept aside and the small ones: one command, every score.

    python benchmarks/fidelity.py [--tables diffusion,numeric,aside,small] [--seeds 0,1,2] [--preset best]
                                  [--set NAME=VALUE] [--kinds tabgan,floor,smote] [--jobs 2] [--results FILE]
    python benchmarks/fidelity.py --show FILE

Every fit has one thread; `--jobs` fits run side by side. With `--results` each result is appended to a file of JSON
lines as soon as it is there, and what is in the file already (same table, kind and seed) is not run again: a run that
was killed goes on, and a new version needs a new file. Means over the seeds are shown, with the range (largest minus
smallest) in brackets.

Rows are scored by `judge/metrics.py`, which runs in an environment of its own (.venv-judge, made when missing). Kinds:
"tabgan"; "floor", real rows in place of generated ones: what a perfect synthesizer would get; "smote", each row a point
between a training row and one of its 5 nearest neighbours, as Chawla et al. 2002 make them (tables of numbers alone);
"copies", training rows drawn with replacement: what the DCR ratio is there to catch. DCR ratio: median distance of a
generated row to the closest training row over that to the closest test row, 1 when it comes no nearer to what was
learned.

diffusion
    The protocol of the papers on table diffusion. adult: the given split. magic with its class, beijing: 90/10, seed 0
    (the papers' random split is another one). As many rows are generated as were learned. Shape and Trend error:
    against the training rows, by sdmetrics_quality.py; their floor is that of training rows drawn with replacement. AUC
    or R2 of boosted trees that learn generated rows and are tested on real ones ("trained on real": the ceiling); the
    papers tune XGBoost, the judge takes scikit-learn's boosted trees as they are. Detector AUC: against the test part.
    DCR ratio: from a training row to the closest generated row, over that from a test row. The judge's own looks at as
    many training rows as there are test rows; with nine times as many to copy from it misses most copies (it gives
    copies of magic 0.94).

    beijing is prepared as TabSyn does (process_dataset.py, data/Info/beijing.json): without the row number, without the
    2,067 rows that lack pm2.5; year, month, day, hour and wind direction are categories, the six measurements and the
    target pm2.5 are numbers. adult's "?" is a level like any other.
numeric, aside
    Two halves, seed 0, as in quality.py. As many rows are generated as the test half has, and scored against it. The
    tables called aside are no guide to any default: they check that defaults carry over.
small
    50 to 1,000 rows of california_housing and concrete, other ones with each seed, against 1,000 (515) rows that were
    not learned.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from fidelity_show import print_tables
from fidelity_tables import ALL, GROUPS
from quality import HERE, literal, make_judge_environment, score
from sklearn.neighbors import NearestNeighbors

from tabgan import WGANGPSynthesizer
from tabgan.evaluation.closeness import compare_distances
from tabgan.evaluation.features import align

OTHERS = ("floor", "smote", "copies")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


def main() -> None:
    args = parse_arguments()
    if args.show:
        print_tables(read_results(args.show))
        return
    os.environ.update(ONE_THREAD)  # before the processes start, which read it once
    args.judge_python = str(args.judge_python or make_judge_environment())
    known = {key(result): result for result in read_results(args.results)}
    wanted = [
        (table, tabgan_name(args) if kind == "tabgan" else kind, seed)
        for table in args.tables
        for kind in args.kinds
        for seed in (args.seeds[:1] if kind == "floor" and table not in GROUPS["small"] else args.seeds)
        if not (kind == "smote" and ALL[table].mixed)
    ]
    todo = [job for job in wanted if job not in known]
    with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(try_job, job, args): job for job in todo}
        for i, future in enumerate(as_completed(futures), 1):
            result, job = future.result(), futures[future]
            print(f"{i} of {len(todo)}: {job} {'failed' if result is None else ''}", file=sys.stderr, flush=True)
            if result is not None:
                known[job] = result
                append(args.results, result)
    print_tables([known[job] for job in wanted if job in known])


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=HERE.parent.parent / "shared", help="folder with data/ and judge/"
    )
    parser.add_argument(
        "--tables", default="diffusion,numeric", help=f"groups ({', '.join(GROUPS)}) or names of tables"
    )
    parser.add_argument("--kinds", default="floor,smote,tabgan", help=f"of tabgan, {', '.join(OTHERS)}")
    parser.add_argument("--seeds", default="0,1,2", help="of the fits and the rows")
    parser.add_argument("--preset", default="best", help="of tabgan; none for its default")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of tabgan")
    parser.add_argument("--jobs", type=int, default=2, help="how many fits run side by side")
    parser.add_argument("--results", type=Path, help="file of JSON lines to append to and to go on from")
    parser.add_argument("--show", type=Path, metavar="FILE", help="print the tables of a file of results, and no more")
    parser.add_argument("--judge-python", type=Path, help="an interpreter that has sdmetrics, in place of .venv-judge")
    args = parser.parse_args()
    args.tables = [table for name in args.tables.split(",") for table in GROUPS.get(name, [name])]
    args.kinds, args.seeds = args.kinds.split(","), [int(seed) for seed in args.seeds.split(",")]
    for name, values, allowed in (("--tables", args.tables, ALL), ("--kinds", args.kinds, ("tabgan", *OTHERS))):
        if unknown := [value for value in values if value not in allowed]:
            parser.error(f"{name}: no {', '.join(unknown)}; choose from {', '.join(allowed)}")
    return args


def tabgan_name(args: argparse.Namespace) -> str:
    return " ".join(["tabgan", args.preset, *args.set])


def key(result: dict) -> tuple[str, str, int]:
    return result["table"], result["kind"], result["seed"]


def read_results(path: Path | None) -> list[dict]:
    """Return the results in a file; the last line of a run that was killed may be half a line, which is left out."""
    lines = path.read_text().splitlines() if path and path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def append(path: Path | None, result: dict) -> None:
    if path:
        with path.open("a+b") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() and (file.seek(-1, os.SEEK_END), file.read())[1] != b"\n":
                file.write(b"\n")  # after half a line
            file.write(json.dumps(result).encode() + b"\n")


def try_job(job: tuple[str, str, int], args: argparse.Namespace) -> dict | None:
    """Return the result of a job; None, with the reason on stderr, where it failed."""
    try:
        return run(job, args)
    except Exception:  # the other fits go on
        print(f"{job}: {traceback.format_exc(limit=-2)}", file=sys.stderr, flush=True)
        return None


def run(job: tuple[str, str, int], args: argparse.Namespace) -> dict:
    """Make the rows of one kind and score them."""
    name, kind, seed = job
    table = ALL[name]
    train, test = table.cut(args.shared / "data", seed)
    diffusion = table.protocol == "diffusion"
    rng = np.random.default_rng(seed)
    n_rows, seconds = len(train) if diffusion else len(test), {}
    copies = train.iloc[rng.integers(len(train), size=n_rows)]
    if kind in ("floor", "copies"):
        rows = train if kind == "floor" else copies
    elif kind == "smote":
        rows = interpolate(train, n_rows, rng)
    else:
        rows, seconds = synthesize(train, n_rows, args, seed)
    categories = [column for column in train if not pd.api.types.is_numeric_dtype(train[column])]
    options = ["--cat", ",".join(categories), *(["--target", table.target] if table.target else [])]
    judge = [args.judge_python, str(args.shared / "judge" / "metrics.py")]
    scores = score(judge, train, test, rows, kind == "floor", *options)
    if diffusion:
        scores |= shape_and_trend(args.judge_python, train, copies if kind == "floor" else rows, categories)
        if kind != "floor":
            scores["dcr_ratio"] = closeness(train, test, rows, categories)
    kept = {name: value for name, value in scores.items() if not isinstance(value, dict)}
    return {"table": name, "kind": kind, "seed": seed, **seconds, **kept}


def synthesize(
    train: pd.DataFrame, n_rows: int, args: argparse.Namespace, seed: int
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the rows of a fit, and the seconds of fitting and of generating."""
    settings = {"preset": None if args.preset == "none" else args.preset, "threads": 1}
    settings |= {name: literal(value) for name, value in (pair.split("=", 1) for pair in args.set)}
    begin = time.perf_counter()
    model = WGANGPSynthesizer(random_state=seed, device="cpu", **settings).fit(train.reset_index(drop=True))
    fitted = time.perf_counter()
    rows = model.sample(n_rows)
    return rows, {"seconds": fitted - begin, "sample_seconds": time.perf_counter() - fitted}


def interpolate(train: pd.DataFrame, n_rows: int, rng: np.random.Generator, n_neighbours: int = 5) -> pd.DataFrame:
    """Return points between training rows and their nearest neighbours, in standardised columns."""
    X = train.to_numpy(float)
    scaled = (X - X.mean(0)) / np.maximum(X.std(0), 1e-12)
    near = NearestNeighbors(n_neighbors=n_neighbours + 1).fit(scaled).kneighbors(scaled, return_distance=False)[:, 1:]
    chosen = rng.integers(len(X), size=n_rows)
    other = near[chosen, rng.integers(n_neighbours, size=n_rows)]
    return pd.DataFrame(X[chosen] + rng.random((n_rows, 1)) * (X[other] - X[chosen]), columns=train.columns)


def closeness(train: pd.DataFrame, test: pd.DataFrame, rows: pd.DataFrame, categories: list[str]) -> float:
    """Return the ratio of `compare_distances`: what a fit says of itself, with the test rows in the place of held-aside
    ones."""
    features, aligned, _ = align({"train": train, "test": test, "rows": rows}, categorical=categories)
    return compare_distances(*aligned.values(), features, np.random.default_rng(0)).ratio


def shape_and_trend(
    python: str, real: pd.DataFrame, synthetic: pd.DataFrame, categories: list[str]
) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("real.csv", "synthetic.csv")]
        for table, file in zip((real, synthetic), files, strict=True):
            table.to_csv(file, index=False)
        command = [python, str(HERE / "sdmetrics_quality.py"), *files, "--categorical", ",".join(categories)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
