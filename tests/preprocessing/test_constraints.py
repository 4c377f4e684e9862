"""Constraints: read as Python reads them, undone exactly, kept whatever is learned."""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan import InputError
from tabgan.preprocessing.constraints import Constraints
from tabgan.schema import Column, Schema
from tabgan.schema.labels import Labels

COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def schema_of(**columns) -> Schema:
    return Schema(
        tuple(Column.from_dict({"name": name, "dtype": "float64", **column}) for name, column in columns.items()),
        "frame",
    )


def number(decimals=None, low=0.0, high=100.0, **more) -> dict:
    return {
        "kind": "integer" if decimals == 0 else "continuous",
        "decimals": decimals,
        "minimum": low,
        "maximum": high,
        **more,
    }


def settled(schema: Schema, X: np.ndarray) -> np.ndarray:
    return schema.round(X)


WHOLE = schema_of(a=number(0), b=number(0), c=number(0))
terms = st.lists(
    st.tuples(st.sampled_from("+-"), st.integers(0, 9), st.sampled_from(["a", "b", "c", ""])), min_size=1, max_size=4
)


def write(side) -> str:
    parts = [f"{sign} {w}*{name}" if name and w != 1 else f"{sign} {name or w}" for sign, w, name in side]
    return " ".join(parts).removeprefix("+ ")


def add(side, values) -> np.ndarray:
    return sum((w if sign == "+" else -w) * values[name] for sign, w, name in side)


@given(terms, st.sampled_from([*COMPARE, "="]), terms, st.integers(0, 9))
def test_rules_mean_what_they_say(left, compare, right, seed):
    X = np.random.default_rng(seed).integers(0, 5, (50, 3)).astype(float)
    values = {**dict(zip("abc", X.T, strict=True)), "": np.ones(50)}
    expected = COMPARE.get(compare, operator.eq)(add(left, values), add(right, values))
    try:
        constraints = Constraints.parse(f"{write(left)} {compare} {write(right)}", WHOLE)
    except InputError as error:
        assert "names no column that varies" in str(error)  # noqa: PT017
        assert expected.all() or not expected.any()
        return
    assert (constraints.holds(X) == expected).all()


@pytest.mark.parametrize("text", ['"net weight"<=`a-b`', "'net weight' <= \"a-b\"", "  `net weight`<='a-b' "])
def test_names_stand_in_quotes(text):
    schema = schema_of(**{"net weight": number(), "a-b": number()})
    assert Constraints.parse(text, schema).rules[0].positions == (1, 0)


decimals = st.sampled_from([None, 0, 1, 2])


@given(
    decimals,
    decimals,
    st.sampled_from(["a <= b", "a < b", "b >= a", "b > a", "a <= 2*b", "a + b <= c", "c - a > b", "c <= 150 - b"]),
    st.integers(0, 2**32 - 1),
)
def test_reduce_is_undone_exactly_and_any_share_keeps_the_rule(decimals_a, decimals_b, text, seed):
    rng = np.random.default_rng(seed)
    schema = schema_of(a=number(decimals_a), b=number(decimals_b, -20.0, 120.0), c=number(decimals_b, 0.0, 300.0))
    X = settled(schema, rng.uniform([0, -20, 0], [100, 120, 300], (300, 3)))
    X[::7, 1] = X[::7, 0]  # equal, as far as the decimals go
    X[rng.random(X.shape) < 0.05] = np.nan
    X = settled(schema, X)
    X = X[Constraints.parse(text, schema).holds(X)]
    seen = [
        replace(c, type=replace(c.type, minimum=np.nanmin(x), maximum=np.nanmax(x)))
        for c, x in zip(schema.columns, X.T, strict=True)
    ]
    constraints = Constraints.parse(text, Schema(tuple(seen), "frame"))
    constraints.check(X)
    Y = constraints.reduce(X)
    (target,) = np.flatnonzero(~((X == Y) | np.isnan(X)).all(axis=0))
    learned = constraints.learned.columns[target]
    assert (*learned.type.range, learned.kind) == (0, 1, "continuous")
    assert np.nanmin(Y[:, target]) >= 0
    assert np.nanmax(Y[:, target]) <= 1
    again = constraints.restore(Y)
    fixed = schema.columns[target].decimals is not None
    np.testing.assert_allclose(again, X, rtol=0, atol=0 if fixed else 1e-12)
    assert constraints.holds(again).all()

    Y = rng.uniform(*np.array([c.type.range for c in constraints.learned]).T, (300, 3))
    restored = constraints.restore(Y)
    assert (settled(schema, restored)[:, target] == restored[:, target]).all()
    room = constraints.holds(restored)
    if text in ("a <= b", "b >= a", "a < b", "b > a"):
        assert room.all()  # and so no row is left out
    assert room.mean() > 0.5


