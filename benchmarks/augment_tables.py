"""The set-ups of augment.py: few rows to learn from, and others that nobody has seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets

CLASSES = ("cwru20", "cwruimb", "glass", "magic200", "creditimb", "bc60", "digits20", "wine", "ai4i")
NUMBERS = ("concrete100", "ccpp100", "california300", "diabetes100", "airfoil100")
SETUPS = (*CLASSES, *NUMBERS)
FILES = {
    "cwru": "cwru_bearing/feature_time_48k_2048_load_1.csv",
    "glass": "glass/glass.csv",
    "magic": "magic/magic04.csv",
    "credit": "creditcard_sample/creditcard_sample.csv",
    "ai4i": "ai4i2020/ai4i2020.csv",
    "wine": "wine_quality_red/winequality_red.csv",
    "concrete": "concrete/concrete.csv",
    "airfoil": "airfoil/airfoil.csv",
    "ccpp": "ccpp/ccpp.csv",
    "california": "california_housing/california_housing.csv",
}
FEATURES = {"cwru": slice(9), "glass": slice(9), "magic": slice(10), "credit": slice(1, 30), "wine": slice(11)}
TARGETS = {"cwru": "fault", "glass": "Type", "magic": "class", "credit": "Class", "wine": "quality"}
UNIQUE = ("credit", "wine", "concrete", "airfoil", "ccpp", "california")  # equal rows are dropped
LEARNED = {"bc60": 60, "magic200": 200, "ai4i": 2000}  # rows, with classes as often as in the table
EACH = {"cwru20": (20, 150), "digits20": (20, 100)}  # rows of each class, and which is the first that judges
MOST_TESTED, MOST_OF_AI4I = 2000, 6000


@dataclass(frozen=True)
class Cut:
    """Rows that are learned and rows that judge; targets are codes of classes, or numbers (`n_classes` 0)."""

    X: pd.DataFrame
    y: np.ndarray
    X_test: pd.DataFrame
    y_test: np.ndarray
    n_classes: int

    @property
    def imbalanced(self) -> bool:
        """Whether the classes lack more than 30% of the rows to the largest."""
        counts = np.bincount(self.y) if self.n_classes else np.zeros(1)
        return (counts.max() - counts).sum() > 0.3 * len(self.y)


def base_of(name: str) -> str:
    """Return the table of a set-up."""
    return name if name == "ai4i" else name.rstrip("0123456789").removesuffix("imb")


def is_there(name: str, shared: Path) -> bool:
    file = FILES.get(base_of(name))
    return file is None or (shared / "data" / file).exists()


@cache
def read_table(base: str, shared: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Return features and target of a table."""
    if base not in FILES:
        load = {"bc": datasets.load_breast_cancer, "digits": datasets.load_digits}.get(base)
        options = {} if load else {"scaled": False}
        return (load or datasets.load_diabetes)(return_X_y=True, as_frame=True, **options)
    table = pd.read_csv(shared / "data" / FILES[base])
    if base in UNIQUE:
        table = table.drop_duplicates()
    if base == "ai4i":
        X, y = table.iloc[:, 3:8].copy(), table["Machine failure"]
        X.insert(0, "Type", table["Type"].map({"L": 0, "M": 1, "H": 2}))
    else:
        X = table.iloc[:, FEATURES.get(base, slice(-1))]
        y = table[TARGETS.get(base, table.columns[-1])]
    known = X.notna().all(axis=1)
    return X[known].reset_index(drop=True), y[known].reset_index(drop=True)


def cut_rows(name: str, seed: int, shared: Path) -> Cut:
    """Return a set-up, the same for the same seed."""
    X, y = read_table(base_of(name), shared)
    rng = np.random.default_rng([seed, 77])
    if name in NUMBERS:
        n, places = int(name.removeprefix(base_of(name))), rng.permutation(len(X))
        learned, tested, targets, n_classes = places[:n], places[n:][:MOST_TESTED], y.to_numpy(float), 0
    else:
        classes, targets = np.unique(y.astype(str), return_inverse=True)
        parts: list[list[np.ndarray]] = [[], []]
        for code, label in enumerate(classes):
            places = rng.permutation(np.flatnonzero(targets == code))
            end, begin = where_to_cut(name, label, len(places), len(y))
            parts[0].append(places[:end])
            parts[1].append(places[begin:])
        learned, tested = (rng.permutation(np.concatenate(part)) for part in parts)
        tested, n_classes = tested[: MOST_OF_AI4I if name == "ai4i" else MOST_TESTED], len(classes)
    return Cut(X.iloc[learned], targets[learned], X.iloc[tested], targets[tested], n_classes)


def where_to_cut(name: str, label: str, n_rows: int, n_all: int) -> tuple[int, int]:
    """Return how many rows of a class are learned, and which is the first that judges."""
    if name in EACH:
        return EACH[name]
    if name == "cwruimb":
        return 150 if "normal" in label.lower() else 10, 150
    if name == "creditimb":
        n = 20 if label == "1" else 600
    else:
        n = round(LEARNED[name] * n_rows / n_all) if name in LEARNED else (n_rows + 1) // 2
    return n, n
