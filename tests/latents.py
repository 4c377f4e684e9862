"""The rows that latents become, computed in their own precision: what draws and exports are compared with."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tabgan.gan.perceptron import SLOPE, Perceptron, PerceptronDraws
from tabgan.gan.sampling import split_generator
from tabgan.seeds import Use, numpy_rng, one_stream
from tabgan.synthesizers.row_generator import RowGenerator


def rows_from(generator: Any, latents: torch.Tensor, given: torch.Tensor | None = None) -> torch.Tensor:
    """Return the rows that `draw_rows` would return had it drawn these latents.

    They have shape (n_samples, n_free + n_levels): what the network takes, and the noise of the levels; `given` has
    shape (n_samples, n_given).
    """
    n_numbers, n_levels = generator.output.layout.n_numbers, generator.output.layout.n_levels
    free, noise = latents.split([latents.shape[1] - n_levels, n_levels], dim=1)
    x = free if given is None else torch.cat([free, given.to(latents.dtype)], dim=1)
    network, has_tanh = split_generator(generator)
    with torch.no_grad():
        x = copy.deepcopy(network).eval().to(latents.dtype)(x)
    numbers, scores = x.split([n_numbers, n_levels], dim=1)
    return torch.cat([numbers.tanh() if has_tanh else numbers.clamp(-1, 1), scores + noise], dim=1)


def rows_by(
    perceptron: Perceptron, n_numbers: int, latents: NDArray[Any], given: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the rows that `PerceptronDraws.draw` would return had it drawn these latents, as `rows_from` does."""
    n_levels = len(perceptron.biases[-1]) - n_numbers
    free, noise = np.split(latents, [latents.shape[1] - n_levels], axis=1)
    x = free if given is None else np.hstack([free, given.astype(latents.dtype)])
    for i, (weights, biases) in enumerate(zip(perceptron.weights, perceptron.biases, strict=True)):
        x = np.where(x > 0, x, x * np.asarray(SLOPE, x.dtype)) if i else x
        x = x @ weights.T.astype(x.dtype) + biases.astype(x.dtype)
    return np.hstack([np.tanh(x[:, :n_numbers]), x[:, n_numbers:] + noise])


def from_latents(
    rows: RowGenerator, latents: NDArray[Any], labels: NDArray[np.int64] | None = None, seed: int = 0
) -> NDArray[np.float64]:
    """Return the candidates that latents become, but for their digits, which are drawn and no part of an export.

    `labels` are codes, and `seed` draws rare levels.
    """
    given, layout = rows.encode_labels(labels), rows.decoder.encoder.layout
    if isinstance(rows.draws, PerceptronDraws):
        made = rows_by(rows.draws.perceptrons[0], layout.n_numbers, latents, given)
    else:
        shown = None if given is None else torch.from_numpy(given)
        made = rows_from(rows.draws.generator, torch.from_numpy(latents), shown).numpy()
    return replace(rows, grain=None).finish(layout.join(made, given), one_stream(numpy_rng(seed, Use.SAMPLE)))
