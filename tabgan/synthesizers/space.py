"""The settings that are searched, as doublings and halvings of a table's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from tabgan.errors import InputError
from tabgan.gan.objectives import WGANGP, Objective, find_objective
from tabgan.synthesizers.settings import AUTO, Settings

if TYPE_CHECKING:
    import optuna

DOUBLINGS = {
    "gp_weight": (-3, 3),
    "n_critic": (-2, 1),
    "critic_lr": (-2, 2),  # the generator's rate moves along
    "batch_size": (-2, 2),
    "hidden": (-1, 1),
    "latent_dim": (-2, 2),
    "n_projections": (-2, 2),
}
"""How often each setting is halved, and doubled, at most."""

RANDOM_TRIALS = 5  # before what came of them is taken into account


def find_searched(defaults: Settings, fixed: Mapping[str, Any]) -> list[str]:
    """Return the settings to search: not those that are given, play no part, or are switched off."""
    left_alone = {name for name, value in fixed.items() if not (isinstance(value, str) and value == AUTO)}
    if "generator_lr" in left_alone:
        left_alone.add("critic_lr")
    if fixed.get("generator") is not None:  # which takes the latents that it takes
        left_alone.add("latent_dim")
    objective = find_objective(fixed.get("objective", WGANGP.name))
    if isinstance(objective, Objective) or "gp_weight" not in (f.name for f in fields(objective)):
        left_alone.add("gp_weight")
    if names := [name for name in DOUBLINGS if name not in left_alone and getattr(defaults, name)]:
        return names
    raise InputError(f"tuning needs a setting to search, but all are given; leave out one of {', '.join(DOUBLINGS)}")


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


def make_study(names: list[str], seed: int) -> optuna.Study:
    """Return a study whose first trial doubles nothing."""
    optuna = import_optuna()
    loud = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # else it says that there is a study
    try:
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=RANDOM_TRIALS))
    finally:
        optuna.logging.set_verbosity(loud)
    study.enqueue_trial(dict.fromkeys(names, 0))
    return study
