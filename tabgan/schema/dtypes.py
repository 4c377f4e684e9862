"""The dtypes of columns by name, so that a model file can hold them; and what a series of some dtype holds."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from datetime import timezone
from functools import cached_property
from itertools import compress
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.texts.numbertext import read_numerals
from tabgan.spelling import spell

Label = str | int | float | bool
FEW_ROWS = 20  # of which values that are all distinct say nothing; in more they number or identify the rows
ARROW = "[pyarrow]"
_FOUND = {"string": "text", "boolean": "label", "date": "moment", "datetime": "moment", "datetime64": "moment"}
_FOUND |= {"time": "time", "timedelta": "duration"}
_FOUND |= dict.fromkeys(("integer", "floating", "mixed-integer-float", "decimal"), "number")
"""What pandas calls the objects of a column."""
_CODE = re.compile(r"\s*(0\d|\d{16})")
_ENDLESS = re.compile(r"[eE][-+]?0*[1-9]\d{4}")


def spelt_numbers(values: Any, errors: Literal["coerce", "raise"] = "coerce") -> pd.Series:
    """Return the numbers that texts spell, as `pandas.to_numeric` does, whose process ends at exponents of ten digits.

    Examples
    --------
    >>> spelt_numbers(["1.5", "1e3309222222"]).tolist()
    [1.5, nan]
    """
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=object)
    if not is_number(series.dtype):
        endless = np.array([isinstance(value, str) and bool(_ENDLESS.search(value)) for value in series], bool)
        if errors == "raise" and endless.any():
            raise ValueError(f"{series[endless].iloc[0]!r} is no number")
        series = series.mask(endless) if endless.any() else series
    numbers: pd.Series = pd.to_numeric(series, errors=errors)
    return numbers


def dtype_name(dtype: Any, column: Hashable = None) -> str:
    """Return a name from which `parse_dtype` makes the dtype again.

    A fixed offset is one of `datetime.timezone` then, whatever library it is from. InputError if there is no name: of a
    sparse column of texts, a time zone without name, and other rare ones.

    Examples
    --------
    >>> dtype_name(pd.DatetimeTZDtype("us", "UTC+05:30"))
    'datetime64[us, UTC+05:30]'
    """
    if isinstance(dtype, pd.DatetimeTZDtype) and (offset := dtype.tz.utcoffset(None)) is not None:
        dtype = pd.DatetimeTZDtype(dtype.unit, timezone(offset))
    name = str(dtype)
    if isinstance(dtype, pd.CategoricalDtype):
        return name
    if isinstance(dtype, pd.ArrowDtype):
        name = f"{dtype.pyarrow_dtype}{ARROW}".replace("string[", "utf8[")  # "string[pyarrow]" is another dtype
    elif name == "string":
        name = f"string[{dtype.storage}]"
    try:
        known = bool(parse_dtype(name) == dtype)
    except (TypeError, ValueError, pa.ArrowException):
        known = False
    if not known:
        raise InputError(
            f"a column's dtype must be one that can be given back, but that of column {str(column)!r} is {dtype}; "
            f"convert it, or leave it out with {spell('drop', column)}"
        )
    return name


def parse_dtype(name: str) -> Any:
    """Return the numpy or pandas dtype of a name.

    Examples
    --------
    >>> parse_dtype("Int64"), parse_dtype("datetime64[us, Europe/Berlin]")
    (Int64Dtype(), datetime64[us, Europe/Berlin])
    """
    if name == "str":  # as pandas 3 calls its text
        return pd.StringDtype(na_value=np.nan)
    if not name.endswith(ARROW) or name.startswith("string"):
        return pd.api.types.pandas_dtype(name)
    inner = name.removesuffix(ARROW)
    if inner.startswith("timestamp[") and ", tz=" in inner:
        unit, zone = inner.removeprefix("timestamp[").removesuffix("]").split(", tz=")
        return pd.ArrowDtype(pa.timestamp(unit, zone))
    return pd.ArrowDtype(pa.type_for_alias(inner))


def is_text(dtype: Any) -> bool:
    """Whether a dtype holds text and nothing else."""
    return isinstance(dtype, pd.StringDtype) or (isinstance(dtype, pd.ArrowDtype) and dtype.type is str)


def is_number(dtype: Any) -> bool:
    """Whether a dtype holds real numbers or truth values."""
    types = pd.api.types
    return (types.is_numeric_dtype(dtype) or types.is_bool_dtype(dtype)) and not (
        types.is_complex_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype)
    )


def is_moment(dtype: Any) -> bool:
    """Whether a dtype holds dates, times of a date, periods such as months, or durations."""
    if isinstance(dtype, pd.PeriodDtype):
        return True
    return getattr(dtype, "kind", "") in ("M", "m") and not isinstance(dtype, pd.CategoricalDtype)


def number_dtype(dtype: Any) -> np.dtype[Any]:
    """Return numpy's dtype of the numbers that a column of a dtype holds.

    Examples
    --------
    >>> number_dtype(pd.Int8Dtype()), number_dtype(np.dtype("float16")), number_dtype(np.dtype(object))
    (dtype('int8'), dtype('float16'), dtype('float64'))
    """
    dtype = getattr(dtype, "numpy_dtype", getattr(dtype, "subtype", dtype))
    return dtype if isinstance(dtype, np.dtype) and dtype.kind in "biuf" else np.dtype(np.float64)


def limits(dtype: Any) -> tuple[float, float]:
    """Return the least and the greatest number that a column of a dtype can hold."""
    dtype = number_dtype(dtype)
    if dtype.kind == "b":
        return 0.0, 1.0
    info: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return float(info.min), float(info.max)


def plain_label(value: Any, column: Hashable) -> Label:
    """Return a label as JSON has it, an interval as text; InputError if it is no text, number or truth value either."""
    plain: Label = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, pd.Interval):
        return str(plain)
    if type(plain) in (str, int, float, bool):
        return plain
    raise InputError(
        f"a label must be text, a number or a truth value, but column {str(column)!r} has {str(plain)!r} "
        f"({type(plain).__name__}); turn the column into text, or leave it out"
    )


def label_dtype(dtype: Any) -> Any:
    """Return the dtype of categories; of other columns their own."""
    return dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype


def as_index(labels: Sequence[Label], dtype: Any) -> pd.Index:
    """Return labels that `plain_label` made as an index of a dtype.

    Examples
    --------
    >>> as_index(["(0, 18]", "(18, 65]"], pd.IntervalDtype("int64", "right"))
    IntervalIndex([(0, 18], (18, 65]], dtype='interval[int64, right]')
    """
    if not isinstance(dtype, pd.IntervalDtype):
        return pd.Index(list(labels), dtype=dtype)
    ends = [str(label)[1:-1].split(", ") for label in labels]
    left, right = (pd.Index([pair[i] for pair in ends], dtype=object).astype(dtype.subtype) for i in (0, -1))
    return pd.IntervalIndex.from_arrays(left, right, dtype.closed)


class Contents:
    """What a series holds, for the types that are asked one after the other whether they take it: "number", "moment",
    "label" or "text" by its dtype; by that of its objects "time" and "duration", too, or "" when these are of several
    types or others.
    """

    def __init__(self, series: pd.Series) -> None:
        self.series = series
        dtype = series.dtype
        if isinstance(dtype, (pd.CategoricalDtype, pd.IntervalDtype)) or pd.api.types.is_bool_dtype(dtype):
            self.holds = "label"
        elif is_number(dtype) or is_moment(dtype):
            self.holds = "number" if is_number(dtype) else "moment"
        elif is_text(dtype):
            self.holds = "text"
        else:
            self.holds = _FOUND.get(pd.api.types.infer_dtype(series.dropna()), "") if str(dtype) == "object" else ""

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts of a column of text; else none."""
        return list(self.series.dropna().unique()) if self.holds == "text" else []

    @cached_property
    def spelt(self) -> NDArray[np.float64]:
        """The numbers that these texts spell, NaN for those that spell none."""
        plain = np.asarray(spelt_numbers(self.texts), np.float64)
        if np.isnan(plain).any() and (numerals := read_numerals(self.texts)):
            return numerals.read(numerals.first())[0].astype(np.float64)
        return plain

    @property
    def has_codes(self) -> bool:
        """Whether some of these numbers have digits that would be lost, such as 001 or the number of a card."""
        return any(map(_CODE.match, compress(self.texts, np.isfinite(self.spelt))))

    @property
    def all_distinct(self) -> bool:
        """Whether the texts identify their rows."""
        return FEW_ROWS < len(self.texts) == int(self.series.notna().sum())
