"""The variables of MATLAB files: versions 5 to 7.3 are read, 7 is written, which needs no toolbox in MATLAB or Octave.

Objects of MATLAB's classes are read where mat-io is installed (`mat_objects`).

Version 7.3 is HDF5 and needs h5py, the extra `mat73`. Every dimension order is reversed there, text is UTF-16 code
units, a cell holds references, a struct is a group (and a struct array a group of references), and what is empty holds
its size instead. The attribute MATLAB_class says what is what.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse
from numpy.exceptions import ComplexWarning
from numpy.typing import NDArray
from scipy.io.matlab import MatlabFunction, MatlabObject, MatlabOpaque, MatReadWarning
from scipy.sparse import issparse

from tabgan.errors import InputError
from tabgan.tables.formats import parsing
from tabgan.tables.mat_objects import load_objects, opaque

HEADER = b"MATLAB 5.0 MAT-file, written by tabgan".ljust(116)
NEWER = b"\x00\x02IM"  # what stands after 124 bytes of text in the files of version 7.3

MOST_BYTES, MOST_PACKED = 2**28, 1000  # of a variable, and how many times its file; more is made to fill the memory

NUMBERS = {"double": "f8", "single": "f4", "logical": "?"} | {
    f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}


def load_variables(path: Path) -> dict[str, Any]:
    """Return the variables of a MATLAB file of any version by name, as `scipy.io.loadmat` gives them."""
    with path.open("rb") as file:
        newer = file.read(128)[124:] == NEWER
    return load_objects(path, _load_73(path) if newer else _load_5(path))


def _load_5(path: Path) -> dict[str, Any]:
    """Return the variables of a file of version 5 to 7 by name."""
    with parsing(path, "MATLAB file"), warnings.catch_warnings():
        warnings.simplefilter("ignore", MatReadWarning)  # objects have no name where scipy looks for it
        warnings.simplefilter("error", ComplexWarning)
        try:
            content = scipy.io.loadmat(path, mat_dtype=True)  # truth values, and doubles that were packed as integers
        except ComplexWarning:  # the one thing that it would spoil
            content = scipy.io.loadmat(path)
    return {
        value["s0"][0].decode() if isinstance(value, MatlabOpaque) else name: value
        for name, value in content.items()
        if not name.startswith("__")
    }


def write_variables(path: Path, content: Mapping[str, Any]) -> None:
    """Write variables; dicts become structs, and equal contents equal bytes."""
    scipy.io.savemat(path, content, appendmat=False, do_compression=True, long_field_names=True)
    with path.open("rb+") as file:  # scipy writes the time of day here
        file.write(HEADER)


def class_of(value: Any) -> str:
    """Return what MATLAB's ``class`` says of a value, with "sparse" or "complex" before it."""
    if isinstance(value, pd.DataFrame):
        return "table"
    if isinstance(value, MatlabOpaque):
        return str(value["s2"][0].decode())
    if isinstance(value, MatlabFunction):
        return "function_handle"
    if isinstance(value, MatlabObject):
        return str(value.classname)
    if value.dtype.names is not None:
        return "struct"
    plain = {"O": "cell", "U": "char", "S": "char", "b": "logical", "f": "double", "c": "complex double"}
    plain |= {"M": "datetime", "m": "duration"}
    name = "single" if value.dtype == np.float32 else plain.get(value.dtype.kind, value.dtype.name)
    return f"sparse {name}" if issparse(value) else name


def size(value: Any) -> str:
    """Return the size of a value as MATLAB shows it: "3x2"."""
    shape = np.shape(value)
    if class_of(value) == "char":
        shape = (*shape[:1], max(map(len, value.ravel()), default=0))
    return "x".join(map(str, shape))


def describe(value: Any) -> str:
    """Return size and class."""
    return class_of(value) if isinstance(value, MatlabOpaque) else f"{size(value)} {class_of(value)}"


