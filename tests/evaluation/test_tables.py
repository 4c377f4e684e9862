"""Who is compared with whom: halves, equal counts, declared draws; what the baselines are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, TabganWarning
from tabgan.evaluation import tables as module
from tabgan.evaluation.baselines import BASELINES, NOISE, make_baselines
from tabgan.evaluation.closeness import to_points
from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import CONTESTANTS
from tabgan.evaluation.tables import make_tables

rng = np.random.default_rng(0)
X = rng.normal(size=(400, 2)) @ np.array([[1, 0.9], [0, 0.4]])
FRAME = pd.DataFrame({"x": X[:, 0].round(3), "y": X[:, 1], "kind": np.where(X[:, 0] > 0, "up", "down")})
FEATURES = (Feature("x", decimals=3), Feature("y"), Feature("kind", ("down", "up"), 2))


def rows_of(matrix: np.ndarray) -> set[tuple]:
    return set(map(tuple, matrix.tolist()))


def test_without_a_holdout_halves_stand_in():
    tables = make_tables(FRAME, FRAME.sample(150, random_state=0))
    assert not tables.has_holdout
    assert len(tables.train) == 400
    assert len(tables.reference) == 200
    assert set(tables.contestants) == set(CONTESTANTS)
    assert {len(rows) for rows in tables.contestants.values()} == {150}
    assert not rows_of(tables.reference) & rows_of(tables.contestants["real"])
    assert "a random half of the real table stands in" in " ".join(tables.notes)


def test_copies_are_learned_rows_that_repeat_by_chance():
    tables = make_tables(FRAME.iloc[:250], FRAME.iloc[:250], FRAME.iloc[250:])
    copies = tables.contestants["copies"]
    assert rows_of(copies) < rows_of(tables.train)
    assert len(rows_of(copies)) / 250 == pytest.approx(1 - np.exp(-1), abs=0.06)
    halved = make_tables(FRAME, FRAME)
    assert not rows_of(halved.contestants["copies"]) & rows_of(halved.reference)


def test_rows_that_were_learned_are_no_holdout():
    real, aside = FRAME.iloc[:200], FRAME.iloc[200:]
    rows = real.assign(y=-real["y"])
    assert not [note for note in make_tables(real, rows, aside).notes if "too" in str(note)]
    with pytest.warns(TabganWarning, match="200 of 200 rows of the holdout are in the real table, too"):
        leaky = make_tables(real, rows, real)
    assert "200 of 200 rows of the holdout are in the real table" in str(leaky.notes[-1])
    with pytest.warns(TabganWarning, match="200 of 200 synthetic rows are in the holdout, too"):
        make_tables(real, aside, aside)


def test_rows_that_repeat_by_chance_are_no_leak():
    few = pd.DataFrame({"a": np.arange(300) % 7})
    assert not [note for note in make_tables(few, few, few).notes if "too" in str(note)]


def test_too_few_rows_cannot_be_halved():
    with pytest.raises(InputError, match="at least 4 rows to be halved, but has 3; give more, or a holdout"):
        make_tables(FRAME.iloc[:3], FRAME)
    assert len(make_tables(FRAME.iloc[:3], FRAME, FRAME).synthetic) == 3


def test_with_a_holdout_all_rows_count():
    tables = make_tables(FRAME.iloc[:250], FRAME.iloc[:250], FRAME.iloc[250:], "kind")
    assert tables.has_holdout
    assert rows_of(tables.contestants["real"]) == rows_of(tables.train)
    assert len(tables.reference) == 150
    assert tables.target == 2
    assert tables.notes == ()
    assert tables.categorical.tolist() == [False, False, True]


@pytest.mark.filterwarnings("ignore:400 of 400 rows of the holdout")
def test_large_tables_are_drawn_from_and_it_is_said(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 50)
    tables = make_tables(FRAME, FRAME, FRAME)
    assert len(tables.train) == 400
    assert len(tables.reference) == len(tables.synthetic) == 50
    assert "50 of 400 synthetic rows are scored, as many real ones beside them, against 50" in tables.notes
    again, other = make_tables(FRAME, FRAME, FRAME), make_tables(FRAME, FRAME, FRAME, random_state=1)
    for who, rows in tables.contestants.items():
        np.testing.assert_array_equal(rows, again.contestants[who])
        assert not np.array_equal(rows, other.contestants[who])


def test_a_target_must_be_scored():
    with pytest.raises(InputError, match="the target must be a column that is scored, but 'z' is none of x, y, kind"):
        make_tables(FRAME, FRAME, target="z")
    with pytest.raises(InputError, match=r"\(column none is left out: it has no values in the real table\)"):
        make_tables(FRAME.assign(none=None), FRAME.assign(none=None), target="none")


@pytest.fixture(scope="module")
def real() -> np.ndarray:
    return np.column_stack([FRAME["x"], FRAME["y"], FRAME["kind"] == "up"])


@pytest.fixture(scope="module")
def baselines(real) -> dict[str, np.ndarray]:
    return make_baselines(real, FEATURES, seed=0)


def test_baselines_are_tables_of_the_same_form(real, baselines):
    assert list(baselines) == list(BASELINES)
    for rows in baselines.values():
        assert rows.shape == real.shape
        np.testing.assert_array_equal(rows[:, 0], rows[:, 0].round(3))
        assert set(rows[:, 2]) == {0.0, 1.0}


def test_shuffled_columns_keep_marginals_and_nothing_else(real, baselines):
    np.testing.assert_array_equal(np.sort(real, axis=0), np.sort(baselines["shuffled"], axis=0))
    assert abs(np.corrcoef(baselines["shuffled"][:, :2].T)[0, 1]) < 0.2


def test_the_copula_keeps_the_rank_correlation(real, baselines):
    expected = pd.DataFrame(real).corr("spearman").to_numpy()
    found = pd.DataFrame(baselines["copula"]).corr("spearman").to_numpy()
    np.testing.assert_allclose(found[:2, :2], expected[:2, :2], atol=0.05)
    assert 0.3 < found[0, 2] < expected[0, 2]  # equal values in random order weaken it
    assert set(baselines["copula"][:, 1]) <= set(real[:, 1])


def test_interpolated_rows_lie_between_neighbours(real, baselines):
    """In the plane of two numbers no point of a segment is farther from its ends than these from each other."""
    points, made = to_points([real, baselines["smote"]], FEATURES, real)
    to_real = np.sort(np.linalg.norm(made[:, None] - points[None], axis=2), axis=1)[:, 0]
    among = np.sort(np.linalg.norm(points[:, None] - points[None], axis=2), axis=1)[:, 5]
    assert to_real.max() <= among.max() / 2 + 0.002
    assert np.median(to_real) < np.median(among)


def test_noisy_copies_stay_near(real, baselines):
    difference = baselines["noisy"] - real
    assert difference[:, 1].std() == pytest.approx(NOISE * real[:, 1].std(), rel=0.1)
    assert 0 < np.mean(difference[:, 2] != 0) < NOISE


def test_gaps_do_not_break_baselines():
    gappy = np.where(rng.random((60, 2)) < 0.2, np.nan, rng.normal(size=(60, 2)))
    gappy[:, 1] = np.where(np.arange(60) < 58, np.nan, gappy[:, 1])
    for name, rows in make_baselines(gappy, (Feature("a"), Feature("b")), 0).items():
        assert np.isnan(rows[:, 0]).mean() == pytest.approx(np.isnan(gappy[:, 0]).mean(), abs=0.15), name
    make_baselines(np.full((20, 1), np.nan), (Feature("a"),), 0)
    make_baselines(np.ones((20, 2)), (Feature("a"), Feature("b")), 0)