def test_equal_values_stay_equal():
    schema = schema_of(a=number(2), b=number(2))
    X = np.array([[0.1, 0.1], [0.3, 0.7], [100.0, 100.0], [99.99, 100.0]])
    constraints = Constraints.parse("a <= b", schema)
    Y = constraints.reduce(X)
    assert list(Y[:, 1]) == [0, pytest.approx(0.4 / 99.7), 0, 1]
    np.testing.assert_array_equal(constraints.restore(Y), X)


@given(decimals, st.integers(0, 2**32 - 1))
def test_a_sum_follows_from_its_parts(decimals_a, seed):
    rng = np.random.default_rng(seed)
    widest = None if decimals_a is None else max(decimals_a, 1)
    schema = schema_of(a=number(decimals_a), b=number(1), c=number(widest, 20.0, 180.0))
    constraints = Constraints.parse("a + b == c", schema)
    X = settled(schema, rng.uniform(0, 100, (200, 3)))
    X[:, 2] = X[:, 0] + X[:, 1] if widest is None else np.round(X[:, 0] + X[:, 1], widest)
    X = X[(X[:, 2] >= 20) & (X[:, 2] <= 180)]
    constraints.check(X)
    assert constraints.kept == [0, 1]
    Y = constraints.reduce(X)
    assert (Y[:, 2] == 0).all()
    np.testing.assert_array_equal(constraints.restore(Y), X)

    restored = constraints.restore(rng.uniform(0, 100, (300, 3)))
    total = restored[:, 0] + restored[:, 1]
    inside = (total >= 20 - 1e-9) & (total <= 180 + 1e-9)
    assert (constraints.holds(restored) == inside).all()  # sums out of the range are left out, not cut
    assert (abs(total - restored[:, 2])[inside] <= 1e-9).all()


def test_a_sum_with_gaps_in_its_parts_is_learned_and_follows_where_it_can():
    schema = schema_of(a=number(0, missing=True), b=number(0), c=number(0, 0.0, 200.0, missing=True))
    constraints = Constraints.parse("c == a + b", schema)
    X = np.array([[1.0, 2.0, 3.0], [np.nan, 2.0, 7.0], [1.0, 2.0, np.nan]])
    constraints.check(X)
    assert constraints.kept == [0, 1, 2]
    np.testing.assert_array_equal(constraints.restore(constraints.reduce(X)), X)
    np.testing.assert_array_equal(constraints.restore(np.array([[1.0, 2.0, 50.0]])), [[1.0, 2.0, 3.0]])


