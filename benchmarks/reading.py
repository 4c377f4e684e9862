"""How long reading a table of text takes, beside pyarrow's reader, and how much memory.

python benchmarks/reading.py [ROWS]
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from tabgan.tables.formats import read_table

TIMES = 3


def write_tables(folder: Path, rows: int) -> dict[str, Path]:
    """Write tables of ten columns: doubles of all digits, sensors of three decimals, with gaps, labels, short rows."""
    rng = np.random.default_rng(0)
    doubles = {f"x{i}": rng.normal(size=rows) for i in range(8)}
    whole = {f"n{i}": rng.integers(0, 10**6, rows) for i in range(2)}
    sensors = {name: values.round(3) for name, values in doubles.items()}
    labels = {f"l{i}": np.array(["on", "off", "standing still"])[rng.integers(0, 3, rows)] for i in range(2)}
    gaps = {name: pa.array(values, mask=rng.random(rows) < 0.1) for name, values in sensors.items()}
    tables = {"doubles": doubles | whole, "sensors": sensors | whole, "gaps": gaps | whole, "labels": sensors | labels}
    paths = {}
    for name, table in tables.items():
        paths[name] = folder / f"{name}.csv"
        pyarrow.csv.write_csv(pa.table(table), paths[name])
    text = paths["sensors"].read_text()
    for name, change in (("question mark", text + "?" + ",1" * 9 + "\n"), ("short row", text + "1,2\n")):
        paths[name] = folder / f"{name}.csv"
        paths[name].write_text(change)
    return paths


def seconds(read, path: Path) -> float:
    """The least of some times."""
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        read(path)
        times.append(time.perf_counter() - start)
    return min(times)


def main(rows: int) -> None:
    warnings.simplefilter("ignore")
    print(f"{rows:,} rows x 10 columns\n{'table':15} {'pyarrow':>8} {'tabgan':>8} {'times':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in write_tables(Path(folder), rows).items():
            plain = path if name != "short row" else path.with_name("sensors.csv")
            theirs, ours = seconds(pyarrow.csv.read_csv, plain), seconds(read_table, path)
            print(f"{name:15} {theirs:7.2f}s {ours:7.2f}s {ours / theirs:6.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
