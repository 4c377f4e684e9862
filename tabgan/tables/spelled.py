"""Rows as files hold them: what was text in one that keeps types becomes text again, and gaps what marked them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from tabgan.schema.dtypes import is_number, label_dtype
from tabgan.schema.texts.markers import Turns, to_number
from tabgan.schema.texts.reading import DIALECT, MARKERS, SPELLINGS
from tabgan.schema.texts.spellings import Spelling


def as_texts(block: pd.DataFrame, of: type[Any]) -> pd.DataFrame:
    """Return rows whose columns and categories of a dtype, which a file has no type for, are texts.

    Examples
    --------
    >>> ages = pd.DataFrame({"age": pd.cut([20, 50, 95], [0, 40, 90])})
    >>> as_texts(ages, pd.IntervalDtype)["age"].tolist()
    ['(0, 40]', '(40, 90]', nan]
    """
    places = [place for place, dtype in enumerate(block.dtypes) if isinstance(label_dtype(dtype), of)]
    block = block.copy(deep=False) if places else block
    for place in places:
        column = block.iloc[:, place]
        if isinstance(column.dtype, pd.CategoricalDtype):
            texts = column.cat.rename_categories(column.dtype.categories.astype(str))
        else:
            texts = column.astype(object).map(str, na_action="ignore")
        block.isetitem(place, texts)
    return block


class SpelledWriter:
    """Hands rows on to a writer: intervals as texts, and those that come from cells with types as these were.

    A column of numbers that were text is text again, spelled as `attrs` say; gaps are the texts or, among numbers, the
    numbers that stood for them. Rows that come from a text file, in which all is text, have numbers. The writer is a
    `tabgan.tables.formats.TableWriter`.
    """

    def __init__(self, writer: Any, typed: bool) -> None:
        self.writer, self.typed = writer, typed
        self.turns = Turns()

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        block = as_texts(block, pd.IntervalDtype)
        if self.typed and DIALECT not in block.attrs:
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
