"""What a forecaster may be: the hybrid or one of its six rivals, by what each has of it, with these settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from tabgan.errors import InputError
from tabgan.rules import suggest

LEAST = {"window": 2, "level": 1, "hidden": 1, "epochs": 1, "patience": 1, "members": 1}


class Variant(NamedTuple):
    """What a forecaster is made of: whether the series is denoised (what is taken away is then a second stream of
    inputs), whether factors become principal components or are only standardised, and what learns: "lstm", "rnn", "bp"
    or "svm".
    """

    wavelet: bool
    pca: bool
    learner: str


VARIANTS = {
    "dwt-pca-lstm": Variant(wavelet=True, pca=True, learner="lstm"),
    "dwt-lstm": Variant(wavelet=True, pca=False, learner="lstm"),
    "pca-lstm": Variant(wavelet=False, pca=True, learner="lstm"),
    "lstm": Variant(wavelet=False, pca=False, learner="lstm"),
    "dwt-pca-rnn": Variant(wavelet=True, pca=True, learner="rnn"),
    "dwt-pca-bp": Variant(wavelet=True, pca=True, learner="bp"),
    "dwt-pca-svm": Variant(wavelet=True, pca=True, learner="svm"),
}


def find_variant(name: str) -> Variant:
    """Return the variant of that name.

    Raises
    ------
    InputError
        There is none.
    """
    if name not in VARIANTS:
        raise InputError(f"there is no variant {name!r}; {suggest(str(name), list(VARIANTS), 'variants')}")
    return VARIANTS[name]


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raise InputError unless numbers are whole, shares are shares and none is too low."""
    for name, least in LEAST.items():
        if not (name == "window" and settings[name] is None):
            _check_whole(name, settings[name], least)
    for name in ("stopping", "calibration"):
        value = settings[name]
        if not isinstance(value, (int, float, np.number)) or not 0 <= value < 1 or (name == "stopping" and not value):
            raise InputError(f"{name} must be a share of the rows, from 0 to below 1, but is {value!r}; 0.15 is usual")


def check_horizon(horizon: int) -> None:
    """Raise InputError unless it is a whole number of at least 1."""
    _check_whole("horizon", horizon, 1)


def _check_whole(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(
            f"{name} must be a whole number of at least {least}, but is {value!r}; leave it out or raise it"
        )
