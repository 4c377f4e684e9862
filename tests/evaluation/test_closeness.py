"""Memorisation against distances computed one by one, and against generators that copy and that do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tabgan.evaluation import closeness
from tabgan.evaluation.closeness import Memorisation
from tabgan.evaluation.features import Feature

FEATURES = [Feature("a"), Feature("b"), Feature("c"), Feature("kind", ("x", "y", "z"), 3)]


def draw(rng: np.random.Generator, n_rows: int) -> np.ndarray:
    """Rows of numbers that depend on each other, in units that differ, and a label."""
    a = rng.normal(size=n_rows)
    numbers = np.tanh(0.4 * np.column_stack([a, a + rng.normal(size=n_rows), rng.normal(size=n_rows)]))
    return np.column_stack([numbers * [1, 50, 0.001], rng.integers(3, size=n_rows)])


def measure_memorisation(learned, held, generated, rng, features=FEATURES):
    """Of rows that are written as they are compared."""
    return closeness.measure_memorisation(rows := (learned, held, generated), features, rows, rng)


def closest(rows: np.ndarray, others: np.ndarray, real: np.ndarray) -> np.ndarray:
    """In standard deviations of the real rows; another label is 1 away."""
    scale = real[:, :3].std(axis=0, ddof=1)
    squares = (((rows[:, None, :3] - others[None, :, :3]) / scale) ** 2).sum(axis=-1)
    return np.sqrt(squares + (rows[:, None, 3] != others[None, :, 3])).min(axis=1)


def test_with_rows_held_aside_it_is_the_ratio_of_medians_by_brute_force():
    rng = np.random.default_rng(0)
    learned, held, generated = draw(rng, 220), draw(rng, 201), draw(rng, 60)
    found = measure_memorisation(learned, held, generated, rng)
    real = np.vstack([learned, held])
    near, natural = closest(learned, generated, real), closest(held, generated, real)
    assert found.held_aside
    assert found.ratio == pytest.approx(np.median(near) / np.median(natural))
    assert found.closest_ratio == pytest.approx(np.quantile(near, 0.05) / np.quantile(natural, 0.05))
    assert found.copies == found.natural_copies == 0


def test_without_rows_held_aside_learned_rows_are_compared_among_themselves_by_brute_force():
    rng = np.random.default_rng(1)
    learned, generated = draw(rng, 50), draw(rng, 70)
    found = measure_memorisation(learned, learned[:0], generated, rng)
    natural = [closest(learned[[i]], np.delete(learned, i, axis=0), learned)[0] for i in range(len(learned))]
    assert not found.held_aside
    assert found.ratio == pytest.approx(np.median(closest(generated, learned, learned)) / np.median(natural))
    assert found.closest_ratio is None
    assert "as can be told without rows held aside" in found.describe()


@pytest.mark.parametrize("n_held", [0, 60])
def test_copies_have_a_ratio_of_zero_and_are_warned_of(n_held):
    rng = np.random.default_rng(2)
    learned = draw(rng, 500)
    found = measure_memorisation(learned, draw(rng, n_held), learned[rng.integers(500, size=500)], rng)
    assert found.ratio == 0
    assert found.copies == 1
    assert found.too_close
    assert "partly memorised; fewer iterations, or more rows" in found.describe()


@pytest.mark.parametrize("n_held", [0, 60])
def test_new_rows_are_fine_and_their_ratio_is_one_within_the_noise_that_is_stated(n_held):
    found = []
    for seed in range(40):
        rng = np.random.default_rng([3, seed])
        found.append(measure_memorisation(draw(rng, 300), draw(rng, n_held), draw(rng, 300), rng))
    ratios = np.array([one.ratio for one in found])
    assert abs(ratios.mean() - 1) < 4 * ratios.std() / np.sqrt(len(ratios))
    assert 0.6 < np.mean([one.noise for one in found]) / ratios.std() < 1.6
    assert np.mean([one.too_close for one in found]) <= 0.05


def test_a_generator_that_is_bad_but_has_not_memorised_is_fine_where_rows_were_held_aside():
    found = []
    for seed in range(60):
        rng = np.random.default_rng([4, seed])
        narrow = draw(rng, 500) * [0.3, 0.3, 0.3, 1]
        found.append(measure_memorisation(draw(rng, 500), draw(rng, 100), narrow, rng))
    assert np.mean([one.ratio for one in found]) == pytest.approx(1, abs=0.03)
    assert np.mean([one.too_close for one in found]) <= 0.02


@pytest.mark.parametrize("n_held", [0, 100])
def test_copies_that_tremble_are_warned_of(n_held):
    rng = np.random.default_rng(5)
    learned = draw(rng, 900)
    trembling = learned.copy()
    trembling[:, :3] += 0.03 * learned[:, :3].std(axis=0) * rng.normal(size=(900, 3))
    found = measure_memorisation(learned, draw(rng, n_held), trembling, rng)
    assert found.too_close
    assert found.ratio < 0.6
    assert found.copies == 0


def test_a_fifth_of_the_rows_being_copies_is_seen_in_the_closest_ones():
    rng = np.random.default_rng(6)
    learned, generated = draw(rng, 2000), draw(rng, 2000)
    generated[:400] = learned[rng.integers(2000, size=400)]
    found = measure_memorisation(learned, draw(rng, 200), generated, rng)
    assert found.copies == pytest.approx(0.2)
    assert found.closest_ratio == 0
    assert found.too_close


@pytest.mark.parametrize("n_held", [0, 200])
def test_rows_that_repeat_by_nature_are_no_copies_to_warn_of(n_held):
    rng = np.random.default_rng(7)

    def levels(n_rows):
        return rng.integers(6, size=(n_rows, 1)).astype(float)

    label = [Feature("kind", tuple("abcdef"), 6)]
    found = measure_memorisation(levels(300), levels(n_held), levels(300), rng, label)
    assert found.ratio == 1
    assert found.copies == found.natural_copies == 1
    assert not found.too_close


def test_many_rows_are_bounded_and_the_same_generator_gives_the_same_finding(monkeypatch):
    monkeypatch.setattr("tabgan.evaluation.closeness.MOST_ROWS", 400)
    monkeypatch.setattr("tabgan.evaluation.closeness.MOST_QUERIES", 150)
    rng = np.random.default_rng(8)
    learned, held, generated = draw(rng, 1000), draw(rng, 500), draw(rng, 1000)
    findings = [measure_memorisation(learned, held, generated, np.random.default_rng(seed)) for seed in (0, 0, 1)]
    assert findings[0] == findings[1] != findings[2]
    assert findings[2].ratio == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize(
    ("ratio", "noise", "closest_ratio", "closest_noise", "too_close"),
    [
        (0.85, 0.04, None, None, True),
        (0.85, 0.06, None, None, False),  # within the noise
        (0.95, 0.01, None, None, False),  # beyond the noise, but not close
        (1.0, 0.02, 0.5, 0.1, True),
        (1.0, 0.02, 0.5, 0.2, False),
    ],
)
def test_it_warns_only_of_what_is_both_close_and_beyond_the_noise(
    ratio, noise, closest_ratio, closest_noise, too_close
):
    found = Memorisation(True, ratio, noise, closest_ratio, closest_noise, 0.0, 0.0)
    assert found.too_close == too_close
    assert ("partly memorised" in found.describe()) == too_close
    assert replace(found, ratio=1.2, closest_ratio=None).describe().startswith("fine")


def test_what_may_be_chance_is_not_called_fine():
    found = Memorisation(True, 0.79, 0.07, None, None, 0.0, 0.0)  # the interval ends below 1, by two deviations only
    assert not found.too_close
    assert "seem to come closer to the learned ones than unseen rows do, which may be chance" in found.describe()
    assert replace(found, noise=0.2).describe().startswith("fine")


def test_the_interval_stands_beside_the_ratio():
    found = Memorisation(True, 0.9, 0.1, 0.05, 0.1, 0.25, 0.0)
    assert found.interval == pytest.approx((0.704, 1.096))
    assert "distance ratio 0.90, 95% interval 0.70 to 1.10; of the closest 5%: 0.05, 95% interval 0.00 to 0.25;" in (
        found.describe()
    )
    assert found.to_dict()["interval"] == list(found.interval)


@pytest.mark.parametrize("n_held", [0, 60])
def test_the_interval_holds_the_ratio_of_rows_that_are_not_learned_in_19_of_20_cases(n_held):
    within = 0
    for seed in range(60):
        rng = np.random.default_rng([9, seed])
        low, high = measure_memorisation(draw(rng, 300), draw(rng, n_held), draw(rng, 300), rng).interval
        within += low <= 1 <= high
    assert within >= 51


def test_wide_rows_are_bounded_in_memory_and_copies_are_still_found():
    rng = np.random.default_rng(10)
    many = [Feature("kind", tuple(map(str, range(9000))), 9000)]
    rows = rng.integers(9000, size=(5000, 1)).astype(float)
    found = measure_memorisation(rows, rng.integers(9000, size=(300, 1)).astype(float), rows, rng, many)
    assert found.copies == 1


@pytest.mark.parametrize(("ratio", "too_close"), [(0.3, True), (0.6, False), (0.1, True)])
def test_without_rows_held_aside_only_a_small_ratio_says_so(ratio, too_close):
    found = Memorisation(False, ratio, 0.05, 0.0, 0.0, 0.0, 0.0)
    assert found.too_close == too_close
    assert ("than these come to each other" in found.describe()) == too_close


@pytest.mark.parametrize(
    ("ratio", "noise", "said"), [(0.7, 0.2, "cannot tell"), (0.9, 0.05, "fine"), (0.1, 0.05, "rows come closer")]
)
def test_of_few_rows_without_any_held_aside_it_is_said_what_cannot_be_told(ratio, noise, said):
    found = Memorisation(False, ratio, noise, None, None, 0.0, 0.0)
    assert str(found.describe()).startswith(said)
    assert found.too_close == (said == "rows come closer")
