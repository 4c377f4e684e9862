"""The synthesizer of fast signals: classes, containers, seeds, and what becomes of a saved model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, SignalSynthesizer, load
from tests.series.signals import bearing, kurtosis

QUICK = dict(iterations=60, random_state=0)


def long_table() -> pd.DataFrame:
    """Two machines, one of which fails on the way."""
    rng = np.random.default_rng(3)
    new = [0.1 * rng.standard_normal((3000, 1)) for _ in range(2)]
    values = np.concatenate([new[0], bearing(3000, 0), new[1]])[:, 0]
    return pd.DataFrame(
        {
            "pump": np.repeat(["a", "b"], [6000, 3000]),
            "x": values.round(4),
            "fault": np.repeat(["none", "outer", "none"], 3000),
        }
    )


@pytest.fixture(scope="module")
def model() -> SignalSynthesizer:
    return SignalSynthesizer(entity="pump", label="fault", sieve=False, **QUICK).fit(long_table())


def test_windows_come_as_the_long_table_and_as_often_as_their_class(model):
    made = model.sample(90, length=64)
    assert list(made.columns) == ["series", "pump", "x", "fault"]
    assert len(made) == 90 * 64
    by_window = made.groupby("series")
    assert (by_window["fault"].nunique() == 1).all()
    assert by_window["fault"].first().eq("outer").mean() == pytest.approx(1 / 3, abs=0.15)
    means = by_window["x"].mean()
    np.testing.assert_array_equal(means > 1, by_window["fault"].first() == "outer")
    assert (made.loc[made["fault"] == "outer", "pump"] == "a").all()
    assert np.allclose(made["x"], made["x"].round(4))


def test_a_class_can_be_asked_for(model):
    made = model.sample_series(600, label="outer", n=3)
    assert set(made["fault"]) == {"outer"}
    assert kurtosis(made["x"].to_numpy()) > 3.5
    assert model.sample_series(600, label="none")["x"].std() == pytest.approx(0.1, rel=0.15)
    with pytest.raises(InputError, match="none, outer"):
        model.sample_series(5, label="inner")


def test_the_rows_given_are_gone_on_from(model):
    table = long_table().iloc[3000:6000]
    made = model.continue_series(table, 300, n=4)
    assert set(made["fault"]) == {"outer"}
    assert made["x"].mean() == pytest.approx(2, abs=0.2)
    assert made["x"].std() == pytest.approx(table["x"].std(), rel=0.3)


def test_fewer_and_shorter_windows_are_the_beginning_of_more_and_longer_ones(model):
    many = model.sample(140, length=90, random_state=5)
    for n, length in ((3, 90), (140, 40)):
        some = model.sample(n, length=length, random_state=5)["x"].to_numpy().reshape(n, length)
        np.testing.assert_array_equal(some, many["x"].to_numpy().reshape(140, 90)[:n, :length])
    assert not model.sample(3, length=90, random_state=6)["x"].equals(many["x"][:270])
    assert len(model.sample(0, length=9)) == 0


def test_a_saved_model_is_the_same(model, tmp_path):
    model.save(tmp_path / "model.tabgan")
    again = load(tmp_path / "model.tabgan")
    pd.testing.assert_frame_equal(again.sample(5, length=50), model.sample(5, length=50))
    again.save(tmp_path / "again.tabgan")
    assert (tmp_path / "again.tabgan").read_bytes() == (tmp_path / "model.tabgan").read_bytes()


def test_arrays_of_windows_come_back_as_such_and_sieved():
    windows = bearing(30 * 512, 2).reshape(30, 512, 1)
    model = SignalSynthesizer(**QUICK).fit(windows)
    made = model.sample(20, length=256)
    assert made.shape == (20, 256, 1)
    np.testing.assert_allclose(made.std(), windows.std(), rtol=0.2)
    np.testing.assert_array_equal(model.sample(4, length=256), made[:4])
    with pytest.raises(InputError, match="windows of 600 steps are sieved by real ones"):
        model.sample(2, length=600)


def test_the_same_seed_fits_the_same():
    x = np.hstack([bearing(2500, 7), bearing(2500, 8)])
    first, second = (SignalSynthesizer(iterations=5, sieve=False, random_state=4).fit(x) for _ in range(2))
    made = first.sample_series(700)
    assert made.shape == (700, 2)
    np.testing.assert_array_equal(second.sample_series(700), made)
    np.testing.assert_array_equal(first.sample_series(100), made[:100])


def test_a_class_that_is_too_short_is_named():
    table = long_table()
    table.loc[:99, "fault"] = "brief"
    with pytest.raises(InputError, match="'brief': the innovations of a fast signal"):
        SignalSynthesizer(entity="pump", label="fault", **QUICK).fit(table)


@pytest.mark.parametrize("wrong", [dict(order=0), dict(iterations=0), dict(burn_in=-1), dict(order="long")])
def test_bad_settings_are_refused(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        SignalSynthesizer(**wrong).fit(bearing(500, 0))
