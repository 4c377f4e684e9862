"""Identifiers are not learned; new ones have the pattern, come once, and are none of the learned ones."""

from __future__ import annotations

import json
import re
import uuid
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.errors import InputError, TabganWarning
from tabgan.schema import Column, Schema
from tabgan.schema.infer import learn_column
from tabgan.schema.unseen import Seen, scramble

N = 300
rng = np.random.default_rng(0)


def learn(values) -> Column:
    return learn_column(pd.Series(values, name="id"), "id")


def new(values, count: int = 5, seed: int = 0) -> list:
    column = learn(values)
    return column.type.fresh(column, seed).take(count).tolist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (range(1, N + 1), [301, 302, 303, 304, 305]),
        (range(1000, 1000 + 5 * N, 5), [2500, 2505, 2510, 2515, 2520]),
        (range(N, 0, -1), [301, 302, 303, 304, 305]),
        (rng.permutation(N), [300, 301, 302, 303, 304]),
        ([f"P-{i:05d}" for i in range(17, 17 + N)], ["P-00317", "P-00318", "P-00319", "P-00320", "P-00321"]),
        ([f"{i}/24" for i in range(1, 13)], ["13/24", "14/24", "15/24", "16/24", "17/24"]),
        ([f"INV{i:02d}x" for i in range(1, 100)], ["INV100x", "INV101x", "INV102x", "INV103x", "INV104x"]),
        ([1.0, 2.0, np.nan, 3.0], [4, 5, 6, 7, 8]),
    ],
)
def test_what_counts_counts_on(values, expected):
    assert new(values) == expected


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        ([str(uuid.UUID(int=int.from_bytes(rng.bytes(16), "big"), version=4)) for _ in range(40)],
         r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ([f"{v:08x}" for v in rng.integers(0, 2**32, N)], r"[0-9a-f]{8}"),
        ([f"{v:012X}" for v in rng.integers(0, 2**48, 30)], r"[0-9A-F]{12}"),
        ([f"{chr(65 + a)}{b:02d}-2024-{c:04d}" for a, b, c in zip(rng.integers(0, 3, N), rng.integers(1, 99, N),
                                                               rng.permutation(10**4)[:N], strict=True)],
         r"[ABC]\d\d-2024-\d{4}"),
        (["".join(rng.choice(list("BCDFG"), 3)) + f"{rng.integers(10**4):04d}" for _ in range(N)], r"[BCDFG]{3}\d{4}"),
        ([f"SN {v}" for v in rng.permutation(90_000)[:N] + 10_000], r"SN [1-9]\d{4}"),
    ],
)  # fmt: skip
def test_what_is_random_is_drawn_in_its_pattern(values, pattern):
    made = new(values, 20_000)
    assert all(re.fullmatch(pattern, text) for text in made)
    assert len(set(made)) == len(made)
    assert not set(made) & set(values)


def test_versions_of_uuids_are_kept():
    made = new([str(uuid.uuid1(node=7, clock_seq=i)) for i in range(30)], 100)
    assert {uuid.UUID(text).version for text in made} == {1}


def test_random_whole_numbers_keep_their_size():
    values = rng.permutation(90_000)[:N] + 10_000
    made = new(values, 5000)
    assert min(made) >= 10_000
    assert max(made) < 100_000
    assert len(set(made) | set(values.tolist())) == 5000 + N


def test_rising_numbers_go_on_with_their_steps():
    made = np.array(new(np.cumsum(rng.integers(1, 9, N)), 1000))
    assert set(np.diff(made)) <= set(range(1, 9))
    assert 3.5 < np.diff(made).mean() < 5.5


def test_where_codes_run_out_longer_ones_are_said():
    values = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "klmnopqrstu"][:105]
    with pytest.warns(TabganWarning, match="column 'id' has no more new identifiers of the length that was learned"):
        made = new(values, 400)
    assert len(set(made) | set(values)) == 505


@settings(max_examples=40)
@given(
    st.lists(st.from_regex(r"\A[A-C]{1,2}-[0-9]{1,3}[a-f]?\Z"), min_size=2, max_size=60, unique=True),
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(0, 400), max_size=4),
)
def test_new_ones_are_distinct_unseen_and_the_same_in_any_parts(values, seed, parts):
    column = learn(values)
    column = Column.from_dict(json.loads(json.dumps(column.to_dict())))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        whole = column.type.fresh(column, seed).take(1500)
        fresh = column.type.fresh(column, seed)
        pieces = np.concatenate([fresh.take(part) for part in [*parts, 1500 - min(1500, sum(parts))]])[:1500]
    assert len(set(whole)) == 1500
    assert not set(whole) & set(values)
    assert pieces.tolist() == whole[: len(pieces)].tolist()


@given(st.integers(1, 5000), st.integers(0, 2**40))
def test_scrambled_places_are_all_places(size, key):
    assert np.sort(scramble(np.arange(size, dtype=np.uint64), size, key)).tolist() == list(range(size))


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, unique=True))
def test_the_filter_forgets_nothing(texts):
    texts = [text for text in texts if "\0" not in text] or ["x"]
    seen = Seen.from_text(Seen.of(np.array(texts, object)).to_text())
    assert seen.holds(np.array(texts, object)).all()


def test_the_filter_takes_few_new_values_for_seen():
    seen = Seen.of(np.arange(10_000))
    assert seen.holds(np.arange(10_000)).all()
    assert seen.holds(np.arange(20_000, 120_000)).mean() < 0.02


@pytest.mark.parametrize("dtype", ["object", "string", "category", "int64", "Int64", "float64", "int32", "str"])
def test_dtypes_come_back(dtype):
    numbers = "int" in dtype.lower() or dtype == "float64"
    values = pd.Series(range(1, 50)) if numbers else pd.Series([f"k{i}" for i in range(1, 50)])
    frame = pd.DataFrame({"id": values.astype(dtype), "x": np.arange(49) / 7})
    schema = Schema.learn(frame, kinds={"id": "id"})
    made = schema.fresh(0)(schema.restore(schema.to_matrix(frame)))
    assert made["id"].tolist() == ([*range(50, 99)] if numbers else [f"k{i}" for i in range(50, 99)])
    assert made["id"].dtype == (frame["id"].dtype.categories.dtype if dtype == "category" else frame["id"].dtype)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.5, 2.5, 3.0], "identifiers are texts or whole numbers, but column 'id' has 1.5 in row 1"),
        (["a", "b" * 500, "c"], "1 to 200 letters, but column 'id' has 500 in row 2, 'bbb"),
        (["a", "a", "a"], "differs from row to row, but column 'id' has 'a' in all rows"),
        ([pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")], r"has '2024-01-01 00:00:00' \(Timestamp\) in row 1"),
    ],
)
def test_what_is_no_identifier_is_refused(values, words):
    with pytest.raises(InputError, match=words):
        learn(values)


def test_identifiers_that_come_again_are_said():
    with pytest.warns(
        TabganWarning, match="column 'id' has 2 identifiers in 3 rows, but each new row gets one of its own"
    ):
        learn(["p1", "p2", "p1"])


def test_conditions_cannot_ask_for_one():
    column = learn(["p1", "p2", "p3"])
    with pytest.raises(InputError, match="new rows have new identifiers, but the condition 'id=p1' asks for one"):
        column.type.allow("==", "p1", "id=p1", column)
