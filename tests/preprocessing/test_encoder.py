"""A table to numbers in [-1, 1] and one-hot blocks, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.errors import InputError
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.layout import Layout
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.seeds import one_stream

X = np.column_stack([np.arange(50.0) ** 3, np.full(50, 1013.25), np.arange(50) % 3])
MARGINALS = ["minmax", "quantile"]


def decode(encoder, Y):
    """Undo the encoding; without a calibration this is all that a decoder does."""
    return Decoder(encoder).decode(Y.astype(float), one_stream(np.random.default_rng(0)))


@pytest.mark.parametrize("marginals", MARGINALS)
def test_a_table_comes_back_with_its_constants(marginals):
    encoder = TableEncoder(marginals)
    Y = encoder.fit_transform(X)
    numbers = Y[:, : encoder.layout.n_numbers]
    assert numbers.shape == (50, 2)
    assert numbers.min(axis=0).tolist() == [-1, -1]
    assert numbers.max(axis=0).tolist() == [1, 1]
    for again in (encoder, TableEncoder.from_state(encoder.get_state())):
        np.testing.assert_allclose(decode(again, Y), X, rtol=1e-4, atol=0.05)  # of 118,000
        np.testing.assert_array_equal(decode(again, Y)[:, 1], X[:, 1])


def test_minmax_is_mapminmax_and_nothing_more():
    varying = X[:, [0, 2]]
    encoded = TableEncoder("minmax").fit_transform(X)
    np.testing.assert_array_equal(encoded, MapMinMaxScaler().fit_transform(varying).astype(np.float32))


def test_a_range_that_overflows_is_refused_when_scaled_linearly():
    wide = np.array([[0, -1.7e308, 0], [0, 1.7e308, 1], [0, 0, 2]])
    with pytest.raises(InputError, match="that of column 2 overflows"):
        TableEncoder("minmax").fit_transform(wide)
    assert np.isfinite(TableEncoder("quantile").fit_transform(wide)).all()


def with_gaps(column, rng):
    return np.where(rng.random(len(column)) < 0.2, np.nan, column)


COLUMNS = {
    "number": lambda rng, n: rng.normal(size=n) * 10 ** rng.uniform(-6, 6),
    "skewed": lambda rng, n: rng.pareto(2, n),
    "spikes": lambda rng, n: np.where(rng.random(n) < 0.3, 0.0, rng.uniform(size=n)),
    "few values": lambda rng, n: rng.choice([-2.5, 0.1, 7.0], n),
    "gaps": lambda rng, n: with_gaps(rng.normal(size=n), rng),
    "few values and gaps": lambda rng, n: with_gaps(rng.choice([-2.5, 0.1], n), rng),
    "one value and gaps": lambda rng, n: with_gaps(np.full(n, 3.25), rng),
    "constant": lambda rng, n: np.full(n, 3.25),
    "only gaps": lambda rng, n: np.full(n, np.nan),
    "code": lambda rng, n: rng.integers(0, 5, n).astype(float),
    "code and gaps": lambda rng, n: with_gaps(rng.integers(0, 3, n).astype(float), rng),
}
CODES = ("code", "code and gaps")


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=7),
    st.integers(30, 400),
    st.integers(0, 999),
    st.sampled_from(MARGINALS),
)
def test_any_table_comes_back(kinds, n, seed, marginals):
    rng = np.random.default_rng(seed)
    X = np.column_stack([COLUMNS[kind](rng, n) for kind in kinds])
    categorical = [i for i, kind in enumerate(kinds) if kind in CODES]
    encoder = TableEncoder(marginals)
    Y = encoder.fit_transform(X, categorical)
    assert Y.dtype == np.float32
    assert Y.shape == (n, encoder.layout.width)
    assert np.isfinite(Y).all()
    assert np.abs(Y).max(initial=0) <= 1
    back = decode(TableEncoder.from_state(encoder.get_state()), Y)
    np.testing.assert_array_equal(np.isnan(back), np.isnan(X))
    for kind, values, column in zip(kinds, back.T, X.T, strict=True):
        exact = kind in (*CODES, "constant", "only gaps") or (kind.startswith("few values") and n > 100)
        if exact and (marginals == "quantile" or kind in (*CODES, "constant")):
            np.testing.assert_array_equal(values, column, err_msg=kind)
        elif kind != "only gaps":  # single precision, in a distribution's tails
            atol = 1e-3 * (np.nanmax(column) - np.nanmin(column))
            np.testing.assert_allclose(values, column, rtol=0, atol=atol, err_msg=kind)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=4),
    st.integers(2, 30),
    st.integers(0, 999),
    st.sampled_from(MARGINALS),
    st.sampled_from([None, 0.9]),
)
def test_rows_that_were_not_seen_are_encoded_without_gaps(kinds, n, seed, marginals, pca):
    """A few of the rows, other ones, and those without anything, in batches of any size."""
    rng = np.random.default_rng(seed)
    X, others = (np.column_stack([COLUMNS[kind](rng, size) for kind in kinds]) for size in (n, 50))
    categorical = [i for i, kind in enumerate(kinds) if kind in CODES]
    encoder = TableEncoder(marginals, pca=pca)
    Y = encoder.fit_transform(X, categorical)
    np.testing.assert_array_equal(encoder.transform(X), Y)
    again = TableEncoder.from_state(encoder.get_state())
    for rows in (X[:1], others, others[:2], np.full((3, len(kinds)), np.nan), np.where(np.isnan(X), 0, X)):
        encoded = again.transform(rows)
        assert encoded.shape == (len(rows), encoder.layout.width)
        assert np.isfinite(encoded).all()
    np.testing.assert_array_equal(
        np.vstack([again.transform(row[None]) for row in X])[:, again.layout.one_hot], Y[:, again.layout.one_hot]
    )


def test_gaps_are_filled_with_the_mean_of_the_rows_that_were_learned():
    X = np.column_stack([[1.0, 2.0, 6.0, np.nan], [0.5, 0.25, 0.75, 0.0]])
    encoder = TableEncoder("minmax")
    Y = encoder.fit_transform(X)
    alone = encoder.transform(np.array([[np.nan, 0.5]]))
    assert alone[0, 0] == Y[3, 0] == np.float32(2 * (3 - 1) / (6 - 1) - 1)


def test_what_gaps_were_filled_with_is_derived_where_version_1_left_it_out():
    X = np.column_stack([[1.0, 2.0, 7.0, np.nan], [0.5, 0.25, 0.75, 0.0]])
    encoder = TableEncoder("minmax")
    Y = encoder.fit_transform(X)
    state = encoder.get_state()
    stages = {stage.pop("name"): stage for stage in state.pop("stages").values()}
    again = TableEncoder.from_state({**state, "normal": None, "pca": None, "scaler": stages["minmax"]})
    np.testing.assert_array_equal(again.transform(X)[:3], Y[:3])
    assert again.transform(X)[3, 0] == 0  # the middle of the range


def test_a_table_of_categories_only_has_blocks_only():
    X = np.random.default_rng(0).integers(0, [2, 5, 3], (300, 3)).astype(float)
    encoder = TableEncoder()
    Y = encoder.fit_transform(X, [0, 1, 2])
    assert encoder.layout == Layout(0, (2, 3, 5))  # from narrow to wide, so that equally wide ones stand side by side
    np.testing.assert_array_equal(decode(encoder, Y), X)


def test_the_label_stands_last_and_keeps_all_levels():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.integers(0, 5, 3000), rng.normal(size=3000), rng.integers(0, 8, 3000)]).astype(float)
    X[:, 0][X[:, 0] == 4] = 3
    X[:3, 0] = [4, 5, 6]  # rare ones
    encoder = TableEncoder(label=0)
    Y = encoder.fit_transform(X, [0, 2])
    assert encoder.layout == Layout(1, (8,), n_given=7)
    np.testing.assert_array_equal(Y[:, -7:].argmax(axis=1), X[:, 0])
    again = TableEncoder.from_state(encoder.get_state())
    assert again.layout == encoder.layout
    assert TableEncoder().fit_transform(X, [0, 2]).shape[1] == 1 + 5 + 8  # where it is no label


def test_numbers_can_be_turned_into_principal_components():
    rng = np.random.default_rng(0)
    base = rng.normal(size=(500, 2))
    X = np.column_stack([base @ rng.normal(size=(2, 4)), rng.integers(0, 3, 500)])
    encoder = TableEncoder("minmax", pca=0.999)
    Y = encoder.fit_transform(X, [4])
    assert encoder.layout == Layout(2, (3,))
    for again in (encoder, TableEncoder.from_state(encoder.get_state())):
        np.testing.assert_allclose(decode(again, Y), X, atol=1e-5)
    assert TableEncoder("quantile", pca=4).fit_transform(X, [4]).shape == (500, 7)


def test_a_missing_number_is_as_the_mean_of_the_others_until_its_slot_is_seen():
    X = np.array([[1.0, 0], [3.0, 1], [np.nan, 0], [5.0, 1], [np.nan, 1]])
    encoder = TableEncoder("minmax")
    Y = encoder.fit_transform(X, [1])
    np.testing.assert_allclose(Y[:, 0], [-1, 0, 0, 1, 0])
    slots = Decoder(encoder).choose(Y, np.zeros(4))
    unused = encoder.find_unused(slots)
    assert unused.tolist() == [[False], [False], [True], [False], [True]]


def test_only_what_the_seed_spreads_depends_on_the_seed():
    X = np.column_stack([np.repeat(np.arange(40.0), 10), np.random.default_rng(0).normal(size=400)])
    first, second, other = (TableEncoder(seed=seed).fit_transform(X) for seed in ([5, 1], [5, 1], [5, 2]))
    np.testing.assert_array_equal(first, second)
    assert (first[:, 0] != other[:, 0]).mean() > 0.9
    np.testing.assert_array_equal(first[:, 1], other[:, 1])
