"""Rows from a generator of ours as plain arrays, without torch: latents, then one matrix product after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import BundleError
from tabgan.preprocessing.layout import Layout
from tabgan.seeds import Purpose, Streams, Use, block_streams

SLOPE = 0.2  # of the leaky ReLU between layers
PIECE = 1024  # rows at once: what a layer makes of them stays in the processor's cache

Single = NDArray[np.float32]


@dataclass(frozen=True)
class Perceptron:
    """Linear layers with leaky ReLU between them: `weights`, each of shape (width_out, width_in), and `biases`."""

    weights: Sequence[Single]
    biases: Sequence[Single]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Perceptron:
        """Make it of the arrays that torch names "0.weight", "0.bias", "2.weight" and so on.

        BundleError if one does not follow from the other, or a number is not finite.
        """
        places = sorted(int(name.split(".")[0]) for name in arrays if name.endswith(".weight"))
        weights = [np.ascontiguousarray(arrays[f"{place}.weight"], np.float32) for place in places]
        biases = [np.ascontiguousarray(arrays[f"{place}.bias"], np.float32) for place in places]
        if places != list(range(0, 2 * len(places), 2)):  # a layer, a leaky ReLU, a layer, and so on
            raise BundleError("a generator has a layer at each second place, but this one lacks some; fit again")
        joined = all(before.shape[0] == after.shape[1] for before, after in pairwise(weights))
        if not (weights and joined and all(w.shape[:1] == b.shape for w, b in zip(weights, biases, strict=True))):
            raise BundleError("each layer of a generator must take what the one before makes, but here not; fit again")
        if not all(np.isfinite(array).all() for array in (*weights, *biases)):
            raise BundleError("a generator's numbers must be finite, but those of this model are not; fit again")
        return cls(weights, biases)

    def with_parameters(self, parameters: NDArray[Any]) -> Perceptron:
        """Return a perceptron of the same widths with other numbers, layer by layer: weights, then biases."""
        size = sum(w.size + b.size for w, b in zip(self.weights, self.biases, strict=True))
        if len(parameters) != size or not np.isfinite(parameters).all():
            raise BundleError(f"a member of a generator must have {size:,} finite numbers, but one has not; fit again")
        weights, biases, start = [], [], 0
        for w, b in zip(self.weights, self.biases, strict=True):
            middle, stop = start + w.size, start + w.size + b.size
            weights.append(parameters[start:middle].reshape(w.shape).astype(np.float32))
            biases.append(parameters[middle:stop].astype(np.float32))
            start = stop
        return Perceptron(weights, biases)

    @property
    def n_inputs(self) -> int:
        """How many numbers the first layer takes."""
        return self.weights[0].shape[1]

    def places(self, n_rows: int) -> list[Single]:
        """Return memory for what each layer makes of so many rows, and for as much again."""
        widths = [len(b) for b in self.biases]
        return [np.empty((width, n_rows), np.float32) for width in (*widths, max(widths))]

    def forward(self, x: Single, places: Sequence[Single]) -> Single:
        """Return what is made of `x`, of shape (n_inputs, n_rows): rows stand side by side, as in all of `places`."""
        *outputs, spare = places
        for i, (w, b, place) in enumerate(zip(self.weights, self.biases, outputs, strict=True)):
            out = place[:, : x.shape[1]]
            np.matmul(w, x, out=out)
            out += b[:, None]
            if i < len(self.weights) - 1:
                scaled = np.multiply(out, np.float32(SLOPE), out=spare[: len(out), : out.shape[1]])
                np.maximum(out, scaled, out=out)
            x = out
        return x


class PerceptronDraws:
    """Draws of a perceptron, and of others like it, in turn at random.

    A draw has for each row the numbers, brought to [-1, 1] by tanh, and for each level a score with noise, the largest
    of which says which level it is: a softmax with that noise would choose the same one.

    Parameters
    ----------
    perceptron : Perceptron
        Takes free numbers, then what is given.
    layout : Layout
        What a row is made of.
    members : ndarray of shape (n_members, n_parameters)
        Parameters of the others.
    """

    whole = False
    """Whether only whole blocks can be drawn."""

    def __init__(self, perceptron: Perceptron, layout: Layout, members: NDArray[Any]) -> None:
        if perceptron.n_inputs <= layout.n_given or len(perceptron.biases[-1]) != layout.n_made:
            raise BundleError("a generator must make what the encoding takes, but this one does not; fit again")
        self.layout, self.members = layout, members
        self.perceptrons = [perceptron, *map(perceptron.with_parameters, members)]

    def streams(self, seed: int, use: Use, block: int) -> Streams:
        """Return the random generators of a block."""
        return block_streams(seed, use, block)

    def draw(self, seed: int, use: Use, block: int, n_rows: int, given: Single | None = None) -> Single:
        """Return the first rows of a block, of shape (n_rows, layout.n_made), each column in one piece of memory.

        What the generator is `given` of each row, of shape (n_rows, n_given), is one-hot.
        """
        rng = self.streams(seed, use, block)
        latents, turns = rng(Purpose.LATENTS), rng(Purpose.MEMBERS)
        columns = np.empty((self.layout.n_made, n_rows), np.float32)
        places = self.perceptrons[0].places(PIECE)
        for start in range(0, n_rows, PIECE):
            here = slice(start, min(start + PIECE, n_rows))
            piece = self._draw_piece(latents, turns, None if given is None else given[here], places)
            columns[:, here] = piece[:, : here.stop - start]
        return columns.T

    def _draw_piece(
        self, latents: np.random.Generator, turns: np.random.Generator, given: Single | None, places: Sequence[Single]
    ) -> Single:
        layout, first = self.layout, self.perceptrons[0]
        n_free, together = first.n_inputs - layout.n_given, len(self.perceptrons) == 1
        order = np.arange(PIECE) if together else turns.permutation(PIECE)  # where a row stands among the latents
        x = np.zeros((first.n_inputs, PIECE), np.float32)
        latents.standard_normal(out=x[:n_free], dtype=np.float32)
        if given is not None:
            x[n_free:, order[: len(given)]] = given.T
        made = first.forward(x, places) if together else self._take_turns(x, places)[:, order]
        np.tanh(made[layout.numbers], out=made[layout.numbers])
        made[layout.n_numbers :] += latents.standard_normal((layout.n_levels, PIECE), dtype=np.float32)
        return made

    def _take_turns(self, x: Single, places: Sequence[Single]) -> Single:
        """Return what equally many latents become by each perceptron, one after the other."""
        ends = np.linspace(0, PIECE, len(self.perceptrons) + 1).astype(int)
        parts = [
            one.forward(x[:, begin:end], places)[:, : end - begin].copy()
            for one, begin, end in zip(self.perceptrons, ends, ends[1:], strict=False)
        ]
        return np.hstack(parts)
