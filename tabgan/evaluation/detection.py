"""Can a classifier tell the rows from real ones? The classifier two-sample test (Lopez-Paz and Oquab 2017)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from tabgan.evaluation.auc import auc_and_error
from tabgan.evaluation.encode import to_points
from tabgan.evaluation.features import Feature, round_as_real
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Kind, Measured, require_rows
from tabgan.evaluation.tables import Tables

MOST_ROWS = 5000
"""Rows on either side."""

ROUNDS, FOLDS = 100, 5
REPEATS = 3
FEW_ROWS = 2000
"""Of fewer rows the AUC is the mean of 3 repeats, each with rows and folds of its own."""

MOST_TREE_LEVELS = 255
"""Columns of more levels are numbers to the trees."""

MOST_PERMUTED = 400
"""Rows of a fold that columns are permuted in."""

TELLING = 0.05
"""The part of the AUC that surplus decimals must make up to be named."""

KINDS = {
    "detection": Kind(
        "detection by trees",
        "lower",
        (0.0, 1.0),
        "AUC of boosted trees that tell the rows from real ones: 0.5 is a guess, 1 is certainty.",
        headline=True,
    ),
    "detection_linear": Kind(
        "detection by a linear model",
        "lower",
        (0.0, 1.0),
        "AUC of a logistic regression that tells the rows from real ones: 0.5 is a guess, 1 is certainty.",
    ),
}


@dataclass(frozen=True)
class _Trial:
    """Real rows and as many others below them, how they are split, and which columns trees take for levels."""

    matrix: np.ndarray
    labels: np.ndarray
    folds: list[tuple[np.ndarray, np.ndarray]]
    levels: np.ndarray


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Return how well a contestant can be told from the reference.

    The AUC is that of out-of-fold predictions, raw: by chance it can be below 0.5. Its spread is DeLong's error with
    the error of the mean over repeats. Baselines are tried once. The parts of the synthetic rows by column are
    the losses of AUC when the values of this column are permuted.
    """
    rows = tables.contestants[who]
    n_rows = min(len(tables.reference), len(rows), MOST_ROWS)
    require_rows(n_rows)
    repeats = REPEATS if n_rows < FEW_ROWS and who in ("synthetic", "real") else 1
    trials = [_draw(tables, rows, n_rows, seed + repeat) for repeat in range(repeats)]
    trees = [_try_trees(trial) for trial in trials]
    linear = [_out_of_fold(trial, _linear_design(trial.matrix, tables.features), _make_linear) for trial in trials]
    value, spread = _mean_auc(trees)
    losses, note = None, ""
    if who == "synthetic":
        losses = _losses(trials[0], trees[0][1], np.random.default_rng(seed))
        note = _blame_decimals(tables, n_rows, seed, _mean_auc(trees[:1])[0])
    return {
        "detection": Measured(value, spread, per_column=losses, note=note),
        "detection_linear": Measured(*_mean_auc(linear)),
    }


def _draw(tables: Tables, rows: np.ndarray, n_rows: int, seed: int) -> _Trial:
    """Draw rows of both sides and number the levels that are among them."""
    rng = np.random.default_rng(seed)
    matrix = np.vstack([table[rng.choice(len(table), n_rows, replace=False)] for table in (tables.reference, rows)])
    for place in np.flatnonzero(tables.categorical):
        matrix[:, place] = np.unique(matrix[:, place], return_inverse=True)[1]
    labels = np.repeat([False, True], n_rows)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(matrix, labels)
    return _Trial(matrix, labels, list(folds), tables.categorical & (matrix.max(axis=0) < MOST_TREE_LEVELS))


def _out_of_fold(trial: _Trial, design: Any, make_model: Callable[[], Any]) -> tuple[np.ndarray, list[Any]]:
    """Return for every row what a model says that was fitted without its fold, and the models."""
    scores, models = np.zeros(len(trial.labels)), []
    for train, test in trial.folds:
        models.append(make_model().fit(design[train], trial.labels[train]))
        scores[test] = models[-1].predict_proba(design[test])[:, 1]
    return scores, models


def _try_trees(trial: _Trial) -> tuple[np.ndarray, list[Any]]:
    def make_model() -> HistGradientBoostingClassifier:
        return HistGradientBoostingClassifier(
            categorical_features=trial.levels, max_iter=ROUNDS, random_state=0, early_stopping=False
        )

    return _out_of_fold(trial, trial.matrix, make_model)


def _make_linear() -> LogisticRegression:
    return LogisticRegression(max_iter=1000)


def _linear_design(matrix: np.ndarray, features: Sequence[Feature]) -> Any:
    """Return rows as in `to_points`, but sparse if that is shorter."""
    numeric = [feature for feature in features if feature.levels is None]
    numbers = FunctionTransformer(lambda rows: to_points([rows], numeric, rows)[0])
    levels = make_pipeline(OneHotEncoder(), FunctionTransformer(lambda corners: corners / np.sqrt(2)))
    is_number = np.array([feature.levels is None for feature in features])
    return ColumnTransformer([("numbers", numbers, is_number), ("levels", levels, ~is_number)]).fit_transform(matrix)


def _mean_auc(found: Sequence[tuple[np.ndarray, list[Any]]]) -> tuple[float, float]:
    """Return the mean AUC of trials and its error: that of the rows, which they share, and that of their own chance."""
    aucs, errors = np.transpose([auc_and_error(np.arange(len(s)) >= len(s) // 2, s) for s, _ in found])
    by_chance = aucs.var(ddof=1) / len(aucs) if len(aucs) > 1 else 0.0
    return float(aucs.mean()), float(np.sqrt(np.mean(errors**2) + by_chance))


def _losses(trial: _Trial, models: Sequence[Any], rng: np.random.Generator) -> np.ndarray:
    """Return by column the loss of AUC when its values go to other rows of the fold (Breiman 2001)."""
    parts = [places[:: -(-len(places) // MOST_PERMUTED)] for _, places in trial.folds]
    labels = trial.labels[np.concatenate(parts)]

    def auc(tables: list[np.ndarray]) -> float:
        found = [model.predict_proba(table)[:, 1] for model, table in zip(models, tables, strict=True)]
        return auc_and_error(labels, np.concatenate(found))[0]

    tables = [trial.matrix[places] for places in parts]
    losses = np.full(trial.matrix.shape[1], auc(tables))
    for place in range(len(losses)):
        permuted = [table.copy() for table in tables]
        for table in permuted:
            rng.shuffle(table[:, place])
        losses[place] -= auc(permuted)
    return losses


def _blame_decimals(tables: Tables, n_rows: int, seed: int, auc: float) -> str:
    """Return a note if much of the AUC of the first trial goes when rows have no more decimals than real ones."""
    rounded = round_as_real(tables.synthetic, tables.features)
    if np.allclose(rounded, tables.synthetic, rtol=1e-9, atol=1e-12, equal_nan=True):
        return ""
    after, _ = _mean_auc([_try_trees(_draw(tables, rounded, n_rows, seed))])
    if auc - after < TELLING:
        return ""
    template = "decimals give the rows away: rounded as the real ones are, they get {auc:.3f}"
    return Phrase(template, auc=after)
