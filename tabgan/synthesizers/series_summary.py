"""What people want to know of series that are learned: which there are, of what a step is made, how well it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from tabgan.gan.history import History
from tabgan.gan.objectives import estimates_distance
from tabgan.persistence import State
from tabgan.settings import SETTINGS
from tabgan.synthesizers.fit_report import describe_training
from tabgan.synthesizers.series_generator import adds

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def survey(model: Any, X: ArrayLike) -> dict[str, Any]:
    """Return what the fit of a `TimeSeriesSynthesizer` would learn, and with which settings; nothing is learned."""
    reader = clone(model)
    vars(reader)["_learn"] = lambda earlier: None  # all that comes before is to happen
    reader.fit(X)
    columns = [column.describe() for column in reader.schema_]
    return {"columns": columns, "series": describe_stretches(reader), "settings": of_series(asdict(reader._resolve()))}


def describe_stretches(model: Any) -> dict[str, Any]:
    """Return what columns are for, and which stretches a `SeriesSynthesizer` learned, as JSON values."""
    clock, stretches = model.clock_, model.stretches_
    names = {period: name for name, period in clock.named_seasons.items()} if clock else {}
    return {
        **model.roles_.describe(model.schema_),
        "step": clock and clock.step,
        "zone": clock and clock.zone,
        "seasons": {names.get(period, f"{period:g}"): period for period in model.seasons_},
        "series": len(np.unique(stretches.entities)),
        "stretches": len(stretches.lengths),
        "steps": int(stretches.lengths.sum()),
        "longest": int(stretches.lengths.max()),
        "context": model.context_,
    }


def describe_chain(state: State) -> dict[str, Any]:
    """Return settings, training and how well trees tell windows, of the state of a chain."""
    made = state["series_generator"]
    estimates = estimates_distance(state["params"]["objective"])
    return {
        "settings": of_series(state["settings"]),
        "auc": made["auc"],
        "linear_auc": made["linear_auc"],
        "network_added": adds(made["auc"], made["linear_auc"]),
        "training": describe_training(History(**state["history"]), estimates),
    }


def of_series(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that series have."""
    return {name: value for name, value in settings.items() if SETTINGS[name].only != "table"}
