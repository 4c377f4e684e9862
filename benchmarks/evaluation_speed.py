"""How long an evaluation takes, and how much memory, by family.

    python benchmarks/evaluation_speed.py [--rows 20000] [--columns 10] [--labels 0] [--only marginals,detection]

Three tables of a normal distribution with dependent columns: learned rows, rows to judge, a holdout; the target has two
classes. Prints the seconds of each family and the largest memory of the process.
"""

from __future__ import annotations

import argparse
import resource

import numpy as np
import pandas as pd

from tabgan import evaluate


def draw(n_rows: int, columns: int, labels: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(0).normal(size=(columns, columns))
    numbers = rng.normal(size=(n_rows, columns)) @ mixing
    table = pd.DataFrame(numbers, columns=[f"x{i}" for i in range(columns)])
    for i in range(labels):
        table[f"x{i}"] = pd.cut(table[f"x{i}"], [-np.inf, -1, 0, 1, np.inf], labels=list("abcd")).astype(str)
    return table.assign(target=np.where(numbers.sum(axis=1) + rng.normal(size=n_rows) > 0, "up", "down"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--labels", type=int, default=0, help="how many of the columns are made labels")
    parser.add_argument("--only", help="families of scores, with commas between")
    args = parser.parse_args()
    tables = [draw(args.rows, args.columns - 1, args.labels, seed) for seed in (1, 2, 3)]
    result = evaluate(*tables, target="target", only=args.only.split(",") if args.only else None)
    for name, seconds in result.seconds.items():
        print(f"{name:12} {seconds:6.1f} s")
    print(f"memory       {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB")
    for note in result.notes:
        print(note)


if __name__ == "__main__":
    main()
