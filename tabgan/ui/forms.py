"""What the forms of the page say. Columns are told by their places, so that names can be anything."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from tabgan.errors import InputError
from tabgan.ui.commands import KINDS, OPERATORS, Choices, write_condition, write_flags, write_options

READING = ("sheet", "variable", "delimiter", "encoding", "decimal", "missing", "skip-rows")
FLAGS = ("no-header", "transpose", "no-transpose", "dayfirst", "monthfirst", "censored")
SETTINGS = ("preset", "iterations", "max-seconds", "seed", "constraint")
SUFFIXES = (".csv", ".xlsx", ".parquet", ".mat", ".jsonl")
MOST_CONDITIONS = 3
MOST_NUMBERS = 20  # distinct numbers that are taken for classes, as a fit does

Form = Mapping[str, str]


def reading_options(form: Form) -> list[str]:
    """Return the options that say how a table is read."""
    flags = [name for field in ("header", "matrix", "dates", "bounds") if (name := form.get(field, "")) in FLAGS]
    return write_options({name: form.get(name, "").strip() for name in READING}) + write_flags(*flags)


def read_choices(form: Form, found: Sequence[Mapping[str, Any]]) -> Choices:
    """Return what columns are said to be; those that are left as they were read are not mentioned."""
    names = [column["name"] for column in found]
    dropped = [name for place, name in enumerate(names) if not form.get(f"keep-{place}")]
    kinds = {
        name: kind
        for place, name in enumerate(names)
        if name not in dropped and (kind := form.get(f"kind-{place}", "")) in KINDS
    }
    label = form.get("label", "")
    if not label:
        return Choices(kinds, dropped)
    name = names[place := _place(label, len(names))]
    if name in dropped:
        raise InputError(f"the label is one of the columns that are learned, but {name!r} is left out; keep it")
    kind, distinct = kinds.get(name, found[place]["kind"]), found[place].get("distinct", 0)
    is_class = kind in ("categorical", "boolean") or distinct <= MOST_NUMBERS
    return Choices(kinds, dropped, label=name) if is_class else Choices(kinds, dropped, target=name)


def read_settings(form: Form) -> dict[str, str]:
    """Return the settings of a fit that are given."""
    return {name: value for name in SETTINGS if (value := form.get(name, "").strip())}


def read_conditions(form: Form, columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the conditions whose column was chosen."""
    conditions = []
    for number in range(MOST_CONDITIONS):
        column, operator = form.get(f"column-{number}", ""), form.get(f"operator-{number}", "=")
        if not column:
            continue
        if operator not in OPERATORS:
            raise InputError(f"a comparison is one of {' '.join(OPERATORS)}, but {operator!r} was received; choose one")
        name = columns[_place(column, len(columns))]["name"]
        conditions.append(write_condition(name, operator, form.get(f"value-{number}", "")))
    return conditions


def read_balance(form: Form, columns: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the column whose levels shall come equally often, if any."""
    chosen = form.get("balance", "")
    return str(columns[_place(chosen, len(columns))]["name"]) if chosen else None


def read_forecast(form: Form, columns: Sequence[Mapping[str, Any]]) -> tuple[dict[str, list[Hashable]], list[str]]:
    """Return columns by what they are for in a forecast, and what else is asked for."""

    def names(fields: Iterable[str]) -> list[Hashable]:
        return [columns[_place(form[field], len(columns))]["name"] for field in fields if form.get(field)]

    target = names(["target"])
    factors = [column["name"] for place, column in enumerate(columns) if form.get(f"factor-{place}")]
    roles = {"target": target, "factors": [name for name in factors if name not in target], "time": names(["time"])}
    settings = {name: form.get(name, "").strip() for name in ("horizon", "variant")}
    return roles, write_options(settings) + write_flags(*(["fill"] if form.get("fill") else []))


def read_suffix(form: Form) -> str:
    """Return the format that rows are written in."""
    suffix = form.get("suffix", SUFFIXES[0])
    if suffix not in SUFFIXES:
        raise InputError(f"rows are written as one of {' '.join(SUFFIXES)}, but {suffix!r} was received; choose one")
    return suffix


def _place(text: str, count: int) -> int:
    if not (text.isdecimal() and int(text) < count):
        raise InputError(f"a column is told by its place, from 0 to {count - 1}, but {text!r} was received")
    return int(text)
