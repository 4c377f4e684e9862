"""PCAStage against numpy's singular value decomposition and scikit-learn's PCA."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import check_estimator

from tabgan import InputError
from tabgan.preprocessing.pca import PCAStage

matrices = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=8), elements=st.floats(-1e3, 1e3)
)


@pytest.fixture
def table() -> np.ndarray:
    """200 rows whose variances along the components are far apart."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(200, 5)) * [9, 5, 2, 1, 0.3] @ rng.normal(size=(5, 5)) + [100, 0, -3, 0, 1]


def test_scikit_learn_accepts_it():
    check_estimator(PCAStage())


def test_the_directions_are_the_right_singular_vectors(table):
    stage = PCAStage(3).fit(table)
    _, sizes, directions = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(stage.components_), np.abs(directions[:3]), atol=1e-10)
    np.testing.assert_allclose(stage.explained_variance_ratio_, (sizes**2 / (sizes**2).sum())[:3], rtol=1e-10)


def test_it_is_the_pca_of_scikit_learn_but_for_signs(table):
    ours, theirs = PCAStage(4).fit(table), PCA(4).fit(table)
    new = 2 * table[:20] + 1
    np.testing.assert_allclose(np.abs(ours.transform(new)), np.abs(theirs.transform(new)), rtol=1e-9, atol=1e-9)
    there_and_back = theirs.inverse_transform(theirs.transform(new))
    np.testing.assert_allclose(ours.inverse_transform(ours.transform(new)), there_and_back, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_share_takes_the_fewest_components_that_hold_it(table, share):
    sizes = np.linalg.svd(table - table.mean(axis=0), compute_uv=False)
    held = np.cumsum(sizes**2) / (sizes**2).sum()
    stage = PCAStage(share).fit(table)
    assert stage.n_components_ == np.searchsorted(held, share) + 1
    np.testing.assert_allclose(stage.scree_.cumsum(), held, rtol=1e-10)


@given(matrices)
def test_signs_are_fixed_and_all_components_give_the_table_back(X):
    assume(X.var(axis=0).any())
    n = min(X.shape)
    stage = PCAStage(n).fit(X)
    largest = np.abs(stage.components_).argmax(axis=1)
    assert (stage.components_[np.arange(n), largest] > 0).all()
    np.testing.assert_allclose(stage.inverse_transform(stage.transform(X)), X, atol=1e-9)


def test_the_state_gives_the_same_stage(table):
    stage = PCAStage(0.9).fit(table)
    again = PCAStage.from_state(stage.get_state())
    np.testing.assert_array_equal(again.transform(table), stage.transform(table))
    np.testing.assert_array_equal(
        again.inverse_transform(table[:, : stage.n_components_]),
        stage.inverse_transform(table[:, : stage.n_components_]),
    )
    np.testing.assert_array_equal(again.scree_, stage.scree_)
    np.testing.assert_array_equal(again.explained_variance_ratio_, stage.explained_variance_ratio_)
    assert again.get_params() == stage.get_params()
    assert again.get_feature_names_out().tolist() == stage.get_feature_names_out().tolist()


@pytest.mark.parametrize("n_components", [0, 6, -1, 1.0, 0.0, 2.5, True, "mle", None, float("nan")])
def test_a_number_of_components_that_there_cannot_be_is_refused(table, n_components):
    with pytest.raises(InputError, match=r"from 1 to 5, the smaller of rows and columns, but .* was asked for"):
        PCAStage(n_components).fit(table)


def test_a_table_in_which_nothing_varies_is_refused():
    with pytest.raises(InputError, match="all 2 are constant; leave the PCA out"):
        PCAStage(1).fit(np.ones((4, 2)))
