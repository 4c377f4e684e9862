"""What every synthesizer of rows promises, as checks that need no test framework."""

from __future__ import annotations

import copy
import pickle
import tempfile
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from tabgan.errors import InputError
from tabgan.persistence import load
from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.row_synthesizer import RowSynthesizer


def make_table(n: int = 150) -> pd.DataFrame:
    """Return a simulated table with columns of all kinds, of shape (n, 13)."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "two decimals": rng.normal(10, 3, n).round(2),
            "整数": rng.poisson(3, n),
            "float32": rng.normal(size=n).astype("float32"),
            "constant": 1013.25,
            "flag": rng.random(n) < 0.3,
            "nullable": pd.array(rng.integers(0, 9, n), "Int64"),
            "one": np.int8(1),
            "heavy": rng.pareto(1.0, n),
            "small": rng.integers(0, 5, n).astype("uint8"),
            "gaps": np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n)),
            "label": rng.choice(["a", "b", "ä"], n),
            "grade": pd.Categorical(rng.choice(["low", "high"], n), ["low", "mid", "high"], ordered=True),
            "day": pd.Timestamp("2024-01-31") + pd.to_timedelta(rng.integers(0, 90, n), "D"),
        }
    )


class Case:
    """A synthesizer that is checked: unfitted, and fitted to the same table as often as checks need it."""

    def __init__(self, estimator: BaseSynthesizer, table: pd.DataFrame | None = None) -> None:
        self.estimator = clone(estimator).set_params(random_state=1)
        self.table = make_table() if table is None else table

    def fit(self, table: Any = None, seed: Any = 1, **params: Any) -> Any:
        """Return a fit of its own."""
        fresh: BaseSynthesizer = clone(self.estimator).set_params(random_state=seed, **params)
        return fresh.fit(self.table if table is None else table)

    @cached_property
    def fitted(self) -> Any:
        return self.fit()


def check_synthesizer(estimator: RowSynthesizer) -> None:
    """Raise an error unless a synthesizer of rows keeps what all of them promise.

    Among this are scikit-learn's own checks of an estimator. Give one that is quickly fitted, which is done about 100
    times to small tables, and is registered, because it is saved and loaded, too.

    Parameters
    ----------
    estimator : RowSynthesizer
        It is cloned, not changed.

    Raises
    ------
    AssertionError
        A promise is broken: the check's docstring says which.

    Examples
    --------
    >>> from tabgan import WGANGPSynthesizer
    >>> check_synthesizer(WGANGPSynthesizer(iterations=2, hidden=(8,), preset="fast"))  # doctest: +SKIP
    """
    case = Case(estimator)
    for check in CHECKS:
        check(case)


def same(first: Any, second: Any) -> None:
    pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(second), check_exact=True)


def check_scikit_learn_accepts_it(case: Case) -> None:
    """It is an estimator as scikit-learn wants it."""
    check_estimator(clone(case.estimator))


def check_seeds(case: Case) -> None:
    """The same seed gives the same rows, another seed others; without one the fit's own seed is taken."""
    first, again, other = case.fitted, case.fit(), case.fit(seed=2)
    same(first.sample(20), again.sample(20))
    same(first.sample(20, random_state=7), again.sample(20, random_state=7))
    assert not first.sample(20, random_state=7).equals(first.sample(20, random_state=8))
    assert not other.sample(20).equals(first.sample(20)), "a fit with another seed gives the same rows"
    drawn = case.fit(seed=None)
    same(drawn.sample(10), drawn.sample(10, random_state=drawn.seed_))


def check_kinds_of_random_state(case: Case) -> None:
    """Integers and generators are taken; what is no seed is refused."""
    few = case.table[["two decimals", "整数", "label"]]
    for kind in (np.int64, np.random.RandomState, np.random.default_rng):
        first, second, other = (case.fit(few, kind(seed)) for seed in (5, 5, 6))
        assert first.seed_ == second.seed_ != other.seed_
        same(first.sample(10), second.sample(10))
        same(first.sample(10, kind(7)), second.sample(10, kind(7)))
    case.fit(few, 2**32 - 1).sample(3, 2**32 - 1)
    for wrong in (-1, 2**32, "seven", 1.5):
        refuses("a seed must be a whole number", partial(case.fitted.sample, 1, wrong))
        refuses("a seed must be", partial(case.fit, few, wrong))


def check_numbers_of_rows(case: Case) -> None:
    """Any number of rows can be had, and the first ones are always the same."""
    many = case.fitted.sample(2 * BLOCK_ROWS)
    for n in (0, 1, 2, 150, BLOCK_ROWS, BLOCK_ROWS + 1):
        rows = case.fitted.sample(n)
        assert rows.index.equals(pd.RangeIndex(n))
        same(many.iloc[:n], rows)
    no_numbers: tuple[Any, ...] = (-5, 1.5, "ten", None, True)
    for wrong in no_numbers:
        refuses("n_samples must be a whole number", partial(case.fitted.sample, wrong))


