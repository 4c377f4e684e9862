"""Scores against scipy and the judge, beside baselines that are what real rows get."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ks_2samp, wasserstein_distance

from tabgan import InputError, evaluate
from tabgan.evaluation.marginals import ks_distance
from tabgan.evaluation.result import EvaluationResult, Score
from tabgan.report.text import format_evaluation

rng = np.random.default_rng(0)
REAL = pd.DataFrame({"a": rng.normal(size=1000), "b": rng.poisson(2, 1000), "c": rng.pareto(2, 1000)})
LIKE = pd.DataFrame({"c": rng.pareto(2, 700), "a": rng.normal(size=700), "b": rng.poisson(2, 700)})

samples = arrays(np.float64, st.integers(1, 30), elements=st.integers(-3, 3).map(float) | st.floats(-1e6, 1e6))


@pytest.mark.filterwarnings("ignore:ks_2samp")
@given(samples, samples)
def test_the_ks_distance_is_scipys(a, b):
    assert ks_distance(a, b) == pytest.approx(ks_2samp(a, b, method="exact").statistic, abs=1e-12)


def test_scores_are_those_of_scipy():
    result = evaluate(REAL, LIKE)
    for name in REAL:
        scores = result.to_frame().loc[name]
        assert scores["ks_value"] == pytest.approx(ks_2samp(REAL[name], LIKE[name]).statistic)
        assert scores["wasserstein_value"] == pytest.approx(
            wasserstein_distance(REAL[name], LIKE[name]) / REAL[name].std()
        )
        assert scores["real_mean"] == pytest.approx(REAL[name].mean())
        assert scores["synthetic_std"] == pytest.approx(LIKE[name].std(ddof=1))
        assert (scores["real_min"], scores["synthetic_max"]) == (REAL[name].min(), LIKE[name].max())
    assert result.scores["ks"].value == pytest.approx(result.scores["ks"].per_column["value"].mean())


def test_the_baseline_is_that_of_halves_of_the_real_table():
    """The KS distance of two samples of n rows has mean about 0.87 sqrt(2 / n)."""
    continuous = REAL[["a", "c"]]
    result = evaluate(continuous, LIKE[["a", "c"]])
    assert result.scores["ks"].baseline == pytest.approx(0.87 * np.sqrt(2 / 500), rel=0.15)
    assert result.scores["ks"].value < 1.3 * result.scores["ks"].baseline
    assert "two random halves" in result.against


def test_a_holdout_is_what_rows_are_compared_with():
    holdout = REAL.sample(frac=1, random_state=1).iloc[:400]
    result = evaluate(REAL, LIKE, holdout)
    std = pd.concat([REAL, holdout])["a"].std()
    ks = result.scores["ks"].per_column.loc["a"]
    wasserstein = result.scores["wasserstein"].per_column.loc["a"]
    assert ks["value"] == pytest.approx(ks_2samp(holdout["a"], LIKE["a"]).statistic)
    assert ks["baseline"] == pytest.approx(ks_2samp(holdout["a"], REAL["a"]).statistic)
    assert wasserstein["value"] == pytest.approx(wasserstein_distance(holdout["a"], LIKE["a"]) / std)
    assert "the holdout" in result.against


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.01, "as close as real rows are"), (0.015, "close:"), (0.03, "not yet close"), (0.05, "far off")],
)
def test_the_verdict_says_it_in_words(value, words):
    index = ["a", "b"]
    ks = Score.of_columns("ks", "KS", 1.0, pd.Series([value, value], index), pd.Series([0.01, 0.01], index))
    verdict = str(EvaluationResult({"ks": ks}, pd.DataFrame(index=index), 10, 10, "the real table"))
    assert f"the synthetic table is {words}" in verdict
    assert f"{value / 0.01:.1f} times the 0.010 of real rows" in verdict


def test_the_same_call_gives_the_same_result():
    assert evaluate(REAL, LIKE).to_dict() == evaluate(REAL, LIKE).to_dict()
    assert evaluate(REAL, LIKE, random_state=1).to_dict() != evaluate(REAL, LIKE).to_dict()


def test_constant_columns_do_not_break_it():
    result = evaluate(REAL.assign(k=1.0), LIKE.assign(k=1.0))
    assert result.scores["ks"].per_column.loc["k"].tolist() == [0, 0]
    assert np.isnan(result.scores["wasserstein"].per_column["value"]["k"])
    assert np.isfinite(result.scores["wasserstein"].value)
    written = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert written["columns"][-1]["column"] == "k"
    assert written["columns"][-1]["wasserstein_value"] is None
    both = evaluate(REAL[["b"]] * 0, LIKE[["b"]] * 0)
    assert "1.0 times" in both.verdict


def test_columns_without_numbers_are_left_out_and_said():
    more = {"text": "x", "day": pd.Timestamp("2020-01-01"), "kind": pd.Categorical([1] * 700), "none": np.nan}
    real = REAL.iloc[:700].assign(**more)
    result = evaluate(real, LIKE.assign(**more))
    assert result.left_out == ("text", "day", "kind", "none")
    assert result.scores["ks"].per_column.equals(evaluate(REAL.iloc[:700], LIKE).scores["ks"].per_column)
    assert json.loads(json.dumps(result.to_dict()))["left_out"] == list(result.left_out)
    assert "not scored, because they hold no numbers: text, day, kind, none" in format_evaluation(result)
    assert "not scored" not in format_evaluation(evaluate(REAL, LIKE))


@pytest.mark.parametrize("dtype", ["float64", "Int64", "object"])
def test_gaps_are_left_out(dtype):
    gappy = REAL.assign(b=REAL["b"].astype("float64").where(REAL.index % 3 > 0).astype(dtype))
    kept = REAL["b"][REAL.index % 3 > 0]
    scores = evaluate(REAL, gappy.iloc[::-1]).to_frame().loc["b"]
    assert scores["ks_value"] == pytest.approx(ks_2samp(REAL["b"], kept).statistic)
    assert scores["synthetic_mean"] == pytest.approx(kept.mean())
    assert evaluate(gappy, REAL).to_frame().loc["b", "real_std"] == pytest.approx(kept.std())


def test_arrays_are_tables_too():
    result = evaluate(REAL.to_numpy(), LIKE[list(REAL)].to_numpy())
    assert result.scores["ks"].value == evaluate(REAL, LIKE).scores["ks"].value
    assert list(result.statistics.index) == [1, 2, 3]


@pytest.mark.parametrize(
    ("real", "synthetic", "message"),
    [
        (REAL, LIKE[["a"]], "the synthetic table must have the columns of the real table, but it lacks b, c; select"),
        (REAL[["a"]], LIKE[["a", "b"]], "but it has besides b; select"),
        (REAL, LIKE.assign(a=np.nan), "the synthetic table must have values in column 'a', but all are missing; leave"),
        (
            REAL,
            LIKE.assign(a="x"),
            "the synthetic table cannot be scored: column 'a' must hold numbers, but has 'x' in",
        ),
        (REAL.assign(a=np.inf), LIKE, "the real table cannot be scored: column 'a' must hold finite values, but 1000"),
        (
            REAL[["a"]].assign(a="x"),
            LIKE[["a"]],
            "the real table must have a column of numbers to be scored, but a hold",
        ),
        (
            REAL.assign(t="x"),
            LIKE,
            "the synthetic table must have the columns of the real table, but it lacks t; select",
        ),
        (REAL.iloc[:3], LIKE, "must have at least 4 rows to be halved, but has 3"),
        (REAL, LIKE.iloc[:1], "the synthetic table must have at least 2 rows"),
    ],
)
def test_tables_that_cannot_be_compared_are_explained(real, synthetic, message):
    with pytest.raises(InputError) as error:
        evaluate(real, synthetic)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("cwru_bearing/feature_time_48k_2048_load_1.csv", slice(0, 9)),
        ("concrete/concrete.csv", slice(0, 9)),
        ("magic/magic04.csv", slice(0, 10)),
    ],
)
def test_the_scores_agree_with_the_independent_judge(shared, file, columns):
    spec = importlib.util.spec_from_file_location("judge", shared / "judge" / "metrics.py")
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    table = pd.read_csv(shared / "data" / file).iloc[:3000, columns]
    order = np.random.default_rng(0).permutation(len(table))
    train, test = table.iloc[order[::2]], table.iloc[order[1::2]]
    synthetic = train * 1.01 + 0.1 * train.std()
    kinds = dict.fromkeys(table, "num")
    result = evaluate(train, synthetic, test)
    assert result.scores["ks"].value == pytest.approx(judge.shape_scores(test, synthetic, kinds)["ks_mean"], abs=1e-9)
    assert result.scores["wasserstein"].value == pytest.approx(
        judge.wasserstein(train, test, synthetic, kinds)["w1_mean"]
    )
