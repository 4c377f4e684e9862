"""The dtypes of columns by name, so that a model file can hold them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError

ARROW = "[pyarrow]"


def dtype_name(dtype: Any, column: Hashable = None) -> str:
    """Return a name from which `parse_dtype` makes the dtype again.

    Raises
    ------
    InputError
        There is no such name: a sparse column of texts, a time zone without name, and other rare ones.
    """
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
            "convert it with DataFrame.astype"
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
    """Whether a dtype holds dates, times of a date, or durations."""
    return getattr(dtype, "kind", "") in ("M", "m") and not isinstance(dtype, pd.CategoricalDtype)
