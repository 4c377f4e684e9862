"""How fast rows are generated and written, and how much memory that takes.

    python benchmarks/generation.py [--rows 1000000] [--runs 5] [--threads 2] [--model model.tabgan]

Without `--model`, a model that has barely learned the nine columns of data/breast_cancer.csv, with the default network
and no sieve, generates rows. Each run is a process of its own; seconds count after the imports, and peak memory is the
whole process's. Files are written on one core. In memory, `--threads` threads make blocks side by side: all of
`sample`; the generator alone (latents, network, encoded rows); its random numbers alone; and its matrix products alone,
which take the generator's own weights without bias or activation. "limit" is what these two would allow if nothing else
took time. Then the CPU seconds of whole commands, imports and all, and of one row once a model is loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
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
    parser.add_argument("--model", help="a model file of rows; of a few iterations when left out")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "MODEL"), help=argparse.SUPPRESS)  # one run
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(*args.measure, args.rows)))
        return
    with tempfile.TemporaryDirectory() as folder:
        model = args.model or str(Path(folder) / "model.tabgan")
        if not args.model:
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
        for line in (f"generate -n 100 -m {model} -o {folder}/rows.csv --overwrite", f"info {model}", f"schema {DATA}"):
            command = line.split()
            show(f"`tabgan {command[0]}`: CPU seconds", [cpu_seconds(command) for _ in range(args.runs)], ".2f")
        show("one row of a loaded model: CPU ms", [run("one", model, 1, 1)["ms"] for _ in range(args.runs)], ".1f")


def cpu_seconds(command: list[str]) -> float:
    """CPU seconds of a command of its own, on one thread."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "tabgan", *command],
        check=True,
        capture_output=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
    if what == "one":
        return one_row(path)
    return to_memory(path, n_rows) if what == "memory" else to_file(what, path, n_rows)


def one_row(path: str) -> dict[str, float]:
    """CPU milliseconds of a row, the median of some."""
    from tabgan.synthesizers.stored_rows import load_rows

    model, seconds = load_rows(path), []
    for seed in range(21):
        start = time.process_time()
        model.sample(1, seed)
        seconds.append(time.process_time() - start)
    return {"ms": 1000 * statistics.median(seconds)}


def to_file(kind: str, path: str, n_rows: int) -> dict[str, float]:
    """Seconds and peak memory of what `tabgan generate` does."""
    from tabgan.synthesizers.stored_rows import load_rows
    from tabgan.tables.formats import open_writer

    model = load_rows(path)
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
    import numpy as np

    from tabgan.gan.perceptron import PIECE
    from tabgan.seeds import Use
    from tabgan.synthesizers.blocks import BLOCK_ROWS, side_by_side
    from tabgan.synthesizers.stored_rows import load_rows

    model = load_rows(path)
    weights = model.row_generator_.draws.perceptrons[0].weights
    pieces = BLOCK_ROWS // PIECE

    def random(block: int) -> None:
        latents, rng = np.empty((weights[0].shape[1], PIECE), np.float32), np.random.default_rng(block)
        for _ in range(pieces):
            rng.standard_normal(out=latents, dtype=np.float32)

    def products(block: int) -> None:
        widths = [weights[0].shape[1], *map(len, weights)]
        places = [np.zeros((width, PIECE), np.float32) for width in widths]
        for _ in range(pieces):
            for weight, x, y in zip(weights, places, places[1:], strict=False):
                np.matmul(weight, x, out=y)

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
