"""What MATLAB files hold beside one matrix of samples x features: vectors, a label beside a matrix, cells, objects."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.io
from click.testing import CliRunner

from tabgan.cli.main import main
from tabgan.errors import InputError, TabganWarning
from tabgan.tables.formats import read_table
from tabgan.tables.mat_objects import import_matio
from tabgan.tables.parts import write_parts
from tests.octave import run_octave

N = 30
RMS, KURT = np.arange(N) / 8, np.arange(N) % 7 + 0.5
FEATURES = np.arange(N * 3.0).reshape(N, 3)
CLASSES = np.array(["ok", "bad", "ok"] * (N // 3), dtype=object)


def save(path, **variables):
    scipy.io.savemat(path, variables)
    return path


@pytest.fixture(autouse=True)
def _speak_of_options():
    with warnings.catch_warnings():
        warnings.simplefilter("error", TabganWarning)
        yield


@pytest.mark.parametrize("as_rows", [True, False])
def test_vectors_of_one_length_are_the_columns_of_a_table(tmp_path, as_rows):
    shaped = (lambda v: v[None]) if as_rows else (lambda v: v[:, None])
    path = save(tmp_path / "a.mat", rms=shaped(RMS), kurt=shaped(KURT), kind=shaped(CLASSES), note="of the pump")
    said = r"holds vectors of one length, .* columns of a table; variable='rms,kurt,kind' says which, and their order"
    with pytest.warns(TabganWarning, match=said):
        table = read_table(path)
    assert table.to_dict("list") == {"rms": RMS.tolist(), "kurt": KURT.tolist(), "kind": CLASSES.tolist()}
    table = read_table(path, variable="kurt, rms")  # told, so nothing is said
    assert table.to_dict("list") == {"kurt": KURT.tolist(), "rms": RMS.tolist()}


def test_vectors_beside_a_number_are_asked_about_with_their_sizes(tmp_path):
    path = save(tmp_path / "a.mat", de=RMS, fe=KURT, rpm=1796.0)
    asks = r"holds de \(1x30 double\), fe \(1x30 double\), rpm \(1x1 double\); .* variable='de', or .* variable='de,fe'"
    with pytest.raises(InputError, match=asks):
        read_table(path)


def test_a_vector_alone_is_a_column_however_it_lies(tmp_path):
    assert read_table(save(tmp_path / "a.mat", v=RMS[None]))[1].tolist() == RMS.tolist()


@pytest.mark.parametrize("turned", [False, True])
def test_features_and_a_label_of_two_variables(tmp_path, turned):
    path = save(tmp_path / "a.mat", X=FEATURES.T if turned else FEATURES, y=CLASSES[None])
    table = read_table(path, variable="X,y")
    assert list(table) == ["X_1", "X_2", "X_3", "y"]
    np.testing.assert_array_equal(table.iloc[:, :3].astype(float), FEATURES)
    assert table["y"].tolist() == CLASSES.tolist()
    assert list(read_table(path, variable="y,X")) == ["y", "X_1", "X_2", "X_3"]


def test_a_label_that_is_left_out_is_said(tmp_path):
    path = save(tmp_path / "a.mat", X=FEATURES, y=CLASSES[:, None])
    with pytest.warns(TabganWarning, match=r"X is read, and y \(30x1 cell\) left out; variable='X,y' reads them"):
        assert read_table(path).shape == (N, 3)


def test_names_stand_beside_a_joined_table(tmp_path):
    beside = np.array(["speed", "load", "heat"], dtype=object)
    path = save(tmp_path / "a.mat", X=FEATURES, y=RMS, columns=beside)
    assert list(read_table(path, variable="X,y")) == ["speed", "load", "heat", "y"]
    path = save(tmp_path / "b.mat", X=FEATURES, y=RMS, columns=np.array(list("abcd"), dtype=object))
    assert list(read_table(path, variable="X,y")) == list("abcd")


def test_variables_that_do_not_fit_are_named_with_their_sizes(tmp_path):
    path = save(tmp_path / "a.mat", X=FEATURES, y=RMS[:-1], A=FEATURES[:2], B=FEATURES[:2])
    with pytest.raises(InputError, match=r"must have one length, but .* X is 30x3 double, y is 1x29 double"):
        read_table(path, variable="X,y")
    with pytest.raises(InputError, match=r"A,B in .* may be of 2 or 3 samples; say transpose=True"):
        read_table(path, variable="A,B")
    assert read_table(path, variable="A,B", transpose=True).shape == (3, 4)
    with pytest.raises(InputError, match="names y twice"):
        read_table(path, variable="y,y")


def test_parts_of_several_variables_are_written_as_they_were(tmp_path):
    path = save(tmp_path / "a.mat", X=FEATURES.T.astype(np.float32), y=CLASSES[None])
    test = np.arange(N) % 3 == 0
    parts = tmp_path / "train.mat", tmp_path / "test.mat"
    write_parts(path, test, parts, variable="X,y")
    assert scipy.io.loadmat(parts[1])["X"].dtype == np.float32
    back = [read_table(part, variable="X,y") for part in parts]
    assert [len(part) for part in back] == [20, 10]
    whole = read_table(path, variable="X,y")
    for part, chosen in zip(back, (~test, test), strict=True):
        pd.testing.assert_frame_equal(part, whole[chosen].reset_index(drop=True))


NINE = np.random.default_rng(0).normal(size=(N, 9)).round(3)


@pytest.mark.parametrize("shape", [(9, N), (1, 9, N), (1, 9, 1, N), (9, 1, N)])
def test_nine_features_times_samples_are_turned(tmp_path, shape):
    path = save(tmp_path / "samples.mat", X=NINE.T.reshape(shape))
    size = "x".join(map(str, shape))
    with pytest.warns(TabganWarning, match=f"is {size}, and is read as 30 rows x 9 columns.*; transpose=False reads"):
        np.testing.assert_array_equal(read_table(path, cols="1-9"), NINE)


def test_a_matrix_is_turned_when_columns_are_asked_for_that_are_all_its_rows(tmp_path):
    path = save(tmp_path / "samples.mat", X=NINE.T)
    for cols in ("1-9", "9,1-8", "1,2,3,4,5,6,7,8,9"):
        with pytest.warns(TabganWarning, match=f"as 30 rows x 9 columns, because cols='{cols}' names each of its rows"):
            np.testing.assert_array_equal(read_table(path, cols=cols), NINE)
    for cols in ("1-8", "1-10", "1-", None):  # may be columns as well
        with pytest.raises(InputError, match=r"X in .* is 9x30, which may be features x samples; say transpose=True"):
            read_table(path, cols=cols)
    np.testing.assert_array_equal(read_table(path, cols="1-9", transpose=False), NINE.T)


@pytest.mark.parametrize("n_samples", [9, 5])
def test_a_matrix_that_is_not_wide_is_not_turned(tmp_path, n_samples):
    path = save(tmp_path / "samples.mat", X=NINE[:n_samples].T)
    np.testing.assert_array_equal(read_table(path, cols="1-9"), NINE[:n_samples].T)


def test_the_columns_asked_for_reach_the_file_from_the_command_line(tmp_path):
    path = save(tmp_path / "samples.mat", X=NINE.T)
    run = CliRunner().invoke(main, ["schema", str(path), "--cols", "1-9"])
    assert run.exit_code == 0, run.output
    assert "because --cols 1-9 names each of its rows; --no-transpose reads it as 9 rows x 30 columns" in run.output
    assert "30 rows x 9 columns" in run.output


def cells(*rows):
    table = np.empty((len(rows), len(rows[0])), dtype=object)
    for place in np.ndindex(table.shape):
        table[place] = rows[place[0]][place[1]]
    return table


def test_names_in_the_first_row_of_cells(tmp_path):
    path = save(tmp_path / "a.mat", C=cells(["size", "grade"], [1.5, "a"], [2.5, "b"], [3.5, "a"]))
    table = read_table(path)
    assert table.to_dict("list") == {"size": [1.5, 2.5, 3.5], "grade": ["a", "b", "a"]}
    assert table["size"].dtype == float
    assert list(read_table(path, header=False)[2]) == ["grade", "a", "b", "a"]


def test_names_above_labels_are_said(tmp_path):
    labels = [["red", "round"], ["blue", "flat"]] * 4
    path = save(tmp_path / "a.mat", C=cells(["colour", "shape"], *labels))
    with pytest.warns(TabganWarning, match=r"first row of C in .*, 'colour', 'shape', is taken .* use header=False"):
        assert list(read_table(path)) == ["colour", "shape"]
    path = save(tmp_path / "b.mat", C=cells(*labels))
    assert len(read_table(path)) == 8  # the first row occurs again: data


def test_parts_of_cells_keep_their_names_once(tmp_path):
    path = save(tmp_path / "a.mat", C=cells(["size", "grade"], *[[i + 0.5, "ab"[i % 2]] for i in range(10)]))
    parts = tmp_path / "train.mat", tmp_path / "test.mat"
    write_parts(path, np.arange(10) < 3, parts)
    assert [read_table(part)["size"].tolist()[0] for part in parts] == [3.5, 0.5]
    assert len(read_table(parts[1])) == 3


def test_what_octave_saves_is_a_table(tmp_path):
    run_octave(
        "rms = (1:20) / 4; kurt = mod(1:20, 3); save('-v7', 'vectors.mat', 'rms', 'kurt');"
        "X = reshape(1:60, 20, 3); y = repmat({'a'; 'b'}, 10, 1); save('-v7', 'label.mat', 'X', 'y');"
        "C = [{'n', 't'}; num2cell((1:4)'), {'p'; 'q'; 'p'; 'q'}]; save('-v7', 'cells.mat', 'C');",
        tmp_path,
    )
    with pytest.warns(TabganWarning, match="vectors of one length"):
        assert read_table(tmp_path / "vectors.mat")["rms"].tolist() == [i / 4 for i in range(1, 21)]
    table = read_table(tmp_path / "label.mat", variable="X,y")
    assert table["X_2"].tolist() == list(range(21, 41))
    assert table["y"].tolist() == ["a", "b"] * 10
    assert read_table(tmp_path / "cells.mat").to_dict("list") == {"n": [1, 2, 3, 4], "t": ["p", "q", "p", "q"]}


@pytest.mark.parametrize("version", ["v7", "v7.3"])
def test_objects_of_matlab_are_read(tmp_path, version):
    matio = import_matio() or pytest.skip("mat-io is not installed")
    days = np.array(["2024-01-01", "2024-01-02", "NaT"], dtype="M8[ms]")
    table = pd.DataFrame({"speed": [1.0, 2.5, np.nan], "kind": pd.Categorical(["a", None, "b"]), "day": days})
    texts = np.array([["p"], ["q"], [""]], dtype=np.dtypes.StringDType())
    holds = {"T": table, "s": texts, "d": days[:, None], "S": {"x": RMS[:3, None], "d": days[:, None]}, "X": FEATURES}
    matio.save_to_mat(str(tmp_path / "a.mat"), holds, version=version)
    read = read_table(tmp_path / "a.mat", variable="T")
    assert read["speed"].tolist()[:2] == [1, 2.5]
    assert read["kind"].tolist()[::2] == ["a", "b"]
    assert read["day"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02"), pd.NaT]
    both = read_table(tmp_path / "a.mat", variable="d,s")
    assert both["s"].fillna("").tolist() == ["p", "q", ""]
    assert both["d"].isna().tolist() == [False, False, True]
    assert read_table(tmp_path / "a.mat", variable="S")["d"][1] == pd.Timestamp("2024-01-02")
    assert read_table(tmp_path / "a.mat", variable="X").shape == (N, 3)
    write_parts(tmp_path / "a.mat", np.arange(3) == 2, (tmp_path / "b.mat", tmp_path / "c.mat"), variable="T")
    assert read_table(tmp_path / "b.mat")["day"].tolist() == ["2024-01-01", "2024-01-02"]


def test_objects_are_refused_without_the_extra(tmp_path, monkeypatch):
    matio = import_matio() or pytest.skip("mat-io is not installed")
    matio.save_to_mat(str(tmp_path / "a.mat"), {"T": pd.DataFrame({"x": [1.0, 2.0]})}, version="v7.3")
    monkeypatch.setitem(sys.modules, "matio", None)
    with pytest.raises(InputError, match=r"T in .* is a table, an object .*; save S = table2struct.*matobjects"):
        read_table(tmp_path / "a.mat")
