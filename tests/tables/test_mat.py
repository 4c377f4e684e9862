"""MATLAB files, v5 and v7."""

from __future__ import annotations

import struct

import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse

from tabgan.errors import InputError, TabganWarning
from tabgan.tables.formats import read_table, write_table
from tabgan.tables.mat import split_mat
from tabgan.tables.mat_writer import field_names
from tests.octave import run_octave

X = np.arange(6.0).reshape(3, 2)
WIDE = np.arange(12.0).reshape(2, 6)


def save(path, **variables):
    scipy.io.savemat(path, variables)
    return path


def cells(*values):
    column = np.empty((len(values), 1), dtype=object)
    column[:, 0] = values
    return column


def opaque(name, kind):
    """A variable of a class that only MATLAB can read, as its files have it: flags, three names, a matrix of places."""

    def element(code, data):
        return struct.pack("<II", code, len(data)) + data.ljust(-(-len(data) // 8) * 8, b"\0")

    places = element(6, struct.pack("<II", 13, 0)) + element(5, struct.pack("<ii", 1, 1)) + element(1, b"")
    places = element(14, places + element(6, struct.pack("<I", 1)))
    texts = b"".join(element(1, text.encode()) for text in (name, "MCOS", kind))
    return element(14, element(6, struct.pack("<II", 17, 0)) + texts + places)


def test_the_only_matrix_is_read(tmp_path):
    more = {"note": "text", "cube": np.zeros((2, 2, 2)), "n": 7, "names": cells("a", "b", "c", "d")}
    table = read_table(save(tmp_path / "a.mat", X=X, **more))
    np.testing.assert_array_equal(table, X)
    assert list(table.columns) == [1, 2]


def test_a_wide_matrix_is_asked_about(tmp_path):
    path = save(tmp_path / "a.mat", X=WIDE)
    with pytest.raises(
        InputError, match=r"X in .* is 2x6, .* transpose=True for 6 rows of 2, or transpose=False for 2 rows of 6"
    ):
        read_table(path)
    np.testing.assert_array_equal(read_table(path, transpose=True), WIDE.T)
    np.testing.assert_array_equal(read_table(path, transpose=False), WIDE)
    with pytest.raises(InputError, match=r"transpose is for \.mat, but a\.csv is none of these"):
        read_table("a.csv", transpose=True)


@pytest.mark.parametrize("names", [["a", "b"], list("abcdef")])
def test_names_say_which_way_round_a_matrix_is(tmp_path, names):
    table = read_table(save(tmp_path / "a.mat", X=WIDE, columns=np.array(names, dtype=object)))
    assert list(table.columns) == names
    np.testing.assert_array_equal(table, WIDE.T if len(names) == 2 else WIDE)


@pytest.mark.parametrize("names", [list("abcdef"), range(1, 7)])
def test_few_rows_that_we_wrote_are_read_back(tmp_path, names):
    frame = pd.DataFrame(WIDE, columns=names)
    write_table(frame, tmp_path / "a.mat")
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.mat"), frame, check_column_type=False)


LONG = np.arange(8.0).reshape(2, 4)  # two features of four samples


@pytest.mark.parametrize("shape", [(1, 2, 4), (2, 1, 4), (1, 2, 1, 4), (1, 1, 2, 4), (2, 1, 1, 4)])
def test_samples_after_features_are_rows_whatever_axes_of_one_stand_between(tmp_path, shape):
    path = save(tmp_path / "a.mat", X=LONG.reshape(shape))
    size = "x".join(map(str, shape))
    said = f"X in .* is {size}, and is read as 4 rows x 2 columns; transpose=False reads it as 2 rows x 4 columns$"
    with pytest.warns(TabganWarning, match=said):
        np.testing.assert_array_equal(read_table(path), LONG.T)
    np.testing.assert_array_equal(read_table(path, transpose=False), LONG)  # told, so nothing is said


@pytest.mark.parametrize("shape", [(4, 1, 2), (1, 4, 2), (1, 4, 1, 1, 2)])
def test_samples_before_features_are_rows_when_they_are_many_more(tmp_path, shape):
    path = save(tmp_path / "{a}.mat", X=LONG.T.reshape(shape))
    with pytest.warns(TabganWarning, match="as 4 rows x 2 columns; transpose=True reads it as 2 rows x 4 columns$"):
        np.testing.assert_array_equal(read_table(path), LONG.T)
    np.testing.assert_array_equal(read_table(path, transpose=True), LONG)


@pytest.mark.parametrize("shape", [(1, 3, 2), (3, 1, 2), (1, 3, 3), (3, 1, 3)])
def test_an_array_that_may_be_read_either_way_round_is_asked_about(tmp_path, shape):
    matrix = np.arange(np.prod(shape, dtype=float)).reshape(shape)
    path = save(tmp_path / "a.mat", X=matrix)
    with pytest.raises(InputError, match=rf"is {'x'.join(map(str, shape))}, which .* transpose=True for \d rows"):
        read_table(path)
    np.testing.assert_array_equal(read_table(path, transpose=False), matrix.squeeze())
    np.testing.assert_array_equal(read_table(path, transpose=True), matrix.squeeze().T)


def test_names_say_which_way_round_an_array_is(tmp_path):
    path = save(tmp_path / "a.mat", X=np.arange(6.0).reshape(1, 3, 2), columns=cells("a", "b", "c"))
    with pytest.warns(TabganWarning, match="read as 2 rows x 3 columns"):
        assert list(read_table(path).columns) == ["a", "b", "c"]


def test_a_vector_along_a_later_axis_is_a_column(tmp_path):
    path = save(tmp_path / "a.mat", v=np.arange(4.0).reshape(1, 1, 4))
    with pytest.warns(TabganWarning, match="v in .* is 1x1x4, and is read as 4 rows x 1 columns"):
        assert read_table(path)[1].tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(read_table(save(tmp_path / "b.mat", v=np.zeros((1, 1, 4)), X=X)), X)


def test_the_arrays_of_the_original_program_have_their_samples_last_however_few(tmp_path):
    path = save(tmp_path / "a.mat", augimds=LONG.T.reshape(1, 4, 1, 2))
    with pytest.warns(TabganWarning, match="is 1x4x1x2, and is read as 2 rows x 4 columns"):
        np.testing.assert_array_equal(read_table(path), LONG)


def test_one_of_several_is_chosen(tmp_path):
    path = save(tmp_path / "a.mat", X=X, Y=X + 1)
    np.testing.assert_array_equal(read_table(path, variable="Y"), X + 1)
    with pytest.raises(InputError, match=r"holds X \(3x2 double\), Y \(3x2 double\); name .* with variable="):
        read_table(path)
    with pytest.raises(InputError, match="there is no variable Z in"):
        read_table(path, variable="Z")


def test_fields_of_one_value_beside_columns_are_left_out_with_a_word(tmp_path):
    columns = {"t": np.arange(3.0)[:, None], "v": np.ones((1, 3))}
    scipy.io.savemat(tmp_path / "s.mat", {"S": {**columns, "name": "pump", "fs": 100.0, "of": {"a": 1.0}, "none": []}})
    with pytest.warns(TabganWarning, match="are read, and name, fs, of, none left out"):
        table = read_table(tmp_path / "s.mat")
    assert table.to_dict("list") == {"t": [0.0, 1.0, 2.0], "v": [1.0] * 3}


def test_the_signals_of_simulink_are_columns(tmp_path):
    t, three = np.arange(5.0)[:, None], np.arange(15.0).reshape(5, 3)
    signal = {"values": three, "dimensions": 3.0, "label": "flow"}
    path = save(tmp_path / "one.mat", simout={"time": t, "signals": signal, "blockName": "m/To Workspace"})
    with pytest.warns(TabganWarning, match=r"columns beside the time, which X.drop\(columns='time'\) leaves"):
        table = read_table(path)
    assert list(table.columns) == ["time", "flow_1", "flow_2", "flow_3"]
    np.testing.assert_array_equal(table, np.hstack([t, three]))
    signals = np.zeros((1, 2), [("values", "O"), ("label", "O")])
    signals[0, 0], signals[0, 1] = (t + 1, "time"), (t + 2, "")
    path = save(tmp_path / "two.mat", logged={"time": t, "signals": signals})
    with pytest.warns(TabganWarning, match="structure of Simulink"):
        assert list(read_table(path).columns) == ["time", "time.2", "signal2"]
    path = save(tmp_path / "none.mat", logged={"time": np.zeros((0, 0)), "signals": {"values": three, "label": "y"}})
    with pytest.warns(TabganWarning, match="signals are read as columns$"):
        assert list(read_table(path).columns) == ["y_1", "y_2", "y_3"]
    path = save(tmp_path / "odd.mat", logged={"time": t[:4], "signals": {"values": three, "label": "y"}})
    with (
        pytest.warns(TabganWarning, match="Simulink"),
        pytest.raises(InputError, match="must be columns of one length, but they have time 4, y_1 5"),
    ):
        read_table(path)


def test_a_struct_of_columns_comes_before_one_of_single_values(tmp_path):
    """The latter was read, with one row, if columns of the former differed in length."""
    meta, columns = {"fs": 100.0, "name": "pump"}, {"a": np.arange(4.0), "b": np.ones(4)}
    scipy.io.savemat(tmp_path / "a.mat", {"meta": meta, "data": columns})
    assert list(read_table(tmp_path / "a.mat")) == ["a", "b"]
    scipy.io.savemat(tmp_path / "b.mat", {"meta": meta, "data": {**columns, "two": [1.0, 2.0]}})
    with pytest.raises(InputError, match=r"data in .* columns of one length, but they have a 4, b 4, two 2"):
        read_table(tmp_path / "b.mat")
    scipy.io.savemat(tmp_path / "c.mat", {"meta": meta, "note": "text"})
    with pytest.warns(TabganWarning, match="of which meta is read, a row at most; choose another with variable"):
        assert len(read_table(tmp_path / "c.mat")) == 1


def test_names_beside_a_matrix_are_taken_and_said(tmp_path):
    path = save(tmp_path / "a.mat", X=X, labels=cells("hot", "cold"), note="of the pump")
    with pytest.warns(
        TabganWarning, match=r"texts of labels in .*, 'hot', 'cold', are taken for names .* header=False"
    ):
        assert list(read_table(path)) == ["hot", "cold"]
    assert list(read_table(path, header=False)) == [1, 2]
    for names in (cells("a", "a"), cells("a", " "), cells("a", 1.0), cells("a")):
        assert list(read_table(save(tmp_path / "b.mat", X=X, names=names))) == [1, 2]


@pytest.mark.parametrize("version", ["v4", "v6", "v7"])
def test_the_rows_of_a_char_matrix_beside_a_matrix_are_its_names(tmp_path, version):
    matrix = "X = [1 2; 3 4; 5 6]; names = ['hot '; 'cold']; blank = ['north'; '     ']; three = ['a '; 'b '; 'cd'];"
    run_octave(f"{matrix} save -{version} a.mat X names blank; save -{version} b.mat X three blank", tmp_path)
    with pytest.warns(TabganWarning, match=r"texts of names in .*, 'hot', 'cold', are taken for names"):
        assert list(read_table(tmp_path / "a.mat")) == ["hot", "cold"]
    with pytest.warns(TabganWarning, match=r"and three \(3x2 char\) left out"):
        assert list(read_table(tmp_path / "b.mat")) == [1, 2]


def test_what_is_as_long_as_the_table_but_none_is_left_out_with_a_word(tmp_path):
    path = save(tmp_path / "a.mat", x=X[:, :1], z=X[:, :1] + 1j)
    with pytest.warns(TabganWarning, match=r"a\.mat x is read, and z left out: z is complex; save real and imaginary"):
        assert read_table(path).shape == (3, 1)


def test_a_tall_matrix_that_a_vector_turns_is_told(tmp_path):
    path = save(tmp_path / "a.mat", X=X, y=cells("a", "b"))
    with pytest.warns(TabganWarning, match=r"X in .* is 3x2, and is read as 2 rows, which the others have"):
        assert read_table(path, variable="X,y").shape == (2, 4)


def test_a_struct_in_a_struct_is_read_by_its_name(tmp_path):
    inner = {"temp": X[:, :1], "p": X[:, 1:]}
    path = save(tmp_path / "a.mat", s={"meta": {"who": "me"}, "data": inner, "X": X})
    assert list(read_table(path, variable="s.data")) == ["temp", "p"]
    np.testing.assert_array_equal(read_table(path, variable="s.X"), X)
    with pytest.raises(InputError, match=r"no s\.dat in .*a\.mat, where s is 1x1 struct, with meta, data, X; choose"):
        read_table(path, variable="s.dat")
    with pytest.raises(InputError, match=r"no s\.X\.a in .*, where s\.X is 3x2 double, without fields"):
        read_table(path, variable="s.X.a")
    with pytest.raises(InputError, match=r"there is no variable t\.data in"):
        read_table(path, variable="t.data")
    split_mat(path, variable="s.X", test=np.array([True, False, False]), parts=(tmp_path / "b.mat", tmp_path / "c.mat"))
    np.testing.assert_array_equal(read_table(tmp_path / "b.mat"), X[1:])
    path = save(tmp_path / "d.mat", s={"X": X, "more": {"X": 2 * X}})
    parts = (tmp_path / "b.mat", tmp_path / "c.mat")
    split_mat(path, variable="s.X,s.more.X", transpose=False, test=np.arange(3) == 0, parts=parts)
    table = read_table(parts[0], variable="s_X,s_more_X", transpose=False)
    np.testing.assert_array_equal(table, np.hstack([X, 2 * X])[1:])


def test_files_of_version_4(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"X": X, "note": "text"}, format="4")
    np.testing.assert_array_equal(read_table(tmp_path / "a.mat"), X)
    head = struct.pack(">5i", 1000, 3, 2, 0, 2) + b"X\0"
    (tmp_path / "c.mat").write_bytes(head + X.T.astype(">f8").tobytes())
    np.testing.assert_array_equal(read_table(tmp_path / "c.mat"), X)
    run_octave("X = [1 2; 3 4; 5 6] * 100; z = 1i; save -v4 b.mat X z", tmp_path)
    np.testing.assert_array_equal(read_table(tmp_path / "b.mat"), [[100, 200], [300, 400], [500, 600]])


@pytest.mark.parametrize(
    "head",
    [
        (2000, 3, 2, 0, 2),
        (0, 3, 10**9, 0, 2),
        (0, -3, 2, 0, 2),
        (60, 3, 2, 0, 2),
        (200, 3, 2, 0, 2),
        (0, 3, 2, 1, 2),
        (0, 3),
    ],
)
def test_files_of_version_4_that_promise_more_than_they_have(tmp_path, head):
    path = tmp_path / "a.mat"
    for order in "<>":
        path.write_bytes(struct.pack(f"{order}{len(head)}i", *head) + (b"X\0" + X.tobytes()) * (len(head) == 5))
        with pytest.raises(InputError, match="is not a whole MATLAB file"):
            read_table(path)


def test_a_field_with_its_own_name_among_its_values_is_no_first_line(tmp_path):
    rows = np.array([(1.0, "c"), (2.0, "d")], dtype=[("a", object), ("c", object)])
    scipy.io.savemat(tmp_path / "s.mat", {"S": rows})
    assert read_table(tmp_path / "s.mat")["c"].tolist() == ["c", "d"]  # without a warning


@pytest.mark.filterwarnings("ignore:of .* left out")
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (X + 1j, "is complex; save real and imaginary parts"),
        (np.zeros((2, 2, 2)), r"has 3 dimensions \(2x2x2\)"),
        ("text", "is a text"),
        (scipy.sparse.csc_array(X), r"is sparse; save full\(\.\.\.\)"),
        (np.empty((0, 0)), r"is empty \(0x0\)"),
        ({"a": [1.0, 2.0], "b": [1.0] * 3}, "columns of one length, but they have a 2, b 3"),
        ({"a": X}, r"V\.a in .* is 3x2, but a column is wanted; read it alone with variable='V\.a'"),
        ({"a": {"b": 1.0}}, r"V\.a in .* is a struct, but a column is wanted; read it alone"),
        (cells(X, 1.0), r"V\{1, 1\} in .* is 3x2 double, but a number or text is wanted"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, value, reason):
    path = save(tmp_path / "a.mat", V=value)
    with pytest.raises(InputError, match=reason):
        read_table(path)
    path = save(tmp_path / "b.mat", V=value, X=X)
    assert len(read_table(path)) == 3
    with pytest.raises(InputError, match=reason):
        read_table(path, variable="V")


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("table", r"save S = table2struct\(T, 'ToScalar', true\) instead"),
        ("timetable", r"table2struct\(timetable2table\(T\), 'ToScalar', true\)"),
        ("string", r"save cellstr\(\.\.\.\) of it"),
        ("dlnetwork", "save numbers, text in cells, or a struct of columns"),
    ],
)
def test_objects_are_named_with_a_remedy(tmp_path, kind, remedy):
    path = save(tmp_path / "a.mat", columns=cells("a"))
    path.write_bytes(path.read_bytes() + opaque("T", kind))
    with pytest.raises(InputError, match=f"T in .*a.mat is a {kind}, an object that only MATLAB can read; .*{remedy}"):
        read_table(path, variable="T")
    path = save(tmp_path / "b.mat", X=X)
    path.write_bytes(path.read_bytes() + opaque("net", "dlnetwork") + opaque("T", kind))
    assert len(read_table(path, variable="X")) == 3  # as of a whole workspace


