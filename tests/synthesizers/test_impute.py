"""Gaps are filled with what goes with the rest of the row, and nothing else is changed."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, RowSynthesizer, TabganWarning
from tabgan.synthesizers import impute
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.donors import Donors


class Truth(RowSynthesizer):
    """Draws from a distribution that is known: y is about 2x, and the label says the sign of x; z is noise."""

    def __init__(self, random_state=None, constraints=()):
        self.random_state, self.constraints = random_state, constraints

    def _fit(self, X, earlier):
        pass

    def _learned_state(self):
        return {}

    def _set_learned_state(self, state):
        pass

    def _sample_block(self, seed, block, given=None):
        return self.schema_.to_matrix(draw(BLOCK_ROWS, [seed, block]))


def draw(n: int, seed) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n).round(3)
    y = (2 * x + rng.normal(0, 0.1, n)).clip(-2.3, 2.3).round(3)
    z = rng.integers(0, 5, n)
    return pd.DataFrame({"x": x, "y": y, "label": np.where(x > 0, "up", "down"), "z": z})


@pytest.fixture(scope="module", autouse=True)
def few_donors():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(impute, "ENOUGH_DONORS", 1)
        yield


@pytest.fixture(scope="module")
def truth() -> Truth:
    ends = pd.DataFrame({"x": [-1.0, 1.0], "y": [-2.3, 2.3], "label": ["up", "down"], "z": [0, 4]})
    return Truth(random_state=0).fit(pd.concat([draw(500, 1), ends]))


@pytest.fixture(scope="module")
def holed() -> tuple[pd.DataFrame, pd.DataFrame]:
    table = draw(400, 2)
    return table, table.mask(np.random.default_rng(0).random(table.shape) < 0.25)


def test_what_is_filled_in_follows_the_known_values_and_spreads_as_they_leave_it_open(truth, holed):
    table = holed[0].assign(y=np.nan)
    draws = truth.impute(table, 8, random_state=5)
    errors = np.stack([filled["y"] - 2 * table["x"] for filled in draws])
    assert abs(errors.mean()) < 0.02
    assert errors.std() == pytest.approx(0.1, rel=0.25)  # the noise of y given x, no less
    labels = truth.impute(table.assign(label=None), random_state=5)["label"]
    assert (labels == holed[0]["label"])[table["x"].abs() > 0.05].all()


def test_of_what_nothing_is_known_the_whole_distribution_comes(truth):
    nothing = pd.DataFrame({"x": [np.nan] * 1000, "y": np.nan, "label": None, "z": np.nan})
    filled = truth.impute(nothing)
    assert filled["z"].value_counts(normalize=True).to_numpy() == pytest.approx([0.2] * 5, abs=0.06)
    assert np.corrcoef(filled["x"], filled["y"])[0, 1] > 0.99  # all of a row is of one donor
    odd = pd.DataFrame({"label": ["up"] * 500})
    with pytest.warns(TabganWarning, match="filled as a whole: x, y, z"):
        rows = truth.impute(odd)
    assert rows["x"].mean() == pytest.approx(0.5, abs=0.05)
    assert rows["x"].nunique() > 200  # equally near donors take turns


def test_known_cells_columns_and_index_stay(truth, holed):
    given = holed[1].set_axis(np.arange(400) * 2).assign(note="kept")
    before = given.copy()
    filled = truth.impute(given)
    pd.testing.assert_frame_equal(given, before)
    assert list(filled) == [*"xy", "label", "z", "note"]
    assert filled.index.equals(given.index)
    assert not filled.isna().to_numpy().any()
    for name in given:
        known = given[name].notna()
        assert (filled[name][known] == given[name][known]).all()
    assert filled["z"].dtype == np.int64  # as it was learned
    whole = truth.impute(holed[0])
    pd.testing.assert_frame_equal(whole, holed[0])


def test_the_same_seed_fills_in_the_same(truth, holed):
    first, again = (truth.impute(holed[1], 3, random_state=1) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert not first[0].equals(first[1])
    assert not first[0].equals(truth.impute(holed[1], random_state=2))


def test_rows_keep_constraints_with_their_donors():
    table = draw(500, 1)
    kept = table[table["y"] <= table["x"]]
    model = Truth(random_state=0, constraints="y <= x").fit(kept)
    filled = model.impute(kept.assign(y=np.nan))
    assert (filled["y"] <= filled["x"]).all()
    with pytest.warns(TabganWarning, match="1 rows with gaps break 'y <= x', as nothing"):
        model.impute(pd.DataFrame({"x": [kept["x"].min()], "y": [0.0], "label": [None], "z": [1]}))


def test_it_comes_back_in_what_it_came(truth):
    records = [{"x": 0.5, "y": None, "label": "up", "z": 1}]
    filled = truth.impute(records)
    assert isinstance(filled, list)
    assert filled[0]["y"] == pytest.approx(1, abs=0.5)


@pytest.mark.parametrize(
    ("table", "n", "said"),
    [
        (pd.DataFrame({"a": [1]}), None, "must have columns that were learned, x, y, label, z, but has a"),
        (pd.DataFrame({"x": [1.0]}), 0, "n must be a whole number from 1 to 10,000, but is 0"),
        (pd.DataFrame({"x": [1.0]}), 2**40, "n must be a whole number from 1 to 10,000"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), 1, "distinct column names, but 'x' is there more than once"),
        (pd.DataFrame({"x": [np.nan], "label": ["odd"]}), 1, "odd"),
        (np.zeros((2, 3)), 1, "must have the 4 columns"),
        (np.zeros(4), 1, "a table to fill must be a frame, the path of a file or a matrix"),
        (None, 1, "matrix of numbers, but is NoneType; give one of these"),
    ],
)
def test_what_cannot_be_filled_is_refused(truth, table, n, said):
    with warnings.catch_warnings(), pytest.raises(InputError, match=said):
        warnings.simplefilter("ignore", TabganWarning)
        truth.impute(table, n)


def test_donors_without_gaps_in_what_is_asked_for_are_taken(truth):
    rows = truth.schema_.to_matrix(draw(3000, 3))
    rows[::2, 1] = np.nan
    donors = Donors(rows, truth.schema_, truth.constraints_)
    asked = np.array([[0.5, np.nan, np.nan, 2.0]] * 50)
    filled = next(donors.fill(asked, 1, np.random.default_rng(0)))
    assert not np.isnan(filled).any()
    assert filled[:, 1].mean() == pytest.approx(1, abs=0.1)
