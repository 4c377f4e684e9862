"""What `tune` searches: doublings and halvings of a table's default settings, by the table of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from tabgan.errors import InputError
from tabgan.gan.objectives import WGANGP, Objective, find_objective
from tabgan.settings import AUTO, SETTINGS, Settings
from tabgan.spelling import spell

if TYPE_CHECKING:
    import optuna

SearchSpace = dict[str, tuple[int, int]]
"""Settings that are searched, and how often each is doubled, at least and at most."""

RANDOM_TRIALS = 5  # before what came of them is taken into account


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
    scaled = value * 2.0**times
    return max(round(scaled), 1) if isinstance(value, int) else scaled


def import_optuna() -> Any:
    """Return optuna, or raise InputError that says how to get it."""
    try:
        import optuna
    except ImportError as error:
        raise InputError("tuning needs optuna, which is not installed; pip install 'tabgan-wgangp[tune]'") from error
    return optuna


def make_study(space: SearchSpace, seed: int) -> optuna.Study:
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