def _load_73(path: Path) -> dict[str, Any]:
    """Return the variables by name, as `scipy.io.loadmat` would give them."""
    try:
        import h5py
    except ImportError:
        raise InputError(
            f"{path} is a MATLAB v7.3 file, for which h5py is needed, which is not installed; "
            f"pip install 'tabgan-wgangp[mat73]', or save('{path.name}', 'X', '-v7') in MATLAB"
        ) from None
    with parsing(path, "MATLAB v7.3 file"), h5py.File(path, "r") as file:
        if "#subsystem#" in file:  # for who reads objects
            _children(file, path)
            _children(file["#subsystem#"], path)
        return {name: _value(item, file, path) for name, item in _children(file, path) if not name.startswith("#")}


def _children(group: Any, path: Path) -> list[tuple[str, Any]]:
    """What a group holds; InputError if some of it is in another file, or more than the file can hold.

    Both are no work of MATLAB's, but of who wants a file read that is not theirs, or the memory filled.
    """
    for name in group:
        if type(group.get(name, getlink=True)).__name__ == "ExternalLink":
            raise InputError(f"{name} in {path} is a link into another file, which is not followed; save it here")
    found = list(group.items())
    for name, item in found:
        if getattr(item, "external", None) or getattr(item, "is_virtual", False):
            raise InputError(f"{name} in {path} has its values in another file, which is not read; save them here")
        _check_size(item, name, path)
    return found


def _check_size(item: Any, name: str, path: Path) -> None:
    n_bytes = int(getattr(item, "nbytes", 0))
    if n_bytes > MOST_BYTES and n_bytes > MOST_PACKED * path.stat().st_size:
        raise InputError(
            f"{name} in {path} unpacks to {n_bytes:,} bytes, more than {MOST_PACKED:,} times the file; save it anew"
        )


def _value(item: Any, file: Any, path: Path) -> Any:
    kind = _text(item.attrs.get("MATLAB_class", b"struct"))
    if "MATLAB_sparse" in item.attrs:
        return _sparse(item)
    if "MATLAB_object_decode" in item.attrs or kind not in (*NUMBERS, "char", "cell", "struct"):
        return opaque(kind)
    if "MATLAB_empty" in item.attrs:
        sizes = tuple(int(n) for n in np.ravel(item[()]))
        if 0 not in sizes:
            raise ValueError(f"an empty value has the size {'x'.join(map(str, sizes))}")
        return np.empty(sizes, dtype={"char": "U1", "cell": "O", "struct": []}.get(kind) or NUMBERS.get(kind, "O"))
    if hasattr(item, "keys"):
        return _struct(item, file, path)
    data = np.transpose(item[()])
    if kind == "char":
        rows = np.atleast_2d(data).astype("<u2")
        return np.array([row.tobytes().decode("utf-16-le", "replace") for row in np.ascontiguousarray(rows)])
    if kind == "cell":
        return _follow(data, file, path)
    if data.dtype.names:
        return data["real"] + 1j * data["imag"]
    return data.astype(NUMBERS[kind])


def _follow(references: NDArray[Any], file: Any, path: Path) -> NDArray[Any]:
    """What references lead to."""
    found = np.empty(references.shape, dtype=object)
    for place in np.ndindex(references.shape):
        item = file[references[place]]
        _check_size(item, "a cell", path)
        found[place] = _value(item, file, path)
    return found


def _struct(group: Any, file: Any, path: Path) -> NDArray[Any]:
    """A struct, or a struct array, whose fields are references that have no class."""
    order = group.attrs.get("MATLAB_fields")
    names = list(group) if order is None else [_text(b"".join(letters)) for letters in order]
    fields: dict[str, NDArray[Any]] = {}
    _children(group, path)
    for name in names:
        item = group[name]
        if "MATLAB_class" in item.attrs or hasattr(item, "keys"):
            fields[name] = np.empty((1, 1), dtype=object)
            fields[name][0, 0] = _value(item, file, path)
        else:
            fields[name] = _follow(np.transpose(item[()]), file, path)
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
    numbers = data["real"] if data.dtype.names else data.astype("f8")
    return scipy.sparse.csc_matrix((numbers, group["ir"][()], ends), shape)


def _text(letters: Any) -> str:
    return letters.decode() if isinstance(letters, bytes) else str(letters)
