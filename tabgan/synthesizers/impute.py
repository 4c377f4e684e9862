"""A table with gaps becomes tables without, in what it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from tabgan.errors import InputError, warn
from tabgan.schema.containers import ARRAY, give
from tabgan.seeds import Use, numpy_rng
from tabgan.setting_rules import MOST_TIMES
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.donors import Donors
from tabgan.tables.check import check_matrix, check_names
from tabgan.tables.intake import open_table
from tabgan.text import shorten

if TYPE_CHECKING:
    from tabgan.schema import Column

ENOUGH_DONORS = 20_000
MOST_BLOCKS = 8


@np.errstate(over="ignore", invalid="ignore")  # near the largest double
def impute_table(model: Any, X: Any, n: Any, seed: int) -> list[Any]:
    """Return `n` copies of a table with its gaps filled; see `RowSampler.impute`."""
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 1 <= n <= MOST_TIMES:
        raise InputError(
            f"n must be a whole number from 1 to {MOST_TIMES:,}, but is {n!r}; give how many imputations you want"
        )
    schema = model.schema_
    table, container = open_table(X)
    if not isinstance(table, pd.DataFrame):
        table = check_matrix(table, "a table to fill").astype(float)
        if table.shape[1] != len(schema):
            raise InputError(
                f"an array must have the {len(schema)} columns that were learned, but its shape is {table.shape}"
            )
        table = pd.DataFrame(table, columns=list(schema.names))
    check_names(table, "a table to fill")
    table = _with_all_columns(table, model)
    gaps = {c.name: table[c.name].isna().to_numpy() for c in schema if c.kind != "id"}
    if not any(found.any() for found in gaps.values()):
        return [_give(table, container, model) for _ in range(n)]
    rows = schema.round(schema.to_matrix(table))
    rng = numpy_rng(seed, Use.IMPUTED)
    with threadpool_limits(1, "blas"):  # so that no sum depends on how many there are
        donors = Donors(draw_donors(model, seed), schema, model.constraints_)
        filled = list(donors.fill(rows, int(n), rng))
    _tell_broken(model, rows, filled)
    made = []
    for matrix in filled:
        copy = table.copy()
        for column, values in zip(schema, matrix.T, strict=True):
            if column.name in gaps and gaps[column.name].any():
                copy[column.name] = _fill(table[column.name], column, values, gaps[column.name])
        made.append(_give(copy, container, model))
    return made


def draw_donors(model: Any, seed: int) -> NDArray[np.float64]:
    """Return generated rows that keep the constraints, as they come back."""
    blocks, count = [], 0
    for block in range(MOST_BLOCKS):
        rows = model.schema_.round(model._make(seed, block, None, BLOCK_ROWS, {}))
        blocks.append(rows[model.constraints_.holds(rows)])
        count += len(blocks[-1])
        if count >= ENOUGH_DONORS:
            break
    if not count:
        raise InputError("gaps are filled from generated rows, but none of those keeps the constraints; fit longer")
    return np.concatenate(blocks)


def _with_all_columns(table: pd.DataFrame, model: Any) -> pd.DataFrame:
    """Return a table with columns of gaps for those that were learned and are not there, which is said."""
    absent = [column for column in model.schema_ if column.name not in table.columns]
    if len(absent) == len(model.schema_):
        raise InputError(
            f"a table to fill must have columns that were learned, {', '.join(map(str, model.schema_.names))}, but has "
            f"{', '.join(map(str, table.columns))}; give another"
        )
    if absent := [column for column in absent if column.kind != "id"]:
        names = ", ".join(str(column.name) for column in absent)
        warn(f"columns that are not there are filled as a whole: {names}")
    added = {column.name: pd.Series([None] * len(table), table.index, dtype=object) for column in absent}
    return pd.concat([table, pd.DataFrame(added)], axis=1) if added else table


def _fill(given: pd.Series, column: Column, values: NDArray[np.float64], gaps: NDArray[np.bool_]) -> pd.Series:
    """Return a column with its gaps filled, in the dtype that was learned if it holds what was given."""
    made = pd.Series(column.decode(column.round(values))).set_axis(given.index)
    if gaps.all():
        return made
    filled = given.astype(object).where(~gaps, made.astype(object))
    for dtype in (column.held, given.dtype):
        try:
            cast = filled.astype(dtype)
        except (TypeError, ValueError):
            continue
        if (cast.astype(object) == filled).all():
            return cast
    return filled.infer_objects()


def _tell_broken(model: Any, rows: NDArray[np.float64], filled: list[NDArray[np.float64]]) -> None:
    holed = np.isnan(rows).any(axis=1)
    for rule in model.constraints_.rules:
        if most := max(int((holed & ~rule.holds(matrix)).sum()) for matrix in filled):
            warn(
                f"{most:,} rows with gaps break {shorten(rule.text)!r}, as nothing was found to fill them with that "
                "keeps it beside what is known; look at these rows, or at the rule"
            )


def _give(table: pd.DataFrame, container: str, model: Any) -> Any:
    if container == ARRAY:
        return table.to_numpy(dtype=float)
    return give(table, container, model.schema_.types)
