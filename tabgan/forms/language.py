"""Forms of numbers, texts, arrays and records, and the sizes that they have in common.

A size is a number, a name or a function of the sizes that are known. A name stands for the same number wherever it
occurs in one file: where it is met first says how much it is.
"""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

LARGEST = 2**53
"""Of whole numbers: above it a double does not tell one from the next."""

Sizes: TypeAlias = ChainMap[str, Any]
Size: TypeAlias = "int | float | str | Callable[[Sizes], float]"


class FormError(ValueError):
    """What is there is not of its form."""


class Form:
    """What a value may be; a subclass writes `check`, which is also where names of sizes become known."""

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        """Raise FormError unless a value, which stands `at` a place, is of this form."""


class Anything(Form):
    """What a package beside may bring."""


class Each(Form):
    """A record whose keys are the places 0, 1, ..., or a list: so many values of one form, with names of their own."""

    def __init__(self, form: Form, count: Size | None = None, least: int = 0, listed: bool = False) -> None:
        self.form, self.count, self.least, self.kind = form, count, least, list if listed else dict

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, self.kind), at, "several values", value)
        places = range(len(value))
        if isinstance(value, dict):
            expect(value.keys() == set(map(str, places)), at, "values by their places", list(value)[:9])
        expect(len(value) >= self.least, at, f"at least {self.least} values", len(value))
        if self.count is not None:
            meet(len(value), self.count, sizes, at)
        for i in places:
            self.form.check(value[i if isinstance(value, list) else str(i)], sizes.new_child(), f"{at}/{i}")


class Record(Form):
    """Values by their names, each of its form, and no others; a name that ends in "?" need not be there.

    What else holds of them is what functions of the record, the sizes and the place say. Sizes have names of its
    `own` where the same form is met twice.
    """

    def __init__(
        self,
        fields: Mapping[str, Form],
        *also: Callable[[Any, Sizes, str], None],
        own: bool = False,
        more: bool = False,
    ) -> None:
        self.fields, self.also, self.own, self.more = fields, also, own, more

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, dict), at, "a record", value)
        sizes = sizes.new_child() if self.own else sizes
        names = {name.rstrip("?") for name in self.fields}
        expect(self.more or value.keys() <= names, at, f"a record of {', '.join(sorted(names))}", list(value)[:99])
        for name, form in self.fields.items():
            key = name.rstrip("?")
            expect(key in value or name != key, f"{at}/{key}", "there", None)
            if key in value:
                form.check(value[key], sizes, f"{at}/{key}")
        for holds in self.also:
            holds(value, sizes, at)


class Named(Form):
    """A record of any names, whose values have one form."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, dict), at, "a record", value)
        for name, one in value.items():
            self.form.check(one, sizes, f"{at}/{name}")


class Maybe(Form):
    """A form, or None."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        if value is not None:
            self.form.check(value, sizes, at)


class Choice(Form):
    """The form that a function chooses by looking at a value."""

    def __init__(self, choose: Callable[[Any], Form]) -> None:
        self.choose = choose

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        self.choose(value).check(value, sizes, at)


class Flag(Form):
    """True or False."""

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, bool), at, "true or false", value)


class Number(Form):
    """A finite number from `low` to `high`; where it `is` the size of a name, of as much."""

    def __init__(self, low: float = -math.inf, high: Size = math.inf, whole: bool = False, size: str = "") -> None:
        self.low, self.high, self.whole, self.size = low, high, whole, size

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        kinds = (int,) if self.whole else (int, float)
        expect(isinstance(value, kinds) and not isinstance(value, bool), at, "a number", value)
        high = find(self.high, sizes)
        expect(math.isfinite(value) and self.low <= value <= high, at, f"from {self.low:g} to {high:g}", value)
        if self.size:
            meet(value, self.size, sizes, at)


def Whole(low: int = 0, high: Size = LARGEST, size: str = "") -> Number:  # noqa: N802 - it reads as a form
    """A whole number."""
    return Number(low, high, True, size)


def Place(of: Size) -> Number:  # noqa: N802 - it reads as a form
    """The place of one of so many things."""
    return Number(0, lambda sizes: find(of, sizes) - 1, True)


