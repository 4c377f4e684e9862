"""A table to [-1, 1] and back."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan.errors import InputError
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.minmax import MapMinMaxScaler

X = np.column_stack([np.arange(50.0) ** 3, np.full(50, 1013.25), np.arange(50) % 3])


@pytest.mark.parametrize("marginals", ["minmax", "quantile"])
def test_a_table_comes_back_with_its_constants(marginals):
    encoder = TableEncoder(marginals)
    Y = encoder.fit_transform(X)
    assert Y.shape == (50, 2)
    assert Y.min(axis=0).tolist() == [-1, -1]
    assert Y.max(axis=0).tolist() == [1, 1]
    for again in (encoder, TableEncoder.from_state(encoder.get_state())):
        np.testing.assert_allclose(again.inverse_transform(Y), X, rtol=1e-12, atol=1e-9)


def test_minmax_is_mapminmax_and_nothing_more():
    varying = X[:, [0, 2]]
    np.testing.assert_array_equal(TableEncoder("minmax").fit_transform(X), MapMinMaxScaler().fit_transform(varying))


def test_a_range_that_overflows_is_refused_when_scaled_linearly():
    wide = np.array([[-1.7e308, 0], [1.7e308, 1], [0, 2]])
    with pytest.raises(InputError, match="that of column 1 overflows"):
        TableEncoder("minmax").fit_transform(wide)
    assert np.isfinite(TableEncoder("quantile").fit_transform(wide)).all()
