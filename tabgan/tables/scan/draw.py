"""From the parts of a table to rows that are learned in its place, which know what all rows show."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError, warn
from tabgan.schema.containers import FRAME, TYPES, from_arrow, write_types
from tabgan.schema.known import KNOWN, Known, Witnesses
from tabgan.schema.texts.cells import read_columns
from tabgan.schema.texts.reading import Reading
from tabgan.settings import SETTINGS
from tabgan.spelling import allowed, show, spell
from tabgan.tables.delimited import type_table
from tabgan.tables.doubts import find_doubts
from tabgan.tables.formats import has_names
from tabgan.tables.parquet import to_frame
from tabgan.tables.scan.drawn_rows import hash_positions
from tabgan.tables.scan.facts import Facts, as_array
from tabgan.tables.scan.part import Parts, unify
from tabgan.tables.scan.summary import Summary, scan

LEARN_ROWS = 1_000_000
"""Rows that are drawn where nothing else is said: more than a fit can learn from, see docs/scale.md."""


def draw_rows(
    parts: Parts,
    reading: Reading,
    names: Sequence[Hashable] | None = None,
    learn_rows: int | None = None,
    readers: int | None = None,
) -> pd.DataFrame:
    """Return some columns of a table in parts: all rows, in order, or those that were drawn.

    If rows were left out, what all of them show is in `attrs`, under `KNOWN`.
    """
    check_learn_rows(learn_rows)
    names = list(parts.names if names is None else names)
    wanted = LEARN_ROWS if learn_rows is None else learn_rows
    found, count = _scan(parts, names, wanted, readers)
    if not found.rows:
        raise InputError(f"a table needs rows, but {parts.where} has none; name another")
    return found_rows(parts, names, found, reading, count)


def draw_in_memory(table: pd.DataFrame, learn_rows: int | None) -> pd.DataFrame:
    """Return at most so many rows of a frame, the same ones as of a file that holds it; None is all."""
    check_learn_rows(learn_rows)
    if learn_rows is None or len(table) <= learn_rows or KNOWN in table.attrs:
        return table
    kept = np.sort(np.argsort(hash_positions(np.arange(len(table))))[:learn_rows])
    drawn = table.iloc[kept]
    every = ((table.columns[i], table.iloc[:, i]) for i in range(table.shape[1]))
    columns = {name: Witnesses(values, True, int(values.isna().sum())) for name, values in every}
    drawn.attrs[KNOWN] = Known("the table", len(table), 1, learn_rows, columns)
    return drawn


def check_learn_rows(learn_rows: int | None) -> None:
    """Raise InputError unless so many rows can be drawn."""
    if not SETTINGS["learn_rows"].allows(learn_rows):
        raise InputError(
            f"{spell('learn_rows')} must be {allowed('learn_rows')}, but is {show('learn_rows', learn_rows)}"
        )


def _scan(parts: Parts, names: list[Hashable], wanted: int, readers: int | None) -> tuple[Summary, int]:
    """Return what was found in the parts, and how many these are."""
    schema = parts.of(names)
    if isinstance(parts.parts, Sequence):
        return scan(parts.parts, schema, wanted, readers), len(parts.parts)
    found, first, count = Summary.empty(schema, wanted), "", 0
    for count, part in enumerate(parts.parts, 1):  # which may not be there any more when the next one is
        first = first or part.name
        found.widen(unify(found.schema, first, part, len(names) == len(parts.names)), part.name)
        row = 0
        for batch in part.batches(found.schema):
            found.add(batch, count - 1, row)
            row += batch.num_rows
    return found, count


def found_rows(parts: Parts, names: list[Hashable], found: Summary, reading: Reading, count: int) -> pd.DataFrame:
    """Return the rows that were drawn, with what is known of all."""
    rows = found.drawn.table(found.schema)
    n_drawn, more = rows.num_rows, found.rows > rows.num_rows
    values = [_witnesses(facts) if more else [] for facts in found.facts]
    table = _as_frame(_append(rows, values), names, parts)
    if parts.filed:
        table = read_columns(table, reading)
    frame = table.iloc[:n_drawn]
    header = bool(parts.dialect) and has_names(names)
    for note in find_doubts(frame, parts.where, header, whole=not more) if parts.filed else ():
        warn(note)
    if more:
        columns = {
            name: _typed(table.iloc[n_drawn : n_drawn + len(own), i], facts)
            for i, (name, own, facts) in enumerate(zip(names, values, found.facts, strict=True))
        }
        frame.attrs[KNOWN] = Known(parts.where, found.rows, count, n_drawn, columns)
    return frame


def _witnesses(facts: Facts) -> list[Any]:
    return [*facts.witnesses(), *([None] if facts.gaps else [])]


def _typed(values: pd.Series, facts: Facts) -> Witnesses:
    """Return witnesses as they were read, those that are all distinct values as often as matters."""
    values = values.copy()
    values.attrs = {}
    if facts.counts is None:
        return Witnesses(values.reset_index(drop=True), False, facts.gaps)
    times = np.array([*facts.repeats(), *([1] if facts.gaps else [])], np.intp)
    return Witnesses(values.take(np.repeat(np.arange(len(values)), times)).reset_index(drop=True), True, facts.gaps)


def _append(rows: pa.Table, values: list[list[Any]]) -> pa.Table:
    """Return rows with more below them that hold, column by column, some values; then those of the first rows again."""
    count = max(map(len, values), default=0)
    if not count:
        return rows
    again = rows.take(pa.array(np.arange(count) % rows.num_rows))
    columns = []
    for column, repeated, own in zip(rows.columns, again.columns, values, strict=True):
        chunks = [*column.chunks, as_array(own, column.type), *repeated.slice(0, count - len(own)).chunks]
        columns.append(pa.chunked_array(chunks, column.type))
    return pa.Table.from_arrays(columns, schema=rows.schema)


def _as_frame(rows: pa.Table, names: list[Hashable], parts: Parts) -> pd.DataFrame:
    """Return rows as a file of such a kind would be read, or a frame of such a kind."""
    if parts.dialect:
        return type_table(rows, names, parts.dialect)
    if parts.container in (FRAME, "columns", "records"):
        frame = to_frame(rows)
    else:
        frame = from_arrow(rows)
        frame.attrs[TYPES] = write_types(pa.schema([parts.schema.field(str(name)) for name in names]))
    if list(frame.columns) != names:
        frame.columns = pd.Index(names)
    return frame
