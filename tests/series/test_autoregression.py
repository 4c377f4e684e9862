"""A long autoregression: coefficients of a known process, the way back from innovations, the order that it chooses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter, lfiltic, welch

from tabgan.errors import InputError
from tabgan.series.autoregression import STRIDE, Autoregression

TRUE = (1.6, -0.9)  # a resonance at 0.09 cycles a step


def resonance(n_steps: int, seed: int = 0) -> np.ndarray:
    return lfilter([1.0], [1.0, -TRUE[0], -TRUE[1]], np.random.default_rng(seed).standard_normal(n_steps))[:, None]


def test_the_coefficients_of_a_process_of_order_two_are_found():
    model = Autoregression.learn([resonance(200_000) + 7.0], 2)
    np.testing.assert_allclose(model.filters[0], [1.0, -TRUE[0], -TRUE[1]], atol=0.005)
    np.testing.assert_allclose(model.mean, 7.0, atol=0.1)
    assert model.residuals(resonance(50_000, seed=1) + 7.0).std() == pytest.approx(1.0, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(1, 300), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_innovations_give_the_series_back(order: int, n_steps: int, n_channels: int, seed: int):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((200 + order + n_steps, n_channels)).cumsum(0) + 100 * rng.standard_normal(n_channels)
    model = Autoregression.learn([x], order)
    part = x[: order + n_steps]
    back = model.run(part[None, :order], model.residuals(part)[None])
    np.testing.assert_allclose(back[0], part[order:], atol=1e-9 * np.abs(x).max())


def test_a_run_is_what_a_recursive_filter_makes_across_its_strides():
    x = resonance(9000)
    model = Autoregression.learn([x], 300)
    past, e = x[:400], np.random.default_rng(1).standard_normal((3 * STRIDE + 100, 1))
    state = lfiltic([1.0], model.filters[0], (past[::-1, 0] - model.mean[0])[:300])
    wanted = lfilter([1.0], model.filters[0], e[:, 0], zi=state)[0] + model.mean[0]
    run = model.run(past[None], e[None])
    np.testing.assert_allclose(run[0, :, 0], wanted, atol=1e-9)
    np.testing.assert_array_equal(model.run(past[None], e[None, :STRIDE]), run[:, :STRIDE])


def test_channels_and_segments_keep_apart():
    a, b = resonance(3000), np.random.default_rng(3).standard_normal((3000, 1))
    both = Autoregression.learn([np.hstack([a, b])], 20)
    np.testing.assert_allclose(both.filters[0], Autoregression.learn([a], 20).filters[0], atol=1e-10)
    # Of two halves of white noise no lag reaches from one into the other: 1, 0, ... but for chance.
    halves = Autoregression.learn([b[:1500] + 0.0, b[1500:]], 20)
    assert np.abs(halves.filters[0, 1:]).max() < 0.1


def test_generated_series_have_the_theoretical_spectrum():
    x = resonance(20_000)
    model = Autoregression.learn([x], 10)
    e = np.random.default_rng(5).standard_normal((40, 4096, 1))
    made = model.run(np.repeat(x[None, :10], 40, 0), e)[:, 512:, 0]
    frequencies, power = welch(made, nperseg=512, window="hann", axis=1)
    theory = model.spectrum(frequencies, np.ones(1))[:, 0]
    decibels = 10 * np.log10(power.mean(0)[2:-2] / 2 / theory[2:-2])  # welch's spectrum has one side
    assert np.sqrt(np.mean(decibels**2)) < 0.3


def test_the_order_is_as_long_as_it_foretells():
    rng = np.random.default_rng(7)
    short = Autoregression.learn([resonance(12_000)])
    assert short.order == 50
    assert set(short.errors) == {50, 100, 200, 400, 800, 1600}
    echo = lfilter([1.0], np.r_[1.0, np.zeros(339), -0.95], rng.standard_normal(12_000))[:, None]
    long = Autoregression.learn([echo])
    assert long.order == 400
    assert long.errors[400] < 0.25 < 0.9 < long.errors[200]
    assert "400 lags" in long.describe()
    assert "200: " in long.describe()


@pytest.mark.parametrize("segments", [[np.zeros((30, 1)), np.ones((20, 1))], [np.full((400, 2), 3.0)]])
def test_channels_that_stand_still_go_on_standing_still(segments):
    model = Autoregression.learn([x + 0.0 for x in segments[:1]])
    past = segments[0][None, : model.order]
    np.testing.assert_allclose(model.run(past, np.zeros((1, 5, past.shape[2]))), past[:, :5], atol=1e-12)


@pytest.mark.parametrize("order", [0, 100])
def test_an_order_that_does_not_fit_is_refused(order: int):
    with pytest.raises(InputError, match=f"order {order} needs .* longest segment has 100"):
        Autoregression.learn([np.zeros((100, 1)), np.zeros((50, 1))], order)


def test_a_state_makes_the_same_again():
    model = Autoregression.learn([resonance(3000)])
    again = Autoregression.from_state(model.get_state())
    assert again.errors == model.errors
    np.testing.assert_array_equal(again.filters, model.filters)
    np.testing.assert_array_equal(again.mean, model.mean)