class Text(Form):
    """A text, of which one of few."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, str), at, "a text", value)
        expect(not self.choices or value in self.choices, at, f"one of {', '.join(self.choices)}", value)


class Array(Form):
    """Numbers of a kind or several ("f", "i", "b") and of a shape, finite unless `gaps` (NaN) or `ends` (inf) may be.

    They lie from `low` to `high`, are places if `below` says of how many things, and `rises` along the last axis.
    """

    def __init__(
        self,
        kind: str,
        *shape: Size,
        low: float = -math.inf,
        high: float = math.inf,
        below: Size | None = None,
        rises: str = "",  # "" no, ">=" or ">"
        gaps: bool = False,
        ends: bool = False,
    ) -> None:
        self.kind, self.shape, self.low, self.high = kind, shape, low, high
        self.below, self.rises, self.gaps, self.ends = below, rises, gaps, ends

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, np.ndarray) and value.dtype.kind in self.kind, at, f"an array ({self.kind})", value)
        expect(value.ndim == len(self.shape), at, f"an array of {len(self.shape)} dimensions", value.shape)
        for i, (length, size) in enumerate(zip(value.shape, self.shape, strict=True)):
            meet(length, size, sizes, f"{at}, dimension {i + 1}")
        if value.dtype.kind == "f":
            value = value.astype(np.float64)  # a half cannot be held against the largest double
            fine = np.isfinite(value) | (np.isnan(value) & self.gaps) | (np.isinf(value) & self.ends)
            expect(bool(fine.all()), at, "finite")
        high = self.high if self.below is None else find(self.below, sizes) - 1
        low = max(self.low, 0) if self.below is not None else self.low
        expect(not bool(((value < low) | (value > high)).any()), at, f"from {low:g} to {high:g}")
        if self.rises:
            before, after = value[..., :-1], value[..., 1:]
            expect(not bool((after < before if self.rises == ">=" else after <= before).any()), at, "in order")


def expect(holds: bool, at: str, what: str, *value: Any) -> None:
    """Raise FormError unless something holds; it shows the value, if one is given."""
    if not holds:
        shown = [f"an array of {v.dtype} {v.shape}" if isinstance(v, np.ndarray) else repr(v) for v in value] or ["not"]
        raise FormError(f"{at} must be {what}, but is {shown[0][:200]}")


def find(size: Size, sizes: Sizes) -> float:
    """Return how much a size is; FormError if nothing has said so."""
    if callable(size):
        return size(sizes)
    if isinstance(size, str):
        expect(size in sizes, size, "known", None)
        return float(sizes[size])
    return size


def meet(length: float, size: Size, sizes: Sizes, at: str) -> None:
    """Raise FormError unless a length is a size; one that is not known yet becomes known."""
    if isinstance(size, str) and size not in sizes:
        sizes[size] = length
    expect(length == (wanted := find(size, sizes)), at, f"{wanted:g} long", length)


def increase(low: str, high: str) -> Callable[[Any, Sizes, str], None]:
    """Return what says that of two numbers or arrays in a record the first is at most the second."""

    def holds(record: Any, _: Sizes, at: str) -> None:
        first, second = record.get(low), record.get(high)
        if first is not None and second is not None:
            expect(not np.any(np.asarray(first) > np.asarray(second)), f"{at}/{low}", f"at most {high}")

    return holds


def plain(value: Any, most: int, at: str = "", depth: int = 32) -> None:
    """Raise FormError for what no form has: nesting that is deep, numbers that are not finite, arrays of odd kinds.

    No array is longer than the file has bytes, which would else be possible where another of its dimensions is 0.
    """
    expect(depth > 0, at[:99], "less deep", "nested")
    if isinstance(value, np.ndarray):
        expect(value.dtype.kind in "biuf" and max(value.shape, default=0) <= most, at, "an array of numbers", value)
    elif isinstance(value, float):
        expect(math.isfinite(value), at, "finite", value)
    elif isinstance(value, (dict, list)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            plain(one, most, f"{at}/{key}", depth - 1)


FLAG, TEXT, WHOLE, NUMBER, ANY = Flag(), Text(), Whole(), Number(), Anything()
SHARE = Number(0, 1)
POSITIVE = Number(5e-324)


def listed(form: Form, count: Size | None = None, least: int = 0) -> Each:
    """Return the form of a JSON list."""
    return Each(form, count, least, listed=True)


def distinct(values: Sequence[Any], at: str) -> None:
    """Raise FormError if a value stands in a sequence twice."""
    seen = {repr(value) for value in values}
    expect(len(seen) == len(values), at, "distinct")
