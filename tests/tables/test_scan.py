"""What one pass over a table finds out does not depend on how the table is cut, or on who reads which part when."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.schema import Schema
from tabgan.schema.known import KNOWN
from tabgan.schema.texts.reading import Reading
from tabgan.tables.scan import facts
from tabgan.tables.scan.draw import draw_in_memory, draw_rows
from tabgan.tables.scan.drawn_rows import hash_positions
from tabgan.tables.scan.exactness import Digits, Places
from tabgan.tables.scan.folders import find_files, open_files
from tabgan.tables.scan.frames import open_parts
from tabgan.tables.scan.summary import Summary, scan

NUMBERS = st.one_of(
    st.integers(-50, 50).map(lambda n: n * 5.0),
    st.integers(-(10**6), 10**6).map(lambda n: n / 100),
    st.sampled_from([0.1 + 0.2, 1 / 3, float(np.float32(0.1)), -0.0, 0.0, 1e300, 123456789.125, 5e14, 5e14 + 5, 1e-17]),
    st.none(),
    st.just(float("nan")),
)
COLUMNS = {
    "number": (pa.float64(), NUMBERS),
    "single": (pa.float32(), st.sampled_from([0.5, 0.25, 0.1, 1 / 3]).map(lambda x: float(np.float32(x)))),
    "whole": (pa.int64(), st.one_of(st.integers(-9, 9).map(lambda n: 10 * n), st.integers(-(2**62), 2**62), st.none())),
    "moment": (pa.timestamp("s"), st.one_of(st.integers(0, 10**5).map(lambda n: n * 3600), st.integers(0, 10**9))),
    "text": (pa.string(), st.one_of(st.sampled_from(["a", "b", "17", "n.a."]), st.text("a7-", max_size=3), st.none())),
    "truth": (pa.bool_(), st.one_of(st.booleans(), st.none())),
}
ROWS = st.lists(st.tuples(*(of for _, of in COLUMNS.values())), min_size=1, max_size=25)
SCHEMA = pa.schema([(name, of) for name, (of, _) in COLUMNS.items()])


def as_batch(rows: list[tuple[object, ...]]) -> pa.RecordBatch:
    columns = [pa.array(list(values), of.type) for values, of in zip(zip(*rows, strict=True), SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


@settings(max_examples=30)
@given(rows=ROWS, few=st.integers(0, 12), most=st.integers(1, 30), order=st.randoms(use_true_random=False))
def test_any_cut_into_batches_merged_in_any_order_finds_out_the_same(
    rows: list[tuple[object, ...]], few: int, most: int, order: random.Random
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "MOST_COUNTED", few)
        batch = as_batch(rows)
        whole = Summary.empty(SCHEMA, most)
        whole.add(batch, 0, 0)
        cuts = sorted(order.sample(range(len(rows) + 1), min(len(rows), 5)))
        pieces = []
        for low, high in zip([0, *cuts], [*cuts, len(rows)], strict=True):
            piece = Summary.empty(SCHEMA, most)
            piece.add(batch.slice(low, high - low), 0, low)
            pieces.append(piece)
        order.shuffle(pieces)
        while len(pieces) > 1:  # in any order, and in any brackets
            one, other = (pieces.pop(order.randrange(len(pieces))) for _ in range(2))
            pieces.append(one.merge(other))
        assert pieces[0].digest() == whole.digest()


def make_frame(n: int = 4000) -> pd.DataFrame:
    """Of each kind of column one, with a rare row that says more than all others."""
    rng = np.random.default_rng(3)
    days = np.datetime64("2024-01-01") + rng.integers(0, 2000, n)
    days = days[np.is_busday(days)]
    hours = pd.Series(days.astype("datetime64[s]")) + pd.to_timedelta(rng.integers(0, 24 * 60, len(days)), "min")
    n = len(days)
    frame = pd.DataFrame({"stamp": hours, "exact": rng.integers(0, 10**6, n) / 4, "all": rng.normal(size=n)})
    frame["single"] = rng.normal(size=n).astype(np.float32).astype(float)
    frame["rare"] = rng.normal(size=n).round(2)
    frame.loc[1234, "rare"] = 0.12345
    frame["noise"] = rng.integers(1, 1000, n) * 0.1
    frame["five"] = rng.integers(0, 10**6, n) * 5
    frame["gap"] = frame["five"].astype("Int64").mask(np.arange(n) == 777)
    frame["label"] = rng.choice(["a", "b"], n)
    frame.loc[999, "label"] = "seldom"
    frame["truth"] = rng.random(n) < 0.5
    frame["group"] = pd.Categorical(frame["label"])
    frame["one"] = 7
    return frame


def write_parts(frame: pd.DataFrame, folder: Path, cuts: list[int], suffix: str = ".parquet") -> Path:
    folder.mkdir()
    for i, (low, high) in enumerate(zip([0, *cuts], [*cuts, len(frame)], strict=True)):
        part = frame.iloc[low:high]
        path = folder / f"part-{i:03}{suffix}"
        {".parquet": part.to_parquet, ".csv": part.to_csv, ".feather": part.reset_index(drop=True).to_feather}[suffix](
            path, **({} if suffix == ".feather" else {"index": False})
        )
    return folder


def draw(where: Path, learn_rows: int | None = None, readers: int | None = None) -> pd.DataFrame:
    files = find_files(where)
    assert files is not None
    return draw_rows(open_files(where, files, {}), Reading(), learn_rows=learn_rows, readers=readers)


@pytest.mark.filterwarnings("ignore::tabgan.TabganWarning")
@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".feather"])
def test_a_schema_of_a_few_rows_is_that_of_all(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(facts, "MOST_COUNTED", 300)
    frame = make_frame()
    if suffix == ".csv":  # of texts no steps are known but those of the rows that were drawn
        frame = frame.drop(columns=["five", "gap", "exact"])
    drawn = draw(write_parts(frame, tmp_path / "d", [10, 1500, 1501], suffix), 60)
    whole = draw(tmp_path / "d")
    assert (len(drawn), len(whole), KNOWN in whole.attrs) == (60, len(frame), False)
    for few, every in zip(Schema.learn(drawn), Schema.learn(whole), strict=True):
        counted = every.distinct <= 300
        assert few.describe() | {"distinct": 0} == every.describe() | {"distinct": 0}, few.name
        assert (few.decimals, few.missing) == (every.decimals, every.missing)
        assert not counted or few == every


@pytest.mark.parametrize("readers", [2, 4])
def test_several_readers_find_out_what_one_does(tmp_path, readers):
    folder = write_parts(make_frame(), tmp_path / "d", [100, 700, 701, 2000])
    parts = open_files(folder, find_files(folder) or [], {})
    schema = parts.of(parts.names)
    assert scan(parts.parts, schema, 300, readers).digest() == scan(parts.parts, schema, 300, 1).digest()
    pd.testing.assert_frame_equal(draw(folder, 300, readers), draw(folder, 300, 1))


def test_rows_are_drawn_by_where_they_stand_and_each_as_likely():
    hashes = hash_positions(np.arange(100_000))
    assert len(np.unique(hashes)) == 100_000
    drawn = np.argsort(hashes)[:10_000]
    counts = np.histogram(drawn, 20, (0, 100_000))[0]
    assert ((counts - 500) ** 2 / 475).sum() < 40  # chi-squared of 19 degrees of freedom: 36 once in a hundred


def test_a_frame_in_memory_gives_the_rows_that_its_file_does(tmp_path):
    frame = make_frame()
    frame.to_parquet(tmp_path / "a.parquet", index=False)
    there = draw(tmp_path / "a.*", 200)
    here = draw_in_memory(frame, 200)
    pd.testing.assert_frame_equal(here.reset_index(drop=True), there, check_dtype=False)
    assert Schema.learn(here).names == Schema.learn(there).names


def test_what_parts_hold_is_widened_to_what_all_of_them_fit_in(tmp_path):
    folder = tmp_path / "d"
    folder.mkdir()
    for name, values in {"a": [None, None], "b": [1, 2], "c": [1.5, 2.5]}.items():
        pd.DataFrame({"v": values, "w": 1}).to_parquet(folder / f"{name}.parquet", index=False)
    assert draw(folder)["v"].tolist()[2:] == [1, 2, 1.5, 2.5]
    frames = open_parts(pd.DataFrame({"v": v}) for v in ([1, 2], [1.5, None], [3, 4]))
    assert frames is not None
    assert draw_rows(frames, Reading(), learn_rows=4).attrs[KNOWN].columns["v"].values.tolist()[:-1] == [
        1,
        1.5,
        2,
        3,
        4,
    ]


def test_memory_is_that_of_the_rows_drawn(tmp_path):
    """Allocations of Arrow and numpy while 40 parts are read stay far below what these hold."""
    frame = pd.DataFrame({f"x{i}": np.random.default_rng(i).normal(size=20_000) for i in range(4)})
    folder = tmp_path / "d"
    folder.mkdir()
    for i in range(40):
        frame.to_parquet(folder / f"{i:02}.parquet", index=False)
    parts = open_files(folder, find_files(folder) or [], {})
    pool = pa.system_memory_pool()
    before = pa.default_memory_pool()
    pa.set_memory_pool(pool)
    try:
        start = pool.bytes_allocated()
        found = scan(parts.parts, parts.of(parts.names), 1000, 1)
        kept = pool.bytes_allocated() - start
    finally:
        pa.set_memory_pool(before)
    assert found.rows == 800_000
    assert kept < 3_000_000 < 800_000 * 32 / 8


def test_whole_numbers_of_64_bits_without_a_sign_are_seen():
    """They are refused later, by their ends, as those of one file are."""
    values = np.random.default_rng(0).integers(2**62, 2**63 - 1, 50).astype(np.uint64) * np.uint64(2)
    digits = Digits()
    digits.add(values, Places(0))
    assert len(digits.first) >= 1
