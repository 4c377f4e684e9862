"""Rows made of real ones: how many of which class, and with which targets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import balanced_accuracy_score, make_scorer

from tabgan import TabganWarning, WGANGPSynthesizer
from tabgan.augmentation.interpolation import interpolate
from tabgan.augmentation.makers import RowMaker, balance
from tabgan.augmentation.rivals import MovedThreshold, make_learner, takes_weights
from tests.augmentation.bootstrap_rows import Bootstrap

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3))
CODES = (X[:, 0] + 0.5 * RNG.normal(size=120) > 0.8).astype(int)
NUMBERS = X @ [1.0, 2.0, 0.0]


def test_numbers_are_what_the_teacher_says():
    maker = RowMaker(Bootstrap(), 0, "taught", 0, LinearRegression()).fit(X, NUMBERS)
    rows = maker.make({None: 50}, soft=True)
    assert rows.X.shape == (50, 3)
    assert rows.y == pytest.approx(rows.X.to_numpy() @ [1.0, 2.0, 0.0])
    assert (rows.weights == 1).all()


def test_ctrl_c_is_passed_on_and_a_function_that_ends_the_training_ends_nothing_else():
    def interrupt(report):
        raise KeyboardInterrupt

    def make(told):
        quick = dict(iterations=60, hidden=(4,), latent_dim=2, preset="fast", callbacks=told)
        return RowMaker(WGANGPSynthesizer(**quick), 0, "taught", 0, LinearRegression()).fit(X, NUMBERS)

    with pytest.raises(KeyboardInterrupt):
        make(interrupt)
    with pytest.warns(TabganWarning, match="interrupted in iteration 51"):
        make(lambda report: True)


def test_a_teacher_says_nothing_outside_the_range():
    class Wild(LinearRegression):
        def predict(self, X):
            return 100 * super().predict(X)

    rows = RowMaker(Bootstrap(), 0, "taught", 0, Wild()).fit(X, NUMBERS).make({None: 100}, soft=True)
    assert rows.y.min() >= NUMBERS.min()
    assert rows.y.max() <= NUMBERS.max()


def test_kept_rows_have_the_targets_of_the_generator():
    rows = RowMaker(Bootstrap(), 0, "kept", 0, LinearRegression()).fit(X, NUMBERS).make({None: 50}, soft=True)
    known = {tuple(row): target for row, target in zip(X.round(12), NUMBERS, strict=True)}
    assert [known[tuple(row)] for row in rows.X.to_numpy().round(12)] == pytest.approx(rows.y)


def test_soft_rows_come_once_for_each_class_and_their_weights_sum_to_one():
    maker = RowMaker(Bootstrap(), 2, "taught", 0, LogisticRegression()).fit(X, CODES)
    rows = maker.make({0: 30, 1: 50}, soft=True)
    frame = rows.X.assign(weight=rows.weights, place=rows.X.index)
    assert frame.groupby("place")["weight"].sum().to_numpy() == pytest.approx(
        1, abs=0.021
    )  # chances below .02 are left out
    chances = balance(maker.ask(rows.X), np.bincount(CODES) / 120)
    assert rows.weights == pytest.approx(chances[np.arange(len(rows.y)), rows.y])
    assert frame["place"].nunique() == 80


def test_checked_rows_are_of_the_class_that_the_teacher_says():
    maker = RowMaker(Bootstrap(), 2, "checked", 0, LogisticRegression()).fit(X, CODES)
    rows = maker.make({0: 30, 1: 50}, soft=False)
    assert np.bincount(rows.y).tolist() == [30, 50]
    assert (balance(maker.ask(rows.X), np.bincount(CODES) / 120).argmax(axis=1) == rows.y).all()
    hard = RowMaker(Bootstrap(), 2, "taught", 0, LogisticRegression()).fit(X, CODES).make({0: 30, 1: 50}, soft=False)
    assert np.array_equal(hard.X, rows.X)
    assert np.array_equal(hard.y, rows.y)


def test_a_class_of_one_row_and_one_that_is_not_there():
    codes = np.where(np.arange(120) == 7, 3, CODES)  # 2 has no row
    rows = RowMaker(Bootstrap(), 4, "checked", 0).fit(X, codes).make({0: 5, 1: 5, 3: 5}, soft=False)
    assert np.bincount(rows.y, minlength=4).tolist() == [5, 5, 0, 5]


def test_what_was_learned_is_known_again():
    maker = RowMaker(Bootstrap(), 2, "kept", 0, LogisticRegression()).fit(X, CODES)
    assert maker.knows(X.copy(), CODES.copy())
    assert not maker.knows(X[::-1], CODES)
    assert not maker.knows(X, 1 - CODES)


@pytest.mark.parametrize("names", [["a", "class"], [0, 5], [1.5, "x"]])
def test_columns_have_any_names(names: list[object]):
    frame = pd.DataFrame({names[0]: X[:, 0], names[1]: np.where(X[:, 1] > 0, "up", "down")})
    rows = RowMaker(Bootstrap(), 2, "checked", 0, LogisticRegression()).fit(frame, CODES).make({0: 9, 1: 9}, soft=False)
    assert list(rows.X.columns) == names
    assert rows.X.dtypes.tolist() == frame.dtypes.tolist()


def test_interpolated_rows_lie_between_neighbours_of_their_class():
    X, y = np.array([[0.0, 0.0], [1.0, 1.0], [10.0, 10.0], [11.0, 11.0]]), np.array([0, 0, 1, 1])
    rows = interpolate(X, y, {0: 20, 1: 30}, 0)
    assert (rows.X[0] == rows.X[1]).all()
    assert rows.X[0][:20].between(0, 1).all()
    assert rows.X[0][20:].between(10, 11).all()
    numbers = interpolate(X, X[:, 0], {None: 40}, 0)
    assert numbers.y == pytest.approx(numbers.X[0])


def test_interpolated_rows_of_a_mixed_table_keep_its_dtypes():
    frame = pd.DataFrame(
        {
            "n": np.arange(20),
            "x": np.where(np.arange(20) % 7, 0.5, np.nan),
            "t": pd.Categorical(list("ab") * 10),
            "d": pd.date_range("2024", periods=20),
            "o": ["u", "v"] * 10,
        }
    )
    rows = interpolate(frame, np.repeat([0, 1], 10), {0: 30, 1: 30}, 0)
    assert rows.X.dtypes.tolist() == frame.dtypes.tolist()
    assert set(rows.X["o"]) <= {"u", "v"}


def test_a_moved_threshold_takes_the_class_that_exceeds_a_power_of_its_share():
    moved = MovedThreshold(LogisticRegression(), make_scorer(balanced_accuracy_score), 0).fit(X, CODES)
    chances = LogisticRegression().fit(X, CODES).predict_proba(X)
    wanted = (chances / (np.bincount(CODES) / 120) ** moved.power_).argmax(axis=1)
    assert np.array_equal(moved.predict(X), wanted)


def test_the_threshold_of_an_overconfident_model_is_found():
    """Where chances say little, it is that which scores best on rows that were not learned."""
    rng = np.random.default_rng(0)
    y = (rng.uniform(size=4000) < 0.03) + 0
    rows = rng.normal(size=(4000, 4)) + y[:, None]
    learned, tested = slice(2000), slice(2000, 4000)
    trees, score = RandomForestClassifier(50, random_state=0), make_scorer(balanced_accuracy_score)
    moved = MovedThreshold(trees, score, 0).fit(rows[learned], y[learned])
    chances = moved.predict_proba(rows[tested])[:, 1]
    most = max(balanced_accuracy_score(y[tested], chances > limit) for limit in np.linspace(0, 1, 101))
    assert score(moved, rows[tested], y[tested]) > most - 0.05
    assert score(trees.fit(rows[learned], y[learned]), rows[tested], y[tested]) < most - 0.15
    few = MovedThreshold(LogisticRegression(), score, 0).fit(rows[:9], [0] * 8 + [1])
    assert few.power_ == 1


def test_who_takes_weights():
    assert takes_weights(make_learner("boosting", 2))
    assert takes_weights(make_learner("linear", 0))
    assert not takes_weights(make_learner("knn", 2))
