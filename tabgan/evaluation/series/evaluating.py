"""Compare synthetic series with real ones: every score beside what real blocks and trivial synthesizers get."""

from __future__ import annotations

import time as clock
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from tabgan.evaluation.measuring import choose_families, measure_all
from tabgan.evaluation.series.making import make_compared
from tabgan.evaluation.series.series_result import SeriesEvaluationResult
from tabgan.seeds import resolve_seed
from tabgan.workers import count_workers


def evaluate_series(
    train: Any,
    synthetic: Any,
    holdout: Any = None,
    *,
    time: Hashable | None = None,
    entity: Hashable | None = None,
    window: int = 24,
    target: Hashable | None = None,
    only: Sequence[str] | None = None,
    random_state: Any = 0,
    verbose: bool = False,
    n_jobs: int | None = None,
) -> SeriesEvaluationResult:
    """Score synthetic series, each score beside its ceiling and baselines.

    Series only: they may come from any tool.

    Parameters
    ----------
    train : DataFrame or array of shape (T, D) or (n, T, D)
        The real series that were learned: a long frame, one row for each step of each series, or numbers.
    synthetic : DataFrame or array of shape (T, D) or (n, T, D)
        The series to judge, many short ones or a few long ones, with the same channels. A column "series" tells them
        apart.
    holdout : DataFrame or array, optional
        Real series that were not learned. Without it `train` is cut into 40 blocks of time, fewer if it is short; the
        odd ones are the reference, the even ones the ceiling, and what the generator has memorised cannot be told.
    time : name of a column, optional
        The times of the steps: dates or numbers. Where they jump a stretch ends, and no window crosses that.
    entity : name of a column, optional
        What tells several series apart.
    window : int, default 24
        How many steps are looked at together.
    target : name of a channel, optional
        What boosted trees are to predict; a linear model predicts every channel without it, too.
    only : sequence of str, optional
        Families to compute, of "detection", "dynamics", "usefulness", "drift", "privacy", "papers" and those that are
        registered as "series score". All but "papers" by default.
    random_state : int, Generator, RandomState or None, default 0
        Seed of all that is drawn.
    verbose : bool, default False
        Whether to show progress on a terminal.
    n_jobs : int, optional
        Processes that measure side by side, by default 1; -1 is one for each core. The figures are the same.

    Returns
    -------
    SeriesEvaluationResult

    Raises
    ------
    InputError
        Times of real series that do not increase, or whose steps differ; different channels; infinite values; too few
        steps for a window; an unknown target or family.

    Notes
    -----
    Both sides of a detector are split by blocks of time, so that no two windows that overlap are learned and judged.
    What cannot be computed says why in `result.skipped`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> real, noise = rng.normal(size=(2, 2000, 1)).cumsum(axis=1) / [[[9]], [[1]]]
    >>> result = evaluate_series(real, noise, only=["dynamics"])
    >>> bool(result.scores["change_ks"].value > 0.3 > result.scores["change_ks"].baseline)
    True
    """
    families, seed = choose_families(only, "series score"), resolve_seed(random_state)
    started = clock.perf_counter()
    told: dict[str, Any] = dict(time=time, entity=entity, window=window, target=target)
    workers = count_workers(n_jobs)
    with threadpool_limits(1):  # sums over several threads would depend on how many there are
        series = make_compared(train, synthetic, holdout, **told, random_state=seed)
        scores, skipped, seconds = measure_all(series, families, seed, verbose, workers)
    seconds["all"] = clock.perf_counter() - started
    undefined = {name: s.note for name, s in scores.items() if np.isnan(s.value) and s.note}
    kept = {name: score for name, score in scores.items() if name not in undefined}
    return SeriesEvaluationResult(kept, skipped | undefined, series, seed, seconds)
