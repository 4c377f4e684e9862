"""What columns are taken for, and what is refused with which advice."""

from __future__ import annotations

import datetime
import warnings

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.schema.infer import learn_column
from tabgan.schema.labels import MOST_LEVELS
from tabgan.spelling import command_line


def column(values, dtype=None):
    return pd.Series(values, name="x", dtype=dtype)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, 2], "integer"),
        ([1.0, 2.0, np.nan], "integer"),
        ([1.5, 2.0], "continuous"),
        (["1", "2.5", None], "continuous"),
        (["1", " 2", None], "integer"),
        ([True, False], "boolean"),
        ([True, None, False], "boolean"),
        (pd.array([True, None, False], "boolean"), "boolean"),
        (["a", "b", "a"], "categorical"),
        (["True", "False"], "categorical"),
        (pd.Categorical([1, 2, 1]), "categorical"),
        (pd.Categorical([True, False]), "categorical"),
        (pd.array([1, None, 2], "Int8"), "integer"),
        ([datetime.date(2024, 1, 31), datetime.date(2024, 2, 1)], "datetime"),
        (pd.to_datetime(["2024-01-31", "2024-02-01"]), "datetime"),
        (pd.to_timedelta(["1h", "2h"]), "datetime"),
        (["2024-01-31", "2024-02-01", None], "datetime"),
        (["2024-01-31", "2024-02-31"], "categorical"),
        (["2024/1/31 9:05", "2024/2/1 10:00"], "datetime"),
        (["31.01.2024", "01.02.2024"], "datetime"),
        (["2024-01-31T10:00:00Z", "2024-01-31T10:00:00.5+02:00"], "datetime"),
        ([3, 3], "constant"),
        (["a", None], "categorical"),
        ([3, None], "integer"),
    ],
    ids=str,
)
def test_kinds_are_found(values, kind):
    assert learn_column(column(values)).kind == kind


@pytest.mark.parametrize(
    ("values", "asked", "levels"),
    [
        ([3, 1, 2, 1], "categorical", (1, 2, 3)),
        ([2.5, 1.0, np.nan], "categorical", (1.0, 2.5)),
        (["10", "9", "9"], "categorical", ("10", "9")),
        (["2024-01-31", "2024-02-01"], "categorical", ("2024-01-31", "2024-02-01")),
        (["a", 1, None], "categorical", (1, "a")),
        ([1, 0, 1], "boolean", (0, 1)),
        (["yes", "no"], "boolean", ("no", "yes")),
        ([f"id{i}" for i in range(100)], "categorical", tuple(sorted(f"id{i}" for i in range(100)))),
    ],
    ids=str,
)
def test_what_is_asked_for_as_labels_has_levels(values, asked, levels):
    found = learn_column(column(values), asked)
    assert (found.kind, found.levels) == (asked, levels)
    assert [type(level) for level in found.levels] == [type(level) for level in levels]


def test_numbers_are_taken_for_what_is_asked():
    assert learn_column(column([1.0, 2.0]), "integer").decimals == 0
    assert learn_column(column([1.0, 2.0]), "continuous").decimals is None  # between the whole numbers too
    assert learn_column(column([1.25, 2.0]), "continuous").decimals == 2
    assert learn_column(column(pd.Categorical([3, 4])), "integer").kind == "integer"
    assert learn_column(column([True, False]), "integer").kind == "integer"


IDENTIFIERS = [f"id{i}" for i in range(21)]


