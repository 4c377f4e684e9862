"""The rows of a model file, without what it takes to learn more: neither torch nor scikit-learn is waited for."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from tabgan.files import replacing
from tabgan.gan.history import History
from tabgan.gan.perceptron import Perceptron, PerceptronDraws
from tabgan.persistence import State, load_bundle, load_state, using
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.encoding import Encoding
from tabgan.schema import Schema
from tabgan.synthesizers.row_generator import RowGenerator
from tabgan.synthesizers.row_sampler import GeneratedRows

if TYPE_CHECKING:
    from tabgan.evaluation.closeness import Memorisation

NUMPY, TORCH = "numpy", "torch"
"""Whose random numbers rows are made of, as model files say; those before format 3 say nothing, and mean torch."""


class StoredRows(GeneratedRows):
    """Gives the rows of a `WGANGPSynthesizer` that a model file holds, the same ones, and no more.

    Attributes
    ----------
    schema_, constraints_, seed_, n_samples_, label_, row_generator_, memorisation_, history_
        As of the synthesizer.
    """

    def __init__(self, path: str | os.PathLike[str], state: State) -> None:
        self._path = path
        self.schema_ = Schema.from_dict(state["schema"])
        self.seed_, self.n_samples_, self.label_ = state["seed"], state["n_samples"], state["label"]
        given = None if self.label_ is None else self.schema_.names.index(self.label_)
        self.constraints_ = Constraints.from_state(state["constraints"], self.schema_, given)
        encoding = Encoding.from_state(state["encoder"])
        draws = PerceptronDraws(Perceptron.from_arrays(state["generator"]), encoding.layout, state["members"])
        self.row_generator_ = RowGenerator.from_state(state, draws, encoding, self.schema_, self.constraints_)
        self._about = {name: state[name] for name in ("summary", "memorisation", "history")}

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> StoredRows:
        """Read the rows of a model file of format 3, of a `WGANGPSynthesizer` with networks of its own."""
        state = load_bundle(path)
        with using(path):
            return cls(path, state)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Copy the model file."""
        with replacing(path, True) as beside:
            shutil.copyfile(self._path, beside)

    @property
    def memorisation_(self) -> Memorisation | None:
        """How close rows come to learned ones."""
        from tabgan.evaluation.closeness import Memorisation  # with scikit-learn, for which rows need not wait

        return self._about["memorisation"] and Memorisation(**self._about["memorisation"])

    @property
    def history_(self) -> History:
        """Losses, distances and how training ended."""
        return History(**self._about["history"])

    def summary(self) -> dict[str, Any]:
        """Return what `tabgan info` shows."""
        summary: dict[str, Any] = self._about["summary"]
        return summary


def load_rows(path: str | os.PathLike[str]) -> Any:
    """Return what makes the rows of a model file: `StoredRows` where that is enough, else what `load` returns."""
    state = load_bundle(path)
    if state.get("class") == "WGANGPSynthesizer" and state.get("draws") == NUMPY:
        with using(path):
            return StoredRows(path, state)
    return load_state(path, state)
