"""Columns of text cells that write numbers, as columns of numbers."""

from __future__ import annotations

import pandas as pd

from tabgan.schema.reading import MARKERS, READING, SPELLINGS, Reading


def read_columns(table: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Read the cells of a table, and note in its `attrs` what was said of that, and how they were written."""
    if reading != Reading():
        table.attrs[READING] = reading.to_dict()
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        read = read_cells(column, reading)
        if read is not column:
            table.isetitem(place, read)
            for key in (SPELLINGS, MARKERS):
                if told := read.attrs.get(key, {}):
                    table.attrs[key] = table.attrs.get(key, {}) | told
    return table


def read_cells(series: pd.Series, reading: Reading) -> pd.Series:
    """Return a column of texts as the numbers that they write, or as it is.

    What texts look like is in `attrs` of the result: `SPELLINGS`, `MARKERS`.
    """
    del reading
    return series
