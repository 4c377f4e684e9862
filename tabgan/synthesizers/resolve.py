"""From the parameters of a synthesizer to the settings of a fit: no "auto" is left, and every rule is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from tabgan.errors import InputError, warn
from tabgan.gan.objectives import WGANGP, Objective, find_objective
from tabgan.gan.shards import LEAST_TO_SHARE
from tabgan.preprocessing.series import make_stages
from tabgan.setting_rules import AUTO
from tabgan.settings import PRESETS, SETTINGS, Settings
from tabgan.spelling import allowed, show, spell
from tabgan.synthesizers.scaling import take_scaler
from tabgan.workers import count_workers

LEAST_TO_HOLD_ASIDE = 200  # rows; a tenth of fewer says too little
LARGE_BATCH = 256  # rows; presets count iterations of such
OF_FEW = 0.25  # times the rows to the power of 1.5: the most iterations, with five critic steps each
LEAST_ITERATIONS = 100
LEAST_FOR_LARGE_BATCHES = 4000  # rows to learn
LEAST_FOR_TWO_THREADS = 8e6  # multiplications in a layer's product; below, a second thread gains less than half


def resolve_settings(params: Mapping[str, Any], n_samples: int) -> Settings:
    """Replace every "auto" by the objective's own default, else the preset's, and check all values.

    A batch cannot have more rows than there are to learn from; asking for more gives that many, and a warning. Of
    tables with fewer than 200 rows none is held aside. An InputError names all values that break their rules.
    """
    preset = "balanced" if params["preset"] is None else params["preset"]
    if not SETTINGS["preset"].allows(preset):
        raise InputError(
            f"{spell('preset')} must be one of {', '.join(PRESETS)}, but is {preset!r}; leave it out for balanced"
        )
    count_workers(params.get("n_jobs"))  # raises if there cannot be so many
    params = take_scaler(params)
    asked = {field.name: params[field.name] for field in fields(Settings)}
    asked = {name: value for name, value in asked.items() if not (name in PRESETS[preset] and _is_auto(value))}
    objective, own = find_objective(asked["objective"]), _take_own(asked)
    chosen = PRESETS[preset] | dict(objective.DEFAULTS) | _suit_modules(params) | asked | own
    automatic_threads = _is_auto(chosen["threads"])
    chosen |= {"threads": 1} if automatic_threads else {}
    _check(chosen, params.get("critic") is not None)
    if n_samples < LEAST_TO_HOLD_ASIDE:
        chosen["held_aside"] = 0.0
    n_learned = n_samples - count_held_aside(chosen["held_aside"], n_samples)
    if (asked.get("batch_size") or 0) > n_learned:
        warn(
            f"a batch has at most the {n_learned} rows there are to learn from, so {spell('batch_size')} "
            f"{asked['batch_size']} becomes {n_learned}"
        )
    if chosen["batch_size"] == AUTO:
        chosen["batch_size"] = choose_batch_size(n_learned)
        if "iterations" not in asked:
            chosen["iterations"] = choose_iterations(chosen["iterations"], n_learned, chosen["n_critic"])
    chosen["batch_size"] = min(chosen["batch_size"] or n_learned, n_learned)
    if chosen["batch_size"] == n_learned:  # the table in its order, a share of which would be the same rows each time
        chosen["gp_share"] = 1.0
    if automatic_threads:
        chosen["threads"] = choose_threads(chosen["batch_size"], max(chosen["hidden"]))
    for name in ("hidden", "frequencies", "betas"):
        chosen[name] = tuple(chosen[name])
    if params.get("generator") is not None and params.get("critic") is not None:
        chosen["hidden"] = ()
    return Settings(**chosen)


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == AUTO


def _take_own(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the value of an objective says, unless others are given beside it, and its repr."""
    objective = asked["objective"]
    if not isinstance(objective, Objective):
        return {}
    shared = {field.name for field in fields(Settings)}
    own = {name: value for name, value in asdict(objective).items() if name in shared}
    for name, value in own.items():
        if asked.get(name, value) != value:
            raise InputError(
                f"{name} must be said once, but is {asked[name]!r} beside objective={objective!r}; leave one out"
            )
    return own | {"objective": repr(objective)}


def _suit_modules(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what "auto" is for modules of the user's: plain rows for a critic, a generator as it was trained."""
    own: dict[str, Any] = {} if params.get("critic") is None else {"frequencies": (), "n_projections": 0}
    return own if params.get("generator") is None else own | {"ema_decay": 0.0, "snapshots": 1}


def _check(chosen: Mapping[str, Any], is_own_critic: bool) -> None:
    """Raise InputError unless all settings keep their rules."""
    wrong = [
        f"{spell(name)} must be {allowed(name)}, but is {show(name, value)}"
        for name, value in chosen.items()
        if name in SETTINGS and not SETTINGS[name].allows(value)
    ]
    wrong += [
        f"{spell(name)} must be {words}, but is {chosen[name]!r}"
        for name, (holds, words, *_) in WGANGP.RULES.items()
        if not holds(chosen[name])
    ]
    if chosen["tails"] == "extrapolate" and not (chosen["marginals"] == "quantile" and chosen["calibrate"] is True):
        needed = f"{spell('marginals', 'quantile')} and {spell('calibrate', True)}"
        wrong.append(f"{spell('tails', 'extrapolate')} needs {needed}, as it goes on from quantiles")
    if is_own_critic and (len(chosen["frequencies"]) or chosen["n_projections"]):
        wrong.append("a critic of your own is shown plain rows, with frequencies=() and n_projections=0")
    if wrong:
        raise InputError("; ".join(wrong) + "; leave a setting out to get the preset's")
    make_stages(chosen["smooth"], chosen["denoise"])  # which says what is wrong with a text


def choose_batch_size(n_learned: int) -> int:
    """Return how many rows of a table make a batch: docs/tuning.md has the measurements."""
    most = LARGE_BATCH // 2 if n_learned < LEAST_FOR_LARGE_BATCHES else LARGE_BATCH
    return min(most, n_learned)


def choose_iterations(preset: int, n_learned: int, n_critic: int) -> int:
    """Return how many iterations draw as many rows as the preset's do in large batches, but fewer of a small table.

    What a small table has to say is learned early, and from there on its rows are learned by heart: how long it takes
    until generated rows come clearly closer to the learned ones grows as the rows to the power of 1.5.
    """
    batch_size = choose_batch_size(n_learned)
    drawn = preset * LARGE_BATCH // max(batch_size, LARGE_BATCH // 2)
    return min(drawn, max(LEAST_ITERATIONS, most_iterations(n_learned, n_critic)))


def most_iterations(n_learned: int, n_critic: int) -> int:
    """Return after how many iterations rows begin to be learned by heart: docs/tuning.md has the measurements."""
    return round(OF_FEW * n_learned**1.5 * 5 / n_critic)


def choose_threads(batch_size: int, width: int) -> int:
    """Return how many threads of the CPU suit products of this size: one, or two where they help and are there.

    The number of cores does not matter beyond that, because sums depend on the number of threads. Batches that
    processes may share have one, and leave the other cores to these.
    """
    several = batch_size < LEAST_TO_SHARE and batch_size * width**2 >= LEAST_FOR_TWO_THREADS
    return 2 if several and (os.cpu_count() or 1) > 1 else 1


def count_held_aside(share: float, n_samples: int) -> int:
    """Return how many rows a share of a table is."""
    return int(share * n_samples)
