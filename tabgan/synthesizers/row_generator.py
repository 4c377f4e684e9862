"""From a seed to rows in original units."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from tabgan.errors import TabganWarning
from tabgan.evaluation.closeness import MOST_ROWS, Memorisation, measure_memorisation
from tabgan.evaluation.features import align
from tabgan.evaluation.likelihood import best_share, log_ratio
from tabgan.evaluation.tables import take
from tabgan.gan.networks import Generator
from tabgan.gan.sampling import draw_mixture
from tabgan.preprocessing.combinations import Combinations
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.gaussian_copula import GaussianCopula
from tabgan.preprocessing.grain import Grain
from tabgan.preprocessing.sieve import Sieve
from tabgan.schema import Schema
from tabgan.seeds import Use, numpy_rng, whole_seed
from tabgan.settings import Settings
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.teaching.target import FEW_CONFIRMED, LEAST_KEPT_OF_CLASS, ConfirmedLabel, SharpTarget, count_answered

Codes: TypeAlias = "NDArray[np.int64] | None"
"""Of the rows' labels, when the generator is given these; None when they are drawn from their real frequencies."""
Floats: TypeAlias = NDArray[np.float64]

CALIBRATION_BLOCKS = 4
MOST_DRAWN = 2**24  # numbers of these, 128 MiB
MOST_BLOCKS = 50  # to look at for memorised rows
LEAST_SHARE = 0.05  # of the rows that are worth a second maker


