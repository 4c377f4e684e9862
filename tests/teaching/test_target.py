"""A sharper number and a confirmed label, against what is computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from tabgan.teaching import target as target_module
from tabgan.teaching import teacher as teacher_module
from tabgan.teaching.target import LEAST_KEPT, ConfirmedLabel, SharpTarget, count_answered, load_target


@pytest.fixture(autouse=True)
def quick_learners(monkeypatch):
    numbers = {"line": LinearRegression(), "near": KNeighborsRegressor(3)}
    classes = {"line": LogisticRegression(), "near": KNeighborsClassifier(3)}
    monkeypatch.setattr(teacher_module, "number_learners", lambda: numbers)
    monkeypatch.setattr(teacher_module, "class_learners", lambda n_classes: classes)
    monkeypatch.setattr(target_module, "ROUNDS", 60)


def make(n: int, noise: float, seed: int = 0) -> np.ndarray:
    """Rows of two features, and a target that is their sum and noise, in the middle."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    return np.column_stack([X[:, 0], 10 + X.sum(axis=1) + noise * rng.normal(size=n), X[:, 1]])


def arrays_of(state: dict) -> list[np.ndarray]:
    parts = [arrays_of(v) if isinstance(v, dict) else [v] for v in state.values()]
    return [part for nested in parts for part in nested if isinstance(part, np.ndarray)]


@pytest.fixture
def sharp() -> SharpTarget:
    return SharpTarget(1).fit(make(200, 0.3), make(4000, 1.5, seed=1))


def test_targets_are_pulled_as_the_formula_says(sharp):
    rows = make(50, 1.5, seed=2)
    answers = sharp.answer(rows)
    assert np.abs(answers - 10 - rows[:, 0] - rows[:, 2]).mean() < 0.3  # near the truth, which no row tells
    pulled = answers + sharp.kept_ * sharp.shrunk_ * (rows[:, 1] - answers)
    ranks = np.arange(0.5, 200) / 200
    real, made = np.quantile(make(200, 0.3)[:, 1], ranks), make(4000, 1.5, seed=1)
    said = sharp.answer(made)
    made = np.quantile(said + sharp.kept_ * sharp.shrunk_ * (made[:, 1] - said), ranks)
    inner = (pulled > made[0]) & (pulled < made[-1])
    np.testing.assert_allclose(sharp.transform(rows)[inner], np.interp(pulled, made, real)[inner], rtol=1e-12)
    assert sharp.kept_ == LEAST_KEPT  # 1 - R2 is less
    assert sharp.r2_ == pytest.approx(1 - 0.3**2 / 2.09, abs=0.02)
    assert sharp.error_ == pytest.approx(0.3, rel=0.15)
    assert sharp.shrunk_ == pytest.approx(0.3 / 1.5, rel=0.2)


def test_targets_that_are_sharp_are_not_blown_up():
    assert SharpTarget(1).fit(make(200, 0.8), make(4000, 0.1, seed=1)).shrunk_ == 1


def test_noise_stays_as_it_is():
    real, made = make(200, 0), make(4000, 0, seed=1)
    for rows, seed in ((real, 2), (made, 3)):
        rows[:, 1] = np.random.default_rng(seed).normal(size=len(rows))
    sharp = SharpTarget(1).fit(real, made)
    assert sharp.kept_ > 0.9
    assert sharp.kept_ * sharp.shrunk_ > 0.85
    assert np.corrcoef(sharp.transform(made), made[:, 1])[0, 1] > 0.95


def test_values_that_many_rows_share_come_back():
    real, made = make(300, 0.3), make(4000, 1.5, seed=1)
    for rows in (real, made):
        rows[:, 1] = np.maximum(rows[:, 1] - 10, 0)
    sharp = SharpTarget(1).fit(real, made)
    targets = sharp.transform(made)
    assert (targets == 0).mean() == pytest.approx((real[:, 1] == 0).mean(), abs=0.02)
    assert np.diff(targets[np.argsort(sharp._pull(made))]).min() >= -1e-12
    assert np.quantile(targets, [0.6, 0.8, 0.95]) == pytest.approx(np.quantile(real[:, 1], [0.6, 0.8, 0.95]), abs=0.1)


