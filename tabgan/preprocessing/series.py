"""Columns of continuous numbers as series in the order of time, smoothed and denoised before they are learned."""

from __future__ import annotations

import pandas as pd

from tabgan.errors import InputError
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.outliers import ThreeSigmaSmoother
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.stages import Stage
from tabgan.preprocessing.wavelet import WaveletDenoiser
from tabgan.registry import registered
from tabgan.schema import Schema
from tabgan.spelling import spell


def make_stages(smooth: str | None, denoise: str | None) -> list[Stage]:
    """Return the series stages that two texts name, in the order in which a series goes through them.

    A text that begins with the name of a registered series stage is for that one to parse; any other is for
    `ThreeSigmaSmoother` and `WaveletDenoiser`. InputError if it names no such stage.
    """
    stages = []
    for text, usual in ((smooth, ThreeSigmaSmoother), (denoise, WaveletDenoiser)):
        if text is not None:
            found = registered("stage").get(text.split(":")[0], usual)
            stages.append((found if found.place == "series" else usual).parse(text))
    return stages


def smooth_series(X: Array, schema: Schema, constraints: Constraints, smooth: str | None, denoise: str | None) -> Array:
    """Return the rows of a table, of shape (n_samples, n_columns), with its continuous columns smoothed and denoised.

    They keep the decimals and the range of their columns, so that they look like rows of the table. InputError if there
    is no continuous column, one cannot be denoised, or the smooth rows break a constraint or are all equal.
    """
    stages = make_stages(smooth, denoise)
    if not stages:
        return X
    columns = [i for i, column in enumerate(schema) if column.type.continuous]
    if not columns:
        raise InputError(
            f"{spell('smooth')} and {spell('denoise')} are for continuous columns, but there is none; leave them out"
        )
    series = pd.DataFrame(X[:, columns], columns=[str(schema.names[i]) for i in columns])
    for stage in stages:
        series = pd.DataFrame(stage.fit_transform(series), columns=series.columns)
    Y = X.copy(order="K")
    for i, values in zip(columns, series.to_numpy().T, strict=True):
        Y[:, i] = schema.columns[i].round(values)
    if broken := (~constraints.holds(schema.round(Y))).sum():
        raise InputError(
            f"rows must keep every constraint when they are smooth, too, but {broken:,} of {len(Y):,} do not; leave "
            f"constraints on continuous columns, or {spell('smooth')} and {spell('denoise')}, out"
        )
    if (pd.DataFrame(Y).nunique(dropna=False) < 2).all():
        raise InputError("a column must vary when it is smooth, too, but all rows became equal; smooth less")
    return Y
