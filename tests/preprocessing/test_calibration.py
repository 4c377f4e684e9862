"""Generated columns get the real marginals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, spearmanr

from tabgan.errors import BundleError
from tabgan.preprocessing.decoder import Calibrator, match_frequencies

rng = np.random.default_rng(0)
REAL = np.column_stack([np.tanh(rng.normal(size=2000)), rng.uniform(-1, 1, 2000).round(1)])
CORRELATED = rng.multivariate_normal([0.3, -0.1], [[0.1, 0.06], [0.06, 0.1]], 60_000)
CALIBRATOR = Calibrator().fit(CORRELATED, REAL)


def test_the_marginals_become_the_real_ones():
    rows = CALIBRATOR.transform(CORRELATED)
    assert ks_2samp(rows[:, 0], REAL[:, 0]).statistic < 0.005
    fresh = CALIBRATOR.transform(
        np.random.default_rng(1).multivariate_normal([0.3, -0.1], [[0.1, 0.06], [0.06, 0.1]], 60_000)
    )
    assert ks_2samp(fresh[:, 0], REAL[:, 0]).statistic < 0.01


def test_ranks_keep_their_correlation():
    before, after = spearmanr(CORRELATED).statistic, spearmanr(CALIBRATOR.transform(CORRELATED)).statistic
    assert abs(before - after) < 0.01


def test_nothing_lies_beyond_the_real_extremes_or_piles_up_at_them():
    rows = CALIBRATOR.transform(np.vstack([CORRELATED, [[-9, -9], [9, 9]]]))
    assert (rows.min(axis=0) == REAL.min(axis=0)).all()
    assert (rows.max(axis=0) == REAL.max(axis=0)).all()
    near = 0.001 * np.ptp(REAL[:, 0])
    for data in (rows[:, 0], -rows[:, 0]):
        share = np.mean(data > data.max() - near)
        real_share = np.mean(REAL[:, 0] > REAL[:, 0].max() - near)
        assert share <= real_share + 3 * np.sqrt(real_share / 2000)


def test_continuous_values_are_not_copies():
    rows = CALIBRATOR.transform(CORRELATED)[:, 0]
    assert np.isin(rows, REAL[:, 0]).mean() < 0.01


def test_the_state_gives_the_same_maps():
    again = Calibrator.from_state(CALIBRATOR.get_state())
    np.testing.assert_array_equal(again.transform(CORRELATED), CALIBRATOR.transform(CORRELATED))


def test_quantiles_that_are_not_finite_are_refused():
    """They gave integers of -9223372036854775808."""
    for name, state in (("real", CALIBRATOR.get_state()), ("generated", CALIBRATOR.get_state())):
        with pytest.raises(BundleError, match="quantiles of a calibration must be finite"):
            Calibrator.from_state(state | {name: np.full_like(state[name], np.nan)})


def test_missing_numbers_are_left_out():
    generated, real = CORRELATED.copy(), REAL.copy()
    generated[:30_000, 0], real[::2, 0], generated[:, 1] = np.nan, np.nan, np.nan
    rows = Calibrator().fit(generated, real).transform(CORRELATED)
    assert ks_2samp(rows[:, 0], REAL[1::2, 0]).statistic < 0.02
    assert (rows[:, 1] == 0).all()  # of a column that is missing in all rows no number is ever asked for


@pytest.mark.parametrize("wanted", [[0.25] * 4, [0.9, 0.06, 0.03, 0.01], [0.5, 0.5, 0, 0], [0, 0, 0, 1]])
@pytest.mark.parametrize("sharp", [1, 5])
def test_offsets_make_levels_as_frequent_as_wanted(wanted, sharp):
    rng = np.random.default_rng(0)
    scores, fresh = sharp * rng.normal(size=(2, 40_000, 1)) * [1, 0.2, -1, 3] + rng.normal(size=(2, 40_000, 4))
    offsets = match_frequencies(scores, np.array(wanted))
    made = np.bincount((fresh + offsets).argmax(axis=1), minlength=4) / 40_000
    np.testing.assert_allclose(made, wanted, atol=0.006)


@pytest.mark.parametrize("n", [4, 7, 40])
def test_the_outermost_values_come_as_often_as_among_real_rows(n):
    real = np.random.default_rng(2).normal(size=(n, 1))
    rows = Calibrator().fit(CORRELATED[:, :1], real).transform(CORRELATED[:, :1])
    for end in (real.min(), real.max()):
        assert np.mean(rows == end) == pytest.approx(1 / n, abs=0.004)
