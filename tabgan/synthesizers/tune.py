"""Search for settings that suit a table, on rows held aside from all fits. Needs optuna, the extra `tune`."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from tabgan.errors import DivergenceError, InputError, TabganError, TabganWarning
from tabgan.evaluation.detector import detector_auc
from tabgan.gan.interruption import as_a_part
from tabgan.gan.objectives import WGANGP, Objective, find_objective
from tabgan.schema import Schema
from tabgan.seeds import Use, numpy_rng, resolve_seed
from tabgan.setting_rules import AUTO
from tabgan.settings import SETTINGS, Settings
from tabgan.spelling import spell
from tabgan.synthesizers.base import join_label
from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer
from tabgan.tables.check import check_training_table
from tabgan.workers import count_workers, spread

HELD_ASIDE = 0.2
MOST_HELD_ASIDE = 10_000  # rows; more make the detector slow and the score hardly better
LEAST_HELD_ASIDE = 20
LEAST_TRIALS = 10  # that a budget is divided by
TRAINED = 0.6  # of a trial's time; the sieve, generating and scoring take the rest
PILOT_SECONDS = 1.0  # of training that tell how fast an iteration is
RANDOM_TRIALS = 5  # before what came of them is taken into account
ROUND = 4  # trials that are chosen at once, whatever the number of workers: none knows what comes of the others

SearchSpace = dict[str, tuple[int, int]]
"""Settings that are searched, and how often each is doubled, at least and at most."""


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
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    max_seconds: float | None = None,
    n_trials: int | None = None,
    random_state: Any = None,
    verbose: int = 0,
    after_trial: Callable[[Trial], None] | None = None,
    n_jobs: int | None = None,
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
        1 shows the progress of each fit.
    after_trial : callable, optional
        Called with each `Trial` as it ends, in their order.
    n_jobs : int, optional
        Processes that make trials side by side, by default 1; -1 is one for each core. Four trials at a time are chosen
        before what comes of them is known, so that more processes are of no use, and how many there are changes nothing
        where no clock has a say.
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
    table = join_label(X, y, fixed.get("label"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)  # a fit with the best settings will say it again
        workers = count_workers(n_jobs)
        shown = verbose if workers == 1 else 0  # several progress lines would write over each other
        params = {**fixed, "verbose": shown, "random_state": resolve_seed(random_state)}
        search = _Search(table, y is not None, max_seconds, n_trials, params, workers)
        status = search.run(after_trial)
    scored = [trial for trial in search.trials if trial.score == trial.score]
    if not scored:
        raise TabganError(f"of the trials none gave rows to score; give more seconds, or lower {spell('critic_lr')}")
    best = min(scored, key=lambda trial: trial.score)
    longer = search.defaults.iterations / search.trials[0].iterations
    frame = pd.DataFrame([(record := asdict(trial)).pop("params") | record for trial in search.trials])
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
        params: dict[str, Any],
        workers: int,
    ) -> None:
        self.start, self.max_seconds, self.n_trials, self.workers = time.time(), max_seconds, n_trials, workers
        self.y_is_last, self.params, self.seed = y_is_last, params, params["random_state"]
        table, _ = check_training_table(X)
        self.schema = Schema.learn(table, kinds=params.get("kinds"))
        is_held = hold_aside(table, table.columns[-1] if y_is_last else params.get("label"), self.seed)
        self.held, self.learned = self.schema.to_matrix(table[is_held]), table[~is_held]
        self.trials: list[Trial] = []
        self.defaults, speed = self._pilot({})
        self.space = find_search_space(self.defaults, params)
        self.trained = self.defaults.iterations / speed  # seconds of training in each trial
        if max_seconds is not None:
            self.trained = min(self.trained, TRAINED * max_seconds / (n_trials or LEAST_TRIALS))

    @property
    def left(self) -> float:
        """Seconds of the budget that are left."""
        return np.inf if self.max_seconds is None else self.max_seconds - (time.time() - self.start)

    def run(self, after_trial: Callable[[Trial], None] | None) -> str:
        """Make trials until the number or the budget is used up; return why the search ended."""
        study, state = make_study(self.space, self.seed), import_optuna().trial.TrialState
        try:
            while self.n_trials is None or len(self.trials) < self.n_trials:
                count = ROUND if self.n_trials is None else min(ROUND, self.n_trials - len(self.trials))
                asked = [study.ask() for _ in range(count)]
                jobs = [
                    (len(self.trials) + i, {name: one.suggest_int(name, *ends) for name, ends in self.space.items()})
                    for i, one in enumerate(asked)
                ]
                for place, trial in spread(self._try_in_time, jobs, self.workers):
                    if trial is None:
                        return "out of time"
                    self.trials.append(trial)
                    failed = trial.score != trial.score
                    told = None if failed else trial.score
                    study.tell(asked[place], told, state.FAIL if failed else state.COMPLETE)
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
        X, y = (self.learned.iloc[:, :-1], self.learned.iloc[:, -1]) if self.y_is_last else (self.learned, None)
        with as_a_part():
            model = WGANGPSynthesizer(**self.params | params).fit(X, y)
        if model.history_.status == "interrupted":
            raise KeyboardInterrupt
        return model

    def _try_in_time(self, job: tuple[int, dict[str, int]]) -> Trial | None:
        """Return a trial, by its number and settings; None if there is no time for it."""
        number, doublings = job
        if number and self.left < max((trial.seconds for trial in self.trials), default=0.0):
            return None
        return self._try(number, doublings)

    def _try(self, number: int, doublings: Mapping[str, int]) -> Trial:
        """Fit, generate and score; for as many iterations as a fit has, or as can be done in a trial's time."""
        start, score, iterations, limit = time.monotonic(), np.nan, self.defaults.iterations, None
        params = scale(self.defaults, doublings)
        try:
            if self.max_seconds is not None:
                if "iterations" not in self.params:
                    iterations = max(round(self.trained * self._pilot(params)[1]), 1)
                limit = max(self.left, 1e-9)
            model = self._fit({**params, "iterations": iterations, "max_seconds": limit})
            params = {name: getattr(model.settings_, name) for name in params}  # a batch may be as large as it can be
            rows = self.schema.to_matrix(model.sample(len(self.held)))
            score, status = detector_auc(self.held, rows, self.seed), str(model.history_.status)
        except DivergenceError:
            status = "diverged"
        except TabganError:  # such as rows that hardly ever meet a constraint
            if not number:
                raise
            status = "failed"
        return Trial(params, iterations, score, time.monotonic() - start, status)


