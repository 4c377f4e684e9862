"""A score beside what a perfect synthesizer and trivial ones would get."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from tabgan.evaluation.phrase import Phrase

CONTESTANTS = {
    "synthetic": "synthetic rows",
    "real": "other real rows",
    "smote": "between neighbours (SMOTE)",
    "noisy": "copies with noise",
    "copula": "Gaussian copula",
    "shuffled": "shuffled columns",
}
"""Who is scored: the rows to judge, the ceiling, and the baselines; and what they are called."""

LEAST_ROWS = 20


def mean_of_present(values: np.ndarray) -> np.ndarray:
    """Return means over the last axis of what is not NaN; NaN where nothing is.

    Examples
    --------
    >>> mean_of_present(np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]]))
    array([ 2., nan])
    """
    present = ~np.isnan(values)
    counts = present.sum(axis=-1)
    return np.where(counts, np.where(present, values, 0).sum(axis=-1) / np.maximum(counts, 1), np.nan)


class NotComputableError(Exception):
    """Why a family of scores cannot be computed for these tables, in words."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason)
        self.reason = reason


def require_rows(count: int) -> None:
    """Raise NotComputableError unless there are 20 rows on either side of a comparison."""
    if count < LEAST_ROWS:
        template = "at least {least} real and {least} synthetic rows are needed to compare, but one side has {count}"
        raise NotComputableError(Phrase(template, least=LEAST_ROWS, count=count))


@dataclass(frozen=True)
class Kind:
    """What a score is, whoever gets it.

    Attributes
    ----------
    title : str
        What it is called in print.
    direction : {"lower", "higher"}
        Which way is better.
    range : (float, float)
        The smallest and largest possible value; infinite where there is none.
    meaning : str
        One sentence on what it tells.
    headline : bool, default False
        Whether it stands for its family where there is room for few.
    """

    title: str
    direction: Literal["lower", "higher"]
    range: tuple[float, float]
    meaning: str
    headline: bool = False


@dataclass(frozen=True)
class Measured:
    """What one contestant got.

    Attributes
    ----------
    value : float
        NaN when it is not defined.
    spread : float
        Its standard error; NaN when that was not estimated.
    per_column : ndarray of shape (n_columns,), optional
        Its parts, NaN where a column has none.
    per_pair : DataFrame, optional
        For scores of pairs: `first` and `second`, the places of the columns, and `value`.
    per_class : Series, optional
        For scores of classes: values by level.
    note : str
        What must be known of this value.
    """

    value: float
    spread: float = np.nan
    per_column: np.ndarray | None = None
    per_pair: pd.DataFrame | None = None
    per_class: pd.Series | None = None
    note: str = ""


@dataclass(frozen=True)
class Score:
    """One measure, of the synthetic rows and of those it stands beside.

    Attributes
    ----------
    name : str
        A key of `EvaluationResult.scores`.
    family : str
        The family it belongs to.
    kind : Kind
        Title, direction, range and meaning.
    measured : dict of str to Measured
        By contestant: "synthetic", "real", "smote", "noisy", "copula", "shuffled".
    columns : tuple
        The names of the columns.
    """

    name: str
    family: str
    kind: Kind
    measured: dict[str, Measured] = field(repr=False)
    columns: tuple = field(default=(), repr=False)

    @property
    def value(self) -> float:
        """What the synthetic rows got."""
        return self.measured["synthetic"].value

    @property
    def spread(self) -> float:
        """The standard error of `value`."""
        return self.measured["synthetic"].spread

    @property
    def baseline(self) -> float:
        """What other real rows got: the ceiling."""
        return self.measured["real"].value

    @property
    def baselines(self) -> dict[str, float]:
        """What real rows and each trivial synthesizer got."""
        return {name: measured.value for name, measured in self.measured.items() if name != "synthetic"}

    @property
    def direction(self) -> str:
        """Which way is better, "lower" or "higher"."""
        return self.kind.direction

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and largest possible value."""
        return self.kind.range

    @property
    def note(self) -> str:
        """What must be known of the value."""
        return self.measured["synthetic"].note

    @property
    def per_column(self) -> pd.DataFrame | None:
        """Parts of the score by column (rows) and contestant (columns), or None when it has none."""
        parts = {name: m.per_column for name, m in self.measured.items() if m.per_column is not None}
        return pd.DataFrame(parts, index=list(self.columns)) if "synthetic" in parts else None

    @property
    def per_pair(self) -> pd.DataFrame | None:
        """Parts of the score by pair of columns, the worst first: `first`, `second` (names), `value` and `baseline`."""
        own, real = self.measured["synthetic"].per_pair, self.measured["real"].per_pair
        if own is None or real is None:
            return None
        names = np.array(self.columns, dtype=object)
        frame = pd.DataFrame(
            {"first": names[own["first"]], "second": names[own["second"]], "value": own["value"].to_numpy()}
        )
        frame["baseline"] = real["value"].to_numpy()
        return frame.sort_values("value", ascending=self.direction == "higher", ignore_index=True)
