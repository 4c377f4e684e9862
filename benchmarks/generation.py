"""How fast rows are generated and written, and how much memory that takes.

    python benchmarks/generation.py [--rows 1000000] [--runs 5] [--threads 2]

A model that has barely learned the nine columns of data/breast_cancer.csv, with the default network, generates rows.
Each run is a process of its own; seconds count after the imports, and peak memory is the whole process's. Files are
written on one core. In memory, `--threads` threads make blocks side by side: all of `sample`; the generator alone
(latents, network, encoded rows); its random numbers alone; and its matrix products alone, which take the generator's
own weights without bias or activation. "limit" is what these two would allow if nothing else took time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# Nothing heavy here: a process's peak memory begins with that of the process that started it.

DATA = Path(__file__).resolve().parents[1] / "data" / "breast_cancer.csv"
FILES = ("csv", "parquet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows in a run")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median and the range are shown")
    parser.add_argument("--threads", type=int, default=2, help="threads for rows that stay in memory")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "MODEL"), help=argparse.SUPPRESS)  # one run
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(*args.measure, args.rows)))
        return
    with tempfile.TemporaryDirectory() as folder:
        model = str(Path(folder) / "model.tabgan")
        run("fit", model, args.rows, threads=1)
        print(f"| {args.rows:,} rows | median | range of {args.runs} |")
        print("|---|---|---|", flush=True)
        for kind in FILES:
            results = [run(kind, model, args.rows, threads=1) for _ in range(args.runs)]
            show(f"{kind}, one core: seconds", [r["seconds"] for r in results], ".2f")
            show(f"{kind}, one core: peak memory, MB", [r["peak"] for r in results], ".0f")
        results = [run("memory", model, args.rows, args.threads) for _ in range(args.runs)]
        for name in results[0]:
            show(f"{name}, {args.threads} threads: million rows/s", [r[name] / 1e6 for r in results], ".2f")


def run(what: str, model: str, n_rows: int, threads: int) -> dict[str, float]:
    """Measure in a fresh process with so many threads; with one, on one core, where the system lets us choose."""
    command = [sys.executable, __file__, "--measure", what, model, "--rows", str(n_rows)]
    if threads == 1 and hasattr(os, "sched_setaffinity"):
        core = min(os.sched_getaffinity(0))
        pin = f"import os, sys; os.sched_setaffinity(0, {{{core}}}); os.execv(sys.argv[1], sys.argv[1:])"
        command = [sys.executable, "-c", pin, *command]
    environment = os.environ | {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def show(name: str, values: list[float], form: str) -> None:
    low, median, high = (f"{f(values):{form}}" for f in (min, statistics.median, max))
    print(f"| {name} | {median} | {low} to {high} |", flush=True)


def measure(what: str, path: str, n_rows: int) -> dict[str, float]:
    """One run: "fit", a kind of file, or "memory"."""
    if what == "fit":
        import pandas as pd

        from tabgan import WGANGPSynthesizer

        table = pd.read_csv(DATA).iloc[:, :9]
        WGANGPSynthesizer(iterations=20, sieve=False, random_state=0, device="cpu").fit(table).save(path)
        return {}
    return to_memory(path, n_rows) if what == "memory" else to_file(what, path, n_rows)


def to_file(kind: str, path: str, n_rows: int) -> dict[str, float]:
    """Seconds and peak memory of what `tabgan generate` does."""
    import resource

    from tabgan.persistence import load
    from tabgan.tables.formats import open_writer

    model = load(path)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with open_writer(Path(folder) / f"rows.{kind}") as writer:
            for block in model.iter_samples(n_rows):
                writer.write(block)
        seconds = time.perf_counter() - start
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}


def to_memory(path: str, n_rows: int) -> dict[str, float]:
    """Rows per second of `sample` and of its parts, after a warm-up."""
    import torch
    from torch import nn

    from tabgan.gan.sampling import PIECE
    from tabgan.persistence import load
    from tabgan.seeds import Use
    from tabgan.synthesizers.blocks import BLOCK_ROWS, side_by_side

    model = load(path)
    weights = [layer.weight for layer in model.generator_ if isinstance(layer, nn.Linear)]
    pieces = BLOCK_ROWS // PIECE

    def random(block: int) -> None:
        latents, rng = torch.empty(weights[0].shape[1], PIECE), torch.Generator().manual_seed(block)
        for _ in range(pieces):
            torch.randn(latents.shape, generator=rng, out=latents)

    def products(block: int) -> None:
        widths = [weights[0].shape[1], *map(len, weights)]
        places = [torch.zeros(width, PIECE) for width in widths]
        for _ in range(pieces):
            for weight, x, y in zip(weights, places, places[1:], strict=False):
                torch.mm(weight, x, out=y)

    def rate(make: Callable[[int], object]) -> float:
        seconds = timed(lambda: [None for _ in side_by_side(make, lambda: -(-n_rows // BLOCK_ROWS))])
        return -(-n_rows // BLOCK_ROWS) * BLOCK_ROWS / seconds

    model.sample(2 * BLOCK_ROWS)
    drawn, multiplied = rate(random), rate(products)
    return {
        "`sample`": n_rows / timed(lambda: model.sample(n_rows)),
        "generator alone": rate(lambda block: model.row_generator_.draw(model.seed_, Use.SAMPLE, block)),
        "random numbers alone": drawn,
        "matrix products alone": multiplied,
        "limit": 1 / (1 / drawn + 1 / multiplied),
    }


def timed(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
