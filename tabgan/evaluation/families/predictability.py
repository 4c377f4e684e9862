"""Is every column learned from the others as well as from real rows? The mean over columns, whatever the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.features import say_name
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.predictions import ClassPredictions, Predictions, Task, has_value, make_task, with_value
from tabgan.evaluation.scores import (
    LEAST_ROWS,
    Family,
    Finding,
    Measured,
    NotComputableError,
    Score,
    Spec,
    bootstrap,
    mean_of_present,
    require_rows,
)
from tabgan.evaluation.tables import Tables, take
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

MOST_COLUMNS, MOST_OTHERS = 12, 100
"""Columns that are predicted, and that are used at all; of more as many are drawn."""

MOST_LEARNED, MOST_TESTED = 1000, 2000
ROUNDS, MOST_TREES = 30, 60
SMALL = dict(bins=64, max_leaf_nodes=15)
"""Trees that are quick: every contestant learns every column."""

LEAST_SKILL = 0.1
"""What real rows must predict a column with: less is noise to divide by."""

MOST_RATIO = 2.0
MOST_LETTERS = 40

SPECS = {
    "global_utility": Spec(
        "columns learned from the others, over real rows",
        "The mean over columns of how well trees that learned these rows predict the column of real ones from the "
        "others, over how well trees that learned real rows do: 1 is as well, 0 is guessing.",
        range=(0.0, MOST_RATIO),
        headline=True,
    ),
    "predictability": Spec(
        "columns predicted from the others",
        "The mean over the same columns of R2 (numbers) or 2 AUC - 1 (labels), of real rows: 0 is guessing.",
        range=(-np.inf, 1.0),
    ),
}


@dataclass(frozen=True, eq=False)
class _Column:
    """A column to predict: where its test rows are among the tested ones (-1 for none), and what real rows predict."""

    place: int
    task: Task
    tested: NDArray[np.intp]
    real: Predictions

    @cached_property
    def possible(self) -> float:
        """The skill of real rows in all tested ones."""
        return self.skill(self.real, np.arange(len(self.tested)))

    def learn(self, rows: Floats) -> Predictions | None:
        """Return what trees that learned the rows predict, if enough of them have the column."""
        rows = with_value(rows, self.task.features[self.task.target], self.task.target)
        return _learn(self.task, rows) if len(rows) >= LEAST_ROWS else None

    def skill(self, predictions: Predictions | None, places: NDArray[np.intp]) -> float:
        """Return the skill in some of the tested rows: 0 is guessing, 1 is always right."""
        if predictions is None:
            return 0.0
        found = predictions.skill((own := self.tested[places])[own >= 0])
        return 2 * found - 1 if isinstance(predictions, ClassPredictions) else found


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score trees that learned a contestant's rows, column by column, beside trees that learned real ones.

    The mean over columns of what is learned, over what real rows teach, is the "global utility" of TabStruct (Jiang et
    al. 2025, arXiv 2509.11950), with small boosted trees and no tuning. Ratios are clipped to 0 and 2, as far on either
    side of 1. Columns that real rows hardly predict are left out.
    """
    require_rows(min(len(tables.contestants[who]), len(tables.reference)))
    small, columns = tables.cached(_prepare, seed)
    rows = take(small.contestants[who], MOST_LEARNED, numpy_rng(seed, Use.STRUCTURE_ROWS))
    own = [column.real if who == "real" else column.learn(rows) for column in columns]

    def skills(places: NDArray[np.intp]) -> Floats:
        learned, possible = np.transpose(
            [[c.skill(p, places), c.skill(c.real, places)] for c, p in zip(columns, own, strict=True)]
        )
        lost = (possible - learned) / [column.possible for column in columns]  # the same rows for both, in a bootstrap
        return np.array([np.clip(1 - lost, 0, MOST_RATIO), learned])

    n_tested = len(small.reference)
    parts = np.full((len(SPECS), len(tables.features)), np.nan)
    parts[:, [column.place for column in columns]] = skills(np.arange(n_tested))
    rng = numpy_rng(seed, Use.STRUCTURE_BOOTSTRAP)
    spreads = bootstrap(lambda places: mean_of_present(skills(places)), n_tested, rng)
    values, note = mean_of_present(parts), _note(tables, columns)
    found = zip(SPECS, values, spreads, parts, strict=True)
    return {name: Measured(float(v), float(s), per_column=part, note=note) for name, v, s, part in found}


def _prepare(tables: Tables, seed: int) -> tuple[Tables, list[_Column]]:
    """The tables with as many columns and rows as are looked at, and the columns that real rows predict."""
    rng = numpy_rng(seed, Use.PREDICTED_COLUMNS)
    drawn = rng.permutation(len(tables.features))[:MOST_OTHERS]
    used = np.sort(drawn)
    small = replace(
        tables,
        features=tuple(tables.features[place] for place in used),
        train=tables.train[:, used],
        reference=take(tables.reference, MOST_TESTED, rng)[:, used],
        contestants={who: rows[:, used] for who, rows in tables.contestants.items()},
        target=None,
    )
    asked = np.flatnonzero(np.isin(used, drawn[:MOST_COLUMNS]))
    columns = [column for at in asked if (column := _try_column(small, int(at), int(used[at]), seed))]
    if not columns:
        raise NotComputableError(Phrase("real rows predict no column from the others"))
    return small, columns


def _try_column(tables: Tables, at: int, place: int, seed: int) -> _Column | None:
    """Return the column at a place, if real rows predict it."""
    try:
        task = make_task(tables, at)
    except NotComputableError:
        return None
    learned = take(tables.contestants["real"], MOST_LEARNED, numpy_rng(seed, Use.STRUCTURE_ROWS))
    learned = with_value(learned, tables.features[at], at)
    if len(learned) < LEAST_ROWS:
        return None
    present = has_value(tables.reference[:, at], tables.features[at])
    tested = np.where(present, np.cumsum(present) - 1, -1)
    column = _Column(place, task, tested, _learn(task, learned))
    return column if column.possible >= LEAST_SKILL else None


def _learn(task: Task, rows: Floats) -> Predictions:
    rounds = min(ROUNDS, max(MOST_TREES // max(task.n_classes, 1), 5))
    return task.learn_trees(rows, rounds, **SMALL)


def _note(tables: Tables, columns: list[_Column]) -> str:
    """Say how many columns count."""
    tried, count = min(MOST_COLUMNS, len(tables.features)), len(tables.features)
    if tried < count:
        template = "of {count:,} columns {tried} were drawn, of which real rows predict {kept}; only these count"
        return Phrase(template, count=count, tried=tried, kept=len(columns))
    if len(columns) < tried:
        template = "of {count:,} columns real rows predict {kept} from the others; only these count"
        return Phrase(template, count=count, kept=len(columns))
    return ""


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good when a twentieth of what real rows teach is lost, fair up to a fifth."""
    score = scores["global_utility"]
    assert score.per_column is not None
    worst = score.per_column["synthetic"].idxmin()
    name = say_name(worst, MOST_LETTERS)
    template = (
        "Trees that learned these rows predict the columns of real ones from each other with {value:.0%} of the skill "
        "that real rows teach; the worst is {column} ({worst:.0%})."
    )
    text = Phrase(template, value=score.value, column=name, worst=score.per_column["synthetic"][worst])
    return reach_finding("predictability", text, [Grade(score, 0.95, 0.8)])


FAMILY = Family(
    "predictability",
    "Each column from the others",
    "Is every column learned from the others as well as from real rows?",
    SPECS,
    measure,
    judge,
    said="columns learned from the others",
    place=55,
)
