"""Ratios of likelihoods, without densities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from tabgan.evaluation.likelihood import best_share, log_ratio


def test_the_ratio_is_that_of_the_densities():
    rng = np.random.default_rng(0)
    first, second, rows = rng.normal(0, 1, (20_000, 1)), rng.normal(1, 1, (20_000, 1)), rng.normal(0.5, 1, (4000, 1))
    true = norm.logpdf(rows, 1) - norm.logpdf(rows)
    assert log_ratio(first, second, rows).mean() == pytest.approx(true.mean(), abs=0.05)
    assert np.corrcoef(log_ratio(first, second, rows), true[:, 0])[0, 1] > 0.97
    assert log_ratio(second, first, rows).mean() == pytest.approx(-true.mean(), abs=0.05)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_the_share_of_a_mixture_is_found(share):
    """Of rows of a known mixture, with the ratios of its known densities."""
    rng = np.random.default_rng(0)
    rows = np.where(rng.random(5000) < share, rng.normal(3, 1, 5000), rng.normal(0, 1, 5000))
    assert best_share(norm.logpdf(rows, 3) - norm.logpdf(rows)) == pytest.approx(share, abs=0.03)


def test_no_row_says_nothing():
    assert best_share(np.zeros(0)) == pytest.approx(0.5)
