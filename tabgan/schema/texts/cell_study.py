"""What the distinct cells of a column are: numbers written as text, gaps, or something else."""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.column import column_types
from tabgan.schema.dtypes import Contents
from tabgan.schema.texts.markers import ALWAYS, CENSORED, are_gaps, to_number
from tabgan.schema.texts.numbertext import Numerals, find_numbers, read_numerals
from tabgan.schema.texts.reading import Reading

PLAIN = r"^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
"""Numbers that need no reading."""


@dataclass
class Study:
    """The cells of a column of text, by their distinct values.

    Attributes
    ----------
    name : Hashable
        Of the column.
    cells : list
        The distinct values.
    codes : array of shape (n_samples,)
        The place of each row's value among them; -1 where there is none.
    gaps : array of bool
        Which of them stand for gaps.
    guessed, bounds : array of bool
        Which of these are taken for such, and which are bounds such as <0.01.
    texts : array of bool
        Which of them are texts that write numbers; `numerals` are these.
    numerals : Numerals or None
        None if none does.
    numbers : bool
        Whether all that is no gap is numbers.
    plain : bool
        Whether the texts have but digits, a point and a sign.
    """

    name: Hashable
    cells: list[Any]
    codes: NDArray[np.intp]
    gaps: NDArray[np.bool_]
    guessed: NDArray[np.bool_] = field(init=False)
    bounds: NDArray[np.bool_] = field(init=False)
    texts: NDArray[np.bool_] = field(init=False)
    numerals: Numerals | None = None
    numbers: bool = False
    plain: bool = False

    def __post_init__(self) -> None:
        self.guessed, self.bounds, self.texts = (np.zeros(len(self.cells), dtype=bool) for _ in range(3))

    @property
    def mixed(self) -> bool:
        """Whether numbers stand beside texts that write numbers."""
        return bool((~self.texts & ~self.gaps).any())

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many rows have each value; the last is that of rows without one."""
        return np.bincount(np.where(self.codes < 0, len(self.cells), self.codes), minlength=len(self.cells) + 1)

    def first_row(self, place: int) -> int:
        """Return the first row, counted from 1, that has a value."""
        return int(np.argmax(self.codes == place)) + 1

    def values(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """Return the column with `numbers` in place of the texts; NaN where there is none."""
        distinct = np.full(len(self.cells) + 1, np.nan)
        distinct[:-1][self.texts] = numbers
        others = np.flatnonzero(~self.texts & ~self.gaps)
        distinct[others] = [self.cells[i] for i in others]
        whole = numbers.dtype.kind == "i" and all(isinstance(self.cells[i], int) for i in others)
        found = distinct[self.codes]
        return found.astype(np.int64) if whole and not np.isnan(found).any() else found

    def count_gaps(self) -> dict[str, int]:
        """Return how often each text stands for a gap, "" among them."""
        counts = self.counts
        found = {str(self.cells[i]): int(counts[i]) for i in np.flatnonzero(self.gaps)}
        return found | {"": found.get("", 0) + int(counts[-1])}


def study_cells(series: pd.Series, reading: Reading, cut: bool = False) -> Study | None:
    """Study a column of text, or of text and numbers; None if there is nothing to be read, and no gaps to be noted.

    Of texts among a workbook's dates only those are gaps that are said to be, as no other can stand there.
    `cut` says that the column is of a text file, of which plain numbers are text only as there is doubt about them.
    """
    try:
        codes, found = pd.factorize(series)
    except TypeError:  # lists and the like, of which the schema says what is wrong
        return None
    cells = list(found)
    strings = [isinstance(cell, str) for cell in cells]
    plain = all(map(_is_cell, cells))
    if not any(strings) or not (plain or _beside_moments(cells)) or (not all(strings) and _has_truth(series)):
        return None
    texts = pa.array([cell if string else None for cell, string in zip(cells, strings, strict=True)], pa.string())
    study = Study(series.name, cells, codes, _find_gaps(texts, cells, reading))
    if plain:
        _find_texts(study, texts, series, reading, cut)
    return study if study.numbers or study.gaps.any() else None


def _is_cell(cell: Any) -> bool:
    return isinstance(cell, (str, int, float, np.integer, np.floating)) and not isinstance(cell, bool)


def _beside_moments(cells: list[Any]) -> bool:
    """Whether all cells but texts are dates, times or durations."""
    return all(isinstance(cell, (str, datetime.date, datetime.time, datetime.timedelta)) for cell in cells)


def _has_truth(series: pd.Series) -> bool:
    """Whether truth values hide among numbers, to which they are equal."""
    return any(isinstance(value, (bool, np.bool_)) for value in series)


def _find_gaps(texts: pa.Array, cells: list[Any], reading: Reading) -> NDArray[np.bool_]:
    """Return which cells are gaps in any column, or are said to be."""
    stripped = pc.utf8_trim_whitespace(texts)
    given = pc.is_in(stripped, pa.array([*ALWAYS, *reading.missing])).to_numpy(zero_copy_only=False)
    numbers = [number for text in reading.missing if (number := to_number(text)) is not None]
    return given | np.array([not isinstance(cell, str) and cell in numbers for cell in cells], dtype=bool)


def _find_texts(study: Study, texts: pa.Array, series: pd.Series, reading: Reading, cut: bool) -> None:
    """Find out whether what is no gap is numbers, and whether other cells are gaps among numbers or dates."""
    present = pc.is_valid(texts).to_numpy(zero_copy_only=False) & ~study.gaps
    places = np.flatnonzero(present)
    some = texts.take(pa.array(places))
    bound = pc.match_substring_regex(some, CENSORED).to_numpy(zero_copy_only=False)
    if bound.any():
        bare = pc.replace_substring_regex(some, CENSORED, "")
        bound &= find_numbers(bare)
        some = bare if reading.censored else some
    numbers = find_numbers(some)
    rest = ~numbers
    kept = rest & bound
    gaps = rest & ~kept
    if gaps.any():
        gaps &= are_gaps(some)
        if (rest & ~kept & ~gaps).any():
            if not numbers.any():
                _find_gaps_of_dates(study, some, series, places, gaps)
            return
    others = int((~pc.is_valid(texts).to_numpy(zero_copy_only=False) & ~study.gaps).sum())
    if kept.sum() >= numbers.sum() + others:
        return
    if not _are_numbers(study, some.filter(pa.array(numbers)), others, series):
        if not (others or kept.any()):  # dates such as 31.12.2024, of digits and points
            _find_gaps_of_dates(study, some, series, places, gaps)
        return
    if study.plain and not (cut or others or rest.any() or bound.any() or study.gaps.any()):
        study.numerals, study.numbers = None, False  # these are read when the column is learned, and come back as text
        return
    study.guessed[places[gaps]], study.bounds[places[kept]] = True, True
    study.gaps |= study.guessed | study.bounds
    study.texts[places[numbers]] = True


def _find_gaps_of_dates(
    study: Study, texts: pa.Array, series: pd.Series, places: NDArray[np.intp], gaps: NDArray[np.bool_]
) -> None:
    """Take texts for gaps that stand for such among dates, if all others are these."""
    if gaps.any() and _is_ordered(texts.filter(pa.array(~gaps)), series):
        study.guessed[places[gaps]] = study.gaps[places[gaps]] = True


def _are_numbers(study: Study, texts: pa.Array, others: int, series: pd.Series) -> bool:
    """Whether texts write numbers, beside so many cells that are numbers; the study keeps which."""
    study.plain = bool(pc.all(pc.match_substring_regex(texts, PLAIN)).as_py())
    study.numerals = read_numerals(texts)
    found = study.numerals
    bad = found is None or (others and found.percent) or (found.unit and _is_ordered(texts, series))
    study.numbers = not bad if len(texts) else others > 0
    return study.numbers


def _is_ordered(texts: pa.Array, series: pd.Series) -> bool:
    """Whether texts are dates or of another kind that has an order, and not labels."""
    column = pd.Series(texts.to_pylist(), name=series.name, dtype=object)
    column.attrs = series.attrs
    contents = Contents(column)
    kind = next((known for known in column_types() if known.takes(contents)), None)
    return kind is not None and kind.ordered and "continuous" not in kind.kinds
