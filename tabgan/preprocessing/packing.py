"""What has learned something, as a model file has it: dicts of arrays and JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # floats, but for codes of columns and masks


def pack(owner: Any, learned: Iterable[str]) -> dict[str, Any]:
    """Return attributes as a model file has them: without the underscore at the end, lists by their places."""
    values = {name.rstrip("_"): getattr(owner, name) for name in learned}
    return {k: {str(i): v for i, v in enumerate(v)} if isinstance(v, list) else v for k, v in values.items()}


def unpack(owner: Any, learned: Iterable[str], state: Mapping[str, Any]) -> None:
    """Set the attributes that `pack` returned."""
    for name in learned:
        setattr(owner, name, unpacked(state[name.rstrip("_")]))


def unpacked(value: Any) -> Any:
    """Return a list for values by their places, and anything else as it is."""
    return [value[str(i)] for i in range(len(value))] if isinstance(value, dict) else value


def beside(columns: Iterable[Array], n_rows: int, n_columns: int) -> Array:
    """Return columns as a matrix that has each side by side, as all stages keep them, without a second copy of all."""
    made = np.empty((n_rows, n_columns), order="F")
    for place, column in enumerate(columns):
        made[:, place] = column
    return made
