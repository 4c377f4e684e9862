"""From what a generator draws to rows in original units, whose columns get the marginals of the real ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from tabgan.errors import BundleError
from tabgan.preprocessing.encoding import Encoding
from tabgan.preprocessing.packing import Array, beside
from tabgan.seeds import Streams

MOST_SHARES, LEAST_SHARES = 1001, 251  # at which quantiles of a column are taken
MOST_IN_ALL = 300_000  # quantiles of all columns, so that a model of many stays small
LEVEL_DRAWS = 20_000  # enough for a frequency to 0.3%
SWEEPS = 60
LARGEST = float(np.finfo(np.float64).max)
OUTERMOST = 1e-7  # the share of rows beyond the last knot of an open end


def place_shares(count: int) -> Array:
    """Return shares at which quantiles are taken, which lie closer towards the tails."""
    return np.asarray(np.sin(np.linspace(0, np.pi / 2, count)) ** 2)


class Calibrator:
    """Map each generated number to the real one by rank.

    The value at quantile u becomes the real one at quantile u. The map is monotone, so it changes neither the order of
    the values nor any rank correlation, and it ends at the real extremes, so it adds nothing beyond them. It is fitted
    once, on a large draw, and is the same for every row later. `generated_` and `real_`, of shape (n_numbers, n_knots),
    are the quantiles that are mapped on each other; between them the map is linear. There are 1,001 of each column,
    or as many fewer as make 300,000 in all: of 1,000 columns 300, which lie less than 0.6% of the rows apart.
    """

    def fit(self, generated: Array, real: Array, open_ended: bool = False) -> Calibrator:
        """Learn the maps from generated to real numbers, of shapes (n_draws, n_numbers) and (n_samples, n_numbers).

        NaN is left out. With `open_ended` the real numbers are taken for normal beyond their outermost values.
        """
        count = min(max(MOST_IN_ALL // max(real.shape[1], 1), LEAST_SHARES), MOST_SHARES)
        shares = place_shares(count)
        self.generated_, self.real_ = (np.empty((real.shape[1], count)) for _ in range(2))
        for place, columns in enumerate(zip(generated.T, real.T, strict=True)):
            # Sorted, because a thousand quantiles are then found in half the time.
            g, r = (np.sort(column[~np.isnan(column)]) for column in columns)
            g, r = (g, r) if len(g) and len(r) else (np.zeros(1), np.zeros(1))
            self.generated_[place] = np.quantile(g, shares)
            # A share of 1/n falls to each of the outermost values, so that they come as often as among real rows.
            knots = np.quantile(r, np.clip((shares - 1 / len(r)) / (1 - 2 / max(len(r), 3)), 0, 1))
            if open_ended:
                beyond = (shares < 1 / len(r)) | (shares > 1 - 1 / len(r))
                knots[beyond] = ndtri(np.clip(shares[beyond], OUTERMOST, 1 - OUTERMOST))
            self.real_[place] = knots
        return self

    def transform(self, rows: Array) -> Array:
        """Return generated numbers, of shape (n_samples, n_numbers), with the real marginals."""
        columns = zip(rows.T, self.generated_, self.real_, strict=True)
        made = beside((np.interp(values, generated, real) for values, generated, real in columns), *rows.shape)
        # Between far quantiles that are close to each other slopes overflow.
        return np.clip(made, -LARGEST, LARGEST, out=made)

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as a dict of arrays."""
        return {"generated": self.generated_, "real": self.real_}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Calibrator:
        """Make the calibrator that `get_state` described."""
        calibrator = cls()
        calibrator.generated_, calibrator.real_ = state["generated"], state["real"]
        if not (np.isfinite(state["generated"]).all() and np.isfinite(state["real"]).all()):
            raise BundleError("quantiles of a calibration must be finite, but those of this model are not; fit again")
        return calibrator


