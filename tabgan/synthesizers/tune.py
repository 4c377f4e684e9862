"""Search for settings that suit a table, on rows held aside from all fits. Needs optuna, the extra `tune`."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import DivergenceError, InputError, TabganError, TabganWarning
from tabgan.evaluation.detector import detector_auc
from tabgan.schema import Schema
from tabgan.seeds import resolve_seed
from tabgan.synthesizers.label import join_label
from tabgan.synthesizers.settings import Settings
from tabgan.synthesizers.space import DOUBLINGS, find_searched, import_optuna, make_study, scale
from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer
from tabgan.tables.check import check_training_table

HELD_ASIDE = 0.2
MOST_HELD_ASIDE = 10_000  # rows; more make the detector slow and the score hardly better
LEAST_HELD_ASIDE = 20
LEAST_TRIALS = 10  # that a budget is divided by
TRAINED = 0.6  # of a trial's time; the sieve, generating and scoring take the rest
PILOT_SECONDS = 1.0  # of training that tell how fast an iteration is


@dataclass(frozen=True)
class Trial:
    """One fit: its settings, and the detector's AUC of its rows, which is NaN when there are none."""

    params: dict[str, Any]
    iterations: int
    score: float
    seconds: float
    status: str


@dataclass(frozen=True)
class TuneResult:
    """What a search found.

    Attributes
    ----------
    best_params : dict
        The best trial's settings, for `WGANGPSynthesizer`. Where trials were shorter than a fit with default settings
        is, `iterations` are as many more as that one has.
    best_score, default_score : float
        The detector's AUC of the best trial and of the default settings, NaN if these failed. Lower is better.
    trials : DataFrame of shape (n_trials, n_settings + 4)
        The settings that were searched; `iterations`, `score`, `seconds` and `status` ("finished", "out of time",
        "diverged", "failed"). The first row has the default settings.
    n_held_aside : int
        Rows that all trials were judged by.
    status : {"finished", "out of time", "interrupted"}
        Why the search ended.
    seed : int
        Its seed.
    """

    best_params: dict[str, Any]
    best_score: float
    default_score: float
    trials: pd.DataFrame
    n_held_aside: int
    status: str
    seed: int


def tune(
    X,
    y=None,
    *,
    max_seconds: float | None = None,
    n_trials: int | None = None,
    random_state: Any = None,
    verbose: int = 0,
    after_trial: Callable[[Trial], None] | None = None,
    **fixed: Any,
) -> TuneResult:
    """Search for settings whose rows a detector tells least well from rows that no trial has learned.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_columns)
        At least 100 rows, as `WGANGPSynthesizer.fit` takes them. A fifth, at most 10,000, is held aside; of each class,
        if there is a label.
    y : array-like of shape (n_samples,), optional
        A label for each row, as `fit` takes it.
    max_seconds : float, optional
        The budget. Each trial trains for the same time, so that settings which make an iteration slower get fewer: as
        long as the default settings want, or shorter, so that there can be 10 trials, or `n_trials`.
    n_trials : int, optional
        The most trials. Without a budget each has as many iterations as the default settings.
    random_state : int, RandomState, Generator or None
        Seed of everything random. The same seed gives the same result when no clock has a say: without `max_seconds`,
        or with `iterations` that are given and a budget that suffices.
    verbose : int, default 0
        1 shows the progress line of each fit on a terminal.
    after_trial : callable, optional
        Called with each `Trial` as it ends.
    **fixed
        Other parameters of `WGANGPSynthesizer`, the same in all trials. What is given is not searched.

    Returns
    -------
    TuneResult
        The first trial has the default settings, so that the best is never worse than these by the score it was
        chosen by. Ctrl-C, once there is a trial, ends the search and keeps the best.

    Raises
    ------
    InputError
        optuna is not installed; too few rows; neither a budget nor a number of trials; a setting breaks its rule.
    TabganError
        No trial came to an end.
    """
    _check(max_seconds, n_trials, fixed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)  # a fit with the best settings will say it again
        search = _Search(
            join_label(X, y, fixed.get("label")),
            y is not None,
            max_seconds,
            n_trials,
            resolve_seed(random_state),
            verbose,
            fixed,
        )
        status = search.run(after_trial)
    scored = [trial for trial in search.trials if trial.score == trial.score]
    if not scored:
        raise TabganError("of the trials none gave rows to score; give more seconds, or lower critic_lr")
    best = min(scored, key=lambda trial: trial.score)
    longer = search.defaults.iterations / search.trials[0].iterations
    columns = ("iterations", "score", "seconds", "status")
    frame = pd.DataFrame([{**t.params, **{name: getattr(t, name) for name in columns}} for t in search.trials])
    return TuneResult(
        best_params={**best.params, "iterations": max(round(best.iterations * longer), 1)},
        best_score=best.score,
        default_score=search.trials[0].score,
        trials=frame.rename_axis("trial"),
        n_held_aside=len(search.held),
        status=status,
        seed=search.seed,
    )


