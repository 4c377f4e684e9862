"""Changes that occur, levels that are seen, and standing still: each alone, and in series that are made."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from tabgan import TabganWarning, TimeSeriesSynthesizer
from tabgan.series.grain import Grain, distinct
from tabgan.series.states import EVEN, MOVE, STILL, as_scores, states_of
from tabgan.synthesizers import series_generator
from tests.series.simulated import standing_still, still_runs, tied_channels

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "series"


@settings(max_examples=50)
@given(st.lists(st.integers(-20, 20), min_size=1, max_size=200), st.integers(0, 2**32 - 1))
def test_distinct_values_and_how_often_each_occurs(values, seed):
    noisy = np.array(values) * 0.1 + np.random.default_rng(seed).uniform(-1e-7, 1e-7, len(values))
    found, count = distinct(noisy)
    unique, expected = np.unique(values, return_counts=True)
    np.testing.assert_allclose(found, unique * 0.1, atol=1e-6)
    np.testing.assert_array_equal(count, expected)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 3))
def test_noisy_changes_become_ones_that_were_seen(seed, unit):
    rng = np.random.default_rng(seed)
    moves = unit * rng.choice([-3, -1, 1, 2], 500, p=[0.1, 0.4, 0.4, 0.1])
    levels = np.cumsum(moves)
    grain = Grain.learn(levels, moves, moves, None)
    assert grain.few
    made = grain.snap(levels, moves + grain.width * rng.normal(size=500), rng)
    assert np.abs(made[:, None] - unit * np.array([-3, -1, 1, 2])).min(1).max() < 1e-4 or grain.known
    again = Grain(**grain.get_state())
    one, other = (g.snap(levels, moves, np.random.default_rng(0)) for g in (grain, again))
    np.testing.assert_array_equal(one, other)


def test_changes_without_a_grain_stay_as_they_are():
    rng = np.random.default_rng(0)
    moves = rng.normal(size=500)
    grain = Grain.learn(np.cumsum(moves), moves, moves, None)
    assert not grain.few
    np.testing.assert_array_equal(grain.snap(moves, moves, rng), moves)


def test_what_a_channel_did():
    step = np.array([[0.0, 0.5], [0.3, 0.0], [0.3, -0.2]])
    last = np.array([[0.2, 0.5], [0.3, 0.1], [0.1, -0.2]])
    both = states_of(step, last, np.array([0, 1]), np.array([True, False]))
    np.testing.assert_array_equal(both, [[STILL, MOVE], [EVEN, STILL], [MOVE, MOVE]])


def test_states_as_scores_are_normal_and_can_be_read_again():
    rng = np.random.default_rng(0)
    chances = rng.dirichlet([2, 1, 3], size=(20_000, 2))
    state = (rng.random((20_000, 2, 1)) > chances.cumsum(2)[..., :2]).sum(2)
    limits = chances.cumsum(2)[..., :2]
    scores = as_scores(state, limits, rng)
    np.testing.assert_allclose([scores.mean(), scores.std()], [0, 1], atol=0.02)
    read = (ndtr(scores)[..., None] > limits).sum(2)
    assert np.mean(read == state) > 0.999  # but for those that are next to never


N_SERIES, LENGTH = 60, 120


def make(table: pd.DataFrame) -> pd.DataFrame:
    model = TimeSeriesSynthesizer(time="stamp", iterations=3, hidden=(8,), sieve=False, random_state=0)
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as context:
        context.setattr(series_generator, "JUDGED", 200)  # windows, to compare two ways to drive the same chain
        warnings.filterwarnings("ignore", "the network added nothing", TabganWarning)
        return model.fit(table).sample(N_SERIES, length=LENGTH)


def shared_or_simulated(name: str, simulated: pd.DataFrame):
    path = CASES / f"{name}.csv.gz"
    absent = pytest.mark.skipif(not path.exists(), reason="simulated files are not there")
    return [simulated, pytest.param(path, marks=absent)]


@pytest.mark.parametrize("table", shared_or_simulated("standing_still", standing_still()), ids=["own", "shared"])
def test_sensors_stand_still_as_often_and_as_long_and_move_by_changes_that_occur(table):
    table = table if isinstance(table, pd.DataFrame) else pd.read_csv(table)
    made = make(table)
    for name in table.columns[1:]:
        real, own = table[name].to_numpy(float), made[name].to_numpy(float).reshape(N_SERIES, LENGTH)
        changes = np.diff(own, axis=1)
        share = np.mean(np.diff(real) == 0)
        if share < 0.03:  # it has no states: it is still only by chance
            assert np.mean(changes == 0) < 0.1, name
        else:
            assert np.mean(changes == 0) == pytest.approx(share, abs=0.02), name
            runs = np.concatenate([still_runs(one) for one in own])
            assert runs.mean() == pytest.approx(still_runs(real).mean(), rel=0.15), name
        seen = set(np.diff(real).round(4))
        assert np.mean([change in seen for change in changes.ravel().round(4)]) > 0.98, name


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    return table.round(dict.fromkeys(table.select_dtypes("number"), 3))


@pytest.mark.parametrize("table", shared_or_simulated("tied_channels", rounded(tied_channels())), ids=["own", "shared"])
def test_ratios_are_constant_in_spells_and_sums_are_exact(table):
    table = table if isinstance(table, pd.DataFrame) else pd.read_csv(table)
    made = make(table)
    shares = []
    for rows, length in ((table, len(table)), (made, LENGTH)):
        a, b = (rows[name].to_numpy().reshape(-1, length) for name in ("zone_a", "zone_b"))
        change = np.abs(np.diff(np.log(b / a), axis=1))
        shares.append(np.mean(change < 0.001 / a[:, 1:] + 0.001 / b[:, 1:]))
    assert shares[0] > 0.95
    assert shares[1] == pytest.approx(shares[0], abs=0.02)
    if "total" in table:
        inside = made["total"].between(table["total"].min(), table["total"].max(), inclusive="neither")
        assert inside.mean() > 0.99
        total = (made["zone_a"] + made["zone_b"])[inside]  # at the ends of its range a total is kept there
        np.testing.assert_allclose(total, made["total"][inside], atol=1e-9)
