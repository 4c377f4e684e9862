"""Rows from a generator: latents, then the network, for as many rows at once as suit the processor's cache."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from tabgan.gan.device import use_threads
from tabgan.gan.networks import SLOPE

PIECE = 1024


def draw_rows(generator: nn.Sequential, n_samples: int, rng: torch.Generator) -> torch.Tensor:
    """Return rows of shape (n_samples, n_columns), each column in one piece of memory.

    What ``generator(latents)`` gives, but faster: rows stand side by side, not below each other, and each layer
    has one place for its output, which stays in the cache.

    Parameters
    ----------
    generator : nn.Sequential
        A generator of `build_mlp`, on the CPU.
    n_samples : int
        How many rows.
    rng : torch.Generator
        Draws the latents.
    """
    first, *others = (layer for layer in generator if isinstance(layer, nn.Linear))
    latents = torch.empty(first.in_features, PIECE)
    places = [torch.empty(layer.out_features, PIECE) for layer in (first, *others)]
    columns = torch.empty(len(places[-1]), n_samples)
    with torch.no_grad(), use_threads(1):
        for piece in columns.split(PIECE, dim=1):
            torch.randn(latents.shape, generator=rng, out=latents)
            x = _affine(first, latents, places[0])
            for layer, place in zip(others, places[1:], strict=True):
                x = _affine(layer, F.leaky_relu_(x, SLOPE), place)
            piece.T.copy_(generator[-1](x[:, : piece.shape[1]].T))
    return columns.T


def _affine(layer: nn.Linear, x: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """``W x + b`` for the columns of `x`, of shape (width_in, PIECE), written to `place`."""
    return torch.addmm(layer.bias[:, None], layer.weight, x, out=place)
