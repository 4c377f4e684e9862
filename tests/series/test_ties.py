"""Channels that are multiples of one another: which are found, and the way there and back."""

from __future__ import annotations

import warnings

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabgan.series.chain import Chain, Stretch
from tabgan.series.readings import find_sums
from tabgan.series.ties import Tie, Ties
from tests.series.simulated import tied_channels

RNG = np.random.default_rng(0)
LEVEL = 500 + np.cumsum(RNG.normal(size=(2000, 3)), 0)


def test_a_ratio_that_is_constant_in_spells_is_found():
    values = tied_channels().to_numpy()[:, 1:].astype(float)
    assert Ties.learn([values]).followers == [1]
    assert Ties.learn([values[:900], values[950:]]).followers == [1]
    assert Ties.learn([values[:, ::-1]]).followers == [1]


def test_a_difference_where_a_channel_is_not_positive():
    base = LEVEL[:, :1] - 500
    offset = np.repeat(RNG.normal(size=(50, 1)), 40, 0)
    assert Ties.learn([np.c_[base, base + offset]]).pairs[0][:3] == (1, 0, False)


def test_channels_of_their_own_have_none():
    assert Ties.learn([LEVEL]).pairs == ()
    assert Ties.learn([LEVEL[:, :1]]).pairs == ()


def test_a_follower_leads_no_one():
    wave = LEVEL[:, 0] + 0.001 * RNG.normal(size=2000)
    values = np.c_[LEVEL[:, 0], 2 * wave, 3 * wave, LEVEL[:, 1]]
    ties = Ties.learn([values])
    assert ties.followers == [1, 2]
    assert [tie.leader for tie in ties.pairs] == [0, 0]


def test_what_rounding_does_to_a_ratio_is_no_change():
    values = tied_channels().to_numpy()[:, 1:].astype(float).round(3)
    ties = Ties.learn([values])
    assert ties.followers == [1]
    ratio = ties.untie(values)[:, 1]
    assert (np.diff(ratio) == 0).mean() > 0.98
    np.testing.assert_allclose(ties.tie(ties.untie(values)), values, atol=0.003)
    coarse = np.round(LEVEL[:, :2] / 2)  # here rounding would hide whether they are tied
    assert Ties.learn([coarse]).pairs == ()


@given(st.lists(st.lists(st.floats(0.1, 1e4), min_size=4, max_size=4), min_size=1, max_size=20))
def test_the_way_there_and_back(rows):
    values = np.array(rows)
    ties = Ties((Tie(1, 0, True), Tie(3, 2, False)))
    for again in (ties, Ties.from_state(ties.get_state())):
        made = again.untie(values)
        np.testing.assert_allclose(made[:, 1], np.log(values[:, 1] / values[:, 0]))
        np.testing.assert_allclose(made[:, 3], values[:, 3] - values[:, 2])
        np.testing.assert_allclose(again.tie(made), values, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(again.tie(made[None]), values[None], rtol=1e-9, atol=1e-9)


def test_a_tie_that_never_changes_can_be_learned():
    first = (50 + LEVEL[:, 0] % 7).round(1)
    chain = Chain(5, (), 3.0, np.zeros(2, bool))
    values = np.c_[first, 2 * first]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        steps = chain.learn([Stretch(values, 0, np.zeros((2000, 0)))], 0)
    assert chain.channels.ties.followers == [1]
    assert np.isfinite(steps.scores).all()


def test_sums_are_as_exact_as_their_parts():
    a, b = RNG.normal(size=(2, 500))
    near = 0.7 * a + 0.8 * b
    assert find_sums(np.c_[a, b, near, 1e13 * RNG.random(500)], range(4)) == ()
    assert find_sums(np.c_[a, b, a + b, 1e13 * RNG.random(500)], range(4))[0][0] == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find_sums(np.c_[1e-12 * a, b, 1e12 * (a + 3 * b)], range(3)) == ()
