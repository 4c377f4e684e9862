"""What the digits of numbers tell alone: nothing of real rows, copies and rows that are made alike, all of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.evaluate import evaluate

rng = np.random.default_rng(0)
N = 400


def draw(n: int = N) -> pd.DataFrame:
    """Return numbers of several grains: four significant digits, steps, quarter hours, working days."""
    size = rng.lognormal(2, 1.5, n)
    return pd.DataFrame(
        {
            "size": [float(f"{x:.4g}") for x in size],
            "price": (size * 10).round() * 50,
            "mixed": np.where(rng.random(n) < 0.7, rng.normal(50, 9, n).round(), rng.normal(50, 9, n).round(2)),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 9000, n) * 15, "min"),
            "day": np.busday_offset("2020-01-01", rng.integers(0, 1000, n), roll="forward").astype("datetime64[s]"),
            "label": rng.choice(list("ab"), n),
        }
    )


TRAIN, HOLDOUT, LIKE = draw(), draw(), draw()
WRONG = {
    "more decimals": ("size", lambda x: (x * rng.uniform(0.99, 1.01, N)).round(3)),
    "fewer decimals": ("size", lambda x: x.round(1)),
    "all digits": ("mixed", lambda x: x + rng.normal(size=N)),
    "off the step": ("price", lambda x: x + rng.integers(0, 50, N)),
    "off the quarter": ("when", lambda t: t + pd.to_timedelta(rng.integers(0, 15, N), "min")),
    "at weekends": ("day", lambda t: t + pd.to_timedelta(rng.integers(0, 7, N), "D")),
}


def score(rows: pd.DataFrame, train: pd.DataFrame = TRAIN, holdout: pd.DataFrame | None = HOLDOUT):
    return evaluate(train, rows, holdout, only=["digits"])


def test_rows_that_are_made_alike_real_rows_and_copies_are_not_told():
    result = score(LIKE)
    got = result.scores["digits"]
    for who in ("synthetic", "real", "copies"):
        assert 0.4 < got.measured[who].value < 0.6, who
    assert got.baselines["smote"] > 0.9
    assert result.verdict.findings[0].level == "good"


def test_copies_of_learned_rows_are_not_called_bad():
    result = score(TRAIN.sample(N, replace=True, random_state=0))
    assert result.scores["digits"].value < 0.6
    assert score(TRAIN, holdout=None).scores["digits"].value < 0.6


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_digits_of_one_column_are_told_and_named(kind):
    column, spoil = WRONG[kind]
    rows = LIKE.copy()
    rows[column] = spoil(rows[column])
    result = score(rows)
    got = result.scores["digits"]
    parts = got.per_column["synthetic"]
    assert got.value > (0.6 if kind == "at weekends" else 0.75)
    assert parts.idxmax() == column
    assert f"Most they tell in {column}" in result.verdict.findings[0].text
    assert np.isnan(parts["label"])


def test_numbers_whose_digits_are_all_alike_tell_nothing():
    doubles = pd.DataFrame(rng.normal(size=(900, 2)), columns=["x", "y"])
    result = score(doubles[:300], doubles[300:600], doubles[600:])
    assert result.scores["digits"].value == 0.5


def test_without_numbers_there_is_no_such_score():
    labels = pd.DataFrame({"a": rng.choice(list("abc"), 300)})
    result = score(labels[:100], labels[100:200], labels[200:])
    assert "digits" in result.skipped


def test_gaps_are_no_digits():
    with_gaps = [table.assign(mixed=table["mixed"].where(rng.random(N) < 0.8)) for table in (LIKE, TRAIN, HOLDOUT)]
    assert score(*with_gaps).scores["digits"].value < 0.6
