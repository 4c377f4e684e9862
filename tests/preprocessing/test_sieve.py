"""What a sieve lets through is distributed as the real rows are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from tabgan.preprocessing import sieve as sieve_module
from tabgan.preprocessing.sieve import Sieve

BLOCK = 8192
REAL_COVARIANCE = [[1, 0.6], [0.6, 1]]


def draw_real(n: int, seed: int) -> np.ndarray:
    """Two normal columns with a correlation of 0.6, and one of three values that goes with the first."""
    rng = np.random.default_rng([seed, 1])
    X = rng.multivariate_normal([0, 0], REAL_COVARIANCE, n)
    return np.column_stack([X, (X[:, 0] > -1).astype(int) + (X[:, 0] > 1)])


def draw_others(block: int) -> np.ndarray:
    """Shifted, wider, and less dependent."""
    rng = np.random.default_rng([block, 2])
    X = rng.multivariate_normal([0.5, 0], [[2.25, 0.3], [0.3, 1]], BLOCK)
    third = (X[:, 0] > -1).astype(int) + (X[:, 0] > 1)
    return np.column_stack([X, np.where(rng.random(BLOCK) < 0.2, rng.integers(0, 3, BLOCK), third)])


def draw_independent(block: int) -> np.ndarray:
    """The real marginals, the second column independent of the others."""
    rows = draw_real(BLOCK, 100 + block)
    rows[:, 1] = np.random.default_rng([block, 3]).permutation(rows[:, 1])
    return rows


def accepted(sieve: Sieve, draw, n_blocks: int = 8) -> np.ndarray:
    blocks = range(1000, 1000 + n_blocks)  # others than those that it was fitted on
    rows = [draw(block) for block in blocks]
    return np.concatenate([r[sieve.accept(r, np.random.default_rng(b))] for b, r in zip(blocks, rows, strict=True)])


def tell_apart(first: np.ndarray, second: np.ndarray) -> float:
    """The AUC of a detector on rows that it has not seen."""
    n = min(len(first), len(second)) // 2
    train, test = np.vstack([first[:n], second[:n]]), np.vstack([first[n : 2 * n], second[n : 2 * n]])
    kind = np.repeat([0, 1], n)
    detector = HistGradientBoostingClassifier(max_iter=40, random_state=0).fit(train, kind)
    return roc_auc_score(kind, detector.predict_proba(test)[:, 1])


@pytest.fixture(scope="module")
def real() -> np.ndarray:
    return draw_real(4000, 0)


@pytest.fixture(scope="module")
def sieve(real) -> Sieve:
    return Sieve().fit(real, draw_others, np.random.default_rng(0))


def test_accepted_rows_cannot_be_told_from_real_ones(sieve):
    fresh, kept = draw_real(20_000, 1), accepted(sieve, draw_others)
    assert tell_apart(fresh, draw_others(2000)) > 0.7
    assert tell_apart(fresh, kept) < 0.55
    for column in range(3):
        assert ks_2samp(fresh[:, column], kept[:, column]).statistic < 0.03
    assert np.corrcoef(kept.T)[0, 1] == pytest.approx(0.6, abs=0.05)
    assert 0.1 < sieve.acceptance_ < 0.8
    assert len(kept) / (8 * BLOCK) == pytest.approx(sieve.acceptance_, abs=0.01)


def test_dependence_that_no_marginal_shows_is_corrected(real):
    sieve = Sieve().fit(real, draw_independent, np.random.default_rng(0))
    fresh, kept = draw_real(20_000, 1), accepted(sieve, draw_independent)
    assert tell_apart(fresh, draw_independent(2000)) > 0.6
    assert tell_apart(fresh, kept) < 0.55
    assert np.corrcoef(kept.T)[0, 1] == pytest.approx(0.6, abs=0.07)


def test_all_bins_of_all_columns_are_as_frequent_as_in_the_real_rows(sieve, real):
    kept = accepted(sieve, draw_others)
    for edges, wanted, made in zip(sieve.edges_, real.T, kept.T, strict=True):
        p, q = (np.bincount(np.searchsorted(edges, x), minlength=len(edges) + 1) / len(x) for x in (wanted, made))
        assert (np.abs(p - q) < 5 * np.sqrt(p / len(kept)) + 0.1 * p).all()
    assert [len(edges) + 1 for edges in sieve.edges_] == [30, 30, 3]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(sieve_module, "TREES", 10)
    monkeypatch.setattr(sieve_module, "LEAST_GENERATED", 4000)
    monkeypatch.setattr(sieve_module, "POOL", BLOCK)


def flat(state: dict) -> list:
    return [x for v in state.values() for x in (flat(v) if isinstance(v, dict) else [np.asarray(v)])]


def test_the_same_seed_gives_the_same_sieve_whatever_the_number_of_threads(quick, real):
    states = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            states.append(flat(Sieve().fit(real[:1000], draw_others, np.random.default_rng(0)).get_state()))
    for one, other in zip(*states, strict=True):
        np.testing.assert_array_equal(one, other)
    another = flat(Sieve().fit(real[:1000], draw_others, np.random.default_rng(1)).get_state())
    assert any(not np.array_equal(one, other) for one, other in zip(states[0], another, strict=True))


def test_the_state_gives_the_same_sieve(sieve):
    again = Sieve.from_state(sieve.get_state())
    rows = draw_others(0)
    np.testing.assert_array_equal(
        again.accept(rows, np.random.default_rng(5)), sieve.accept(rows, np.random.default_rng(5))
    )
    assert again.acceptance_ == sieve.acceptance_


def test_gaps_are_learned_like_values():
    def draw(n, seed, gaps_where_positive, gaps_elsewhere):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(n, 2))
        X[rng.random(n) < np.where(X[:, 1] > 0, gaps_where_positive, gaps_elsewhere), 0] = np.nan
        return X

    real = draw(3000, [0, 1], 0.5, 0.1)
    others = lambda block: draw(BLOCK, [block, 2], 0.4, 0.4)  # noqa: E731
    kept = accepted(Sieve().fit(real, others, np.random.default_rng(0)), others, 3)
    gap, positive = np.isnan(kept[:, 0]), kept[:, 1] > 0
    assert gap[positive].mean() == pytest.approx(0.5, abs=0.05)
    assert gap[~positive].mean() == pytest.approx(0.1, abs=0.05)


def test_what_no_real_row_is_like_is_refused(sieve):
    far = np.column_stack([np.full(1000, 4.5), np.full(1000, -3.0), np.zeros(1000)])
    assert sieve.accept(far, np.random.default_rng(0)).mean() < 0.02


def test_raking_settles_the_marginals_of_what_is_accepted(real):
    """Each sweep takes a fifth of the error away; those that there are leave a ten-thousandth of the rows."""
    sieve, pool = Sieve(), np.concatenate([draw_others(block) for block in range(8)])
    sieve.edges_ = [sieve_module._edges(column) for column in real.T]
    sieve.forest_ = sieve_module.Forest.empty()
    sieve._rake(real, pool)
    bins = [np.searchsorted(edges, column) for edges, column in zip(sieve.edges_, pool.T, strict=True)]
    odds = sum(factors[chosen] for factors, chosen in zip(sieve.factors_, bins, strict=True))
    weights = np.exp(np.minimum(odds - sieve.bound_, 0))
    assert sieve.acceptance_ == pytest.approx(weights.mean())
    for edges, column, chosen in zip(sieve.edges_, real.T, bins, strict=True):
        wanted = np.bincount(np.searchsorted(edges, column), minlength=len(edges) + 1) / len(real)
        np.testing.assert_allclose(np.bincount(chosen, weights) / weights.sum(), wanted, atol=1e-4)


def test_nothing_is_learned_of_rows_that_are_as_the_real_ones(quick, real):
    like_them = lambda block: draw_real(BLOCK, 100 + block)  # noqa: E731
    sieve = Sieve().fit(real[:1000], like_them, np.random.default_rng(0), draw_real(300, 7))
    assert sieve.is_empty
    assert sieve.acceptance_ == 1


@pytest.mark.parametrize("n_rows", [2, 4])
def test_nothing_is_learned_of_fewer_rows_than_folds(quick, real, n_rows):
    assert Sieve().fit(real[:n_rows], draw_others, np.random.default_rng(0)).is_empty


@pytest.mark.parametrize("like", ["real", "generated"])
def test_a_sieve_ends_where_rows_held_aside_gain_nothing(quick, real, like):
    held = {"real": draw_real(300, 7), "generated": draw_others(500)[:300]}[like]
    sieve = Sieve().fit(real[:1000], draw_others, np.random.default_rng(0), held)
    assert sieve.is_empty == (like == "generated")


def test_gains_are_the_logarithm_of_a_density_ratio(sieve):
    """So their exponentials have the mean 1 under what is sieved; real rows gain, generated ones lose."""
    generated, fresh = draw_others(2000), draw_real(5000, 3)
    assert np.exp(sieve.log_gain(generated)).mean() == pytest.approx(1, abs=0.03)
    assert sieve.log_gain(fresh).mean() > 0.1 > sieve.log_gain(generated).mean()


def test_enough_rows_held_aside_count_the_trees_in_place_of_folds(real, monkeypatch):
    monkeypatch.setattr(sieve_module, "LEAST_GENERATED", 4000)
    monkeypatch.setattr(sieve_module, "POOL", BLOCK)
    monkeypatch.setattr(sieve_module, "FOLDS", 0)  # which would fail
    sieve = Sieve().fit(real[:2000], draw_others, np.random.default_rng(0), draw_real(400, 7))
    assert 0 < len(sieve.forest_.leaves) < sieve_module.ROUNDS * sieve_module.TREES
    fresh, kept = draw_real(20_000, 1), accepted(sieve, draw_others)
    assert tell_apart(fresh, draw_others(2000)) > 0.7
    assert tell_apart(fresh, kept) < 0.6
    like_them = lambda block: draw_real(BLOCK, 100 + block)  # noqa: E731
    assert Sieve().fit(real[:1000], like_them, np.random.default_rng(0), draw_real(400, 8)).is_empty


def test_many_rows_take_no_longer_than_enough_of_them(monkeypatch, real):
    """Of five million rows 500,000 are held aside: more than there are generated ones to compare with."""
    monkeypatch.setattr(sieve_module, "MOST_REAL", 300)
    monkeypatch.setattr(sieve_module, "MOST_HELD", 200)
    sizes, detect = [], sieve_module._detect
    monkeypatch.setattr(sieve_module, "_detect", lambda rows, *others: sizes.append(len(rows)) or detect(rows, *others))
    Sieve().fit(real[:1500], draw_others, np.random.default_rng(0), draw_real(900, 7))
    assert max(sizes) <= 300
