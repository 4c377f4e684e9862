"""The distance against scipy's, and which generator is kept."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import wasserstein_distance

from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import FlatParameters, build_generator, build_mlp
from tabgan.gan.output import RowOutput
from tabgan.preprocessing.layout import Layout

ROWS = torch.randn(100, 3, generator=torch.Generator().manual_seed(1)).tanh()


@pytest.mark.parametrize("n_samples", [7, 100, 1999, 2500])
def test_the_sliced_distance_is_the_mean_of_scipys(n_samples):
    rng = torch.Generator().manual_seed(0)
    rows = torch.randn(n_samples, 3, generator=rng)
    sliced = SlicedWasserstein(rows, 2, rng)
    generator = build_mlp([2, 8, 3], rng)
    with torch.no_grad():
        fake = generator(sliced.latent).numpy()
    assert 1000 < len(fake) <= 2000
    directions = sliced.directions.numpy()
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, rtol=1e-6)
    if n_samples <= 2000:
        expected = np.mean([wasserstein_distance(rows.numpy() @ d, fake @ d) for d in directions])
        assert sliced.measure(generator) == pytest.approx(expected, rel=1e-4)
    else:
        assert sliced.real.shape == (len(directions), 2000)


def test_it_is_of_64_directions_and_as_many_bootstraps(monkeypatch):
    seen, project = [], SlicedWasserstein.project
    monkeypatch.setattr(SlicedWasserstein, "project", lambda self, rows: (seen.append(1), project(self, rows))[1])
    assert SlicedWasserstein(ROWS, 2, torch.Generator().manual_seed(0)).directions.shape == (64, 3)
    assert len(seen) == 1 + 64


def test_rows_are_compared_as_the_critic_sees_them():
    def rng():
        return torch.Generator().manual_seed(0)

    output = RowOutput(Layout(3), (1, 2))
    generator = build_generator([2, 4], rng(), output)
    shown, ahead = SlicedWasserstein(ROWS, 2, rng(), show=output.show), SlicedWasserstein(output.show(ROWS), 2, rng())
    assert shown.measure(generator) == pytest.approx(ahead.measure(generator))


@pytest.mark.parametrize("n_samples", [100, 1500])
def test_the_floor_is_the_distance_of_a_perfect_generator(n_samples):
    """What bootstrapping says of one sample, against generators and samples that are drawn anew."""
    rng = torch.Generator().manual_seed(0)
    sliced = SlicedWasserstein(torch.randn(n_samples, 3, generator=rng), 2, rng)
    measured = []
    for _ in range(100):
        again = SlicedWasserstein(torch.randn(n_samples, 3, generator=rng), 2, rng)
        measured.append(again.measure(lambda latent: torch.randn(len(latent), 3, generator=rng)))
    assert sliced.floor == pytest.approx(np.mean(measured), rel=0.2)
    assert sliced.noise == pytest.approx(np.std(measured), rel=0.5)


@pytest.fixture
def monitor() -> Monitor:
    rng = torch.Generator().manual_seed(0)
    generator = build_generator([2, 4], rng, RowOutput(Layout(3)))
    return Monitor(SlicedWasserstein(ROWS, 2, rng), generator, FlatParameters(generator).flat)


def test_a_check_changes_nothing(monitor):
    before = monitor.parameters.clone()
    assert monitor.check(1, before + 1)
    assert torch.equal(monitor.parameters, before)
    assert torch.equal(monitor.best, before + 1)


def test_it_measures_the_candidate(monitor):
    candidate = monitor.parameters + 0.5
    monitor.check(50, candidate)
    monitor.parameters.copy_(candidate)
    assert monitor.checks == [(50, monitor.distance.measure(monitor.generator))]


def test_the_latest_of_the_best_is_kept(monitor):
    monitor.distance.noise = 0.1
    for iteration, (distance, best, since_best) in enumerate(
        [(1.0, 0, 0), (0.5, 1, 0), (0.59, 2, 1), (0.61, 2, 2), (0.55, 4, 3), (0.45, 5, 0), (0.5, 6, 1), (9.0, 6, 2)]
    ):
        monitor.distance.measure = lambda generator, distance=distance: distance
        assert monitor.check(iteration, torch.full_like(monitor.parameters, iteration))
        assert monitor.best_iteration == best
        assert (monitor.best == best).all()
        assert monitor.since_best == since_best


def test_rows_that_are_not_finite_are_not_kept(monitor):
    assert not monitor.check(50, torch.full_like(monitor.parameters, float("nan")))
    assert torch.isfinite(monitor.best).all()
    assert monitor.checks == []
    assert monitor.since_best == 0
