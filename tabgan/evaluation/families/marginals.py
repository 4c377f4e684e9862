"""Is each column right, whatever the others are?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.column_scores import LabelColumn, NumberColumn
from tabgan.evaluation.features import UNSEEN, say_name
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, Family, Finding, Measured, Score, Spec, bootstrap, mean_of_present
from tabgan.evaluation.tables import Tables
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

MOST_LETTERS = 40
"""Of a name in a sentence."""

MOST_UNSEEN = 0.1
"""Share of rows with a level that no real row has, from which on a column is poor whatever the others are."""

SPECS = {
    "shape": Spec(
        "column shapes",
        "Mean over columns of 1 - KS distance (numbers) or 1 - total variation (labels).",
        headline=True,
    ),
    "ks_complement": Spec(
        "shapes of numbers", "1 - KS distance, the largest gap between two cumulative distributions."
    ),
    "tv_complement": Spec(
        "shares of labels", "1 - total variation, the share of rows whose label would have to change."
    ),
    "wasserstein": Spec(
        "Wasserstein distance",
        "How far values would have to move on average, in standard deviations.",
        "lower",
        (0.0, np.inf),
    ),
    "mean_shift": Spec("shift of means", "Distance between the means, in standard deviations.", "lower", (0.0, np.inf)),
    "std_shift": Spec(
        "shift of spreads",
        "How far the ratio of the standard deviations is from 1: 0.1 is 10% too narrow or too wide.",
        "lower",
        (0.0, np.inf),
    ),
    "quantile_shift": Spec(
        "shift of deciles", "Mean distance between the nine deciles, in standard deviations.", "lower", (0.0, np.inf)
    ),
    "range_coverage": Spec("range coverage", "How much of the way from the real minimum to the maximum is covered."),
    "category_coverage": Spec("level coverage", "Share of the real levels that appear."),
    "in_range": Spec("values in range", "Share of values within the real range, and of labels that are real."),
    "boundary_mass": Spec(
        "spikes at the ends",
        "Share of values on the real minimum or maximum, beyond the real share: what clipping leaves.",
        "lower",
    ),
    "missing_shift": Spec("shift of missing rates", "Distance between the shares of gaps.", "lower"),
    "decimals": Spec("decimals", "Share of values with no more decimals than real ones have."),
}
EXTREMES = ("range_coverage", "category_coverage")
"""What the bootstrap cannot tell the spread of: it never draws beyond what was seen (Bickel and Freedman 1981)."""


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score the columns of a contestant against those of the reference; standard errors by the bootstrap.

    Scores that no column of the tables has are left out.
    """
    rows = tables.contestants[who]
    columns = [_sort(tables, rows, place) for place in range(len(tables.features))]
    first = [column.scores(_count(column, np.arange(len(rows)))) for column in columns]
    names = [name for name in SPECS if any(name in parts for parts in first)]

    def means(places: NDArray[np.intp]) -> Floats:
        return mean_of_present(_table(names, [column.scores(_count(column, places)) for column in columns]))

    parts = _table(names, first)
    values = mean_of_present(parts)
    spreads: Floats = np.full(len(names), np.nan)
    if who in ("synthetic", "real"):
        spreads = bootstrap(means, len(rows), numpy_rng(seed, Use.COLUMN_BOOTSTRAP))
    nothing = Phrase("every column is constant or empty")
    return {
        name: Measured(
            float(values[i]),
            np.nan if name in EXTREMES else float(spreads[i]),
            parts[i],
            note=nothing if np.isnan(values[i]) else "",
        )
        for i, name in enumerate(names)
    }


def _sort(tables: Tables, rows: Floats, place: int) -> NumberColumn | LabelColumn:
    feature, reference = tables.features[place], tables.reference[:, place]
    if feature.levels is not None:
        return LabelColumn(feature, rows[:, place], reference)
    return NumberColumn(feature, rows[:, place], reference, tables.real[:, place])


def _count(column: NumberColumn | LabelColumn, places: NDArray[np.intp]) -> NDArray[np.int64]:
    return np.bincount(column.codes[places], minlength=len(column.reference))


def _table(names: list[str], parts: list[dict[str, float]]) -> Floats:
    """Scores by name (rows) and column, NaN where a column has none."""
    return np.array([[part.get(name, np.nan) for part in parts] for name in names])


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good up to 1.5 times the error of other real rows, fair up to 3 times; poor with many unseen levels."""
    score = scores["shape"]
    assert score.per_column is not None
    rows = min(len(tables.synthetic), len(tables.reference))
    if rows < LEAST_ROWS:
        template = "{rows} rows are too few to judge: there must be {least} synthetic and {least} real ones."
        few = Phrase(template, rows=rows, least=LEAST_ROWS)
        return Finding("marginals", "unknown", few, few, doubt=True)
    unseen = [_find_unseen(tables, place) for place in range(len(tables.features))]
    place = max(range(len(unseen)), key=lambda place: unseen[place][0])
    excess, share = unseen[place]
    if excess > MOST_UNSEEN:
        column = say_name(tables.names[place], MOST_LETTERS)
        template = "In {column} {share:.0%} of the rows have a level that no real row has."
        text = Phrase(template, column=column, share=share)
        so = Phrase("Do not use these rows in place of real ones. {text}", text=text)
        return Finding("marginals", "poor", text, so)
    worst = score.per_column["synthetic"].idxmin()
    template = (
        "Column by column the error is {times:.1f} times that of other real rows (shape {value:.3f}, theirs "
        "{ceiling:.3f}); the worst is {column} ({worst:.3f})."
    )
    values = dict(times=score.times_real(score.value), value=score.value, ceiling=score.baseline)
    text = Phrase(template, column=say_name(worst, MOST_LETTERS), worst=score.per_column["synthetic"][worst], **values)
    return reach_finding("marginals", text, [Grade(score, score.at_times_real(1.5), score.at_times_real(3))])


def _find_unseen(tables: Tables, place: int) -> tuple[float, float]:
    """The share of rows with a level that no real row has: what is beyond that of new real rows, and all of it.

    New real rows bring as much as the share of levels that were seen once (Good 1953, "The population frequencies of
    species").
    """
    levels = tables.features[place].levels
    if levels is None or UNSEEN not in levels:
        return 0.0, 0.0
    share = float(np.mean(tables.synthetic[:, place] == levels.index(UNSEEN)))
    once = np.count_nonzero(np.bincount(tables.real[:, place].astype(int)) == 1) / len(tables.real)
    return share - once, share


FAMILY = Family(
    "marginals",
    "Columns one by one",
    "Is each column right?",
    SPECS,
    measure,
    judge,
    said="single columns",
    required_from=1,
    place=10,
)
