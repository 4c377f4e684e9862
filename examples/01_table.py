"""Learn nine columns of a table, generate more rows, and see how good they are.

python examples/01_table.py [--iterations 3000]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from tabgan import WGANGPSynthesizer, evaluate, load, split, write_report

DATA = Path(__file__).resolve().parents[1] / "data" / "breast_cancer.csv"


def main() -> None:
    """Run the example."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--iterations", type=int, default=3000, help="generator steps (3000)")
    args = parser.parse_args()

    # Keep a third of the rows aside: the honest comparison is with rows that the model has not seen.
    table = pd.read_csv(DATA).iloc[:, :9]
    learned, holdout = split(table, test="1/3", random_state=0)

    model = WGANGPSynthesizer(iterations=args.iterations, random_state=0, verbose=1).fit(learned)
    history = model.history_
    print(f"best generator: iteration {history.best_iteration} of {len(history)}; {history.conclusion}")

    rows = model.sample(1000)
    print(rows.head())

    result = evaluate(learned, rows, holdout)
    print(result.to_frame()[["value", "spread", "real", "smote", "shuffled"]].round(3))
    print(result.verdict)
    write_report(result, "report.html", model=model, overwrite=True)

    # What was learned from two thirds has been judged; the model to use learns all rows.
    model = WGANGPSynthesizer(iterations=args.iterations, random_state=0).fit(table)
    rows = model.sample(1000)
    model.save("cells.tabgan")
    again = load("cells.tabgan").sample(1000)
    print("the saved model gives the same rows:", again.equals(rows))
    print("another seed gives others:", not model.sample(1000, random_state=7).equals(rows))


if __name__ == "__main__":
    main()
