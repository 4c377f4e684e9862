"""MATLAB files."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.io
import scipy.sparse

from tabgan.errors import InputError, TabganWarning
from tabgan.tables.read import read_table

X = np.arange(6.0).reshape(3, 2)


def save(path, **variables):
    scipy.io.savemat(path, variables)
    return path


def test_the_only_matrix_is_read(tmp_path):
    table = read_table(save(tmp_path / "a.mat", X=X, note="text", cube=np.zeros((2, 2, 2))))
    np.testing.assert_array_equal(table, X)
    assert list(table.columns) == [1, 2]


def test_a_matrix_with_samples_in_its_columns_is_pointed_out(tmp_path):
    with pytest.warns(TabganWarning, match="is 2x3, .* if each column is one, transpose it"):
        read_table(save(tmp_path / "a.mat", X=X.T))


def test_one_of_several_is_chosen(tmp_path):
    path = save(tmp_path / "a.mat", X=X, Y=X + 1)
    np.testing.assert_array_equal(read_table(path, variable="Y"), X + 1)
    with pytest.raises(InputError, match=r"holds X \(3x2\), Y \(3x2\); name the one you mean with --variable"):
        read_table(path)
    with pytest.raises(InputError, match="--variable Z is not in"):
        read_table(path, variable="Z")


@pytest.mark.parametrize("value", [X + 1j, np.zeros((2, 2, 2)), "text", scipy.sparse.csc_array(X)])
def test_what_is_no_table_is_refused(tmp_path, value):
    path = save(tmp_path / "a.mat", V=value)
    with pytest.raises(InputError, match="must hold a real matrix"):
        read_table(path)
    with pytest.raises(InputError, match="must hold a real matrix"):
        read_table(path, variable="V")
    path = save(tmp_path / "b.mat", V=value, X=X)
    with pytest.raises(InputError, match="must name a real full matrix with two dimensions"):
        read_table(path, variable="V")


def test_version_73_is_named(tmp_path):
    path = tmp_path / "a.mat"
    header = b"MATLAB 7.3 MAT-file".ljust(116) + bytes(8) + b"\x00\x02IM"
    path.write_bytes(header + bytes(400))
    with pytest.raises(InputError, match=r"v7\.3 file, which is not read yet; save it with"):
        read_table(path)
