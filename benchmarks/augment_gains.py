"""What each learner gains by each kind of rows, beside rivals that need none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from augment_learners import (
    Scores,
    chances_of,
    learn,
    learn_balanced,
    make_learners,
    move_threshold,
    score_chances,
    score_model,
    weighs,
)
from augment_tables import Cut
from sklearn.preprocessing import StandardScaler

from tabgan import WGANGPSynthesizer
from tabgan.augmentation.amounts import count_rows
from tabgan.augmentation.augmenter import TRIED, TRIED_IMBALANCED
from tabgan.augmentation.checks import LABELS
from tabgan.augmentation.interpolation import interpolate
from tabgan.augmentation.makers import MadeRows, RowMaker

NONE, WEIGHTS, THRESHOLD, TEACHER = "none", "class weights", "moved threshold", "the teacher itself"
SMOTE, SHUFFLED = "SMOTE", "shuffled columns, taught"
Arms = dict[str, tuple[MadeRows, MadeRows]]  # for learners without and with weights
Result = tuple[str, str, Scores]  # learner, arm, scores


def measure_gains(cut: Cut, seed: int) -> Iterator[Result]:
    """Yield what learners score on the test rows; the target of numbers is standardised."""
    if not cut.n_classes:
        center, scale = cut.y.mean(), cut.y.std()
        cut = Cut(cut.X, (cut.y - center) / scale, cut.X_test, (cut.y_test - center) / scale, 0)
    maker = make_maker(cut, seed, "taught")
    answers = maker.ask(cut.X_test)
    own = score_chances(answers, cut.y_test) if cut.n_classes else score_answers(answers, cut.y_test)
    yield "teacher", TEACHER, own
    arms = make_class_arms(cut, maker, seed) if cut.n_classes else make_number_arms(cut, maker, seed)
    scaler = StandardScaler().fit(cut.X.to_numpy(float))
    X, X_test = (scaler.transform(part.to_numpy(float)) for part in (cut.X, cut.X_test))
    for name, learner in make_learners(cut.n_classes).items():
        bare = learn(learner, X, cut.y)
        yield name, NONE, score_model(bare, X_test, cut.y_test, cut.n_classes)
        if cut.imbalanced and weighs(learner):
            yield name, WEIGHTS, score_model(learn_balanced(learner, X, cut.y), X_test, cut.y_test, cut.n_classes)
        if cut.imbalanced and hasattr(bare, "predict_proba"):
            moved = move_threshold(chances_of(bare, X_test, cut.n_classes), cut.y)
            yield name, THRESHOLD, score_chances(moved, cut.y_test)
        for arm, kinds in arms.items():
            made = kinds[weighs(learner)]
            features = np.vstack([X, scaler.transform(made.X.to_numpy(float))])
            weights = np.concatenate([np.ones(len(X)), made.weights])
            model = learn(learner, features, np.concatenate([cut.y, made.y]), weights)
            yield name, arm, score_model(model, X_test, cut.y_test, cut.n_classes)


def score_answers(answers: np.ndarray, y: np.ndarray) -> Scores:
    return {"R2": float(1 - ((y - answers) ** 2).mean() / y.var())}


def make_maker(cut: Cut, seed: int, labels: str) -> RowMaker:
    return RowMaker(WGANGPSynthesizer(preset="fast"), cut.n_classes, labels, seed).fit(cut.X, cut.y)


def make_class_arms(cut: Cut, maker: RowMaker, seed: int) -> Arms:
    """Return rows of one generator by label and amount, and as many of SMOTE."""
    arms: Arms = {}
    for amount in TRIED_IMBALANCED if cut.imbalanced else TRIED:
        counts = count_rows(amount, cut.y, cut.n_classes)
        rows = interpolate(cut.X, cut.y, counts, seed)
        arms[f"{SMOTE} {amount}"] = rows, rows
        for labels in LABELS:
            maker.labels = labels
            arms[f"{labels} {amount}"] = maker.make(counts, False), maker.make(counts, True)
    return arms


def make_number_arms(cut: Cut, maker: RowMaker, seed: int) -> Arms:
    """Return rows with a teacher's targets, with the generator's own, of SMOTE, and of columns that were shuffled."""
    kept = make_maker(cut, seed, "kept")
    arms: dict[str, MadeRows] = {}
    for amount in TRIED:
        counts = count_rows(amount, cut.y, 0)
        arms[f"{SMOTE} {amount}"] = interpolate(cut.X, cut.y, counts, seed)
        arms[f"kept {amount}"] = kept.make(counts, False)
        arms[f"taught {amount}"] = maker.make(counts, False)
    rng = np.random.default_rng([seed, 6])
    shuffled = {name: rng.permutation(np.repeat(column.to_numpy(), 3)) for name, column in cut.X.items()}
    rows = pd.DataFrame(shuffled)
    arms[f"{SHUFFLED} 3x"] = MadeRows(rows, maker.ask(rows), np.ones(len(rows)))
    return {arm: (rows, rows) for arm, rows in arms.items()}
