"""How cells are to be read, and how those of a column were written: what a file says beside its values.

Both stand in `DataFrame.attrs`, as JSON values, so that a table takes them along from a file to a schema, and from a
schema to a file.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from tabgan.schema.texts.spellings import Spelling

READING = "reading"
"""Key of `DataFrame.attrs`: what `Reading.to_dict` returns."""
SPELLINGS = "spellings"
"""Key of `DataFrame.attrs`: how the numbers of columns are written in text, by the columns' names."""
MARKERS = "markers"
"""Key of `DataFrame.attrs`: what stood for gaps in columns, as pairs of a text and its share, by the columns' names."""
DIALECT = "dialect"
"""Key of `DataFrame.attrs`: how the text file was written: "delimiter", "encoding", and so on."""


class Told(dict[Any, Any]):
    """What is told of columns, by their names; never changed in its place.

    pandas copies `attrs` with each column that it takes, which takes a table of thousands of columns as many times.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": [1.5]})
    >>> frame.attrs[SPELLINGS] = Told(flow='{"decimals": 1}')
    >>> frame["flow"].attrs[SPELLINGS] is frame.attrs[SPELLINGS]
    True
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Told:
        return self


@dataclass(frozen=True)
class Reading:
    """What a user says of the cells of a table; None is for the cells themselves to tell.

    Attributes
    ----------
    decimal : "." or "," or None
        The decimal mark of numbers.
    dayfirst : bool or None
        Whether the day comes before the month where both orders make dates.
    missing : tuple of str
        Cells that are gaps, beside those that are always taken for such.
    censored : bool
        Whether cells such as <0.01 are read as their bound; else a column of these is one of labels.
    serial : "excel" or "matlab" or None
        What numbers count in columns that are asked for as dates: days since 1900, or since the year 0.
    """

    decimal: Literal[".", ","] | None = None
    dayfirst: bool | None = None
    missing: tuple[str, ...] = ()
    censored: bool = False
    serial: Literal["excel", "matlab"] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what is set, as JSON values."""
        return {name: value for name, value in asdict(self).items() if value not in (None, (), False)} | (
            {"dayfirst": False} if self.dayfirst is False else {}
        )

    @classmethod
    def of(cls, data: pd.DataFrame | pd.Series) -> Reading:
        """Return what stands in the `attrs` of a table or a column; the default if nothing does.

        Examples
        --------
        >>> frame = pd.DataFrame({"t": ["01/02/2024"]})
        >>> frame.attrs[READING] = Reading(dayfirst=True).to_dict()
        >>> Reading.of(frame["t"]).dayfirst
        True
        """
        said = data.attrs.get(READING, {})
        return cls(**{**said, "missing": tuple(said.get("missing", ()))})


def spelt_as(series: pd.Series, spelling: str | None) -> pd.Series:
    """Return a column whose texts are to be read by the decimal mark of a spelling, in whatever table they stand."""
    if spelling is None or pd.api.types.is_numeric_dtype(series.dtype):
        return series
    series = series.copy(deep=False)
    read = series.attrs.get(READING, {}) | {"decimal": Spelling.from_text(spelling).decimal}
    series.attrs = series.attrs | {READING: read}
    return series
