"""Are rows too near to those that were learned? Always beside real rows that were not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.closeness import (
    compare_distances,
    count_dimensions,
    find_interval,
    nearest,
    to_points,
)
from tabgan.evaluation.copies import KnownRows
from tabgan.evaluation.detector import auc_and_error
from tabgan.evaluation.features import round_as_real
from tabgan.evaluation.grading import ORDER, Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import (
    LEAST_ROWS,
    Family,
    Finding,
    Measured,
    NotComputableError,
    Score,
    Spec,
    bootstrap,
)
from tabgan.evaluation.tables import MOST_ROWS, Tables, take
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

MOST_QUERIES = 5000
MOST_BASELINE_QUERIES = 1000
MOST_CELLS = 1_000_000
"""Of rows with more than 200 dimensions fewer are asked about, so that these have as many cells in all."""

LEAST_DISTANCE = 1e-9
"""Smaller distances, and smaller differences of them, are rounding."""

CAUTION = (
    "These scores find rows that are nearer to the learned rows than chance brings them, on average over the table. "
    "They are no proof of anonymity and no differential privacy: a single unusual person may still be recognised. "
    "Before rows of people are given away, someone who knows the data and the law must decide."
)

SPECS = {
    "membership": Spec(
        "membership inference",
        "AUC of an attacker who takes real rows near to these rows for learned ones: 0.5 is guessing, 1 is certainty.",
        "lower",
        headline=True,
    ),
    "closeness": Spec(
        "closeness to learned rows",
        "Median distance from learned rows to the closest of these rows, over that from real rows that were not "
        "learned: what a fit says of itself; best is 1, 0 is copies.",
        range=(0.0, np.inf),
        headline=True,
    ),
    "dcr_ratio": Spec(
        "distance to learned rows over that to other real rows",
        "Median distance to the closest learned row over that to the closest of as many real rows that were not "
        "learned; best is 1, 0 is copies.",
        range=(0.0, np.inf),
        headline=True,
    ),
    "nearer_train": Spec(
        "rows nearer to a learned row than to another real one",
        "The share of rows whose closest learned row is closer than the closest of as many real rows that were not "
        "learned; best is 0.5.",
        "lower",
    ),
    "dcr": Spec(
        "distance to the closest learned row",
        "The median over rows, in standard deviations of the columns.",
        range=(0.0, np.inf),
    ),
    "nndr": Spec(
        "closest over second closest learned row",
        "The median ratio of the two distances: small when rows sit on single learned rows.",
    ),
    "copies": Spec(
        "exact copies of learned rows",
        "The share of rows that equal a learned row in all columns, numbers as they are written.",
        "lower",
    ),
    "near_copies": Spec(
        "near copies of learned rows",
        "The share of rows as near to a learned row as the closest 5% of other real rows are.",
        "lower",
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
    to_learned = tables.cached(_distances_of_real, seed)
    if who != "real":
        learned = take(tables.train, MOST_ROWS, numpy_rng(seed, Use.LEARNED_ROWS))
        to_learned = _nearest(_ask(tables, who, tables.contestants[who], seed), learned, tables, 2)
    found = {"copies": _copies(tables, who, seed)} | _to_learned(tables, to_learned, seed)
    if tables.has_holdout:
        found |= _against_holdout(tables, who, to_learned, seed)
        found["membership"] = _membership(tables, who, seed)
        found["closeness"] = _closeness(tables, who, seed)
    return found


def _distances_of_real(tables: Tables, seed: int) -> Floats:
    """Distances to the two closest learned rows of real rows that were not learned, or of learned ones to others."""
    learned = take(tables.train, MOST_ROWS, numpy_rng(seed, Use.LEARNED_ROWS))
    if tables.has_holdout:
        return _nearest(_ask(tables, "real", tables.reference, seed), learned, tables, 2)
    return _nearest(_ask(tables, "real", learned, seed), learned, tables, 3)[:, 1:]  # the closest is the row itself


def _to_learned(tables: Tables, distances: Floats, seed: int) -> dict[str, Measured]:
    """Scores of the distances to the two closest learned rows, of at most 20,000."""
    near = np.quantile(tables.cached(_distances_of_real, seed)[:, 0], 0.05) + LEAST_DISTANCE

    def statistic(places: NDArray[np.intp]) -> Floats:
        first, second = distances[places].T
        ratio = first / np.maximum(second, LEAST_DISTANCE)
        return np.array([np.median(first), np.median(ratio), np.mean(first <= near)])

    note = ""
    if not tables.has_holdout:
        note = Phrase("without a holdout, what the generator has memorised cannot be told from what the table is like")
    return _with_spread(("dcr", "nndr", "near_copies"), statistic, len(distances), seed, note)


def _against_holdout(tables: Tables, who: str, to_learned: Floats, seed: int) -> dict[str, Measured]:
    """Distances to learned rows beside those to as many others; of learned rows themselves for the ceiling."""
    count = min(len(tables.train), len(tables.reference), MOST_ROWS)
    learned = take(tables.train, count, numpy_rng(seed, Use.LEARNED_ROWS))
    rows = _ask(tables, who, learned if who == "real" else tables.contestants[who], seed)
    if who == "real":
        to_train = _nearest(rows, learned, tables, 2)[:, 1]  # the closest is the row itself
    elif count == min(len(tables.train), MOST_ROWS):
        to_train = to_learned[:, 0]  # the same rows were drawn
    else:
        to_train = _nearest(rows, learned, tables, 1)[:, 0]
    others = take(tables.reference, count, numpy_rng(seed, Use.OTHER_ROWS))
    to_reference = _nearest(rows, others, tables, 1)[:, 0]
    nearer = np.where(np.abs(to_train - to_reference) <= LEAST_DISTANCE, 0.5, to_train < to_reference)

    def statistic(places: NDArray[np.intp]) -> Floats:
        ratio = np.median(to_train[places]) / max(float(np.median(to_reference[places])), LEAST_DISTANCE)
        return np.array([ratio, nearer[places].mean()])

    return _with_spread(("dcr_ratio", "nearer_train"), statistic, len(rows), seed)


def _closeness(tables: Tables, who: str, seed: int) -> Measured:
    """Whether learned rows have closer rows among these than others do: the measure of a fit's own report."""
    rng = numpy_rng(seed, Use.CLOSENESS)
    rows, others = _apart(tables, who, rng)
    ratios = compare_distances(tables.train, others, rows, tables.features, rng)
    low, high = find_interval(ratios.ratio, ratios.noise)
    return Measured(ratios.ratio, ratios.noise, note=_say_interval(low, high))


