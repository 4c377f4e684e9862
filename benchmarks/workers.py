"""Rows per second to a folder of Parquet parts, by 1, 2, ... processes, and whether the bytes are the same.

python benchmarks/workers.py --rows 2e6 --workers 1,2
python benchmarks/workers.py --train         # iterations per second of large batches instead
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tabgan import WGANGPSynthesizer
from tabgan.text import format_rows


def make_table(n_rows: int) -> pd.DataFrame:
    """Return eight numbers that depend on each other, and a category."""
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(n_rows, 8)) @ rng.normal(size=(8, 8))
    table = pd.DataFrame(numbers.round(2), columns=list("abcdefgh"))
    return table.assign(kind=rng.choice(["x", "y", "z"], n_rows))


def train(workers: list[int], iterations: int) -> None:
    """Print how fast each number of processes trains with large batches."""
    table, lines = make_table(20_000), []
    for batch_size in (2048, 8192):
        first = 0.0
        for n in workers:
            model = WGANGPSynthesizer(
                batch_size=batch_size, iterations=iterations * 2048 // batch_size, n_jobs=n, random_state=0,
                calibrate=False, combinations=False, copula=False, sieve=False, snapshots=1,
            ).fit(table)  # fmt: skip
            speed = len(model.history_) / model.history_.seconds
            first = first or speed
            critic = np.concatenate([p.numpy().ravel() for p in model.critic_.parameters()])
            digest = hashlib.sha256(critic.tobytes()).hexdigest()[:16]
            lines.append([str(batch_size), str(n), f"{speed:.2f}", f"{speed / first:.2f}", digest])
    print(format_rows(["batch", "workers", "iterations/s", "ratio", "sha256"], lines))


def main() -> None:
    """Print one line for each number of processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=2e6)
    parser.add_argument("--workers", default="1,2", help="numbers of processes, with commas between")
    parser.add_argument("--sieve", action="store_true", help="with the sieve, which refuses most candidates")
    parser.add_argument("--train", action="store_true", help="train instead")
    parser.add_argument("--iterations", type=int, default=60, help="of 2,048 rows")
    given = parser.parse_args()
    if given.train:
        train([int(n) for n in given.workers.split(",")], given.iterations)
        return
    model = WGANGPSynthesizer(iterations=300, sieve=given.sieve, random_state=0).fit(make_table(2000))
    lines = []
    with tempfile.TemporaryDirectory() as held:
        for workers in map(int, given.workers.split(",")):
            folder, start = Path(held) / str(workers), time.perf_counter()
            made = model.sample_to(folder, int(given.rows), n_jobs=workers)
            seconds = time.perf_counter() - start
            digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("part-*")))).hexdigest()
            lines.append([str(workers), str(made.parts), f"{seconds:.1f}", f"{made.rows / seconds:,.0f}", digest[:16]])
    print(format_rows(["workers", "parts", "seconds", "rows/s", "sha256"], lines))


if __name__ == "__main__":
    main()
