"""The ways back of tabgan's own stages, as plain arrays: all of a stage that it takes to make rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from scipy.special import ndtr

from tabgan.preprocessing.packing import Array, beside, unpacked

TAIL = 0.05  # the share of the values that says how long a tail is
LARGE, HEADROOM = 2.0**960, 2.0**64  # numbers near the largest double, and a power of two, which rounds nothing
LEAST_SHARE = 1e-7  # of rows; nothing is drawn from further out
PIECE = 1024  # rows that are multiplied at once


class Affine(NamedTuple):
    """The way back of a stage: ``rows @ matrix + offset``."""

    matrix: Array
    offset: Array


class Curves(NamedTuple):
    """The way back of a stage from normal scores: of each column a polyline from the share below a score to the value
    there.

    `tails`, of shape (n_columns, 2, 2), holds of the lower and the upper end the share at which an exponential tail
    begins, and its scale; 0 is no tail.
    """

    shares: list[Array]
    values: list[Array]
    tails: Array


class WayBack(Protocol):
    """What numbers go back through: a fitted stage, or as much of one as there is here."""

    name: ClassVar[str]
    place: ClassVar[str]

    def inverse_transform(self, X: Array) -> Array:
        """Return what `X`, of shape (n_samples, n_columns_out), was before the stage."""

    def describe_inverse(self) -> Affine | Curves | None:
        """Return what exports write of it; see `Stage.describe_inverse`."""


@dataclass(frozen=True)
class FromScores:
    """From normal scores to values: the way back of `QuantileNormal`, whose `steps_` and `tails` these are."""

    name, place = "quantile", "marginal"

    steps_: Sequence[Array]
    tails: str = "observed"

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FromScores:
        return cls(unpacked(state["steps"]), state["tails"])

    def inverse_transform(self, X: Array) -> Array:
        fall = _fall_open if self.tails == "extrapolate" else _fall
        return beside((fall(ndtr(x), steps) for x, steps in zip(X.T, self.steps_, strict=True)), *X.shape)

    def describe_inverse(self) -> Curves:
        ends = [open_tails(s) if self.tails == "extrapolate" else [(0.0, 0.0)] * 2 for s in self.steps_]
        values, shares = zip(*map(to_curve, self.steps_), strict=True)
        return Curves(list(shares), list(values), np.array(ends))


@dataclass(frozen=True)
class FromFilled:
    """From numbers without gaps to the same numbers, as slots say where gaps were: the way back of `MeanFill`."""

    name, place = "fill", "joint"

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FromFilled:
        return cls()

    def inverse_transform(self, X: Array) -> Array:
        return X

    def describe_inverse(self) -> None:
        """Nothing is undone."""


@dataclass(frozen=True)
class FromComponents:
    """From principal components to columns: the way back of `PCAStage`."""

    name, place = "pca", "joint"

    components_: Array
    mean_: Array

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FromComponents:
        return cls(state["components"], state["mean"])

    def inverse_transform(self, X: Array) -> Array:
        return np.asarray(multiply(X, self.components_) + self.mean_)

    def describe_inverse(self) -> Affine:
        return Affine(self.components_, self.mean_)


@dataclass(frozen=True)
class FromRange:
    """From a range to original units: the way back of `MapMinMaxScaler`, with the names that it has there."""

    name, place = "minmax", "joint"

    feature_range: tuple[float, float]
    xmin_: Array
    xmax_: Array
    no_change_: Array

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FromRange:
        ymin, ymax = state["feature_range"]
        return cls((ymin, ymax), state["xmin"], state["xmax"], state["no_change"])

    def inverse_transform(self, X: Array) -> Array:
        ymin, ymax = self.feature_range
        t = (X - ymin) / (ymax - ymin)
        values = 1 - t
        with np.errstate(all="ignore"):  # exact at 0 and 1, and without the range no overflow
            values *= self.xmin_
            t *= self.xmax_
            values += t
        values[:, self.no_change_] = X[:, self.no_change_]
        return np.asarray(values)

    def describe_inverse(self) -> Affine:
        ymin, ymax = self.feature_range
        scale = (self.xmax_ - self.xmin_) / (ymax - ymin)
        shift = self.xmin_ - ymin * scale
        scale[self.no_change_], shift[self.no_change_] = 1, 0
        return Affine(np.diag(scale), shift)


OWN: dict[str, Any] = {kind.name: kind for kind in (FromScores, FromFilled, FromComponents, FromRange)}
"""By the names of their stages."""


def walk_back(stages: Sequence[WayBack], X: Array) -> Array:
    """Return the rows that stages, one after the other, had made `X` of."""
    for stage in reversed(stages):
        X = stage.inverse_transform(X)
    return X


def multiply(X: Array, matrix: Array) -> Array:
    """Return ``X @ matrix``, so that no row of it depends on how many rows there are, not in its last bits either."""
    made, padded = np.empty((len(X), matrix.shape[1])), np.zeros((PIECE, X.shape[1]))
    for start in range(0, len(X), PIECE):
        piece = X[start : start + PIECE]
        padded[: len(piece)] = piece
        made[start : start + PIECE] = (padded @ matrix)[: len(piece)]
    return made


def to_curve(steps: Array) -> tuple[Array, Array]:
    """Return the cumulative distribution as a polyline: values, each twice, and the begin and end of their steps."""
    values, low, high = steps
    return np.repeat(values, 2), np.stack([low, high], axis=1).ravel()


def open_tails(steps: Array) -> list[tuple[float, float]]:
    """Return for the lower and the upper end the share at which an exponential tail begins, and its scale, signed.

    Both are 0 where there is no tail: at an end where a value stands more often than once.
    """
    share = np.linspace(0, TAIL, 200)
    values, low, high = steps
    tails = []
    for edge, inside in ((low[0], share), (1 - high[-1], 1 - share)):
        outermost = _fall(inside, steps) / HEADROOM  # for the sum of the largest doubles
        open_end = edge > 0 and len(values) > 1
        tails.append((float(edge), float(np.mean(outermost - outermost[-1]) * HEADROOM)) if open_end else (0.0, 0.0))
    return tails


def _fall(u: Array, steps: Array) -> Array:
    """The values at which the cumulative distribution is `u`."""
    values, shares = to_curve(steps)
    room = HEADROOM if np.abs(values).max(initial=0.0) > LARGE else 1.0  # for the slopes between the largest doubles
    return np.interp(u, shares, values / room) * room


def _fall_open(u: Array, steps: Array) -> Array:
    """The same, with an exponential tail beyond each end where one value stands alone."""
    x = _fall(u, steps)
    for side, (edge, scale) in zip((u, 1 - u), open_tails(steps), strict=True):
        if edge:
            x += np.where(side < edge, scale * np.log(edge / np.maximum(side, LEAST_SHARE)), 0.0)
    return x
