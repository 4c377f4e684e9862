"""What a target is, and what cannot be one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, TabganWarning
from tabgan.augmentation.augmenter import AugmentedRows
from tabgan.augmentation.supervised import make_supervised


def table_of(target: object, n: int = 60) -> pd.DataFrame:
    return pd.DataFrame({"x": np.linspace(0, 1, n) ** 2, "y": target})


@pytest.mark.parametrize(
    ("target", "task", "n_classes"),
    [
        (["a", "b", "c"] * 20, None, 3),
        ([True, False] * 30, None, 2),
        ([0, 1] * 30, None, 2),
        ([0.5, 1.5] * 30, None, 2),
        (np.linspace(0, 7, 60), None, 0),
        (np.arange(60) % 10, "classes", 10),
        (np.arange(60) % 10, "numbers", 0),
        (np.arange(60) * 100.0 + 0.5, None, 0),
        (np.arange(60), None, 0),
        (pd.Categorical([1, 2, 3] * 20), None, 3),
    ],
)
def test_a_target_is_classes_or_numbers(target: object, task: str | None, n_classes: int):
    problem = make_supervised(table_of(target), "y", task)
    assert problem.n_classes == n_classes
    assert list(problem.X.columns) == ["x"]
    assert problem.y.dtype.kind == ("f" if n_classes == 0 else problem.y.dtype.kind)


@pytest.mark.parametrize(
    ("target", "task", "words"),
    [
        (np.arange(60) % 10, None, "10 whole numbers, which may be classes or numbers; say task='classes'"),
        (np.arange(60) % 30, None, "30 whole numbers"),
        (np.ones(60), None, "must vary"),
        (np.where(np.arange(60) == 4, np.nan, 1.5 * np.arange(60)), None, "1 of them lack it, the first is row 5"),
        (np.where(np.arange(60) == 4, np.inf, 1.5 * np.arange(60)), None, "must be finite"),
        ([f"pump {i}" for i in range(60)], None, "different in every row"),
        (pd.date_range("2024", periods=60), None, "dates or times"),
        (["2024-01-05", "2024-02-06", "2024-03-09"] * 20, None, "dates or times"),
        (np.arange(60) * 1e299 + 0.5, None, "whose squares can be written"),
        (["a", "b"] * 30, "numbers", "must be numbers for task='numbers', but holds 'a'"),
    ],
)
def test_other_targets_are_refused(target: object, task: str | None, words: str):
    with pytest.raises(InputError, match=words):
        make_supervised(table_of(target), "y", task)


def test_many_classes_and_no_features_are_refused():
    with pytest.raises(InputError, match="at most 100 classes, but has 150"):
        make_supervised(table_of([f"c{i % 150}" for i in range(300)], 300), "y")
    with pytest.raises(InputError, match="the only one"):
        make_supervised(table_of(["a", "b"] * 30)[["y"]], "y")


def test_dates_are_told_of():
    dated = table_of(["a", "b"] * 30).assign(day=pd.date_range("2024", periods=60).strftime("%Y-%m-%d"))
    with pytest.warns(TabganWarning, match="column day holds dates.*with groups"):
        make_supervised(dated, "y")


def test_generated_targets_come_back_as_real_ones_are():
    table = pd.DataFrame({"y": [1.25, 2.5, 3.75, 9.0], "x": [1, 2, 3, 4]})
    augmented = AugmentedRows(
        pd.DataFrame({"x": [1, 2, 3, 4, 7, 8]}),
        np.array([1.25, 2.5, 3.75, 9.0, 3.14159, 8.0]),
        np.ones(6),
        np.array(["real"] * 4 + ["generated"] * 2, dtype=object),
    )
    whole = make_supervised(table, "y").add(augmented)
    assert whole.iloc[:4].equals(table)
    assert whole["y"].tolist()[4:] == [3.14, 8.0]
    assert whole["x"].dtype == table["x"].dtype