def check_what_comes_back(case: Case) -> None:
    """Columns, dtypes, decimals, constants and labels come back, and no value lies outside the range."""
    for n in (0, 500):
        rows = case.fitted.sample(n)
        assert list(rows.columns) == list(case.table.columns)
        assert rows.dtypes.equals(case.table.dtypes), "dtypes must come back"
    assert (rows["two decimals"].round(2) == rows["two decimals"]).all()
    assert (rows["constant"] == 1013.25).all()
    assert (rows["one"] == 1).all()
    assert set(rows["label"]) <= {"a", "b", "ä"}
    assert set(rows["grade"]) <= {"low", "high"}
    assert not rows.isna().any()[~case.table.isna().any()].any(), "only columns with gaps may have gaps"
    for name in case.table.columns.drop(["label", "grade"]):
        seen = case.table[name]
        assert rows[name].dropna().between(seen.min(), seen.max()).all(), f"{name} leaves the range that was seen"


def check_arrays(case: Case) -> None:
    """An array gives an array of its dtype."""
    for dtype in ("float64", "float32", "int64"):
        X = (10 * np.random.default_rng(0).normal(size=(60, 3))).astype(dtype)
        rows = case.fit(X).sample(20)
        assert isinstance(rows, np.ndarray)
        assert (rows.shape, rows.dtype) == ((20, 3), dtype)


def check_conditions(case: Case) -> None:
    """Rows meet conditions, hold known values and are balanced when asked to."""
    assert (case.fitted.sample(20, conditions="label=a")["label"] == "a").all()
    known = pd.DataFrame({"label": ["b", "a", "b"]}, index=[5, 3, 9])
    same(case.fitted.sample(known=known)[["label"]], known)
    assert case.fitted.sample(30, balance="label")["label"].value_counts().tolist() == [10, 10, 10]


def check_files(case: Case) -> None:
    """A saved model is the same model, and its file the same for the same seed, also after rows were sampled."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first.tabgan"), Path(folder, "second.tabgan")
        case.fitted.save(first)
        for again in (load(first), type(case.fitted).load(first)):
            assert type(again) is type(case.fitted)
            same(again.sample(20), case.fitted.sample(20))
            assert again.seed_ == case.fitted.seed_
            again.save(second)
            assert second.read_bytes() == first.read_bytes(), "a loaded model must be saved as it was"
        case.fit().save(second)
        assert second.read_bytes() == first.read_bytes(), "the same seed must give the same file"
        assert case.fitted.summary() == load(first).summary()


def check_copies(case: Case) -> None:
    """A clone is unfitted, copies and pickles are the same model; the pickle is made here, no file is unpickled."""
    fresh = clone(case.fitted)
    assert fresh.get_params() == case.fitted.get_params()
    refuses("not fitted", lambda: fresh.sample(1), NotFittedError)
    for copied in (copy.deepcopy(case.fitted), pickle.loads(pickle.dumps(case.fitted))):
        same(copied.sample(20), case.fitted.sample(20))


def check_global_generators(case: Case) -> None:
    """numpy's and torch's global generators are left alone."""
    before, torch_before = np.random.get_state()[1].copy(), torch.get_rng_state()  # type: ignore[index]  # noqa: NPY002
    case.fit(seed=None).sample(5)
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]  # noqa: NPY002
    assert torch.equal(torch_before, torch.get_rng_state())


def check_nothing_to_learn(case: Case) -> None:
    """A table in which no column varies is refused."""
    table = pd.DataFrame({"a": [1.0] * 5, "b": [2] * 5})
    refuses("must have a column that varies", lambda: case.fit(table))


def refuses(words: str, attempt: Callable[[], Any], kind: type[Exception] = InputError) -> None:
    """Raise AssertionError unless an attempt ends in an error of that kind with these words."""
    try:
        attempt()
    except kind as error:
        if words in str(error):
            return
        raise AssertionError(f"the error must say {words!r}, but says {str(error)!r}") from error
    raise AssertionError(f"there must be an {kind.__name__} that says {words!r}")


CHECKS: tuple[Callable[[Case], None], ...] = (
    check_scikit_learn_accepts_it,
    check_seeds,
    check_kinds_of_random_state,
    check_numbers_of_rows,
    check_what_comes_back,
    check_arrays,
    check_conditions,
    check_files,
    check_copies,
    check_global_generators,
    check_nothing_to_learn,
)
