"""How good generated rows are, on real tables, scored by an independent judge beside the real-against-real floor.

    python benchmarks/quality.py [--shared ../shared] [--tables cwru_bearing,concrete] [--set NAME=VALUE] [--seeds 0]

Each table is cut into two halves, seed 0; tabgan learns one half with one thread, and as many rows as the other half
has are scored against that other half by `judge/metrics.py`, which runs in an environment of its own (.venv-judge, made
when missing). "floor" scores the training half itself: what a perfect synthesizer would get. "textbook" is the usual
WGAN-GP: linear scaling, learning rate 1e-4, lambda 10, no average, no calibration, batches of 64.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from tabgan import WGANGPSynthesizer
from tabgan.columns import select_columns

HERE = Path(__file__).resolve().parent
TABLES = {
    "cwru_bearing": ("cwru_bearing/feature_time_48k_2048_load_1.csv", "1-9"),
    "concrete": ("concrete/concrete.csv", "1-9"),
    "california_housing": ("california_housing/california_housing.csv", "1-9"),
    "magic": ("magic/magic04.csv", "1-10"),
    "breast_cancer": (HERE.parent / "data" / "breast_cancer.csv", "1-9"),
}
TEXTBOOK = {"preset": "matlab", "batch_size": 64}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=HERE.parent.parent / "shared", help="folder with data/ and judge/"
    )
    parser.add_argument("--tables", default=",".join(TABLES), help="which tables, separated by commas")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the synthesizer other than its default",
    )
    parser.add_argument("--seeds", default="0", help="seeds of the fit, separated by commas; means are shown")
    parser.add_argument("--judge-python", type=Path, help="an interpreter that has sdmetrics, in place of .venv-judge")
    parser.add_argument("--no-textbook", action="store_true", help="leave the textbook rows out")
    args = parser.parse_args()
    torch.set_num_threads(1)
    judge = [str(args.judge_python or make_judge_environment()), str(args.shared / "judge" / "metrics.py")]
    settings = dict(pair.split("=", 1) for pair in args.set)
    kinds = {"floor": None, "textbook": TEXTBOOK, "tabgan": {name: literal(value) for name, value in settings.items()}}
    if args.no_textbook:
        del kinds["textbook"]
    print("| table | rows | | seconds | mean KS | pair error | detector AUC |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for name in args.tables.split(","):
        path, columns = TABLES[name]
        train, test = halves(pd.read_csv(args.shared / "data" / path), columns)
        for kind, chosen in kinds.items():
            results = [measure(judge, train, test, chosen, int(seed)) for seed in args.seeds.split(",")]
            seconds, *scores = np.mean(results, axis=0)
            row = [name, str(len(train)), kind, f"{seconds:.0f}", *(f"{score:.3f}" for score in scores)]
            print("| " + " | ".join(row) + " |", flush=True)


def literal(text: str) -> object:
    """A Python literal such as 0.3 or (64, 64), else the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def halves(table: pd.DataFrame, columns: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut the selected columns of a table into two random halves, seed 0."""
    table = table.iloc[:, select_columns(columns, list(table.columns))].dropna()
    order = np.random.default_rng(0).permutation(len(table))
    half = len(table) // 2
    return table.iloc[order[:half]], table.iloc[order[half:]]


def measure(
    judge: list[str], train: pd.DataFrame, test: pd.DataFrame, settings: dict | None, seed: int
) -> tuple[float, ...]:
    """Return the seconds of a fit, and mean KS, pair error and AUC of its rows; without settings those of `train`."""
    seconds, synthetic = (0.0, train) if settings is None else synthesize(train, len(test), settings, seed)
    scores = score(judge, train, test, synthetic, floor=settings is None)
    return seconds, scores["ks_mean"], scores["pair_error"], scores["c2st_gb"]


def synthesize(train: pd.DataFrame, n_samples: int, settings: dict, seed: int) -> tuple[float, pd.DataFrame]:
    """Return the seconds of the fit, and rows."""
    start = time.perf_counter()
    model = WGANGPSynthesizer(random_state=seed, device="cpu", verbose=1, **settings).fit(train)
    return time.perf_counter() - start, model.sample(n_samples)


def score(
    judge: list[str], train: pd.DataFrame, test: pd.DataFrame, synthetic: pd.DataFrame, floor: bool, *options: str
) -> dict:
    """Return the judge's scores; with `floor` it is told that the rows to judge are the training rows."""
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("train.csv", "test.csv", "synthetic.csv")]
        for table, file in zip((train, test, synthetic), files, strict=True):
            table.to_csv(file, index=False)
        out = Path(folder) / "scores.json"
        subprocess.run(
            [*judge, *files, "--json", str(out), "--no-report", *(["--floor"] if floor else []), *options],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},  # the same scores, eight times as fast
        )
        scores = json.loads(out.read_text())
    return {**scores, "pair_error": 1 - scores["pair"]}


def make_judge_environment() -> Path:
    """Return the interpreter of .venv-judge, making the environment when it is missing."""
    folder = HERE.parent / ".venv-judge"
    python = folder / "bin" / "python"
    if not python.exists():
        print("making .venv-judge for the judge", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "pandas", "scipy", "scikit-learn", "sdmetrics"], check=True
        )
    return python


if __name__ == "__main__":
    main()
