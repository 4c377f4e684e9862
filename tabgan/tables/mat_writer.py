"""Tables written to MATLAB files: a matrix of numbers, or a struct of columns, and their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.schema.dtypes import is_number
from tabgan.tables.collected import CollectingWriter
from tabgan.tables.formats import has_names
from tabgan.tables.mat_file import write_variables

LONGEST = 63  # letters of a field's name
KEYWORDS = re.compile(
    "break|case|catch|classdef|continue|else|elseif|end|for|function|global|if|otherwise|parfor|persistent|return|spmd|"
    "switch|try|while"
)


class MatWriter(CollectingWriter):
    """Writes numbers as one matrix `data`.

    When a column is text or a date, there is a struct `rows` instead, with a field for each column, which
    ``struct2table`` makes a table of. The cell array `columns` beside them has the names.
    """

    def save(self, table: pd.DataFrame) -> None:
        # Names always: they also say which way round the matrix is. Without any, these are 1, 2, and so on.
        names = table.columns if has_names(table.columns) else range(1, table.shape[1] + 1)
        columns = np.array([str(name) for name in names], dtype=object)
        if all(map(is_number, table.dtypes)):
            data: Any = {"data": table.to_numpy(dtype=np.float64, na_value=np.nan)}
        else:
            values = (_to_matlab(table.iloc[:, i])[:, None] for i in range(table.shape[1]))
            data = {"rows": dict(zip(field_names(columns), values, strict=True))}
        write_variables(self.path, {**data, "columns": columns})


def field_names(names: Iterable[str]) -> list[str]:
    """Return distinct names that a struct's fields may have.

    Examples
    --------
    >>> field_names(["age", "mean, radius", "2nd", "age!", "age "])
    ['age', 'mean__radius', 'x2nd', 'age_', 'age__2']
    """
    fields: list[str] = []
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        plain = (plain if plain[:1].isalpha() and not KEYWORDS.fullmatch(plain) else f"x{plain}")[: LONGEST - 6]
        field, count = plain, 1
        while field in fields:
            count += 1
            field = f"{plain}_{count}"
        fields.append(field)
    return fields


def _to_matlab(column: pd.Series) -> NDArray[Any]:
    """Numbers as doubles with NaN for gaps, truth values without gaps as such, all else as text, gaps as ''."""
    if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object:
        column = column.astype(object).infer_objects()
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "boolean" and not column.isna().any():
        return np.asarray(column, dtype=bool)
    if is_number(column.dtype) or kind == "boolean":
        return np.asarray(column.astype(object).where(column.notna(), np.nan), dtype=np.float64)
    return np.asarray(column.astype(str).where(column.notna(), ""), dtype=object)
