"""The settings of MATLAB's mapminmax, from and to .mat files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from tabgan.errors import InputError
from tabgan.files import replacing
from tabgan.preprocessing.decoder import place_shares
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.synthesizers.scaling import find_numbers
from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer
from tabgan.tables.mat_file import describe, load_variables, write_variables

NAME = "ps_output"
TELLING = {"xmin", "xmax", "ymin", "ymax"}
"""The fields by which the settings of mapminmax are known among structs."""


def load_scaler(path: str | os.PathLike[str], variable: str | None = None) -> MapMinMaxScaler:
    """Read settings that MATLAB's ``mapminmax`` returned, from a .mat file.

    Parameters
    ----------
    path : path
    variable : str or None
        Its name; None is `ps_output` when it is there, else the only struct with such fields.

    Raises
    ------
    InputError
        There is none, or more than one, or it contradicts itself.
    """
    path = Path(path)
    try:
        variables = load_variables(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; check its name and place") from error
    found = [name for name, value in variables.items() if TELLING <= set(value.dtype.names or ())]
    if variable is None and (NAME in found or len(found) == 1):
        variable = NAME if NAME in found else found[0]
    if variable not in found:
        listed = ", ".join(f"{name} ({describe(value)})" for name, value in variables.items()) or "nothing"
        wanted = "one struct of mapminmax's settings" if variable is None else f"such a struct {variable}"
        raise InputError(f"{path} must hold {wanted}, but holds {listed}; save('{path.name}', '{NAME}') in MATLAB")
    try:
        return MapMinMaxScaler.from_matlab(variables[variable])
    except InputError as error:
        raise InputError(f"{variable} in {path}: {error}") from None


def save_scaler(
    source: MapMinMaxScaler | WGANGPSynthesizer, path: str | os.PathLike[str], overwrite: bool = False
) -> None:
    """Write a scaler as `ps_output`, the struct that MATLAB's ``mapminmax`` takes; of a model, `marginals` too.

    Parameters
    ----------
    source : MapMinMaxScaler or WGANGPSynthesizer
        Fitted. The scaler of a model has a row for each column of numbers, constant ones too. With marginals "quantile"
        it scales their normal scores, with "minmax" the numbers.
    path : path
        A .mat file.
    overwrite : bool, default False

    Notes
    -----
    `marginals` is a struct array with an element for each row of `ps_output`: `name`, `kind`, `xmin`, `xmax`, `mean`,
    `std`, and `quantiles`, whose rows are a value and its share in the cumulative distribution. What the model does not
    know, as it neither ranked nor calibrated the column, is NaN or empty.

    Raises
    ------
    InputError
        The model scales something else: principal components, or columns that its constraints turned into others; or
        the file cannot be written.
    """
    check_is_fitted(source)
    if Path(path).suffix.lower() != ".mat":
        raise InputError(f"a MATLAB file has the suffix .mat, but {path} has not; rename it")
    if isinstance(source, MapMinMaxScaler):
        content: dict[str, Any] = {NAME: source.to_matlab()}
    else:
        content = {NAME: model_scaler(source).to_matlab(), "marginals": _describe_marginals(source)}
    with replacing(path, overwrite) as beside:
        write_variables(beside, content)


def model_scaler(model: WGANGPSynthesizer) -> MapMinMaxScaler:
    """Return the scaler of all columns of numbers of a model; constant ones are passed through."""
    if model.settings_.pca is not None or model.constraints_:
        what = "principal components" if model.settings_.pca is not None else "what its constraints leave"
        raise InputError(f"a scaler is for the columns as they are, but this model scales {what}; fit without these")
    encoder, schema = model.encoder_, model.schema_
    numbers = np.array(find_numbers(schema), dtype=int)
    if not len(numbers):
        raise InputError("a scaler is for columns of numbers, but this model has none")
    ends = np.array([schema.columns[i].type.range for i in numbers], dtype=np.float64)
    state: dict[str, Any] = {"feature_range": (-1, 1), "xmin": ends[:, 0], "xmax": ends[:, 1]}
    passed = np.full(len(numbers), True)
    varies = np.isin(numbers, encoder.numbers_)
    if varies.any():
        scaler = encoder.stage("minmax").select(np.searchsorted(encoder.numbers_, numbers[varies]))
        passed[varies] = np.isin(np.arange(varies.sum()), scaler.no_change_)
        state["xmin"][varies], state["xmax"][varies] = scaler.xmin_, scaler.xmax_
        state["feature_range"] = scaler.feature_range
    return MapMinMaxScaler.from_state(state | {"no_change": np.flatnonzero(passed)})


def _describe_marginals(model: WGANGPSynthesizer) -> NDArray[Any]:
    encoder, calibrator = model.encoder_, model.row_generator_.decoder.calibrator_
    places = {column: place for place, column in enumerate(encoder.numbers_)}
    normal = encoder.stage("quantile")
    curves = normal and normal.describe_inverse()
    records = []
    for i in find_numbers(model.schema_):
        column, place = model.schema_.columns[i], places.get(i)
        least, most = column.type.range
        quantiles: NDArray[Any] = np.empty((0, 2))
        if place is None:
            quantiles = np.array([[least, 0.0], [least, 1.0]])
        elif curves:
            quantiles = np.column_stack([curves.values[place], curves.shares[place]])
        elif calibrator:
            quantiles = np.column_stack([knots := calibrator.real_[place], place_shares(len(knots))])
        mean, std = _moments(*quantiles.T)
        records.append((str(column.name), column.kind, least, most, mean, std, quantiles))
    fields = ("name", "kind", "xmin", "xmax", "mean", "std", "quantiles")
    table = np.empty((1, len(records)), dtype=[(field, "O") for field in fields])
    for place, record in enumerate(records):
        table[0, place] = record
    return table


def _moments(values: NDArray[Any], shares: NDArray[Any]) -> tuple[float, float]:
    """Mean and standard deviation of a distribution whose quantile function is a polyline, level at its ends."""
    if not len(values):
        return np.nan, np.nan
    a = np.concatenate([values[:1], values])
    b = np.concatenate([values, values[-1:]])
    width = np.diff(np.concatenate([[0.0], shares, [1.0]]))
    mean = float(width @ (a + b)) / 2
    return mean, float(np.sqrt(max(width @ (a * a + a * b + b * b) / 3 - mean**2, 0)))
