"""Are rows too near to those that were learned? Always beside real rows that were not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.neighbors import NearestNeighbors

from tabgan.evaluation.auc import auc_and_error
from tabgan.evaluation.encode import count_dimensions, to_points
from tabgan.evaluation.features import Feature
from tabgan.evaluation.once import once_per_tables
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, Kind, Measured, NotComputableError
from tabgan.evaluation.spread import bootstrap
from tabgan.evaluation.tables import MOST_ROWS, Tables, take

MOST_QUERIES = 5000
MOST_BASELINE_QUERIES = 1000
MOST_CELLS = 1_000_000
"""Of rows with more than 200 dimensions fewer are asked about, so that these have as many cells in all."""

LEAST_DISTANCE = 1e-9
"""Smaller distances, and smaller differences of them, are rounding."""

PROMISE = Phrase(
    "These scores find rows that are nearer to the learned rows than chance brings them, on average over the table. "
    "They are no proof of anonymity and no differential privacy: a single unusual person may still be recognised. "
    "Before rows of people are given away, someone who knows the data and the law must decide."
)
"""What scores of privacy do and do not promise."""

KINDS = {
    "membership": Kind(
        "membership inference",
        "lower",
        (0.0, 1.0),
        "AUC of an attacker who takes real rows near to these rows for learned ones: 0.5 is guessing, 1 is certainty.",
        headline=True,
    ),
    "dcr_ratio": Kind(
        "distance to learned rows over that to other real rows",
        "higher",
        (0.0, np.inf),
        "Median distance to the closest learned row over that to the closest of as many real rows that were not "
        "learned; best is 1, 0 is copies.",
        headline=True,
    ),
    "nearer_train": Kind(
        "rows nearer to a learned row than to another real one",
        "lower",
        (0.0, 1.0),
        "The share of rows whose closest learned row is closer than the closest of as many real rows that were not "
        "learned; best is 0.5.",
    ),
    "dcr": Kind(
        "distance to the closest learned row",
        "higher",
        (0.0, np.inf),
        "The median over rows, in standard deviations of the columns.",
    ),
    "nndr": Kind(
        "closest over second closest learned row",
        "higher",
        (0.0, 1.0),
        "The median ratio of the two distances: small when rows sit on single learned rows.",
    ),
    "copies": Kind(
        "exact copies of learned rows",
        "lower",
        (0.0, 1.0),
        "The share of rows that equal a learned row in all columns, numbers as they are written.",
    ),
    "near_copies": Kind(
        "near copies of learned rows",
        "lower",
        (0.0, 1.0),
        "The share of rows as near to a learned row as the closest 5% of other real rows are.",
    ),
}


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score how near a contestant's rows are to the learned ones, and what that gives away.

    Distances to the closest record: Park et al. 2018, "Data Synthesis based on Generative Adversarial Networks"; their
    ratio: Zhao et al. 2021, "CTAB-GAN"; the share nearer to learned rows: Platzer and Reutterer 2021, "Holdout-Based
    Empirical Assessment of Mixed-Type Synthetic Data"; the attack: Chen et al. 2020, "GAN-Leaks".
    """
    rows = tables.contestants[who]
    if min(len(rows), len(tables.train), len(tables.reference)) < LEAST_ROWS:
        template = "of real rows, learned and other, and of rows to judge there must be {least} each"
        raise NotComputableError(Phrase(template, least=LEAST_ROWS))
    to_learned = _distances_to_learned(tables, who, seed)
    found = {"copies": _copies(tables, who)} | _closeness(tables, to_learned, seed)
    if tables.has_holdout:
        found |= _against_holdout(tables, who, to_learned, seed)
        found["membership"] = _membership(tables, who, seed)
    return found


def _distances_to_learned(tables: Tables, who: str, seed: int) -> np.ndarray:
    """Distances to the two closest learned rows, of at most 20,000."""
    if who == "real":
        return _distances_of_real(tables, seed)
    rng = np.random.default_rng(seed)
    rows = take(tables.contestants[who], _most_queries(tables, who), rng)
    return _nearest(rows, take(tables.train, MOST_ROWS, rng), tables, 2)


@once_per_tables
def _distances_of_real(tables: Tables, seed: int) -> np.ndarray:
    """Distances to the two closest learned rows of real rows that were not learned, or of learned ones to others."""
    rng = np.random.default_rng(seed)
    train = take(tables.train, MOST_ROWS, rng)
    count = _most_queries(tables, "real")
    if tables.has_holdout:
        return _nearest(take(tables.reference, count, rng), train, tables, 2)
    return _nearest(take(train, count, rng), train, tables, 3)[:, 1:]  # the closest is the row itself


