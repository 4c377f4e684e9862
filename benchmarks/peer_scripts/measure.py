"""Measure one tool in a process of its own; the other scripts of this folder hand their tool to `measure`.

    python fit_TOOL.py train.csv N synthetic.csv [--budget B] [--throughput-rows 20000]

Fits train.csv, writes N rows, and prints one line of JSON last: seconds of the fit, rows generated per second, peak
memory of the process, and what of that was there before the fit, with the imports done and the table read. What a tool
imports only when it fits is no part of the fit either, and is reported as import_seconds: torch loads more than a
second's worth with the first optimizer. A budget is in the tool's own unit, iterations or epochs; without one the
tool's default holds.
"""

from __future__ import annotations

import argparse
import builtins
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

Sampler = Callable[[int], pd.DataFrame]


def measure(fit: Callable[[pd.DataFrame, int | None], Sampler], most_timed: int | None = None) -> None:
    """Run the command line of a script whose tool is `fit(train, budget)`, which returns what draws n rows.

    A tool that makes some rows in a second is timed with `most_timed` rows.
    """
    args = parse_arguments()
    args.throughput_rows = min(args.throughput_rows, most_timed or args.throughput_rows)
    train = pd.read_csv(args.train)
    before = peak_memory_mb()
    start = time.perf_counter()
    with ImportClock() as imports:
        sample = fit(train, args.budget)
    fit_seconds = time.perf_counter() - start - imports.seconds
    sample(args.n).to_csv(args.synthetic, index=False)
    start = time.perf_counter()
    sample(args.throughput_rows)
    result = {
        "fit_seconds": fit_seconds,
        "import_seconds": imports.seconds,
        "rows_per_second": args.throughput_rows / (time.perf_counter() - start),
        "peak_mb": peak_memory_mb(),
        "before_mb": before,
    }
    print(json.dumps(result), flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("n", type=int)
    parser.add_argument("synthetic", type=Path)
    parser.add_argument("--budget", type=int, help="iterations or epochs (default: the tool's own)")
    parser.add_argument("--throughput-rows", type=int, default=20_000, help="rows to time generation with")
    return parser.parse_args()


class ImportClock:
    """Adds up the seconds that import statements take inside it; one that another one makes is counted once."""

    def __enter__(self) -> ImportClock:
        self.seconds, self._depth, self._import = 0.0, 0, builtins.__import__
        builtins.__import__ = self._timed_import
        return self

    def __exit__(self, *exception: object) -> None:
        builtins.__import__ = self._import

    def _timed_import(self, *args, **kwargs):
        start = time.perf_counter()
        self._depth += 1
        try:
            return self._import(*args, **kwargs)
        finally:
            self._depth -= 1
            if not self._depth:
                self.seconds += time.perf_counter() - start


def peak_memory_mb() -> float:
    """Return the peak resident memory of this process so far.

    Linux's ru_maxrss starts at the parent's, which holds torch and the tables; VmHWM is this program's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
