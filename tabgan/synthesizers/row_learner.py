"""What rows learn after training: to be as real ones are, column by column, together, and of their target."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import warn
from tabgan.evaluation.closeness import MOST_ROWS, Memorisation, measure_memorisation
from tabgan.evaluation.features import align
from tabgan.evaluation.likelihood import best_share, log_ratio
from tabgan.evaluation.tables import take
from tabgan.preprocessing.combinations import Combinations
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.gap_ties import find_gap_ties
from tabgan.preprocessing.gaussian_copula import GaussianCopula
from tabgan.preprocessing.grain import Grain
from tabgan.preprocessing.sieve import Sieve
from tabgan.seeds import Use, block_streams, numpy_rng
from tabgan.settings import Settings
from tabgan.spelling import spell
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.row_generator import Floats, RowGenerator
from tabgan.teaching.target import FEW_CONFIRMED, LEAST_KEPT_OF_CLASS, ConfirmedLabel, SharpTarget, count_answered
from tabgan.text import shorten

CALIBRATION_BLOCKS = 4
MOST_DRAWN = 2**24  # numbers of these, 128 MiB
MOST_BLOCKS = 50  # to look at for memorised rows
TRIED = 1024  # rows, to see whether any keeps the rules
LEAST_SHARE = 0.05  # of the rows that are worth a second maker


class RowLearner(RowGenerator):
    """A `RowGenerator` whose parts are learned, one after the other; its decoder has a `TableEncoder`."""

    @property
    def encoder(self) -> TableEncoder:
        """What encodes rows."""
        return cast(TableEncoder, self.decoder.encoder)

    def calibrate(self, packed: NDArray[np.float32], reduced: Floats, settings: Settings, seed: int) -> list[int]:
        """Learn to decode as the real rows are, and return the columns, from 1, in which the generator has collapsed.

        The real rows come packed, and as the constraints reduce them.
        """
        encoder, numbers = self.encoder, self.encoder.layout.numbers
        n_blocks = min(CALIBRATION_BLOCKS, max(MOST_DRAWN // (BLOCK_ROWS * encoder.layout.width), 1))
        draws = np.concatenate([self.draw(seed, Use.CALIBRATE, block) for block in range(n_blocks)])
        some = packed[:: -(-len(packed) // len(draws)), numbers]
        collapsed = find_collapsed(encoder.unscale(draws[:, numbers]), encoder.unscale(some))
        if settings.calibrate:
            self.decoder.fit(draws, packed, encoder.normalise(reduced))
        return [int(column) + 1 for column in encoder.numbers_[collapsed]]

    def fit_grain(self, learned: Floats, settings: Settings) -> None:
        """Learn the digits of numbers from the learned rows, in original units."""
        if settings.calibrate:
            grain = Grain().fit(self.schema.round(learned), self.encoder.find_exact(), self.constraints)
            self.grain = grain if grain.columns_ else None

    def fit_gaps(self, packed: NDArray[np.float32], settings: Settings) -> None:
        """Learn from the rows, as they are packed, which columns have their gaps where others say."""
        if settings.combinations:
            self.encoder.gap_ties_ = find_gap_ties(self.encoder.groups_, self.encoder.layout.slots(packed))

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
        encoder = self.encoder
        if not (settings.copula and len(held) and GaussianCopula.suits(encoder)):
            return
        rng = numpy_rng(seed, Use.COPULA)
        copula = GaussianCopula(encoder).fit(packed, encoder.normalise(reduced), rng)
        rows = self.candidates(seed, Use.LIKELIHOOD, 0)
        both = block_streams(seed, Use.COPULA, 0)
        others = self.complete(copula.draw(len(rows), both), both)
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
            warn(
                f"of generated rows of {', '.join(few)} a teacher confirms fewer than {FEW_CONFIRMED:.0%}, so that "
                f"the {LEAST_KEPT_OF_CLASS:.0%} that it finds likeliest are kept; more real rows would help"
            )

    def fit_sieve(self, learned: Floats, held: Floats, settings: Settings, seed: int) -> None:
        """Learn which rows are too many, from the learned rows alone: others tell whether that is true of them, too."""
        if settings.sieve:
            rng = numpy_rng(seed, Use.SIEVE)
            sieve = Sieve().fit(learned, lambda block: self.confirmed(seed, Use.SIEVE, block), rng, held)
            self.sieve = None if sieve.is_empty else sieve

    def try_rules(self, seed: int) -> None:
        """Warn if no row of some that are tried keeps a rule that only leaving rows out can keep."""
        solved = [one.rule for one in self.constraints.solved]
        if all(rule in solved for rule in self.constraints.rules):
            return
        rows = self.candidates(seed, Use.SAMPLE, 0, n_rows=TRIED)
        if self.constraints.holds(rows).any():
            return
        broken = [rule.text for rule in self.constraints.rules if not rule.holds(rows).any()]
        what = shorten(broken[0]) if broken else "all constraints"
        warn(
            f"of {len(rows):,} rows that were tried none keeps {what!r}, and rows that break a constraint "
            f"are left out, so that there may be none; train for more {spell('iterations')}, or leave out one of "
            f"several {spell('constraints')} on the same columns"
        )

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


def find_collapsed(generated: Floats, real: Floats) -> NDArray[np.int64]:
    """Return the 0-based columns in which generated rows vary far less than real ones: a tenth of the variance."""
    return np.flatnonzero(generated.var(axis=0) < 0.1 * real.var(axis=0))
