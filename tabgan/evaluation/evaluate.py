"""Compare a synthetic table with a real one, column by column."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from tabgan.errors import InputError
from tabgan.evaluation.marginals import marginal_distances
from tabgan.evaluation.result import EvaluationResult, Score
from tabgan.schema.dtypes import is_moment
from tabgan.schema.numbers import as_numbers, to_floats
from tabgan.tables.check import check_table

HALVINGS = 10


def evaluate(real, synthetic, holdout=None, *, random_state: int = 0) -> EvaluationResult:
    """Score the columns of numbers of a synthetic table, each score beside what real rows get.

    Columns that hold no numbers are left out, and missing values are.

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
        Tables with different columns, without columns of numbers, with infinite values, or with too few rows (2; 4 in
        `real` without a holdout); a column that holds numbers in `real` but not in another table.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> result = evaluate(rng.normal(size=(1000, 2)), rng.normal(size=(500, 2)))
    >>> result.scores["ks"].value < 2 * result.scores["ks"].baseline
    True
    """
    real, left_out = _numbers(check_table(real, "the real table")[0])
    synthetic = _matching(real, left_out, synthetic, "the synthetic table")
    if holdout is None:
        if len(real) < 4:
            raise InputError(
                f"the real table must have at least 4 rows to be halved, but has {len(real)}; give more, or a holdout"
            )
        reference, std = real, real.std()
        baseline = _halves_distances(real, std, np.random.default_rng(random_state))
        against = f"the real table; baseline: two random halves of it, {len(real) // 2:,} rows each"
    else:
        reference = _matching(real, left_out, holdout, "the holdout")
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
        {s.name: s for s in scores}, _statistics(real, synthetic), len(real), len(synthetic), against, tuple(left_out)
    )


def _numbers(real: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the real table's columns of numbers as float64, and the names of the others."""
    columns = {name: _column(real[name], "the real table") for name in real.columns if _is_number(real[name])}
    left_out = [str(name) for name in real.columns if name not in columns]
    if not columns:
        raise InputError(
            f"the real table must have a column of numbers to be scored, but {', '.join(left_out)} hold none; "
            "select others"
        )
    return pd.DataFrame(columns), left_out


def _is_number(column: pd.Series) -> bool:
    if is_moment(column.dtype) or isinstance(column.dtype, pd.CategoricalDtype) or column.isna().all():
        return False
    try:
        as_numbers(column)
    except InputError:
        return False
    return True


def _column(column: pd.Series, what: str) -> pd.Series:
    """Return a column as float64, or raise InputError if it holds other than finite numbers and gaps, or only gaps."""
    if column.isna().all():
        raise InputError(f"{what} must have values in column {str(column.name)!r}, but all are missing; leave it out")
    try:
        return pd.Series(to_floats(as_numbers(column)), name=column.name)
    except InputError as error:
        raise InputError(f"{what} cannot be scored: {error}") from error


def _matching(real: pd.DataFrame, left_out: list[str], other, what: str) -> pd.DataFrame:
    """Return the other table's columns of numbers, as those of the real one and in its order."""
    other, _ = check_table(other, what)
    missing = [str(name) for name in real.columns if name not in other.columns]
    missing += [name for name in left_out if name not in map(str, other.columns)]
    extra = [str(name) for name in other.columns if name not in real.columns and str(name) not in left_out]
    if missing or extra:
        difference = "; ".join(
            f"{word} {', '.join(names)}" for word, names in (("it lacks", missing), ("it has besides", extra)) if names
        )
        raise InputError(
            f"{what} must have the columns of the real table, but {difference}; select the same columns of both"
        )
    return pd.DataFrame({name: _column(other[name], what) for name in real.columns})


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
