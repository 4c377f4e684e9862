"""What stands for gaps in text and among numbers: n.a., -, #DIV/0!, -999; and writing it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.dtypes import is_number
from tabgan.schema.texts.numerals import CODES
from tabgan.schema.texts.reading import MARKERS

ALWAYS = (
    *("", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "null", "NaN", "nan", "-NaN", "-nan"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Cells that are gaps in any column."""
_WORDS = (
    "na n.a n.a. n/a n/d n.d n.d. nd n.v. n.b. k.a. nil none null nan missing (missing) unknown void "
    "- -- --- ---- ----- – — —— ‐ − . .. ... … * ** *** / // \\ ? ?? ??? : "
    "#div/0! #n/a #value! #ref! #name? #num! #null! #calc! #spill! #error! error err err. fault fail failed bad "
    "invalid nv nnd ./. _ __ (blank) "
    "缺失 缺 无 无数据 无效 空 空值 未知 未测 未检测 未检出 没有 不详 故障 异常 欠測 なし 不明 없음"
)
_PHRASES = (
    *("no data", "not available", "not measured", "not detected", "not applicable", "no value", "not a number"),
    *("bad input", "bad data", "i/o timeout", "comm fail", "out of order", "keine angabe", "n. a.", "n. d."),
)
AMONG_NUMBERS = frozenset((*_WORDS.split(), *_PHRASES, *(text.casefold() for text in ALWAYS)))
"""Cells, without regard to case, that are gaps where all others are numbers or dates; elsewhere they are labels."""

CENSORED = "^[ \u00a0]*(?:[<>≤≥＜＞]=?)[ \u00a0]*"
"""What a bound begins with."""
GOLDEN = (5**0.5 - 1) / 2


def are_gaps(texts: pa.Array) -> NDArray[np.bool_]:
    """Return which texts stand for gaps among numbers.

    Examples
    --------
    >>> are_gaps(pa.array(["N.A.", "---", "-5", "无"])).tolist()
    [True, True, False, True]
    """
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    return pc.is_in(plain, pa.array(sorted(AMONG_NUMBERS))).to_numpy(zero_copy_only=False)


def find_far(values: NDArray[np.float64]) -> list[float]:
    """Return numbers such as -999 and 9999 that stand for gaps: they repeat, and all others are far away from them.

    Below the others it is enough that these are not below 0, or that the way to them is as long as their range; above
    it is to be twice as long. NaN does not count.

    Examples
    --------
    >>> find_far(np.array([20.5, 21.0, -999.0, 22.5, -999.0])), find_far(np.array([20.5, 21.0, -999.0, 22.5]))
    ([-999.0], [])
    """
    if not len(values) or (np.fmin.reduce(values) not in CODES and np.fmax.reduce(values) not in CODES):
        return []
    values = values[~np.isnan(values)]
    ends, counts = np.unique(values[np.isin(values, CODES)], return_counts=True)
    others = values[~np.isin(values, CODES)]
    if not len(others) or others.min() == others.max():
        return []
    low, high = others.min(), others.max()
    with np.errstate(over="ignore"):
        span = high - low  # infinite, of which nothing is far
    return [
        float(end)
        for end, count in zip(ends, counts, strict=True)
        if count > 1 and ((end < 0 and end < low and (low >= 0 or low - end >= span)) or end - high >= 2 * span)
    ]


def to_shares(counts: Mapping[str, int]) -> list[list[Any]]:
    """Return each text with its share of the counts, the most frequent first; nothing if there is none but "".

    Examples
    --------
    >>> to_shares({"-": 1, "": 3, "n.a.": 0}), to_shares({"": 3})
    ([['', 0.75], ['-', 0.25]], [])
    """
    found = sorted((pair for pair in counts.items() if pair[1]), key=lambda pair: -pair[1])
    total = sum(count for _, count in found)
    return [[text, count / total] for text, count in found] if any(text for text, _ in found) else []


def to_number(text: str) -> float | None:
    """Return what a plain number is, which may be infinite; None for other text."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if np.isnan(number) else number


def mark_gaps_alike(table: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return a table with gaps for the numbers that were found to stand for them in another, as one -999 by itself is
    not seen to.

    Examples
    --------
    >>> like = pd.DataFrame({"flow": [20.5, np.nan]})
    >>> like.attrs[MARKERS] = {"flow": [["-999", 1.0]]}
    >>> mark_gaps_alike(pd.DataFrame({"flow": [-999, 21]}), like)["flow"].tolist()
    [nan, 21.0]
    """
    for name, told in like.attrs.get(MARKERS, {}).items():
        numbers = [number for text, _ in told if (number := to_number(text)) is not None]
        if numbers and name in table.columns and is_number(table[name].dtype):
            found = table[name].isin(numbers)
            if found.any():
                table = table.copy(deep=False)
                table.isetitem(table.columns.get_loc(name), table[name].mask(found))
    return table


class Turns:
    """What the gaps of each column are written as: each marker in its share.

    Each gap's marker depends on its number in the column alone, so that the first rows are the same however many are
    written.

    Examples
    --------
    >>> turns = Turns()
    >>> turns.take("flow", 3, [["n.a.", 0.6], ["-", 0.4]]), turns.take("flow", 3, [["n.a.", 0.6], ["-", 0.4]])
    (['n.a.', 'n.a.', '-'], ['n.a.', '-', 'n.a.'])
    """

    def __init__(self) -> None:
        self._given: Counter[Hashable] = Counter()

    def take(self, name: Hashable, count: int, markers: Sequence[Sequence[Any]]) -> list[str]:
        """Return what the next gaps of a column are written as."""
        first = self._given[name]
        self._given[name] += count
        texts, shares = zip(*markers, strict=True)
        places = (0.5 + GOLDEN * np.arange(first, first + count)) % 1  # which fill any share evenly
        ends = np.cumsum(shares) / np.sum(shares)
        return [texts[i] for i in np.minimum(np.searchsorted(ends, places, side="right"), len(texts) - 1)]