@dataclass
class RowGenerator:
    """All that it takes to make rows: a generator (on the CPU), what decodes its draws, and what refuses some rows.

    `members`, of shape (n_members, n_parameters), are other parameters of the generator, whose rows are mixed in.
    """

    generator: Generator
    decoder: Decoder
    schema: Schema
    constraints: Constraints
    sieve: Sieve | None = None
    combinations: Combinations | None = None
    copula: GaussianCopula | None = None
    members: NDArray[np.float16] = field(default_factory=lambda: np.empty((0, 0), np.float16))
    grain: Grain | None = None
    target: SharpTarget | ConfirmedLabel | None = None

    def draw(self, seed: int, use: Use, block: int, labels: Codes = None) -> Floats:
        """Return what the generator draws for one block, of shape (BLOCK_ROWS, layout.width)."""
        # torch's generators take 32 bits of a seed. Counting on from the use's own number, no block repeats another,
        # as one pair in 2^32 would if each had a hash of its own.
        rng = torch.Generator().manual_seed((whole_seed(seed, use) + block) % 2**32)
        label = self.decoder.encoder.given
        if label is not None and labels is None:
            shares = label.shares
            if isinstance(self.target, ConfirmedLabel):
                shares = self.target.even(label.values, shares)
            labels = numpy_rng(seed, use, block, 1).choice(label.values, BLOCK_ROWS, p=shares)
        given = self.encode_labels(labels)
        given_too = None if given is None else torch.from_numpy(given)
        made = draw_mixture(self.generator, self.members, BLOCK_ROWS, rng, given_too)
        return self.decoder.encoder.layout.join(made.numpy(), given)

    def encode_labels(self, labels: Codes) -> NDArray[np.float32] | None:
        """Return what the generator is given for codes of labels, one-hot, if anything."""
        label = self.decoder.encoder.given
        return None if label is None or labels is None else label.encode(labels)

    def candidates(self, seed: int, use: Use, block: int, labels: Codes = None) -> Floats:
        """Return the rows of one block, none refused, as they come back: (BLOCK_ROWS, n_columns)."""
        rng = numpy_rng(seed, use, block)
        rows = self.finish(self.draw(seed, use, block, labels), rng)
        if self.copula is not None:
            chosen = rng.random(len(rows)) < self.copula.share_
            rows[chosen] = self.complete(self.copula.draw(int(chosen.sum()), rng), rng)
        return self.sharpen(rows, rng)

    def confirmed(self, seed: int, use: Use, block: int, labels: Codes = None) -> Floats:
        """Return the candidates of one block but for those whose label is not confirmed."""
        rows = self.candidates(seed, use, block, labels)
        return rows[self.target.accept(rows)] if isinstance(self.target, ConfirmedLabel) else rows

    def sharpen(self, rows: Floats, rng: np.random.Generator) -> Floats:
        """Return rows with a target that is pulled towards what a teacher says, where no rule is broken by it."""
        if not isinstance(self.target, SharpTarget):
            return rows
        place, pulled = self.target.column, rows.copy(order="K")
        values = self.target.transform(rows)
        values = values if self.grain is None else self.grain.round(place, values, rng)
        pulled[:, place] = self.schema.columns[place].round(values)
        broken = ~self.constraints.holds(pulled)
        pulled[broken, place] = rows[broken, place]
        return pulled

    def finish(self, draws: Floats, rng: np.random.Generator) -> Floats:
        """Return the rows that draws of the generator become, as they come back; `rng` draws rare levels and digits."""
        return self.complete(self.decoder.decode(draws, rng), rng)

    def complete(self, rows: Floats, rng: np.random.Generator) -> Floats:
        """Return rows, as the constraints had reduced them, as they come back; `rng` draws their digits."""
        label = self.decoder.encoder.given
        rows = self.constraints.restore(rows) if self.grain is None else self.grain.complete(rows, rng)
        if self.combinations is None:
            return rows
        return self.combinations.transform(rows, kept=None if label is None else label.column)

    def calibrate(
        self,
        packed: NDArray[np.float32],
        reduced: Floats,
        settings: Settings,
        seed: int,
    ) -> list[int]:
        """Learn to decode as the real rows are, and return the columns, from 1, in which the generator has collapsed.

        The real rows come packed, and as the constraints reduce them.
        """
        encoder, numbers = self.decoder.encoder, self.decoder.encoder.layout.numbers
        n_blocks = min(CALIBRATION_BLOCKS, max(MOST_DRAWN // (BLOCK_ROWS * encoder.layout.width), 1))
        draws = np.concatenate([self.draw(seed, Use.CALIBRATE, block) for block in range(n_blocks)])
        some = packed[:: -(-len(packed) // len(draws)), numbers]
        collapsed = find_collapsed(encoder.unscale(draws[:, numbers]), encoder.unscale(some))
        if settings.calibrate:
            self.decoder.fit(draws, packed, reduced)
        return [int(column) + 1 for column in encoder.numbers_[collapsed]]

    def fit_grain(self, learned: Floats, settings: Settings) -> None:
        """Learn the digits of numbers from the learned rows, in original units."""
        if settings.calibrate:
            grain = Grain().fit(self.schema.round(learned), self.decoder.encoder.find_exact(), self.constraints)
            self.grain = grain if grain.columns_ else None

    def fit_combinations(self, learned: Floats, settings: Settings, seed: int, apart: int | None = None) -> None:
        """Learn which columns have few combinations together, but for the one that is to be `apart`.

        Numbers that may leave their range are not tied.
        """
        if settings.combinations:
            labels = self.schema.categorical
            free = set(range(len(self.schema))) - set(labels) if settings.tails == "extrapolate" else set()
            free |= set() if apart is None or apart in labels else {apart}
            related = [rule.positions for rule in self.constraints.rules if len(rule.positions) > 1]
            rng = numpy_rng(seed, Use.TIED)
            found = Combinations().fit(self.schema.round(learned), labels, rng, free, related)
            self.combinations = found if found.groups_ else None

    def mix_copula(
        self,
        packed: NDArray[np.float32],
        reduced: Floats,
        held: Floats,
        settings: Settings,
        seed: int,
    ) -> None:
        """Give as many rows to a Gaussian copula as make held-aside rows likeliest, if that is clear: what either maker
        does wrong is diluted by the other.

        The learned rows come packed, and as the constraints reduce them; those `held` aside in original units.
        """
        encoder = self.decoder.encoder
        if not (settings.copula and len(held) and GaussianCopula.suits(encoder)):
            return
        rng = numpy_rng(seed, Use.COPULA)
        copula = GaussianCopula(encoder).fit(packed, reduced, rng)
        rows = self.candidates(seed, Use.LIKELIHOOD, 0)
        others = self.complete(copula.draw(len(rows), rng), rng)
        copula.share_ = best_share(log_ratio(rows, others, held))
        self.copula = copula if copula.share_ > LEAST_SHARE else None

    def fit_target(self, column: int | None, learned: Floats, seed: int) -> None:
        """Learn from the learned rows to pull a number, or to confirm a label, which must be that of the generator."""
        if column is None:
            return
        real, levels = self.schema.round(learned), self.schema.columns[column].levels
        in_turn = np.arange(BLOCK_ROWS) % len(levels) if levels else None  # as many of a rare class as of any
        wanted = count_answered(len(real))
        blocks = range(-(-wanted // BLOCK_ROWS))
        made = np.concatenate([self.candidates(seed, Use.ANSWERED, block, in_turn) for block in blocks])[:wanted]
        if not levels:
            self.target = SharpTarget(column, self.schema.categorical, seed).fit(real, made)
            return
        target = ConfirmedLabel(column, self.schema.categorical, seed).fit(real, made, len(levels))
        self.target = target
        told = zip(levels, target.confirmed_, strict=True)
        if few := [str(level) for level, share in told if share < FEW_CONFIRMED]:
            warnings.warn(
                TabganWarning(
                    f"of generated rows of {', '.join(few)} a teacher confirms fewer than {FEW_CONFIRMED:.0%}, so that "
                    f"the {LEAST_KEPT_OF_CLASS:.0%} that it finds likeliest are kept; more real rows would help"
                ),
                stacklevel=4,
            )

    def fit_sieve(self, learned: Floats, held: Floats, settings: Settings, seed: int) -> None:
        """Learn which rows are too many, from the learned rows alone: others tell whether that is true of them, too."""
        if settings.sieve:
            rng = numpy_rng(seed, Use.SIEVE)
            sieve = Sieve().fit(learned, lambda block: self.confirmed(seed, Use.SIEVE, block), rng, held)
            self.sieve = None if sieve.is_empty else sieve

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
        rows = self.confirmed(seed, Use.SAMPLE, block, labels)
        return rows if self.sieve is None else rows[self.sieve.accept(rows, numpy_rng(seed, Use.SIEVE, block))]


def find_collapsed(generated: Floats, real: Floats) -> NDArray[np.int64]:
    """Return the 0-based columns in which generated rows vary far less than real ones: a tenth of the variance."""
    return np.flatnonzero(generated.var(axis=0) < 0.1 * real.var(axis=0))
