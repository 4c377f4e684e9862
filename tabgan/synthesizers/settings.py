"""Presets, and the rules that settings must keep; an objective has its own defaults and rules."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from tabgan.errors import InputError, TabganWarning
from tabgan.gan.objectives import WGANGP, Objective, Rule, find_objective
from tabgan.synthesizers.scaling import take_scaler
from tabgan.synthesizers.series import make_stages

AUTO = "auto"
MOST_ITERATIONS = 10**7  # there is memory for the losses of all from the start
LEAST_TO_HOLD_ASIDE = 200  # rows; a tenth of fewer says too little
LARGE_BATCH = 256  # rows; presets count iterations of such
MOST_DRAWS = 5000  # of each row
LEAST_FOR_LARGE_BATCHES = 4000  # rows to learn
LEAST_FOR_TWO_THREADS = 8e6  # multiplications in a layer's product; below, a second thread gains less than half


@dataclass(frozen=True)
class Settings:
    """Every choice of a fit, with nothing left to "auto". `WGANGPSynthesizer` says what each means."""

    objective: str
    marginals: str
    tails: str
    pca: float | None
    calibrate: bool
    sieve: bool
    iterations: int
    batch_size: int
    n_critic: int
    gp_weight: float
    gp_share: float
    latent_dim: int
    hidden: tuple[int, ...]
    frequencies: tuple[int, ...]
    n_projections: int
    critic_lr: float
    generator_lr: float
    betas: tuple[float, float]
    lr_decay: bool
    ema_decay: float
    held_aside: float
    patience: int | None
    max_seconds: float | None
    threads: int
    smooth: str | None = None
    denoise: str | None = None
    scaler: str | None = None  # names one that was given


_BALANCED = dict(
    marginals="quantile",
    calibrate=True,
    sieve=True,
    iterations=3000,
    batch_size=AUTO,
    n_critic=5,
    gp_weight=0.3,
    gp_share=0.25,
    latent_dim=32,
    hidden=(128, 128),
    frequencies=(1, 2, 4),
    n_projections=128,
    critic_lr=3e-3,
    generator_lr=3e-3,
    betas=(0.5, 0.9),
    lr_decay=True,
    ema_decay=0.999,
    held_aside=0.1,
)

PRESETS: dict[str, dict[str, Any]] = {
    # The MATLAB program and nothing more; what it does not show is as in Gulrajani et al. 2017, algorithm 1.
    "matlab": dict(
        marginals="minmax",
        calibrate=False,
        sieve=False,
        iterations=3000,
        batch_size=None,
        n_critic=5,
        gp_weight=10.0,
        gp_share=1.0,
        latent_dim=100,
        hidden=(128, 128),
        frequencies=(),
        n_projections=0,
        critic_lr=1e-4,
        generator_lr=1e-4,
        betas=(0.0, 0.9),
        lr_decay=False,
        ema_decay=0.0,
        held_aside=0.0,
    ),
    "fast": _BALANCED | dict(iterations=1000, sieve=False),
    "balanced": _BALANCED,
    "best": _BALANCED | dict(iterations=6000, n_critic=8),
}


def _is_auto(name: str, value: Any) -> bool:
    return name in _BALANCED and isinstance(value, str) and value == AUTO


def _whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(value >= 1)


def _real(value: Any, low: float) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and bool(low <= value < np.inf)


def _is_components(value: Any) -> bool:
    return value is None or _whole(value) or (_real(value, 0) and 0 < value < 1)


_POSITIVE = (lambda v: _real(v, 0) and v > 0, "a positive finite number")
_WHOLE = (_whole, "a whole number of at least 1")
_FLAG = (lambda v: isinstance(v, bool), "True or False")

RULES: dict[str, Rule] = {
    **WGANGP.RULES,
    "marginals": (lambda v: v in ("quantile", "minmax"), "quantile or minmax"),
    "tails": (lambda v: v in ("observed", "extrapolate"), "observed or extrapolate"),
    "pca": (_is_components, "None, a whole number of at least 1, or a share of the variance in (0, 1)"),
    "calibrate": _FLAG,
    "sieve": _FLAG,
    "iterations": (lambda v: _whole(v) and v <= MOST_ITERATIONS, f"a whole number from 1 to {MOST_ITERATIONS:,}"),
    "batch_size": (
        lambda v: v is None or v == AUTO or _whole(v),
        "a whole number of at least 1, or None for the whole table",
    ),
    "n_critic": _WHOLE,
    "latent_dim": _WHOLE,
    "hidden": (
        lambda v: isinstance(v, (tuple, list)) and len(v) > 0 and all(map(_whole, v)),
        "whole numbers of at least 1, such as 128,128",
    ),
    "frequencies": (
        lambda v: isinstance(v, (tuple, list)) and all(map(_whole, v)),
        "whole numbers of at least 1, such as 1,2,4, or none",
    ),
    "n_projections": (lambda v: v == 0 or _whole(v), "a whole number of at least 0"),
    "critic_lr": _POSITIVE,
    "generator_lr": _POSITIVE,
    "betas": (
        lambda v: isinstance(v, (tuple, list)) and len(v) == 2 and all(_real(b, 0) and b < 1 for b in v),
        "two numbers in [0, 1)",
    ),
    "lr_decay": _FLAG,
    "ema_decay": (lambda v: _real(v, 0) and v < 1, "a number in [0, 1)"),
    "held_aside": (lambda v: _real(v, 0) and v <= 0.5, "a number in [0, 0.5]"),
    "patience": (lambda v: v is None or _whole(v), "a whole number of at least 1, or None for no early stop"),
    "max_seconds": (lambda v: v is None or _POSITIVE[0](v), "a positive finite number, or None for no limit"),
    "threads": _WHOLE,
    "smooth": (lambda v: v is None or isinstance(v, str), "None or a text such as '3sigma'"),
    "denoise": (lambda v: v is None or isinstance(v, str), "None or a text such as 'db4:3'"),
}


def resolve_settings(params: Mapping[str, Any], n_samples: int) -> Settings:
    """Replace every "auto" by the objective's own default, else the preset's, and check all values.

    A batch cannot have more rows than there are to learn from; asking for more gives that many, and a warning. Of
    tables with fewer than 200 rows none is held aside.

    Parameters
    ----------
    params : mapping
        The parameters of a `WGANGPSynthesizer`; others are ignored.
    n_samples : int
        Rows of the training table.

    Raises
    ------
    InputError
        A value breaks its rule; the message names all that do.
    """
    preset = "balanced" if params["preset"] is None else params["preset"]
    if not isinstance(preset, str) or preset not in PRESETS:
        raise InputError(f"preset must be one of {', '.join(PRESETS)}, but is {preset!r}; leave it out for balanced")
    params = take_scaler(params)
    given = {name: params[name] for name in (f.name for f in fields(Settings)) if not _is_auto(name, params[name])}
    objective, own = find_objective(given["objective"]), _take_own(given)
    chosen = PRESETS[preset] | dict(objective.DEFAULTS) | _suit_modules(params) | given | own
    automatic_threads = isinstance(chosen["threads"], str) and chosen["threads"] == AUTO
    chosen |= {"threads": 1} if automatic_threads else {}
    _check(chosen, params.get("critic") is not None)
    if n_samples < LEAST_TO_HOLD_ASIDE:
        chosen["held_aside"] = 0.0
    n_learned = n_samples - count_held_aside(chosen["held_aside"], n_samples)
    if (given.get("batch_size") or 0) > n_learned:
        warnings.warn(
            f"a batch has at most the {n_learned} rows there are to learn from, so batch_size {given['batch_size']} "
            f"becomes {n_learned}",
            TabganWarning,
            stacklevel=2,
        )
    if chosen["batch_size"] == AUTO:
        chosen["batch_size"] = choose_batch_size(n_learned)
        if "iterations" not in given:
            chosen["iterations"] = choose_iterations(chosen["iterations"], n_learned, chosen["n_critic"])
    chosen["batch_size"] = min(chosen["batch_size"] or n_learned, n_learned)
    if chosen["batch_size"] == n_learned:
        chosen["gp_share"] = (
            1.0  # such a batch is the table, in its order; a share of it would be the same rows each time
        )
    if automatic_threads:
        chosen["threads"] = choose_threads(chosen["batch_size"], max(chosen["hidden"]))
    for name in ("hidden", "frequencies", "betas"):
        chosen[name] = tuple(chosen[name])
    if params.get("generator") is not None and params.get("critic") is not None:
        chosen["hidden"] = ()
    return Settings(**chosen)


def _take_own(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the value of an objective says, and how it shows itself.

    Raises
    ------
    InputError
        One of them is given beside it, and is another.
    """
    objective = given["objective"]
    if not isinstance(objective, Objective):
        return {}
    own = {name: value for name, value in asdict(objective).items() if name in (f.name for f in fields(Settings))}
    for name, value in own.items():
        if given.get(name, value) != value:
            raise InputError(
                f"{name} must be said once, but is {given[name]!r} beside objective={objective!r}; leave one out"
            )
    return own | {"objective": repr(objective)}


