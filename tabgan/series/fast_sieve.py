"""Which generated windows of fast signals are most like real ones: a few of each label, by what trees say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from tabgan.series.fast_features import fast_features

Array = NDArray[np.float64]

KEPT = 0.2  # share of the windows of a label
TREES, RATE, LEAVES, SMALLEST = 80, 0.12, 12, 8


@dataclass(frozen=True)
class FastSieve:
    """Boosted trees that are given the label, and the features by how they are in real windows of that label.

    Attributes
    ----------
    means, scales : list of arrays of shape (n_features,)
        Of real windows, by label.
    models : list of HistGradientBoostingClassifier
        Two, each of one half of the windows.
    bounds : array of shape (n_labels,)
        The score up to which a window is let through.
    """

    means: list[Array]
    scales: list[Array]
    models: list[HistGradientBoostingClassifier]
    bounds: Array

    @classmethod
    def learn(cls, real: Sequence[Array], made: Sequence[Array], seed: int) -> FastSieve:
        """Learn from windows of each label, of shape (n, length, n_channels); real ones are in the order of time.

        Each half of the windows is scored by the trees of the other: the bounds are of windows that were not learned.
        """
        known, fresh = [fast_features(x) for x in real], [fast_features(x) for x in made]
        means, scales = [f.mean(0) for f in known], [f.std(0) + 1e-9 for f in known]
        sieve = cls(means, scales, [], np.zeros(len(real)))
        X, y, half, label = [], [], [], []
        for place, parts in enumerate(zip(known, fresh, strict=True)):
            for is_made, f in enumerate(parts):
                X.append(sieve._given(f, place))
                y.append(np.full(len(f), is_made))
                label.append(np.full(len(f), place))
                # Real windows overlap: their halves are stretches of time.
                half.append(np.arange(len(f)) % 2 if is_made else np.arange(len(f)) * 4 // len(f) % 2)
        rows, is_made, part, of = np.concatenate(X), np.concatenate(y), np.concatenate(half), np.concatenate(label)
        scores = np.zeros(len(rows))
        for k in (0, 1):
            model = HistGradientBoostingClassifier(
                max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=SMALLEST,
                l2_regularization=1.0, early_stopping=False, random_state=seed,
                categorical_features=[rows.shape[1] - 1] if len(real) <= 255 else None,
            )  # fmt: skip
            with threadpool_limits(1):
                model.fit(rows[part == k], is_made[part == k])
            scores[part != k] = model.decision_function(rows[part != k])
            sieve.models.append(model)
        for place in range(len(real)):
            sieve.bounds[place] = np.quantile(scores[(of == place) & (is_made == 1)], KEPT)
        return sieve

    def accept(self, windows: Array, place: int) -> NDArray[np.bool_]:
        """Return which windows of a label are let through, bool of shape (n,)."""
        given = self._given(fast_features(windows), place)
        with threadpool_limits(1):
            scores = np.mean([model.decision_function(given) for model in self.models], axis=0)
        return np.asarray(scores <= self.bounds[place])

    def _given(self, features: Array, place: int) -> Array:
        standard = (features - self.means[place]) / self.scales[place]
        return np.concatenate([standard, np.full((len(features), 1), place)], 1)
