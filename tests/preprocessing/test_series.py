"""Tables whose continuous columns are smoothed and denoised before they are learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, WGANGPSynthesizer
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.outliers import ThreeSigmaSmoother
from tabgan.preprocessing.series import smooth_series
from tabgan.preprocessing.wavelet import WaveletDenoiser
from tabgan.schema import Schema

QUICK = dict(iterations=20, sieve=False, random_state=0)


@pytest.fixture(scope="module")
def days() -> pd.DataFrame:
    """300 days: demand with two decimals and bursts, rain with gaps, whole numbers and labels."""
    rng = np.random.default_rng(0)
    t = np.arange(300)
    demand = 50 + 5 * np.sin(t / 20) + rng.normal(0, 1.5, 300)
    demand[[50, 170]] = 120
    return pd.DataFrame(
        {
            "demand": demand.round(2),
            "temperature": 15 + 10 * np.sin(t / 58) + rng.normal(size=300),
            "customers": rng.integers(1000, 2000, 300),
            "day": np.array(["mo", "tu", "we"])[t % 3],
        }
    )


def smooth(table: pd.DataFrame, smooth: str | None = None, denoise: str | None = None, rules: str | tuple = ()):
    schema = Schema.learn(table)
    return smooth_series(schema.to_matrix(table), schema, Constraints.parse(rules, schema), smooth, denoise), schema


def test_only_continuous_columns_go_through_the_stages(days):
    rows, schema = smooth(days, "3sigma", "sym4:3:sure")
    X = schema.to_matrix(days)
    expected = WaveletDenoiser("sym4", 3, "sure").fit_transform(ThreeSigmaSmoother().fit_transform(X[:, :2]))
    np.testing.assert_array_equal(rows[:, 0], expected[:, 0].round(2))  # as many decimals as before
    np.testing.assert_array_equal(rows[:, 1], expected[:, 1].clip(X[:, 1].min(), X[:, 1].max()))
    np.testing.assert_array_equal(rows[:, 2:], X[:, 2:])


def test_without_stages_rows_stay_as_they_are(days):
    schema = Schema.learn(days)
    X = schema.to_matrix(days)
    assert smooth_series(X, schema, Constraints.parse((), schema), None, None) is X


def test_generated_rows_are_like_the_smooth_ones(days, tmp_path):
    model = WGANGPSynthesizer(smooth="3sigma", denoise="db4:3", **QUICK).fit(days)
    rows, real = model.sample(5000), smooth(days, "3sigma", "db4:3")[0]
    np.testing.assert_allclose(
        np.quantile(rows["demand"], [0.1, 0.5, 0.9]), np.quantile(real[:, 0], [0.1, 0.5, 0.9]), atol=0.3
    )
    assert rows["demand"].max() <= real[:, 0].max() < 65 < days["demand"].max()
    assert (rows["demand"].round(2) == rows["demand"]).all()
    assert rows.dtypes.equals(days.dtypes)
    column = model.schema_.columns[0]
    assert (*column.type.range, column.decimals) == (days["demand"].min(), 120, 2)
    model.save(tmp_path / "model")
    again = WGANGPSynthesizer.load(tmp_path / "model")
    assert (again.smooth, again.settings_.denoise) == ("3sigma", "db4:3")
    pd.testing.assert_frame_equal(again.sample(50), model.sample(50))


def test_gaps_are_kept_by_the_smoother_and_refused_by_the_denoiser(days):
    gaps = days.assign(temperature=days["temperature"].where(days.index % 7 > 0))
    rows, schema = smooth(gaps, "3sigma:30")
    np.testing.assert_array_equal(np.isnan(rows), np.isnan(schema.to_matrix(gaps)))
    with pytest.raises(InputError, match=r"column 'temperature' has 43 missing values \(NaN\), the first in row 1"):
        smooth(gaps, denoise="db4")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"denoise": "db4:9"}, "level must be at most 5 for 300 values"),
        ({"denoise": "db4x"}, "did you mean 'db4"),
        ({"smooth": "3 sigma"}, "write 3sigma"),
    ],
)
def test_what_cannot_be_done_is_said_before_the_fit(days, given, message):
    with pytest.raises(InputError, match=message):
        WGANGPSynthesizer(**given, **QUICK).fit(days)


def test_tables_that_cannot_be_smooth_are_refused(days):
    with pytest.raises(InputError, match="there is none"):
        smooth(days[["customers", "day"]], "3sigma")
    with pytest.raises(InputError, match="all rows became equal"):
        smooth(pd.DataFrame({"x": [1.5] * 40 + [9.25] + [1.5] * 40}), "3sigma")
    doubled = days.assign(double=2 * days["temperature"] + np.random.default_rng(1).normal(size=300) ** 2)
    assert len(smooth(doubled, "3sigma", rules="double >= temperature - 60")[0]) == 300
    with pytest.raises(InputError, match="rows must keep every constraint when they are smooth, too, but"):
        smooth(doubled, denoise="haar:3:5", rules="double >= 2 * temperature")


def test_the_command_line_learns_smooth_series_and_says_so(days, tabgan_command):
    days.to_csv("days.csv", index=False)
    arguments = ("--smooth", "3sigma", "--denoise", "db4:3", "--pca", "0.95", "--iterations", 10, "--no-sieve")
    assert tabgan_command("fit", "days.csv", *arguments).exit_code == 0
    shown = tabgan_command("info").stdout
    assert "smooth         3sigma\n" in shown
    assert "denoise        db4:3\n" in shown
    refused = tabgan_command("fit", "days.csv", "--denoise", "db4:9", "--overwrite")
    assert refused.exit_code == 2
    assert "level must be at most 5" in refused.stderr
