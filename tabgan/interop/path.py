"""From latents to rows, as plain arrays: what the writers for other programs share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted
from torch import nn

from tabgan.errors import InputError
from tabgan.gan.latents import split_generator
from tabgan.gan.networks import SLOPE
from tabgan.interop.notes import list_notes
from tabgan.interop.polyline import calibrations, quantiles
from tabgan.interop.rules import describe_rules
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.levels import Levels
from tabgan.preprocessing.quantile import open_tails
from tabgan.schema import Column, Schema
from tabgan.schema.dates import describe_moment
from tabgan.synthesizers.base import BaseSynthesizer


@dataclass(frozen=True)
class RowPath:
    """All that lies between latents and rows.

    With `x` what the network makes of the latents' first `n_free` numbers (and the label's one-hot block), a row is::

        scores = tanh(x[:n_numbers]) @ mix + center
        scores = polyline(scores, calibration), polyline(normal cdf(scores), quantile), tails
        slots  = largest of each block of x[n_numbers:] + noise + offsets
        row    = constants, scores at `numbers`, slots' values at `level_columns`, rounded, held within low and high,
                 rules

    where `noise` is the rest of the latents.

    Attributes
    ----------
    network : nn.Module
        What is before the generator's output.
    has_tanh : bool
        Whether its numbers go through tanh; else they are clipped to [-1, 1].
    n_free, n_given, n_numbers, n_latents : int
        How many latents the network takes, levels of the label, numbers that the network gives, and latents in all.
    mix, center : ndarray of shape (n_numbers, n_scores) and (n_scores,)
        Scaling to [-1, 1] and PCA, undone.
    calibration, quantile : list of ndarray of shape (2, n_knots)
        A polyline for each score; empty when there is none.
    tails : ndarray of shape (n_scores, 2, 2)
        Of the lower and the upper end, the share at which an exponential tail begins, and its scale; 0 is no tail.
    numbers : ndarray of int
        The columns, from 0, of the scores.
    level_columns, widths : ndarray of int
        The columns, from 0, of the blocks, and how many slots each has.
    offsets, level_values, own : ndarray of shape (sum of widths,)
        Of all slots: what is added to their scores, the values they stand for, and 1, or 0 for a slot that leaves the
        column its number.
    constants : ndarray of shape (n_columns,)
    rule_columns, rule_weights, rule_ends : list of ndarray
        See `Rules`; of what they name a row has been rounded and held within its range before.
    decimals, low, high : ndarray of shape (n_columns,)
        NaN where nothing is rounded, infinite where there is no end.
    label : int
        The column of the label, from 0; -1 when there is none.
    label_shares : ndarray of shape (n_given,)
    columns, units, notes : ndarray of str
        Names; of dates what they count, else ""; and what is not carried over.
    categories : list of ndarray of str
        For each column the names of its codes.
    """

    network: nn.Module
    has_tanh: bool
    n_free: int
    n_given: int
    n_numbers: int
    n_latents: int
    mix: np.ndarray
    center: np.ndarray
    calibration: list[np.ndarray]
    quantile: list[np.ndarray]
    tails: np.ndarray
    numbers: np.ndarray
    level_columns: np.ndarray
    widths: np.ndarray
    offsets: np.ndarray
    level_values: np.ndarray
    own: np.ndarray
    constants: np.ndarray
    rule_columns: list[np.ndarray]
    rule_weights: list[np.ndarray]
    rule_ends: list[np.ndarray]
    decimals: np.ndarray
    low: np.ndarray
    high: np.ndarray
    label: int
    label_shares: np.ndarray
    columns: np.ndarray
    units: np.ndarray
    categories: list[np.ndarray]
    notes: np.ndarray

    @property
    def label_name(self) -> str | None:
        return None if self.label < 0 else str(self.columns[self.label])

    @property
    def network_name(self) -> str:
        """The classes that the network is made of."""
        layers = [layer for layer in self.network.children() if not isinstance(layer, nn.Flatten)]
        return ", ".join(dict.fromkeys(type(layer).__name__ for layer in layers))

    @property
    def is_perceptron(self) -> bool:
        """Whether the network is one of linear layers with leaky ReLU between them, as tabgan builds them."""
        layers = list(self.network.children())
        linear = all(type(layer) is nn.Linear and layer.bias is not None for layer in layers[::2])
        leaky = all(type(layer) is nn.LeakyReLU and layer.negative_slope == SLOPE for layer in layers[1::2])
        return self.has_tanh and linear and leaky and len(layers) % 2 == 1

    def perceptron(self) -> dict[str, Any]:
        """Return "weights" and "biases" of the layers, in float64, and the "slope" between them.

        Raises
        ------
        InputError
            The network is no perceptron.
        """
        if not self.is_perceptron:
            raise InputError(
                "only a generator of linear layers with leaky ReLU between them can be written for MATLAB or numpy, "
                f"but this one is made of {self.network_name}; write it to ONNX (--to onnx)"
            )
        pairs = [tuple(layer.parameters()) for layer in list(self.network.children())[::2]]
        weights, biases = ([p.detach().double().numpy() for p in kind] for kind in zip(*pairs, strict=True))
        return {"weights": weights, "biases": biases, "slope": SLOPE}

    def arrays(self) -> dict[str, Any]:
        """Return arrays and lists of arrays by name, of a perceptron."""
        apart = ("network", "has_tanh")
        rest = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in apart}
        return {**self.perceptron(), **rest}


def describe_path(model: Any) -> RowPath:
    """Return the way from latents to rows of a fitted synthesizer.

    Raises
    ------
    InputError
        It is no synthesizer.
    """
    if not isinstance(model, BaseSynthesizer):
        raise InputError(
            f"a generator is exported, but this model is a {type(model).__name__}, which has none; "
            "name the model file of a synthesizer, which `tabgan fit` writes"
        )
    check_is_fitted(model)
    maker = model.row_generator_  # type: ignore[attr-defined]
    encoder, decoder, output = maker.decoder.encoder, maker.decoder, maker.generator.output
    label = encoder.levels_[-1] if output.n_given else None
    drawn = encoder.levels_[:-1] if label else encoder.levels_
    n_levels = sum(levels.width for levels in drawn)
    mix, center = _mixing(encoder)
    steps = encoder.normal_.steps_ if encoder.normal_ else []
    tails = [open_tails(s) if encoder.tails == "extrapolate" else [(0.0, 0.0)] * 2 for s in steps]
    n_free = maker.generator.n_inputs - output.n_given
    network, has_tanh = split_generator(maker.generator)
    rules = describe_rules(maker.constraints)
    return RowPath(
        network=network,
        has_tanh=has_tanh,
        n_free=n_free,
        n_given=output.n_given,
        n_numbers=output.n_numbers,
        n_latents=n_free + n_levels,
        mix=mix,
        center=center,
        calibration=calibrations(decoder.calibrator_),
        quantile=quantiles(steps),
        tails=np.array(tails).reshape(-1, 2, 2),
        numbers=encoder.numbers_.astype(np.int64),
        level_columns=np.array([levels.column for levels in drawn], dtype=np.int64),
        widths=np.array([levels.width for levels in drawn], dtype=np.int64),
        offsets=decoder.offsets_[:n_levels],
        level_values=np.concatenate([_slot_values(levels) for levels in drawn] or [np.zeros(0)]),
        own=np.concatenate([_own(levels) for levels in drawn] or [np.zeros(0)]),
        constants=encoder.constants_,
        rule_columns=rules.columns,
        rule_weights=rules.weights,
        rule_ends=rules.ends,
        **_rounding(model.schema_),
        label=int(label.column) if label else -1,
        label_shares=label.counts / label.counts.sum() if label else np.zeros(0),
        columns=np.array(model.schema_.names, dtype=str),
        units=np.array([_unit(column) for column in model.schema_]),
        categories=[_category_names(column) for column in model.schema_],
        notes=np.array(list_notes(maker), dtype=str),
    )


def _mixing(encoder: TableEncoder) -> tuple[np.ndarray, np.ndarray]:
    """Return matrix and offset that make scores of numbers in [-1, 1]."""
    if not len(encoder.numbers_):
        return np.zeros((0, 0)), np.zeros(0)
    scaler = encoder.scaler_
    ymin, ymax = scaler.feature_range
    scale = (scaler.xmax_ - scaler.xmin_) / (ymax - ymin)
    shift = scaler.xmin_ - ymin * scale
    scale[scaler.no_change_], shift[scaler.no_change_] = 1, 0
    if encoder.pca_ is None:
        return np.diag(scale), shift
    return scale[:, None] * encoder.pca_.components_, shift @ encoder.pca_.components_ + encoder.pca_.mean_


def _own(levels: Levels) -> np.ndarray:
    """1 for slots that say a value: all but the one for the numbers of a column."""
    return np.append(np.ones(len(levels.values)), [float(levels.rest == "rare")] * bool(levels.rest))


def _slot_values(levels: Levels) -> np.ndarray:
    """The values of the slots: 0 for the numbers, and of rare levels the most frequent one."""
    if levels.rest == "rare":
        return np.append(levels.values, levels.rare[levels.rare_counts.argmax()])
    return np.append(levels.values, 0.0) if levels.rest else levels.values


def _rounding(schema: Schema) -> dict[str, np.ndarray]:
    """Return decimals and ends of the columns, as `Column.round` takes them."""
    decimals, low, high = np.full(len(schema), np.nan), np.full(len(schema), -np.inf), np.full(len(schema), np.inf)
    for i, column in enumerate(schema):
        if column.minimum is None:  # codes, or nothing
            continue
        if column.tick is not None or column.decimals is not None:
            decimals[i] = 0 if column.tick is not None else column.decimals
        low[i], high[i] = column.ends
    return {"decimals": decimals, "low": low, "high": high}


def _unit(column: Column) -> str:
    if column.tick is None:
        return ""
    return f"{column.unit}s since {describe_moment(column.origin or 0, column.tick, column.dtype, column.form)}"


def _category_names(column: Column) -> np.ndarray:
    levels = column.levels if column.value is None else (column.value,)
    return np.array([str(level) for level in levels or ()], dtype=str)
