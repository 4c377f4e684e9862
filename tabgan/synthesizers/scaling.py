"""A scaler that was learned elsewhere, in place of the extremes of the training table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.schema import Schema

BEYOND = 1 + 1e-9  # rounding is no reason to warn


def take_scaler(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters of a synthesizer with a name for the scaler, and what it implies, unless they contradict it."""
    scaler = params["scaler"]
    if scaler is None:
        return dict(params)
    if not isinstance(scaler, MapMinMaxScaler) or not hasattr(scaler, "xmin_"):
        raise InputError(f"scaler must be a fitted MapMinMaxScaler, but is {scaler!r}; call its fit or from_matlab")
    for name, fitting in (("marginals", ("auto", "minmax")), ("pca", (None,)), ("constraints", ((), []))):
        if params[name] not in fitting:
            raise InputError(
                f"a scaler is for the columns as they are, but {name} is {params[name]!r}; leave one of them out"
            )
    numbers = np.concatenate([scaler.feature_range, scaler.xmin_, scaler.xmax_, scaler.no_change_])
    checksum = hashlib.sha256(numbers.astype("<f8").tobytes()).hexdigest()
    return {**params, "marginals": "minmax", "scaler": f"given, checksum {checksum[:8]}"}


def find_numbers(schema: Schema) -> list[int]:
    """Return the positions of the columns that a scaler is for: numbers, also constant ones."""
    return [i for i, column in enumerate(schema) if column.type.measure and column.type.measure.what == "number"]


def place_scaler(scaler: MapMinMaxScaler | None, schema: Schema, X: NDArray[np.float64]) -> MapMinMaxScaler | None:
    """Return a scaler of all columns of the training table, in which those that are no numbers are passed through."""
    if scaler is None:
        return None
    numbers = find_numbers(schema)
    moments = [column for column in schema if column.type.measure and column.type.measure.what == "moment"]
    if dates := [str(column.name) for column in moments if not column.constant]:
        raise InputError(f"a scaler is for numbers, but {', '.join(dates)} holds dates; leave it out")
    if len(numbers) != len(scaler.xmin_):
        raise InputError(
            f"a scaler must have a row for each column of numbers, but it has {len(scaler.xmin_)} rows and the table "
            f"{len(numbers)} such columns; select the columns it was made from, in their order"
        )
    state = scaler.get_state()
    for name, unknown in (("xmin", -np.inf), ("xmax", np.inf)):
        values = np.full(len(schema), unknown)
        values[numbers] = state[name]
        state[name] = values
    state["no_change"] = np.setdiff1d(np.arange(len(schema)), np.delete(numbers, scaler.no_change_))
    whole = MapMinMaxScaler.from_state(state)
    _check_reach(schema, whole, X, [i for i in numbers if not schema.columns[i].constant])
    return whole


def _check_reach(schema: Schema, scaler: MapMinMaxScaler, X: NDArray[np.float64], columns: list[int]) -> None:
    """Refuse, or point out, values that are scaled to what the networks cannot draw."""
    beyond = (np.abs(scaler.transform(X)) > BEYOND).sum(axis=0)
    ends = scaler.inverse_transform(np.outer([-1.0, 1.0], np.ones(len(schema))))
    found = [
        f"{beyond[i]:,} of {len(X):,} values of column {str(schema.columns[i].name)!r} are outside "
        f"{ends[0, i]:g} to {ends[1, i]:g}"
        for i in columns
        if beyond[i]
    ]
    if not found:
        return
    message = f"generated numbers lie in [-1, 1] of the scaler, but {', '.join(found)}"
    if beyond[columns].max() > len(X) / 2:
        raise InputError(f"{message}; select the columns that the scaler was made from, in their order")
    warn(f"{message}: the networks cannot draw such values")
