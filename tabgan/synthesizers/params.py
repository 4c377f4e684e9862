"""A synthesizer's parameters as JSON values, for its model file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabgan.gan.objectives import Objective, objective_from_json, objective_to_json
from tabgan.preprocessing.minmax import MapMinMaxScaler

# The seed is saved as such; how a fit was watched, secured or begun is no part of what it learned.
# Modules are code, which no model file holds.
NOT_SAVED = {"random_state", "verbose", "checkpoint", "checkpoint_every", "resume", "warm_start"}
NOT_SAVED |= {"generator", "critic", "log_dir"}


def params_to_json(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that are saved."""
    return {name: _to_json(value) for name, value in params.items() if name not in NOT_SAVED}


def params_from_json(saved: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `params_to_json`. Of a synthesizer, it raises BundleError if its objective is not registered."""
    params = {name: _from_json(value) for name, value in saved.items() if name != "objective"}
    return params | ({"objective": objective_from_json(saved["objective"])} if "objective" in saved else {})


def _to_json(parameter: Any) -> Any:
    """Return a mapping as its pairs, because keys in JSON are text, and a scaler as what it learned."""
    if isinstance(parameter, MapMinMaxScaler):
        return {"scaler": parameter.get_state()}
    if isinstance(parameter, Objective):
        return objective_to_json(parameter)
    return {"pairs": [list(pair) for pair in parameter.items()]} if isinstance(parameter, Mapping) else parameter


def _from_json(parameter: Any) -> Any:
    """The inverse of `_to_json`; lists were tuples."""
    if isinstance(parameter, dict) and "scaler" in parameter:
        return MapMinMaxScaler.from_state(parameter["scaler"])
    if isinstance(parameter, dict):
        return dict(parameter["pairs"])
    return tuple(parameter) if isinstance(parameter, list) else parameter
