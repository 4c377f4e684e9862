"""Judge the rows of any tool: here two that need no training of ours, a Gaussian mixture and a photocopier.

python examples/03_evaluate_any_tool.py

Writes mixture.html and copies.html, one page each. The same from the command line, for rows in a file:

    tabgan evaluate train.csv rows.csv --holdout holdout.csv --target diagnosis --report report.html
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.mixture import GaussianMixture

from tabgan import evaluate, write_report

DATA = Path(__file__).resolve().parents[1] / "data" / "breast_cancer.csv"


def mix(learned: pd.DataFrame) -> pd.DataFrame:
    """Rows of one Gaussian mixture per class."""
    parts = []
    for label, rows in learned.groupby("diagnosis"):
        numbers = rows.drop(columns="diagnosis")
        mixture = GaussianMixture(3, random_state=0, reg_covar=1e-5).fit(numbers)
        parts.append(pd.DataFrame(mixture.sample(len(rows))[0], columns=numbers.columns).assign(diagnosis=label))
    return pd.concat(parts, ignore_index=True)


def photocopy(learned: pd.DataFrame) -> pd.DataFrame:
    """The learned rows with a hundredth of noise: good for every score but those of privacy."""
    rng = np.random.default_rng(0)
    numbers = learned.drop(columns="diagnosis")
    noise = 0.01 * numbers.std().to_numpy() * rng.standard_normal(numbers.shape)
    return (numbers + noise).assign(diagnosis=learned["diagnosis"])


def main() -> None:
    """Run the example."""
    table = pd.read_csv(DATA)
    learned = table.sample(frac=2 / 3, random_state=0)
    holdout = table.drop(learned.index)
    for name, make in (("mixture", mix), ("copies", photocopy)):
        result = evaluate(learned, make(learned), holdout, target="diagnosis")
        print(f"== {name}\n{result.verdict}\n")
        print(result.to_frame().loc[["shape", "pairs", "detection", "coverage", "tstr", "dcr_ratio", "membership"]])
        write_report(result, f"{name}.html", overwrite=True)
        print(f"\nreport: {name}.html\n")


if __name__ == "__main__":
    main()
