"""Honest scores of generated windows against blocks of time that were not learned, apart from tabgan's evaluator.

Windows have shape (n, length, n_channels) and values in [0, 1]. All are better when lower, but for the ratio of
distances to the nearest window, which is to be about 1.
"""

from __future__ import annotations

import numpy as np
from series_networks import convolutional_auc
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

MOST, TREES, CHANNEL_TREES = 1500, 60, 40
SHOWN_VALUES, SHOWN_PAIRS = 200, 60
STILL = 1e-7
RUN = 6  # steps of all channels that are taken for copied if they are those of a learned run
Windows = np.ndarray


def measure(made: Windows, learned: Windows, held: Windows, groups: np.ndarray) -> dict[str, float]:
    """Return all scores of windows; `groups` are the blocks of time of those held out."""
    ratio, near = copying(made, learned, held)
    return {
        "auc": trees_auc(made, held, groups),
        "conv": convolutional_auc(made, held, groups),
        "acf": gap(acf, made, held),
        "inner_acf": gap(inner_acf, made, held),
        "psd": gap(spectrum, made, held),
        "cross": gap(cross_correlations, made, held),
        "ks": ks(made, held),
        "ratio": ratio,
        "near": near,
        "runs": copied_runs(made, learned),
        "unchanged": gap(unchanged, made, held),
        "channel_auc": channel_auc(made, held, groups),
    }


def gap(describe, made: Windows, held: Windows) -> float:
    return float(np.abs(describe(made) - describe(held)).mean())