@pytest.mark.parametrize(
    "texts",
    [
        ["a <= b", "b <= c"],
        ["b <= c", "a <= b"],
        ["a <= b", "b <= c", "c >= a"],  # the third closes a circle or has no column left
        ["a + b == c", "a <= b"],
        ["a <= b", "a + b == c"],
        ["a <= b", "a != b"],
        ["2*a + 3*b - 6 <= c", "a >= 1"],
    ],
)
def test_rules_hold_together(texts):
    rng = np.random.default_rng(0)
    schema = schema_of(a=number(1), b=number(1), c=number(1, 0.0, 150.0))
    constraints = Constraints.parse(texts, schema)
    X = settled(schema, rng.uniform(0, [100, 100, 150], (200_000, 3)))
    X[:, 2] = np.where(rng.random(len(X)) < 0.5, np.round(X[:, 0] + X[:, 1], 1), X[:, 2])
    X = settled(schema, X)
    X = X[constraints.holds(X)]
    np.testing.assert_array_equal(constraints.restore(constraints.reduce(X)), X)
    again = Constraints.from_state(constraints.get_state(), schema)
    np.testing.assert_array_equal(again.reduce(X), constraints.reduce(X))


def test_circles_leave_a_rule_to_rejection():
    constraints = Constraints.parse(["a <= b", "b <= c", "c <= a + 50"], WHOLE)
    restored = constraints.restore(np.random.default_rng(0).uniform(0, [100, 1, 1], (500, 3)))
    a, b, c = restored.T
    assert (a <= b).all()
    assert (b <= c).all()
    assert (constraints.holds(restored) == (c <= a + 50)).all()
    assert 0.1 < (c <= a + 50).mean() < 0.9


def test_dates_count_from_their_own_origin():
    """start in days from 2024-01-10, end in hours from 2024-01-01 12:00."""
    moment = {"kind": "datetime", "dtype": "datetime64[s]", "minimum": 0.0, "tick": "s"}
    first = pd.Timestamp("2024-01-10"), pd.Timestamp("2024-01-01 12:00")
    schema = schema_of(
        start={**moment, "maximum": 30.0, "unit": "day", "origin": int(first[0].timestamp())},
        end={**moment, "maximum": 2000.0, "unit": "hour", "origin": int(first[1].timestamp())},
    )
    constraints = Constraints.parse("start <= end", schema)
    rng = np.random.default_rng(0)
    X = settled(schema, rng.uniform(0, [30, 2000], (1000, 2)))
    starts = first[0] + pd.to_timedelta(X[:, 0], "D")
    ends = first[1] + pd.to_timedelta(X[:, 1], "h")
    assert (constraints.holds(X) == (starts <= ends)).all()
    X = X[starts <= ends]
    np.testing.assert_array_equal(constraints.restore(constraints.reduce(X)), X)
    assert constraints.holds(constraints.restore(rng.uniform(0, [30, 1], (1000, 2)))).all()
    short = Constraints.parse("end - start <= 30", schema)
    assert (short.holds(X) == ((ends - starts)[starts <= ends] <= pd.Timedelta(30, "D"))).all()
    assert 0 < short.holds(X).mean() < 1
    for text in (
        "start <= 5",
        "start + end <= end",
        "2*start <= end",
        "1e999*end <= 1e999*start",
        "1e308*end <= 1e308*start + 1",
    ):
        with pytest.raises(InputError, match=r"dates are compared with dates|must be finite"):
            Constraints.parse(text, schema)


