"""What one pass over a table in parts costs: rows per CPU second, memory, and the same digest from 1, 2 and 4 readers.

Run it with ``python -m benchmarks.streaming [millions of rows, 20 if left out]``. It writes parts of ten columns to a
temporary folder, which is removed afterwards: about 60 MB for a million rows.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

ROWS_OF_PART = 500_000
READERS = (1, 2, 4)


def write_part(path: Path, place: int) -> None:
    """Write a part: measurements of all digits and of a few, counts, a moment, truth values, labels, gaps."""
    rng = np.random.default_rng([7, place])
    n = ROWS_OF_PART
    normal = rng.normal(size=(n, 3))
    price = np.round(rng.gamma(2.0, 50.0, n), 2)
    price[rng.random(n) < 0.05] = np.nan
    start = np.datetime64("2020-01-01", "s").astype(np.int64) + place * n
    columns = {f"x{i}": pa.array(normal[:, i]) for i in range(3)}
    columns |= {
        "price": pa.array(price, from_pandas=True),
        "level": pa.array(np.round(normal[:, 0] * 3 + 20, 1)),
        "count": pa.array(rng.poisson(4.0, n)),
        "amount": pa.array(rng.integers(0, 10**6, n) * 5),
        "stamp": pa.array(start + np.arange(n), pa.timestamp("s")),
        "state": pa.array(np.array(["on", "off", "idle", "fault"])[rng.integers(0, 4, n)]),
        "site": pa.array(np.char.add("site-", rng.integers(0, 300, n).astype(str))).dictionary_encode(),
    }
    pa.parquet.write_table(pa.table(columns), path)


def measure(folder: Path, readers: int) -> None:
    """Print what a pass costs."""
    from tabgan.tables.scan.folders import find_files, open_files
    from tabgan.tables.scan.summary import scan

    pa.set_cpu_count(1)
    before, began = time.process_time(), time.monotonic()
    parts = open_files(folder, find_files(folder) or [], {})
    found = scan(list(parts.parts), parts.of(parts.names), 1_000_000, readers)
    seconds, waited = time.process_time() - before, time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{readers} readers: {found.rows:,} rows in {seconds:.1f} CPU s ({found.rows / seconds / 1e6:.2f}M rows per "
        f"CPU s, {waited:.1f} s of time), peak {peak:,.0f} MB, digest {found.digest()[:16]}",
        flush=True,
    )


def main() -> None:
    """Write parts and read them."""
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
        return
    millions = float(sys.argv[1]) if sys.argv[1:] else 20
    with tempfile.TemporaryDirectory(prefix="tabgan-streaming-") as folder:
        for place in range(max(1, round(millions * 1e6 / ROWS_OF_PART))):
            write_part(Path(folder) / f"part-{place:04}.parquet", place)
        for readers in READERS:  # each in a process of its own, as the peak is of a whole process
            call = [sys.executable, "-m", "benchmarks.streaming", "--measure", folder, str(readers)]
            subprocess.run(call, check=True)


if __name__ == "__main__":
    main()