def hold_aside(table: pd.DataFrame, label: Hashable | None, seed: int) -> NDArray[np.bool_]:
    """Return which rows are held aside, as a mask of shape (n_samples,): the same share of each class of a label."""
    classes = pd.factorize(table[label])[0] if label in table.columns else np.zeros(len(table), int)
    share = min(HELD_ASIDE, MOST_HELD_ASIDE / len(table))
    rng, mask = numpy_rng(seed, Use.TUNE), np.zeros(len(table), bool)
    for one in np.unique(classes):
        rows = rng.permutation(np.flatnonzero(classes == one))
        mask[rows[: int(share * len(rows))]] = True
    if mask.sum() < LEAST_HELD_ASIDE:
        raise InputError(
            f"tuning needs {LEAST_HELD_ASIDE} rows to hold aside, a fifth of all or of each class, or the score is all "
            f"noise, but there are {mask.sum()}; use the defaults"
        )
    return mask


def _check(max_seconds: float | None, n_trials: int | None, fixed: Mapping[str, Any]) -> None:
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


def find_search_space(defaults: Settings, params: Mapping[str, Any]) -> SearchSpace:
    """Return what is searched: not what is given among the parameters, plays no part, or is switched off."""
    left_alone = {name for name, value in params.items() if not (isinstance(value, str) and value == AUTO)}
    if "generator_lr" in left_alone:  # which moves along
        left_alone.add("critic_lr")
    if params.get("generator") is not None:  # which takes the latents that it takes
        left_alone.add("latent_dim")
    objective = find_objective(params.get("objective", WGANGP.name))
    if isinstance(objective, Objective) or "gp_weight" not in (field.name for field in fields(objective)):
        left_alone.add("gp_weight")
    whole = {name: setting.doublings for name, setting in SETTINGS.items() if setting.doublings}
    if found := {name: ends for name, ends in whole.items() if name not in left_alone and getattr(defaults, name)}:
        return found
    raise InputError(
        f"tuning needs a setting to search, but all are given; leave out one of {', '.join(map(spell, whole))}"
    )


def scale(defaults: Settings, doublings: Mapping[str, int]) -> dict[str, Any]:
    """Return settings that are so many times doubled; whole numbers stay whole, and at least 1."""
    if "critic_lr" in doublings:
        doublings = {**doublings, "generator_lr": doublings["critic_lr"]}
    return {name: _double(getattr(defaults, name), times) for name, times in doublings.items()}


def _double(value: Any, times: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_double(v, times) for v in value)
    return max(round(value * 2.0**times), 1) if isinstance(value, int) else value * 2.0**times


def import_optuna() -> Any:
    """Return optuna, or raise InputError that says how to get it."""
    try:
        import optuna
    except ImportError as error:
        raise InputError("tuning needs optuna, which is not installed; pip install 'tabgan-wgangp[tune]'") from error
    return optuna


def make_study(space: SearchSpace, seed: int) -> Any:
    """Return a study whose first trial doubles nothing."""
    optuna = import_optuna()
    loud = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # else it says that there is a study
    try:
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=RANDOM_TRIALS))
    finally:
        optuna.logging.set_verbosity(loud)
    study.enqueue_trial(dict.fromkeys(space, 0))
    return study
