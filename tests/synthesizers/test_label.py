"""The label: a column of classes that the generator is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, WGANGPSynthesizer, load
from tabgan.synthesizers.base import join_label

QUICK = dict(iterations=20, hidden=(8,), sieve=False, random_state=0)


@pytest.fixture(scope="module")
def faults() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    kind = rng.choice(["good", "ball", "race"], 300, p=[0.8, 0.15, 0.05])
    return pd.DataFrame({"x": rng.normal(size=300), "fault": kind, "y": rng.normal(size=300).round(2)})


@pytest.fixture(scope="module")
def model(faults) -> WGANGPSynthesizer:
    return WGANGPSynthesizer(**QUICK, label="fault").fit(faults)


def test_the_generator_is_given_the_label(model):
    assert model.label_ == "fault"
    assert model.generator_.output.layout.n_given == 3
    assert list(model.sample(5).columns) == ["x", "fault", "y"]


def test_labels_have_their_real_frequencies_unless_asked_for(model, faults):
    shares = model.sample(16_384)["fault"].value_counts(normalize=True)
    for level, share in faults["fault"].value_counts(normalize=True).items():
        assert shares[level] == pytest.approx(share, abs=4 * (share * (1 - share) / 16_384) ** 0.5)


def test_rows_of_a_class_are_made_at_once(model):
    blocks = model.iter_samples(200, conditions={"fault": "race"})
    assert set(pd.concat(blocks)["fault"]) == {"race"}
    assert blocks.candidates <= 16_384
    assert model.sample(300, balance=True)["fault"].value_counts().tolist() == [100, 100, 100]


def test_a_saved_model_gives_the_same_rows(model, tmp_path):
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.label_ == "fault"
    pd.testing.assert_frame_equal(again.sample(50, balance=True), model.sample(50, balance=True))


@pytest.mark.parametrize("text", [True, False])
def test_y_is_the_last_column(faults, text):
    X, y = faults[["x", "y"]], faults["fault"] if text else faults["fault"].eq("good").astype(int).to_numpy()
    fitted = WGANGPSynthesizer(**QUICK).fit(X, y)
    assert fitted.n_features_in_ == 2
    rows = fitted.sample(50)
    assert list(rows.columns) == ["x", "y", fitted.label_]
    assert set(rows[fitted.label_]) <= set(y)


def test_the_labels_of_an_array_are_its_last_column(faults):
    y = faults["fault"].factorize()[0]
    fitted = WGANGPSynthesizer(**QUICK).fit(faults[["x", "y"]].to_numpy(), y)
    rows = fitted.sample(60, balance=True)
    assert isinstance(rows, np.ndarray)
    assert np.bincount(rows[:, 2].astype(int)).tolist() == [20, 20, 20]


def test_many_numbers_are_no_classes(faults):
    fitted = WGANGPSynthesizer(**QUICK).fit(faults[["x"]], faults["y"])
    assert fitted.label_ is None
    assert list(fitted.sample(3).columns) == ["x", "y"]


def test_a_label_of_one_class_is_a_constant(faults):
    fitted = WGANGPSynthesizer(**QUICK, label="fault").fit(faults.assign(fault="good"))
    assert fitted.label_ is None
    assert set(fitted.sample(5)["fault"]) == {"good"}


def test_what_is_no_label_is_refused(faults):
    with pytest.raises(InputError, match="label must be a column of the table, but is 'kind'; its columns are x"):
        WGANGPSynthesizer(**QUICK, label="kind").fit(faults)
    with pytest.raises(InputError, match="at least 2 rows, but 'race' has 1 in column 'fault'"):
        lone = faults.drop(faults.index[faults["fault"] == "race"][1:])
        WGANGPSynthesizer(**QUICK, label="fault").fit(lone)
    with pytest.raises(InputError, match="every row must have a label, but 1 have none"):
        WGANGPSynthesizer(**QUICK, label="fault").fit(faults.assign(fault=faults["fault"].where(faults.index > 0)))
    with pytest.raises(InputError, match="a label for each row, but has 299 for 300 rows"):
        join_label(faults, faults["fault"][1:], None)
    with pytest.raises(InputError, match="X has a column 'fault', too"):
        join_label(faults, faults["fault"], None)
    with pytest.raises(InputError, match="Unknown label type"):
        join_label(faults[["x"]].to_numpy(), faults["fault"], None)
