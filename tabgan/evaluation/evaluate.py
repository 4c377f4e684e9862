"""Compare a synthetic table with a real one: every score beside what real rows and trivial synthesizers get."""

from __future__ import annotations

import time
from collections.abc import Collection, Hashable, Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from tabgan.evaluation.measuring import choose_families, measure_all
from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.tables import make_tables
from tabgan.seeds import resolve_seed
from tabgan.workers import count_workers


@np.errstate(over="ignore", invalid="ignore")  # near the largest double
def evaluate(
    train: Any,
    synthetic: Any,
    holdout: Any = None,
    target: Hashable | None = None,
    *,
    only: Sequence[str] | None = None,
    categorical: Collection[Hashable] = (),
    continuous: Collection[Hashable] = (),
    ids: Collection[Hashable] = (),
    model: Any = None,
    balanced: Hashable = "auto",
    random_state: Any = 0,
    verbose: bool = False,
    n_jobs: int | None = None,
) -> EvaluationResult:
    """Score a synthetic table, each score beside its ceiling and baselines.

    Tables only: the rows may come from any tool.

    Parameters
    ----------
    train : DataFrame or array-like of shape (n_train, n_columns)
        The real rows that were learned.
    synthetic : DataFrame or array-like of shape (n_synthetic, n_columns)
        The rows to judge, with the same columns in any order.
    holdout : DataFrame or array-like of shape (n_holdout, n_columns), optional
        Real rows that were not learned. Synthetic rows, and rows of `train` in their place (the ceiling), are compared
        with these. Without it a random half of `train` stands in, and the other half is the ceiling; what the
        generator has memorised cannot be told then.
    target : name of a column, optional
        What a model is to predict; without it there are no scores of utility.
    only : sequence of str, optional
        Families to compute, of "marginals", "dependence", "combinations", "rules", "digits", "detection", "coverage",
        "utility", "predictability", "privacy" and those that `register_score` added. All by default.
    categorical, continuous : collection of names, optional
        Columns whose kind is told. By default a column is categorical when it holds labels, at most 2 distinct values
        or at most 12 distinct whole numbers.
    ids : collection of names, optional
        Columns that tell rows apart, which are not judged: generated rows have new identifiers.
    model : fitted synthesizer, optional
        What made the rows: what it found of its own memorising (`memorisation_`) counts in privacy, and columns that it
        took for identifiers are not judged.
    balanced : "auto", "none" or name of a column, default "auto"
        Column of labels whose levels were made equally often on purpose; of the rows some are chosen in which it has
        the real shares, and judged. "auto" is the column whose levels are, where those of `train` are clearly not:
        the target, or another; `result.notes` says which.
    random_state : int, Generator, RandomState or None, default 0
        Seed of all that is drawn.
    verbose : bool, default False
        Whether to show progress on a terminal.
    n_jobs : int, optional
        Processes that measure side by side, by default 1; -1 is one for each core. The figures are the same.

    Returns
    -------
    EvaluationResult

    Raises
    ------
    InputError
        Tables with different columns, values of another kind than in `train`, infinite values, fewer than 2 rows; an
        unknown target or family.

    Notes
    -----
    A family that cannot be computed, for too few rows or for want of a target, says why in `result.skipped`. Of more
    than 20,000 rows as many are drawn, which `result.notes` says.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> real, rows = rng.normal(size=(400, 2)), rng.normal(size=(200, 2))
    >>> result = evaluate(real, rows, only=["marginals"])
    >>> result.scores["shape"].baseline > 0.8
    True
    """
    families, seed = choose_families(only), resolve_seed(random_state)
    started = time.perf_counter()
    told: dict[str, Any] = dict(categorical=categorical, continuous=continuous)
    learned = getattr(model, "schema_", ())
    told["ids"] = [*ids, *(column.name for column in learned if column.kind == "id" and column.name not in ids)]
    told["memorisation"] = getattr(model, "memorisation_", None)
    workers = count_workers(n_jobs)
    with threadpool_limits(1):  # sums over several threads would depend on how many there are
        tables = make_tables(train, synthetic, holdout, target, random_state=seed, balanced=balanced, **told)
        scores, skipped, seconds = measure_all(tables, families, seed, verbose, workers)
    seconds["all"] = time.perf_counter() - started
    return EvaluationResult(scores, skipped, tables, seed, seconds)
