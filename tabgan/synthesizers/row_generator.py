"""From a seed to rows in original units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from tabgan.evaluation.closeness import MOST_ROWS, Memorisation, measure_memorisation
from tabgan.evaluation.features import align
from tabgan.evaluation.tables import take
from tabgan.gan.networks import Generator
from tabgan.gan.sampling import draw_rows
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.sieve import Sieve
from tabgan.schema import Schema
from tabgan.seeds import Use, numpy_rng, whole_seed
from tabgan.settings import Settings
from tabgan.synthesizers.blocks import BLOCK_ROWS

Codes: TypeAlias = "NDArray[np.int64] | None"
"""Of the rows' labels, when the generator is given these; None when they are drawn from their real frequencies."""
Floats: TypeAlias = NDArray[np.float64]

CALIBRATION_BLOCKS = 4
MOST_BLOCKS = 50  # to look at for memorised rows


@dataclass
class RowGenerator:
    """All that it takes to make rows: a generator (on the CPU), what decodes its draws, and what refuses some rows."""

    generator: Generator
    decoder: Decoder
    schema: Schema
    constraints: Constraints
    sieve: Sieve | None = None

    def draw(self, seed: int, use: Use, block: int, labels: Codes = None) -> Floats:
        """Return what the generator draws for one block, of shape (BLOCK_ROWS, layout.width)."""
        # torch's generators take 32 bits of a seed. Counting on from the use's own number, no block repeats another,
        # as one pair in 2^32 would if each had a hash of its own.
        rng = torch.Generator().manual_seed((whole_seed(seed, use) + block) % 2**32)
        label = self.decoder.encoder.given
        if label is not None and labels is None:
            labels = numpy_rng(seed, use, block, 1).choice(label.values, BLOCK_ROWS, p=label.shares)
        given = self.encode_labels(labels)
        made = draw_rows(self.generator, BLOCK_ROWS, rng, None if given is None else torch.from_numpy(given))
        return self.generator.output.layout.join(made.numpy(), given)

    def encode_labels(self, labels: Codes) -> NDArray[np.float32] | None:
        """Return what the generator is given for codes of labels, one-hot, if anything."""
        label = self.decoder.encoder.given
        return None if label is None or labels is None else label.encode(labels)

    def candidates(self, seed: int, use: Use, block: int, labels: Codes = None) -> Floats:
        """Return the rows of one block, none refused, as they come back: (BLOCK_ROWS, n_columns)."""
        return self.finish(self.draw(seed, use, block, labels), numpy_rng(seed, use, block))

    def finish(self, draws: Floats, rng: np.random.Generator) -> Floats:
        """Return the rows that draws of the generator become, as they come back; `rng` draws rare levels."""
        return self.constraints.restore(self.decoder.decode(draws, rng))

    def calibrate(self, encoded: NDArray[np.float32], reduced: Floats, settings: Settings, seed: int) -> list[int]:
        """Learn to decode as the real rows are, and return the columns, from 1, in which the generator has collapsed.

        The real rows come encoded, and as the constraints reduce them.
        """
        encoder, numbers = self.decoder.encoder, self.decoder.encoder.layout.numbers
        draws = np.concatenate([self.draw(seed, Use.CALIBRATE, block) for block in range(CALIBRATION_BLOCKS)])
        collapsed = find_collapsed(encoder.unscale(draws[:, numbers]), encoder.unscale(encoded[:, numbers]))
        if settings.calibrate:
            self.decoder.fit(draws, encoded, reduced)
        return [int(column) + 1 for column in encoder.numbers_[collapsed]]

    def fit_sieve(self, learned: Floats, settings: Settings, seed: int) -> None:
        """Learn which rows are too many, from the learned rows alone: others can then tell what is memorised."""
        if settings.sieve:
            rng = numpy_rng(seed, Use.SIEVE)
            self.sieve = Sieve().fit(learned, lambda block: self.candidates(seed, Use.SIEVE, block), rng)

    def compare(self, learned: Floats, held: Floats, seed: int) -> Memorisation:
        """Return how close new rows come to the learned ones; both kinds of real rows are in original units.

        All are compared as they come back, and as `evaluate` would, which so gets the same ratio of the same rows.
        """
        wanted, rng = min(len(learned), MOST_ROWS), numpy_rng(seed, Use.COMPARE)
        made: list[Floats] = [np.empty((0, len(self.schema)))]
        while sum(map(len, made)) < wanted and len(made) <= MOST_BLOCKS:
            made.append(self.make(seed, len(made) - 1))
        generated = np.concatenate(made)[:wanted]
        written = self.schema.round(learned), self.schema.round(held), self.schema.round(generated)
        some = [self.schema.decode(take(rows, MOST_ROWS, rng)) for rows in written]
        frames = [pd.DataFrame(rows, columns=self.schema.names) for rows in some]
        features, aligned, _ = align(dict(zip(("learned", "held", "generated"), frames, strict=True)))
        compared = aligned["learned"], aligned["held"], aligned["generated"]
        return measure_memorisation(compared, features, written, rng)

    def make(self, seed: int, block: int, labels: Codes = None) -> Floats:
        """Return the rows of one block that are not refused, of shape (n_accepted, n_columns)."""
        rows = self.candidates(seed, Use.SAMPLE, block, labels)
        return rows if self.sieve is None else rows[self.sieve.accept(rows, numpy_rng(seed, Use.SIEVE, block))]


def find_collapsed(generated: Floats, real: Floats) -> NDArray[np.int64]:
    """Return the 0-based columns in which generated rows vary far less than real ones: a tenth of the variance."""
    return np.flatnonzero(generated.var(axis=0) < 0.1 * real.var(axis=0))
