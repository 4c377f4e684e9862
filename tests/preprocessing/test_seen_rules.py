"""What holds in every row is found, nothing else is, and the constraints that say it keep it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.errors import InputError
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.seen_rules import choose_constraints, find_seen_rules, learn_constraints
from tabgan.schema import Schema

LAND = {"Wien": "AT", "Graz": "AT", "Bern": "CH", "Ulm": "DE", "Köln": "DE"}


def plant(seed: int = 0, n: int = 500) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    net, tax, tip = (rng.gamma(3, 30, n).round(2) for _ in range(3))
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    sand, silt = rng.integers(10, 50, n), rng.integers(5, 50, n)
    celsius = rng.normal(15, 8, n).round(1)
    city = rng.choice(list(LAND), n)
    color = rng.choice(["red", "green", "blue"], n, p=[0.5, 0.3, 0.2])
    age = rng.integers(1, 95, n)
    return pd.DataFrame(
        {
            "net": net,
            "tax": tax,
            "tip": tip,
            "gross": (net + tax + tip).round(2),
            "start": start,
            "end": start + pd.to_timedelta(rng.integers(0, 40, n), unit="D"),
            "sand": sand,
            "silt": silt,
            "clay": 100 - sand - silt,
            "celsius": celsius,
            "° F": (celsius * 1.8 + 32).round(1),
            "city": city,
            "land": [LAND[one] for one in city],
            "dial": [{"AT": 43, "CH": 41, "DE": 49}[LAND[one]] for one in city],
            "red": (color == "red") + 0,
            "green": (color == "green") + 0,
            "blue": (color == "blue") + 0,
            "age": age,
            "adult": age >= 18,
            "free": rng.normal(20, 5, n).round(2),
        }
    )


RULES = {
    "net + tax + tip == gross",
    "start <= end",
    "sand + silt + clay == 100",
    '"° F" ~= 1.8*celsius + 32',
    "city -> land",
    "land -> dial",
    "red + green + blue == 1",
    "age -> adult",
}


def constraints_of(frame: pd.DataFrame, **kinds: str) -> list[str]:
    schema = Schema.learn(frame, kinds=kinds)
    return [rule.constraint for rule in find_seen_rules(schema, schema.to_matrix(frame))]


def test_planted_rules_are_found_and_no_others():
    assert set(constraints_of(plant())) == RULES


def test_large_numbers_are_held_to_their_last_digit():
    rng = np.random.default_rng(0)
    seconds = 1_680_000_000 + 60 * np.arange(200)
    frame = pd.DataFrame({"s": seconds, "ms": 1000 * seconds + rng.integers(0, 1000, 200), "us": 1_000_000 * seconds})
    assert constraints_of(frame) == ["1000000*s == us"]
    schema = Schema.learn(frame)
    with pytest.raises(InputError, match="break 'ms ~= 1000"):
        Constraints.parse("ms ~= 1000*s", schema).check(schema.to_matrix(frame))


@pytest.mark.parametrize(
    ("unit", "digits", "rule"),
    [
        ("D", 0, "end == start + took"),
        ("h", 0, "24*end == 24*start + took"),
        ("min", 0, "1440*end == 1440*start + took"),
        ("h", 1, "took ~= 24*end - 24*start"),
    ],
)
def test_the_time_between_dates_is_found(unit, digits, rule):
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, 300) * 24 * 60 + 7, "min")
    took = rng.integers(1, 20, 300) + (0.37 if digits else 0)
    end = start + pd.to_timedelta(took, unit).round("min")
    frame = pd.DataFrame({"start": start, "end": end, "took": took.round(digits), "other": rng.integers(1, 20, 300)})
    assert rule in constraints_of(frame)
    assert "start < end" in constraints_of(frame)
    broken = frame.assign(took=rng.permutation(frame["took"]))
    assert constraints_of(broken) == ["start < end"]


def test_days_that_both_count_and_dates_so_many_days_later_are_found():
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, 300), "D")
    days = rng.integers(0, 30, 300)
    end = start + pd.to_timedelta(days, "D")
    frame = pd.DataFrame({"start": start, "end": end, "due": end + pd.Timedelta(14, "D"), "days": days + 1})
    assert constraints_of(frame) == [*("end + 1 == start + days", "end + 14 == due", "start <= end", "start < due")]
    frame.loc[::3, "days"] = np.nan
    schema = Schema.learn(frame)
    assert "start <= end" in choose_constraints(schema, schema.to_matrix(frame))


def test_hours_to_the_last_bit_follow_from_the_dates():
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90 * 1440, 300), "min")
    minutes = rng.integers(1, 500, 300)
    frame = pd.DataFrame({"start": start, "end": start + pd.to_timedelta(minutes, "min"), "hours": minutes / 60})
    schema = Schema.learn(frame)
    rules = learn_constraints("24*end == 24*start + hours", schema, schema.to_matrix(frame))
    assert [rule.column.name for rule in rules.solved] == ["hours"]


def test_a_sum_that_is_exact_is_one_rather_than_lines_that_are_rounded():
    net = np.random.default_rng(0).gamma(3, 300, 400).round(2)
    frame = pd.DataFrame({"net": net, "tax": (0.19 * net).round(2)})
    frame["gross"] = (frame["net"] + frame["tax"]).round(2)
    assert constraints_of(frame) == ["tax ~= 0.19*net", "net + tax == gross"]


def test_an_order_in_which_no_row_is_equal_is_strict_if_that_is_no_chance():
    rng = np.random.default_rng(0)
    low, wait = rng.integers(0, 100, 300), rng.integers(0, 9, 300)
    assert constraints_of(pd.DataFrame({"low": low, "high": low + wait})) == ["low <= high"]
    assert constraints_of(pd.DataFrame({"low": low, "high": low + wait + 1})) == ["low < high"]
    fine = (low + rng.uniform(0.01, 9, 300)).round(2)
    assert constraints_of(pd.DataFrame({"low": low, "high": fine})) == ["low <= high"]


def test_they_are_said_in_words():
    schema = Schema.learn(plant())
    said = {rule.constraint: rule.said for rule in find_seen_rules(schema, schema.to_matrix(plant()))}
    assert said["red + green + blue == 1"] == "exactly one of red, green, blue is 1"
    assert said["city -> land"] == "land follows from city"
    assert said["land -> dial"] == "land and dial stand for each other"
    assert said['"° F" ~= 1.8*celsius + 32'] == '"° F" = 1.8 celsius + 32, rounded'


@pytest.mark.parametrize("share", [0.002, 0.1])
def test_gaps_hide_no_sum(share):
    table = plant()[["net", "tax", "tip", "gross", "sand", "silt", "clay", "free"]].astype(float)
    holed = table.mask(np.random.default_rng(1).random(table.shape) < share).assign(
        rare=np.where(np.arange(500) < 9, np.arange(500) ** 0.5, np.nan)
    )
    assert {"net + tax + tip == gross", "sand + silt + clay == 100"} <= set(constraints_of(holed))


def test_one_row_that_breaks_a_rule_is_enough():
    frame = plant()
    frame.loc[77, ["gross", "clay", "red"]] = (3.33, 7, 1 - frame["red"][77])
    frame.loc[78, "end"] = frame["start"][78] - pd.Timedelta(days=1)
    frame.loc[79, ["land", "adult"]] = ("CH" if frame["land"][79] != "CH" else "DE", not frame["adult"][79])
    assert set(constraints_of(frame)) == {'"° F" ~= 1.8*celsius + 32', "city -> dial"}


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.sampled_from([30, 100, 400]))
def test_columns_that_know_nothing_of_each_other_have_no_rules(seed, n):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {f"a{i}": rng.normal(i, 2, n).round(1) for i in range(5)}
        | {f"b{i}": rng.choice(list("abcde"), n) for i in range(3)}
        | {f"c{i}": (rng.random(n) < 0.05) + 0 for i in range(2)}
        | {"flag": rng.random(n) < 0.5, "place": rng.permutation(n), "rare": (np.arange(n) == 3) + 0}
    )
    assert constraints_of(frame) == []


def test_ranges_apart_few_rows_and_what_numbers_the_rows_say_nothing():
    rng = np.random.default_rng(0)
    apart = pd.DataFrame({"low": rng.normal(0, 1, 500).round(2), "high": rng.normal(50, 1, 500).round(2)})
    assert constraints_of(apart) == []
    assert constraints_of(plant(n=30)) == []
    sorted_file = pd.DataFrame({"at": np.arange(2, 502), "class": np.repeat(list("abcde"), 100)})
    assert constraints_of(sorted_file) == []


def test_numbers_that_go_together_have_no_order_by_chance():
    rng = np.random.default_rng(1)
    height = rng.normal(170, 8, 300)
    frame = pd.DataFrame({"height": height.round(1), "weight": (0.9 * height - 80 + rng.normal(0, 8, 300)).round(1)})
    assert constraints_of(frame) == []


def test_auto_learns_what_is_seen_beside_what_is_said():
    frame = plant()
    schema = Schema.learn(frame)
    rows = schema.to_matrix(frame)
    constraints = learn_constraints(["free > 0", "auto", "start <= end"], schema, rows)
    texts = [rule.text for rule in constraints.rules]
    assert texts[:2] == ["free > 0", "start <= end"]
    assert set(texts) == RULES | {"free > 0"}
    assert len(texts) == len(set(texts))
    back = constraints.restore(constraints.reduce(rows))
    np.testing.assert_allclose(back, rows, atol=1e-9)


def test_shuffled_columns_keep_the_rules_once_they_are_restored():
    frame = plant()
    schema = Schema.learn(frame)
    rows = schema.to_matrix(frame)
    constraints = learn_constraints("auto", schema, rows)
    state = constraints.get_state()
    again = Constraints.from_state(state, schema)
    shuffled = np.random.default_rng(0).permuted(again.reduce(rows), axis=0)
    made = schema.restore(again.restore(shuffled))
    assert ((made["celsius"] * 1.8 + 32).round(1) == made["° F"]).all()
    assert (made["city"].map(LAND) == made["land"]).all()
    assert (made["land"].map({"AT": 43, "CH": 41, "DE": 49}) == made["dial"]).all()
    assert ((made["age"] >= 18) == made["adult"]).all()
    assert (made["start"] <= made["end"]).all()


def test_the_label_follows_from_nothing():
    frame = plant()
    schema = Schema.learn(frame)
    place = schema.names.index("land")
    constraints = learn_constraints("auto", schema, schema.to_matrix(frame), place)
    assert "land -> dial" in [rule.text for rule in constraints.rules]
    assert place not in [solved.position for solved in constraints.solved]
    told = learn_constraints("city -> land", schema, schema.to_matrix(frame), place)
    assert told.solved == []
    assert told.holds(schema.to_matrix(frame)).all()


def test_a_number_between_those_that_were_seen_goes_with_the_nearest():
    frame = pd.DataFrame({"age": [7, 12, 30, 41], "adult": [False, False, True, True]})
    schema = Schema.learn(frame)
    constraints = Constraints.parse("age -> adult", schema, schema.to_matrix(frame))
    ages = np.array([[7.0, 0], [20, 0], [22, 0], [41, 0]])
    assert constraints.restore(ages)[:, 1].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("city -> dial + 1", "-> stands between two columns, and nothing else does"),
        ("city -> town", "there is no 'town'"),
        ("city -> city", "names one twice"),
        ("land -> city", r"rows \d+ and \d+ break 'land -> city'"),
        ("net + tax ~= gross", "what is rounded stands alone on the left of ~="),
    ],
)
def test_what_makes_no_sense_is_refused(text, words):
    frame = plant()
    schema = Schema.learn(frame)
    with pytest.raises(InputError, match=words):
        learn_constraints(text, schema, schema.to_matrix(frame))


def test_gaps_break_nothing_and_stay():
    frame = plant()
    frame["land"] = frame["land"].where(np.arange(len(frame)) % 7 != 0)
    schema = Schema.learn(frame)
    rows = schema.to_matrix(frame)
    constraints = Constraints.parse(["city -> land"], schema, rows)
    assert constraints.holds(rows).all()
    back = schema.restore(constraints.restore(constraints.reduce(rows)))
    pd.testing.assert_series_equal(back["land"], frame["land"])
