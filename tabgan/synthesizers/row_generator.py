"""From a seed to rows in original units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.combinations import Combinations
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.encoding import Encoding
from tabgan.preprocessing.gaussian_copula import GaussianCopula
from tabgan.preprocessing.grain import Grain
from tabgan.preprocessing.sieve import Sieve
from tabgan.schema import Schema
from tabgan.seeds import Purpose, Streams, Use, numpy_rng
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.wanted import SomeRows, Wanted, find_wanted, of_some
from tabgan.teaching.target import ConfirmedLabel, SharpTarget, load_target

Codes: TypeAlias = "NDArray[np.int64] | None"
"""Of the rows' labels, when the generator is given these; None when they are drawn from their real frequencies."""
Floats: TypeAlias = NDArray[np.float64]


class Draws(Protocol):
    """What a generator draws, block by block.

    Attributes
    ----------
    whole : bool
        Whether only whole blocks can be drawn.
    members : ndarray of shape (n_members, n_parameters)
        Other parameters of the generator, whose rows are mixed in.
    """

    @property
    def whole(self) -> bool: ...

    @property
    def members(self) -> NDArray[Any]: ...

    def streams(self, seed: int, use: Use, block: int) -> Streams:
        """Return the random generators for what is not drawn here."""

    def draw(
        self, seed: int, use: Use, block: int, n_rows: int, given: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the first rows of a block, of shape (n_rows, layout.n_made)."""


@dataclass
class RowGenerator:
    """All that it takes to make rows: draws of a generator, what decodes these, and what refuses some rows."""

    draws: Draws
    decoder: Decoder
    schema: Schema
    constraints: Constraints
    sieve: Sieve | None = None
    combinations: Combinations | None = None
    copula: GaussianCopula | None = None
    grain: Grain | None = None
    target: SharpTarget | ConfirmedLabel | None = None

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], draws: Draws, encoding: Encoding, schema: Schema, constraints: Constraints
    ) -> RowGenerator:
        """Make what the state of a synthesizer describes beside its networks and its encoding."""
        rows = cls(draws, Decoder.from_state(encoding, state["decoder"]), schema, constraints)
        rows.sieve = state["sieve"] and Sieve.from_state(state["sieve"])
        rows.combinations = state.get("combinations") and Combinations.from_state(state["combinations"])
        rows.copula = state.get("copula") and GaussianCopula.from_state(encoding, state["copula"])
        if grain := state.get("grain"):
            rows.grain = Grain.from_state(grain, encoding.find_exact(), constraints)
        if teaching := state.get("teaching"):
            rows.target = load_target(teaching)
        return rows

    def get_state(self) -> dict[str, Any]:
        """Return what `from_state` makes it of, as nested dicts of arrays and JSON values."""
        parts = ("decoder", "grain", "combinations", "copula", "sieve")
        state = {name: (part := getattr(self, name)) and part.get_state() for name in parts}
        return state | ({} if self.target is None else {"teaching": self.target.get_state()})

    def draw(self, seed: int, use: Use, block: int, labels: Codes = None, n_rows: int = BLOCK_ROWS) -> Floats:
        """Return what the generator draws for the first rows of a block, of shape (n_rows, layout.width)."""
        label = self.decoder.encoder.given
        if label is not None and labels is None:
            shares = label.shares
            if isinstance(self.target, ConfirmedLabel):
                shares = self.target.even(label.values, shares)
            labels = numpy_rng(seed, use, block, Purpose.LABELS).choice(label.values, n_rows, p=shares)
        given = self.encode_labels(None if labels is None else labels[:n_rows])
        return self.decoder.encoder.layout.join(self.draws.draw(seed, use, block, n_rows, given), given)

    def encode_labels(self, labels: Codes) -> NDArray[np.float32] | None:
        """Return what the generator is given for codes of labels, one-hot, if anything."""
        label = self.decoder.encoder.given
        return None if label is None or labels is None else label.encode(labels)

    def candidates(self, seed: int, use: Use, block: int, labels: Codes = None, n_rows: int = BLOCK_ROWS) -> Floats:
        """Return the first rows of a block, none refused, as they come back: (n_rows, n_columns).

        They do not depend on how many these are, unless only whole blocks can be drawn.
        """
        rng = self.draws.streams(seed, use, block)
        return self._finish_all(self.draw(seed, use, block, labels, n_rows), rng, rng)

    def _finish_all(self, draws: Floats, rng: Streams, rng_of_all: Streams) -> Floats:
        """Return the rows that draws become, some of them from the copula, whose are all of those of the block."""
        rows = self.finish(draws, rng)
        if self.copula is not None:
            chosen = rng(Purpose.MIXED).random(len(rows)) < self.copula.share_
            apart = partial(rng_of_all, Purpose.COPULA)
            rows[chosen] = self.complete(self.copula.draw(int(chosen.sum()), apart), apart)
        return self.sharpen(rows, partial(rng, Purpose.SHARPENED))

    def confirmed(self, seed: int, use: Use, block: int, labels: Codes = None, n_rows: int = BLOCK_ROWS) -> Floats:
        """Return the candidates of one block but for those whose label is not confirmed."""
        rows = self.candidates(seed, use, block, labels, n_rows)
        return rows[self.target.accept(rows)] if isinstance(self.target, ConfirmedLabel) else rows

    def sharpen(self, rows: Floats, rng: Streams) -> Floats:
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

    def finish(self, draws: Floats, rng: Streams) -> Floats:
        """Return the rows that draws of the generator become, as they come back; `rng` draws rare levels and digits."""
        return self.complete(self.decoder.decode(draws, rng), rng)

    def complete(self, rows: Floats, rng: Streams) -> Floats:
        """Return rows, as the constraints had reduced them, as they come back; `rng` draws their digits."""
        label = self.decoder.encoder.given
        rows = self.constraints.restore(rows) if self.grain is None else self.grain.complete(rows, rng)
        if self.combinations is None:
            return rows
        return self.combinations.transform(rows, kept=None if label is None else label.column)

    def make(
        self, seed: int, block: int, labels: Codes = None, n_rows: int = BLOCK_ROWS, wanted: Wanted | None = None
    ) -> Floats:
        """Return those of the first rows of a block that are not refused, of shape (n_accepted, n_columns).

        Of rows whose levels are not `wanted` some are left out, too, as many as can be told early; no other changes.
        """
        wanted = {} if wanted is None else {column: codes for column, codes in wanted.items() if self._is_early(column)}
        if wanted and not self.draws.whole:
            return self._make_wanted(seed, block, labels, n_rows, wanted)
        rows = self.confirmed(seed, Use.SAMPLE, block, labels, n_rows)
        return rows if self.sieve is None else rows[self.sieve.accept(rows, numpy_rng(seed, Use.SIEVE, block))]

    def _is_early(self, column: int) -> bool:
        """Whether a column has the level that its slot says: nothing that comes later changes it, or asks all rows."""
        tied = (
            () if self.combinations is None else np.concatenate([group.columns for group in self.combinations.groups_])
        )
        solved = [one.position for one in self.constraints.solved]
        encoder = self.decoder.encoder
        solved += [encoder.groups_[tie.follower].column for tie in encoder.gap_ties_]
        return column not in tied and column not in solved and not isinstance(self.target, ConfirmedLabel)

    def _make_wanted(self, seed: int, block: int, labels: Codes, n_rows: int, wanted: Wanted) -> Floats:
        draws, all_rng = self.draw(seed, Use.SAMPLE, block, labels, n_rows), self.draws.streams(seed, Use.SAMPLE, block)
        kept = find_wanted(draws, self.decoder, wanted)
        if self.copula is not None:  # which has levels of its own
            kept |= all_rng(Purpose.MIXED).random(n_rows) < self.copula.share_
        rows = self._finish_all(draws[kept], of_some(all_rng, kept), all_rng)
        sifted = SomeRows(numpy_rng(seed, Use.SIEVE, block), kept)
        return rows if self.sieve is None else rows[self.sieve.accept(rows, sifted)]