def test_a_table_beside_scalars_is_meant(tmp_path):
    path = save(tmp_path / "a.mat", n=3.0, s="text")
    path.write_bytes(path.read_bytes() + opaque("T", "table"))
    with pytest.raises(InputError, match="table2struct"):
        read_table(path)


OCTAVE = """
X = [1 2; 3 4; 5 6.5]; flags = logical([1; 0; 1]);
S.x = X(:, 2); S.row = 1:3; S.text = {'a'; ''; 'c c'}; S.flag = flags; S.whole = int8([1; 2; 3]);
A = struct('n', {1, 2, 3}, 't', {'x', 'yy', ''});
C = {1, 'a'; 2, 'b'; [], 'c'};
F.codes = ['ab '; 'c  '; 'def'];
save('-v7', 'v7.mat', 'X', 'flags', 'S', 'A', 'C', 'F');
save('-v6', 'v6.mat', 'X', 'flags', 'S', 'A', 'C');
"""


def test_what_octave_saves_is_read(tmp_path):
    run_octave(OCTAVE, tmp_path)
    for version in ("v7", "v6"):
        path = tmp_path / f"{version}.mat"
        assert read_table(path, variable="X").to_numpy().tolist() == [[1, 2], [3, 4], [5, 6.5]]
        assert read_table(path, variable="flags")[1].tolist() == [True, False, True]
        table = read_table(path, variable="S")
        assert table.to_dict("list") == {
            "x": [2, 4, 6.5],
            "row": [1, 2, 3],
            "text": ["a", table["text"][1], "c c"],
            "flag": [True, False, True],
            "whole": [1, 2, 3],
        }
        assert table["text"].isna().tolist() == [False, True, False]
        assert table.dtypes[["x", "row", "flag", "whole"]].tolist() == [float, float, bool, np.int8]
        rows = read_table(path, variable="A")
        assert rows["n"].tolist() == [1, 2, 3]
        assert rows["t"].tolist()[:2] == ["x", "yy"]
        mixed = read_table(path, variable="C")
        assert mixed[2].tolist() == ["a", "b", "c"]
        np.testing.assert_array_equal(mixed[1], [1, 2, np.nan])
    assert read_table(tmp_path / "v7.mat", variable="F")["codes"].tolist() == ["ab", "c", "def"]


