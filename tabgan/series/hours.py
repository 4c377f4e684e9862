"""A column that says which hour of a date a row is of: 0 to 23, 1 to 24, parts of a day, or as clocks show it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.dtypes import is_number

DAY = 86_400  # seconds
PARTS = (24, 48, 96)
"""How many parts a day may have that are numbered."""
_CLOCK = re.compile(r"(\d{1,2})([:.h])(\d{2})(?:([:.])(\d{2}))?(?:( ?)([AP]M))?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Hours:
    """Which second of a day a row is at, and back.

    Attributes
    ----------
    name : Hashable
        Of the column.
    dtype : str
        Of numbers.
    parts : int
        So many parts of a day are numbered; 0: hours and minutes, as 930; -1: as clocks show them.
    first : int
        What the first part is called, 0 or 1. Of what clocks show 1 says that midnight is 24:00, the end of a day.
    form : str
        How clocks show the time, for `str.format`.

    Examples
    --------
    >>> hours = Hours.learn(pd.Series([1, 2, 24], name="hour"))
    >>> hours.read(pd.Series([1, 24])).tolist(), hours.write(np.array([3600]))[0].tolist()
    ([0, 82800], [2])
    """

    name: Hashable
    dtype: str
    parts: int
    first: int
    form: str = ""

    @classmethod
    def learn(cls, series: pd.Series) -> Hours:
        """Find out what a column is; InputError if its values are no hours."""
        if not is_number(series.dtype):
            return cls._of_clocks(series)
        values, name = _whole(series), series.name
        low, high = int(values.min()), int(values.max())
        if high > max(PARTS) and high < 2400 and (values % 100 < 60).all():
            return cls(name, str(series.dtype), 0, 0)
        parts = next((n for n in PARTS if high <= n and (n == 24 or high >= n - 1)), None)
        if parts is None or low < 0 or (low == 0 and high == parts):
            bad = int(np.flatnonzero(values == (high if parts is None or low == 0 else low))[0])
            both = f" and {parts} beside 0" if parts and low == 0 else ""
            raise InputError(
                f"hours must be 0 to 23 or 1 to 24 (or parts of a day, 1 to 48 or 1 to 96), but column {str(name)!r} "
                f"has {values[bad]} in row {bad + 1}{both}; mend it, or, where clocks were put back, average both hours"
            )
        first = 1 if high == parts or (low > 0 and parts > 24) else 0
        return cls(name, str(series.dtype), parts, first)

    @classmethod
    def _of_clocks(cls, series: pd.Series) -> Hours:
        codes, texts = pd.factorize(series.astype(str))
        found = [_CLOCK.fullmatch(text.strip()) for text in texts]
        for code, match in enumerate(found):
            if match is None or _seconds(match) is None:
                row = int(np.flatnonzero(codes == code)[0])
                raise InputError(
                    f"hours must be numbers or times such as 14:00, but column {str(series.name)!r} has "
                    f"{texts[code][:40]!r} in row {row + 1}; mend it"
                )
        matches = [match for match in found if match is not None]
        midnight = any(_seconds(match) == DAY for match in matches)
        return cls(series.name, "str", -1, int(midnight), _form(matches))

    def read(self, series: pd.Series) -> NDArray[np.int64]:
        """Return the seconds since the begin of the day, of shape (n,)."""
        if self.parts >= 0 and is_number(series.dtype):
            values = _whole(series)
            if self.parts == 0:
                return values // 100 * 3600 + values % 100 * 60
            return (values - self.first) * (DAY // self.parts)
        codes, texts = pd.factorize(series.astype(str))
        found = [match and _seconds(match) for match in (_CLOCK.fullmatch(text.strip()) for text in texts)]
        if None in found:
            bad = found.index(None)
            row = int(np.flatnonzero(codes == bad)[0])
            raise InputError(
                f"hours must be times such as 14:00, but column {str(self.name)!r} has {texts[bad][:40]!r} in row "
                f"{row + 1}; mend it"
            )
        return np.array(found, np.int64)[codes]

    def write(self, seconds: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Return the column's values at seconds of a day, and by how many days the date that stands beside is earlier.

        That is 1 at midnight where it is called 24:00.
        """
        none = np.zeros(len(seconds), np.int64)
        if self.parts == 0:
            return (seconds // 3600 * 100 + seconds % 3600 // 60).astype(self.dtype), none
        if self.parts > 0:
            return (seconds // (DAY // self.parts) + self.first).astype(self.dtype), none
        earlier = (seconds == 0).astype(np.int64) * self.first
        texts = [_tell(int(second), self.form) for second in seconds + earlier * DAY]
        return np.array(texts, dtype=object), earlier


def _whole(series: pd.Series) -> NDArray[np.int64]:
    values = series.to_numpy(np.float64, na_value=np.nan)
    bad = np.flatnonzero(~(np.floor(values) == values))
    if len(bad):
        raise InputError(
            f"every row needs its hour, a whole number, but column {str(series.name)!r} has {series.iloc[bad[0]]} in "
            f"row {bad[0] + 1}; mend it"
        )
    return values.astype(np.int64)


def _seconds(match: re.Match[str]) -> int | None:
    hour, minute, second = int(match[1]), int(match[3]), int(match[5] or 0)
    if match[7]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[7].lower() == "pm")
    total = hour * 3600 + minute * 60 + second
    return total if minute < 60 and second < 60 and total <= DAY else None


def _form(matches: list[re.Match[str]]) -> str:
    """Return how the times are written, in the fullest form of these."""
    full = next((match for match in matches if match[5]), matches[0])
    pad = "" if any(len(match[1]) == 1 for match in matches) else ":02d"
    hour = "{I" if full[7] else "{H"
    form = f"{hour}{pad}}}{full[2]}{{M:02d}}" + (f"{full[4]}{{S:02d}}" if full[5] else "")
    return form + (full[6] + ("{p}" if full[7].isupper() else "{p_}") if full[7] else "")


def _tell(second: int, form: str) -> str:
    hour, minute = divmod(second // 60, 60)
    half = "PM" if hour % 24 >= 12 else "AM"
    parts = {"H": hour, "I": (hour + 11) % 12 + 1, "M": minute, "S": second % 60, "p": half, "p_": half.lower()}
    return form.format(**parts)
