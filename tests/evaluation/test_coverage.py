"""Neighbourhoods worked by hand, and levels whose integrals are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

from tabgan.evaluation.families.coverage import SPECS, _Balls, _evenness, measure
from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import NotComputableError
from tabgan.evaluation.tables import Tables

rng = np.random.default_rng(0)
REAL = rng.normal(size=(500, 2))
LIKE = rng.normal(size=(500, 2))


def compare(reference, rows, features=None, who="synthetic"):
    features = features or tuple(Feature(place) for place in range(reference.shape[1]))
    found = measure(Tables(features, reference, reference, {who: rows}, None, True), who, seed=0)
    assert list(found) == list(SPECS)
    return found


def values(*tables, **more):
    return {name: found.value for name, found in compare(*tables, **more).items()}


def test_points_of_a_line_by_hand():
    """Radii of 0, ..., 5 are 5, 4, 3, 3, 4, 5; -2 lies in two balls, 5.5 in three, 8 in two, 9 in one; 2 has none."""
    real, synthetic = np.arange(6.0)[:, None], np.array([9, -2, 20, 5.5, 30, 8])[:, None]
    every = np.full(6, True)
    found = dict(zip(SPECS, _Balls(real, synthetic).scores(every), strict=True))
    assert found["coverage"] == pytest.approx(5 / 6)
    assert found["density"] == pytest.approx((2 + 3 + 2 + 1) / 6 / 5)
    assert found["precision"] == pytest.approx(4 / 6)
    assert found["recall"] == 1
    turned = dict(zip(SPECS, _Balls(synthetic, real).scores(every), strict=True))
    assert (turned["precision"], turned["recall"]) == (1, pytest.approx(4 / 6))


def test_copies_cover_everything_even_rows_of_levels_alone():
    levels = (Feature("x", tuple("abc"), 3), Feature("y", tuple("de"), 2))
    codes = np.column_stack([rng.integers(3, size=300), rng.integers(2, size=300)]).astype(float)
    for found in (values(REAL, REAL[::-1]), values(codes, codes[::-1], features=levels)):
        assert found["coverage"] == found["precision"] == found["recall"] == 1
        assert found["density"] >= 1
    assert values(REAL, REAL)["alpha_precision"] == pytest.approx(1)
    assert values(REAL, REAL)["beta_recall"] == pytest.approx(1)


def test_real_rows_are_covered_as_theory_has_it():
    """Coverage of rows of the same distribution is about 1 - 1 / 2^k (Naeem et al. 2020), density 1."""
    found = compare(REAL, LIKE)
    assert abs(found["coverage"].value - (1 - 2**-5)) < 2 * found["coverage"].spread
    assert abs(found["density"].value - 1) < 2 * found["density"].spread
    assert found["alpha_precision"].value > 0.9
    assert found["beta_recall"].value > 0.85


@pytest.mark.parametrize(("point", "precision"), [(0.0, 1.0), (9.0, 0.0)])
def test_a_single_point_covers_next_to_nothing(point, precision):
    found = values(REAL, np.full_like(REAL, point))
    assert found["precision"] == precision
    assert found["coverage"] < 0.05
    assert found["recall"] == 0
    assert found["beta_recall"] < 0.05
    assert found["alpha_precision"] < 0.05


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_alpha_precision_of_normal_rows(scale):
    """In the ball that holds a share a of N(0, 1) lie 2 Phi(q / s) - 1 of N(0, s), where 2 Phi(q) - 1 = a."""
    draw = np.random.default_rng(1)
    found = compare(draw.normal(size=(2000, 1)), scale * draw.normal(size=(2000, 1)))["alpha_precision"]
    area, _ = quad(lambda a: abs(a - (2 * ndtr(ndtri((1 + a) / 2) / scale) - 1)), 0, 1)
    assert found.value == pytest.approx(1 - 2 * area, abs=0.03)


def test_half_of_the_support_gets_half_of_the_scores():
    """Real rows are even in (-1, 1), others in (-1/2, 1/2): P(alpha) = min(2 alpha, 1) and P(beta) = beta / 2."""
    draw = np.random.default_rng(2)
    found = values(draw.uniform(-1, 1, (2000, 1)), draw.uniform(-0.5, 0.5, (2000, 1)))
    assert found["alpha_precision"] == pytest.approx(0.5, abs=0.04)
    assert found["beta_recall"] == pytest.approx(0.5, abs=0.04)
    assert found["precision"] == 1
    assert [found["coverage"], found["recall"]] == pytest.approx([0.5, 0.5], abs=0.04)


def test_evenness_is_one_minus_twice_the_area():
    levels = rng.random(50) ** 2
    area, _ = quad(lambda a: abs(a - np.mean(levels <= a)), 0, 1, limit=500, points=np.sort(levels))
    assert _evenness(levels) == pytest.approx(1 - 2 * area, abs=1 / 50)
    assert (_evenness(np.zeros(9)), _evenness(np.ones(9))) == (0, 0)


def test_the_spread_is_about_what_other_rows_would_change():
    draws = [np.random.default_rng(seed).normal(size=(2, 150, 2)) for seed in range(80)]
    found = [compare(real, 0.5 + rows) for real, rows in draws]
    for name in SPECS:
        spread = np.mean([measured[name].spread for measured in found])
        assert 0.7 < spread / np.std([measured[name].value for measured in found], ddof=1) < 2.2
    assert np.isnan(compare(*draws[0], who="smote")["coverage"].spread)


def test_the_same_rows_give_the_same_scores_and_at_most_3000_are_drawn():
    many = np.random.default_rng(3).normal(size=(2, 3500, 2))
    first, second = compare(*many), compare(*many)
    assert first == second
    assert first["coverage"].value * 3000 == pytest.approx(round(first["coverage"].value * 3000), abs=1e-9)


def test_few_rows_are_refused_in_words():
    with pytest.raises(NotComputableError, match=r"at least 20 real and 20 synthetic rows are needed.*one side has 19"):
        compare(REAL[:19], LIKE)
