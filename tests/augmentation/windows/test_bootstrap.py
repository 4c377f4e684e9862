"""Blocks hold seen values in seen runs, and stationary ones have geometric lengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from tabgan.augmentation import BlockBootstrap
from tabgan.augmentation.windows.bootstrap import block_length, draw_steps


def runs(steps: np.ndarray) -> list[int]:
    """The lengths of the runs in which steps go on by one."""
    breaks = np.flatnonzero(np.diff(steps) != 1) + 1
    return np.diff(np.r_[0, breaks, len(steps)]).tolist()


@given(length=st.integers(2, 60), share=st.floats(0, 1), seed=st.integers(0, 10_000))
def test_moving_blocks_are_runs_of_the_window(length, share, seed):
    block = max(1, round(share * length))
    for steps in BlockBootstrap(block=block, random_state=seed).fit(np.arange(float(length))[None]).sample(4)[0]:
        assert set(steps) <= set(range(length))
        assert all(run >= block for run in runs(steps)[1:-1])  # the ones at the ends are cut, neighbours may go on


def test_channels_stay_together():
    window = np.stack([np.arange(50.0), -np.arange(50.0)], axis=1)[None]
    more, _ = BlockBootstrap(random_state=0).fit(window).sample(5)
    np.testing.assert_array_equal(more[..., 0], -more[..., 1])


def test_stationary_blocks_have_geometric_lengths_and_every_step_is_as_likely():
    length, block = 40, 5
    steps = draw_steps(20_000, length, block, "stationary", np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(steps.ravel(), minlength=length) / steps.size, 1 / length, rtol=0.05)
    on = (np.diff(steps, axis=1) % length) == 1
    # A step goes on unless a new block begins, which it does with 1 / block, and goes on by chance once in `length`.
    assert on.mean() == pytest.approx(1 - (1 - 1 / length) / block, abs=0.002)
    pairs = on[:, 1:] & on[:, :-1]
    assert pairs.mean() == pytest.approx(on.mean() ** 2, abs=0.003)  # it has no memory


def test_moving_blocks_seldom_begin_with_the_window():
    steps = draw_steps(4000, 30, 10, "moving", np.random.default_rng(0))
    breaks = (np.diff(steps, axis=1) != 1).mean(0)
    assert breaks.min() > 0.05  # everywhere, not only at each tenth step
    assert breaks.max() < 0.15


def test_the_variance_of_a_mean_is_that_of_the_process():
    """What the bootstrap was made for: the mean of an AR(1) varies more than that of as many independent values."""
    series = signal.lfilter([1], [1, -0.5], np.random.default_rng(0).normal(size=10_000))
    truth = 1 / 0.5**2 / len(series)  # sigma^2 / (1 - a)^2 / n
    for kind in ("moving", "stationary"):
        more, _ = BlockBootstrap(block=50, kind=kind, random_state=0).fit(series[None]).sample(250)
        assert more.mean(1).var() == pytest.approx(truth, rel=0.3)


def test_auto_is_the_cube_root_rounded_up():
    assert [block_length("auto", n) for n in (2, 8, 27, 28, 1000, 1001)] == [2, 2, 3, 4, 10, 11]
