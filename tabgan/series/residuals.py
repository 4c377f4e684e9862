"""What an autoregression leaves of a fast signal: blocks as they were, their mean and scale foretold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import ndtri

from tabgan.errors import InputError
from tabgan.gan.device import use_threads
from tabgan.gan.networks import build_mlp
from tabgan.seeds import Use, numpy_rng, torch_rng

Array = NDArray[Any]

BLOCK = 8  # steps drawn at once
NEAR = 24  # last values that the network is given one by one
FINE, COARSE = (8, 448), (32, 960)  # slots whose energies it is given, and how far back they reach
FLOOR = 0.03  # added to energies before the logarithm; the innovations' variance is 1
REACH = 3.0  # standard deviations beyond which what is given counts no more
GRID = 2001  # quantiles of a channel's innovations
SETTLED = (128, 1536)  # free runs, and their steps, which show what quantiles they have
CALM, WILD = 0.02, 0.98  # quantiles of the energy of the learned past, between which a run stays
WIDTH, BATCH, RATE, DECAY = 128, 256, 3e-3, 0.05
LOG_SCALES = (-3.0, 2.0)


@dataclass(frozen=True)
class ResidualBlocks:
    """Innovations whose size follows from their past.

    A network with two hidden layers foretells mean and scale of the next block, in normal scores, from the last values
    and from energies further back. What it leaves is drawn as it was, a block of all channels at once.

    Parameters
    ----------
    scale : array of shape (n_channels,)
        Standard deviations of the innovations.
    quantiles : array of shape (n_channels, GRID)
        Of the innovations by their standard deviations.
    given : array of shape (2, n_features)
        Mean and standard deviation of what the network is given.
    layers : list of (weights, biases)
        Of the network.
    energies : array of shape (2,)
        Logarithms, between which the energy of the past stays.
    blocks : array of shape (n_blocks, BLOCK, n_channels)
        What the network leaves.
    memory : int
        Steps of the past that count.
    free : array of shape (n_channels, GRID), optional
        Quantiles of free runs, which are brought to those of the innovations.
    """

    scale: Array
    quantiles: Array
    given: Array
    layers: list[tuple[Array, Array]]
    energies: Array
    blocks: Array
    memory: int
    free: Array | None = None

    @classmethod
    def learn(cls, residuals: Sequence[Array], seed: int, *, iterations: int = 500) -> ResidualBlocks:
        """Learn from the innovations of segments, each of shape (n_steps, n_channels).

        Raises
        ------
        InputError
            No segment has the 64 steps of the shortest memory and a block.
        """
        longest = max((len(e) for e in residuals), default=0)
        memory = min(COARSE[1], (longest - BLOCK) // 2 // COARSE[0] * COARSE[0])
        if memory < 2 * COARSE[0]:
            raise InputError(
                f"the innovations of a fast signal are learned from segments of at least {4 * COARSE[0] + BLOCK} steps "
                f"beyond the order, but the longest has {longest}; give longer segments or a smaller order"
            )
        pooled = np.concatenate(residuals)
        scale = pooled.std(0) + np.finfo(float).tiny
        quantiles = np.quantile(pooled / scale, _shares(), axis=0).T
        cuts = np.concatenate([_cut(e / scale, memory) for e in residuals if len(e) >= memory + BLOCK])
        past, block = cuts[:, :memory], cuts[:, memory:]
        features = _features(past, quantiles)
        given = np.stack([features.mean(0), features.std(0) + 1e-9])
        y = _scores(block, quantiles).reshape(len(block), -1)
        layers = _train(_standard(features, given), y, iterations, seed)
        mean, log_scale = _foretell(layers, _standard(features, given))
        energies = np.quantile(_energy(past), [CALM, WILD])
        left = ((y - mean) * np.exp(-log_scale)).reshape(block.shape).astype(np.float32)
        model = cls(scale, quantiles, given, layers, energies, left, memory)
        rng = numpy_rng(seed, Use.FAST_RESIDUALS)
        run = model.roll(past[rng.integers(len(past), size=SETTLED[0])] * scale, SETTLED[1], rng)
        return replace(model, free=np.quantile((run / scale).reshape(-1, len(scale)), _shares(), axis=0).T)

    def roll(self, past: Array, n_steps: int, rng: np.random.Generator) -> Array:
        """Go on after innovations of shape (n_series, at least `memory`, n_channels): (n_series, n_steps, n_channels).

        The same generator gives a longer run the same beginning.
        """
        n_series, _, n_channels = past.shape
        made = np.empty((n_series, self.memory + -(-n_steps // BLOCK) * BLOCK, n_channels))
        made[:, : self.memory] = past[:, past.shape[1] - self.memory :] / self.scale
        for i in range(self.memory, made.shape[1], BLOCK):
            before = made[:, i - self.memory : i]
            mean, log_scale = _foretell(self.layers, _standard(_features(before, self.quantiles), self.given))
            drawn = self.blocks[rng.integers(len(self.blocks), size=n_series)].reshape(n_series, -1)
            scores = (mean + drawn * np.exp(log_scale)).reshape(n_series, BLOCK, n_channels)
            energy, (low, high) = _energy(before), self.energies
            gain = np.exp(0.5 * (np.minimum(high - energy, 0) + np.maximum(low - energy, 0)))
            made[:, i : i + BLOCK] = _values(scores, self.quantiles) * gain[:, None, None]
        run = made[:, self.memory : self.memory + n_steps]
        return np.asarray((run if self.free is None else _map(run, self.free, self.quantiles)) * self.scale)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        layers = {str(i): {"weight": w, "bias": b} for i, (w, b) in enumerate(self.layers)}
        return {**vars(self), "layers": layers}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> ResidualBlocks:
        """Return what `get_state` was called on."""
        layers = [state["layers"][str(i)] for i in range(len(state["layers"]))]
        return cls(**{**state, "layers": [(np.asarray(x["weight"]), np.asarray(x["bias"])) for x in layers]})


def _shares() -> Array:
    """Return the shares of the quantiles that are kept, evenly within (0, 1)."""
    return (np.arange(GRID) + 0.5) / GRID


def _scores(x: Array, quantiles: Array) -> Array:
    """Return normal scores of standardised innovations, channel by channel (the last axis)."""
    return _map(x, quantiles, np.tile(ndtri(_shares()), (len(quantiles), 1)))


def _values(scores: Array, quantiles: Array) -> Array:
    """Return the innovations that have such normal scores."""
    return _map(scores, np.tile(ndtri(_shares()), (len(quantiles), 1)), quantiles)


def _map(x: Array, known: Array, wanted: Array) -> Array:
    """Return numbers with quantiles brought from `known` to `wanted`, channel by channel (the last axis)."""
    return np.stack([np.interp(x[..., j], *pair) for j, pair in enumerate(zip(known, wanted, strict=True))], -1)


def _cut(e: Array, memory: int) -> Array:
    """Return pasts and the blocks after them, (n, memory + BLOCK, n_channels), one after each BLOCK steps."""
    views = np.lib.stride_tricks.sliding_window_view(e, memory + BLOCK, axis=0)[::BLOCK]
    return views.transpose(0, 2, 1)


def _energy(past: Array) -> Array:
    """Return the logarithm of the mean square of each past."""
    return np.asarray(np.log(np.mean(past**2, axis=(1, 2)) + np.finfo(float).tiny))


def _features(past: Array, quantiles: Array) -> Array:
    """Return what the network is given of pasts of shape (n, memory, n_channels), as far as their memory reaches."""
    n, memory, _ = past.shape
    squares = past**2
    found = [_scores(past[:, memory - NEAR :], quantiles)]
    for slot, reach in (FINE, COARSE):
        reach = min(reach, memory)
        found.append(_log(squares[:, memory - reach :].reshape(n, reach // slot, slot, -1).mean(2)))
    found += [_log(squares[:, memory - span :].mean(1, keepdims=True)) for span in (2, 4, min(100, memory), memory)]
    return np.concatenate(found, 1).reshape(n, -1)


def _log(energy: Array) -> Array:
    """Return logarithms of energies, silence included."""
    return np.asarray(np.log(energy + FLOOR))


def _standard(features: Array, given: Array) -> Array:
    """Return features as the network takes them."""
    return np.clip((features - given[0]) / given[1], -REACH, REACH).astype(np.float32)


def _foretell(layers: Sequence[tuple[Array, Array]], x: Array) -> tuple[Array, Array]:
    """Return mean and log-scale of the next blocks' normal scores."""
    for i, (weight, bias) in enumerate(layers):
        if i:
            x = np.maximum(x, 0.2 * x)
        x = x @ weight.T + bias
    mean, log_scale = np.split(x, 2, axis=1)
    return mean, np.clip(log_scale, *LOG_SCALES)


def _train(x: Array, y: Array, iterations: int, seed: int) -> list[tuple[Array, Array]]:
    """Maximise the likelihood of normal scores whose mean and log-scale a perceptron foretells."""
    rng = torch_rng(seed, Use.FAST_RESIDUALS)
    net = build_mlp([x.shape[1], WIDTH, WIDTH, 2 * y.shape[1]], rng)
    with torch.no_grad():
        for parameter in net[-1].parameters():  # begins near mean 0 and scale 1
            parameter.mul_(0.1)
    given, wanted = torch.as_tensor(x), torch.as_tensor(y, dtype=torch.float32)
    adam = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    with use_threads(1):
        for i in range(iterations):
            adam.param_groups[0]["lr"] = RATE * min(1, i / 50) * (1 - i / iterations) + 1e-6
            rows = torch.randint(len(given), (BATCH,), generator=rng)
            mean, log_scale = net(given[rows]).chunk(2, 1)
            log_scale = log_scale.clamp(*LOG_SCALES)
            loss = (log_scale + 0.5 * ((wanted[rows] - mean) * torch.exp(-log_scale)) ** 2).mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
    linear = [layer for layer in net if isinstance(layer, torch.nn.Linear)]
    return [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in linear]
