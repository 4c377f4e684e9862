"""Arrays of numpy as columns: those whose values have fields, and texts, which have one width there."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError


def is_structured(X: Any) -> bool:
    """Whether something is an array whose values have fields."""
    return isinstance(X, np.ndarray) and X.dtype.names is not None and X.ndim == 1


def from_structured(array: NDArray[Any]) -> pd.DataFrame:
    """Return the fields of an array as columns.

    Examples
    --------
    >>> from_structured(np.array([(0.5, "a"), (1.5, "")], dtype=[("size", "f8"), ("kind", "U1")])).count().to_dict()
    {'size': 2, 'kind': 1}
    """
    names = array.dtype.names or ()
    for name in names:
        held = array.dtype[name]
        if held.shape or held.names:
            raise InputError(
                f"a field of a structured array that is a column holds one value in each row, but {name!r} holds "
                f"{held}; leave it out, or give it as several fields"
            )
    return pd.DataFrame({name: plain_values(array[name]) for name in names})


def plain_values(values: NDArray[Any]) -> Any:
    """Return texts as Python's, empty ones as gaps; numbers in the byte order of this machine."""
    if values.dtype.kind not in "US":
        return values.astype(values.dtype.newbyteorder("="))
    if values.dtype.kind == "U":  # whose letters are numbers that need not be any
        letters = np.ascontiguousarray(values).view(values.dtype.byteorder.replace("|", "=") + "u4")
        if ((letters > sys.maxunicode) | ((letters >= 0xD800) & (letters < 0xE000))).any():
            raise InputError("texts are letters, but those of a numpy file have numbers that are none; write it again")
    texts = np.char.decode(values, "utf-8") if values.dtype.kind == "S" else values
    found = texts.astype(object)
    found[texts == ""] = None
    return found
