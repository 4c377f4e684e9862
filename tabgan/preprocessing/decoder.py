"""From what a generator draws to rows in original units."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.preprocessing.calibration import Calibrator, match_frequencies
from tabgan.preprocessing.encoder import TableEncoder


class Decoder:
    """Choose levels by their scores, calibrate numbers and levels to the real ones, and undo the encoding.

    A draw has a number in [-1, 1] for each of the encoder's numbers, and a score for each slot of its blocks; the slot
    with the largest score is chosen.

    Parameters
    ----------
    encoder : TableEncoder
        Fitted.

    Attributes
    ----------
    offsets_ : ndarray of shape (n_levels,)
        What is added to the scores; zeros when not calibrated.
    calibrator_ : Calibrator or None
        The maps of the numbers.
    """

    def __init__(self, encoder: TableEncoder) -> None:
        self.encoder = encoder
        self.offsets_ = np.zeros(sum(levels.width for levels in encoder.levels_))
        self.calibrator_: Calibrator | None = None

    def fit(self, draws: np.ndarray, encoded: np.ndarray, X: np.ndarray) -> Decoder:
        """Learn from draws what separates them from the real rows, of which there are `X` and what they are encoded.

        The number of a row where a slot says the value is left out.
        """
        n, frequencies = self.encoder.n_numbers, encoded[:, self.encoder.n_numbers :].mean(axis=0)
        blocks = self._blocks()
        for block in blocks if self.encoder.label is None else blocks[:-1]:  # a label is given, not drawn
            self.offsets_[block] = match_frequencies(draws[:, n:][:, block], frequencies[block])
        generated = self._used(self.encoder.unscale(draws[:, :n]), self.choose(draws, self.offsets_))
        real = self._used(self.encoder.score(X), self.choose(encoded, np.zeros_like(self.offsets_)))
        self.calibrator_ = Calibrator().fit(generated, real, self.encoder.tails == "extrapolate")
        return self

    def _used(self, scores: np.ndarray, slots: list[np.ndarray]) -> np.ndarray:
        """Return the scores of numbers, NaN where a slot says the value."""
        return np.where(self.encoder.find_unused(slots), np.nan, scores) if slots else scores

    def _blocks(self) -> list[slice]:
        ends = np.cumsum([levels.width for levels in self.encoder.levels_])
        return [slice(e - levels.width, e) for e, levels in zip(ends, self.encoder.levels_, strict=True)]

    def choose(self, draws: np.ndarray, offsets: np.ndarray) -> list[np.ndarray]:
        """Return for each block the slot of every row, of shape (n_samples,)."""
        scores = draws[:, self.encoder.n_numbers :]
        return [(scores[:, block] + offsets[block]).argmax(axis=1) for block in self._blocks()]

    def decode(self, draws: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return rows in original units, of shape (n_samples, n_columns); `rng` draws rare levels."""
        slots = self.choose(draws, self.offsets_)
        scores = self.encoder.unscale(draws[:, : self.encoder.n_numbers])
        # Each column is decoded in the order of its values: a polyline is looked up much faster that way.
        order = scores.argsort(axis=0)
        ranked = np.take_along_axis(scores, order, axis=0)
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
