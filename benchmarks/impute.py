"""How well gaps are filled: a fifth of the cells of real tables is taken out at random, and filled again.

    python benchmarks/impute.py [--tables breast_cancer,concrete,cwru_bearing] [--draws 20] [--seed 0]

The model learns the table with its gaps; nothing sees what was taken out. "one" is a single imputation of
`impute`, "mean" the mean (of labels the most frequent) of `--draws` of them. Beside it are the column's mean or most
frequent label, and scikit-learn's KNNImputer and IterativeImputer as they are, on standardised numbers and one-hot
labels (without the first level, which is what the others leave), of which the largest is taken. RMSE: of the cells of
numbers that were taken out, in standard deviations of their column, mean over columns. Accuracy: of those of labels.
Spread: standard deviation of what is filled in over that of what was taken out, mean over columns of numbers; 1 keeps
the distribution. breast_cancer is in data/, the others in ../shared/data.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer

from tabgan import WGANGPSynthesizer

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
SHARE = 0.2


def read(name: str) -> pd.DataFrame:
    """Return a real table without gaps."""
    if name == "breast_cancer":
        return pd.read_csv(ROOT / "data" / "breast_cancer.csv")
    files = sorted((SHARED / name).glob("*.csv"))
    return pd.read_csv(files[0]).drop_duplicates().reset_index(drop=True)


def take_out(table: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the table with gaps, and where these are."""
    mask = np.random.default_rng(seed).random(table.shape) < SHARE
    return table.mask(mask), mask


def simplest(table: pd.DataFrame) -> pd.DataFrame:
    """Fill in means and most frequent labels."""
    return table.apply(lambda c: c.fillna(c.mean() if pd.api.types.is_numeric_dtype(c) else c.mode()[0]))


def by_sklearn(table: pd.DataFrame, imputer: Any) -> pd.DataFrame:
    """Fill in what one of scikit-learn's imputers says."""
    numbers = table.select_dtypes("number")
    labels = [name for name in table if name not in numbers]
    mean, std = numbers.mean(), numbers.std()
    hot = {name: pd.get_dummies(table[name], dtype=float).mask(table[name].isna()) for name in labels}
    told = [hot[name].iloc[:, 1:].add_prefix(f"{name}=") for name in labels]  # the first is what the others leave
    X = pd.concat([(numbers - mean) / std, *told], axis=1)
    filled = pd.DataFrame(imputer.fit_transform(X), columns=X.columns)
    made = filled[numbers.columns] * std + mean
    for name in labels:
        own = filled[[f"{name}={level}" for level in hot[name].columns[1:]]].to_numpy()
        own = np.column_stack([1 - own.sum(axis=1), own])
        made[name] = table[name].where(table[name].notna(), hot[name].columns.to_numpy()[own.argmax(axis=1)])
    return made[table.columns]


def pool(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return means of numbers and most frequent labels over imputations."""
    made = {}
    for name in tables[0]:
        values = pd.concat([table[name] for table in tables], axis=1)
        numeric = pd.api.types.is_numeric_dtype(tables[0][name])
        made[name] = values.mean(axis=1) if numeric else values.mode(axis=1)[0]
    return pd.DataFrame(made)


def score(real: pd.DataFrame, filled: pd.DataFrame, mask: np.ndarray) -> dict[str, float]:
    """Return RMSE, accuracy and spread of the cells that were taken out."""
    errors, spreads, hits = [], [], []
    for i, name in enumerate(real):
        gone = mask[:, i]
        truth, guess = real[name][gone], filled[name][gone]
        if pd.api.types.is_numeric_dtype(real[name]):
            errors.append(np.sqrt(((truth - guess) ** 2).mean()) / real[name].std())
            spreads.append(guess.std() / truth.std())
        else:
            hits.append((truth == guess).to_numpy())
    accuracy = np.concatenate(hits).mean() if hits else np.nan
    return {"RMSE": np.mean(errors), "accuracy": accuracy, "spread": np.mean(spreads)}


def main() -> None:
    """Print a table for each real table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", default="breast_cancer,concrete,cwru_bearing")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    for name in told.tables.split(","):
        real = read(name)
        holed, mask = take_out(real, told.seed)
        began = time.process_time()
        model = WGANGPSynthesizer(random_state=told.seed).fit(holed)
        fitted = time.process_time() - began
        began = time.process_time()
        draws = model.impute(holed, told.draws)
        seconds = time.process_time() - began
        ways = {
            "tabgan, one": draws[0],
            "tabgan, mean": pool(draws),
            "mean, mode": simplest(holed),
            "KNNImputer": by_sklearn(holed, KNNImputer()),
            "IterativeImputer": by_sklearn(holed, IterativeImputer(random_state=0)),
        }
        print(f"{name}: {len(real):,} rows, fit {fitted:.1f} s, {told.draws} imputations {seconds:.1f} CPU seconds")
        print(pd.DataFrame({way: score(real, filled, mask) for way, filled in ways.items()}).T.round(3).to_string())
        sys.stdout.flush()


if __name__ == "__main__":
    main()
