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
    """Return rows of each kind, with their targets; of those that are made, four times as many as were learned."""
    smote = interpolate(cut.X, cut.y, count_rows("4x", cut.y, cut.n_classes), seed)
    rows = {REAL: (cut.X, cut.y), "SMOTE": (smote.X, smote.y)}
    table = cut.X.reset_index(drop=True).assign(**{TARGET: name_classes(cut.y) if cut.n_classes else cut.y})
    by_label: dict[str, Any] = {"label": TARGET} if cut.n_classes else {}
    kinds: dict[str, dict[str, Any]] = {OWN: {}}
    if "target" in WGANGPSynthesizer().get_params():
        kinds[SHARPENED] = {"target": TARGET}
    for kind, options in kinds.items():
        model = WGANGPSynthesizer(preset="fast", random_state=seed, **by_label, **options).fit(table)
        made = model.sample(4 * len(table), random_state=seed + 1000)
        target = made.pop(TARGET)
        rows[kind] = made, (target.str[1:].astype(int) if cut.n_classes else target).to_numpy()
    return rows


def name_classes(codes: np.ndarray) -> list[str]:
    return [f"c{code}" for code in codes]


def detect(cut: Cut, X: pd.DataFrame, y: np.ndarray, seed: int) -> float:
    """Return how well boosting tells rows with their targets from as many test rows of each class; .5 if it cannot."""
    rng, made, tested = np.random.default_rng([seed, 10]), [], []
    for code in range(max(cut.n_classes, 1)):
        own, real = ((np.flatnonzero(t == code) if cut.n_classes else np.arange(len(t))) for t in (y, cut.y_test))
        n = min(len(own), len(real))
        made.append(rng.permutation(own)[:n])
        tested.append(rng.permutation(real)[:n])
    parts = ((X, y, np.concatenate(made)), (cut.X_test, cut.y_test, np.concatenate(tested)))
    rows = [np.column_stack([table.iloc[places].to_numpy(float), target[places]]) for table, target, places in parts]
    origin = np.repeat([0, 1], len(rows[0]))
    boosting = HistGradientBoostingClassifier(early_stopping=False, random_state=0)
    chances = cross_val_predict(boosting, np.vstack(rows), origin, cv=3, method="predict_proba")
    return float(roc_auc_score(origin, chances[:, 1]))
