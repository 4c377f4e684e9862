"""Do the rows have combinations of values that do not exist, in columns of which only few combinations do?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabgan.evaluation.copies import KnownRows
from tabgan.evaluation.features import round_as_real
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, NotComputableError, Score, Spec, require_rows
from tabgan.evaluation.tables import Tables, take
from tabgan.preprocessing.tied import find_tied
from tabgan.seeds import Use, numpy_rng
from tabgan.text import shorten

MOST_ROWS = 5000
"""Real rows in which groups are found."""

MOST_LETTERS = 60

SPECS = {
    "impossible_combinations": Spec(
        "rows with a combination that does not exist",
        "The share of rows with a combination of values that no real row has, in groups of columns of which few "
        "combinations exist.",
        "lower",
        headline=True,
    ),
}


@dataclass(frozen=True, eq=False)
class _Group:
    """Columns that are tied, and the combinations of all real rows, and of those that others are compared with."""

    columns: list[int]
    of_all: KnownRows
    of_learned: KnownRows


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Return the share of a contestant's rows with a combination that no real row has, train and reference.

    For the ceiling it is the share of rows of the reference with a combination that no learned row has: combinations
    that are rare occur for the first time. Numbers are rounded as real ones are.
    """
    rows = round_as_real(tables.reference if who == "real" else tables.contestants[who], tables.features)
    require_rows(len(rows))
    groups = tables.cached(_find, seed)
    known = [group.of_learned if who == "real" else group.of_all for group in groups]
    lacking = np.array([own.count(rows[:, g.columns]) == 0 for own, g in zip(known, groups, strict=True)])
    by_column = np.full(len(tables.features), np.nan)
    for group, shares in zip(groups, lacking, strict=True):
        by_column[group.columns] = shares.mean()
    names = [" × ".join(str(tables.names[place]) for place in group.columns) for group in groups]
    share = float(lacking.any(axis=0).mean())
    spread = float(np.sqrt(share * (1 - share) / len(rows)))
    by_group = pd.Series(lacking.mean(axis=1), names)
    return {"impossible_combinations": Measured(share, spread, per_column=by_column, per_class=by_group)}


def _find(tables: Tables, seed: int) -> list[_Group]:
    """Groups of tied columns, as a generator finds them."""
    rng = numpy_rng(seed, Use.COMBINED_ROWS)
    real = round_as_real(tables.real, tables.features)
    learned = round_as_real(tables.train if tables.has_holdout else tables.contestants["real"], tables.features)
    labels = np.flatnonzero(tables.categorical).tolist()
    found = [list(columns) for columns in find_tied(take(real, MOST_ROWS, rng), labels, (), rng)]
    if not found:
        raise NotComputableError(Phrase("in no group of columns are the combinations of values few"))
    return [_Group(columns, *(KnownRows(rows[:, columns]) for rows in (real, learned))) for columns in found]


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good up to a hundredth of the rows more than of real ones, fair up to a tenth."""
    score = scores["impossible_combinations"]
    shares = score.measured["synthetic"].per_class
    assert shares is not None
    worst = shorten(shares.index[shares.argmax()], MOST_LETTERS)
    template = (
        "{value:.1%} of the rows have a combination of values that no real row has (other real rows: {ceiling:.1%}); "
        "of {columns} it is {worst:.1%}."
    )
    values = dict(value=score.value, ceiling=score.baseline, columns=worst, worst=float(shares.max()))
    grade = Grade(score, score.baseline + 0.01, score.baseline + 0.1)
    return reach_finding("combinations", Phrase(template, **values), [grade])


FAMILY = Family(
    "combinations",
    "Combinations of values",
    "Do the rows have combinations of values that do not exist?",
    SPECS,
    measure,
    judge,
    said="combinations of values",
    place=22,
)
