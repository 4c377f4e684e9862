"""Scores of pairs of columns against pandas, scipy and numbers worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import pdist, squareform

from tabgan.evaluation.families.dependence import SPECS, measure
from tabgan.evaluation.features import align
from tabgan.evaluation.pairs import distance_correlation, pearson, ranks
from tabgan.evaluation.scores import NotComputableError
from tabgan.evaluation.tables import Tables, make_tables

rng = np.random.default_rng(0)
matrices = arrays(np.float64, st.tuples(st.integers(20, 40), st.integers(2, 4)), elements=st.floats(-1e3, 1e3))


def frame(n_rows: int, noise: float) -> pd.DataFrame:
    a = rng.normal(size=n_rows)
    c = np.where(a + noise * rng.normal(size=n_rows) > 0, "high", "low")
    d = np.where(rng.random(n_rows) < 0.8, c, "none")
    return pd.DataFrame({"a": a, "b": a**3 + noise * rng.normal(size=n_rows), "c": c, "d": d, "e": rng.random(n_rows)})


REAL, ROWS = frame(400, 0.3), frame(300, 2.0)


def scores(rows, real=REAL, **options):
    features, found, _ = align({"train": real, "holdout": real, "rows": rows}, **options)
    tables = Tables(features, found["train"], found["holdout"], {"synthetic": found["rows"]}, None, True)
    return measure(tables, "synthetic", 0)


def gappy(table: pd.DataFrame) -> pd.DataFrame:
    return table.mask(rng.random(table.shape) < 0.2)


def test_correlations_are_those_of_pandas():
    for table in (REAL[["a", "b", "e"]], gappy(REAL[["a", "b", "e"]]), REAL[["a", "b"]] + 1e9):
        assert pearson(table.to_numpy()) == pytest.approx(table.corr().to_numpy(), abs=1e-6)
    ranked = ranks(REAL[["a", "b"]].round(1).to_numpy())
    assert pearson(ranked) == pytest.approx(REAL[["a", "b"]].round(1).corr("spearman").to_numpy())


def test_ranks_are_those_of_pandas():
    table = gappy(REAL[["a", "b"]].round(1))
    assert ranks(table.to_numpy()) == pytest.approx(table.rank().to_numpy(), nan_ok=True)


def test_a_constant_column_has_no_correlation():
    table = np.column_stack([np.full(30, 0.1), rng.normal(size=(30, 2))])
    table[:10, 1] = np.nan
    table[10:, 2] = 0.3  # constant where column 1 is present
    assert np.isnan(pearson(table)[~np.eye(3, dtype=bool)]).all()
    assert np.isnan(distance_correlation(table)[0, 1:]).all()
    assert np.isnan(pearson(np.full((5, 2), np.nan))).all()


def test_distance_correlations_are_those_of_the_paper():
    """Definitions 4 and 5 of Szekely, Rizzo and Bakirov (2007), by loops over pairs."""
    table = REAL[["a", "b", "e"]].to_numpy()[:50]
    centred = []
    for column in table.T:
        d = squareform(pdist(column[:, None]))
        centred.append(d - d.mean(axis=0) - d.mean(axis=1, keepdims=True) + d.mean())
    for i, j in itertools.combinations(range(3), 2):
        covariance, *variances = ((centred[x] * centred[y]).mean() for x, y in ((i, j), (i, i), (j, j)))
        assert distance_correlation(table)[i, j] ** 2 == pytest.approx(covariance / np.sqrt(np.prod(variances)))


def test_gaps_in_distance_correlations_are_left_out():
    table = REAL[["a", "b"]].to_numpy()[:60].copy()
    table[40:] = np.nan
    assert distance_correlation(table) == pytest.approx(distance_correlation(table[:40]))


def test_distance_correlation_sees_a_circle_that_the_others_do_not():
    angle = rng.uniform(0, 2 * np.pi, 300)
    circle = pd.DataFrame({"x": np.cos(angle), "y": np.sin(angle)})
    found = scores(circle.assign(y=rng.permutation(circle["y"])), circle)
    assert found["pairs"].value > 0.95
    assert found["pearson"].value < 0.1
    assert found["distance_correlation"].value > 0.1


def test_pairs_of_numbers_by_pandas():
    found = scores(ROWS)
    upper = np.triu_indices(3, 1)
    for name in ("pearson", "spearman"):
        differences = (REAL.corr(name, numeric_only=True) - ROWS.corr(name, numeric_only=True)).abs().to_numpy()
        assert found[name].value == pytest.approx(differences[upper].mean())
        assert found[name].per_column[[0, 1, 4]] == pytest.approx(differences.sum(axis=0) / 2)


def contingency(real: pd.DataFrame, rows: pd.DataFrame) -> float:
    """1 - total variation of two columns, through their crosstabs."""
    first, second = (pd.crosstab(*table.to_numpy(object).T, normalize=True).stack() for table in (real, rows))
    return 1 - first.sub(second, fill_value=0).abs().sum() / 2


def test_pairs_with_labels_by_crosstabs():
    found = scores(ROWS)
    edges = np.histogram_bin_edges(REAL["a"], 10)
    edges[[0, -1]] = -np.inf, np.inf
    binned = [t.assign(a=pd.cut(t["a"], edges, right=False, labels=False)) for t in (REAL, ROWS)]
    pairs = found["pairs"].per_pair.set_index(["first", "second"])["value"]
    assert pairs[0, 2] == pytest.approx(contingency(*[t[["a", "c"]] for t in binned]))
    assert found["contingency"].value == pytest.approx(contingency(REAL[["c", "d"]], ROWS[["c", "d"]]))
    assert found["contingency"].value == pairs[2, 3]
    mixed = [pairs[pair] for pair in [(0, 2), (0, 3), (1, 2), (1, 3), (2, 4), (3, 4)]]
    assert found["mixed"].value == pytest.approx(np.mean(mixed))


def test_more_cells_than_rows_and_gaps_change_nothing():
    tables = [
        pd.DataFrame(rng.integers(60, size=(n, 2)), columns=["x", "y"]).astype(str).add("q").assign(z=rng.random(n))
        for n in (300, 200)
    ]
    for table in tables:
        table.loc[::3, "z"] = np.nan
    edges = np.histogram_bin_edges(tables[0]["z"].dropna(), 10)
    edges[[0, -1]] = -np.inf, np.inf
    binned = [t.assign(z=pd.cut(t["z"], edges, right=False, labels=False)) for t in tables]
    pairs = scores(tables[1], tables[0])["pairs"].per_pair["value"]
    for value, columns in zip(pairs, (["x", "y"], ["x", "z"], ["y", "z"]), strict=True):
        assert value == pytest.approx(contingency(*[t[columns].dropna() for t in binned]))


def test_the_headline_is_the_mean_over_all_pairs():
    found = scores(ROWS)
    pairs = found["pairs"].per_pair
    assert pairs[["first", "second"]].to_numpy().tolist() == [list(p) for p in itertools.combinations(range(5), 2)]
    assert found["pairs"].value == pytest.approx(pairs["value"].mean())
    with_c = pairs[(pairs["first"] == 2) | (pairs["second"] == 2)]
    assert found["pairs"].per_column[2] == pytest.approx(with_c["value"].mean())
    similarity = 1 - abs(REAL["a"].corr(REAL["b"]) - ROWS["a"].corr(ROWS["b"])) / 2
    assert pairs["value"][0] == pytest.approx(similarity)
    assert [name for name, kind in SPECS.items() if kind.headline] == ["pairs"]


def test_shuffled_columns_lose_dependence_and_nothing_else():
    shuffled = REAL.apply(lambda column: rng.permutation(column))
    found = scores(shuffled)
    assert found["pearson"].value == pytest.approx(REAL.corr(numeric_only=True).to_numpy()[0, 1] / 3, abs=0.1)
    assert found["pairs"].value < scores(REAL.sample(300, random_state=0))["pairs"].value


def test_a_column_that_is_constant_in_the_rows_counts_zero():
    found = scores(ROWS.assign(b=7.0))
    pairs = found["pairs"].per_pair.set_index(["first", "second"])["value"]
    assert pairs[0, 1] == pairs[1, 4] == 0
    differences = [abs(REAL["a"].corr(REAL["b"])), abs(REAL["b"].corr(REAL["e"]))]
    assert found["pearson"].per_column[1] == pytest.approx(np.mean(differences))


def test_a_column_that_is_constant_in_the_reference_is_left_out():
    found = scores(ROWS, REAL.assign(b=7.0), continuous=["b"])
    pairs = found["pairs"].per_pair.set_index(["first", "second"])["value"]
    assert np.isnan([pairs[0, 1], pairs[1, 4]]).all()
    assert np.isfinite(found["pairs"].value)
    constant = pd.DataFrame({"a": np.full(30, 0.1), "b": np.full(30, 2.0)})
    found = scores(constant, constant, continuous=["a", "b"])
    assert np.isnan(found["pairs"].value)
    assert found["pairs"].note == "no pair of columns varies in the reference"


def test_gaps_are_left_out_of_pairs():
    real, rows = REAL.copy(), ROWS.copy()
    real.loc[:99, "a"], rows.loc[100:, "a"] = np.nan, np.nan
    pairs = scores(rows, real)["pairs"].per_pair.set_index(["first", "second"])["value"]
    fewer = scores(rows.iloc[:100], real.iloc[100:])["pairs"].per_pair.set_index(["first", "second"])["value"]
    for pair in [(0, 1), (0, 2), (0, 3), (0, 4)]:
        assert pairs[pair] == pytest.approx(fewer[pair])
    empty = scores(ROWS.assign(a=np.nan))["pairs"].per_pair
    assert (empty["value"][empty["first"] == 0] == 0).all()


def test_scores_that_no_pair_has_are_left_out():
    of_numbers = {"pairs", "pearson", "spearman", "distance_correlation"}
    assert set(scores(ROWS)) == SPECS.keys()
    assert set(scores(ROWS[["a", "b"]], REAL[["a", "b"]])) == of_numbers
    assert set(scores(ROWS[["c", "d"]], REAL[["c", "d"]])) == {"pairs", "contingency"}
    assert set(scores(ROWS[["a", "d"]], REAL[["a", "d"]])) == {"pairs", "mixed"}


def test_what_cannot_be_computed_says_why():
    with pytest.raises(NotComputableError, match="pairs need two columns"):
        scores(ROWS[["a"]], REAL[["a"]])
    with pytest.raises(NotComputableError, match="at least 20 real and 20 synthetic rows are needed"):
        scores(ROWS.iloc[:19])


def test_distances_are_taken_of_few_rows_which_a_note_says():
    assert scores(ROWS.iloc[:300], REAL.iloc[:300])["distance_correlation"].note == ""
    assert scores(ROWS)["distance_correlation"].note == "on 300 rows of each table"


def test_spreads_are_of_the_size_theory_tells():
    """The standard error of a correlation of independent normal columns is 1 / sqrt(n)."""
    rows = pd.DataFrame(rng.normal(size=(400, 2)), columns=["a", "b"])
    real = pd.DataFrame({"a": REAL["a"], "b": REAL["a"] + 0.1 * rng.normal(size=400)})
    found = scores(rows, real)
    assert found["pearson"].spread == pytest.approx(1 / 20, rel=0.5)
    assert found["pairs"].spread == pytest.approx(found["pearson"].spread / 2)
    assert np.isnan(measure(make_tables(REAL, ROWS), "copula", 0)["pairs"].spread)


def test_many_columns_get_no_spread():
    table = pd.DataFrame(rng.normal(size=(40, 33))).add_prefix("c")
    found = scores(table, table)
    assert len(found["pairs"].per_pair) == 528
    assert found["pairs"].value == pytest.approx(1)
    assert np.isnan(found["pairs"].spread)


@settings(max_examples=30)
@given(matrices, st.integers(0, 2**32 - 1))
def test_a_table_against_itself_is_perfect_in_any_order(values, seed):
    table = pd.DataFrame(values).add_prefix("c").assign(label=np.where(values[:, 0] > 0, "x", "y"))
    mixed = table.sample(frac=1, random_state=seed)
    for name, measured in scores(mixed, table).items():
        perfect = float(SPECS[name].direction == "higher")
        assert np.isnan(measured.value) or measured.value == pytest.approx(perfect, abs=1e-6), name


@settings(max_examples=30)
@given(matrices)
def test_scores_stay_in_their_ranges(values):
    half = len(values) // 2
    table = pd.DataFrame(np.vstack([values, values])).add_prefix("c")
    for name, measured in scores(table.iloc[:-half], table.iloc[half:]).items():
        low, high = SPECS[name].range
        assert low <= measured.value <= high or np.isnan(measured.value), name
