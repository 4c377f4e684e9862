"""Do columns go together as they should, two by two?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from tabgan.evaluation.contingency import similarities
from tabgan.evaluation.correlations import distance_correlation, pearson, ranks
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, Kind, Measured, NotComputableError, mean_of_present
from tabgan.evaluation.spread import REPEATS
from tabgan.evaluation.tables import Tables, take

KINDS = {
    "pairs": Kind(
        "column pairs",
        "higher",
        (0.0, 1.0),
        "Mean over pairs of columns: how alike their correlation (numbers) or joint shares (labels) are.",
        headline=True,
    ),
    "pearson": Kind(
        "difference of correlations",
        "lower",
        (0.0, 2.0),
        "Mean distance between Pearson's correlations: straight-line dependence.",
    ),
    "spearman": Kind(
        "difference of rank correlations",
        "lower",
        (0.0, 2.0),
        "Mean distance between Spearman's correlations: dependence that rises or falls, in any form.",
    ),
    "distance_correlation": Kind(
        "difference of distance correlations",
        "lower",
        (0.0, 1.0),
        "Mean distance between distance correlations: dependence of any form, such as a circle.",
    ),
    "contingency": Kind(
        "pairs of labels",
        "higher",
        (0.0, 1.0),
        "1 - total variation between the joint shares of two columns of labels.",
    ),
    "mixed": Kind(
        "pairs of a number and a label",
        "higher",
        (0.0, 1.0),
        "The same of a column of labels and one of binned numbers.",
    ),
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
    _check(tables, len(rows))
    first, second = np.triu_indices(len(tables.features), 1)
    labels = tables.categorical[first].astype(int) + tables.categorical[second]
    draws: list[np.ndarray | slice] = [slice(None)]
    if who in ("synthetic", "real") and len(first) <= MOST_BOOTSTRAPPED:
        draws += list(np.random.default_rng(seed).integers(len(rows), size=(REPEATS, len(rows))))
    parts: dict[str, np.ndarray] = {"pairs": np.full((len(draws), len(first)), np.nan)}
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


def _check(tables: Tables, n_rows: int) -> None:
    if len(tables.features) < 2:
        raise NotComputableError(Phrase("pairs need two columns that can be scored, but there is one"))
    if (least := min(n_rows, len(tables.reference))) < LEAST_ROWS:
        template = "pairs of columns need at least {least} rows on each side, but there are {rows}"
        raise NotComputableError(Phrase(template, least=LEAST_ROWS, rows=least))


def _score_numbers(
    tables: Tables, rows: np.ndarray, draws: Sequence[np.ndarray | slice], seed: int
) -> dict[str, np.ndarray]:
    """Return the scores of pairs of numbers in draws of the rows, each of shape (n_draws, n_pairs)."""
    numbers = ~tables.categorical
    upper = np.triu_indices(numbers.sum(), 1)
    real, here = tables.reference[:, numbers], rows[:, numbers]
    known = pearson(real)[upper]
    own = np.array([pearson(here[places])[upper] for places in draws])
    ranked = ranks(here)
    own_ranked = np.array([pearson(ranked[places])[upper] for places in draws])
    far, own_far = (
        distance_correlation(take(side, MOST_DISTANCE_ROWS, np.random.default_rng(seed)))[upper]
        for side in (real, here)
    )
    return {
        "pairs": np.where(np.isnan(own) & ~np.isnan(known), 0, 1 - np.abs(known - own) / 2),
        "pearson": np.abs(known - np.nan_to_num(own)),
        "spearman": np.abs(pearson(ranks(real))[upper] - np.nan_to_num(own_ranked)),
        "distance_correlation": np.abs(far - np.nan_to_num(own_far))[None],
    }


def _summarise(values: np.ndarray, first: np.ndarray, second: np.ndarray, n_columns: int) -> Measured:
    """The mean over pairs, its standard error over draws, and the means over the pairs of each column."""
    means = mean_of_present(values)
    spread = float(np.std(means[1:], ddof=1)) if len(means) > 2 else np.nan
    square = np.full((n_columns, n_columns), np.nan)
    square[first, second] = square[second, first] = values[0]
    note = Phrase("no pair of columns varies in the reference") if np.isnan(means[0]) else ""
    return Measured(float(means[0]), spread, mean_of_present(square), note=note)