def match_frequencies(scores: Array, frequencies: Array) -> Array:
    """Return the offsets with which the largest of each row of `scores` is each level as often as wanted.

    Scores have the shape (n_draws, n_levels); `frequencies` sum to 1.
    """
    scores = scores[:LEVEL_DRAWS]
    offsets, least = np.zeros(len(frequencies)), 0.5 / len(scores)
    for sweep in range(SWEEPS):
        made = np.bincount((scores + offsets).argmax(axis=1), minlength=len(offsets)) / len(scores)
        offsets += 0.7 * 0.97**sweep * (np.log(frequencies + least) - np.log(made + least))
    return offsets


class Decoder:
    """Choose levels by their scores, calibrate numbers and levels to the real ones, and walk the stages back.

    A draw has the encoder's layout: numbers in [-1, 1], and a score for each slot of a group, the largest of which says
    which slot is chosen. `offsets_`, of the width of all groups, are added to these scores; not calibrated, they are 0.
    """

    def __init__(self, encoder: Encoding) -> None:
        self.encoder = encoder
        self.offsets_ = np.zeros(encoder.layout.width)[encoder.layout.one_hot]
        self.calibrator_: Calibrator | None = None

    def fit(self, draws: Array, packed: Array, normalised: Array) -> Decoder:
        """Learn from draws what separates them from the real rows, as they are packed, and normalised before.

        The number of a row where a slot says the value is left out.
        """
        layout, offsets = self.encoder.layout, np.zeros(self.encoder.layout.width)
        slots = layout.slots(packed)
        for group, found, width in zip(layout.groups, slots, layout.drawn, strict=False):  # a label is given, not drawn
            shares = (np.bincount(found, minlength=width) / len(found)).astype(np.float32)
            offsets[group] = match_frequencies(draws[:, group], shares)
        self.offsets_ = offsets[layout.one_hot]
        generated = self._used(self.encoder.unscale(draws[:, layout.numbers]), self.choose(draws, self.offsets_))
        real = self._used(normalised, slots)
        self.calibrator_ = Calibrator().fit(generated, real, self.encoder.tails == "extrapolate")
        return self

    def _used(self, numbers: Array, slots: list[Array]) -> Array:
        """Return numbers, which now are NaN where a slot says the value."""
        if slots:
            numbers[self.encoder.find_unused(slots)] = np.nan
        return numbers

    def choose(self, draws: Array, offsets: Array) -> list[Array]:
        """Return for each group the slot of every row, of shape (n_samples,)."""
        layout = self.encoder.layout
        added = np.zeros(layout.width)
        added[layout.one_hot] = offsets
        return [(draws[:, group] + added[group]).argmax(axis=1) for group in layout.groups]

    def decode(self, draws: Array, rng: Streams) -> Array:
        """Return rows in original units, of shape (n_samples, n_columns); `rng` draws rare levels."""
        slots = self.choose(draws, self.offsets_)
        numbers = self.encoder.unscale(draws[:, self.encoder.layout.numbers])
        # Each column is decoded in the order of its values: a polyline is looked up much faster that way.
        order = numbers.argsort(axis=0)
        ranked = np.take_along_axis(numbers, order, axis=0)
        del numbers  # each such matrix of a table of very many columns takes gigabytes
        if self.calibrator_ is not None and ranked.size:
            ranked = self.calibrator_.transform(ranked)
        ranked = self.encoder.to_values(ranked)
        values = np.empty_like(ranked, order="F")
        np.put_along_axis(values, order, ranked, axis=0)
        del order, ranked
        return self.encoder.assemble(values, slots, rng)

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays; the encoder has its own."""
        return {"offsets": self.offsets_, "calibrator": self.calibrator_ and self.calibrator_.get_state()}

    @classmethod
    def from_state(cls, encoder: Encoding, state: dict[str, Any]) -> Decoder:
        """Make the decoder that `get_state` described."""
        decoder = cls(encoder)
        decoder.offsets_ = state["offsets"]
        decoder.calibrator_ = state["calibrator"] and Calibrator.from_state(state["calibrator"])
        return decoder
