"""The tables of an evaluation: what was learned, what rows are compared with, and all who are compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.balance import choose_by_shares, find_balanced
from tabgan.evaluation.baselines import draw_again, make_baselines
from tabgan.evaluation.closeness import Memorisation
from tabgan.evaluation.features import Feature, align
from tabgan.evaluation.leaks import find_leaks
from tabgan.evaluation.phrase import Phrase
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng
from tabgan.spelling import spell
from tabgan.tables.check import check_table

MOST_ROWS = 20_000
"""Of larger tables, as many rows are drawn."""
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Tables:
    """Matrices of shape (n_rows, n_columns): numbers, NaN where one is missing, and the codes of levels.

    The contestants are equally many rows of each: "synthetic"; "real", the ceiling, rows of `train` that are not in
    `reference`; "copies", rows of `train` drawn with replacement; and the baselines that are made of "real".
    """

    features: tuple[Feature, ...]
    train: Floats  # the real rows that were learned
    reference: Floats  # real rows that contestants are compared with: the holdout, or a half of `train`
    contestants: dict[str, Floats]
    target: int | None  # the place of the column to predict
    has_holdout: bool  # whether `reference` was learned by no one
    notes: tuple[Phrase, ...] = ()  # what was left out, drawn or changed
    memorisation: Memorisation | None = None  # what the model that made the rows found of itself
    balance: Phrase | None = None  # what rows are balanced by, and how many were chosen of them
    unchosen: Floats | None = None  # these rows before some were chosen
    _cache: dict[tuple[Callable[..., Any], int], Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def categorical(self) -> NDArray[np.bool_]:
        """Which columns hold codes of levels: bool of shape (n_columns,)."""
        return np.array([feature.levels is not None for feature in self.features])

    @cached_property
    def real(self) -> Floats:
        """All real rows."""
        return np.vstack([self.train, self.reference]) if self.has_holdout else self.train

    @property
    def names(self) -> list[Hashable]:
        """The names of the columns."""
        return [feature.name for feature in self.features]

    @property
    def synthetic(self) -> Floats:
        """The rows to judge."""
        return self.contestants["synthetic"]

    def all_rows(self, who: str) -> Floats:
        """Return the rows of a contestant; of rows balanced on purpose all, not only those chosen."""
        return self.contestants[who] if who != "synthetic" or self.unchosen is None else self.unchosen

    def cached(self, make: Callable[[Tables, int], Made], seed: int) -> Made:
        """Return what a function makes of the tables and a seed: all contestants share it, so it is made once."""
        if (make, seed) not in self._cache:
            self._cache[make, seed] = make(self, seed)
        made: Made = self._cache[make, seed]
        return made


def make_tables(
    train: Any,
    synthetic: Any,
    holdout: Any = None,
    target: Hashable | None = None,
    *,
    categorical: Collection[Hashable] = (),
    continuous: Collection[Hashable] = (),
    ids: Collection[Hashable] = (),
    random_state: int = 0,
    memorisation: Memorisation | None = None,
    balanced: Hashable = "auto",
) -> Tables:
    """Align tables, take a half of the real one for a reference if there is no holdout, and make the baselines.

    Of rows balanced on purpose some are chosen that have the real shares. The parameters are those of `evaluate`, and
    what a model says of itself.
    """
    named = {"the real table": train, "the holdout": holdout, "the synthetic table": synthetic}
    frames = {
        what: check_table(table, what)[0] for what, table in named.items() if what != "the holdout" or table is not None
    }
    features, matrices, notes = align(frames, categorical, continuous, ids)
    place = None if target is None else _find_target(features, target, notes)
    rng = numpy_rng(random_state, Use.COMPARED_ROWS)
    real, rows = matrices["the real table"], matrices["the synthetic table"]
    stand_in, reference = real, matrices.get("the holdout", real)
    if holdout is None:
        if len(real) < 4:
            raise InputError(
                f"the real table must have at least 4 rows to be halved, but has {len(real)}; give more, or a holdout"
            )
        stand_in, reference = (real[np.sort(half)] for half in np.array_split(rng.permutation(len(real)), 2))
        notes.append(Phrase("no holdout was given: a random half of the real table stands in for it"))
    else:
        notes += find_leaks(real, reference, rows)
    most, made, balance, unchosen = min(len(stand_in), MOST_ROWS), len(rows), None, None
    if (by := find_balanced(balanced, features, real, rows, place)) is not None:
        unchosen = take(rows, MOST_ROWS, numpy_rng(random_state, Use.BALANCED_ROWS, 1))
        rows = choose_by_shares(features[by], by, real, rows, most, numpy_rng(random_state, Use.BALANCED_ROWS))
        balance = _say_balance(features[by], len(rows), made)
        notes.append(balance)
    n_rows = min(len(rows), most)
    if n_rows < len(rows) or len(reference) > MOST_ROWS:
        template = (
            "{rows:,} of {synthetic:,} synthetic rows are scored, as many real ones beside them, against {reference:,}"
        )
        counts = dict(rows=n_rows, synthetic=made, reference=min(len(reference), MOST_ROWS))
        notes.append(Phrase(template, **counts))
    copies = draw_again(stand_in, n_rows, random_state)
    stand_in = take(stand_in, n_rows, rng)
    contestants = {"synthetic": take(rows, n_rows, rng), "real": stand_in, "copies": copies}
    contestants |= make_baselines(stand_in, features, random_state)
    reference = take(reference, MOST_ROWS, rng)
    told = (holdout is not None, tuple(notes), memorisation, balance, unchosen)
    return Tables(features, real, reference, contestants, place, *told)


def _say_balance(feature: Feature, count: int, made: int) -> Phrase:
    template = (
        "the rows are balanced by column {name}, and judged as if its classes had the real shares: by {count:,} of "
        "{made:,} rows, closeness and membership inference by all; {option} judges them as they are"
    )
    return Phrase(template, name=str(feature.name), count=count, made=made, option=spell("balanced", "none"))


def _find_target(features: tuple[Feature, ...], target: Hashable, notes: list[Phrase]) -> int:
    for place, feature in enumerate(features):
        if target in (feature.name, str(feature.name)):
            return place
    raise InputError(
        f"the target must be a column that is scored, but {target!r} is none of "
        f"{', '.join(str(feature.name) for feature in features)}; name one of these"
        + "".join(f" ({note})" for note in notes if str(target) in note)
    )


def take(rows: Floats, most: int, rng: np.random.Generator) -> Floats:
    """Return at most so many rows, drawn without replacement, in their order."""
    return rows if len(rows) <= most else rows[np.sort(rng.choice(len(rows), most, replace=False))]
