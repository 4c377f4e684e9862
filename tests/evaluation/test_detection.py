"""AUCs of classifiers against those that are known, and what gives rows away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from tabgan.evaluation.detector import auc_and_error
from tabgan.evaluation.families.detection import measure
from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import NotComputableError
from tabgan.evaluation.tables import Tables, make_tables

NUMBERS = tuple(Feature(name) for name in "abc")


def compare(reference, rows, features=NUMBERS, who="smote", seed=0):
    """Scores of some rows; a baseline is tried once, and only synthetic rows are explained."""
    features = features[: reference.shape[1]]
    return measure(Tables(features, reference, reference, {who: rows, "synthetic": rows}, None, True), who, seed)


SHIFT = np.array([0.0, 1.0, 0.0])


@pytest.fixture(scope="module", autouse=True)
def one_repeat():
    with pytest.MonkeyPatch.context() as context:
        context.setattr("tabgan.evaluation.families.detection.REPEATS", 1)
        yield


def normal(seed, n_rows=300, n_columns=3):
    return np.random.default_rng(seed).normal(size=(n_rows, n_columns))


@pytest.fixture(scope="module")
def shifted():
    return compare(normal(0), normal(1) + SHIFT, who="synthetic")


def test_a_linear_model_tells_shifted_normals_as_well_as_can_be(shifted):
    """The AUC of two normal distributions is Phi(d / sqrt 2) at best."""
    best = ndtr(1 / np.sqrt(2))
    found = shifted["detection_linear"]
    assert abs(found.value - best) < 2.5 * found.spread
    assert 0.6 < shifted["detection"].value < best
    assert 0.01 < found.spread < 0.03


def test_the_column_that_gives_rows_away_is_the_one_that_was_shifted(shifted):
    losses = shifted["detection"].per_column
    assert losses.shape == (3,)
    assert losses[1] > 0.1
    assert np.abs(losses[[0, 2]]).max() < 0.05
    assert compare(normal(0), normal(1))["detection"].per_column is None


def test_the_same_rows_and_seed_give_the_same_scores():
    first, second = (compare(normal(0, 100), normal(1, 100) + SHIFT, who="synthetic") for _ in range(2))
    for name, found in first.items():
        assert (found.value, found.spread) == (second[name].value, second[name].spread)
    assert first["detection"].per_column.tobytes() == second["detection"].per_column.tobytes()


def test_rows_that_are_alike_cannot_be_told_and_rows_far_away_can():
    for found in compare(normal(20), normal(21)).values():
        assert abs(found.value - 0.5) < 3 * found.spread
    for found in compare(normal(2), normal(3) + 20).values():
        assert found.value > 0.99
        assert found.spread < 0.01


def test_only_trees_see_what_is_not_linear():
    mixing = np.array([[1.0, 0.99], [0.0, 0.14]])  # columns of variance 1 and correlation 0.99
    found = compare(normal(4, n_columns=2) @ mixing, normal(5, n_columns=2))
    assert found["detection"].value > 0.8
    assert abs(found["detection_linear"].value - 0.5) < 3 * found["detection_linear"].spread


@pytest.mark.parametrize("what", ["level", "gap"])
def test_shares_make_an_auc_that_is_known(what):
    """A level, or a gap, that takes 20% of one side and 60% of the other makes an AUC of 0.7."""
    real, rows = (np.random.default_rng(6).permutation(np.arange(400) < share * 400) for share in (0.2, 0.6))
    if what == "level":
        sides = [side[:, None].astype(float) for side in (real, rows)]
        found = compare(*sides, (Feature("kind", ("x", "y"), 2),))
    else:
        found = compare(*[np.where(side, np.nan, 1.0)[:, None] for side in (real, rows)])
    names = ["detection", "detection_linear"] if what == "level" else ["detection"]  # a linear model takes the mean
    for name in names:
        assert abs(found[name].value - 0.7) < 2 * found[name].spread


def test_columns_of_many_levels_of_none_and_of_one_value_are_no_trouble():
    codes = np.random.default_rng(7).integers(300, size=(2, 400)).astype(float)
    features = (Feature("kind", tuple(map(str, range(300))), 300), Feature("none"), Feature("one"))
    sides = [np.column_stack([side, np.full(400, np.nan), np.ones(400)]) for side in codes]
    for found in compare(*sides, features).values():
        assert abs(found.value - 0.5) < 3 * found.spread


def test_decimals_that_real_rows_lack_are_named():
    features = (Feature("a", decimals=0), Feature("b", decimals=0))
    real, rows = np.round(5 * normal(8, 150, 2)), 5 * normal(9, 150, 2)
    note = compare(real, rows, features, "synthetic")["detection"].note
    assert note.startswith("decimals give the rows away: rounded as the real ones are, they get 0.")
    assert compare(real, np.round(rows), features, "synthetic")["detection"].note == ""


def test_repeats_widen_the_spread_by_what_they_differ(monkeypatch):
    rng = np.random.default_rng(10)
    scores = [rng.normal(size=400) + (np.arange(400) >= 200) * shift for shift in (0.0, 2.0)]
    monkeypatch.setattr("tabgan.evaluation.families.detection.REPEATS", 2)
    monkeypatch.setattr("tabgan.evaluation.families.detection.out_of_fold", lambda *_: (scores[_draws.pop()], []))
    _draws = [0, 1, 0, 1]
    found = compare(normal(11, 200), normal(12, 200), who="real")["detection"]
    (low, low_error), (high, high_error) = (auc_and_error(np.arange(400) >= 200, s) for s in scores)
    assert found.value == pytest.approx((low + high) / 2)
    rows_error = (low_error**2 + high_error**2) / 2
    assert found.spread == pytest.approx(np.sqrt(rows_error + (high - low) ** 2 / 4))


def test_few_rows_are_refused_in_words():
    with pytest.raises(NotComputableError, match=r"at least 20 real and 20 synthetic rows are needed.*one side has 19"):
        compare(normal(0), normal(1, 19))


def test_levels_that_no_real_row_has_are_seen_however_many_levels_there_are():
    """Of 60 levels with few rows each trees leave out all but the unseen one, and had nothing to tell them by."""
    rng = np.random.default_rng(0)
    names = np.array([f"place {i}" for i in range(60)])
    real = pd.DataFrame({"place": rng.choice(names, 300), "x": rng.normal(size=300)})
    rows = pd.DataFrame({"place": rng.choice(np.char.upper(names), 150), "x": rng.normal(size=150)})
    found = measure(make_tables(real[:150], rows, real[150:]), "synthetic", 0)
    assert found["detection"].value > 0.99
    assert found["detection_linear"].value > 0.99
    assert found["detection"].per_column.argmax() == 0
    assert len(found["detection"].per_column) == 2