def test_gaps_are_not_taught_and_stay_gaps():
    real, made = make(200, 0.3), make(4000, 0.3, seed=1)
    whole = SharpTarget(1).fit(real, made)
    gaps = np.vstack([real, [[50.0, np.nan, 50.0]]])
    made[::10, 1] = np.nan
    sharp = SharpTarget(1).fit(gaps, made)
    assert sharp.r2_ == whole.r2_
    assert np.isnan(sharp.transform(made)).tolist() == np.isnan(made[:, 1]).tolist()


def test_labels_and_gaps_among_features_are_borne():
    rng = np.random.default_rng(0)
    code = rng.integers(0, 3, 4000).astype(float)
    rows = np.column_stack([code, 5 * (code == 1) + 0.1 * rng.normal(size=4000), np.full(4000, 2.0), code])
    rows[::7, 3] = np.nan
    sharp = SharpTarget(1, categorical=[0, 3]).fit(rows[:200], rows)
    assert sharp.features_.tolist() == [0, 3]
    assert sharp.r2_ > 0.9


def test_what_is_loaded_does_the_same_and_holds_no_real_row():
    real, made = make(200, 0.3), make(4000, 1.5, seed=1)
    sharp = SharpTarget(1).fit(real, made)
    labels, generated = (np.column_stack([rows, rows[:, 0] > 0]) for rows in (real, made))
    label = ConfirmedLabel(3).fit(labels, generated, 2)
    for target, rows in ((sharp, made), (label, generated)):
        again = load_target(target.get_state())
        assert again.describe() == target.describe()
        ask = "transform" if target is sharp else "accept"
        np.testing.assert_array_equal(getattr(again, ask)(rows), getattr(target, ask)(rows))
        for array in arrays_of(target.get_state()):
            assert not np.isin(real, array).any()


def test_a_label_that_is_confirmed_is_the_likeliest():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 2, size=(4300, 1))
    rows = np.column_stack([x, np.floor(x) + 1])
    made = np.column_stack([x, rng.integers(0, 3, 4300)])[300:]
    label = ConfirmedLabel(1).fit(rows[:300], made, 3)
    clear = np.abs(made[:, 0] - np.round(made[:, 0])) > 0.1
    right = np.floor(made[:, 0]) + 1 == made[:, 1]
    np.testing.assert_array_equal(label.accept(made)[clear], right[clear])
    assert label.accuracy_ > 0.95
    assert label.shares_ == pytest.approx(np.full(3, 1 / 3), abs=0.05)
    shares = np.array([0.5, 0.25, 0.25])
    kept = label.even(np.arange(3.0), shares) * label.shares_
    np.testing.assert_allclose(kept / kept.sum(), shares)


def test_of_a_class_that_is_never_likeliest_a_tenth_is_kept():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(6000, 1))
    real = np.column_stack([x[:200], np.arange(200) < 4])  # a class of four rows like all others
    made = np.column_stack([x, np.arange(6000) % 2])
    label = ConfirmedLabel(1).fit(real, made, 2)
    assert label.confirmed_[1] < 0.05
    assert label.shares_ == pytest.approx([1, 0.1], abs=0.05)
    kept = label.accept(made)
    assert kept[made[:, 1] == 1].mean() == pytest.approx(0.1, abs=0.05)


def test_of_large_tables_some_rows_are_taught(monkeypatch):
    monkeypatch.setattr(target_module, "MOST_TAUGHT", 50)
    sharp = SharpTarget(1).fit(make(200, 0.3), made := make(4000, 0.3, seed=1))
    assert sharp.r2_ != SharpTarget(1, seed=1).fit(make(200, 0.3), made).r2_
    assert [count_answered(n) for n in (10, 1000, 10**6)] == [16_384, 16_384, 65_536]