def _suit_modules(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what "auto" is for modules of the user's: plain rows for a critic, a generator as it was trained."""
    own: dict[str, Any] = {} if params.get("critic") is None else {"frequencies": (), "n_projections": 0}
    return own if params.get("generator") is None else own | {"ema_decay": 0.0}


def _check(chosen: Mapping[str, Any], is_own_critic: bool) -> None:
    """Raise InputError unless all settings keep their rules."""
    wrong = [
        f"{name} must be {rule}, but is {chosen[name]!r}"
        for name, (holds, rule) in RULES.items()
        if not holds(chosen[name])
    ]
    if chosen["tails"] == "extrapolate" and not (chosen["marginals"] == "quantile" and chosen["calibrate"] is True):
        wrong.append("tails='extrapolate' needs marginals='quantile' and calibrate=True, as it goes on from quantiles")
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
    """Return how many iterations draw as many rows as the preset's do in large batches, but no row too often.

    What a small table has to say has been seen by then, and what is learned from there on is its rows by heart.
    """
    batch_size = choose_batch_size(n_learned)
    drawn = preset * LARGE_BATCH // max(batch_size, LARGE_BATCH // 2)
    return min(drawn, max(1, MOST_DRAWS * n_learned // (batch_size * n_critic)))


def choose_threads(batch_size: int, width: int) -> int:
    """Return how many threads of the CPU suit products of this size: one, or two where they help and are there.

    The number of cores does not matter beyond that, because sums depend on the number of threads.
    """
    return 2 if batch_size * width**2 >= LEAST_FOR_TWO_THREADS and (os.cpu_count() or 1) > 1 else 1


def count_held_aside(share: float, n_samples: int) -> int:
    """Return how many rows a share of a table is."""
    return int(share * n_samples)
