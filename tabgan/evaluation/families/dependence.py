"""Do columns go together as they should, two by two?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.pairs import distance_correlation, pearson, ranks, similarities
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import (
    REPEATS,
    Family,
    Finding,
    Measured,
    NotComputableError,
    Score,
    Spec,
    mean_of_present,
    require_rows,
)
from tabgan.evaluation.tables import Tables, take
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

SPECS = {
    "pairs": Spec(
        "column pairs",
        "Mean over pairs of columns: how alike their correlation (numbers) or joint shares (labels) are.",
        headline=True,
    ),
    "pearson": Spec(
        "difference of correlations",
        "Mean distance between Pearson's correlations: straight-line dependence.",
        "lower",
        (0.0, 2.0),
    ),
    "spearman": Spec(
        "difference of rank correlations",
        "Mean distance between Spearman's correlations: dependence that rises or falls, in any form.",
        "lower",
        (0.0, 2.0),
    ),
    "distance_correlation": Spec(
        "difference of distance correlations",
        "Mean distance between distance correlations: dependence of any form, such as a circle.",
        "lower",
    ),
    "contingency": Spec("pairs of labels", "1 - total variation between the joint shares of two columns of labels."),
    "mixed": Spec("pairs of a number and a label", "The same of a column of labels and one of binned numbers."),
}
MOST_DISTANCE_ROWS = 300
"""Distance matrices grow with the square of the rows."""
MOST_BOOTSTRAPPED = 500
"""Of more pairs no standard errors are estimated, for the time that takes."""


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score the pairs of columns of a contestant against those of the reference.

    Scores that no pair has are left out. A pair without a correlation, because a column is constant, counts as 0 (the
    worst similarity, or no correlation) when only the contestant lacks it, and is left out when the reference does.

    Raises
    ------
    NotComputableError
        One column only, or fewer than 20 rows.
    """
    rows = tables.contestants[who]
    if len(tables.features) < 2:
        raise NotComputableError(Phrase("pairs need two columns that can be scored, but there is one"))
    require_rows(min(len(rows), len(tables.reference)))
    first, second = np.triu_indices(len(tables.features), 1)
    labels = tables.categorical[first].astype(int) + tables.categorical[second]
    draws: list[NDArray[np.intp] | slice] = [slice(None)]
    if who in ("synthetic", "real") and len(first) <= MOST_BOOTSTRAPPED:
        draws += list(numpy_rng(seed, Use.PAIR_BOOTSTRAP).integers(len(rows), size=(REPEATS, len(rows))))
    parts: dict[str, Floats] = {"pairs": np.full((len(draws), len(first)), np.nan)}
    if (labels == 0).any():
        for name, values in _score_numbers(tables, rows, draws, seed).items():
            parts.setdefault(name, np.full((len(values), len(first)), np.nan))[:, labels == 0] = values
    if labels.any():
        chosen = np.column_stack([first, second])[labels > 0]
        parts["pairs"][:, labels > 0] = similarities(tables.features, tables.reference, rows, chosen, draws)
        for name, count in {"contingency": 2, "mixed": 1}.items():
            if (labels == count).any():
                parts[name] = np.where(labels == count, parts["pairs"], np.nan)
    measured = {name: _summarise(values, first, second, len(tables.features)) for name, values in parts.items()}
    if "distance_correlation" in measured and max(len(rows), len(tables.reference)) > MOST_DISTANCE_ROWS:
        note = measured["distance_correlation"].note or Phrase("on {rows} rows of each table", rows=MOST_DISTANCE_ROWS)
        measured["distance_correlation"] = replace(measured["distance_correlation"], note=note)
    frame = pd.DataFrame({"first": first, "second": second, "value": parts["pairs"][0]})
    measured["pairs"] = replace(measured["pairs"], per_pair=frame)
    return measured


def _score_numbers(
    tables: Tables, rows: Floats, draws: Sequence[NDArray[np.intp] | slice], seed: int
) -> dict[str, Floats]:
    """Return the scores of pairs of numbers in draws of the rows, each of shape (n_draws, n_pairs)."""
    numbers = ~tables.categorical
    upper = np.triu_indices(numbers.sum(), 1)
    here = rows[:, numbers]
    known, known_ranked, far = (square[upper] for square in tables.cached(_relate_reference, seed))
    own = np.array([pearson(here[places])[upper] for places in draws])
    ranked = ranks(here)
    own_ranked = np.array([pearson(ranked[places])[upper] for places in draws])
    _, own_far = _draw_few(tables.reference[:, numbers], here, seed)
    own_far = distance_correlation(own_far)[upper]
    # Of a column that does not vary the correlation is NaN, which counts as none, unless the real one has none either.
    return {
        "pairs": np.where(np.isnan(own) & ~np.isnan(known), 0, 1 - np.abs(known - own) / 2),
        "pearson": np.abs(known - np.nan_to_num(own)),
        "spearman": np.abs(known_ranked - np.nan_to_num(own_ranked)),
        "distance_correlation": np.abs(far - np.nan_to_num(own_far))[None],
    }


def _relate_reference(tables: Tables, seed: int) -> tuple[Floats, Floats, Floats]:
    """Return how the numbers of the reference go together: by value, by rank and by distance."""
    real = tables.reference[:, ~tables.categorical]
    return pearson(real), pearson(ranks(real)), distance_correlation(_draw_few(real, real, seed)[0])


def _draw_few(real: Floats, rows: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return as many rows of both as have distance matrices."""
    rng = numpy_rng(seed, Use.DISTANT_PAIRS)
    return take(real, MOST_DISTANCE_ROWS, rng), take(rows, MOST_DISTANCE_ROWS, rng)


def _summarise(values: Floats, first: NDArray[np.intp], second: NDArray[np.intp], n_columns: int) -> Measured:
    """The mean over pairs, its standard error over draws, and the means over the pairs of each column."""
    means = mean_of_present(values)
    spread = float(np.std(means[1:], ddof=1)) if len(means) > 2 else np.nan
    square = np.full((n_columns, n_columns), np.nan)
    square[first, second] = square[second, first] = values[0]
    note = Phrase("no pair of columns varies in the reference") if np.isnan(means[0]) else ""
    return Measured(float(means[0]), spread, mean_of_present(square), note=note)


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good up to 1.5 times the error of other real rows, or a tenth lost of what shuffling loses; fair up to 35%."""
    score = scores["pairs"]
    shuffled = score.baselines["shuffled"]
    way = max(score.baseline - shuffled, 1e-9)
    lost = min(max((score.baseline - score.value) / way, 0.0), 1.0)
    good = min(score.baseline - 0.1 * way, score.at_times_real(1.5))
    fair = min(score.baseline - 0.35 * way, good)
    template = (
        "Of what ties columns together {lost:.0%} is lost: the similarity of pairs is {value:.3f}, that of other real "
        "rows {ceiling:.3f}, that of shuffled columns {shuffled:.3f}."
    )
    text = Phrase(template, lost=lost, value=score.value, ceiling=score.baseline, shuffled=shuffled)
    return reach_finding("dependence", text, [Grade(score, good, fair)])


FAMILY = Family(
    "dependence",
    "Columns together",
    "Do columns go together as they should?",
    SPECS,
    measure,
    judge,
    required_from=2,
    place=20,
)
