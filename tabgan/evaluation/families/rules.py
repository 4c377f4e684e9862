"""Do the rows keep what holds in every real row: equalities, ratios, orders and sums of columns?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tabgan.evaluation.features import GAP, UNSEEN, Feature, round_as_real
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, NotComputableError, Score, Spec, require_rows
from tabgan.evaluation.tables import Tables, take
from tabgan.preprocessing.exact_rules import find_rules
from tabgan.preprocessing.sum_rule import Rule
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng
from tabgan.text import shorten

MOST_ROWS = 10_000
"""Real rows in which rules are found; they must hold in all."""

MOST_LETTERS = 80
SECONDS_PER_DAY = 86_400

SPECS = {
    "rules_kept": Spec(
        "rows that keep all rules",
        "The share of rows that keep all equalities, ratios, orders and sums of columns that every real row keeps.",
        headline=True,
    ),
    "worst_rule": Spec("rows that keep the worst rule", "The share of rows that keep the rule broken most often."),
}


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Return how many of a contestant's rows keep the rules that hold in all real rows, train and reference.

    Numbers are rounded as real ones are; a row that lacks a value cannot break a rule on it.
    """
    rows = tables.contestants[who]
    require_rows(len(rows))
    rules = tables.cached(_find, seed)
    values = to_values(round_as_real(rows, tables.features), tables.features)
    kept = np.column_stack([rule.kept(values) for rule in rules])
    names = [str(name) for name in tables.names]
    shares = pd.Series(kept.mean(axis=0), [rule.describe(names) for rule in rules])
    every, worst = float(kept.all(axis=1).mean()), float(shares.min())
    spreads = (float(np.sqrt(share * (1 - share) / len(rows))) for share in (every, worst))
    return {
        "rules_kept": Measured(every, next(spreads), per_class=shares),
        "worst_rule": Measured(worst, next(spreads)),
    }


def _find(tables: Tables, seed: int) -> list[Rule]:
    rng = numpy_rng(seed, Use.RULE_ROWS)
    values = to_values(take(tables.real, MOST_ROWS, rng), tables.features)
    everyone = to_values(tables.real, tables.features)
    dates = np.array([feature.is_date for feature in tables.features])
    found = find_rules(values, np.array([_step(feature) for feature in tables.features]), dates, rng)
    rules = [rule for rule in found if rule.kept(everyone).all()]
    if not rules:
        raise NotComputableError(Phrase("no equality, ratio, order or sum of columns holds in all real rows"))
    return rules


def to_values(rows: Floats, features: Sequence[Feature]) -> Floats:
    """Return rows with the numbers that levels stand for, and dates in days; NaN for labels."""
    values = rows.copy()
    for place, feature in enumerate(features):
        if feature.is_date:
            values[:, place] /= SECONDS_PER_DAY
        if feature.levels is not None:
            levels = np.array([_to_number(level) for level in feature.levels])
            numbers = levels if not np.isnan(levels[: feature.known]).all() else np.full(len(levels), np.nan)
            values[:, place] = numbers[rows[:, place].astype(int)]
    return values


def _to_number(level: str) -> float:
    try:
        return np.nan if level in (GAP, UNSEEN) else float(level)
    except ValueError:
        return np.nan


def _step(feature: Feature) -> float:
    """Half the last decimal, by which rounding may move a number."""
    return 0.0 if feature.decimals is None or feature.levels is not None else 0.5 * 10.0**-feature.decimals


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good when one row in a hundred breaks a rule, fair up to one in ten."""
    score = scores["rules_kept"]
    shares = score.measured["synthetic"].per_class
    assert shares is not None
    worst = str(shares.index[shares.argmin()])
    template = (
        "{value:.1%} of the rows keep all rules ({count}) that every real row keeps; broken most is {rule}, which "
        "{worst:.1%} keep."
    )
    rule = shorten(worst, MOST_LETTERS)
    text = Phrase(template, value=score.value, count=len(shares), rule=rule, worst=float(shares.min()))
    if shares.min() == 1:
        text = Phrase("All rows keep all rules ({count}) that every real row keeps.", count=len(shares))
    return reach_finding("rules", text, [Grade(score, 0.99, 0.9)])


FAMILY = Family(
    "rules",
    "Exact rules",
    "Do the rows keep the rules that all real rows keep?",
    SPECS,
    measure,
    judge,
    said="exact rules",
    place=24,
)
