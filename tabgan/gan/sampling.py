"""Rows from a generator by torch: from modules of the user's, and as models before format 3 have drawn them."""

from __future__ import annotations

import copy
from threading import Lock
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from tabgan.gan.custom import CustomGenerator
from tabgan.gan.device import repeatable, use_threads
from tabgan.gan.networks import Generator
from tabgan.gan.perceptron import PIECE, SLOPE
from tabgan.seeds import Streams, Use, numpy_rng, one_stream, whole_seed

_ONE_AT_A_TIME = Lock()


def draw_rows(
    generator: Generator | CustomGenerator, n_samples: int, rng: torch.Generator, given: torch.Tensor | None = None
) -> torch.Tensor:
    """Return rows to be decoded, of shape (n_samples, layout.n_made), each column in one piece of memory.

    Numbers are those of ``generator(latents)``, for the levels there is what its softmax is taken of, up to a factor:
    the largest score of a group says which level it is, and an offset can still be added. It is faster, too: rows stand
    side by side, not below each other, and each layer has one place for its output, which stays in the cache. A custom
    generator makes its rows below each other, in `repeatable` surroundings, and what is beyond [-1, 1] becomes the end.
    What the generator is `given` for each row, of shape (n_samples, n_given), is one-hot.
    """
    if isinstance(generator, CustomGenerator):
        return _draw_custom_rows(generator, n_samples, rng, given)
    first, *others = (layer for layer in generator if isinstance(layer, nn.Linear))
    layout, n_free = generator.output.layout, first.in_features - generator.output.layout.n_given
    latents, noise = torch.zeros(first.in_features, PIECE), torch.empty(layout.n_levels, PIECE)
    places = [torch.empty(layer.out_features, PIECE) for layer in (first, *others)]
    columns = torch.empty(len(places[-1]), n_samples)
    with torch.no_grad(), use_threads(1):
        for i, piece in enumerate(columns.split(PIECE, dim=1)):
            latents[:n_free].normal_(generator=rng)
            if given is not None:
                part = given[i * PIECE : (i + 1) * PIECE]
                latents[n_free:, : len(part)] = part.T
            x = _affine(first, latents, places[0])
            for layer, place in zip(others, places[1:], strict=True):
                x = _affine(layer, F.leaky_relu_(x, SLOPE), place)
            x[layout.numbers].tanh_()
            x[layout.n_numbers :] += noise.normal_(generator=rng)
            piece.copy_(x[:, : piece.shape[1]])
    return columns.T


class TorchDraws:
    """Draws of a generator, equally many of it and of it with other parameters, in random order.

    As `tabgan.gan.perceptron.PerceptronDraws`, but whole blocks, whose random numbers are torch's: those of modules of
    the user's, and of models before format 3. `members`, of shape (n_members, n_parameters), are the other parameters.
    """

    whole = True

    def __init__(self, generator: Generator | CustomGenerator, members: NDArray[np.float16]) -> None:
        self.generator, self.members, self.layout = generator, members, generator.output.layout

    def streams(self, seed: int, use: Use, block: int) -> Streams:
        """Return the random generators of a block, which are all the same one."""
        return one_stream(numpy_rng(seed, use, block))

    def draw(
        self, seed: int, use: Use, block: int, n_rows: int, given: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the rows of a block, of shape (n_rows, layout.n_made), each column in one piece of memory."""
        # torch's generators take 32 bits of a seed. Counting on from the use's own number, no block repeats another,
        # as one pair in 2^32 would if each had a hash of its own.
        rng = torch.Generator().manual_seed((whole_seed(seed, use) + block) % 2**32)
        with _ONE_AT_A_TIME:  # torch has one number of threads for all
            return self._mix(n_rows, rng, None if given is None else torch.from_numpy(given)).numpy()

    def _mix(self, n_rows: int, rng: torch.Generator, given: torch.Tensor | None) -> torch.Tensor:
        if not len(self.members):
            return draw_rows(self.generator, n_rows, rng, given)
        first, *places = torch.randperm(n_rows, generator=rng).tensor_split(len(self.members) + 1)
        columns, other = torch.empty(self.layout.n_made, n_rows), copy.deepcopy(self.generator)
        columns[:, first] = draw_rows(self.generator, len(first), rng, None if given is None else given[first]).T
        for parameters, own in zip(self.members, places, strict=True):
            nn.utils.vector_to_parameters(torch.from_numpy(parameters.astype(np.float32)), other.parameters())
            columns[:, own] = draw_rows(other, len(own), rng, None if given is None else given[own]).T
        return columns.T


def _draw_custom_rows(
    generator: CustomGenerator, n_samples: int, rng: torch.Generator, given: torch.Tensor | None
) -> torch.Tensor:
    layout, columns = generator.output.layout, torch.empty(generator.output.layout.n_made, n_samples)
    latents, noise = torch.zeros(PIECE, generator.n_inputs), torch.empty(PIECE, layout.n_levels)
    n_free = generator.n_inputs - layout.n_given
    with torch.no_grad(), use_threads(1), repeatable(rng.initial_seed(), torch.device("cpu")):
        for i, piece in enumerate(columns.split(PIECE, dim=1)):
            latents[:, :n_free].normal_(generator=rng)
            if given is not None:
                part = given[i * PIECE : (i + 1) * PIECE]
                latents[: len(part), n_free:] = part
            x = generator.module(latents.clone()).flatten(1)
            numbers, scores = x.split([layout.n_numbers, layout.n_levels], dim=1)
            rows = torch.cat([numbers.clamp(-1, 1), scores + noise.normal_(generator=rng)], dim=1)
            piece.copy_(rows[: piece.shape[1]].T)
    return columns.T


def _affine(layer: nn.Linear, x: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """``W x + b`` for the columns of `x`, of shape (width_in, PIECE), written to `place`."""
    return torch.addmm(layer.bias[:, None], layer.weight, x, out=place)


def split_generator(generator: Any) -> tuple[nn.Module, bool]:
    """Return the network before a generator's output, and whether its numbers go through tanh, or are clipped."""
    if isinstance(generator, Generator):
        return nn.Sequential(*list(generator)[:-1]), True
    return nn.Sequential(generator.module, nn.Flatten()), False