def _apart(tables: Tables, who: str, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Rows, and real ones that no one learned; for the ceiling these are halves of the reference."""
    if who != "real":
        return tables.all_rows(who), tables.reference
    rows, others = np.array_split(rng.permutation(len(tables.reference)), 2)
    return tables.reference[rows], tables.reference[others]


def _say_interval(low: float, high: float) -> Phrase:
    return Phrase("95% confidence interval {low:.3f} to {high:.3f}", low=low, high=high)


def _membership(tables: Tables, who: str, seed: int) -> Measured:
    """An attack by distance; for the ceiling half of the reference stands for the rows, which no one learned."""
    rng = numpy_rng(seed, Use.MEMBERSHIP)
    rows, others = _apart(tables, who, rng)
    count = min(len(tables.train), len(others), _most_asked(tables, who))
    asked = np.vstack([take(tables.train, count, rng), take(others, count, rng)])
    auc, error = auc_and_error(np.arange(2 * count) < count, -_nearest(asked, rows, tables, 1)[:, 0])
    return Measured(auc, error, note=_say_interval(max(auc - 1.96 * error, 0.0), min(auc + 1.96 * error, 1.0)))


def _copies(tables: Tables, who: str, seed: int) -> Measured:
    """The share of rows that are in the learned table, of which all rows are looked at."""
    itself = who == "real" and not tables.has_holdout
    rows = tables.reference if who == "real" else tables.contestants[who]
    if itself:
        rows = take(tables.train, MOST_ROWS, numpy_rng(seed, Use.COPIED_ROWS))
    share = tables.cached(_learned, seed).share(round_as_real(rows, tables.features), more_than=int(itself))
    return Measured(share, float(np.sqrt(share * (1 - share) / len(rows))))


def _learned(tables: Tables, seed: int) -> KnownRows:
    return KnownRows(round_as_real(tables.train, tables.features))


def _ask(tables: Tables, who: str, rows: Floats, seed: int) -> Floats:
    """Return the rows whose distances are asked for."""
    return take(rows, _most_asked(tables, who), numpy_rng(seed, Use.CLOSE_ROWS))


def _most_asked(tables: Tables, who: str) -> int:
    most = MOST_QUERIES if who in ("synthetic", "real") else MOST_BASELINE_QUERIES
    return min(most, max(MOST_CELLS // count_dimensions(tables.features), LEAST_ROWS))


def _nearest(rows: Floats, among: Floats, tables: Tables, count: int) -> Floats:
    """The distances from rows to their closest ones among others, shape (n_rows, count)."""
    points, others = to_points([rows, among], tables.features, tables.real)
    return nearest(points, others, count)


def _with_spread(
    names: Sequence[str],
    statistic: Callable[[NDArray[np.intp]], Floats],
    n_rows: int,
    seed: int,
    note: str = "",
) -> dict[str, Measured]:
    values = statistic(np.arange(n_rows))
    spreads = bootstrap(statistic, n_rows, numpy_rng(seed, Use.CLOSENESS_BOOTSTRAP))
    return {n: Measured(float(v), float(s), note=note) for n, v, s in zip(names, values, spreads, strict=True)}


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good when what speaks of learned rows exceeds that of other real rows by a tenth, fair up to 0.3.

    What the model that made the rows found of itself counts when it is a clear fault.
    """
    found = _judge_rows(scores, tables)
    own = tables.memorisation
    if own is None:
        return found
    text = Phrase("{text} The model's own check: {own}.", text=found.text, own=own.describe())
    level = max(found.level, own.level, key=ORDER.index)
    if level == found.level:
        return replace(found, text=text)
    return Finding("privacy", level, text, SO if level == "poor" else None)


SO = Phrase("Do not hand these rows out: they lie too near to rows that were learned.")


def _judge_rows(scores: Mapping[str, Score], tables: Tables) -> Finding:
    dcr, copies = scores["dcr"], scores["copies"]
    near = dcr.value / dcr.baseline if dcr.baseline else 1.0
    copied = copies.value - copies.baseline
    values = dict(near=near, copies=copies.value, real=copies.baseline)
    if not tables.has_holdout:
        template = (
            "The rows lie {near:.2f} times as far from learned ones as these from each other, {copies:.1%} are copies "
            "(real rows: {real:.1%}). Without a holdout finer copying cannot be told."
        )
        poor = near < 0.5 or copied > 0.05
        return Finding("privacy", "poor" if poor else "unknown", Phrase(template, **values), SO if poor else None)
    ratio, membership, close = scores["dcr_ratio"], scores["membership"], scores["closeness"]
    grades = [Grade(close, 0.9, 0.7), Grade(ratio, 0.9, 0.7), Grade(membership, 0.6, 0.8)]
    grades.append(Grade(copies, copies.baseline + 0.05, copies.baseline + 0.15))
    low, high = Grade(close, 0.9, 0.7).interval
    template = (
        "Learned rows lie {close:.2f} times as far from these rows as others do (95% interval {low:.2f} to "
        "{high:.2f}), the rows {ratio:.2f} times as far from learned rows as from others; {copies:.1%} are copies "
        "(real rows: {real:.1%}), and who was learned can be guessed with an AUC of {membership:.3f}."
    )
    found = dict(close=close.value, low=low, high=high, ratio=ratio.value, membership=membership.value, **values)
    return reach_finding("privacy", Phrase(template, **found), grades, SO)


FAMILY = Family(
    "privacy",
    "Privacy",
    "Are they too near to the rows that were learned?",
    SPECS,
    measure,
    judge,
    caution=CAUTION,
    required_from=1,
    place=60,
)
