"""Detectors learn, draw nothing from global generators, and see no window twice."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tabgan.evaluation.series import telling
from tabgan.evaluation.series.making import make_compared
from tabgan.evaluation.series.telling import Split, ask_trees, split_windows, tell_by_network


def test_the_network_tells_what_only_order_shows(monkeypatch):
    monkeypatch.setattr(telling, "STEPS", 80)
    rng = np.random.default_rng(0)
    real = rng.normal(size=(600, 16, 2)).cumsum(axis=1)
    other = real[rng.permutation(600)][:, ::-1].copy()  # begins anywhere and ends at 0
    split = Split(real[:300], other[:300], real[300:], other[300:], np.arange(300))
    state = torch.random.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    auc, error = tell_by_network(split, 0)
    assert auc > 0.9
    assert 0 < error < 0.05
    assert tell_by_network(split, 0) == (auc, error)
    assert torch.equal(state[0], torch.random.get_rng_state())
    assert np.array_equal(state[1], np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("who", ["synthetic", "real"])
def test_no_step_is_both_learned_and_judged(who, monkeypatch):
    monkeypatch.setattr(telling, "TREES", 5)
    steps = np.arange(4000.0)[:, None] + [0, 0.5]
    series = make_compared(steps, steps[:2000] + 10_000)
    split = split_windows(series, who, 0)
    told = ask_trees(series, 0, who)
    assert len(told.of_other) == len(split.other_judged)
    for learned, judged in ((split.real, split.real_judged), (split.other, split.other_judged)):
        assert min(len(learned), len(judged)) > 200
        assert not set(learned[:, :, 0].ravel()) & set(judged[:, :, 0].ravel())
    place = split.places[0]
    assert np.array_equal(series.scaled(who)[place], split.other_judged[0])
