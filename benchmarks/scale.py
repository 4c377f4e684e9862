"""What a fit costs as a table grows: CPU seconds of each phase, and the most memory that its process takes.

    python benchmarks/scale.py rows|columns|levels [--most N] [--iterations 300] [--picture FILE]

Tables are simulated: numbers that depend on each other, every third one with a heavy tail, and for `rows` and `levels`
categories that depend on them. Each size is a process of its own, on one thread, and one line. `--picture` draws the
seconds against the sizes.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SIZES = {
    "rows": [1000, 10_000, 100_000, 1_000_000],
    "columns": [10, 30, 100, 300, 1000],
    "levels": [2, 10, 100, 1000],
}
ROWS = {"columns": 5000, "levels": 20_000}
PHASES = ["read", "columns", "encode", "train", "calibrate", "digits", "combinations", "copula", "sieve", "compare"]
PARTS = {
    "columns": ("tabgan.schema", "Schema", ("learn", "to_matrix")),
    "encode": ("tabgan.preprocessing.encoder", "TableEncoder", ("fit_pack",)),
    "train": ("tabgan.synthesizers.wgan_gp", "WGANGPSynthesizer", ("_train",)),
    "calibrate": ("tabgan.synthesizers.row_learner", "RowLearner", ("calibrate",)),
    "digits": ("tabgan.synthesizers.row_learner", "RowLearner", ("fit_grain",)),
    "combinations": ("tabgan.synthesizers.row_learner", "RowLearner", ("fit_combinations",)),
    "copula": ("tabgan.synthesizers.row_learner", "RowLearner", ("mix_copula",)),
    "sieve": ("tabgan.synthesizers.row_learner", "RowLearner", ("fit_sieve",)),
    "compare": ("tabgan.synthesizers.row_learner", "RowLearner", ("compare",)),
}
"""Where each phase of a fit is: a module, a class, and the methods that are timed."""


def make_table(kind: str, size: int) -> pd.DataFrame:
    """Simulate a table; of `rows` it has six numbers and nine categories of 2 to 42 levels, as a census has."""
    rng = np.random.default_rng(0)
    n_rows = size if kind == "rows" else ROWS[kind]
    n_numbers = {"rows": 6, "columns": size, "levels": 10}[kind]
    factors = rng.normal(size=(n_rows, min(8, n_numbers)))
    X = factors @ np.random.default_rng(7).normal(size=(factors.shape[1], n_numbers)) / factors.shape[1] ** 0.5
    X += 0.4 * rng.normal(size=X.shape)
    X[:, 1::3] = np.exp(0.7 * X[:, 1::3])
    table = pd.DataFrame(X.round(4), columns=[f"x{i}" for i in range(n_numbers)])
    counts = {"rows": [2, 2, 5, 6, 7, 9, 15, 16, 42], "columns": [], "levels": [size, size]}[kind]
    for place, count in enumerate(counts):  # each level in about as many rows
        order = np.argsort(np.argsort(X[:, place % n_numbers] + 0.3 * rng.normal(size=n_rows)))
        names = np.array([f"L{i:04d}" for i in range(count)], dtype=object)
        table[f"c{place}"] = names[order * count // n_rows]
    return table


def measure(kind: str, size: int, iterations: int) -> dict[str, Any]:
    """Fit a model in this process, and return CPU seconds by phase and megabytes."""
    from importlib import import_module

    from tabgan import WGANGPSynthesizer
    from tabgan.tables.formats import read_table

    seconds: dict[str, float] = defaultdict(float)
    for phase, (module, owner, names) in PARTS.items():
        for name in names:
            _time(getattr(import_module(module), owner), name, phase, seconds)
    with tempfile.TemporaryDirectory() as folder:
        path, saved = Path(folder) / "table.parquet", Path(folder) / "model.tabgan"
        subprocess.run([sys.executable, __file__, "make", kind, str(size), str(path)], check=True)
        started = time.process_time()
        table = read_table(path)
        seconds["read"] = time.process_time() - started
        before = _now()
        started = time.process_time()
        model = WGANGPSynthesizer(iterations=iterations, random_state=0).fit(table)
        whole = time.process_time() - started + seconds["read"]
        model.save(saved)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        shown = {phase: round(seconds[phase], 2) for phase in PHASES}
        return {"size": size, **shown, "all": round(whole, 1), "table_mb": round(before), "peak_mb": round(peak)} | {
            "model_mb": round(saved.stat().st_size / 1e6, 1)
        }


def _now() -> float:
    """Megabytes that the process takes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def _time(owner: Any, name: str, phase: str, seconds: dict[str, float]) -> None:
    """Count the CPU seconds of a method."""
    method = getattr(owner, name)  # of a class method, bound to the class

    @functools.wraps(method)
    def timed(*args: Any, **options: Any) -> Any:
        started = time.process_time()
        try:
            return method(*args, **options)
        finally:
            seconds[phase] += time.process_time() - started

    setattr(owner, name, staticmethod(timed) if isinstance(owner.__dict__[name], classmethod) else timed)


def draw(kind: str, found: list[dict[str, Any]], path: Path) -> None:
    """Draw the seconds of each phase against the sizes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    for phase in PHASES:
        values = [max(line[phase], 0.01) for line in found]
        axes.plot(
            [line["size"] for line in found], values, marker="o", ms=3, lw=2.5 if phase == "train" else 1.2, label=phase
        )
    axes.set(xscale="log", yscale="log", xlabel=kind, ylabel="CPU seconds")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, ncols=2)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=SIZES)
    parser.add_argument("--most", type=int, default=10**9, help="the largest size")
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args()
    found: list[dict[str, Any]] = []
    for size in (size for size in SIZES[args.kind] if size <= args.most):
        command = [sys.executable, __file__, "one", args.kind, str(size), str(args.iterations)]
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
        if len(found) == 1:
            print("| " + " | ".join([args.kind, *list(found[0])[1:]]) + " |\n|" + "---|" * len(found[0]))
        print("| " + " | ".join(f"{value:,}" for value in found[-1].values()) + " |", flush=True)
    if args.picture:
        draw(args.kind, found, args.picture)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["make"]:
        make_table(sys.argv[2], int(sys.argv[3])).to_parquet(sys.argv[4], index=False)
    elif sys.argv[1:2] == ["one"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
    else:
        main()
