"""Rules of a forecaster's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tabgan.errors import InputError

MOST = 10_000  # of anything that takes memory, or is made one by one
LEAST = {"window": 2, "level": 1, "hidden": 1, "epochs": 1, "patience": 1, "members": 1}


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raise InputError unless numbers are whole, shares are shares and none is too low."""
    for name, least in LEAST.items():
        if settings[name] is not None or name not in ("window", "level"):
            check_whole(name, settings[name], least)
    for name in ("stopping", "calibration"):
        value = settings[name]
        if not isinstance(value, (int, float, np.number)) or not 0 <= value < 1 or (name == "stopping" and not value):
            raise InputError(f"{name} must be a share of the rows, from 0 to below 1, but is {value!r}; 0.15 is usual")


def check_whole(name: str, value: Any, least: int) -> None:
    """Raise InputError unless a setting is a whole number and not too low."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(
            f"{name} must be a whole number of at least {least}, but is {value!r}; leave it out or raise it"
        )
    if value > MOST:
        raise InputError(f"{name} must be at most {MOST:,}, but is {value:,}; give fewer")