def _closeness(tables: Tables, distances: np.ndarray, seed: int) -> dict[str, Measured]:
    """Scores of the distances to the learned rows."""
    near = np.quantile(_distances_of_real(tables, seed)[:, 0], 0.05) + LEAST_DISTANCE

    def statistic(places: np.ndarray) -> np.ndarray:
        first, second = distances[places].T
        ratio = first / np.maximum(second, LEAST_DISTANCE)
        return np.array([np.median(first), np.median(ratio), np.mean(first <= near)])

    note = ""
    if not tables.has_holdout:
        note = Phrase("without a holdout, what the generator has memorised cannot be told from what the table is like")
    return _with_spread(("dcr", "nndr", "near_copies"), statistic, len(distances), seed, note)


def _against_holdout(tables: Tables, who: str, to_learned: np.ndarray, seed: int) -> dict[str, Measured]:
    """Distances to learned rows beside those to as many others; of learned rows themselves for the ceiling."""
    rng = np.random.default_rng(seed)
    rows = take(tables.contestants[who], _most_queries(tables, who), rng)
    count = min(len(tables.train), len(tables.reference), MOST_ROWS)
    train, reference = take(tables.train, count, rng), take(tables.reference, count, rng)
    if who == "real":
        rows = take(train, _most_queries(tables, who), rng)
        to_train = _nearest(rows, train, tables, 2)[:, 1]  # the closest is the row itself
    elif count == min(len(tables.train), MOST_ROWS):
        to_train = to_learned[:, 0]  # the same rows were drawn
    else:
        to_train = _nearest(rows, train, tables, 1)[:, 0]
    to_reference = _nearest(rows, reference, tables, 1)[:, 0]
    nearer = np.where(np.abs(to_train - to_reference) <= LEAST_DISTANCE, 0.5, to_train < to_reference)

    def statistic(places: np.ndarray) -> np.ndarray:
        ratio = np.median(to_train[places]) / max(np.median(to_reference[places]), LEAST_DISTANCE)
        return np.array([ratio, nearer[places].mean()])

    return _with_spread(("dcr_ratio", "nearer_train"), statistic, len(rows), seed)


def _membership(tables: Tables, who: str, seed: int) -> Measured:
    """An attack by distance; for the ceiling half of the reference stands for the rows, which no one learned."""
    rng = np.random.default_rng(seed)
    rows, others = tables.contestants[who], tables.reference
    if who == "real":
        order = rng.permutation(len(others))
        rows, others = (others[half] for half in np.array_split(order, 2))
    count = min(len(tables.train), len(others), _most_queries(tables, who))
    asked = np.vstack([take(tables.train, count, rng), take(others, count, rng)])
    auc, error = auc_and_error(np.arange(2 * count) < count, -_nearest(asked, rows, tables, 1)[:, 0])
    template = "95% confidence interval {low:.3f} to {high:.3f}"
    note = Phrase(template, low=max(auc - 1.96 * error, 0.0), high=min(auc + 1.96 * error, 1.0))
    return Measured(auc, error, note=note)


def _copies(tables: Tables, who: str) -> Measured:
    """The share of rows that are in the learned table, of which all rows are looked at."""
    leave_out = who == "real" and not tables.has_holdout
    rows = tables.contestants[who]
    if who == "real":
        rows = take(tables.train, MOST_ROWS, np.random.default_rng(0)) if leave_out else tables.reference
    texts = list(_as_written(rows, tables.features))
    wanted = set(texts)
    counts = Counter(text for text in _as_written(tables.train, tables.features) if text in wanted)
    share = float(np.mean([counts[text] > leave_out for text in texts]))
    return Measured(share, float(np.sqrt(share * (1 - share) / len(rows))))


def _as_written(rows: np.ndarray, features: Sequence[Feature]):
    """Rows as bytes, equal when their numbers are written equally."""
    rows = rows.copy()
    for place, feature in enumerate(features):
        if feature.decimals is not None:
            rows[:, place] = np.round(rows[:, place], feature.decimals)
    rows[np.isnan(rows)] = np.nan  # gaps and zeros have several patterns of bits
    return (row.tobytes() for row in rows + 0.0)


def _most_queries(tables: Tables, who: str) -> int:
    most = MOST_QUERIES if who in ("synthetic", "real") else MOST_BASELINE_QUERIES
    return min(most, max(MOST_CELLS // count_dimensions(tables.features), LEAST_ROWS))


def _nearest(rows: np.ndarray, among: np.ndarray, tables: Tables, count: int) -> np.ndarray:
    """The distances from rows to their closest ones among others, shape (n_rows, count)."""
    points, others = to_points([rows, among], tables.features, tables.real)
    return NearestNeighbors(n_neighbors=count).fit(others).kneighbors(points)[0]


def _with_spread(names: Sequence[str], statistic, n_rows: int, seed: int, note: str = "") -> dict[str, Measured]:
    values = statistic(np.arange(n_rows))
    spreads = bootstrap(statistic, n_rows, np.random.default_rng(seed))
    return {n: Measured(float(v), float(s), note=note) for n, v, s in zip(names, values, spreads, strict=True)}