TABLE = pd.DataFrame(
    {
        "price, net": [0.5, np.nan, 1e300],
        "name": ["a", None, "b b "],
        "day": pd.to_datetime(["2024-01-31", "2024-02-01", None]),
        "on": [True, False, True],
        "grade": pd.Categorical(["lo", "hi", None], ["lo", "hi"]),
        "计数": pd.array([1, None, 3], "Int64"),
    }
)
CHECKS = """
S = load('rows.mat'); T = S.rows;
assert(fieldnames(T), {'price__net'; 'name'; 'day'; 'on'; 'grade'; 'x__'});
assert(T.price__net, [0.5; NaN; 1e300]);
assert(T.name, {'a'; ''; 'b b '});
assert(T.day, {'2024-01-31'; '2024-02-01'; ''});
assert(class(T.on), 'logical');
assert(T.grade, {'lo'; 'hi'; ''});
assert(T.x__, [1; NaN; 3]);
assert(S.columns(1:5), {'price, net', 'name', 'day', 'on', 'grade'});
M = load('matrix.mat');
assert(M.data, [1 2 3; 4 5 NaN]);
assert(M.columns, {'a', 'b', 'c'});
"""


def test_text_and_dates_are_written_as_a_struct_that_octave_loads(tmp_path):
    write_table(TABLE, tmp_path / "rows.mat")
    write_table(pd.DataFrame([[1.0, 2, 3], [4, 5, np.nan]], columns=list("abc")), tmp_path / "matrix.mat")
    run_octave(CHECKS, tmp_path)


def test_text_and_dates_are_read_back(tmp_path):
    write_table(TABLE, tmp_path / "rows.mat")
    back = read_table(tmp_path / "rows.mat")
    assert list(back.columns) == list(TABLE.columns)
    for name in TABLE:
        assert back[name].isna().tolist() == TABLE[name].isna().tolist(), name
        kept = TABLE[name].notna()
        wanted = TABLE[name].astype(str) if name == "day" else TABLE[name]
        assert back[name][kept].tolist() == wanted[kept].tolist(), name


def test_fields_have_distinct_names_that_matlab_takes():
    names = ["1a", "a b", "a_b", "_", "流量", "x" * 80, "x" * 81, "for"]
    fields = field_names(names)
    assert len(set(fields)) == len(names)
    assert all(field.isidentifier() and field.isascii() and field[0].isalpha() and len(field) <= 63 for field in fields)
