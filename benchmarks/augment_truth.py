"""How true the targets of generated rows are, and how easily whole rows are told from real ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from augment_learners import Scores
from augment_tables import Cut
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import cross_val_predict

from tabgan import WGANGPSynthesizer
from tabgan.augmentation.amounts import count_rows
from tabgan.augmentation.interpolation import interpolate

TARGET = "the target"
REAL, OWN, SHARPENED = "real rows", "generator, its own target", "generator, target="


def measure_truth(cut: Cut, seed: int) -> Iterator[tuple[str, str, Scores]]:
    """Yield for each kind of rows the truth of its targets and the AUC of a detector."""
    if cut.n_classes:
        judge: Any = RandomForestClassifier(200, class_weight="balanced", random_state=0)
    else:
        judge = HistGradientBoostingRegressor(random_state=0)
    judge.fit(cut.X_test, cut.y_test)
    for kind, (X, y) in make_rows(cut, seed).items():
        score = balanced_accuracy_score if cut.n_classes else r2_score
        features = X.set_axis(cut.X.columns, axis=1).astype(float)
        yield "", kind, {"truth": float(score(y, judge.predict(features))), "detector": detect(cut, features, y, seed)}


def make_rows(cut: Cut, seed: int) -> dict[str, tuple[pd.DataFrame, np.ndarray]]:
    """Return as many rows of each kind as were learned, and their targets."""
    smote = interpolate(cut.X, cut.y, count_rows("1x", cut.y, cut.n_classes), seed)
    rows = {REAL: (cut.X, cut.y), "SMOTE": (smote.X, smote.y)}
    table = cut.X.reset_index(drop=True).assign(**{TARGET: name_classes(cut.y) if cut.n_classes else cut.y})
    by_label: dict[str, Any] = {"label": TARGET} if cut.n_classes else {}
    kinds: dict[str, dict[str, Any]] = {OWN: {}}
    if "target" in WGANGPSynthesizer().get_params():
        kinds[SHARPENED] = {"target": TARGET}
    for kind, options in kinds.items():
        model = WGANGPSynthesizer(preset="fast", random_state=seed, **by_label, **options).fit(table)
        made = model.sample(max(len(table), 400), random_state=seed + 1000)
        target = made.pop(TARGET)
        rows[kind] = made, (target.str[1:].astype(int) if cut.n_classes else target).to_numpy()
    return rows


def name_classes(codes: np.ndarray) -> list[str]:
    return [f"c{code}" for code in codes]


def detect(cut: Cut, X: pd.DataFrame, y: np.ndarray, seed: int) -> float:
    """Return how well boosting tells rows with their targets from as many test rows; .5 when it cannot."""
    n = min(len(X), len(cut.X_test))
    rng = np.random.default_rng([seed, 10])
    chosen, tested = rng.permutation(len(X))[:n], rng.permutation(len(cut.X_test))[:n]
    parts = ((cut.X_test.iloc[tested], cut.y_test[tested]), (X.iloc[chosen], y[chosen]))
    rows = np.vstack([np.column_stack([part.to_numpy(float), target]) for part, target in parts])
    made = np.repeat([0, 1], n)
    boosting = HistGradientBoostingClassifier(early_stopping=False, random_state=0)
    return float(roc_auc_score(made, cross_val_predict(boosting, rows, made, cv=3, method="predict_proba")[:, 1]))
