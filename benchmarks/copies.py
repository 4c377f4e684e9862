"""What a detector says of copies: learned rows, drawn with replacement, beside rows that were kept aside.

    python benchmarks/copies.py [--shared ../shared] [--tables ccpp,airfoil,wine_quality_red]

Each table is halved, copies of one half are told from the other by the trees of `evaluate`, three draws; once with
equal rows in one fold, as `evaluate` has them, and once with folds that do not look at rows.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from fidelity_tables import ALL

from tabgan.evaluation.detector import auc_and_error, make_folds, make_trees, out_of_fold
from tabgan.evaluation.tables import make_tables, take
from tabgan.schema.column import Floats

DRAWS, MOST_ROWS = 3, 5000


def tell(reference: Floats, rows: Floats, seed: int, together: bool) -> float:
    """Return the AUC between equally many rows of two tables, equal rows in one fold or not."""
    count = min(len(reference), len(rows), MOST_ROWS)
    matrix = np.vstack([take(side, count, np.random.default_rng(seed)) for side in (reference, rows)])
    labels = np.repeat([False, True], count)
    looked_at = matrix if together else np.arange(2.0 * count)[:, None]
    chances, _ = out_of_fold(matrix, labels, make_folds(looked_at, labels, seed), make_trees)
    return auc_and_error(labels, chances)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--tables", default="ccpp,airfoil,wine_quality_red,concrete,cwru_bearing")
    args = parser.parse_args()
    print(f"{'table':20} {'one fold':>9} {'any fold':>9} {'real rows':>9}")
    for name in args.tables.split(","):
        train, test = ALL[name].cut(args.shared / "data", 0)
        found = []
        for seed in range(DRAWS):
            tables = make_tables(train, train, test, random_state=seed)
            sides = [("copies", True), ("copies", False), ("real", True)]
            found.append([tell(tables.reference, tables.contestants[who], seed, kept) for who, kept in sides])
        print(f"{name:20}" + "".join(f" {value:9.3f}" for value in np.mean(found, axis=0)), flush=True)


if __name__ == "__main__":
    main()
