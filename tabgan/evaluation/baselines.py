"""Rows that anyone can make of a real table without a generator. What a score of theirs is, a reader should know."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from sklearn.neighbors import NearestNeighbors

from tabgan.evaluation.closeness import to_points
from tabgan.evaluation.features import Feature, round_as_real
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

NEIGHBOURS = 5
NOISE = 0.05
"""Standard deviation of the noise on copies, in those of the columns; also how often a label is drawn anew."""

Maker = Callable[[Floats, Sequence[Feature], np.random.Generator], Floats]


def make_baselines(rows: Floats, features: Sequence[Feature], seed: int) -> dict[str, Floats]:
    """Return the rows of every baseline, each of as many as it is made of, numbers rounded as the real ones are."""
    makers = enumerate(BASELINES.items())
    made = {name: make(rows, features, numpy_rng(seed, Use.BASELINES, number)) for number, (name, make) in makers}
    return {name: round_as_real(table, features) for name, table in made.items()}


def draw_again(rows: Floats, count: int, seed: int) -> Floats:
    """Return so many of the rows, drawn with replacement: copies, of which some repeat and others lack by chance."""
    return rows[numpy_rng(seed, Use.DRAWN_AGAIN).integers(len(rows), size=count)]


def shuffled_columns(rows: Floats, features: Sequence[Feature], rng: np.random.Generator) -> Floats:
    """Return the values of each column in an order of their own: right marginals, no dependence."""
    return rng.permuted(rows, axis=0)


def gaussian_copula(rows: Floats, features: Sequence[Feature], rng: np.random.Generator) -> Floats:
    """Return draws of a Gaussian copula with the empirical marginals.

    Values become normal scores by their ranks, equal ones in random order; rows are drawn from the normal distribution
    with the scores' correlations, and become values by the quantiles of each column. Gaps take part as the largest
    values.
    """
    n_rows = len(rows)
    ranks = np.lexsort((rng.random(rows.shape), rows), axis=0).argsort(axis=0)  # NaN sorts last
    correlation = np.atleast_2d(np.corrcoef(ndtri((ranks + 0.5) / n_rows), rowvar=False))
    eigenvalues, vectors = np.linalg.eigh(correlation)
    normal = rng.standard_normal(rows.shape) @ (vectors * np.sqrt(np.clip(eigenvalues, 0, None))).T
    places = np.minimum((ndtr(normal) * n_rows).astype(int), n_rows - 1)
    return np.take_along_axis(np.sort(rows, axis=0), places, axis=0)


def interpolated_neighbours(rows: Floats, features: Sequence[Feature], rng: np.random.Generator) -> Floats:
    """Return points between rows and one of their 5 nearest neighbours, as SMOTE does (Chawla et al. 2002).

    Labels and gaps are those of the nearer end.
    """
    points = to_points([rows], features, rows)[0]
    count = min(NEIGHBOURS, len(rows) - 1)
    neighbours = NearestNeighbors(n_neighbors=count + 1).fit(points).kneighbors(points, return_distance=False)[:, 1:]
    other = rows[neighbours[np.arange(len(rows)), rng.integers(count, size=len(rows))]]
    share = rng.random((len(rows), 1))
    nearer = np.where(share < 0.5, rows, other)
    between = rows + share * (other - rows)
    return np.where(_categorical(features) | np.isnan(between), nearer, between)


def noisy_copies(rows: Floats, features: Sequence[Feature], rng: np.random.Generator) -> Floats:
    """Return every row with 5% of a standard deviation of noise on numbers; of labels 5% are those of other rows."""
    noise = NOISE * np.nanstd(np.where(np.isnan(rows).all(axis=0), 0.0, rows), axis=0)
    categorical = _categorical(features)
    copies = rows + noise * rng.standard_normal(rows.shape) * ~categorical
    anew = categorical & (rng.random(rows.shape) < NOISE)
    return np.where(anew, rng.permuted(rows, axis=0), copies)


def _categorical(features: Sequence[Feature]) -> NDArray[np.bool_]:
    return np.array([feature.levels is not None for feature in features])


BASELINES: dict[str, Maker] = {
    "smote": interpolated_neighbours,
    "noisy": noisy_copies,
    "copula": gaussian_copula,
    "shuffled": shuffled_columns,
}
"""From the closest to real rows to the farthest, as a rule."""
