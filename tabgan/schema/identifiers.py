"""Columns that tell rows apart: they are not learned, and new rows get new ones of the same pattern."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, TabganWarning, warn
from tabgan.schema.allowed import Allowed
from tabgan.schema.codes import Part, Shape, cut, is_uuid, number_parts, shapes_of_parts, shapes_of_places
from tabgan.schema.column import Column, ColumnType, Floats
from tabgan.schema.dtypes import is_number
from tabgan.schema.numbers import LARGEST_WHOLE
from tabgan.schema.unseen import Seen, mix, scramble
from tabgan.spelling import spell
from tabgan.text import shorten

MOST_LETTERS = 200
MOST_GAPS = 100  # between numbers that rise by various steps
SPARSE = 0.1  # of the codes that there can be: more of them count on
TOGETHER = 256  # new ones are made
CERTAIN = 1e13  # times as many codes as were seen can there be, if none of ten million new ones is to meet one of them
"""That is with a probability of at most one in a million."""


@dataclass(frozen=True)
class Identifier(ColumnType):
    """Identifiers; in all rows of a matrix they are 0.

    Parameters
    ----------
    shapes : tuple of Shape
        What codes look like; of whole numbers their digits.
    numeric : bool
        Whether values are whole numbers.
    last : int or None
        Where a part of all codes, or the number itself, counts: the number after which new ones come.
    gaps : tuple of int
        The steps by which it rises.
    width : int
        How many digits it has at least.
    seen : Seen or None
        What was learned, where a random code could be one of these.
    """

    kinds = ("id",)
    constant, ordered = True, False
    like = ("identifiers", "one of them")

    shapes: tuple[Shape, ...] = (Shape((Part(),)),)
    numeric: bool = False
    last: int | None = None
    gaps: tuple[int, ...] = (1,)
    width: int = 0
    seen: Seen | None = None

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, 0.0

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        values, numeric = _read(series)
        distinct = pd.unique(values)
        if len(distinct) < 2:
            raise InputError(
                f"an identifier differs from row to row, but column {str(series.name)!r} has {shorten(distinct[0])!r} "
                f"in all rows; leave out {spell('kinds', {series.name: 'id'})}"
            )
        if len(distinct) < len(values):
            warn(
                f"column {str(series.name)!r} has {len(distinct):,} identifiers in {len(values):,} rows, but each "
                f"new row gets one of its own; if it groups rows, {spell('kinds', {series.name: 'categorical'})} "
                "learns that"
            )
        held = series
        if isinstance(series.dtype, pd.CategoricalDtype):
            held = series.astype(series.dtype.categories.dtype)
        return Column.of(held, _learn(distinct, numeric), len(distinct))

    def encode(self, series: pd.Series) -> Floats:
        return np.zeros(len(series))

    def round(self, values: Floats, column: Column) -> Floats:
        return np.zeros(len(values))

    def decode(self, values: Floats, column: Column) -> Any:
        """Return what `Fresh` fills in."""
        if self.numeric:
            return pd.Series(np.zeros(len(values), np.int64)).astype(column.held)
        return pd.Series([""] * len(values), dtype=object).astype(column.held)

    def allow(self, operator: str, value: Any, text: str, column: Column) -> Allowed:
        raise InputError(
            f"new rows have new identifiers, but the condition {shorten(text)!r} asks for one in column "
            f"{str(column.name)!r}; leave it out"
        )

    def describe(self, column: Column) -> dict[str, Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TabganWarning)  # generating says it
            first, second = self.fresh(column, 0).take(2)
        return {"value": f"new ones: {first}, {second}"}

    def fresh(self, column: Column, seed: int) -> Fresh:
        """Return new identifiers, one after the other."""
        return Fresh(self, column, seed)

    def to_dict(self) -> dict[str, Any]:
        shapes = [{"share": s.share, "parts": [part.to_json() for part in s.parts]} for s in self.shapes]
        about = {"numeric": self.numeric, "last": self.last, "gaps": list(self.gaps), "width": self.width}
        return {"codes": {"shapes": shapes, **about, "seen": self.seen and self.seen.to_text()}}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Identifier:
        codes = dict(state["codes"])
        shapes = tuple(
            Shape(tuple(map(Part.from_json, shape["parts"])), float(shape["share"])) for shape in codes.pop("shapes")
        )
        seen = codes.pop("seen")
        return cls(shapes, **codes | {"gaps": tuple(codes["gaps"])}, seen=seen and Seen.from_text(seen))


def _read(series: pd.Series) -> tuple[NDArray[Any], bool]:
    """Return the identifiers that are there, in order, as whole numbers or texts, and which of these they are."""
    name, present = str(series.name), series.dropna()
    if is_number(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
        if pd.api.types.is_float_dtype(series.dtype):
            values = present.to_numpy(np.float64)
            if ((values != np.round(values)) | (np.abs(values) >= LARGEST_WHOLE)).any():
                row = int(np.argmax((values != np.round(values)) | (np.abs(values) >= LARGEST_WHOLE)))
                raise InputError(
                    f"identifiers are texts or whole numbers, but column {name!r} has {values[row]} in row "
                    f"{_row(series, row)}; leave it out with {spell('drop', series.name)}"
                )
            return values.astype(np.int64), True
        if len(present) and int(present.max()) < 2**63:
            return present.to_numpy(np.int64), True
    texts = present.map(str).to_numpy(object)
    held = [isinstance(value, (str, int)) and not isinstance(value, bool) for value in present]
    if not all(held) and not isinstance(series.dtype, pd.CategoricalDtype):
        row = held.index(False)
        raise InputError(
            f"identifiers are texts or whole numbers, but column {name!r} has {shorten(texts[row])!r} "
            f"({type(present.iloc[row]).__name__}) in row {_row(series, row)}; write it as text, or "
            f"leave it out with {spell('drop', series.name)}"
        )
    lengths = np.array([len(text) for text in texts])
    if len(lengths) and (lengths.max() > MOST_LETTERS or lengths.min() == 0):
        row = int(np.argmax((lengths > MOST_LETTERS) | (lengths == 0)))
        raise InputError(
            f"an identifier has 1 to {MOST_LETTERS} letters, but column {name!r} has {lengths[row]:,} in row "
            f"{_row(series, row)}, {shorten(texts[row])!r}; leave the column out with {spell('drop', series.name)}"
        )
    return texts, False


def _row(series: pd.Series, present: int) -> int:
    return int(np.flatnonzero(series.notna())[present]) + 1


def _learn(distinct: NDArray[Any], numeric: bool) -> Identifier:
    """Count on where the codes do, or where most of their numbers are taken; otherwise draw others like them."""
    if numeric and (gaps := _gaps(distinct)):
        return Identifier(numeric=True, last=int(distinct.max()), gaps=gaps)
    texts = [str(value) for value in distinct]
    parts = None if is_uuid(texts) else cut(texts)
    numbers = {i: np.array([int(text) for text in parts[i]], np.int64) for i in number_parts(parts)} if parts else {}
    for i, counted in () if numeric else numbers.items():
        if gaps := _gaps(counted):
            return _counting(parts, i, counted, gaps, numeric)
    shapes = shapes_of_parts(parts, None) if parts else shapes_of_places(texts)
    size = sum(shape.size for shape in shapes)
    if len(texts) > SPARSE * size and numbers:
        i, counted = next(iter(numbers.items()))
        return _counting(parts, i, counted, (1,), numeric)
    known = None if size > CERTAIN * len(texts) else Seen.of(distinct)
    return Identifier(shapes, numeric, seen=known)


def _counting(parts: Any, place: int, numbers: NDArray[np.int64], gaps: tuple[int, ...], numeric: bool) -> Identifier:
    width = min(map(len, parts[place]))
    return Identifier(shapes_of_parts(parts, place), numeric, int(numbers.max()), gaps, width)


def _gaps(numbers: NDArray[np.int64]) -> tuple[int, ...]:
    """Return the steps by which numbers rise, or would if they were sorted and not far apart; () if neither.

    Examples
    --------
    >>> _gaps(np.array([10, 20, 30])), _gaps(np.array([3, 1, 2])), _gaps(np.array([5, 1000, 17]))
    ((10,), (1,), ())
    """
    steps = np.diff(np.sort(numbers))
    if not len(steps) or steps.min() == 0:
        return ()
    order = np.diff(numbers)
    if (order > 0).all() or (order < 0).all():
        chosen = np.quantile(steps, np.linspace(0, 1, MOST_GAPS), method="nearest")
        return tuple(chosen.tolist()) if steps.min() < steps.max() else (int(steps[0]),)
    step = int(np.gcd.reduce(steps))
    return (step,) if len(numbers) * step > SPARSE * float(steps.sum()) else ()


class Fresh:
    """New identifiers, distinct and none that was learned; the same whatever the parts in which they are taken."""

    def __init__(self, of: Identifier, column: Column, seed: int) -> None:
        self._of, self._column, self._seed = of, column, seed
        self._shapes = list(of.shapes)
        self._rows, self._used, self._last = 0, [0] * len(of.shapes), of.last
        self._given, self._longer_from = 0, np.inf
        self._ready: NDArray[Any] = np.empty(0, np.int64 if of.numeric else object)

    def take(self, count: int) -> NDArray[Any]:
        """Return the next ones, whole numbers or texts."""
        ready = [self._ready]
        while sum(map(len, ready)) < count:
            ready.append(self._make())
        taken = np.concatenate(ready)
        self._ready = taken[count:]
        self._given += count
        if self._given > self._longer_from:
            self._longer_from = np.inf
            warn(
                f"column {str(self._column.name)!r} has no more new identifiers of the length that was learned, "
                "and goes on with longer ones; ask for fewer rows to have none"
            )
        return taken[:count]

    def _make(self) -> NDArray[Any]:
        """Return as many as are made together."""
        rows = np.arange(self._rows, self._rows + TOGETHER, dtype=np.uint64)
        self._rows += TOGETHER
        numbers = self._count_on(rows) if self._last is not None else None
        if self._of.numeric and numbers is not None:
            return numbers
        share = mix(rows, self._seed + 3).astype(np.float64) / 2.0**64
        ends = np.cumsum([shape.share for shape in self._shapes])
        which = np.searchsorted(ends[:-1], share, side="right")
        made = np.empty(TOGETHER, np.int64 if self._of.numeric else object)
        for i in np.unique(which).tolist():
            own = which == i
            made[own] = self._draw(i, int(own.sum())) if numbers is None else self._number(i, rows[own], numbers[own])
        return made

    def _count_on(self, rows: NDArray[np.uint64]) -> NDArray[np.int64]:
        assert self._last is not None
        gaps = np.array(self._of.gaps, np.int64)
        numbers = self._last + np.cumsum(gaps[(mix(rows, self._seed + 5) % np.uint64(len(gaps))).astype(np.intp)])
        self._last = int(numbers[-1])
        return np.asarray(numbers)

    def _number(self, i: int, rows: NDArray[np.uint64], numbers: NDArray[np.int64]) -> NDArray[Any]:
        """Return codes of a shape with such numbers."""
        texts = np.array([str(number).zfill(self._of.width) for number in numbers.tolist()])  # numpy's zfill may cut
        return self._shapes[i].write(mix(rows, self._seed), rows, self._seed, texts).astype(object)

    def _draw(self, i: int, count: int) -> NDArray[Any]:
        """Return random codes of a shape that were not learned; of another one when there are no more."""
        found: list[NDArray[Any]] = []
        while count:
            i = self._find_room(i)
            shape = self._shapes[i]
            places = np.arange(self._used[i], min(self._used[i] + count, shape.exact), dtype=np.uint64)
            self._used[i] += len(places)
            exact = scramble(places, shape.exact, self._seed + 64 * i)
            texts = shape.write(exact, mix(places, self._seed + i), self._seed, None)
            values, fits = (
                _to_integers(texts) if self._of.numeric else (texts.astype(object), np.ones(len(texts), bool))
            )
            new = fits if self._of.seen is None else fits & ~self._of.seen.holds(values)
            found.append(values[new])
            count -= len(found[-1])
        return np.concatenate(found)

    def _find_room(self, i: int) -> int:
        """Return a shape that has codes left, the one asked for if it has; make codes longer when none has."""
        room = [shape.exact - used for shape, used in zip(self._shapes, self._used, strict=True)]
        if room[i]:
            return i
        if max(room):
            return int(np.argmax(room))
        self._longer_from = min(self._longer_from, self._rows - TOGETHER)
        longest = max(shape.length for shape in self._shapes)
        while self._shapes[i].length <= longest:  # no code of another shape
            self._shapes[i] = self._shapes[i].longer()
        self._used[i] = 0
        return i


def _to_integers(texts: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return whole numbers, and which of them an integer of 64 bits holds; the others are 0."""
    numbers = [int(text) for text in texts]
    fits = [-(2**63) <= number < 2**63 for number in numbers]
    return np.array([n if fit else 0 for n, fit in zip(numbers, fits, strict=True)], np.int64), np.array(fits, bool)