class _Search:
    """Trials on one table, and what they share."""

    def __init__(
        self,
        X: Any,
        y_is_last: bool,
        max_seconds: float | None,
        n_trials: int | None,
        seed: int,
        verbose: int,
        fixed: dict[str, Any],
    ) -> None:
        self.start = time.monotonic()
        self.max_seconds, self.n_trials, self.seed = max_seconds, n_trials, seed
        self.verbose, self.fixed = verbose, fixed
        table, _ = check_training_table(X)
        self.y_is_last = y_is_last
        self.schema = Schema.learn(table, kinds=fixed.get("kinds"))
        is_held = hold_aside(table, table.columns[-1] if y_is_last else fixed.get("label"), seed)
        self.held, self.learned = self.schema.to_matrix(table[is_held]), table[~is_held]
        self.trials: list[Trial] = []
        self.defaults, speed = self._pilot({})
        self.names = find_searched(self.defaults, fixed)
        self.trained = self.defaults.iterations / speed  # seconds of training in each trial
        if max_seconds is not None:
            self.trained = min(self.trained, TRAINED * max_seconds / (n_trials or LEAST_TRIALS))

    @property
    def left(self) -> float:
        """Seconds of the budget that are left."""
        return np.inf if self.max_seconds is None else self.max_seconds - (time.monotonic() - self.start)

    def run(self, after_trial: Callable[[Trial], None] | None) -> str:
        """Make trials until the number or the budget is used up; return why the search ended."""
        study, state = make_study(self.names, self.seed), import_optuna().trial.TrialState
        try:
            while self.n_trials is None or len(self.trials) < self.n_trials:
                if self.trials and self.left < max(trial.seconds for trial in self.trials):
                    return "out of time"
                asked = study.ask()
                trial = self._try({name: asked.suggest_int(name, *DOUBLINGS[name]) for name in self.names})
                self.trials.append(trial)
                failed = trial.score != trial.score
                study.tell(asked, None if failed else trial.score, state.FAIL if failed else state.COMPLETE)
                if after_trial:
                    after_trial(trial)
        except KeyboardInterrupt:
            if not self.trials:
                raise
            return "interrupted"
        return "finished"

    def _pilot(self, params: dict[str, Any]) -> tuple[Settings, float]:
        """Return all settings that come of some, and how many iterations they do in a second, measured.

        Without a budget there is nothing to measure: one iteration resolves the settings.
        """
        seconds = 1e-9 if self.max_seconds is None else min(PILOT_SECONDS, TRAINED * self.max_seconds / LEAST_TRIALS)
        pilot = self._fit({**params, "max_seconds": seconds, "sieve": False, "verbose": 0})
        return pilot.settings_, len(pilot.history_) / max(pilot.history_.seconds or 0, 1e-9)

    def _fit(self, params: dict[str, Any]) -> WGANGPSynthesizer:
        model = WGANGPSynthesizer(**{"verbose": self.verbose, **self.fixed, **params, "random_state": self.seed})
        if self.y_is_last:
            model.fit(self.learned.iloc[:, :-1], self.learned.iloc[:, -1])
        else:
            model.fit(self.learned)
        if model.history_.status == "interrupted":
            raise KeyboardInterrupt
        return model

    def _iterations(self, params: dict[str, Any]) -> int:
        """Return how many iterations a trial has: those of a fit, or what can be done in its time."""
        if self.max_seconds is None or "iterations" in self.fixed:
            return self.defaults.iterations
        return max(round(self.trained * self._pilot(params)[1]), 1)

    def _try(self, doublings: dict[str, int]) -> Trial:
        """Fit, generate and score."""
        start, score, iterations = time.monotonic(), np.nan, self.defaults.iterations
        status: str
        params = scale(self.defaults, doublings)
        try:
            iterations = self._iterations(params)
            limit = None if self.max_seconds is None else max(self.left, 1e-9)
            model = self._fit({**params, "iterations": iterations, "max_seconds": limit})
            params = {name: getattr(model.settings_, name) for name in params}  # a batch may be as large as it can be
            rows = self.schema.to_matrix(model.sample(len(self.held)))
            score, status = detector_auc(self.held, rows, self.seed), model.history_.status
        except DivergenceError:
            status = "diverged"
        except TabganError:  # such as rows that hardly ever meet a constraint
            if not self.trials:
                raise
            status = "failed"
        return Trial(params, iterations, score, time.monotonic() - start, status)


def hold_aside(table: pd.DataFrame, label: Hashable | None, seed: int) -> np.ndarray:
    """Return which rows are held aside, as a mask of shape (n_samples,): the same share of each class of a label."""
    classes = pd.factorize(table[label])[0] if label in table.columns else np.zeros(len(table), int)
    share = min(HELD_ASIDE, MOST_HELD_ASIDE / len(table))
    rng, mask = np.random.default_rng(seed), np.zeros(len(table), bool)
    for one in np.unique(classes):
        rows = rng.permutation(np.flatnonzero(classes == one))
        mask[rows[: int(share * len(rows))]] = True
    if mask.sum() < LEAST_HELD_ASIDE:
        raise InputError(
            f"tuning needs {LEAST_HELD_ASIDE} rows to hold aside, a fifth of all or of each class, or the score is all "
            f"noise, but there are {mask.sum()}; use the defaults"
        )
    return mask


def _check(max_seconds: float | None, n_trials: int | None, fixed: dict[str, Any]) -> None:
    if max_seconds is None and n_trials is None:
        raise InputError("tuning needs an end, but neither max_seconds nor n_trials is given; give one")
    if max_seconds is not None and not 0 < max_seconds < np.inf:
        raise InputError(f"max_seconds must be a positive finite number, but is {max_seconds!r}; give seconds")
    if n_trials is not None and n_trials < 1:
        raise InputError(f"n_trials must be a whole number of at least 1, but is {n_trials!r}; give more")
    if smooth := sorted(name for name in ("smooth", "denoise") if fixed.get(name) is not None):
        raise InputError(
            "tuning compares with rows held aside, which have gaps between them in time and are not smoothed, but "
            f"{' and '.join(smooth)} is given; leave it to the fit"
        )
    import_optuna()
