"""Which variables of a MATLAB file are the table: the one that is named or likeliest, or vectors of one length."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tabgan.errors import InputError, warn
from tabgan.spelling import spell
from tabgan.tables.mat_file import class_of, describe
from tabgan.tables.mat_value import Place, has_columns, parse_value

SINGLE = 2  # the rank of what has no more than one row
NAMES = "columns"  # the cell array of names that may stand beside a table


def choose_variables(path: Path, variables: dict[str, Any], asked: str | None) -> dict[str, Any]:
    """Return by name the variables that are asked for, or else the table, or its columns; say if guessed."""
    listed = ", ".join(f"{name} ({describe(value)})" for name, value in variables.items()) or "nothing"
    if asked is not None:
        chosen = [name.strip() for name in asked.split(",")]
        for name in chosen:
            if chosen.count(name) > 1:
                raise InputError(f"a variable is read once, but {spell('variable', asked)} names {name} twice")
        return {name: _reach(path, variables, name, listed) for name in chosen}
    tables, refused = _parse_all(path, variables)
    ranks = _rank_all(variables, tables)
    lengths = {name: _vector_length(table) for name, table in tables.items() if name != NAMES}
    if 1 < len(lengths) == len(ranks.keys() - {NAMES}) and min(lengths.values()) == max(lengths.values()) > 1:
        chosen = list(lengths)
        message = f"{path} holds vectors of one length, which are read as the columns of a table"
        warn(f"{message}; {spell('variable', ','.join(chosen))} says which, and their order")
        _tell_refused(path, variables, ", ".join(chosen), refused, min(lengths.values()))
        return {name: variables[name] for name in chosen}
    best = [name for name, rank in ranks.items() if rank == min(ranks.values())]
    if len(best) > 1:
        long = {name: _n_samples(tables[name]) for name in best if name in tables}
        several = [name for name in long if long[name] == long.get(best[0])]
        more = f", or several of one length: {spell('variable', ','.join(several))}" if len(several) > 1 else ""
        raise InputError(
            f"{path} must hold one table, but holds {listed}; name the one you mean with {spell('variable', best[0])}"
            + more
        )
    if not best and len(variables) == 1:
        return variables  # parsing it says what is wrong
    if not best:
        raise InputError(
            f"{path} must hold a matrix, a cell array or a struct of columns, but holds {listed}; save one in MATLAB"
        )
    _tell_single(path, listed, best[0], ranks[best[0]], variables)
    if best[0] in tables:
        _tell_beside(path, variables, best[0], tables[best[0]], lengths)
        _tell_refused(path, variables, best[0], refused, _n_samples(tables[best[0]]))
    return {best[0]: variables[best[0]]}


def _reach(path: Path, variables: dict[str, Any], name: str, listed: str) -> Any:
    """Return a variable, or what a struct has under "S.field"."""
    first, *fields = [name] if name in variables else name.split(".")
    if first not in variables:
        raise InputError(f"there is no variable {name} in {path}, which holds {listed}; choose one of these")
    value = variables[first]
    for field in fields:
        there = value.dtype.names if class_of(value) == "struct" and value.size == 1 else None
        if field not in (there or ()):
            has = f"{describe(value)}, with {', '.join(there)}" if there else f"{describe(value)}, without fields"
            raise InputError(f"there is no {name} in {path}, where {first} is {has}; choose what is there")
        first, value = f"{first}.{field}", value[field].flat[0]
    return value


def _tell_single(path: Path, listed: str, chosen: str, rank: int, variables: dict[str, Any]) -> None:
    """Say which variable is read where none has several rows."""
    if rank == SINGLE and variables.keys() - {chosen, NAMES}:
        warn(
            f"{path} holds {listed}, of which {chosen} is read, a row at most; choose another with {spell('variable')}"
        )


def _tell_beside(path: Path, variables: dict[str, Any], chosen: str, table: Any, lengths: dict[str, int]) -> None:
    """Say which vectors are left out that have a value for each row of the chosen table, as labels have."""
    n_samples = _n_samples(table)
    beside = [name for name, length in lengths.items() if name != chosen and 1 < length == n_samples]
    if beside and not lengths.get(chosen):
        told = ", ".join(f"{name} ({describe(variables[name])})" for name in beside)
        remedy = f"{spell('variable', ','.join([chosen, *beside]))} reads them together"
        warn(f"of {path} {chosen} is read, and {told} left out; {remedy}")


def _tell_refused(
    path: Path, variables: dict[str, Any], chosen: str, refused: dict[str, InputError], n_samples: int
) -> None:
    """Say what is left out that is as long as the chosen table, but can be none."""
    for name, error in refused.items():
        if 1 < n_samples in np.shape(variables[name]):
            warn(f"of {path} {chosen} is read, and {name} left out: {str(error).replace(f' in {path}', '')}")


def _parse_all(path: Path, variables: dict[str, Any]) -> tuple[dict[str, Any], dict[str, InputError]]:
    """The tables that variables are, and why others can be none."""
    tables, refused = {}, {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the one that is chosen is parsed again
        for name, value in variables.items():
            try:
                tables[name] = parse_value(value, Place(name, path))
            except InputError as error:
                refused[name] = error
    return tables, refused


def _n_samples(table: Any) -> int:
    return len(table) if isinstance(table, pd.DataFrame) else max(table.shape)


def _vector_length(table: Any) -> int:
    """How many values a vector has, along any axis; 0 for what is no vector."""
    return 0 if isinstance(table, pd.DataFrame) or 1 not in table.shape else table.size


def _rank_all(variables: dict[str, Any], tables: dict[str, Any]) -> dict[str, int]:
    """Return the ranks of all variables that can be the table, or are meant to be."""
    ranks = {name: rank for name, value in variables.items() if (rank := _rank(name, value, tables)) is not None}
    if min(ranks.values(), default=SINGLE) >= SINGLE:  # rather what is meant as columns: parsing it says what is wrong
        ranks |= {name: 1 for name, value in variables.items() if name not in tables and has_columns(value)}
    return ranks


def _rank(name: str, value: Any, tables: dict[str, Any]) -> int | None:
    """How unlikely it is that a variable is the table, from 0; None if it cannot be one."""
    if name not in tables:
        return 1 if class_of(value) in ("table", "timetable") else None  # if it is meant, we say what to save instead
    table = tables[name]
    if name == NAMES:
        return 3
    if table.size < 2 or (isinstance(table, pd.DataFrame) and len(table) == 1):
        return SINGLE
    if isinstance(table, pd.DataFrame):
        return 0
    return int(1 in table.shape and (table.dtype == object or value.ndim > 2))


def name_columns(value: Any) -> list[str]:
    """Return a cell array or char matrix of names as a list; an empty one when it is neither."""
    if value is None or class_of(value) not in ("cell", "char"):
        return []
    return [str(np.squeeze(cell)).rstrip() for cell in np.ravel(value)]


def guess_names(path: Path, variables: dict[str, Any], chosen: str, shape: tuple[int, ...]) -> list[str]:
    """Return the texts of the only other variable of as many distinct ones as a matrix has columns, and say so."""
    others = {name: value for name, value in variables.items() if name not in (chosen, NAMES)}
    texts = {name: name_columns(value) for name, value in others.items() if _are_texts(value)}
    fitting = [name for name, found in texts.items() if len(set(found)) == len(found) == shape[1] not in (1, shape[0])]
    if len(fitting) != 1:
        return []
    (name,) = fitting
    told = f"the texts of {name} in {path}, {', '.join(map(repr, texts[name][:3]))}, are taken for names of columns"
    warn(f"{told}; if they are none, use {spell('header', False)}")
    return texts[name]


def _are_texts(value: Any) -> bool:
    """Whether a value is of cells, each of which has a text, or a char matrix without empty rows."""
    if class_of(value) == "char":
        return value.size > 1 and all(row.strip() for row in value.flat)
    return class_of(value) == "cell" and all(
        class_of(cell) == "char" and cell.size == 1 and cell.flat[0].strip() for cell in value.flat
    )


def name_in_first_row(cells: Any, what: Place) -> list[str]:
    """Return the texts of the first row of cells if they are names of columns; an empty list if not.

    They are when they differ and a column below holds no text but numbers. Where all columns hold text, they are when
    none occurs below, though the values below repeat, which a warning says.
    """
    first, below = [cell.strip() if isinstance(cell, str) else "" for cell in cells[0]], cells[1:]
    if not len(below) or not all(first) or len(set(first)) < len(first):
        return []
    columns = [[cell for cell in column if cell is not None] for column in below.T]
    if any(column and all(map(_is_number, column)) for column in columns) and not any(map(_is_number, first)):
        return first
    repeats = any(column and 3 * len(set(column)) <= len(column) for column in columns)
    if not repeats or any(name in column for name, column in zip(first, columns, strict=True)):
        return []
    told = f"the first row of {what}, {', '.join(map(repr, first[:3]))}, is taken for names of columns"
    warn(f"{told}, as its texts are in no other row; if it is data, use {spell('header', False)}")
    return first


def _is_number(cell: Any) -> bool:
    """Whether a cell is a number or a text that spells one."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
