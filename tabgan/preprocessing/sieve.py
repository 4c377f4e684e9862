"""Let generated rows through as often as real rows like them are."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tabgan.preprocessing.forest import DEPTH, Forest, without_gaps
from tabgan.preprocessing.packing import pack, unpack

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

ROUNDS = 4  # at most
TREES = 150  # in each round, at most
ENOUGH_HELD = 400  # rows held aside, to say how many trees serve those that were not learned
FOLDS = 5  # of real rows, that say so where there are fewer
LEAST_FOLDED = 8_000  # generated rows that the folds are tried with, or four times as many as the real ones
LEAST_GENERATED = 20_000  # rows that a round compares with the real ones, or four times as many as these
MOST_GENERATED = 200_000
MOST_REAL, MOST_HELD = (
    100_000,
    20_000,
)  # so that a sieve of many rows takes no longer, and has rows to compare these with
POOL = 65_536  # candidates that acceptance is settled on,
MOST_POOLED = 2**24  # or as many as have so many numbers
REFUSED_MOST = 0.98  # quantile of the density ratio from which every row is let through
BINS = 30  # of a column, by its quantiles, in which real and accepted rows are made equally frequent
SWEEPS = 15
LEARNED = ("range_", "edges_", "factors_", "bound_", "acceptance_")  # and the forest


class Sieve:
    """Accepts a generated row with a probability proportional to how much likelier it is among real rows.

    A detector, boosted trees, learns to tell real from generated rows; the odds that it gives are the ratio of the two
    densities (Azadi et al. 2019, Discriminator Rejection Sampling, arXiv 1810.06758). Each further round learns on what
    the rounds before let through. Between rounds the odds are raked, as survey statisticians do: a factor for each bin
    of each column makes the accepted rows' marginals the real ones (Deming, Stephan 1940).

    It is on trial: a detector may know the learned rows by heart. A round has as many trees as unseen real rows, those
    held aside or those of other folds, become likelier by, none ends the sieve; and it ends where rows that were held
    aside gain nothing more.

    The sum of `forest_` is the logarithm of the ratio. To it `factors_` are added, one for each bin of a column; the
    bins meet at `edges_`. From `bound_` on every row is accepted, in all the share `acceptance_` of the candidates.
    """

    def fit(
        self,
        real: NDArray[Any],
        candidates: Callable[[int], NDArray[Any]],
        rng: np.random.Generator,
        held: NDArray[Any] | None = None,
    ) -> Sieve:
        """Learn from real rows of shape (n_samples, n_columns), or from 100,000 of them.

        ``candidates(i)`` gives the i-th block of generated rows; `held` are real ones that nothing has learned from.
        """

        def accepted(i: int) -> NDArray[Any]:
            rows = candidates(i)
            kept: NDArray[Any] = rows[self.accept(rows, rng)]
            return kept

        self.range_ = np.array([np.nanmin(real, axis=0), np.nanmax(real, axis=0)])
        held = real[:0] if held is None else _some(held, MOST_HELD, rng)
        real = without_gaps(_some(real, MOST_REAL, rng))
        self.edges_ = [_edges(column) for column in real.T]
        self.factors_ = [np.zeros(len(edges) + 1) for edges in self.edges_]
        self.bound_, self.acceptance_, self.forest_ = 0.0, 1.0, Forest.empty()  # which accepts every row
        pool, block = _collect(candidates, 0, min(POOL, max(MOST_POOLED // real.shape[1], LEAST_GENERATED)))
        wanted = min(max(4 * len(real), LEAST_GENERATED), MOST_GENERATED)
        for _ in range(ROUNDS):
            generated, block = _collect(accepted, block, wanted)
            forest = _learn(real, without_gaps(generated), without_gaps(held), rng)
            if forest is None:
                break
            before = copy.copy(self)
            self.forest_ += forest
            self._rake(real, without_gaps(pool))
            if len(held) and not _is_clear(self.log_gain(held) - before.log_gain(held)):
                vars(self).update(vars(before))
                break
        return self

    @property
    def is_empty(self) -> bool:
        """Whether nothing was learned that holds for rows that were not."""
        return not len(self.forest_.leaves)

    def accept(self, rows: NDArray[Any], rng: Any) -> NDArray[Any]:
        """Return which of generated rows, of shape (n_samples, n_columns), to keep; `rng` has a number for each."""
        return np.asarray(np.log(rng.random(len(rows))) < self._log_odds(rows) - self.bound_)

    def log_gain(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return the log of how much likelier each row, of shape (n_samples, n_columns), is after the sieve."""
        return np.asarray(np.minimum(self._log_odds(rows) - self.bound_, 0) - np.log(self.acceptance_))

    def _log_odds(self, rows: NDArray[Any]) -> NDArray[Any]:
        rows = without_gaps(np.clip(rows, *self.range_))  # what lies beyond the range is judged as its end is
        odds = self.forest_.sums(rows)
        for column, edges, factors in zip(rows.T, self.edges_, self.factors_, strict=True):
            odds += factors[np.searchsorted(edges, column)]
        return odds

    def _rake(self, real: NDArray[Any], pool: NDArray[Any]) -> None:
        """Settle factors and bound, so that what is accepted of the pool has the real frequencies in every bin."""
        bins = [np.searchsorted(edges, column) for edges, column in zip(self.edges_, pool.T, strict=True)]
        wanted = [
            np.bincount(np.searchsorted(edges, column), minlength=len(edges) + 1) / len(real)
            for edges, column in zip(self.edges_, real.T, strict=True)
        ]
        self.factors_ = [np.zeros(len(frequencies)) for frequencies in wanted]
        odds = self.forest_.sums(pool)
        for _ in range(SWEEPS):
            bound = np.quantile(odds, REFUSED_MOST)
            for chosen, frequencies, factors in zip(bins, wanted, self.factors_, strict=True):
                weights = np.exp(np.minimum(odds - bound, 0))
                made = np.bincount(chosen, weights, minlength=len(factors)) / weights.sum()
                least = 0.05 / len(real)  # where there is nothing a factor has no limit
                step = 0.9 * np.log((frequencies + least) / (made + least))
                factors += step
                odds += step[chosen]
        self.bound_ = float(np.quantile(odds, REFUSED_MOST))
        self.acceptance_ = float(np.exp(np.minimum(odds - self.bound_, 0)).mean())

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays and JSON values."""
        return {"forest": self.forest_.get_state(), **pack(self, LEARNED)}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Sieve:
        """Make the sieve that `get_state` described."""
        sieve = cls()
        sieve.forest_ = Forest(**state["forest"])
        unpack(sieve, LEARNED, state)
        return sieve


def _some(rows: NDArray[Any], most: int, rng: np.random.Generator) -> NDArray[Any]:
    """Return at most so many rows, in their order."""
    return rows if len(rows) <= most else rows[np.sort(rng.choice(len(rows), most, replace=False))]


def _edges(column: NDArray[Any]) -> NDArray[Any]:
    values = np.unique(column)
    few: NDArray[Any] = (values[1:] + values[:-1]) / 2
    return few if len(values) <= BINS else np.unique(np.quantile(column, np.arange(1, BINS) / BINS))


def _collect(blocks: Callable[[int], NDArray[Any]], first: int, n_rows: int) -> tuple[NDArray[Any], int]:
    """Return rows of as many blocks as it takes, and the number of the next block."""
    collected: list[NDArray[Any]] = []
    while sum(map(len, collected)) < n_rows:
        collected.append(blocks(first + len(collected)))
    return np.concatenate(collected)[:n_rows], first + len(collected)


def _is_clear(gains: NDArray[Any]) -> bool:
    """Whether the mean exceeds its standard error."""
    return bool(gains.mean() > gains.std() / len(gains) ** 0.5)


def _learn(real: NDArray[Any], generated: NDArray[Any], held: NDArray[Any], rng: np.random.Generator) -> Forest | None:
    """Return a detector of real rows, of as many trees as serve unseen ones best; None if that is none.

    Enough held-aside rows say so of one detector; of fewer real rows it takes those of folds, none of which is empty.
    """
    seed = int(rng.integers(2**31))
    if len(held) >= ENOUGH_HELD:
        detector = _detect(real, generated[len(held) :], TREES, seed)
        n_trees = _count_trees(_losses(detector, held, generated[: len(held)]))
        return Forest.of(detector).first(n_trees) if n_trees else None
    if len(real) < FOLDS:
        return None
    few = generated[: max(LEAST_FOLDED, 4 * len(real))]
    folds = [rng.permutation(len(rows)) % FOLDS for rows in (real, few)]
    losses = np.zeros(TREES)
    for k in range(FOLDS):
        detector = _detect(real[folds[0] != k], few[folds[1] != k], TREES, seed)
        losses += _losses(detector, real[folds[0] == k], few[folds[1] == k]) / FOLDS
    n_trees = _count_trees(losses)
    return Forest.of(_detect(real, generated, n_trees, seed)) if n_trees else None


def _losses(detector: Any, real: NDArray[Any], generated: NDArray[Any]) -> NDArray[Any]:
    """Return by number of trees the loss on unseen rows; both kinds weigh the same."""
    pairs = zip(detector._staged_raw_predict(real), detector._staged_raw_predict(generated), strict=True)
    return np.array([np.logaddexp(0, -a).mean() + np.logaddexp(0, b).mean() for a, b in pairs])


def _count_trees(losses: NDArray[Any]) -> int:
    """Return the number of trees with the least loss, 0 if knowing nothing costs no more."""
    return 0 if losses.min() >= 2 * np.log(2) else int(losses.argmin()) + 1


def _detect(real: NDArray[Any], generated: NDArray[Any], n_trees: int, seed: int) -> HistGradientBoostingClassifier:
    """Return a detector of real rows; both kinds weigh the same."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # which rows that are sieved do not wait for
    from threadpoolctl import threadpool_limits

    detector = HistGradientBoostingClassifier(
        max_iter=n_trees,
        max_depth=DEPTH,
        max_leaf_nodes=None,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    share = len(generated) / len(real)
    is_real = np.repeat([1, 0], [len(real), len(generated)])
    with threadpool_limits(1):  # sums over several threads would depend on how many there are
        detector.fit(np.concatenate([real, generated]), is_real, np.repeat([share, 1.0], [len(real), len(generated)]))
    return detector
