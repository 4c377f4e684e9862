"""Rows of a Gaussian copula: the real marginals, and the correlations of normal scores."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, spearmanr

from tabgan.errors import BundleError
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.gaussian_copula import GaussianCopula
from tabgan.seeds import one_stream


def make(X: np.ndarray, categorical=(), **options) -> GaussianCopula:
    encoder = TableEncoder(**options)
    packed = encoder.fit_pack(X, categorical)
    return GaussianCopula(encoder).fit(packed, encoder.normalise(X), np.random.default_rng(0))


@pytest.fixture(scope="module")
def table() -> np.ndarray:
    """Two that go together, one with gaps, a category that goes with the first, a constant, and one of few values."""
    rng = np.random.default_rng(1)
    a, b = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 4000).T
    gaps = np.where(rng.random(4000) < 0.3, np.nan, rng.normal(size=4000))
    level = np.digitize(a + 0.5 * rng.normal(size=4000), [-1, 1]).astype(float)
    return np.column_stack([np.exp(a), b, gaps, level, np.full(4000, 7.0), rng.integers(0, 2, 4000) + 0.5])


@pytest.fixture(scope="module")
def rows(table) -> np.ndarray:
    return make(table, categorical=[3]).draw(20_000, one_stream(np.random.default_rng(2)))


def test_marginals_are_the_real_ones(table, rows):
    for real, made in zip(table.T, rows.T, strict=True):
        present = [x[~np.isnan(x)] for x in (real, made)]
        assert ks_2samp(*present).statistic < 0.03
        assert np.isnan(made).mean() == pytest.approx(np.isnan(real).mean(), abs=0.02)
    assert set(np.unique(rows[:, 3])) == {0, 1, 2}
    assert set(np.unique(rows[:, 5])) == {0.5, 1.5}
    assert (rows[:, 4] == 7).all()


@pytest.mark.parametrize(("pair", "off"), [((0, 1), 0.03), ((0, 3), 0.2), ((1, 3), 0.2), ((0, 5), 0.05)])
def test_ranks_go_together_as_the_real_ones_do(table, rows, pair, off):
    """Those of a category do so less, as its levels are spread over their parts of the distribution by chance."""
    wanted, made = (abs(spearmanr(*X[:, pair].T).statistic) for X in (table, rows))
    assert wanted - off < made < wanted + 0.05


def test_the_state_gives_the_same_copula(table):
    copula = make(table, categorical=[3])
    again = GaussianCopula.from_state(copula.encoder, copula.get_state())
    drawn = (one.draw(50, one_stream(np.random.default_rng(3))) for one in (copula, again))
    np.testing.assert_array_equal(*drawn)


def test_fewer_rows_than_columns_have_a_copula_too():
    X = np.random.default_rng(0).normal(size=(12, 30))
    assert np.isfinite(make(X).draw(100, one_stream(np.random.default_rng(0)))).all()


def test_it_suits_tables_with_normal_scores_and_no_label(table):
    for suits, options in ((True, {}), (False, {"marginals": "minmax"}), (False, {"label": 3})):
        encoder = TableEncoder(**options)
        encoder.fit_transform(table, [3])
        assert GaussianCopula.suits(encoder) == suits


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(table, odd):
    copula = make(table, categorical=[3])
    state = copula.get_state()
    state["root"] = np.where(np.eye(len(copula.root_)) > 0, odd, state["root"])
    with pytest.raises(BundleError, match="a copula's numbers must be finite"):
        GaussianCopula.from_state(copula.encoder, state)
