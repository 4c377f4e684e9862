"""Windows as points: in the plane, and in pairs with the learned windows nearest to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from tabgan.evaluation.series.pictured.sides import Sides, cut_windows, find_worst, spread_over
from tabgan.schema.column import Floats

MOST_POINTS, MOST_JUDGED, MOST_LEARNED = 500, 1_000, 20_000


class Clouds(NamedTuple):
    """As many real as synthetic windows on two principal components of real ones, and how much these explain."""

    real: Floats
    synthetic: Floats
    shares: tuple[float, float]


class Pair(NamedTuple):
    """A learned and a synthetic window, both of shape (window, n_channels), and how far they are apart."""

    learned: Floats
    synthetic: Floats
    distance: float


class Nearest(NamedTuple):
    """The nearest pairs, the channels by how much they differ there, and how near windows come to learned ones."""

    pairs: list[Pair]
    channels: NDArray[np.intp]
    real_least: float
    real_median: float
    synthetic_median: float


def find_clouds(sides: Sides, seed: int = 0) -> Clouds | None:
    """Return windows in two dimensions; None where there are fewer than three, or one number in each."""
    mean, scale = _find_scale(sides)
    learned, real, own = (_flatten(sides.windows[who], mean, scale) for who in ("train", "reference", "synthetic"))
    if min(len(real), len(own)) < 3 or real.shape[1] < 2:
        return None
    pca = PCA(2, random_state=seed).fit(np.concatenate([spread_over(learned, 5 * MOST_POINTS), real]))
    count = min(len(real), len(own), MOST_POINTS)
    shares = np.nan_to_num(pca.explained_variance_ratio_).tolist()
    return Clouds(pca.transform(spread_over(real, count)), pca.transform(spread_over(own, count)), tuple(shares))


def find_nearest(sides: Sides, most: int = 4) -> Nearest | None:
    """Return the synthetic windows nearest to a learned one, which may begin at any step; None where there are none.

    Distances are root mean squares of differences, each channel in standard deviations of what was learned. No two of
    the learned windows have a step in common.
    """
    learned = cut_windows(sides.stretches["train"], sides.window, 1, MOST_LEARNED)
    own, real = (spread_over(sides.windows[who], MOST_JUDGED) for who in ("synthetic", "reference"))
    if not len(learned) or not len(own):
        return None
    mean, scale = _find_scale(sides)
    points = _flatten(learned, mean, scale)
    search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(points)
    size = np.sqrt(points.shape[1])
    distances, places = (found.ravel() for found in search.kneighbors(_flatten(own, mean, scale)))
    others = search.kneighbors(_flatten(real, mean, scale))[0] if len(real) else np.array([np.nan])
    pairs: list[Pair] = []
    taken: list[int] = []
    for i in np.argsort(distances, kind="stable"):
        if len(pairs) < most and all(abs(places[i] - place) >= sides.window for place in taken):
            taken.append(int(places[i]))
            pairs.append(Pair(learned[places[i]], own[i], float(distances[i] / size)))
    apart = np.array([np.abs(pair.learned - pair.synthetic) / scale for pair in pairs])
    channels = find_worst(apart.mean(axis=(0, 1)), len(sides.names))
    ends = [float(found / size) for found in (np.min(others), np.median(others), np.median(distances))]
    return Nearest(pairs, channels, *ends)


def _find_scale(sides: Sides) -> tuple[Floats, Floats]:
    learned = np.concatenate(sides.stretches["train"])
    scale = learned.std(axis=0)
    return learned.mean(axis=0), np.where(scale > 0, scale, 1.0)


def _flatten(windows: Floats, mean: Floats, scale: Floats) -> Floats:
    return np.asarray((windows - mean) / scale).reshape(len(windows), -1)
