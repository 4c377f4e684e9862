"""MATLAB v7.3 files, written here by h5py as MATLAB lays them out."""

from __future__ import annotations

import sys
from importlib.resources import files

import numpy as np
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.tables.formats import read_table
from tabgan.tables.mat_file import load_variables

h5py = pytest.importorskip("h5py")
REFERENCES = "#refs#"


class Writer:
    """Puts values into an HDF5 file as MATLAB does: sizes reversed, text as UTF-16, cells and struct arrays by
    references."""

    def __init__(self, file) -> None:
        self.file, self.count = file, 0

    def put(self, group, name, value):
        if isinstance(value, dict):
            item = group.create_group(name)
            letters = [np.array(list(key), dtype="S1") for key in value]
            order = np.empty(len(value), dtype=object)
            order[:] = letters
            item.attrs.create("MATLAB_fields", order, dtype=h5py.vlen_dtype(np.dtype("S1")))
            for key, part in value.items():
                if isinstance(part, tuple):  # of a struct array
                    item.create_dataset(key, data=self.refer(np.array(part, dtype=object)[None]))
                else:
                    self.put(item, key, part)
            return self.tag(item, "struct")
        if isinstance(value, str):
            units = np.frombuffer(value.encode("utf-16-le"), "<u2")
            item = self.dataset(group, name, units[None])
            item.attrs["MATLAB_int_decode"] = np.int32(2)
            return self.tag(item, "char")
        value = np.asarray(value)
        if value.dtype.kind == "U":
            letters = np.array([[ord(letter) for letter in row] for row in value], "<u2")
            return self.tag(self.dataset(group, name, letters), "char")
        if value.dtype == object:
            return self.tag(group.create_dataset(name, data=self.refer(value)), "cell")
        if value.dtype == bool:
            return self.tag(self.dataset(group, name, value.astype("u1")), "logical")
        if np.iscomplexobj(value):
            parts = np.empty(value.shape, dtype=[("real", "f8"), ("imag", "f8")])
            parts["real"], parts["imag"] = value.real, value.imag
            return self.tag(self.dataset(group, name, parts), "double")
        kinds = {"float64": "double", "float32": "single"}
        return self.tag(self.dataset(group, name, value), kinds.get(value.dtype.name, value.dtype.name))

    def dataset(self, group, name, value):
        if value.size:
            return group.create_dataset(name, data=value.T)
        item = group.create_dataset(name, data=np.array(value.shape, dtype="u8"))
        item.attrs["MATLAB_empty"] = np.uint8(1)
        return item

    def refer(self, values):
        places = np.empty(values.shape, dtype=h5py.ref_dtype)
        for at in np.ndindex(values.shape):
            self.count += 1
            places[at] = self.put(self.file.require_group(REFERENCES), f"r{self.count}", values[at]).ref
        return places.T

    def tag(self, item, kind):
        item.attrs["MATLAB_class"] = np.bytes_(kind)
        return item


@pytest.fixture
def save(tmp_path):
    def write(fill=None, **variables):
        path = tmp_path / "a.mat"
        with h5py.File(path, "w", userblock_size=512) as file:
            writer = Writer(file)
            for name, value in variables.items():
                writer.put(file, name, value)
            if fill:
                fill(file)
        with path.open("r+b") as file:
            file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x02IM")
        return path

    return write


def column(*values):
    cells = np.empty((len(values), 1), dtype=object)
    cells[:, 0] = values
    return cells


X = np.arange(6.0).reshape(3, 2)


def test_matrices_come_as_matlab_shows_them(save):
    path = save(X=X, small=X.astype("int8"), flags=X > 2, single=X.astype("f4"))
    for name, kind in (("X", "f8"), ("small", "i1"), ("flags", "?"), ("single", "f4")):
        table = read_table(path, variable=name)
        assert set(table.dtypes) == {np.dtype(kind)}
        np.testing.assert_array_equal(table, X > 2 if name == "flags" else X)
    with pytest.raises(InputError, match=r"X \(3x2 double\), flags \(3x2 logical\), single \(3x2 single\), small"):
        read_table(path)


def test_names_beside_a_matrix_name_its_columns(save):
    table = read_table(save(X=X.T, columns=column("流量", "b")))
    assert list(table.columns) == ["流量", "b"]
    np.testing.assert_array_equal(table, X)


def test_the_rows_of_a_char_matrix_beside_a_matrix_are_its_names(save):
    path = save(X=X, names=np.array(["流量", "b "]))
    with pytest.warns(TabganWarning, match="texts of names in .*, '流量', 'b', are taken for names of columns"):
        assert list(read_table(path)) == ["流量", "b"]


@pytest.mark.parametrize("shape", [(1, 2, 9), (1, 2, 1, 9), (2, 1, 9)])
def test_axes_of_one_between_features_and_samples_are_left_out(save, shape):
    matrix = np.arange(18.0).reshape(2, 9)
    path = save(X=matrix.reshape(shape))
    with pytest.warns(TabganWarning, match=f"is {'x'.join(map(str, shape))}, and is read as 9 rows x 2 columns"):
        np.testing.assert_array_equal(read_table(path), matrix.T)


