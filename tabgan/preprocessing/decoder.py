"""From what a generator draws to rows in original units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.calibration import Calibrator, match_frequencies
from tabgan.preprocessing.encoder import TableEncoder


class Decoder:
    """Choose levels by their scores, calibrate numbers and levels to the real ones, and walk the stages back.

    A draw has the encoder's layout: numbers in [-1, 1], and a score for each slot of a group, the largest of which says
    which slot is chosen.

    Parameters
    ----------
    encoder : TableEncoder
        Fitted.

    Attributes
    ----------
    offsets_ : ndarray of shape (width of all groups,)
        What is added to the scores of levels; zeros when not calibrated.
    calibrator_ : Calibrator or None
        The maps of the numbers.
    """

    def __init__(self, encoder: TableEncoder) -> None:
        self.encoder = encoder
        self.offsets_ = np.zeros(encoder.layout.width)[encoder.layout.one_hot]
        self.calibrator_: Calibrator | None = None

    def fit(self, draws: NDArray[np.float64], encoded: NDArray[np.float64], X: NDArray[np.float64]) -> Decoder:
        """Learn from draws what separates them from the real rows, of which there are `X` and what they are encoded.

        The number of a row where a slot says the value is left out.
        """
        layout, offsets = self.encoder.layout, np.zeros(self.encoder.layout.width)
        for group, _ in zip(layout.groups, layout.drawn, strict=False):  # a label is given, not drawn
            offsets[group] = match_frequencies(draws[:, group], encoded[:, group].mean(axis=0))
        self.offsets_ = offsets[layout.one_hot]
        generated = self._used(self.encoder.unscale(draws[:, layout.numbers]), self.choose(draws, self.offsets_))
        real = self._used(self.encoder.normalise(X), self.choose(encoded, np.zeros_like(self.offsets_)))
        self.calibrator_ = Calibrator().fit(generated, real, self.encoder.tails == "extrapolate")
        return self

    def _used(self, numbers: NDArray[np.float64], slots: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return numbers, NaN where a slot says the value."""
        return np.where(self.encoder.find_unused(slots), np.nan, numbers) if slots else numbers

    def choose(self, draws: NDArray[np.float64], offsets: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return for each group the slot of every row, of shape (n_samples,)."""
        layout = self.encoder.layout
        added = np.zeros(layout.width)
        added[layout.one_hot] = offsets
        return [(draws[:, group] + added[group]).argmax(axis=1) for group in layout.groups]

    def decode(self, draws: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
        """Return rows in original units, of shape (n_samples, n_columns); `rng` draws rare levels."""
        slots = self.choose(draws, self.offsets_)
        numbers = self.encoder.unscale(draws[:, self.encoder.layout.numbers])
        # Each column is decoded in the order of its values: a polyline is looked up much faster that way.
        order = numbers.argsort(axis=0)
        ranked = np.take_along_axis(numbers, order, axis=0)
        if self.calibrator_ is not None and ranked.size:
            ranked = self.calibrator_.transform(ranked)
        ranked = self.encoder.to_values(ranked)
        values = np.empty_like(ranked, order="F")
        np.put_along_axis(values, order, ranked, axis=0)
        return self.encoder.assemble(values, slots, rng)

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays; the encoder has its own."""
        return {"offsets": self.offsets_, "calibrator": self.calibrator_ and self.calibrator_.get_state()}

    @classmethod
    def from_state(cls, encoder: TableEncoder, state: dict[str, Any]) -> Decoder:
        """Make the decoder that `get_state` described."""
        decoder = cls(encoder)
        decoder.offsets_ = state["offsets"]
        decoder.calibrator_ = state["calibrator"] and Calibrator.from_state(state["calibrator"])
        return decoder
