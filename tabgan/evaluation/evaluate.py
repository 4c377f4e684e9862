"""Compare a synthetic table with a real one, column by column."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.evaluation.marginals import marginal_distances
from tabgan.evaluation.result import EvaluationResult, Score
from tabgan.tables.check import check_table

HALVINGS = 10


def evaluate(real, synthetic, holdout=None, *, random_state: int = 0) -> EvaluationResult:
    """Score the columns of a synthetic table, each score beside what real rows get.

    Parameters
    ----------
    real : DataFrame or array-like of shape (n_samples, n_columns)
        The table that was learned.
    synthetic : DataFrame or array-like of shape (n_synthetic, n_columns)
        The rows to judge, from any tool, with the same columns in any order.
    holdout : DataFrame or array-like of shape (n_holdout, n_columns), optional
        Real rows that were not learned. When given, synthetic rows are compared with them, and the baseline compares
        `real` with them. Without it, synthetic rows are compared with `real`, and the baseline compares two random
        halves of it (mean of 10 halvings); distances of fewer rows are larger, so this baseline is a lenient one.
    random_state : int, default 0
        Seed of the halvings.

    Returns
    -------
    EvaluationResult
        KS distance and Wasserstein-1 distance over the real standard deviation per column; mean, std, min and max of
        both tables.

    Raises
    ------
    InputError
        Tables with different columns, with other than finite numbers, or with too few rows (2; 4 in `real` without a
        holdout).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> result = evaluate(rng.normal(size=(1000, 2)), rng.normal(size=(500, 2)))
    >>> result.scores["ks"].value < 2 * result.scores["ks"].baseline
    True
    """
    real, _ = check_table(real, "the real table")
    synthetic = _matching(real, synthetic, "the synthetic table")
    if holdout is None:
        if len(real) < 4:
            raise InputError(
                f"the real table must have at least 4 rows to be halved, but has {len(real)}; give more, or a holdout"
            )
        reference, std = real, real.std()
        baseline = _halves_distances(real, std, np.random.default_rng(random_state))
        against = f"the real table; baseline: two random halves of it, {len(real) // 2:,} rows each"
    else:
        reference = _matching(real, holdout, "the holdout")
        std = pd.concat([real, reference]).std()
        baseline = marginal_distances(reference, real, std)
        against = "the holdout; baseline: the real table against the holdout"
    distances = marginal_distances(reference, synthetic, std)
    scores = [
        Score.of_columns("ks", "KS distance", 1.0, distances["ks"], baseline["ks"]),
        Score.of_columns(
            "wasserstein", "Wasserstein-1 / std", math.inf, distances["wasserstein"], baseline["wasserstein"]
        ),
    ]
    return EvaluationResult(
        {s.name: s for s in scores}, _statistics(real, synthetic), len(real), len(synthetic), against
    )


def _matching(real: pd.DataFrame, other, what: str) -> pd.DataFrame:
    """Return the other table checked and with the columns of the real one, in its order."""
    other, _ = check_table(other, what)
    missing = [str(name) for name in real.columns if name not in other.columns]
    extra = [str(name) for name in other.columns if name not in real.columns]
    if missing or extra:
        difference = "; ".join(
            f"{word} {', '.join(names)}" for word, names in (("it lacks", missing), ("it has besides", extra)) if names
        )
        raise InputError(
            f"{what} must have the columns of the real table, but {difference}; select the same columns of both"
        )
    return other[list(real.columns)]


def _halves_distances(real: pd.DataFrame, std: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Return the mean distances of several random pairs of halves."""
    total = 0
    for _ in range(HALVINGS):
        order = rng.permutation(len(real))
        first, second = np.array_split(order, 2)
        total = total + marginal_distances(real.iloc[first], real.iloc[second], std)
    return total / HALVINGS


def _statistics(real: pd.DataFrame, synthetic: pd.DataFrame) -> pd.DataFrame:
    tables = {"real": real, "synthetic": synthetic}
    return pd.DataFrame(
        {
            f"{which}_{name}": table.agg(name).astype(float)
            for name in ("mean", "std", "min", "max")
            for which, table in tables.items()
        }
    )
