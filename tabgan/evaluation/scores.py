"""A family of scores: what it asks, what each of its scores is, who got what, and what that says."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.phrase import Phrase
from tabgan.registry import registered
from tabgan.schema.column import Floats

CONTESTANTS = {
    "synthetic": "synthetic rows",
    "real": "other real rows",
    "copies": "copies, drawn with replacement",
    "smote": "between neighbours (SMOTE)",
    "noisy": "copies with noise",
    "copula": "Gaussian copula",
    "shuffled": "shuffled columns",
}
"""Who is scored: the rows to judge, the ceiling, a yardstick, and the baselines; and what they are called."""

LEAST_ROWS, REPEATS = 20, 20

Level = Literal["good", "fair", "poor", "unknown"]


class NotComputableError(Exception):
    """Why a family of scores cannot be computed for these tables: its argument says so in words."""


def require_rows(count: int) -> None:
    """Raise NotComputableError unless there are 20 rows on either side of a comparison."""
    if count < LEAST_ROWS:
        template = "at least {least} real and {least} synthetic rows are needed to compare, but one side has {count}"
        raise NotComputableError(Phrase(template, least=LEAST_ROWS, count=count))


@dataclass(frozen=True)
class Spec:
    """What a score is, whoever gets it.

    Attributes
    ----------
    title : str
        What it is called in print.
    meaning : str
        One sentence on what it tells.
    direction : {"higher", "lower"}
        Which way is better.
    range : (float, float)
        The smallest and largest possible value; infinite where there is none.
    headline : bool, default False
        Whether it stands for its family where there is room for few.
    has_ceiling : bool, default True
        Whether what other real rows get is what good rows would get.
    """

    title: str
    meaning: str
    direction: Literal["higher", "lower"] = "higher"
    range: tuple[float, float] = (0.0, 1.0)
    headline: bool = False
    has_ceiling: bool = True


@dataclass(frozen=True)
class Measured:
    """What one contestant got.

    Attributes
    ----------
    value : float
        NaN when it is not defined.
    spread : float
        Its standard error; NaN when not estimated.
    per_column : ndarray of shape (n_columns,), optional
        Its parts, NaN where a column has none.
    per_pair : DataFrame, optional
        For scores of pairs: `first` and `second`, the places of the columns, and `value`.
    per_class : Series, optional
        For scores of classes: values by label.
    note : str
        What must be known of this value.
    """

    value: float
    spread: float = np.nan
    per_column: Floats | None = None
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
    spec : Spec
        Title, meaning, direction and range.
    measured : dict of str to Measured
        By contestant: "synthetic", "real", and the baselines.
    columns : tuple
        The names of the columns.
    """

    name: str
    family: str
    spec: Spec
    measured: dict[str, Measured] = field(repr=False)
    columns: tuple[Hashable, ...] = field(default=(), repr=False)

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
        return self.baselines.get("real", np.nan)

    @property
    def baselines(self) -> dict[str, float]:
        """What real rows and each trivial synthesizer got."""
        return {name: measured.value for name, measured in self.measured.items() if name != "synthetic"}

    @property
    def direction(self) -> str:
        """Which way is better, "lower" or "higher"."""
        return self.spec.direction

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and largest possible value."""
        return self.spec.range

    @property
    def note(self) -> str:
        """What must be known of the value."""
        return self.measured["synthetic"].note

    def times_real(self, value: float) -> float:
        """Return how many times the error of other real rows a value has, of a score of which 1 is perfect."""
        error, ceiling = 1 - value, 1 - self.baseline
        return error / ceiling if ceiling > 0 else (float("inf") if error > 0 else 1.0)

    def at_times_real(self, times: float) -> float:
        """Return the value whose error is so many times that of other real rows."""
        return 1 - times * (1 - self.baseline)

    @property
    def per_column(self) -> pd.DataFrame | None:
        """Parts of the score by column (rows) and contestant (columns), or None when it has none."""
        parts = {name: m.per_column for name, m in self.measured.items() if m.per_column is not None}
        return pd.DataFrame(parts, index=list(self.columns)) if "synthetic" in parts else None

    @property
    def per_pair(self) -> pd.DataFrame | None:
        """Parts of the score by pair of columns, the worst first: `first`, `second` (names), `value` and `baseline`."""
        own, real = (self.measured[who].per_pair if who in self.measured else None for who in ("synthetic", "real"))
        if own is None or real is None:
            return None
        names = {end: np.array(self.columns, dtype=object)[own[end]] for end in ("first", "second")}
        pairs = own.assign(**names, baseline=real["value"].to_numpy())
        return pairs.sort_values("value", ascending=self.direction == "higher", ignore_index=True)


@dataclass(frozen=True)
class Finding:
    """What one family of scores says.

    Attributes
    ----------
    family : str
    level : {"good", "fair", "poor", "unknown"}
    text : str
    so : str, optional
        What the verdict says then: in the place of its own words when poor, behind them when unknown.
    doubt : bool, default False
        Whether the level is unknown because too few rows leave it to chance: nothing is called good then.
    """

    family: str
    level: Level
    text: str
    so: str | None = None
    doubt: bool = False


@dataclass(frozen=True)
class Family:
    """A family of scores, as `register_score` takes it.

    Attributes
    ----------
    name : str
        What `only` and links call it: an identifier.
    title : str
        The heading of its section.
    question : str
        What it asks.
    specs : dict of str to Spec
        Its scores by name.
    measure : callable (tables, who, seed) -> dict of str to Measured
        Called once for each contestant: its rows are ``tables.contestants[who]``, to be compared with
        ``tables.reference``. May leave scores out, and raise `NotComputableError`. Families of scores of series get
        the series of `evaluate_series` in the place of tables.
    judge : callable (scores, tables) -> Finding or None, optional
        What the scores of all families say of this one, if it was computed.
    said, caution : str, optional
        What sentences call it, `name` by default; and what whoever reads its scores must know.
    required_from : int, optional
        From how many columns on rows are not called good before it was judged; by default they may be.
    place : int, default 100
        Families are shown in this order.
    by_default : bool, default True
        Whether it is computed when no families are named.

    Raises
    ------
    InputError
        The name is no identifier.
    """

    name: str
    title: str
    question: str
    specs: Mapping[str, Spec]
    measure: Callable[[Any, str, int], dict[str, Measured]]
    judge: Callable[[Mapping[str, Score], Any], Finding | None] | None = None
    said: str = ""
    caution: str = ""
    required_from: int | None = None
    place: int = 100
    by_default: bool = True

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise InputError(f"a family's name must be an identifier, but is {self.name!r}; use letters, digits and _")


def find_families(kind: str = "score") -> dict[str, Family]:
    """Return the families of scores that are registered, tabgan's own and others, in the order they are shown in.

    They are of tables, or for the kind "series score" of series.

    Raises
    ------
    InputError
        Two of them have a score of the same name.
    """
    families: list[Family] = sorted(registered(kind).values(), key=lambda family: family.place)
    owners: dict[str, str] = {}
    for family in families:
        for score in family.specs:
            if (owner := owners.setdefault(score, family.name)) != family.name:
                raise InputError(f"a score has one family, but {score!r} is in {owner} and {family.name}; rename one")
    return {family.name: family for family in families}


def mean_of_present(values: Floats) -> Floats:
    """Return means over the last axis of what is not NaN; NaN where nothing is."""
    present = ~np.isnan(values)
    counts = present.sum(axis=-1)
    return np.where(counts, np.where(present, values, 0).sum(axis=-1) / np.maximum(counts, 1), np.nan)


def bootstrap(statistic: Callable[[NDArray[np.intp]], Floats], n_rows: int, rng: np.random.Generator) -> Floats:
    """Return the standard errors of statistics of rows, by Efron's bootstrap (1979) with 20 repeats.

    `statistic` takes as many places of rows as there are, which repeat, and returns an array of numbers.

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(size=400)
    >>> error = bootstrap(lambda places: values[places].mean(keepdims=True), 400, np.random.default_rng(1))
    >>> bool(0.03 < error[0] < 0.07)
    True
    """
    repeats = [statistic(rng.integers(n_rows, size=n_rows)) for _ in range(REPEATS)]
    return np.asarray(np.std(repeats, axis=0, ddof=1))
