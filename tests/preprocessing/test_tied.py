"""Columns are tied by a design, not by chance, by being alike, or by rare labels."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan.preprocessing import tied
from tabgan.preprocessing.tied import find_tied


def find(X: np.ndarray, categorical=(), apart=(), seed: int = 0) -> list[tuple[int, ...]]:
    return find_tied(np.asarray(X, dtype=float), categorical, apart, np.random.default_rng(seed))


def draw_design(n: int, seed: int = 0) -> np.ndarray:
    """Sixty settings of three knobs, a fourth column that follows from them, and a measurement."""
    rng = np.random.default_rng(seed)
    settings = np.column_stack([rng.integers(0, m, 60) for m in (9, 6, 4)]).astype(float)
    chosen = settings[rng.integers(0, len(settings), n)]
    return np.column_stack([chosen, np.exp(chosen @ [0.1, 0.2, 0.3]).round(3), rng.normal(size=n)])


def zipf(n: int, levels: int, rng: np.random.Generator) -> np.ndarray:
    shares = 1 / np.arange(1, levels + 1)
    return rng.choice(levels, n, p=shares / shares.sum())


@pytest.mark.parametrize("n", [400, 3000, 50_000])
def test_the_columns_of_a_design_are_tied_and_a_measurement_is_not(n):
    assert find(draw_design(n)) == [(0, 1, 2, 3)]


@pytest.mark.parametrize("categorical", [(), (1,), (0, 1)])
def test_a_code_and_its_name_are_tied(categorical):
    rng = np.random.default_rng(0)
    code = zipf(500, 12, rng)
    assert find(np.column_stack([code, rng.permutation(12)[code], rng.integers(0, 3, 500)]), categorical) == [(0, 1)]


def test_gaps_that_come_together_are_tied():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 4, (1000, 2)).astype(float)
    X[rng.random(1000) < 0.2] = np.nan
    assert find(X) == [(0, 1)]


def test_of_a_date_month_and_day_are_tied():
    days = np.arange("2010-01-01", "2015-01-01", dtype="datetime64[D]").repeat(5)
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(int)
    assert find(np.column_stack([year, months.astype(int) % 12, (days - months).astype(int)])) == [(1, 2)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n", [60, 1000, 30_000])
def test_labels_whose_combinations_are_merely_rare_are_not_tied(n, seed):
    rng = np.random.default_rng(seed)
    X = np.column_stack([zipf(n, levels, rng) for levels in (40, 15, 8, 5, 2)])
    assert find(X, range(5)) == []
    alike = np.where(rng.random(n) < 0.6, X[:, 2], zipf(n, 8, rng))
    assert find(np.column_stack([X, alike]), range(6)) == []


@pytest.mark.parametrize("decimals", [0, 1, 6])
@pytest.mark.parametrize("n", [60, 1000, 30_000])
def test_numbers_that_go_together_are_not_tied_however_they_are_rounded(n, decimals):
    """Of whole ones all combinations near those that occur are known, so that nothing is gained."""
    rng = np.random.default_rng(0)
    X = rng.multivariate_normal(np.zeros(3), 9 * (0.1 * np.eye(3) + 0.9), n)
    assert find(X.round(decimals)) == []


def test_a_column_left_apart_is_in_no_group():
    assert find(draw_design(1000), apart=[1]) == [(0, 2, 3)]
    assert find(draw_design(1000), apart=[0, 1, 2, 3]) == []


def test_constants_and_columns_of_distinct_values_are_in_no_group():
    n = 300
    assert find(np.column_stack([np.zeros(n), np.arange(n), 2 * np.arange(n)])) == []
    assert find(np.zeros((0, 2))) == find(np.zeros((1, 2))) == []


def test_as_many_fresh_rows_have_new_combinations_as_learned_ones_have_one_of_their_own():
    """What the rule rests on: Turing's estimate, beside a count of fresh rows; the mean of 400 tables."""
    rng = np.random.default_rng(0)
    estimates, counts = [], []
    for _ in range(400):
        learned, fresh = rng.choice(300, (2, 1000), p=rng.dirichlet(np.full(300, 0.3)))
        coded = tied.Coded((0,), np.unique(learned, return_inverse=True)[1], False)
        estimates.append(coded.new)
        counts.append((~np.isin(fresh, learned)).sum())
    assert np.mean(estimates) == pytest.approx(np.mean(counts), abs=1.5)
    assert np.mean(counts) > 20


def test_a_tie_counts_what_would_be_new_without_it():
    """Ten numbers, and whether they are odd, or large: exact counts."""
    number = np.arange(10).repeat(60)
    first = tied.Coded((0,), number, ordered=True)
    odd = tied._tie(first, tied.Coded((1,), number % 2, ordered=False))
    large = tied._tie(first, tied.Coded((1,), number // 5, ordered=True))
    assert odd is not None
    assert large is not None
    assert odd.untied == pytest.approx(300)  # half of all numbers go with a label; all labels are wrong beside a number
    assert large.untied == pytest.approx(60)  # beside 4 and 5 one of two neighbours is wrong
    assert odd.joined.columns == (0, 1)
    assert odd.joined.new == 0
