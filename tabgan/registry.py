"""What others may add: objectives, column types, stages, score families, formats and models, each found by its name.

A kind has a home, the modules that register what tabgan itself brings; they are imported when something of the kind is
first looked up. After them come packages that are installed beside and name a module under the entry point group
`tabgan.extensions`: it is imported, and registers what it brings. No name in a file is ever imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, TypeVar

from tabgan.errors import InputError, warn

HOMES = {
    "objective": ("tabgan.gan.objectives",),
    "column type": ("tabgan.schema",),
    "stage": tuple(f"tabgan.preprocessing.{s}" for s in ("outliers", "wavelet", "quantile", "stages", "pca", "minmax")),
    "score": ("tabgan.evaluation.families",),
    "series score": ("tabgan.evaluation.series.families",),
    "format": ("tabgan.tables.own_formats",),
    "model": (
        *(
            f"tabgan.synthesizers.{s}"
            for s in (
                "wgan_gp",
                "vine_copula",
                "time_series",
                "signal",
                "stationary_bootstrap",
                "vector_autoregression",
            )
        ),
        "tabgan.forecasting.forecaster",
    ),
}
GROUP = "tabgan.extensions"

NEEDED = {
    "objective": ("critic_loss", "generator_loss"),
    "column type": ("learn", "encode", "decode", "takes"),
    "stage": ("fit", "transform", "inverse_transform", "place"),
    "score": ("specs", "measure"),
    "series score": ("specs", "measure"),
    "format": ("suffixes", "read"),
    "model": ("_from_state", "summarise"),
}
"""What a value of each kind has, so that one of another kind is told at once."""

Value = TypeVar("Value")
_found: dict[str, dict[str, Any]] = {kind: {} for kind in HOMES}


def register(kind: str, value: Value, name: str | None = None) -> Value:
    """Let a value be found by its name; return it. What has the same name gives way.

    Parameters
    ----------
    kind : {"objective", "column type", "stage", "score", "series score", "format", "model"}
    value : object
        What is looked up: a class, or for scores a family.
    name : str, optional
        The value's own `name`, or that of the class, when left out.

    Raises
    ------
    InputError
        There is no such kind, or the value lacks what its kind needs.
    """
    if kind not in HOMES:
        raise InputError(f"what is registered must be one of {', '.join(HOMES)}, but is {kind!r}; choose one")
    if lacking := [needed for needed in NEEDED[kind] if not hasattr(value, needed)]:
        raise InputError(
            f"what is registered as {kind!r} must have {', '.join(lacking)}, but {value!r} has not; write these, or "
            "register it as what it is"
        )
    _found[kind][name or _name(value)] = value
    return value


def register_own(kind: str, value: Any) -> None:
    """Let something that tabgan brings be found, unless another has taken its name before the home was imported."""
    _found[kind].setdefault(_name(value), value)


def _name(value: Any) -> str:
    return str(getattr(value, "name", None) or value.__name__)


def register_score(family: Value) -> Value:
    """Let `evaluate` and its page compute a family of scores, too: `register("score", family)`."""
    return register("score", family)


def registered(kind: str) -> Mapping[str, Any]:
    """Return all that is registered of a kind, by name, in the order in which it was."""
    for home in HOMES[kind]:
        import_module(home)
    _load_extensions()
    return _found[kind]


@cache
def _load_extensions() -> None:
    """Import what installed packages bring; one that fails is left out with a warning."""
    for extension in entry_points(group=GROUP):
        try:
            extension.load()
        except Exception as error:
            warn(f"the extension {extension.value} is left out ({type(error).__name__}: {error})")
