"""Files of Arrow and Parquet of which a header, a footer or a list says little are refused before they are unpacked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from tabgan import WGANGPSynthesizer
from tabgan.errors import InputError
from tabgan.tables import parquet
from tabgan.tables.bounds import Bound
from tabgan.tables.formats import read_table
from tabgan.tables.parquet_pages import measure_pages
from tabgan.tables.scan import arrow_parts

MOST = 1 << 24
SIZE = 40_000_000
POOLS: list[pa.MemoryPool] = []
"""Each of which knows the most that it gave away; they must outlive all that they did."""


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files hold no more than makes a quick test."""
    for module in (parquet, arrow_parts):
        monkeypatch.setattr(module, "VALUES", Bound(MOST, 100))


def zeros() -> pa.Table:
    packed = pa.py_buffer(bytes(SIZE))
    return pa.table({"a": pa.FixedSizeBinaryArray.from_buffers(pa.binary(10**6), SIZE // 10**6, [None, packed])})


def write_packed_zeros(path: Path) -> None:
    pyarrow.feather.write_feather(zeros(), str(path), compression="zstd")


def write_packed_level(path: Path) -> None:
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int8()), ["x" * SIZE])
    pyarrow.feather.write_feather(pa.table({"a": codes}), str(path), compression="zstd")


def write_gaps_in_a_list(path: Path) -> None:
    lists = pa.ListArray.from_arrays(pa.array([0, 10**8], pa.int32()), pa.nulls(10**8))
    pyarrow.feather.write_feather(pa.table({"a": lists}), str(path))


def write_views(path: Path) -> None:
    if not hasattr(pa.string_view(), "has_variadic_buffers"):
        pytest.skip("this pyarrow makes no views of buffers")
    (_, head, text) = pa.array(["x" * 1_000_000], pa.string_view()).buffers()
    views = pa.Array.from_buffers(pa.string_view(), 40, [None, pa.py_buffer(head.to_pybytes() * 40), text])
    pyarrow.feather.write_feather(pa.table({"a": views}), str(path))


def write_coded_lists(path: Path) -> None:
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int8()), ["x"])
    pyarrow.feather.write_feather(pa.table({"a": pa.ListArray.from_arrays(pa.array([0, 2]), codes)}), str(path))


def write_list(path: Path) -> None:
    lists = pa.ListArray.from_arrays(pa.array([0, 5_000_000], pa.int32()), pa.array(np.zeros(5_000_000, np.int8)))
    pyarrow.parquet.write_table(pa.table({"a": lists}), path)


def write_prefixes(path: Path) -> None:
    texts = pa.table({"a": ["x" * 100_000] * 400})
    pyarrow.parquet.write_table(texts, path, use_dictionary=False, column_encoding={"a": "DELTA_BYTE_ARRAY"})


def write_lying_footer(path: Path) -> None:
    """Write a page of 40 MB, of which the footer says that it is as good as empty."""
    pyarrow.parquet.write_table(zeros(), path, compression="zstd", use_dictionary=False, data_page_size=SIZE)
    size = 2 * pyarrow.parquet.read_metadata(path).row_group(0).total_byte_size
    said = bytes((size >> 7 * i) & 127 | 128 * (i < 3) for i in range(4))  # a number of Thrift
    data = path.read_bytes()
    assert data[-1000:].count(said) == 2
    path.write_bytes(data[:-1000] + data[-1000:].replace(said, b"\x90\x80\x80\x00"))


CASES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "a list": ("a.parquet", write_list, "holds 40,000,000 bytes"),
    "prefixes": ("a.parquet", write_prefixes, "holds (1[6-9]|2.),[0-9,]+ bytes"),
    "a footer": ("a.parquet", write_lying_footer, r"holds 40,\d+,\d+ bytes"),
    "packed zeros": ("a.feather", write_packed_zeros, "holds 40,000,000 bytes"),
    "a packed level": ("a.feather", write_packed_level, r"holds 40,000,\d+ bytes"),
    "gaps in a list": ("a.feather", write_gaps_in_a_list, "holds 800,000,008 bytes"),
    "views": ("a.feather", write_views, "holds 40,000,000 bytes"),
    "codes in a list": ("a.feather", write_coded_lists, "column a of .* are of type list<item: dictionary.*without"),
}


@pytest.mark.parametrize("name", CASES)
def test_short_files_of_arrow_that_hold_very_much_are_refused(tmp_path: Path, name: str) -> None:
    file, write, reason = CASES[name]
    write(tmp_path / file)
    before = pa.default_memory_pool()
    POOLS.append(pa.proxy_memory_pool(before))
    pa.set_memory_pool(POOLS[-1])
    try:
        with pytest.raises(InputError, match=reason):
            read_table(tmp_path / file)
    finally:
        pa.set_memory_pool(before)
    assert POOLS[-1].max_memory() < 2 * MOST


