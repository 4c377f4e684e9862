"""MATLAB v7.3 files, which are HDF5. Needs h5py, the extra `mat73`.

Every dimension order is reversed, text is UTF-16 code units, a cell holds references, a struct is a group (and a struct
array a group of references), and what is empty holds its size instead. The attribute MATLAB_class says what is what.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from scipy.io.matlab import MatlabOpaque

from tabgan.errors import InputError
from tabgan.tables.formats import parsing

NUMBERS = {"double": "f8", "single": "f4", "logical": "?"} | {
    f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}
OPAQUE = [("s0", "O"), ("s1", "O"), ("s2", "O"), ("arr", "O")]  # as scipy has it


def load_73(path: Path) -> dict[str, Any]:
    """Return the variables by name, as `scipy.io.loadmat` would give them."""
    try:
        import h5py
    except ImportError:
        raise InputError(
            f"{path} is a MATLAB v7.3 file, for which h5py is needed, which is not installed; "
            f"pip install 'tabgan-wgangp[mat73]', or save('{path.name}', 'X', '-v7') in MATLAB"
        ) from None
    with parsing(path, "MATLAB v7.3 file"), h5py.File(path, "r") as file:
        return {name: _value(item, file) for name, item in file.items() if not name.startswith("#")}


def _value(item: Any, file: Any) -> Any:
    kind = _text(item.attrs.get("MATLAB_class", b"struct"))
    if "MATLAB_sparse" in item.attrs:
        return _sparse(item)
    if "MATLAB_object_decode" in item.attrs or kind not in (*NUMBERS, "char", "cell", "struct"):
        return MatlabOpaque(np.array([(b"", b"MCOS", kind.encode(), None)], dtype=OPAQUE))
    if "MATLAB_empty" in item.attrs:
        sizes = tuple(int(n) for n in np.ravel(item[()]))
        return np.empty(sizes, dtype={"char": "U1", "cell": "O", "struct": []}.get(kind) or NUMBERS.get(kind, "O"))
    if hasattr(item, "keys"):
        return _struct(item, file)
    data = np.transpose(item[()])
    if kind == "char":
        rows = np.atleast_2d(data).astype("<u2")
        return np.array([row.tobytes().decode("utf-16-le", "replace") for row in np.ascontiguousarray(rows)])
    if kind == "cell":
        return _follow(data, file)
    if data.dtype.names:
        return data["real"] + 1j * data["imag"]
    return data.astype(NUMBERS[kind])


def _follow(references: np.ndarray, file: Any) -> np.ndarray:
    """What references lead to."""
    found = np.empty(references.shape, dtype=object)
    for place in np.ndindex(references.shape):
        found[place] = _value(file[references[place]], file)
    return found


def _struct(group: Any, file: Any) -> np.ndarray:
    """A struct, or a struct array, whose fields are references that have no class."""
    order = group.attrs.get("MATLAB_fields")
    names = list(group) if order is None else [_text(b"".join(letters)) for letters in order]
    fields: dict[str, np.ndarray] = {}
    for name in names:
        item = group[name]
        if "MATLAB_class" in item.attrs or hasattr(item, "keys"):
            fields[name] = np.empty((1, 1), dtype=object)
            fields[name][0, 0] = _value(item, file)
        else:
            fields[name] = _follow(np.transpose(item[()]), file)
    shape = next((values.shape for values in fields.values()), (1, 1))
    struct = np.empty(shape, dtype=[(name, "O") for name in names])
    for name, values in fields.items():
        struct[name] = values
    return struct


def _sparse(group: Any) -> Any:
    """A sparse matrix, by its columns; without values none of them is stored."""
    ends = group["jc"][()]
    shape = (int(group.attrs["MATLAB_sparse"]), len(ends) - 1)
    if "data" not in group:
        return scipy.sparse.csc_matrix(shape)
    data = group["data"][()]
    return scipy.sparse.csc_matrix(
        (data.astype("f8") if not data.dtype.names else data["real"], group["ir"][()], ends), shape
    )


def _text(letters: Any) -> str:
    return letters.decode() if isinstance(letters, bytes) else str(letters)
