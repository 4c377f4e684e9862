"""What contestants get in the scores of structure: combinations, rules, and every column predicted from the others.

    python benchmarks/structure.py [--shared ../shared] [--tables airfoil,wine_quality_red,breast_cancer]

Each table is halved; learned rows are what is judged, beside the other half.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fidelity_tables import ALL, Table, half

from tabgan import evaluate

ROOT = Path(__file__).resolve().parents[1]
TABLES = {**ALL, "breast_cancer": Table(half(str(ROOT / "data" / "breast_cancer.csv")))}
FAMILIES = ["combinations", "rules", "predictability"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--tables", default="airfoil,wine_quality_red,california_housing,glass,breast_cancer")
    args = parser.parse_args()
    for name in args.tables.split(","):
        train, test = TABLES[name].cut(args.shared / "data", 0)
        result = evaluate(train.iloc[:5000], train.iloc[:5000], test.iloc[:5000], only=FAMILIES)
        print(f"\n{name}\n{result.to_frame().drop(columns=['family', 'title', 'direction']).round(3).to_string()}")
        for family, seconds in result.seconds.items():
            print(f"{family}: {seconds:.1f} s")
        for reason in result.skipped.items():
            print("{}: {}".format(*reason))
        for score in result.scores.values():
            if (parts := score.measured["copula"].per_class) is not None:
                print(parts.round(3).rename(f"{score.name} of the copula").to_string())


if __name__ == "__main__":
    main()
