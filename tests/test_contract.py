"""What every synthesizer promises. A new one joins by a line in SYNTHESIZERS."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from tabgan import InputError, WGANGPSynthesizer, load
from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.blocks import BLOCK_ROWS

SYNTHESIZERS = {
    "wgan-gp": WGANGPSynthesizer(iterations=20, sieve=False, random_state=1),
    "sieve": WGANGPSynthesizer(iterations=20, sieve=True, random_state=1),
    "fast": WGANGPSynthesizer(iterations=20, preset="fast", hidden=(16,), random_state=1),
    "matlab": WGANGPSynthesizer(iterations=20, preset="matlab", random_state=1),
    "minmax-calibrated": WGANGPSynthesizer(iterations=20, marginals="minmax", sieve=False, random_state=1),
    "wgan": WGANGPSynthesizer(iterations=20, objective="wgan", sieve=False, random_state=1),
    "gan": WGANGPSynthesizer(iterations=20, objective="gan", sieve=False, random_state=1),
}
rng = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {
        "two decimals": rng.normal(10, 3, 150).round(2),
        "整数": rng.poisson(3, 150),
        "float32": rng.normal(size=150).astype("float32"),
        "constant": 1013.25,
        "flag": rng.random(150) < 0.3,
        "nullable": pd.array(rng.integers(0, 9, 150), "Int64"),
        "one": np.int8(1),
        "heavy": rng.pareto(1.0, 150),
        "small": rng.integers(0, 5, 150).astype("uint8"),
        "gaps": np.where(rng.random(150) < 0.2, np.nan, rng.normal(size=150)),
        "label": rng.choice(["a", "b", "ä"], 150),
        "grade": pd.Categorical(rng.choice(["low", "high"], 150), ["low", "mid", "high"], ordered=True),
        "day": pd.Timestamp("2024-01-31") + pd.to_timedelta(rng.integers(0, 90, 150), "D"),
    }
)


pytestmark = pytest.mark.usefixtures("small_sieve")


@pytest.fixture(scope="module", params=SYNTHESIZERS)
def estimator(request) -> BaseSynthesizer:
    return SYNTHESIZERS[request.param]


@pytest.fixture(scope="module")
def fitted(estimator) -> BaseSynthesizer:
    return clone(estimator).fit(TABLE)


@pytest.fixture(scope="module")
def again(estimator, fitted) -> BaseSynthesizer:
    """Another fit of the same."""
    return clone(estimator).fit(TABLE)


@pytest.fixture(scope="module")
def many(fitted) -> pd.DataFrame:
    return fitted.sample(2 * BLOCK_ROWS)


def test_scikit_learn_accepts_it(estimator):
    check_estimator(clone(estimator).set_params(iterations=2, hidden=(8,)))


def test_the_same_seed_gives_the_same_rows(fitted, again):
    pd.testing.assert_frame_equal(again.sample(100), fitted.sample(100), check_exact=True)
    pd.testing.assert_frame_equal(
        fitted.sample(100, random_state=7), again.sample(100, random_state=7), check_exact=True
    )


def test_another_seed_gives_other_rows(estimator, fitted):
    assert not fitted.sample(100, random_state=7).equals(fitted.sample(100, random_state=8))
    other = clone(estimator).set_params(random_state=2).fit(TABLE)
    assert not other.sample(100, random_state=7).equals(fitted.sample(100, random_state=7))


@pytest.mark.parametrize("n_samples", [0, 1, 2, 150, BLOCK_ROWS, BLOCK_ROWS + 1])
def test_any_number_of_rows_and_the_first_ones_are_always_the_same(fitted, many, n_samples):
    rows = fitted.sample(n_samples)
    assert len(rows) == n_samples
    assert rows.index.equals(pd.RangeIndex(n_samples))
    pd.testing.assert_frame_equal(many.iloc[:n_samples], rows, check_exact=True)


def test_columns_and_dtypes_come_back(fitted):
    for rows in (fitted.sample(50), fitted.sample(0)):
        assert list(rows.columns) == list(TABLE.columns)
        assert rows.dtypes.equals(TABLE.dtypes)


def test_decimals_and_integers_come_back(fitted):
    rows = fitted.sample(500)
    assert (rows["two decimals"].round(2) == rows["two decimals"]).all()
    assert rows["two decimals"].nunique() > 50


def test_no_value_lies_outside_the_training_range(fitted):
    rows = fitted.sample(5000)
    ordered = [name for name in TABLE if name not in ("label", "grade")]
    for name in ordered:
        assert rows[name].min() >= TABLE[name].min()
        assert rows[name].max() <= TABLE[name].max()
    assert set(rows["label"]) <= {"a", "b", "ä"}
    assert set(rows["grade"]) <= {"low", "high"}
    assert rows.isna().any().tolist() == TABLE.isna().any().tolist()


def test_constant_columns_come_back_as_they_were(fitted):
    rows = fitted.sample(100)
    assert (rows["constant"] == 1013.25).all()
    assert (rows["one"] == 1).all()


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
def test_an_array_gives_an_array(estimator, dtype):
    X = (10 * np.random.default_rng(0).normal(size=(60, 3))).astype(dtype)
    rows = clone(estimator).fit(X).sample(20)
    assert isinstance(rows, np.ndarray)
    assert rows.shape == (20, 3)
    assert rows.dtype == dtype


def test_a_saved_model_is_the_same_model(fitted, tmp_path):
    path = tmp_path / "model.tabgan"
    fitted.save(path)
    for again in (type(fitted).load(path), load(path)):
        pd.testing.assert_frame_equal(again.sample(100), fitted.sample(100), check_exact=True)
        assert {**again.get_params(), "random_state": 1} == {**fitted.get_params(), "random_state": 1}
        assert list(again.feature_names_in_) == list(TABLE.columns)
        again.save(tmp_path / "again.tabgan")
        assert (tmp_path / "again.tabgan").read_bytes() == path.read_bytes()


def test_the_same_seed_gives_the_same_file(fitted, again, tmp_path):
    fitted.save(tmp_path / "a")
    again.save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_sampling_changes_nothing(fitted, tmp_path):
    fitted.save(tmp_path / "before")
    first = fitted.sample(10)
    fitted.sample(3, random_state=4)
    pd.testing.assert_frame_equal(fitted.sample(10), first, check_exact=True)
    fitted.save(tmp_path / "after")
    assert (tmp_path / "before").read_bytes() == (tmp_path / "after").read_bytes()


def test_the_global_generators_are_left_alone(estimator):
    np.random.seed(3)  # noqa: NPY002
    torch.manual_seed(3)
    before, torch_before = np.random.get_state()[1].copy(), torch.get_rng_state()  # noqa: NPY002
    clone(estimator).set_params(random_state=None).fit(TABLE).sample(5)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    assert torch.equal(torch_before, torch.get_rng_state())


def test_clones_and_copies(estimator, fitted):
    fresh = clone(fitted)
    assert fresh.get_params() == estimator.get_params()
    with pytest.raises(NotFittedError):
        fresh.sample(1)
    for copied in (copy.deepcopy(fitted), pickle.loads(pickle.dumps(fitted))):
        pd.testing.assert_frame_equal(copied.sample(20), fitted.sample(20), check_exact=True)


def fit_few(estimator, seed) -> BaseSynthesizer:
    return clone(estimator).set_params(random_state=seed, iterations=2).fit(TABLE[["two decimals", "整数", "label"]])


@pytest.mark.parametrize("kind", [np.int64, np.random.RandomState, np.random.default_rng])
def test_every_kind_of_random_state_is_taken(estimator, kind):
    first, second, other = (fit_few(estimator, kind(seed)) for seed in (5, 5, 6))
    assert first.seed_ == second.seed_ != other.seed_
    pd.testing.assert_frame_equal(first.sample(10), second.sample(10))
    pd.testing.assert_frame_equal(first.sample(10, kind(7)), second.sample(10, kind(7)))


def test_without_a_random_state_a_seed_is_drawn_and_kept(estimator):
    first, other = fit_few(estimator, None), fit_few(estimator, None)
    pd.testing.assert_frame_equal(first.sample(10), first.sample(10, random_state=first.seed_))
    assert first.seed_ != other.seed_


@pytest.mark.parametrize("n_samples", [-5, 1.5, "ten", None])
def test_a_bad_number_of_rows_is_refused(fitted, n_samples):
    with pytest.raises(InputError, match="n_samples must be a whole number of at least 0, but is"):
        fitted.sample(n_samples)


@pytest.mark.parametrize("seed", [-1, 2**32, "seven", 1.5])
def test_a_bad_seed_is_refused(estimator, fitted, seed):
    with pytest.raises(InputError, match="a seed must be a whole number from 0"):
        fitted.sample(1, random_state=seed)
    with pytest.raises(InputError, match="a seed must be"):
        clone(estimator).set_params(random_state=seed).fit(TABLE)


@pytest.mark.parametrize("names", [list("abc"), [1, 2, 3]])
def test_kinds_are_asked_for_and_saved(estimator, names, tmp_path):
    table = TABLE[["整数", "small", "float32"]].set_axis(names, axis=1)
    kinds = {names[0]: "continuous", names[1]: "integer"}
    fitted = clone(estimator).set_params(kinds=kinds).fit(table)
    assert [c.kind for c in fitted.schema_] == ["continuous", "integer", "continuous"]
    fitted.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.kinds == kinds
    assert again.schema_ == fitted.schema_
    for wrong in ({"nothing": "integer"}, {names[0]: "number"}, "integer"):
        with pytest.raises(InputError, match="kind"):
            clone(estimator).set_params(kinds=wrong).fit(table)


def test_nothing_to_learn_is_refused(estimator):
    with pytest.raises(InputError, match="must have a column that varies"):
        clone(estimator).fit(pd.DataFrame({"a": [1.0] * 5, "b": [2] * 5}))
