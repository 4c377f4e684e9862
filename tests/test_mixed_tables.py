"""Tables as people have them: labels, gaps, dates, truth values, numbers of all dtypes; to a model file and back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer, load

N = 600
SETTINGS = dict(hidden=(16,), batch_size=64, n_critic=2, random_state=0)


def make_table() -> pd.DataFrame:
    """Two sensors fail together; a grade goes with the size; some numbers and labels repeat."""
    rng = np.random.default_rng(0)
    size = rng.normal(size=N)
    fails = rng.random(N) < 0.25
    table = pd.DataFrame(
        {
            "size": size.astype("float32"),
            "sensor a": np.where(fails, np.nan, size + rng.normal(size=N)).round(3),
            "sensor b": np.where(fails, np.nan, rng.exponential(size=N)),
            "grade": pd.Categorical.from_codes((size > 0).astype(int) + 1, ["none", "small", "large"], ordered=True),
            "rain": np.where(rng.random(N) < 0.6, 0.0, rng.gamma(2, size=N).round(1)),
            "day": pd.to_datetime("2023-12-01") + pd.to_timedelta(rng.integers(0, 400, N), "D"),
            "at": pd.to_datetime("2024-03-30", utc=True) + pd.to_timedelta(rng.integers(0, 10**6, N), "s"),
            "written": pd.Series(pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 99, N), "D"))
            .dt.strftime("%d.%m.%Y")
            .astype(object),
            "ok": rng.random(N) < 0.8,
            "maybe": pd.array(rng.random(N) < 0.5, "boolean"),
            "count": pd.array(rng.poisson(2, N), "Int16"),
            "share": pd.array(rng.random(N).round(2), "Float64"),
            "byte": rng.integers(0, 200, N).astype("uint8"),
            "town": rng.choice(["Åbo", "Bonn", "Cork, Co."], N, p=[0.6, 0.3, 0.1]),
            "one": "same",
        }
    )
    table["at"] = table["at"].dt.tz_convert("Europe/Berlin")
    for name, rate in {"day": 0.1, "maybe": 0.2, "count": 0.15, "town": 0.05, "grade": 0.1}.items():
        table.loc[rng.random(N) < rate, name] = None
    return table


TABLE = make_table()


@pytest.fixture(scope="module")
def model(small_sieve) -> WGANGPSynthesizer:
    return WGANGPSynthesizer(**SETTINGS, iterations=30).fit(TABLE)


@pytest.fixture(scope="module")
def rows(model) -> pd.DataFrame:
    return model.sample(8000)


def test_dtypes_and_order_come_back(rows):
    assert list(rows.columns) == list(TABLE.columns)
    assert rows.dtypes.equals(TABLE.dtypes)
    assert rows["grade"].cat.categories.tolist() == ["none", "small", "large"]
    assert rows["town"].dropna().map(type).eq(str).all()


def test_only_values_that_there_can_be_come(rows):
    for name in ("grade", "ok", "maybe", "town", "one"):
        assert set(rows[name].dropna()) == set(TABLE[name].dropna()), name
    for name in ("size", "sensor a", "sensor b", "rain", "day", "at", "count", "share", "byte"):
        assert rows[name].min() >= TABLE[name].min()
        assert rows[name].max() <= TABLE[name].max()
    moments = pd.to_datetime(rows["written"], format="%d.%m.%Y")
    assert moments.between("2020-01-01", "2020-04-08").all()
    assert (rows["day"].dropna() == rows["day"].dropna().dt.normalize()).all()
    for name, decimals in {"sensor a": 3, "rain": 1, "share": 2}.items():
        values = rows[name].dropna().astype(float)
        assert (values == values.round(decimals)).all()


def test_levels_gaps_and_repeated_values_are_as_frequent_as_they_really_are(rows):
    """A loose bound: the small sieve of this test trades some of it for what goes together."""
    np.testing.assert_allclose(rows.isna().mean(), TABLE.isna().mean(), atol=0.06)
    for name in ("grade", "ok", "maybe", "town"):
        real = TABLE[name].value_counts(normalize=True)
        np.testing.assert_allclose(rows[name].value_counts(normalize=True).reindex(real.index), real, atol=0.08)
    assert (rows["rain"] == 0).mean() == pytest.approx((TABLE["rain"] == 0).mean(), abs=0.08)
    assert not rows.duplicated().any()


def test_a_saved_model_gives_the_same_rows(model, rows, tmp_path):
    model.save(tmp_path / "model.tabgan")
    pd.testing.assert_frame_equal(load(tmp_path / "model.tabgan").sample(8000), rows, check_exact=True)


def test_columns_that_are_missing_together_stay_so():
    """Independent gaps would agree in 62% of the rows."""
    settings = SETTINGS | dict(hidden=(32,), latent_dim=8, critic_lr=3e-3, generator_lr=3e-3, ema_decay=0.98)
    sensors = TABLE[["sensor a", "sensor b"]]
    made = WGANGPSynthesizer(**settings, iterations=800, sieve=False).fit(sensors).sample(4000)
    gaps = made[["sensor a", "sensor b"]].isna()
    assert gaps.mean().tolist() == pytest.approx([TABLE["sensor a"].isna().mean()] * 2, abs=0.03)
    assert (gaps["sensor a"] == gaps["sensor b"]).mean() > 0.85


def test_a_thousand_levels_can_be_learned():
    rng = np.random.default_rng(0)
    codes = np.r_[np.arange(1000), rng.geometric(0.02, 3000) % 1000]
    table = pd.DataFrame({"code": [f"level {code}" for code in codes], "x": rng.normal(size=4000)})
    model = WGANGPSynthesizer(**SETTINGS, iterations=10, sieve=False).fit(table)
    made = model.sample(4000)["code"]
    assert set(made) <= set(table["code"])
    assert made.nunique() > 400  # rare ones, too
    top = table["code"].value_counts(normalize=True).index[:10]
    frequencies = [series.value_counts(normalize=True).reindex(top, fill_value=0) for series in (made, table["code"])]
    np.testing.assert_allclose(*frequencies, atol=0.01)


def test_a_category_of_rare_levels_only_can_be_learned():
    table = pd.DataFrame({"code": [f"level {i % 300}" for i in range(900)], "x": np.arange(900) % 7.0})
    made = WGANGPSynthesizer(**SETTINGS, iterations=3, sieve=False).fit(table).sample(900)
    assert made["code"].nunique() > 200


@pytest.mark.filterwarnings("ignore:rows come closer")  # those of one column, hardly trained, may
@pytest.mark.parametrize("names", [["ok", "town"], ["one", "count"], ["maybe"], ["sensor b"]], ids=str)
def test_tables_of_one_kind_can_be_learned(names):
    made = WGANGPSynthesizer(**SETTINGS, iterations=3, sieve=False).fit(TABLE[names]).sample(2000)
    assert made.dtypes.equals(TABLE[names].dtypes)
    np.testing.assert_allclose(made.isna().mean(), TABLE[names].isna().mean(), atol=0.03)
