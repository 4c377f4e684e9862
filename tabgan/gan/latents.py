"""Rows of latents that are given: what is drawn, and how precisely it is computed, is for the caller to say."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from tabgan.gan.networks import Generator


def split_generator(generator: Any) -> tuple[nn.Module, bool]:
    """Return the network before a generator's output, and whether its numbers go through tanh, or are clipped."""
    if isinstance(generator, Generator):
        return nn.Sequential(*list(generator)[:-1]), True
    return nn.Sequential(generator.module, nn.Flatten()), False


def rows_from(generator: Any, latents: torch.Tensor, given: torch.Tensor | None = None) -> torch.Tensor:
    """Return the rows that `draw_rows` would return had it drawn these latents, in their precision.

    Parameters
    ----------
    generator : Generator
        On the CPU; or one around a network of the user's own, its `module`.
    latents : Tensor of shape (n_samples, n_free + n_levels)
        What the network takes, and the noise of the levels.
    given : Tensor of shape (n_samples, n_given), optional
    """
    n_numbers, n_levels = generator.output.n_numbers, generator.output.n_levels
    free, noise = latents.split([latents.shape[1] - n_levels, n_levels], dim=1)
    x = free if given is None else torch.cat([free, given.to(latents.dtype)], dim=1)
    network, has_tanh = split_generator(generator)
    with torch.no_grad():
        x = copy.deepcopy(network).eval().to(latents.dtype)(x)
    numbers, scores = x[:, :n_numbers], x[:, n_numbers:] + noise
    return torch.cat([numbers.tanh() if has_tanh else numbers.clamp(-1, 1), scores], dim=1)
