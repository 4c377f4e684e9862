"""The variables of MATLAB files of version 7.3, which are HDF5. Needs h5py, the extra `mat73`.

Every dimension order is reversed there, text is UTF-16 code units, a cell holds references, a struct is a group (and a
struct array a group of references), and what is empty holds its size instead. The attribute MATLAB_class says what is
what.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.tables.bounds import VALUES
from tabgan.tables.formats import parsing
from tabgan.tables.mat_objects import opaque

NUMBERS = {"double": "f8", "single": "f4", "logical": "?"} | {
    f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}
FILTERS = range(1, 7)  # of HDF5 itself; for any other it would load a library from a folder
EACH_ITEM = 256  # bytes that a value takes, however small


def load_hdf5(path: Path) -> dict[str, Any]:
    """Return the variables by name, as `scipy.io.loadmat` would give them."""
    try:
        import h5py
    except ImportError:
        raise InputError(
            f"{path} is a MATLAB v7.3 file, for which h5py is needed, which is not installed; "
            f"pip install 'tabgan-wgangp[mat73]', or save('{path.name}', 'X', '-v7') in MATLAB"
        ) from None
    with parsing(path, "MATLAB v7.3 file"), h5py.File(path, "r") as file:
        _check_links(file, path)
        reader = _Reader(file, path)
        if "#subsystem#" in file:  # for who reads objects, by references that are not looked at here
            reader.check_references()
        return {name: reader.value(file, name) for name in file if not name.startswith("#")}


def _check_links(file: Any, path: Path) -> None:
    """Raise InputError if anything in a file is a link into another, whatever leads there."""

    leading = file.visititems_links(lambda name, link: name if type(link).__name__ == "ExternalLink" else None)
    if leading is not None:
        raise InputError(f"{leading} in {path} is a link into another file, which is not followed; save it here")


class _Reader:
    """Reads values, as long as they are in the file, and no more than it may hold."""

    def __init__(self, file: Any, path: Path) -> None:
        self.file, self.path, self.n_bytes = file, path, 0

    def check(self, item: Any, name: str) -> Any:
        """Return something that is there; InputError if its values are elsewhere, or more than a file can hold.

        Neither is MATLAB's work, but of who wants a file read that is not theirs, code run, or the memory filled.
        """
        import h5py

        if item is None:
            raise ValueError(f"{name} leads nowhere")
        self.n_bytes += EACH_ITEM
        if isinstance(item, h5py.Dataset):
            if item.external or item.is_virtual:
                raise InputError(
                    f"{name} in {self.path} has its values in another file, which is not read; save them here"
                )
            stored = item.id.get_create_plist()
            if any(stored.get_filter(i)[0] not in FILTERS for i in range(stored.get_nfilters())):
                raise InputError(
                    f"{name} in {self.path} is packed in a way that asks for a library to be loaded, which is not "
                    "done; save it as MATLAB does"
                )
            self.n_bytes += item.nbytes
        VALUES.check(self.n_bytes, self.path, "save it anew, with '-v7'", name)
        return item

    def check_references(self) -> None:
        """Check everything in the file, and that references lead to that alone."""
        import h5py

        items: list[tuple[str, Any]] = []
        self.file.visititems(lambda name, item: items.append((name, item)))
        found: dict[Any, list[Any]] = {}
        for name, item in items:
            is_cell = isinstance(self.check(item, name), h5py.Dataset) and h5py.check_ref_dtype(item.dtype)
            found[_place(item)] = list(np.ravel(item[()])) if is_cell else []
        for reference in (reference for references in found.values() for reference in references if reference):
            if _place(self.file[reference]) not in found:
                raise ValueError("a reference leads to what has no name")
        self.n_bytes = 0

    def value(self, group: Any, name: str) -> Any:
        """Return what is under a name in a group."""
        return self._read(self.check(group.get(name), name))

    def _read(self, item: Any) -> Any:
        kind = _text(item.attrs.get("MATLAB_class", b"struct"))
        if "MATLAB_sparse" in item.attrs:
            return self._sparse(item)
        if "MATLAB_object_decode" in item.attrs or kind not in (*NUMBERS, "char", "cell", "struct"):
            return opaque(kind)
        if "MATLAB_empty" in item.attrs:
            sizes = tuple(int(n) for n in np.ravel(item[()]))
            if 0 not in sizes:
                raise ValueError(f"an empty value has the size {'x'.join(map(str, sizes))}")
            return np.empty(sizes, dtype={"char": "U1", "cell": "O", "struct": []}.get(kind) or NUMBERS.get(kind, "O"))
        if hasattr(item, "keys"):
            return self._struct(item)
        data = np.transpose(item[()])
        if kind == "char":
            rows = np.atleast_2d(data).astype("<u2")
            return np.array([row.tobytes().decode("utf-16-le", "replace") for row in np.ascontiguousarray(rows)])
        if kind == "cell":
            return self._follow(data)
        if data.dtype.names:
            return data["real"] + 1j * data["imag"]
        return data.astype(NUMBERS[kind])

    def _follow(self, references: NDArray[Any]) -> NDArray[Any]:
        """What references lead to."""
        found = np.empty(references.shape, dtype=object)
        for place in np.ndindex(references.shape):
            found[place] = self._read(self.check(self.file[references[place]], "a cell"))
        return found

    def _struct(self, group: Any) -> NDArray[Any]:
        """A struct, or a struct array, whose fields are references that have no class."""
        order = group.attrs.get("MATLAB_fields")
        names = list(group) if order is None else [_text(b"".join(letters)) for letters in order]
        fields: dict[str, NDArray[Any]] = {}
        for name in names:
            item = self.check(group.get(name), name)
            if "MATLAB_class" in item.attrs or hasattr(item, "keys"):
                fields[name] = np.empty((1, 1), dtype=object)
                fields[name][0, 0] = self._read(item)
            else:
                fields[name] = self._follow(np.transpose(item[()]))
        shape = next((values.shape for values in fields.values()), (1, 1))
        struct = np.empty(shape, dtype=[(name, "O") for name in names])
        for name, values in fields.items():
            struct[name] = values
        return struct

    def _sparse(self, group: Any) -> Any:
        """A sparse matrix, by its columns; without values none of them is stored."""
        ends = self.check(group.get("jc"), "jc")[()]
        shape = (int(group.attrs["MATLAB_sparse"]), len(ends) - 1)
        if "data" not in group:
            return scipy.sparse.csc_matrix(shape)
        data, places = (self.check(group.get(name), name)[()] for name in ("data", "ir"))
        numbers = data["real"] if data.dtype.names else data.astype("f8")
        return scipy.sparse.csc_matrix((numbers, places, ends), shape)


def _place(item: Any) -> Any:
    """Return what tells an object of a file from others."""
    import h5py

    return h5py.h5o.get_info(item.id).addr


def _text(letters: Any) -> str:
    return letters.decode() if isinstance(letters, bytes) else str(letters)
