"""What a file says of the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabgan.forms.language import (
    ANY,
    FLAG,
    LARGEST,
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    Choice,
    Form,
    Maybe,
    Named,
    Number,
    Place,
    Record,
    Sizes,
    Text,
    Whole,
    distinct,
    expect,
    increase,
    listed,
)

MOST_DECIMALS = 400
"""A double has none beyond."""
LARGEST_TICK = 2**63
UNITS = Text("day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond")
TICKS = Text("D", "s", "ms", "us", "ns")


class _Label(Form):
    """A text, a number or a truth value."""

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, (str, int, float)), at, "a label", value)


class Pair(Form):
    """A JSON list of so many values, each of its form."""

    def __init__(self, *forms: Form) -> None:
        self.forms = forms

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(
            isinstance(value, (list, tuple)) and len(value) == len(self.forms), at, f"{len(self.forms)} values", value
        )
        for i, (form, one) in enumerate(zip(self.forms, value, strict=True)):
            form.check(one, sizes, f"{at}/{i}")


LABEL = _Label()
NAME = Choice(lambda value: listed(LABEL, least=1) if isinstance(value, list) else LABEL)
"""A number where a table came without names; several where an index had levels."""
TICK = Whole(-LARGEST_TICK, LARGEST_TICK)
SHARED = {
    "name": NAME,
    "dtype": TEXT,
    "kind": TEXT,
    "missing?": FLAG,
    "distinct?": WHOLE,
    "open_ended?": FLAG,
    "gap?": Text("None", "NaN", "NaT", "NA"),
    "categories?": listed(LABEL),
    "categories_dtype?": TEXT,
    "ordered?": FLAG,
    "number_format?": TEXT,
    "spelling?": TEXT,
    "markers?": listed(Pair(TEXT, SHARE)),
}


OFFSETS = Record(
    {
        "texts": listed(TEXT, "texts", least=1),
        "changes": listed(TICK, "changes"),
        "codes": listed(Place("texts")),
        "shares?": listed(listed(SHARE, "texts")),
        "step?": WHOLE,
        "first?": TICK,
    },
    own=True,
)
MOMENTS: dict[str, Form] = {
    "maximum": Number(0, LARGEST),
    "unit": UNITS,
    "origin": TICK,
    "tick": TICKS,
    "form?": TEXT,
    "step?": Whole(1),
}
NUMBERS = {
    "decimals?": Whole(0, MOST_DECIMALS),
    "minimum?": NUMBER,
    "maximum?": NUMBER,
    "step?": Whole(1),
    "single?": FLAG,
}
LEVELS = {"levels?": listed(LABEL)}
PART = Record({"texts?": listed(TEXT), "letters?": listed(TEXT)})
CODES = Record(
    {
        "shapes": listed(Record({"parts": listed(PART), "share": SHARE}), least=1),
        "numeric": FLAG,
        "last": Maybe(Whole(-LARGEST_TICK, LARGEST_TICK)),
        "gaps": listed(Whole(1, LARGEST_TICK), least=1),
        "width": Whole(0, MOST_DECIMALS),
        "seen": Maybe(TEXT),
    }
)


def _levels_are_distinct(column: dict[str, Any], sizes: Sizes, at: str) -> None:
    for name in ("levels", "categories"):
        distinct(column.get(name, []), f"{at}/{name}")


OWN: dict[str, Mapping[str, Form]] = {
    "continuous": NUMBERS,
    "integer": NUMBERS,
    "categorical": LEVELS,
    "boolean": LEVELS,
    "datetime": MOMENTS
    | {
        "minimum?": NUMBER,
        "offsets?": OFFSETS,
        "weekdays?": listed(Whole(0, 6)),
        "month_days?": listed(Whole(-31, 31)),
        "months?": Whole(1, 1200),
    },
    "time": MOMENTS,
    "duration": MOMENTS,
    "id": {"codes": CODES},
    "constant": {},
}


def _column(kind: str, state: dict[str, Any]) -> Form:
    fields = {**SHARED, **OWN[kind]}
    if kind == "constant":
        fields = {**fields, "of?": TEXT, "value?": LABEL, **OWN.get(str(state.get("of")), {})}
    # what a type of a version before had is left alone
    return Record(fields, increase("minimum", "maximum"), _levels_are_distinct, more=True)


def _choose_column(state: Any) -> Form:
    kind = state.get("kind") if isinstance(state, dict) else ""
    return _column(kind, state) if isinstance(kind, str) and kind in OWN else Record(SHARED, more=True)


COLUMN = Choice(_choose_column)


def _names_are_distinct(schema: dict[str, Any], sizes: Sizes, at: str) -> None:
    names = [column["name"] for column in schema["columns"]]
    distinct(names, f"{at}: names of columns")
    sizes["names"] = names
    sizes["missing"] = [bool(column.get("missing", False)) for column in schema["columns"]]
    sizes["levels"] = [len(column.get("levels", ())) for column in schema["columns"]]


SCHEMA = Record(
    {
        "container": TEXT,
        "columns": listed(COLUMN, "columns", least=1),
        "types?": TEXT,
        "dialect?": Named(ANY),
    },
    _names_are_distinct,
)


class _NameOfAColumn(Form):
    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(value in sizes["names"], at, "the name of a column", value)


COLUMN_NAME = _NameOfAColumn()
RULES = listed(TEXT, "rules")
