"""A vine copula of a matrix: normal scores by rank, and which of them go together. Needs pyvinecopulib."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from tabgan.errors import InputError
from tabgan.persistence import State
from tabgan.preprocessing.quantile import QuantileNormal
from tabgan.seeds import Use, whole_seed

Floats = NDArray[np.float64]

EDGE = 1e-6  # copulas are densities on the open unit cube


def import_pyvinecopulib() -> Any:
    """Return pyvinecopulib, or raise InputError that says how to get it."""
    try:
        import pyvinecopulib
    except ImportError as error:
        raise InputError(
            "a vine copula needs pyvinecopulib, which is not installed; pip install 'tabgan-wgangp[vine]' (Python 3.11 "
            "or later)"
        ) from error
    return pyvinecopulib


class Vine:
    """Learns a matrix of numbers and codes with a regular vine, its pairs by local likelihood, and draws rows like it.

    Each column becomes one of normal scores. A value that repeats, such as a code, is spread at random within its step
    of the scores; a gap is such a value, below all others. Columns that do not vary are kept aside.

    `constants_` is the first row, `varying_` the columns that are learned, whose ranks are those of `margins_`; below
    `lowest_` a value is a gap. `copula_` is pyvinecopulib's, as its JSON has it.
    """

    def fit(self, X: Floats, seed: int, is_learned: NDArray[np.bool_] | None = None) -> Vine:
        """Learn rows of shape (n_samples, n_columns); NaN is a gap. All say what ranks are, those learned what goes
        together: a mask of shape (n_samples,), or all.
        """
        library = import_pyvinecopulib()
        self.constants_ = X[0].copy()
        same = (X == X[0]) | (np.isnan(X) & np.isnan(X[0]))
        self.varying_ = np.flatnonzero(~same.all(axis=0))
        values = X[:, self.varying_]
        self.lowest_ = np.nanmin(values, axis=0)
        values = np.where(np.isnan(values), np.nextafter(self.lowest_, -np.inf), values)
        self.margins_ = QuantileNormal([seed, Use.VINE_SPREAD]).fit(values)
        learned = values if is_learned is None else values[is_learned]
        shares = np.clip(ndtr(self.margins_.transform(learned)), EDGE, 1 - EDGE)
        controls = library.FitControlsVinecop(family_set=[library.BicopFamily.tll], num_threads=1)
        self.copula_ = library.Vinecop.from_data(np.asfortranarray(shares), controls=controls)
        return self

    def draw(self, n_rows: int, seed: int, use: Use, block: int) -> Floats:
        """Return the rows of one block for one use of a seed, of shape (n_rows, n_columns)."""
        whole = whole_seed(seed, use, block) >> 1  # the library's seeds are signed
        shares = self.copula_.sample(n_rows, seeds=[whole], num_threads=1)
        values = self.margins_.inverse_transform(ndtri(np.clip(shares, EDGE, 1 - EDGE)))
        X = np.tile(self.constants_, (n_rows, 1))
        X[:, self.varying_] = np.where(values < self.lowest_, np.nan, values)
        return X

    def get_state(self) -> State:
        """Return all that was learned as nested dicts of arrays and JSON values."""
        return {
            "constants": self.constants_,
            "varying": self.varying_,
            "lowest": self.lowest_,
            "margins": self.margins_.get_state(),
            "copula": _grids_to_arrays(json.loads(self.copula_.to_json())),
        }

    @classmethod
    def from_state(cls, state: State) -> Vine:
        """Make the vine that `get_state` described."""
        vine = cls()
        vine.constants_, vine.varying_, vine.lowest_ = (state[name] for name in ("constants", "varying", "lowest"))
        vine.margins_ = QuantileNormal.from_state(state["margins"])
        text = json.dumps(_grids_to_lists(state["copula"]))
        vine.copula_ = import_pyvinecopulib().Vinecop.from_json(text)
        return vine


def _grids_to_arrays(part: Any) -> Any:
    """Return pyvinecopulib's JSON with its grids, {"data": [...], "shape": [...]}, as arrays, which files hold best."""
    if not isinstance(part, dict):
        return part
    if part.keys() == {"data", "shape"}:
        return np.array(part["data"], float).reshape(part["shape"])
    return {name: _grids_to_arrays(value) for name, value in part.items()}


def _grids_to_lists(part: Any) -> Any:
    """The inverse of `_grids_to_arrays`."""
    if isinstance(part, np.ndarray):
        return {"data": part.ravel().tolist(), "shape": list(part.shape)}
    return {name: _grids_to_lists(value) for name, value in part.items()} if isinstance(part, dict) else part