def features(w: Windows) -> np.ndarray:
    """Return what the trees are shown.

    Values, changes; per channel mean, spread, roughness, autocorrelation and spectrum; products of channels.
    """
    change, mean, spread = np.diff(w, axis=1), w.mean(1), w.std(1) + 1e-9
    z = (w - mean[:, None]) / spread[:, None]
    inner = [(z[:, k:] * z[:, :-k]).mean(1) for k in (1, 2, 4, 8)]
    power = np.log(np.abs(np.fft.rfft(w - mean[:, None], axis=1))[:, 1:] ** 2 + 1e-12)
    bands = np.stack([part.mean(1) for part in np.array_split(power, 4, 1)], 1).reshape(len(w), -1)
    upper = np.triu_indices(w.shape[2], 1)
    products = np.einsum("nti,ntj->nij", z, z)[:, upper[0], upper[1]] / w.shape[1]
    if products.shape[1] > SHOWN_PAIRS:
        products = products[:, np.linspace(0, products.shape[1] - 1, SHOWN_PAIRS).astype(int)]
    every = max(1, w.shape[2] * w.shape[1] // SHOWN_VALUES)
    plain = [x.reshape(len(w), -1)[:, ::every] for x in (w, change)]
    return np.concatenate([*plain, mean, np.log(spread), np.log(change.std(1) + 1e-9), *inner, bands, products], 1)


def trees_auc(made: Windows, held: Windows, groups: np.ndarray) -> float:
    """Return how well trees tell windows from held-out ones: a block of time is for learning or for the test."""
    return _auc(made, held, groups, features, TREES)


def channel_auc(made: Windows, held: Windows, groups: np.ndarray) -> float:
    """Return how well trees tell the changes of a single channel, on the average over channels."""
    changes = [(np.diff(made[..., j], axis=1), np.diff(held[..., j], axis=1)) for j in range(made.shape[2])]
    return float(np.mean([_auc(*pair, groups, lambda rows: rows, CHANNEL_TREES) for pair in changes]))


def _auc(made: np.ndarray, held: np.ndarray, groups: np.ndarray, describe, trees: int) -> float:
    rng = np.random.default_rng(0)
    inside = np.isin(groups, np.unique(groups)[::2])
    real = [x[rng.permutation(len(x))[:MOST]] for x in (held[inside], held[~inside])]
    shuffled, half = made[rng.permutation(len(made))], len(made) // 2
    fake = [shuffled[:half][:MOST], shuffled[half:][:MOST]]
    X, X_test = (describe(np.concatenate(pair)) for pair in zip(real, fake, strict=True))
    y, y_test = (np.repeat([0, 1], [len(r), len(f)]) for r, f in zip(real, fake, strict=True))
    model = HistGradientBoostingClassifier(max_iter=trees, learning_rate=0.15, random_state=0, early_stopping=False)
    return float(roc_auc_score(y_test, model.fit(X, y).predict_proba(X_test)[:, 1]))


def acf(w: Windows, most: int | None = None) -> np.ndarray:
    """Return the autocorrelation about the mean of all windows, at lags below `most`."""
    x = w - w.mean((0, 1))
    lags = range(1, most or w.shape[1] - 1)
    return np.stack([(x[:, k:] * x[:, : x.shape[1] - k]).mean((0, 1)) for k in lags]) / _power(x)


def inner_acf(w: Windows) -> np.ndarray:
    """Return the autocorrelation about each window's own mean: what is left when the level is gone."""
    x = w - w.mean(1, keepdims=True)
    lags = range(1, w.shape[1] // 2)
    return np.stack([(x[:, k:] * x[:, : x.shape[1] - k]).mean((0, 1)) for k in lags]) / _power(x)


def _power(x: Windows) -> np.ndarray:
    return np.maximum((x**2).mean((0, 1)), 1e-24)


def spectrum(w: Windows) -> np.ndarray:
    power = np.abs(np.fft.rfft(w - w.mean(1, keepdims=True), axis=1))[:, 1:] ** 2
    return np.log10(power.mean(0) + 1e-15)


def cross_correlations(w: Windows) -> np.ndarray:
    """Return the correlations of values and of changes, at lags 0, 1 and 3."""
    x, d = ((y - y.mean((0, 1))) / (y.std((0, 1)) + 1e-12) for y in (w, np.diff(w, axis=1)))
    parts = []
    for y in (x, d):
        for k in (0, 1, 3):
            together = np.einsum("nti,ntj->ij", y[:, k:], y[:, : y.shape[1] - k])
            parts.append(together / (len(y) * (y.shape[1] - k)))
    return np.stack(parts)


def ks(a: Windows, b: Windows, most: int = 40_000) -> float:
    """Return the Kolmogorov-Smirnov distance of values, on the average over channels."""
    rng, found = np.random.default_rng(0), []
    for j in range(a.shape[2]):
        x, y = (np.sort(rng.permutation(w[..., j].ravel())[:most]) for w in (a, b))
        both = np.concatenate([x, y])
        shares = [np.searchsorted(side, both, "right") / len(side) for side in (x, y)]
        found.append(np.abs(shares[0] - shares[1]).max())
    return float(np.mean(found))


def copying(made: Windows, learned: Windows, held: Windows, most: int = 800) -> tuple[float, float]:
    """Return two scores of how near windows are to learned ones.

    The median distance over that of held-out windows, and the share of those that are nearer than 1% of these are.
    """
    rng, spread = np.random.default_rng(0), learned.std((0, 1)) + 1e-12
    rows = []
    for w, n in ((made, most), (learned, len(learned)), (held, most)):
        picked = w[rng.permutation(len(w))[:n]]
        rows.append((picked / spread).reshape(len(picked), -1))
    of_made, of_held = nearest(rows[0], rows[1]), nearest(rows[2], rows[1])
    near = (of_made < np.quantile(of_held, 0.01)).mean()
    return float(np.median(of_made) / np.median(of_held)), float(near)


def nearest(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the distance of each row to the nearest one of `b`."""
    squares, found = (b**2).sum(1), []
    for part in np.array_split(a, max(1, len(a) // 500)):
        squared = (part**2).sum(1)[:, None] + squares - 2 * part @ b.T
        found.append(np.sqrt(np.maximum(squared, 0).min(1)))
    return np.concatenate(found)


def copied_runs(made: Windows, learned: Windows) -> float:
    """Return the share of windows with six steps in a row, not all alike, that stand so in the learned series."""
    factors = np.random.default_rng(0).integers(1, 2**62, (RUN, made.shape[2]), dtype=np.int64)

    def codes(w: Windows) -> np.ndarray:
        steps = np.round(w * 1e6).astype(np.int64)  # past the rounding of scaling there and back
        places = range(w.shape[1] - RUN + 1)
        return np.stack([sum(steps[:, p + i] @ factors[i] for i in range(RUN)) for p in places], 1)

    moves = np.lib.stride_tricks.sliding_window_view(np.abs(np.diff(made, axis=1)).max(2), RUN - 1, 1).max(2) > STILL
    return float((np.isin(codes(made), codes(learned)) & moves).any(1).mean())


def unchanged(w: Windows) -> np.ndarray:
    """Return the share of steps in which each channel stands still."""
    return (np.abs(np.diff(w, axis=1)) < STILL).mean((0, 1))