def test_structs_and_cells_are_tables(save):
    scalar = {"x": X[:, :1], "text": column("a", "", "é流"), "flag": np.array([[True], [False], [True]])}
    many = {"n": (1.0, 2.0, 3.0), "t": ("x", "yy", "")}
    mixed = np.empty((3, 2), dtype=object)
    mixed[:, 0], mixed[:, 1] = [1.0, 2.0, np.empty((0, 0))], ["a", "b", "c"]
    path = save(S=scalar, A=many, C=mixed)
    table = read_table(path, variable="S")
    assert list(table.columns) == ["x", "text", "flag"]
    assert table["x"].tolist() == [0, 2, 4]
    assert table["flag"].tolist() == [True, False, True]
    assert table["text"].isna().tolist() == [False, True, False]
    assert table["text"].tolist()[::2] == ["a", "é流"]
    rows = read_table(path, variable="A")
    assert rows["n"].tolist() == [1, 2, 3]
    assert rows["t"].tolist()[:2] == ["x", "yy"]
    cells = read_table(path, variable="C")
    np.testing.assert_array_equal(cells[1], [1, 2, np.nan])
    assert cells[2].tolist() == ["a", "b", "c"]


def fill_odd(file):
    table = file.create_dataset("T", data=np.zeros((1, 6), "u4"))
    table.attrs["MATLAB_class"], table.attrs["MATLAB_object_decode"] = np.bytes_("table"), np.int32(3)
    sparse = file.create_group("z")
    sparse.attrs["MATLAB_class"], sparse.attrs["MATLAB_sparse"] = np.bytes_("double"), np.uint64(3)
    for name, values in (("data", [5.0, 6.0]), ("ir", np.array([0, 2], "u8")), ("jc", np.array([0, 1, 2], "u8"))):
        sparse[name] = values


@pytest.mark.filterwarnings("ignore:of .* left out")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("T", r"is a table, an object that only MATLAB can read; save S = table2struct"),
        ("z", r"is sparse; save full"),
        ("q", "is complex"),
        ("empty", r"is empty \(0x0\)"),
        ("text", "is a text"),
    ],
)
def test_what_is_no_table_is_refused(save, name, reason):
    path = save(fill_odd, X=X, q=X + 1j, empty=np.empty((0, 0)), text="abc")
    assert len(read_table(path)) == 3
    with pytest.raises(InputError, match=reason):
        read_table(path, variable=name)
    np.testing.assert_array_equal(load_variables(path)["z"].toarray(), [[5, 0], [0, 0], [0, 6]])


def test_a_file_that_matlab_wrote_is_read():
    """One that scipy has for its own tests: pi/4 times 0 to 8."""
    path = files("scipy.io.matlab") / "tests/data/testhdf5_7.4_GLNX86.mat"
    if not path.is_file():
        pytest.skip("scipy came without its tests")
    table = read_table(str(path), transpose=True)
    np.testing.assert_allclose(table[1], np.arange(9) * np.pi / 4)


def test_without_h5py_the_extra_is_named(save, monkeypatch):
    path = save(X=X)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(InputError, match=r"v7\.3 file, .* pip install 'tabgan-wgangp\[mat73\]', or save\('a.mat'"):
        read_table(path)


def test_a_harmed_file_is_refused(save):
    path = save(X=X)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(InputError, match=r"is not a whole MATLAB v7\.3 file"):
        read_table(path)


def write(path, fill):
    with h5py.File(path, "w", userblock_size=512) as file:
        fill(file)
    with path.open("rb+") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
    return path


def tagged(item, **attributes):
    item.attrs["MATLAB_class"] = np.bytes_("double")
    item.attrs.update(attributes)


def test_no_other_file_is_opened(tmp_path):
    write(tmp_path / "secret.mat", lambda file: tagged(file.create_dataset("x", data=np.eye(3))))
    (tmp_path / "secret.bin").write_bytes(np.zeros(60).tobytes())

    def link(file):
        file["X"] = h5py.ExternalLink("secret.mat", "x")

    def store(file):
        tagged(file.create_dataset("X", (20, 3), "f8", external=[("secret.bin", 0, 480)]))

    for fill, reason in ((link, "X in .* is a link into another file"), (store, "X in .* has its values in another")):
        with pytest.raises(InputError, match=reason):
            read_table(write(tmp_path / "a.mat", fill))


def test_a_file_that_promises_too_much_claims_no_memory(tmp_path):
    def bomb(file):
        tagged(file.create_dataset("X", (3, 10**9), "f8", chunks=(3, 10**5), compression="gzip"))

    def empty(file):
        tagged(file.create_dataset("X", data=np.array([2**40, 3], "u8")), MATLAB_empty=np.uint8(1))

    with pytest.raises(InputError, match=r"100 times its length, but X in .* holds 24,000,000,256 bytes or more"):
        read_table(write(tmp_path / "a.mat", bomb))
    with pytest.raises(InputError, match="an empty value has the size 1099511627776x3"):
        read_table(write(tmp_path / "b.mat", empty))