@pytest.mark.parametrize(
    ("text", "per_day"), [("end - start == n", 1), ("24*end == 24*start + n", 24), ("1440*end - 1440*start == n", 1440)]
)
def test_numbers_are_the_time_between_two_dates(text, per_day):
    rng = np.random.default_rng(0)
    start, n = pd.Timestamp("2024-02-03") + pd.to_timedelta(rng.integers(0, 300, 200), "D"), rng.integers(1, 50, 200)
    took = pd.to_timedelta(n * (24 * 60 // per_day), "min")
    table = pd.DataFrame({"start": start, "n": n, "end": start + took})
    schema = Schema.learn(table)
    rules = Constraints.parse(text, schema, X := schema.to_matrix(table))
    rules.check(X)
    assert [rule.column.name for rule in rules.solved] == ["end"]  # how long it takes is learned
    assert not rules.holds(X + np.array([0, 1, 0])).any()
    made = rng.uniform([0, 1, 0], [200, 50, 0], (500, 3))
    back = schema.restore(rules.restore(made))
    assert (back["end"] - back["start"] == pd.to_timedelta(back["n"] * (1440 // per_day), "min")).all()


def test_a_constant_column_is_a_number():
    schema = schema_of(a=number(0), b={**number(0, 7.0, 7.0), "kind": "constant"})
    X = np.array([[6.0, 0.0], [7.0, 0.0], [8.0, 0.0]])  # whatever stands in the matrix for it
    assert Constraints.parse("a < b", schema).holds(X).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "it has 0 comparisons, not one"),
        ("a =< c", "=< is written as <="),
        ("0 < a => c", "=> is written as >="),
        ("a <= <= c", "it has 2 comparisons, not one"),
        ("a <= ", "a column or a number must stand where nothing does"),
        ("a b <= c", r"a \+ or - is missing before b"),
        (
            "a * b == c",
            r"a column may only be multiplied by one number; leave a column that is a product out with "
            r"X.drop\(columns='COLUMN'\), and compute it in new rows",
        ),
        ("2*3*a <= c", "a column may only be multiplied by one number"),
        ("a / 2 <= c", r"a \+ or - is missing before /"),
        ("a**2 <= c", r"is missing before \*"),
        ("(a) <= c", r"must stand where \( does"),
        ("2a <= c", "must stand where"),
        ("a <= kind", r"column 'kind' \(categorical\) holds no numbers"),
        ("a - a <= 3", "it names no column that varies"),
        ("1 <= 2", "it names no column that varies"),
        ("a <= 1e999", "its numbers must be finite"),
        ("a <= 流", "the constraint 'a <= 流' must name a column, but there is no '流'; the columns are a, b, c, kind"),
        (3, "constraints are texts such as 'a <= b', but one is 3"),
    ],
)
def test_what_is_no_rule_is_refused(text, message):
    schema = Schema((*WHOLE.columns, Column("kind", "object", Labels(levels=("x", "y")))), "frame")
    with pytest.raises(InputError, match=message):
        Constraints.parse([text], schema)


def test_a_chain_is_as_many_rules():
    chain = Constraints.parse("0.5 < a <= 'b' < 2*c - 1", WHOLE)
    assert [rule.text for rule in chain.rules] == ["0.5 < a", "a <= 'b'", "'b' < 2*c - 1"]
    rows = np.random.default_rng(0).uniform(0, 9, (200, 3)).round()
    a, b, c = rows.T
    assert (chain.holds(rows) == ((0.5 < a) & (a <= b) & (b < 2 * c - 1))).all()
    again = Constraints.parse([rule.text for rule in chain.rules], WHOLE)
    assert [rule.text for rule in again.rules] == [rule.text for rule in chain.rules]


def test_rows_that_break_a_rule_are_counted():
    X = np.array([[1.0, 2, 3], [5, 2, 3], [1, 2, 3], [9, 2, 3], [np.nan, 2, 3]])
    with pytest.raises(InputError, match="but 2 of 5 break 'a <= b', the first in row 2; mend or drop them"):
        Constraints.parse(["b <= c", "a <= b"], WHOLE).check(X)


def test_decimal_sums_are_compared_as_decimals():
    schema = schema_of(a=number(1), b=number(1), c=number(1))
    X = np.array([[0.1, 0.2, 0.3]])
    kept = {
        text: Constraints.parse(text, schema).holds(X).item()
        for text in ("a + b <= c", "a + b == c", "a + b < c", "a + b != c")
    }
    assert list(kept.values()) == [True, True, False, False]


def test_comparisons_may_be_as_a_chinese_keyboard_gives_them():
    schema = schema_of(a=number(0), **{"c≤": number(0)})
    texts = [
        rule.text
        for rule in Constraints.parse(["0 ≤ a ＜ 9", "a ≠ 3", "a ！＝ 4", "'c≤' ≥ a", "a ＞＝ 1"], schema).rules
    ]
    assert texts == ["0 <= a", "a < 9", "a != 3", "a != 4", "'c≤' >= a", "a >= 1"]
