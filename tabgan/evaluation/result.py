"""A score beside what a perfect synthesizer would get, and all scores of a pair of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Score:
    """One measure of likeness.

    Attributes
    ----------
    name : str
        Short name, a key of `EvaluationResult.scores`.
    title : str
        What it is called in print.
    value, baseline : float
        Mean over the columns, of synthetic rows and of real rows in their place.
    direction : {"lower", "higher"}
        Which way is better.
    range : (float, float)
        The smallest and largest possible value.
    per_column : DataFrame
        Columns `value` and `baseline`, one row per column of the tables. NaN where the score is not defined.
    """

    name: str
    title: str
    value: float
    baseline: float
    direction: Literal["lower", "higher"]
    range: tuple[float, float]
    per_column: pd.DataFrame = field(repr=False)

    @classmethod
    def of_columns(cls, name: str, title: str, upper: float, values: pd.Series, baselines: pd.Series) -> Score:
        """Make a score for which 0 is best from its values per column."""
        per_column = pd.DataFrame({"value": values, "baseline": baselines})
        return cls(name, title, float(values.mean()), float(baselines.mean()), "lower", (0.0, upper), per_column)


@dataclass(frozen=True)
class EvaluationResult:
    """Scores of a synthetic table, each beside its baseline, and the columns' statistics.

    Attributes
    ----------
    scores : dict of str to Score
        "ks" and "wasserstein".
    statistics : DataFrame
        Mean, std, min and max of each column, with columns such as `real_mean` and `synthetic_mean`.
    n_real, n_synthetic : int
        Rows of the two tables.
    against : str
        What the synthetic rows were compared with, and what the baseline is.
    left_out : tuple of str
        Columns that were not scored, because they hold no numbers.
    """

    scores: dict[str, Score]
    statistics: pd.DataFrame
    n_real: int
    n_synthetic: int
    against: str
    left_out: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """One line in words: how the synthetic table stands to the baseline, column by column."""
        ks = self.scores["ks"]
        ratio = _ratio(ks.value, ks.baseline)
        words = (
            "as close as real rows are"
            if ratio <= 1.25
            else "close"
            if ratio <= 2
            else "not yet close"
            if ratio <= 4
            else "far off"
        )
        worst = ks.per_column["value"].idxmax()
        value, baseline = ks.per_column.loc[worst]
        return (
            f"Column by column the synthetic table is {words}: its mean KS distance of {ks.value:.3f} is {ratio:.1f} "
            f"times the {ks.baseline:.3f} of real rows; the worst column is {worst} ({value:.3f}; real rows "
            f"{baseline:.3f}). How columns depend on each other is not measured here."
        )

    def __str__(self) -> str:
        return self.verdict

    def to_frame(self) -> pd.DataFrame:
        """Return all numbers, one row per column of the tables."""
        parts = [score.per_column.add_prefix(f"{name}_") for name, score in self.scores.items()]
        return pd.concat([*parts, self.statistics], axis=1)

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as JSON values; what is not defined is None."""
        scores = {
            name: {"value": score.value, "baseline": score.baseline, "direction": score.direction, "range": score.range}
            for name, score in self.scores.items()
        }
        columns = [
            {"column": name, **row}
            for name, row in zip(self.statistics.index, self.to_frame().to_dict("records"), strict=True)
        ]
        counts = {"n_real": self.n_real, "n_synthetic": self.n_synthetic, "against": self.against}
        counts["left_out"] = list(self.left_out)
        return _finite({"verdict": self.verdict, **counts, "scores": scores, "columns": columns})


def _ratio(value: float, baseline: float) -> float:
    """How many times the baseline; 1 when both are 0."""
    return value / baseline if baseline else (np.inf if value else 1.0)


def _finite(value: Any) -> Any:
    """Replace numbers that JSON has not by None."""
    if isinstance(value, dict):
        return {key: _finite(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