@pytest.mark.parametrize(("file", "write"), [("a.parquet", write_lying_footer), ("a.feather", write_packed_zeros)])
def test_no_batch_of_a_part_unpacks_to_very_much(tmp_path: Path, file: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / file)
    with pytest.raises(InputError, match=r"holds 40,\d+,\d+ bytes or more; write it anew, "):
        WGANGPSynthesizer().fit(tmp_path)


def test_texts_are_read_however_parquet_packs_them(tmp_path: Path) -> None:
    words = [f"word {i % 7}" for i in range(300)]
    table = pa.table({"a": words, "b": words, "c": pa.array(words).dictionary_encode(), "d": range(300)})
    encodings = {"a": "DELTA_BYTE_ARRAY", "b": "DELTA_LENGTH_BYTE_ARRAY"}
    for version in ("1.0", "2.0"):
        options = {"use_dictionary": ["c"], "data_page_version": version, "data_page_size": 100, "row_group_size": 128}
        pyarrow.parquet.write_table(table, tmp_path / "a.parquet", column_encoding=encodings, **options)
        found = read_table(tmp_path / "a.parquet")
        assert found.to_dict("list") == table.to_pydict()
        assert found["c"].dtype == "category"


def test_labels_of_polars_are_read(tmp_path: Path) -> None:
    codes, texts = pa.array([0, 1, 0], pa.uint32()), pa.array(["x", "y" * 20], pa.string_view())
    pyarrow.feather.write_feather(
        pa.table({"a": pa.DictionaryArray.from_arrays(codes, texts)}), f"{tmp_path}/a.feather"
    )
    labels = pa.DictionaryArray.from_arrays(codes, texts.cast(pa.large_string()))
    pyarrow.parquet.write_table(pa.table({"a": labels}), tmp_path / "a.parquet")
    for name in ("a.feather", "a.parquet"):
        read = read_table(tmp_path / name)["a"]
        assert read.tolist() == ["x", "y" * 20, "x"]
        assert read.dtype == "category"


def test_ordered_labels_are_read_in_batches(tmp_path: Path) -> None:
    table = pa.table({"a": [0, 1, 0, 2], "b": range(4)})
    levels = pa.array(["u", "v" * 20, "w"], pa.string_view())
    codes = pa.DictionaryArray.from_arrays(pa.array(table["a"].to_pylist(), pa.uint32()), levels, ordered=True)
    pyarrow.feather.write_feather(table.set_column(0, "a", codes), f"{tmp_path}/a.feather", chunksize=2)
    read = read_table(tmp_path / "a.feather")["a"]
    assert read.tolist() == ["u", "v" * 20, "u", "w"]
    assert read.cat.ordered


def test_texts_of_polars_are_read_from_feather(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array(["x", "y" * 20, None], pa.string_view()), "b": [1, 2, 3]})
    pyarrow.feather.write_feather(table, str(tmp_path / "a.feather"))
    assert read_table(tmp_path / "a.feather")["a"].fillna("").tolist() == ["x", "y" * 20, ""]


def test_a_level_too_many_in_a_footer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pa.table({"a": [1.0, 2.0, 3.0]}), path)
    stored, end = path.read_bytes()[:-8], int.from_bytes(path.read_bytes()[-8:-4], "little")
    levels = b"\x19\x26\x00\x06"  # two numbers: none of no level, 3 of one
    if levels not in stored[-end:]:
        pytest.skip("this pyarrow does not count levels")
    harmed = stored[:-end] + stored[-end:].replace(levels, b"\x19\x36\x00\x06\x06")
    path.write_bytes(harmed + (end + len(harmed) - len(stored)).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(InputError, match="not a whole Parquet file"):  # pyarrow ends the process where it tells of it
        read_table(path)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_footer_says_what_pyarrow_finds_in_it(tmp_path: Path, version: str) -> None:
    path = tmp_path / "a.parquet"
    lists = [[i] * (i % 3) for i in range(300)]
    table = pa.table({"a": range(300), "b": [f"word {i % 7}" for i in range(300)], "c": lists, "d": [None] * 300})
    pyarrow.parquet.write_table(table, path, data_page_version=version, row_group_size=128, data_page_size=100)
    pages = measure_pages(path, table.schema)
    found = pyarrow.parquet.read_metadata(path).to_dict()["row_groups"]
    columns = [column for group in found for column in group["columns"]]
    assert pages.n_rows == sum(group["num_rows"] for group in found) == 300
    assert pages.n_values == sum(column["num_values"] for column in columns)
    assert pages.texts == ["b"]
    assert 0 < pages.largest < pages.total
