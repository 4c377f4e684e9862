"""A vector autoregression as a synthesizer: the linear baseline of series."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.persistence import State
from tabgan.registry import register_own
from tabgan.series.time_columns import Time
from tabgan.setting_rules import AUTO
from tabgan.spelling import spell
from tabgan.synthesizers.series_intake import count
from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer

Floats = NDArray[np.float64]

MOST_STEPS = 24  # among which an order is chosen
MOST_RADIUS = 0.999  # of the roots: a run that explodes is no series
LEAST_VARIANCE = 1e-9  # of what is left of a standardised channel, which may depend on the others


class VARSynthesizer(SeriesSynthesizer):
    """Makes each step a linear combination of those before, plus an innovation drawn from those that were learned.

    All channels are treated as numbers, categories by their codes, and stay within the range that was seen. What is
    known of a step beside (known columns, static ones, the label) moves its mean. There is no clock: no hour of the
    day, and no season longer than the order.

    Parameters
    ----------
    time, entity, static, known_future, label, step, gaps
        As of `TimeSeriesSynthesizer`.
    order : int or "auto"
        How many steps a step is a combination of. "auto" is the one of up to 24 with the least BIC (Schwarz 1978).
    ridge : float, default 1e-4
        Penalty on the coefficients of standardised channels, for each learned step.
    random_state : int, RandomState, Generator or None
        Seed.

    Attributes
    ----------
    order_ : int
        The order.
    coefficients_ : ndarray of shape (order_, n_channels, n_channels)
        Of standardised channels: entry (l, i, j) says what channel j, l + 1 steps before, adds to channel i.
    beside_ : ndarray of shape (n_covariates + 1, n_channels)
        What the covariates add, and a constant.
    residuals_ : ndarray of shape (n_steps, n_channels)
        Innovations, from which those of new steps are drawn; all channels of a step together.
    clock_, roles_, readings_, covariates_, stretches_, context_, schema_, seed_, n_samples_
        As of every `SeriesSynthesizer`.

    References
    ----------
    Lutkepohl (2005). New introduction to multiple time series analysis. Springer.

    Examples
    --------
    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 5)[:, None] + 0.1 * np.random.default_rng(0).normal(size=(400, 2))
    >>> VARSynthesizer(order=6, random_state=0).fit(wave).sample(5, length=24).shape
    (5, 24, 2)
    """

    def __init__(
        self,
        *,
        time: Time | None = None,
        entity: Hashable | None = None,
        static: Sequence[Hashable] = (),
        known_future: Sequence[Hashable] = (),
        label: Hashable | None = None,
        step: str = "auto",
        gaps: str = "split",
        order: int | str = "auto",
        ridge: float = 1e-4,
        random_state: Any = None,
    ) -> None:
        self.time, self.entity, self.static, self.known_future = time, entity, static, known_future
        self.label, self.step, self.gaps, self.random_state = label, step, gaps, random_state
        self.order, self.ridge = order, ridge

    def _choose_context(self, longest: int) -> int:
        if not isinstance(self.ridge, (int, float)) or not 0 <= self.ridge < np.inf:
            raise InputError(f"{spell('ridge')} must be a number of at least 0, but is {self.ridge!r}")
        if self.order != AUTO:
            return count("order", self.order, 1)
        return int(np.clip((longest - 2) // 2, 1, MOST_STEPS))

    def _learn(self, earlier: dict[str, Any]) -> None:
        every, most = self.stretches_, self.context_
        self.mean_, self.std_ = every.values.mean(0), every.values.std(0)
        self.std_ = np.where(self.std_ > 0, self.std_, 1.0)
        self.low_, self.high_ = every.values.min(0), every.values.max(0)
        series = every.parts((every.values - self.mean_) / self.std_)
        beside = every.parts(self.covariates_(every.beside))
        X = np.concatenate([_regressors(y, c, most) for y, c in zip(series, beside, strict=True)])
        Y = np.concatenate([y[most:] for y in series])
        orders = [most] if self.order != AUTO else range(1, most + 1)
        order, found = choose_order(X, Y, orders, self.ridge)
        width = order * Y.shape[1]
        lags, self.beside_ = found[:width], found[width:].copy()
        self.residuals_ = Y - X[:, :width] @ lags - X[:, most * Y.shape[1] :] @ self.beside_
        coefficients = lags.reshape(order, -1, Y.shape[1]).transpose(0, 2, 1)
        shrink = min(1.0, MOST_RADIUS / max(radius(coefficients), 1e-300))
        self.coefficients_ = coefficients * shrink ** np.arange(1, order + 1)[:, None, None]
        self.order_ = self.context_ = order

    def _run(self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator) -> Floats:
        m, n_steps = covariates.shape[:2]
        low, high = (self.low_ - self.mean_) / self.std_, (self.high_ - self.mean_) / self.std_
        p, n_channels = self.order_, len(low)
        y = np.empty((m, p + n_steps, n_channels))
        y[:, :p] = (first[:, -p:] - self.mean_) / self.std_
        flat = self.coefficients_[::-1].transpose(0, 2, 1).reshape(p * n_channels, n_channels)  # the oldest step first
        known = covariates @ self.beside_[:-1] + self.beside_[-1]
        for i in range(n_steps):
            step = y[:, i : i + p].reshape(m, -1) @ flat + known[:, i]
            step += self.residuals_[rng.integers(len(self.residuals_), size=m)]
            y[:, i + p] = np.clip(step, low, high)
        made: Floats = y[:, p:] * self.std_ + self.mean_
        return made

    def _learned_state(self) -> State:
        return {name: getattr(self, f"{name}_") for name in LEARNED} | {"order": self.order_}

    def _set_learned_state(self, state: State) -> None:
        for name in (*LEARNED, "order"):
            setattr(self, f"{name}_", state[name])


LEARNED = ("coefficients", "beside", "residuals", "mean", "std", "low", "high")


def _regressors(y: Floats, covariates: Floats, most: int) -> Floats:
    """Return the steps before each, the nearest first, what is known, and a constant: (n_steps - most, width)."""
    n = len(y) - most
    lags = [y[most - lag : most - lag + n] for lag in range(1, most + 1)]
    return np.concatenate([*lags, covariates[most:], np.ones((n, 1))], 1)


def choose_order(X: Floats, Y: Floats, orders: Sequence[int], ridge: float) -> tuple[int, Floats]:
    """Return the order with the least BIC, and its coefficients.

    Parameters
    ----------
    X : ndarray of shape (n, most * n_channels + n_beside)
        The steps before, the nearest first, and what is known beside, the last of it a constant.
    Y : ndarray of shape (n, n_channels)
    orders : sequence of int
        Of up to `most`.
    ridge : float
        Penalty for each row; the constant has none.
    """
    n, n_channels = Y.shape
    n_beside = X.shape[1] - n_channels * max(orders)
    moments, cross, own = X.T @ X, X.T @ Y, Y.T @ Y
    least, best = np.inf, (0, cross)
    for order in orders:
        kept = np.r_[: order * n_channels, X.shape[1] - n_beside : X.shape[1]]
        penalty = np.r_[np.full(len(kept) - 1, ridge * n), 1e-9]
        found = np.linalg.solve(moments[np.ix_(kept, kept)] + np.diag(penalty), cross[kept])
        left = own - found.T @ cross[kept] - cross[kept].T @ found + found.T @ moments[np.ix_(kept, kept)] @ found
        size = np.linalg.slogdet(left / n + LEAST_VARIANCE * np.eye(n_channels))[1]
        if (bic := n * size + np.log(n) * found.size) < least:
            least, best = bic, (order, found)
    return best


def radius(coefficients: Floats) -> float:
    """Return the largest modulus of the roots of an autoregression, of shape (order, n_channels, n_channels)."""
    order, n_channels = coefficients.shape[:2]
    companion = np.eye(order * n_channels, k=-n_channels)
    companion[:n_channels] = coefficients.transpose(1, 0, 2).reshape(n_channels, -1)
    return float(np.abs(np.linalg.eigvals(companion)).max())


register_own("model", VARSynthesizer)