@pytest.mark.parametrize(
    ("values", "asked", "message"),
    [
        (
            IDENTIFIERS,
            None,
            "different in every row cannot be learned, but column 'x' has 21 distinct texts in as many",
        ),
        ([*IDENTIFIERS, None], None, "leave it out with X.drop(columns='x')"),
        (
            IDENTIFIERS * 50 + [f"v{i}" for i in range(1000)],
            None,
            "at most 1,000 labels, but 'x' has 1,021, such as 'id0'",
        ),
        (list(range(MOST_LEVELS + 1)), "categorical", "at most 1,000 labels, but 'x' has 1,001"),
        (
            [1, 2, "n.a."],
            None,
            "but 'x' has numbers ('1' in row 1) and text ('n.a.' in row 3); mend these values, or make gaps of the "
            "texts with missing=['n.a.'], or take all for labels",
        ),
        (
            ["a", None, "7", "a"],
            None,
            "has text ('a' in row 1) and numbers ('7' in row 3); mend these values, or take all",
        ),
        ([datetime.time(9), "soon"], None, "; mend these values, or make gaps of the texts with missing=['soon']"),
        ([datetime.time(9), "a", "b", "c", "d"], None, "; mend these values, or leave it out with X.drop(columns='x')"),
        (
            [datetime.time(9), datetime.date(2024, 1, 31)],
            None,
            "; mend these values, or leave it out with X.drop(columns='x')",
        ),
        ([True, 2.5], None, "has truth values ('True' in row 1) and numbers ('2.5' in row 2)"),
        ([[1], [2]], None, "must hold numbers, dates, truth values or text, but 'x' has '[1]' (list) in row 1"),
        ([1j, 2j], None, "but 'x' has '1j' (complex128) in row 1"),
        ([1.0, np.inf, -np.inf], None, "must hold finite values, but 2 are infinite (inf), the first in row 2"),
        ([1, 2**53], None, "whole numbers below 2^53, above which they are not exact, but 9007199254740992 in row 2"),
        (
            [1.0, None, 2.5],
            "integer",
            "'x' has 2.5 in row 3; take it with kinds={'x': 'continuous'}",
        ),
        (["1", "b"], "integer", "column 'x' must hold numbers, but has 'b' in row 2"),
        (["2024-01-31", None, "soon"], "datetime", "must hold dates in one form, but has 'soon' in row 3; mend it"),
        (["2024-01-31", "2024-02-30"], "datetime", "but has '2024-02-30' in row 2"),
        (["2024-01-31", "2024/01/31"], "datetime", "in one form, but has '2024/01/31' in row 2"),
        (
            [20240131, 20240230],
            "datetime",
            "must hold dates, but has 20240230 in row 2; numbers are read as 20240131 or 202401311030",
        ),
        ([1, 2, 3], "boolean", "has at most two values, but 'x' has 1, 2, 3; take it with kinds={'x': 'categorical'}"),
        ([1, 2], "constant", "has one value in all rows, but column 'x' has 1 and 2"),
        (
            pd.to_datetime(["2024-01-31", "2024-02-01"]),
            "categorical",
            "a label must be text, a number or a truth value",
        ),
        ([[1], [2]], "categorical", "a label must be text, a number or a truth value, but column 'x' has '[1]' (list)"),
        (
            pd.Categorical(pd.period_range("2024", periods=3, freq="M")),
            None,
            "a label must be text, a number or a truth value, but column 'x' has '2024-01' (Period)",
        ),
        ([pd.Interval(0, 1), pd.Interval(1, 2, "left")], None, "but 'x' has '(0, 1]' (Interval) in row 1"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_learned_is_explained(values, asked, message):
    with pytest.raises(InputError) as error:
        learn_column(column(values), asked)
    assert message in str(error.value)


def test_a_few_rows_of_distinct_texts_may_be_labels():
    assert learn_column(column(IDENTIFIERS[:20])).kind == "categorical"


def test_a_thousand_levels_can_be_learned():
    values = [f"v{i % MOST_LEVELS:04d}" for i in range(2 * MOST_LEVELS)]
    assert len(learn_column(column(values)).levels) == MOST_LEVELS


@pytest.mark.parametrize("start", [0, 1])
def test_a_number_of_the_row_is_pointed_out(start):
    with pytest.warns(
        TabganWarning, match="column 'x' seems to be one that numbers the rows; if so, leave it out with X.drop"
    ):
        learn_column(column(range(start, start + 21)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        learn_column(column(range(start, start + 21)), "integer")
        learn_column(column([*range(21), 5]))
        learn_column(column(range(7, 40)))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("id", "--drop id"),
        ("a b", "--drop 'a b'"),
        ("a,b", "--drop '\"a,b\"'"),
        ("2020", "--drop '\"2020\"'"),
        (3, "--drop 3"),
    ],
)
def test_the_remedy_can_be_typed(name, shown):
    with command_line(), pytest.raises(InputError) as error:
        learn_column(pd.Series(IDENTIFIERS, name=name))
    assert f"leave it out with {shown}, or let" in str(error.value)


def test_codes_are_labels_and_numbers_on_demand():
    codes = pd.Series(["001", "017", "001", "230"], name="code")
    assert learn_column(codes).levels == ("001", "017", "230")
    assert learn_column(codes, "integer").type.range[1] == 230
    assert learn_column(pd.Series(["1234567890123456", "1", "1"], name="card")).kind == "categorical"
    assert learn_column(pd.Series(["0", "0.5", "10"], name="x")).kind == "continuous"


def test_texts_that_are_all_different_are_identifiers_even_if_some_spell_numbers():
    different = pd.Series([f"id{i}" for i in range(20)] + ["17", "4"], name="x")
    with pytest.raises(InputError, match="text that is different in every row"):
        learn_column(different)
    for repeated in (pd.concat([different, different], ignore_index=True), different[2:]):  # or few
        with pytest.raises(InputError, match="must hold values of one type"):
            learn_column(repeated)


def test_texts_that_most_rows_have_of_their_own_are_said():
    names = pd.Series([f"name {i}" for i in range(30)] + ["name 0"], name="x")
    with pytest.warns(
        TabganWarning, match="'x' has 30 different texts in 31 rows, such as 'name 0', and new rows repeat"
    ):
        assert learn_column(names).kind == "categorical"
    assert learn_column(names, "categorical").distinct == 30
    learn_column(names.astype("category"))


def test_codes_beside_other_text_are_labels():
    assert learn_column(pd.Series(["00501", "10001", "90210-1234", "10001"])).levels == ("00501", "10001", "90210-1234")
