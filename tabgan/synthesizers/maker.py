"""From a seed to rows in original units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from tabgan.evaluation.closeness import MOST_GENERATED, Memorisation, measure_memorisation
from tabgan.gan.latents import rows_from
from tabgan.gan.networks import Generator
from tabgan.gan.sampling import draw_rows
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.sieve import Sieve
from tabgan.schema import Schema
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.settings import Settings
from tabgan.synthesizers.training import CALIBRATE, COMPARE, SAMPLE, SIEVE, find_collapsed, hold_aside

CALIBRATION_BLOCKS = 4
MOST_BLOCKS = 50  # to look at for memorised rows


@dataclass
class RowMaker:
    """All that it takes to make rows: a generator, what decodes its draws, and what refuses some of the rows.

    Attributes
    ----------
    generator : Generator
        On the CPU.
    decoder : Decoder
    schema : Schema
    constraints : Constraints
    sieve : Sieve or None
    """

    generator: Generator
    decoder: Decoder
    schema: Schema
    constraints: Constraints
    sieve: Sieve | None = None

    def draw(self, seed: int, use: int, block: int, labels: np.ndarray | None = None) -> np.ndarray:
        """Return what the generator draws for one block, of shape (BLOCK_ROWS, sum of blocks).

        `labels` are the codes of the rows' labels when the generator is given these; otherwise they are drawn from
        their real frequencies.
        """
        # torch's generators take 32 bits of a seed. Counting on from the use's own number, no block repeats another,
        # as one pair in 2^32 would if each had a hash of its own.
        (first,) = np.random.SeedSequence([seed, use]).generate_state(1)
        rng = torch.Generator().manual_seed((int(first) + block) % 2**32)
        if not self.generator.output.n_given:
            return draw_rows(self.generator, BLOCK_ROWS, rng).numpy().astype(np.float64)
        label = self.decoder.encoder.levels_[-1]
        if labels is None:
            shares = label.counts / label.counts.sum()
            labels = np.random.default_rng([seed, use, block, 1]).choice(label.values, BLOCK_ROWS, p=shares)
        given = label.encode(labels)
        draws = draw_rows(self.generator, BLOCK_ROWS, rng, torch.from_numpy(given)).numpy()
        return np.hstack([draws, given]).astype(np.float64)

    def candidates(self, seed: int, use: int, block: int, labels: np.ndarray | None = None) -> np.ndarray:
        """Return the rows of one block, none refused, as they come back: (BLOCK_ROWS, n_columns)."""
        return self.finish(self.draw(seed, use, block, labels), np.random.default_rng([seed, use, block]))

    def finish(self, draws: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return the rows that draws of the generator become, as they come back; `rng` draws rare levels."""
        return self.schema.round(self.constraints.restore(self.decoder.decode(draws, rng)))

    def from_latents(self, latents: np.ndarray, labels: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
        """Return the candidates that given latents become, of shape (n_samples, n_columns), as they come back.

        Parameters
        ----------
        latents : ndarray of shape (n_samples, n_free + n_levels)
            Normal numbers: what a row is made from, and the noise of its levels. As float32 the network computes as
            for `candidates`; as float64 with more digits than that.
        labels : ndarray of shape (n_samples,), optional
            The codes of the labels, for a generator that is given these.
        seed : int, default 0
            Draws rare levels.
        """
        given = None if labels is None else self.decoder.encoder.levels_[-1].encode(labels)
        one_hot = None if given is None else torch.from_numpy(given)
        draws = rows_from(self.generator, torch.from_numpy(latents), one_hot).numpy()
        draws = draws if given is None else np.hstack([draws, given])
        return self.finish(draws.astype(np.float64), np.random.default_rng(seed))

    def learn(self, X: np.ndarray, reduced: np.ndarray, real: np.ndarray, settings: Settings, seed: int) -> list[int]:
        """Learn what comes after the generator, and return the columns, from 1, in which it has collapsed.

        Parameters
        ----------
        X, reduced, real : ndarray of shape (n_samples, n_columns), and (n_samples, sum of blocks)
            The real rows; as the constraints reduce them; encoded.
        settings : Settings
        seed : int
        """
        encoder, n = self.decoder.encoder, self.decoder.encoder.n_numbers
        draws = np.concatenate([self.draw(seed, CALIBRATE, block) for block in range(CALIBRATION_BLOCKS)])
        collapsed = find_collapsed(encoder.unscale(draws[:, :n]), encoder.unscale(real[:, :n]))
        if settings.calibrate:
            self.decoder.fit(draws, real, reduced)
        if settings.sieve:
            # Rows that are held aside stay unseen here, too, so that they can tell whether others are memorised.
            learned = X[~hold_aside(len(X), settings, seed)]
            rng = np.random.default_rng([seed, SIEVE])
            self.sieve = Sieve().fit(learned, lambda block: self.candidates(seed, SIEVE, block), rng)
        return (encoder.numbers_[collapsed] + 1).tolist()

    def compare(self, X: np.ndarray, settings: Settings, seed: int) -> Memorisation:
        """Return how close new rows come to the learned ones of `X`, of shape (n_samples, n_columns)."""
        encode, reduce = self.decoder.encoder.transform, self.constraints.reduce
        held = hold_aside(len(X), settings, seed)
        wanted, rows = min((~held).sum(), MOST_GENERATED), [X[:0]]
        while sum(map(len, rows)) < wanted and len(rows) <= MOST_BLOCKS:
            rows.append(self.make(seed, len(rows) - 1))
        encoded, generated = (encode(reduce(part)) for part in (X, np.concatenate(rows)[:wanted]))
        rng = np.random.default_rng([seed, COMPARE])
        return measure_memorisation(encoded[~held], encoded[held], generated, rng)

    def make(self, seed: int, block: int, labels: np.ndarray | None = None) -> np.ndarray:
        """Return the rows of one block that are not refused, of shape (n_accepted, n_columns)."""
        rows = self.candidates(seed, SAMPLE, block, labels)
        if self.sieve is None:
            return rows
        return rows[self.sieve.accept(rows, np.random.default_rng([seed, SIEVE, block]))]
