"""Channels as standardised numbers, or their logarithms where changes grow with the level, as prices' do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from tabgan.preprocessing.pca import PCAStage
from tabgan.series.ties import Ties

Floats = NDArray[np.float64]

LEAST_SPAN = 4.0  # the largest value over the smallest, from which on a logarithm may be taken
LEAST_DISTINCT = 0.5  # of the values: a logarithm has no grain
GROWS = 0.3  # rank correlation of a change's size with the level, from which on it is,
FLAT = 0.7  # and how small that of the logarithm's must be beside it


class Channels(NamedTuple):
    """Values of shape (..., n_channels) to untied, standardised ones, or components of these, and back."""

    ties: Ties
    logs: NDArray[np.bool_]
    mean: Floats
    std: Floats
    directions: Floats | None  # (n_components, n_channels), of principal components in the place of channels
    low: Floats  # of the standardised values, the least and the largest that were seen
    high: Floats

    @classmethod
    def learn(cls, stretches: Sequence[Floats], pca: float | None = None) -> Channels:
        """Learn from contiguous stretches, of shape (n_steps, n_channels) each; `pca` is that of `PCAStage`."""
        ties = Ties.learn(stretches)
        logs = np.array([_grows([x[:, j] for x in stretches]) for j in range(stretches[0].shape[1])])
        logs[ties.followers] = False
        untied = np.concatenate([ties.untie(x) for x in stretches])
        untied[:, logs] = np.log(untied[:, logs])
        std = untied.std(0)
        mean, std = untied.mean(0), np.where(std > 0, std, 1.0)
        scores = (untied - mean) / std
        directions = None if pca is None else PCAStage(pca).fit(scores).components_
        scores = scores if directions is None else scores @ directions.T
        return cls(ties, logs, mean, std, directions, scores.min(0), scores.max(0))

    def forward(self, values: Floats) -> Floats:
        """Return the scores of values; those of a logarithm must be positive."""
        made = self.ties.untie(values)
        made[..., self.logs] = np.log(made[..., self.logs])
        made = (made - self.mean) / self.std
        return made if self.directions is None else made @ self.directions.T

    def backward(self, scores: Floats) -> Floats:
        """Return the values of scores."""
        made = (scores if self.directions is None else scores @ self.directions) * self.std + self.mean
        made[..., self.logs] = np.exp(made[..., self.logs])
        return self.ties.tie(made)

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return {**self._asdict(), "ties": self.ties.get_state()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Channels:
        """Make the channels that `get_state` described."""
        return cls(**{**state, "ties": Ties.from_state(state["ties"])})


def _grows(parts: Sequence[Floats]) -> bool:
    """Whether the size of a channel's changes grows with its level, and that of its logarithm's hardly does."""
    whole = np.concatenate(parts)
    if (
        whole.min() <= 0
        or whole.max() < LEAST_SPAN * whole.min()
        or len(np.unique(whole)) < LEAST_DISTINCT * len(whole)
    ):
        return False
    level = np.concatenate([(x[1:] + x[:-1]) / 2 for x in parts])
    change, relative = (np.abs(np.concatenate([np.diff(of(x)) for x in parts])) for of in (np.asarray, np.log))
    moves = change > 0
    if moves.sum() < 20:
        return False
    plain, logged = (float(spearmanr(level[moves], x[moves]).statistic) for x in (change, relative))
    return plain > GROWS and abs(logged) < FLAT * plain
