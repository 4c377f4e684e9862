"""Do the numbers look like real ones: with as many decimals, on the same steps, with values that repeat as often?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.evaluation.copies import KnownRows
from tabgan.evaluation.detector import auc_and_error, make_folds, make_trees, out_of_fold
from tabgan.evaluation.features import say_name
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, NotComputableError, Score, Spec, require_rows
from tabgan.evaluation.tables import Tables, take
from tabgan.schema.column import Floats
from tabgan.schema.digits import FULL, find_digits
from tabgan.seeds import Use, numpy_rng

MOST_ROWS = 5000
"""Rows on either side."""

ROUNDS = 30
"""Trees: features of a few whole numbers need no more."""

MOST_COLUMNS = 60
"""Columns that the trees see: of more, as many are drawn."""

MOST_LETTERS = 60
TELLING = 0.6
"""AUC of the digits of one column from which it is named."""

ALL_DIGITS = 17
"""Decimals that a number counts for that takes all the digits of a double."""

PARTS = (1, 60, 900, 3600, 86_400)
"""Seconds of which moments may be multiples."""

SPECS = {
    "digits": Spec(
        "detection by digits",
        "AUC of boosted trees that see of numbers only their decimals, last digits and whether they occur elsewhere: "
        "0.5 is a guess, 1 is certainty.",
        "lower",
        headline=True,
    ),
}


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Return how well a contestant's numbers can be told from those of the reference by their digits alone.

    The AUC is that of out-of-fold predictions, raw; its parts are those of single columns, where one feature orders the
    rows best. Of more than 60 columns the trees see 60 that are drawn. Values themselves are not seen, and how many
    decimals a number has is seen beside what is usual among real numbers of its size. A row that is a real one does
    not count among the others that have its values.
    """
    places = [place for place, feature in enumerate(tables.features) if feature.levels is None]
    if not places:
        raise NotComputableError(Phrase("the tables have no numbers or dates"))
    rows = tables.contestants[who]
    n_rows = min(len(tables.reference), len(rows), MOST_ROWS)
    require_rows(n_rows)
    rng = numpy_rng(seed, Use.DIGIT_ROWS)
    both = [take(table, n_rows, rng) for table in (tables.reference, rows)]
    matrix, labels = np.vstack(both), np.repeat([False, True], n_rows)
    known, real = tables.cached(_learn, seed)
    own = known.count(matrix) > 0
    columns = [_describe(values, matrix[:, place], own) for place, values in zip(places, real, strict=True)]
    seen = np.sort(numpy_rng(seed, Use.DIGIT_ROWS, 1).permutation(len(columns))[:MOST_COLUMNS])
    alone = np.full(len(tables.features), np.nan)
    alone[places] = [_best_alone(column, labels) for column in columns]
    design = np.unique(np.column_stack([columns[i] for i in seen]), axis=1)
    design = design[:, (design != design[0]).any(axis=0)]
    if not design.shape[1]:
        return {"digits": Measured(0.5, 0.0, per_column=alone)}
    folds = make_folds(matrix, labels, seed)
    chances, _ = out_of_fold(design, labels, folds, lambda: make_trees(rounds=ROUNDS))
    return {"digits": Measured(*auc_and_error(labels, chances), per_column=alone)}


@dataclass(frozen=True, eq=False)
class _Real:
    """The distinct real values of a column in order, how many rows have each, and the usual decimals by size."""

    values: Floats
    counts: NDArray[np.int64]
    usual: pd.Series | None  # None for moments

    def count(self, values: Floats) -> NDArray[np.int64]:
        """Return how many real rows have each value."""
        at = np.searchsorted(self.values, values).clip(max=len(self.values) - 1)
        return np.where(self.values[at] == values, self.counts[at], 0)


def _learn(tables: Tables, seed: int) -> tuple[KnownRows, list[_Real]]:
    """The real rows, and the real values of each column of numbers."""
    columns = []
    for feature, column in zip(tables.features, tables.real.T, strict=True):
        if feature.levels is None:
            real = column[~np.isnan(column)]
            usual = None if feature.is_date else pd.Series(_count_decimals(real)[0]).groupby(_size(real)).median()
            values, counts = np.unique(real, return_counts=True)
            columns.append(_Real(values, counts, usual))
    return KnownRows(tables.real), columns


def _describe(real: _Real, values: Floats, own: NDArray[np.bool_]) -> Floats:
    """Return what is seen of a column's values, of shape (n_values, n_features); a gap is all 0."""
    present = ~np.isnan(values)
    x = np.where(present, values, 0.0)
    seen = _describe_moments(x) if real.usual is None else _describe_numbers(x, real.usual)
    return np.where(present[:, None], np.column_stack([real.count(values) - own > 0, *seen]), 0.0)


def _describe_numbers(x: Floats, usual: pd.Series) -> list[Floats]:
    """Return decimals, by how many they are more than usual of a size, the last digit, and the sign of a rest."""
    decimals, last = _count_decimals(x)
    more = decimals - usual.reindex(_size(x)).fillna(float(np.median(usual))).to_numpy()
    return [decimals, more, last]


def _count_decimals(x: Floats) -> tuple[Floats, Floats]:
    """Return the fewest decimals that write each number, and its last digit; of 0 none."""
    digits = find_digits(x)
    decimals = np.where(digits.decimals == FULL, ALL_DIGITS, digits.decimals)
    return np.where(x == 0, 0, decimals).astype(float), np.abs(digits.whole % 10).astype(float)


def _size(x: Floats) -> NDArray[np.int64]:
    """Return the power of ten of numbers; that of 0 is the least."""
    with np.errstate(divide="ignore"):
        return np.floor(np.log10(np.abs(x))).clip(-40).astype(np.int64)


def _describe_moments(seconds: Floats) -> list[Floats]:
    """Return the widest part of the day that moments are multiples of, whether the day is one of a weekend, and whether
    it is the first or the last of a month."""
    part = np.sum([seconds % step == 0 for step in PARTS], axis=0)
    days = np.floor(seconds / PARTS[-1]).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    first = days == months
    last = (days + np.timedelta64(1, "D")).astype("datetime64[M]") != months
    weekday = (days.astype(np.int64) + 3) % 7
    return [part.astype(float), (weekday >= 5).astype(float), first.astype(float), last.astype(float)]


def _best_alone(features: Floats, labels: NDArray[np.bool_]) -> float:
    """Return the AUC, in one way or the other, of the feature that tells the rows best by itself."""
    return max(0.5 + abs(auc_and_error(labels, feature)[0] - 0.5) for feature in features.T)


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good up to an AUC of 0.65, fair up to 0.85, as of a classifier that sees all."""
    score = scores["digits"]
    template = (
        "Decimals, last digits and repeated values alone tell the rows from real ones with an AUC of {value:.3f} "
        "(other real rows: {ceiling:.3f})."
    )
    text = Phrase(template, value=score.value, ceiling=score.baseline)
    alone = score.measured["synthetic"].per_column
    assert alone is not None
    worst = int(np.nanargmax(alone))
    if score.value > TELLING and alone[worst] > TELLING:
        name = say_name(tables.names[worst], MOST_LETTERS)
        text = Phrase("{text} Most they tell in {column}.", text=text, column=name)
    return reach_finding("digits", text, [Grade(score, 0.65, 0.85)])


FAMILY = Family(
    "digits",
    "Digits",
    "Do the numbers have the decimals, steps and repeated values of real ones?",
    SPECS,
    measure,
    judge,
    said="digits",
    place=26,
)
