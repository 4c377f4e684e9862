"""Can a classifier tell the rows from real ones? The classifier two-sample test (Lopez-Paz and Oquab 2017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from tabgan.evaluation.closeness import to_points
from tabgan.evaluation.detector import (
    Folds,
    auc_and_error,
    count_bins,
    count_rounds,
    make_folds,
    make_trees,
    out_of_fold,
)
from tabgan.evaluation.features import UNSEEN, Feature, round_as_real
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, Score, Spec, require_rows
from tabgan.evaluation.tables import Tables
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

MOST_ROWS = 5000
"""Rows on either side."""

REPEATS = 3
FEW_ROWS = 2000
"""Of fewer rows the AUC is the mean of 3 repeats, each with rows and folds of its own."""

MOST_PERMUTED = 400
"""Rows of a fold that columns are permuted in."""

TELLING = 0.05
"""The part of the AUC that surplus decimals must make up to be named."""

NEARER = 3
"""Errors below 0.5 from which an AUC is no chance: rows that are near real ones are taken for those."""

SPECS = {
    "detection": Spec(
        "detection by trees",
        "AUC of boosted trees that tell the rows from real ones: 0.5 is a guess, 1 is certainty.",
        "lower",
        headline=True,
    ),
    "detection_linear": Spec(
        "detection by a linear model",
        "AUC of a logistic regression that tells the rows from real ones: 0.5 is a guess, 1 is certainty.",
        "lower",
    ),
}


@dataclass(frozen=True)
class _Trial:
    """Real rows and as many others below them, how they are split, and which columns trees take for levels.

    `unseen` are the places of columns in which some rows have a level that no real row has. Behind the columns stand
    indicators of these: of many rare levels trees leave out all that few rows have, and so cannot tell the others.
    """

    matrix: Floats
    unseen: NDArray[np.intp]
    labels: NDArray[np.bool_]
    folds: Folds
    categorical: NDArray[np.bool_]

    def try_trees(self) -> tuple[Floats, list[Any]]:
        """Return how likely trees hold each row to be one of the others, and the trees."""
        return out_of_fold(self.matrix, self.labels, self.folds, self._make_trees)

    def _make_trees(self) -> Any:
        width = self.matrix.shape[1]
        return make_trees(self.categorical, count_rounds(width), count_bins(width))

    @property
    def n_columns(self) -> int:
        """How many columns the tables have."""
        return self.matrix.shape[1] - len(self.unseen)

    def try_linear(self, features: Sequence[Feature]) -> tuple[Floats, list[Any]]:
        """Return the same of a logistic regression of the rows as points, sparse ones if that is shorter."""
        numeric = [feature for feature in features if feature.levels is None]
        numbers = FunctionTransformer(lambda rows: to_points([rows], numeric, rows)[0])
        corners = make_pipeline(OneHotEncoder(), FunctionTransformer(lambda ones: ones / np.sqrt(2)))
        is_number = np.array([feature.levels is None for feature in features])
        points = ColumnTransformer([("numbers", numbers, is_number), ("levels", corners, ~is_number)])
        design = points.fit_transform(self.matrix[:, : self.n_columns])
        return out_of_fold(design, self.labels, self.folds, lambda: LogisticRegression(max_iter=1000))


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
    trials = [_draw(tables, rows, n_rows, seed, repeat) for repeat in range(repeats)]
    trees = [trial.try_trees() for trial in trials]
    linear = [trial.try_linear(tables.features) for trial in trials]
    losses, note = None, ""
    if who == "synthetic":
        losses = _losses(trials[0], trees[0][1], numpy_rng(seed, Use.PERMUTED))
        note = _blame_decimals(tables, n_rows, seed, _mean_auc(trees[:1])[0])
    return {
        "detection": Measured(*_mean_auc(trees), per_column=losses, note=note),
        "detection_linear": Measured(*_mean_auc(linear)),
    }


def _draw(tables: Tables, rows: Floats, n_rows: int, seed: int, repeat: int = 0) -> _Trial:
    """Draw rows of both sides and number the levels that are among them."""
    rng = numpy_rng(seed, Use.DETECTED_ROWS, repeat)
    matrix = np.vstack([table[rng.choice(len(table), n_rows, replace=False)] for table in (tables.reference, rows)])
    unseen = [place for place, feature in enumerate(tables.features) if UNSEEN in (feature.levels or ())]
    indicators = [matrix[:, place] >= tables.features[place].known for place in unseen]
    for place in np.flatnonzero(tables.categorical):
        matrix[:, place] = np.unique(matrix[:, place], return_inverse=True)[1]
    labels = np.repeat([False, True], n_rows)
    most = count_bins(matrix.shape[1] + len(unseen))  # levels: columns of more are numbers to the trees
    categorical = tables.categorical & (matrix.max(axis=0) < most)
    matrix = np.column_stack([matrix, *indicators])
    categorical = np.append(categorical, np.full(len(unseen), False))
    return _Trial(matrix, np.array(unseen, np.intp), labels, make_folds(matrix, labels, seed, repeat), categorical)


def _mean_auc(found: Sequence[tuple[Floats, list[Any]]]) -> tuple[float, float]:
    """Return the mean AUC of trials and its error: that of the rows, which they share, and that of their own chance."""
    aucs, errors = np.transpose([auc_and_error(np.arange(len(c)) >= len(c) // 2, c) for c, _ in found])
    by_chance = aucs.var(ddof=1) / len(aucs) if len(aucs) > 1 else 0.0
    return float(aucs.mean()), float(np.sqrt(np.mean(errors**2) + by_chance))


def _losses(trial: _Trial, models: Sequence[Any], rng: np.random.Generator) -> Floats:
    """Return by column the loss of AUC when its values go to other rows of the fold (Breiman 2001)."""
    parts = [places[:: -(-len(places) // MOST_PERMUTED)] for _, places in trial.folds]
    labels = trial.labels[np.concatenate(parts)]

    def auc(tables: list[Floats]) -> float:
        found = [model.predict_proba(table)[:, 1] for model, table in zip(models, tables, strict=True)]
        return auc_and_error(labels, np.concatenate(found))[0]

    tables = [trial.matrix[places] for places in parts]
    losses = np.full(trial.n_columns, auc(tables))
    for place in range(len(losses)):
        permuted = [table.copy() for table in tables]
        own = np.append(place, trial.n_columns + np.flatnonzero(trial.unseen == place))
        for table in permuted:
            table[:, own] = table[np.ix_(rng.permutation(len(table)), own)]
        losses[place] -= auc(permuted)
    return losses


def _blame_decimals(tables: Tables, n_rows: int, seed: int, auc: float) -> str:
    """Return a note if much of the AUC of the first trial goes when rows have no more decimals than real ones."""
    rounded = round_as_real(tables.synthetic, tables.features)
    if np.allclose(rounded, tables.synthetic, rtol=1e-9, atol=1e-12, equal_nan=True):
        return ""
    after, _ = _mean_auc([_draw(tables, rounded, n_rows, seed).try_trees()])
    if auc - after < TELLING:
        return ""
    return Phrase("decimals give the rows away: rounded as the real ones are, they get {auc:.3f}", auc=after)


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good up to an AUC of 0.65, fair up to 0.85; below 0.45, and by three errors, it is not good either."""
    score = scores["detection"]
    template = (
        "A classifier tells the rows from real ones with an AUC of {value:.3f}, where 0.5 is guessing and 1 is always "
        "right; other real rows get {ceiling:.3f}."
    )
    text = Phrase(template, value=score.value, ceiling=score.baseline)
    if score.value >= 0.45 or score.value + NEARER * score.spread >= 0.5:
        return reach_finding("detection", text, [Grade(score, 0.65, 0.85)])
    template = (
        "A classifier is wrong about the rows more often than by guessing (AUC {value:.3f}, error {spread:.3f}; other "
        "real rows get {ceiling:.3f}): they lie nearer to {real} than chance brings them."
    )
    real = Phrase("the real rows that they are compared with") if tables.has_holdout else Phrase("learned rows")
    values = dict(value=score.value, spread=score.spread, ceiling=score.baseline, real=real)
    return Finding("detection", "fair", Phrase(template, **values))


FAMILY = Family(
    "detection",
    "Detection",
    "Can a classifier tell the rows from real ones?",
    SPECS,
    measure,
    judge,
    required_from=1,
    place=30,
)
