"""Rows for files that keep types: what was text in such a file becomes text again, and gaps what marked them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from tabgan.schema.dtypes import is_number
from tabgan.schema.texts.markers import Turns, to_number
from tabgan.schema.texts.reading import DIALECT, MARKERS, SPELLINGS
from tabgan.schema.texts.spellings import Spelling


class SpelledWriter:
    """Hands rows on to a writer, those that come from cells with types as these were.

    A column of numbers that were text is text again, spelled as `attrs` say; gaps are the texts or, among numbers, the
    numbers that stood for them. Rows that come from a text file, in which all is text, have numbers. The writer is a
    `tabgan.tables.formats.TableWriter`.
    """

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.turns = Turns()

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        if DIALECT not in block.attrs:
            told = {key: block.attrs.get(key, {}) for key in (SPELLINGS, MARKERS)}
            block = block.copy(deep=False)
            for place, name in enumerate(block.columns):
                if name in told[SPELLINGS] or name in told[MARKERS]:
                    markers = told[MARKERS].get(name, [])
                    block.isetitem(place, self._spell(block.iloc[:, place], told[SPELLINGS].get(name), markers))
        self.writer.write(block)

    def close(self, complete: bool) -> None:
        """Finish the file."""
        self.writer.close(complete)

    def _spell(self, column: pd.Series, spelling: str | None, markers: list[list[Any]]) -> pd.Series:
        if spelling is not None and is_number(column.dtype):
            texts = Spelling.from_text(spelling).write(column.to_numpy(dtype=np.float64, na_value=np.nan))
            return self._mark(pd.Series(texts.to_pylist(), column.index, dtype=object), markers, column.name)
        if not is_number(column.dtype):
            return self._mark(column, markers, column.name)
        numbers = [[to_number(text), share] for text, share in markers]
        return column if any(number is None for number, _ in numbers) else self._mark(column, numbers, column.name)

    def _mark(self, column: pd.Series, markers: list[list[Any]], name: Hashable) -> pd.Series:
        gaps = column.isna().to_numpy()
        if not markers or not gaps.any():
            return column
        column = column.copy()
        column[gaps] = [mark if mark != "" else None for mark in self.turns.take(name, int(gaps.sum()), markers)]
        return column
