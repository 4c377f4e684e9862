"""Objects of MATLAB in its files - table, timetable, string, categorical, datetime, duration - read by mat-io.

That is an extra, `matobjects`. What it makes of an object is turned into what `scipy.io.loadmat` gives of plain values:
texts in cells. Dates and durations stay arrays of their dtypes, and tables DataFrames.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.io.matlab import MatlabOpaque

from tabgan.errors import warn

OPAQUE = [("s0", "O"), ("s1", "O"), ("s2", "O"), ("arr", "O")]  # as scipy had it before 1.18


def holds_objects(value: Any) -> bool:
    """Whether a value of `scipy.io.loadmat` is an object of MATLAB, or holds one in its cells or fields."""
    if isinstance(value, MatlabOpaque):
        return True
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "OV":
        return False
    parts = [value[name] for name in value.dtype.names] if value.dtype.names else [value]
    return any(holds_objects(item) for part in parts for item in part.flat if isinstance(item, np.ndarray))


def load_objects(path: Path, variables: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of a file with the objects in them read; as they are where mat-io is not installed."""
    if not any(map(holds_objects, variables.values())):
        return variables
    matio = import_matio()
    if matio is None:
        return variables
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            content = matio.load_from_mat(str(path))
        except Exception:  # of objects that it cannot read, which are refused by their names if they are asked for
            return variables
    if any("timezone" in str(warning.message) for warning in said):
        warn(f"times of {path} that have a zone are read in UTC")
    found = {name: _as_plain(value) for name, value in content.items() if not name.startswith("__")}
    for name, value in found.items():
        was = variables.get(name, opaque("object"))
        places = isinstance(value, np.ndarray) and value.dtype == np.uint32  # where its values are, not these
        if not holds_objects(was) or (places and isinstance(was, MatlabOpaque)):
            found[name] = was
    return variables | found


def import_matio() -> Any:
    """Return mat-io, or None where it is not installed; of pandas it sets an option, which is set back."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas 3, where the option is one of the past
        before = getattr(getattr(pd.options, "future", None), "infer_string", None)
        try:
            import matio
        except ImportError:
            return None
        if before is not None:
            pd.set_option("future.infer_string", before)
    return matio


def opaque(kind: str) -> MatlabOpaque:
    """Return what stands for an object that cannot be read; `tabgan.tables.mat_file.class_of` knows its class."""
    return MatlabOpaque(np.array([(b"", b"MCOS", kind.encode(), None)], dtype=OPAQUE))


def _as_plain(value: Any) -> Any:
    """What mat-io makes of a value, as scipy would have it."""
    if isinstance(value, pd.DataFrame):
        timed = value.index.dtype.kind in "mM"
        return value.reset_index() if timed else value.reset_index(drop=True)
    if isinstance(value, pd.Categorical) or (isinstance(value, np.ndarray) and value.dtype.kind == "T"):
        return _as_cells(np.asarray(value, dtype=object))
    if not isinstance(value, np.ndarray) or hasattr(value, "classname"):
        return opaque(str(getattr(value, "classname", type(value).__name__))) if not np.isscalar(value) else value
    if value.dtype.names and any(value.dtype[name].kind != "O" for name in value.dtype.names):
        return opaque("calendarDuration")
    if value.dtype.kind not in "OV":
        return value
    plain = value.copy()
    for part in [plain[name] for name in value.dtype.names] if value.dtype.names else [plain]:
        for place in np.ndindex(part.shape):
            part[place] = _as_plain(part[place])
    return plain


def _as_cells(texts: Any) -> Any:
    """Texts, or None and NaN for what is missing, each in a cell."""
    cells = np.empty(texts.shape, dtype=object)
    for place in np.ndindex(texts.shape):
        cells[place] = np.array([] if pd.isna(texts[place]) else [str(texts[place])], dtype="U")
    return cells
