"""Scores of columns against scipy, pandas and numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ks_2samp, wasserstein_distance

from tabgan.evaluation.column_scores import NumberColumn
from tabgan.evaluation.families.marginals import SPECS, measure
from tabgan.evaluation.features import Feature, align
from tabgan.evaluation.tables import Tables, make_tables

rng = np.random.default_rng(0)
numbers = arrays(np.float64, st.integers(1, 30), elements=st.integers(-3, 3).map(float) | st.floats(-1e6, 1e6))


def frame(n_rows: int, shift: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "a": rng.normal(shift, 1, n_rows),
            "b": rng.poisson(20, n_rows).astype(float),
            "c": rng.choice(list("xyz"), n_rows, p=[0.5, 0.3, 0.2]),
        }
    )


TRAIN, HOLDOUT, ROWS = frame(900), frame(700), frame(997, 0.3)


def scores(rows, holdout=HOLDOUT, train=TRAIN, **options):
    features, matrices, _ = align({"train": train, "holdout": holdout, "rows": rows}, **options)
    contestants = {"synthetic": matrices["rows"]}
    return measure(Tables(features, matrices["train"], matrices["holdout"], contestants, None, True), "synthetic", 0)


def of_column(rows, holdout, train=None, **options):
    """The scores of a table of one column."""
    tables = [pd.DataFrame({"a": values}) for values in (rows, holdout, holdout if train is None else train)]
    return {name: measured.value for name, measured in scores(*tables, **options).items()}


@pytest.mark.filterwarnings("ignore:ks_2samp")
def test_numbers_are_scored_as_by_scipy_and_pandas():
    rows = ROWS
    found = scores(rows)
    for place, name in enumerate("ab"):
        real, own = HOLDOUT[name], rows[name]
        std = pd.concat([TRAIN[name], real]).std()
        deciles = np.arange(1, 10) / 10
        quantiles = [np.quantile(side, deciles, method="inverted_cdf") for side in (own, real)]
        truth = {
            "ks_complement": 1 - ks_2samp(real, own).statistic,
            "wasserstein": wasserstein_distance(real, own) / std,
            "mean_shift": abs(own.mean() - real.mean()) / std,
            "std_shift": abs(own.std() / real.std() - 1),
            "quantile_shift": np.abs(quantiles[0] - quantiles[1]).mean() / std,
        }
        for score, value in truth.items():
            assert found[score].per_column[place] == pytest.approx(value, abs=1e-9), score
            assert np.isnan(found[score].per_column[2])
    assert found["wasserstein"].value == pytest.approx(found["wasserstein"].per_column[:2].mean())


def test_labels_are_scored_by_their_shares():
    found = scores(ROWS)
    shares = [side["c"].value_counts(normalize=True) for side in (HOLDOUT, ROWS)]
    complement = 1 - (shares[0] - shares[1]).abs().sum() / 2
    assert found["tv_complement"].value == pytest.approx(complement)
    assert found["shape"].per_column[2] == found["tv_complement"].value
    assert found["shape"].value == pytest.approx((2 * found["ks_complement"].value + complement) / 3)


def test_without_a_holdout_standard_deviations_are_those_of_train():
    tables = make_tables(TRAIN, ROWS, None)
    found = measure(tables, "synthetic", 0)["mean_shift"].per_column[0]
    difference = tables.synthetic[:, 0].mean() - tables.reference[:, 0].mean()
    assert found == pytest.approx(abs(difference) / TRAIN["a"].std())


def test_the_range_and_its_ends_by_hand():
    """Real values 0, 1, ..., 20; rows lie twice on 0, once on 20, once above it."""
    real = np.arange(21.0)
    found = of_column(np.array([0, 0, 4, 20, 21.0]), real)
    assert found["in_range"] == pytest.approx(4 / 5)
    assert found["range_coverage"] == 1
    assert found["boundary_mass"] == pytest.approx((2 / 5 - 1 / 21) + (1 / 5 - 1 / 21))
    assert of_column(np.array([5.0, 15, 7]), real)["range_coverage"] == pytest.approx(0.5)
    assert of_column(np.array([-9.0, -8]), real)["range_coverage"] == 0
    assert of_column(np.array([5.0, 15, 7]), real)["boundary_mass"] == 0


def test_the_range_is_that_of_train_and_holdout():
    found = of_column(np.array([-5.0, 30.0]), np.arange(21.0), train=np.arange(-10.0, 41.0))
    assert found["in_range"] == 1
    assert found["range_coverage"] == pytest.approx(35 / 50)


def test_levels_that_appear_and_those_that_are_not_real():
    found = of_column(["x", "x", "y", "new"], ["x", "y", "z", "w", None])
    assert found["category_coverage"] == 2 / 4
    assert found["in_range"] == 3 / 4
    assert found["missing_shift"] == pytest.approx(1 / 5)
    assert of_column(["x", "y", None, None], ["x", "y"])["in_range"] == 1 / 2


def test_gaps_of_numbers():
    real = np.where(np.arange(40) % 4 > 0, np.arange(40.0), np.nan)
    rows = np.where(np.arange(30) % 2 > 0, np.arange(30.0), np.nan)
    found = of_column(rows, real)
    assert found["missing_shift"] == pytest.approx(1 / 4)
    assert found["in_range"] == 1
    assert found["shape"] == pytest.approx(1 - ks_2samp(rows[1::2], real[~np.isnan(real)]).statistic)
    assert of_column(rows, np.arange(40.0))["in_range"] == 1 / 2  # real rows have no gaps


def test_decimals():
    real = np.arange(40) / 4  # two decimals
    assert of_column(np.array([1.5, 2.25, 3.125, 7.1234]), real)["decimals"] == 1 / 2
    assert "decimals" not in of_column(real, rng.normal(size=40))


@pytest.mark.parametrize("dtype", ["float16", "float32", "Float32", "float[pyarrow]"])
def test_narrow_floats_are_the_decimals_they_are_written_with(dtype):
    real = np.arange(40) / 10
    found = of_column(pd.Series(real).astype(dtype), real)
    assert found["shape"] == found["decimals"] == 1
    gappy = pd.Series(np.where(real > 1, real, np.nan)).astype(dtype)
    assert of_column(gappy, real)["missing_shift"] == pytest.approx(11 / 40)


def test_a_column_without_values_gets_the_worst_shape():
    found = scores(ROWS.assign(a=np.nan))
    assert found["shape"].per_column[0] == found["range_coverage"].per_column[0] == 0
    assert found["missing_shift"].per_column[0] == 1
    assert np.isnan(found["wasserstein"].per_column[0])
    assert np.isfinite(found["wasserstein"].value)


def test_a_constant_column_breaks_nothing():
    collapsed = scores(ROWS.assign(a=0.1))
    assert collapsed["std_shift"].per_column[0] == pytest.approx(1)
    real = of_column(np.full(30, 0.1), np.full(25, 0.1), continuous=["a"])
    assert real["shape"] == real["in_range"] == 1
    assert np.isnan(real["wasserstein"])
    note = scores(*[pd.DataFrame({"a": np.full(30, 0.1)})] * 3, continuous=["a"])["wasserstein"].note
    assert note == "every column is constant or empty"


def test_a_reference_without_values_is_left_out():
    found = scores(ROWS, HOLDOUT.assign(a=np.nan))
    assert np.isnan(found["shape"].per_column[0])
    assert np.isfinite(found["shape"].value)


def test_scores_that_no_column_has_are_left_out():
    assert set(scores(ROWS)) == SPECS.keys()
    assert not {"tv_complement", "category_coverage"} & set(of_column(rng.normal(size=30), rng.normal(size=30)))
    labels = of_column(list("xyz"), list("xyzxyz"))
    assert set(labels) == {"shape", "tv_complement", "category_coverage", "in_range", "missing_shift"}


def test_one_score_stands_for_the_family():
    assert [name for name, kind in SPECS.items() if kind.headline] == ["shape"]


def test_the_spread_is_that_of_drawing_again():
    """The bootstrap's standard error of a mean is that of the textbook."""
    found = scores(ROWS)["mean_shift"]
    own, real = ROWS["a"], HOLDOUT["a"]
    alone = scores(ROWS[["a"]], HOLDOUT[["a"]], TRAIN[["a"]])["mean_shift"]
    truth = own.std() / np.sqrt(len(ROWS)) / pd.concat([TRAIN["a"], real]).std()
    assert alone.spread == pytest.approx(truth, rel=0.5)
    assert 0 < found.spread < 2 * truth
    assert np.isnan(measure(make_tables(TRAIN, ROWS), "copula", 0)["mean_shift"].spread)
    assert np.isnan(scores(ROWS)["range_coverage"].spread)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_a_table_against_itself_is_perfect_in_any_order(seed):
    table = TRAIN.iloc[:60]
    mixed = table.sample(frac=1, random_state=seed)
    for name, measured in scores(mixed, table, table).items():
        assert measured.value == pytest.approx(float(SPECS[name].direction == "higher"), abs=1e-12), name


@settings(max_examples=50)
@given(numbers.filter(lambda values: len(set(values)) > 3), numbers)
def test_scores_stay_in_their_ranges(real, rows):
    for name, value in of_column(rows, real, continuous=["a"]).items():
        low, high = SPECS[name].range
        assert low <= value <= high or np.isnan(value), name


def test_a_column_without_real_values_breaks_nothing():
    """Features have some, but of a large holdout only some rows are taken."""
    column = NumberColumn(Feature("a"), np.arange(4.0), np.full(3, np.nan), np.full(5, np.nan))
    found = column.scores(np.array([1, 1, 1, 1, 0]))
    assert found["in_range"] == 0
    assert found["missing_shift"] == 1
    assert np.isnan(found["shape"])
