"""All scores of a synthetic table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.scored import ScoredResult
from tabgan.evaluation.scores import CONTESTANTS, Score
from tabgan.evaluation.tables import Tables
from tabgan.evaluation.verdict import Verdict, reach_verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class EvaluationResult(ScoredResult):
    """Scores of a synthetic table, each beside its ceiling and baselines.

    Attributes
    ----------
    scores : dict of str to Score
        By name, such as "shape", "detection" or "dcr"; docs/evaluation.md says what each means.
    skipped : dict of str to str
        Families that could not be computed, and why.
    tables : Tables
        What was compared.
    random_state : int
        The seed.
    seconds : dict of str to float
        How long each family took, and "all".
    """

    scores: dict[str, Score]
    skipped: dict[str, str]
    tables: Tables = field(repr=False)
    random_state: int = 0
    seconds: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, drawn or changed."""
        return self.tables.notes

    @cached_property
    def verdict(self) -> Verdict:
        """May the rows be used? In words, by family."""
        return reach_verdict(self.scores, self.tables)

    @property
    def contestants(self) -> Mapping[str, str]:
        """Who is scored, and what they are called."""
        return CONTESTANTS

    def plot(self, what: str = "scores", column: Hashable | None = None, ax: Axes | None = None) -> Axes | NDArray[Any]:
        """Draw a part of the result with matplotlib.

        Parameters
        ----------
        what : {"scores", "marginals", "pairs"}
            Headline scores beside their baselines; marginals of real and synthetic rows; similarity of pairs.
        column : name, or two names, optional
            The column of "marginals"; the two of "pairs", which are drawn as points then. All of them without it.
        ax : matplotlib Axes, optional
            Where to draw; a new figure's by default.

        Returns
        -------
        Axes, or ndarray of Axes for the marginals of all columns
        """
        from tabgan.evaluation import pictures  # matplotlib takes a while to load

        if what == "marginals" and column is None:
            return pictures.plot_marginals(self.scores, self.tables)
        if what == "marginals":
            return pictures.plot_marginal(self.scores, self.tables, column, ax)
        if what == "pairs" and column is not None:
            return pictures.plot_pair(self.scores, self.tables, column, ax, self.random_state)
        if what == "pairs":
            return pictures.plot_pairs(self.scores, self.tables, ax)
        if what == "scores":
            return pictures.plot_scores(self.scores, ax)
        raise InputError(f"what is drawn is scores, marginals or pairs, but {what!r} was asked for; name one of these")

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """Mean, std, min, max and share of gaps of each column of numbers, such as `real_mean`, `synthetic_mean`."""
        numbers = [i for i, f in enumerate(self.tables.features) if f.levels is None and not f.is_date]
        names = [self.tables.names[place] for place in numbers]
        sides = {"real": self.tables.train, "synthetic": self.tables.synthetic}
        frames = {side: pd.DataFrame(rows[:, numbers], columns=names) for side, rows in sides.items()}
        asked = ("mean", "std", "min", "max")
        values = {f"{side}_{name}": frame.agg(name) for name in asked for side, frame in frames.items()}
        values |= {f"{side}_missing": frame.isna().mean() for side, frame in frames.items()}
        return pd.DataFrame(values, index=names)

    def to_frame(self, by: str = "score") -> pd.DataFrame:
        """Return all numbers.

        Parameters
        ----------
        by : {"score", "column"}
            One row per score, with value, spread, ceiling ("real") and baselines; or one row per column of the tables,
            with its parts of each score, such as `shape` and `shape_real`, and its statistics.

        Examples
        --------
        >>> import numpy as np
        >>> from tabgan import evaluate
        >>> rng = np.random.default_rng(0)
        >>> result = evaluate(rng.normal(size=(60, 2)), rng.normal(size=(60, 2)), only=["marginals"])
        >>> list(result.to_frame().columns)[:6]
        ['family', 'title', 'direction', 'value', 'spread', 'real']
        """
        if by == "column":
            parts = {}
            for name, score in self.scores.items():
                if (frame := score.per_column) is not None:
                    parts[name] = frame["synthetic"]
                    if "real" in frame:
                        parts[f"{name}_real"] = frame["real"]
            return pd.DataFrame(parts, index=self.tables.names).join(self.statistics)
        return super().to_frame()

    def count_compared(self) -> dict[str, Any]:
        """Return how many rows were learned, compared with and scored."""
        return {
            "n_train": len(self.tables.train),
            "n_reference": len(self.tables.reference),
            "n_scored": len(self.tables.synthetic),
            "has_holdout": self.tables.has_holdout,
        }

    def describe_columns(self) -> dict[str, Any]:
        """Return `to_frame("column")` as JSON values."""
        columns = self.to_frame("column")
        rows = zip(columns.index, columns.to_dict("records"), strict=True)
        return {"columns": [{"column": name, **row} for name, row in rows]}
