"""Rows that meet conditions, complete known ones or come in balance, from a synthesizer whose candidates are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan import InputError, TabganWarning, WGANGPSynthesizer, load
from tabgan.preprocessing.constraints import Constraints
from tabgan.schema import Column, Schema
from tabgan.schema.labels import Labels
from tabgan.schema.numbers import Numbers
from tabgan.synthesizers import blocks as rows_module
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.requests import Conditions
from tabgan.synthesizers.row_synthesizer import RowSynthesizer

LEVELS = ("a", "b", "c", "d")
SHARES = (0.6, 0.3, 0.099, 0.001)
SCHEMA = Schema(
    (
        Column("class", "object", Labels("categorical", LEVELS)),
        Column("flag", "object", Labels("boolean", (False, True)), missing=True),
        Column("age", "float64", Numbers("integer", 0, 17.0, 90.0)),
        Column("price", "float64", Numbers("continuous", 2, 0.0, 500.0)),
        Column("x>y", "float64", Numbers("continuous", None, -1.0, 1.0)),
    ),
    "frame",
)


class Known(RowSynthesizer):
    """Candidates from a distribution that is written here; some of which a sieve may take away."""

    def __init__(self, constraints=(), label=None, sieve=1.0, schema=SCHEMA):
        self.constraints, self.label, self.sieve, self.schema = constraints, label, sieve, schema
        self.schema_, self.seed_, self.label_ = schema, 5, label
        self.constraints_ = Constraints.parse(constraints, schema)

    def _fit(self, X, earlier):
        raise NotImplementedError

    def _learned_state(self):
        raise NotImplementedError

    def _set_learned_state(self, state):
        raise NotImplementedError

    def _sample_block(self, seed, block, given=None):
        rng = np.random.default_rng([seed, block])
        codes = rng.choice(len(LEVELS), BLOCK_ROWS, p=SHARES)
        flag = np.where(rng.random(BLOCK_ROWS) < 0.2, np.nan, rng.integers(0, 2, BLOCK_ROWS))
        numbers = rng.uniform([15, -5, -1.1], [92, 505, 1.1], (BLOCK_ROWS, 3))
        if given is not None:
            assert given.shape == (BLOCK_ROWS,)
            codes = given
        kept = rng.random(BLOCK_ROWS) < self.sieve
        return np.column_stack([codes, flag, numbers])[kept]


def candidates(blocks: int, seed: int = 5) -> pd.DataFrame:
    return pd.concat([SCHEMA.restore(Known()._sample_block(seed, i)) for i in range(blocks)], ignore_index=True)


@pytest.fixture(params=[1, 3])
def threads(request, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", str(request.param))
    return request.param


@pytest.mark.parametrize(
    ("conditions", "meets"),
    [
        ({"class": "b"}, lambda t: t["class"] == "b"),
        ("class=b", lambda t: t["class"] == "b"),
        ("class!=a", lambda t: t["class"] != "a"),
        (["age>=60", "age < 65"], lambda t: (t["age"] >= 60) & (t["age"] < 65)),
        ("age>60", lambda t: t["age"] > 60),
        ("age<=17.4", lambda t: t["age"] == 17),
        ({"age": 90}, lambda t: t["age"] == 90),
        ("age!=90", lambda t: t["age"] != 90),
        ("price>499.99", lambda t: t["price"] == 500),
        ("price<0.01", lambda t: t["price"] == 0),
        ('"x>y">0.5', lambda t: t["x>y"] > 0.5),
        ("x>y<=-1", lambda t: t["x>y"] == -1),
        ({"flag": None}, lambda t: t["flag"].isna()),
        ("flag=", lambda t: t["flag"].isna()),
        ("flag!=", lambda t: t["flag"].notna()),
        ("flag=true", lambda t: t["flag"].eq(True)),
        ({"flag": np.bool_(False)}, lambda t: t["flag"].eq(False)),
        ("flag!=True", lambda t: ~t["flag"].eq(True)),
        ({"class": "c", "flag": True}, lambda t: (t["class"] == "c") & t["flag"].eq(True)),
    ],
)
def test_rows_are_the_candidates_that_meet_the_conditions_in_their_order(conditions, meets):
    drawn = candidates(3)
    expected = drawn[meets(drawn)].reset_index(drop=True)
    assert 0 < len(expected) < len(drawn)
    blocks = Known().iter_samples(len(expected), conditions=conditions)
    pd.testing.assert_frame_equal(pd.concat(list(blocks), ignore_index=True), expected, check_exact=True)
    assert (blocks.accepted, blocks.candidates) == (len(expected), 3 * BLOCK_ROWS)
    assert blocks.acceptance == len(expected) / len(drawn)


@pytest.mark.parametrize("sieve", [1.0, 0.3])
@pytest.mark.parametrize("asked", [{}, {"conditions": "age>=60"}, {"balance": "class"}, {"balance": True}])
def test_the_first_rows_do_not_depend_on_how_many_there_are(threads, asked, sieve):
    model = Known(label="class" if asked.get("balance") is True else None, sieve=sieve)
    most = 2 * BLOCK_ROWS + 5 if asked.get("balance") != "class" else 400
    rows = model.sample(most, **asked)
    for n_samples in (0, 1, 10, 300, most - 1):
        fewer = model.sample(n_samples, **asked)
        pd.testing.assert_frame_equal(fewer, rows[:n_samples], check_exact=True, check_dtype=n_samples > 0)
    assert rows.index.equals(pd.RangeIndex(most))
    assert not rows.equals(model.sample(most, random_state=6, **asked))


@pytest.mark.parametrize("n_samples", [1, BLOCK_ROWS, 3 * BLOCK_ROWS + 7])
def test_blocks_are_of_bounded_size_and_few_are_made(threads, n_samples, monkeypatch):
    made = []
    sample_block = Known._sample_block
    monkeypatch.setattr(Known, "_sample_block", lambda *args: made.append(args[2]) or sample_block(*args))
    assert [len(b) for b in Known().iter_samples(n_samples)][:-1] == [BLOCK_ROWS] * ((n_samples - 1) // BLOCK_ROWS)
    assert sorted(made) == list(range(-(-n_samples // BLOCK_ROWS)))
    made.clear()
    sizes = [len(block) for block in Known(sieve=0.3).iter_samples(n_samples)]
    assert sum(sizes) == n_samples
    assert max(sizes) <= BLOCK_ROWS
    assert len(made) <= n_samples / BLOCK_ROWS / 0.3 + 2 + threads


def test_balance_takes_every_level_equally_often_in_random_order():
    for model in (Known(), Known(label="class"), Known(label="class", sieve=0.2)):
        rows = model.sample(403, balance="class")
        counts = rows["class"].value_counts()
        assert sorted(counts) == [100, 101, 101, 101]
        assert (rows["class"].to_numpy()[:-3].reshape(-1, 4) != np.array(LEVELS)).any()
        assert all(set(turn) == set(LEVELS) for turn in rows["class"].to_numpy()[:400].reshape(-1, 4))
    some = Known().sample(100, balance="class", conditions="class!=d")
    assert sorted(some["class"].value_counts()) == [33, 33, 34]


def test_a_label_is_generated_as_wished():
    blocks = Known(label="class").iter_samples(BLOCK_ROWS, conditions={"class": "d"})
    assert (pd.concat(list(blocks))["class"] == "d").all()
    assert (blocks.accepted, blocks.candidates) == (BLOCK_ROWS, BLOCK_ROWS)
    blocks = Known(label="class").iter_samples(100_000, balance=True)
    assert sorted(pd.concat(list(blocks))["class"].value_counts()) == [25_000] * 4
    assert blocks.candidates == -(-100_000 // BLOCK_ROWS) * BLOCK_ROWS
    known = pd.DataFrame({"class": list("dddadd")})
    assert list(Known(label="class", sieve=0.1).sample(known=known)["class"]) == list("dddadd")


def test_known_values_stay_where_they_are(threads):
    rng = np.random.default_rng(0)
    known = pd.DataFrame(
        {
            "flag": rng.choice(np.array([True, False, None]), 500),
            "class": rng.choice(LEVELS[:3], 500),
            "age": rng.integers(17, 91, 500),
        },
        index=pd.Index(rng.permutation(500), name="person"),
    )
    rows = Known().sample(known=known)
    assert list(rows) == SCHEMA.names
    pd.testing.assert_frame_equal(rows[list(known)], known, check_dtype=False, check_exact=True)
    assert len(rows.drop_duplicates()) == 500  # a candidate completes one row only


def test_each_candidate_completes_the_first_row_that_waits_for_it():
    known = pd.DataFrame({"class": list("abcab" * 20)}, index=range(100, 200))
    drawn = candidates(1)
    rows = Known().sample(known=known)
    for level in "abc":
        expected = drawn[drawn["class"] == level].head((known["class"] == level).sum())
        pd.testing.assert_frame_equal(
            rows[rows["class"] == level].reset_index(drop=True), expected.reset_index(drop=True), check_exact=True
        )
    assert Known().sample(known=known[:0]).shape == (0, 5)


def test_constraints_are_met_by_leaving_rows_out():
    drawn = candidates(3)
    expected = drawn[(drawn["age"] != 40) & (drawn["price"] != 500) & (drawn["age"] < 60)].reset_index(drop=True)
    rows = Known(constraints=["age != 40", "500 - price != 0"]).sample(len(expected), conditions="age<60")
    pd.testing.assert_frame_equal(rows, expected, check_exact=True)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"conditions": {"class": "e"}}, "must have one of its 4 levels, .* names another; the levels are a, b, c, d"),
        ({"conditions": "clas=a"}, "there is no 'clas'; did you mean 'class'. The columns are class, flag, age, price"),
        ({"conditions": "age>=91"}, "'age>=91' lies outside the range .*: column 'age' goes from 17.0 to 90.0"),
        ({"conditions": "age<17"}, "outside the range"),
        ({"conditions": "age=40.5"}, "'age=40.5' cannot be met: column 'age' has at most 0 decimals"),
        ({"conditions": ["age>60", "age<=60"]}, "no value of column 'age' meets 'age>60', 'age<=60'; leave one out"),
        ({"conditions": ["class=a", "class=b"]}, "no value of column 'class' meets 'class=a', 'class=b'"),
        ({"conditions": ["age=60", "age!=60"]}, "no value of column 'age' meets"),
        ({"conditions": "class="}, "no value of column 'class' meets 'class='"),
        ({"conditions": "age>=old"}, "holds numbers, but the condition 'age>=old' compares it with 'old'; write"),
        ({"conditions": "age>="}, "the condition 'age>=' needs a value after >="),
        ({"conditions": {"age": np.inf}}, "holds numbers"),
        ({"conditions": "class>a"}, "labels have no order, but the condition 'class>a' asks for one"),
        ({"conditions": "age"}, "a condition is a column, a comparison .* and a value, such as age>=60, but one is"),
        ({"conditions": ">=3"}, "a condition is a column"),
        ({"conditions": [3]}, "conditions are a dict, several dicts, or texts such as 'age>=60', but one is 3"),
        ({"conditions": ["age>60", {"class": "a"}]}, "one is {'class': 'a'}; write all as dicts, or all as texts"),
        ({"conditions": {"x>y": 0.5}}, "will hardly ever be met: column 'x>y' is continuous, .*; give a range"),
        ({"known": pd.DataFrame({"price": [1.5, 2.25]})}, "column 'price' of the known rows will hardly ever be met"),
        ({"known": pd.DataFrame({"age": [20, 99]})}, "column 'age' of the known rows lies outside the range"),
        ({"known": pd.DataFrame({"age": [20, None]})}, "column 'age' of the known rows has gaps, but the learned"),
        ({"known": pd.DataFrame({"class": ["a", "e"]})}, "must hold one of its levels"),
        ({"known": pd.DataFrame({"agee": [20]})}, "known rows must name a column, but there is no 'agee'; did you"),
        ({"known": pd.DataFrame(index=[0, 1])}, "known rows must have columns"),
        ({"known": {"age": 20}}, "must have a list of values for each column"),
        ({"known": pd.DataFrame({"age": [20]}), "n_samples": 7}, "n_samples is 7"),
        ({"known": pd.DataFrame({"age": [20]}), "balance": "class"}, "give known or balance"),
        ({"balance": True}, "balance=True needs a model with a label, but this one has none; name a column"),
        ({"balance": "age"}, "balance needs a column of labels, but 'age' is integer"),
        ({"balance": "flag", "conditions": "flag="}, "leave 'flag' only gaps"),
    ],
)
def test_what_cannot_be_given_is_refused_before_a_row_is_drawn(monkeypatch, asked, message):
    monkeypatch.delattr(Known, "_sample_block")
    with pytest.raises(InputError, match=message):
        Known().iter_samples(**asked)


def test_too_many_candidates_are_an_error_that_says_the_rate(monkeypatch):
    monkeypatch.setattr(rows_module, "MOST_IN_VAIN", 2 * BLOCK_ROWS)
    monkeypatch.setattr(rows_module, "MOST_CANDIDATES", 4 * BLOCK_ROWS)
    with pytest.raises(InputError, match=r"among 32,768 candidates, but 0 of these \(0%\) .* 0 of the 1 rows"):
        Known().sample(1, conditions=["x>y=1", "class=d", "age=17"])
    found = (candidates(4)["class"] == "d").sum()
    with pytest.raises(InputError, match=rf"among 65,536 candidates, but {found} of .* gave {found} of the 300 rows"):
        Known().sample(300, conditions="class=d")
    assert len(Known().sample(found, conditions="class=d")) == found
    known = pd.DataFrame({"age": [18, 17], "class": ["a", "d"], "x>y": [-1.0, 1.0]})
    with pytest.raises(InputError, match="gave 1 of the 2 rows"):
        Known().sample(known=known)


@given(
    keys=st.lists(st.integers(0, 3), min_size=1, max_size=30),
    blocks=st.lists(st.lists(st.integers(0, 3), max_size=12), min_size=1, max_size=12),
)
def test_places_are_filled_as_a_queue_of_each_group_would(keys, blocks):
    groups = np.unique(keys, return_inverse=True)[1]
    waiting = [[row for row in range(len(keys)) if groups[row] == g] for g in range(groups.max() + 1)]
    places = rows_module.Places(groups, len(keys))
    done = set()
    for block in blocks:
        block = np.array([g for g in block if g < len(waiting)], dtype=int)
        found, _ = places.find(rows_module.Candidates(np.empty((len(block), 1)), block, len(block)))
        assert list(found) == [waiting[g].pop(0) if waiting[g] else -1 for g in block]
        done |= set(found) - {-1}
        assert places.filled == len(done)
        assert places.ready == min(set(range(len(keys) + 1)) - done)


def test_constant_columns_have_their_value():
    table = pd.DataFrame({"pressure": 1013.25, "unit": "hPa", "count": [1, 2, 3]})
    schema = Schema.learn(table)

    class Three(Known):
        def _sample_block(self, seed, block, given=None):
            return schema.to_matrix(table.iloc[np.arange(BLOCK_ROWS) % 3])

    model = Three(schema=schema)
    pd.testing.assert_frame_equal(model.sample(known=table), table)
    assert len(model.sample(5, conditions={"pressure": 1013.25, "unit": "hPa"})) == 5
    assert len(model.sample(5, conditions=["pressure>1000", "count>=2"])) == 5
    with pytest.raises(InputError, match=r"goes from 1013\.25 to 1013\.25"):
        model.sample(5, conditions="pressure>1014")
    with pytest.raises(InputError, match="the levels are hPa"):
        model.sample(5, conditions="unit=bar")
    for other in ({"pressure": [1013.0]}, {"unit": ["bar"]}):
        with pytest.raises(
            InputError, match=r"of the known rows must be .*, as in all learned rows; leave the column out"
        ):
            model.sample(known=pd.DataFrame(other))


def test_a_fitted_model_keeps_its_constraints_also_when_loaded(table, tmp_path, small_sieve):
    table = table.assign(most=table["count"] + np.arange(200) % 7, total=lambda t: (t["price"] + t["count"]).round(2))
    constraints = ["count <= most", "price + count == total"]
    model = WGANGPSynthesizer(iterations=10, random_state=0, constraints=constraints).fit(table)
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")
    rows = again.sample(3000)
    pd.testing.assert_frame_equal(rows, model.sample(3000), check_exact=True)
    assert list(again.constraints) == constraints
    assert (rows["count"] <= rows["most"]).all()
    assert ((rows["price"] + rows["count"] - rows["total"]).abs() < 1e-9).all()
    assert (rows.min() >= table.min()).all()
    assert (rows.max() <= table.max()).all()
    with pytest.raises(InputError, match="200 break 'total < count', the first in row"):
        WGANGPSynthesizer(iterations=10, constraints="total < count").fit(table)


def test_conditions_take_the_open_ends():
    """They were held to the range that was seen, so that a condition left out rows beyond it."""
    model = Known(schema=SCHEMA.without_ends())
    assert model.sample(2000, conditions="age<=100")["age"].max() > 90
    assert (model.sample(20, conditions="price>500")["price"] > 500).all()
    with pytest.raises(InputError, match=r"lies outside the range .*: column 'age' goes from 0\.0 to"):
        model.sample(1, conditions="age<0")


@pytest.mark.parametrize("extra", [{"pressure": 1013.25}, {"day": "2024-01-31"}, {"unit": "hPa"}])
def test_a_constant_column_does_not_disturb_the_sieve(extra, small_sieve):
    """The real rows had 0 in the matrix where the generated ones had the constant, and nothing else was looked at."""
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)).round(2), columns=list("ab"))
    with_constant = WGANGPSynthesizer(iterations=10, random_state=0).fit(table.assign(**extra))
    without = WGANGPSynthesizer(iterations=10, random_state=0).fit(table)
    pd.testing.assert_frame_equal(with_constant.sample(500)[["a", "b"]], without.sample(500))


def test_several_dicts_take_turns(fitted_for_turns):
    model = fitted_for_turns
    rows = model.sample(9, conditions=[{"kind": "a"}, {"kind": "b", "size": "L"}, {"size": "S"}])
    assert (rows["kind"][::3] == "a").all()
    assert (rows["kind"][1::3] == "b").all()
    assert (rows["size"][1::3] == "L").all()
    assert (rows["size"][2::3] == "S").all()
    longer = model.sample(300, conditions=[{"kind": "a"}, {"kind": "b", "size": "L"}, {"size": "S"}])
    pd.testing.assert_frame_equal(longer[:9], rows)
    with pytest.warns(TabganWarning, match="3 dicts are given, but n_samples=1: the last 2 get no row; ask for 3 rows"):
        first = model.sample(1, conditions=[{"kind": "a"}, {"kind": "b", "size": "L"}, {"size": "S"}])
    pd.testing.assert_frame_equal(first, rows.iloc[:1])  # no row has the others' turns
    same = model.sample(40, conditions=[{"kind": "a"}, {"kind": "a"}])  # rows that meet both are for both
    assert (same["kind"] == "a").all()


def test_several_dicts_leave_no_room_for_others(fitted_for_turns, tmp_path):
    asked = [{"kind": "a"}, {"kind": "b"}]
    with pytest.raises(InputError, match="leave it, known rows or balance out"):
        fitted_for_turns.sample(2, conditions=asked, balance="kind")
    with pytest.raises(InputError, match="must name a column"):
        fitted_for_turns.sample(2, conditions=[{"kind": "a"}, {"knd": "b"}])
    with pytest.raises(InputError, match="give one dict"):
        fitted_for_turns.sample_to(tmp_path / "parts", 2, conditions=asked)


@pytest.fixture(scope="module")
def fitted_for_turns():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"kind": rng.choice(list("abc"), 300), "size": rng.choice(list("SML"), 300), "x": rng.normal(size=300)}
    )
    return WGANGPSynthesizer(iterations=3, label="kind", sieve=False, copula=False, random_state=0).fit(table)


@pytest.mark.parametrize(
    ("text", "plain"), [("age≥60", "age>=60"), ("age ＜ 30", "age<30"), ("class！＝a", "class!=a")]
)
def test_comparisons_may_be_as_a_chinese_keyboard_gives_them(text, plain):
    assert Conditions(text, SCHEMA).columns == Conditions(plain, SCHEMA).columns


@pytest.mark.parametrize("text", ["age=<60", "class=>a"])
def test_the_equals_sign_comes_last(text):
    with pytest.raises(InputError, match=r"=[<>] is written as [<>]=, but a condition is"):
        Conditions(text, SCHEMA)
    with pytest.raises(InputError, match="holds numbers, but the condition 'age=\"\"' compares it with ''"):
        Conditions('age=""', SCHEMA)


def test_rules_that_leave_nothing_are_named(monkeypatch):
    monkeypatch.setattr(rows_module, "MOST_IN_VAIN", 1)
    model = Known(["age <= 0.1*price", "`x>y` <= 2*price", "`x>y` < 2"])
    words = r"asked for; rows also have to keep age <= 0.1\*price, `x>y` <= 2\*price; widen the conditions"
    with pytest.raises(InputError, match=words):
        model.sample(5, conditions=["price<100", "age>60"])
    with pytest.raises(InputError, match="asked for; widen the conditions"):
        Known().sample(5, conditions=["price<0.01", "age>60", "x>y>0.999", "class=d"])


def test_known_rows_that_get_none_are_told(monkeypatch):
    monkeypatch.setattr(rows_module, "MOST_CANDIDATES", 1)
    monkeypatch.setattr(rows_module, "MOST_PER_ROW", 1)
    known = pd.DataFrame({"class": ["a", "d", "b", "d"], "flag": [True, True, False, True]})
    conditions = ["age>80", "price>480"]
    with pytest.raises(InputError, match=r"gave 2 of the 4 .*; known rows that got none: 2, 4; change or leave out"):
        Known().sample(known=known, conditions=conditions)
    with pytest.raises(InputError, match=r"got none: 2, 3, 4, 5, 6, \.\.\.; rows also have to keep age <= 85; ch"):
        Known("age <= 85").sample(known=pd.DataFrame({"age": [20, *[90] * 8]}))
