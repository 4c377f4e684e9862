"""Types of Arrow that pandas has others for are read as what they mean."""

from __future__ import annotations

import datetime
import re
import uuid
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet
import pytest

from tabgan.errors import InputError
from tabgan.schema import Schema
from tabgan.tables.formats import read_table
from tabgan.tables.intake import open_table

UUIDS = [uuid.UUID(int=2**127 + i) for i in range(4)]


def write(columns: dict[str, pa.Array], path: Path, groups: int = 2) -> Path:
    path.parent.mkdir(exist_ok=True)
    try:
        table = pa.table(columns)
        if path.suffix == ".parquet":
            pyarrow.parquet.write_table(table, path, row_group_size=groups)
        else:
            pyarrow.feather.write_feather(table, str(path))
    except NotImplementedError:
        pytest.skip("this pyarrow does not write such a type")
    return path


def gaps_as_none(texts: pd.Series) -> list[object]:
    return texts.astype(object).where(texts.notna(), None).tolist()


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_uuids_and_views_are_texts_with_gaps(tmp_path: Path, suffix: str) -> None:
    stored = pa.array([*(one.bytes for one in UUIDS), None], pa.binary(16))
    views = pa.array(["u", "v" * 20, None, "w", "u"], pa.string_view())
    columns = {"u": pa.ExtensionArray.from_storage(pa.uuid(), stored), "v": views, "bytes": stored}
    path = write(columns, tmp_path / "parts" / f"a{suffix}")
    for read in (
        read_table(path),
        open_table(path.parent)[0],
        open_table(pyarrow.dataset.dataset(path, format=suffix[1:]))[0],
    ):
        assert gaps_as_none(read["u"]) == [*map(str, UUIDS), None]
        assert gaps_as_none(read["v"]) == views.to_pylist()
        assert read["bytes"].tolist() == stored.to_pylist()


def test_bytes_that_only_parquet_says_are_uuids_are_texts(tmp_path: Path) -> None:
    stored = pa.array([one.bytes for one in UUIDS], pa.binary(16))
    path = tmp_path / "a.parquet"
    lists = pa.array([[i] for i in range(4)])
    table = pa.table({"l": lists, "u": pa.ExtensionArray.from_storage(pa.uuid(), stored), "b": stored})
    pyarrow.parquet.write_table(table, path, store_schema=False)  # as other writers do
    if "(UUID)" not in str(pyarrow.parquet.ParquetFile(path).schema):
        pytest.skip("this pyarrow does not say so")
    read = read_table(path)
    assert read["u"].tolist() == [*map(str, UUIDS)]
    assert read["b"].tolist() == stored.to_pylist()


def test_views_in_parquet_that_unfold_to_very_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tabgan.tables import parquet
    from tabgan.tables.bounds import Bound

    monkeypatch.setattr(parquet, "VALUES", Bound(1 << 20, 100))
    path = write({"a": pa.array(["x" * 100_000] * 40, pa.string_view())}, tmp_path / "a.parquet", 40)
    with pytest.raises(InputError, match=r"holds .* bytes or more"):
        read_table(path)


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_whole_numbers_beside_gaps_are_whole_numbers(tmp_path: Path, suffix: str) -> None:
    long = [2**60 + 1, None, 3, 4]
    columns = {"i": pa.array([1, None, 3, 4], pa.int32()), "u": pa.array([1, None, 3, 4], pa.uint8())}
    columns |= {"full": pa.array([1, 2, 3, 4], pa.int32()), "f": pa.array([1.0, None, 3, 4]), "l": pa.array(long)}
    path = write(columns, tmp_path / "parts" / f"a{suffix}")
    for read in (read_table(path), open_table(path.parent)[0]):
        assert [*map(str, read.dtypes)] == ["Int32", "UInt8", "int32", "float64", "Int64"]
        assert int(read["l"][0]) == 2**60 + 1
        back = Schema.learn(read[["i", "u"]]).restore(Schema.learn(read[["i", "u"]]).to_matrix(read[["i", "u"]]))
        assert pa.Table.from_pandas(back).schema.types == [pa.int32(), pa.uint8()]


def test_whole_numbers_beside_gaps_stand_beside_an_index_and_names_that_are_twice(tmp_path: Path) -> None:
    whole = pd.Series([1, None], dtype=object, index=["x", "y"])
    frame = pd.DataFrame({"a": whole, "7": [1, 2]}, index=pd.Index(["x", "y"], name="site"))
    frame.to_parquet(tmp_path / "a.parquet")
    read = read_table(tmp_path / "a.parquet")
    assert read.columns.tolist() == ["site", "a", "7"]
    assert read["a"].equals(pd.Series([1, None], dtype="Int64"))
    twice = pa.Table.from_arrays([pa.array([1, None]), pa.array([3, 4])], names=["a", "a"])
    pyarrow.feather.write_feather(twice, f"{tmp_path}/a.feather")
    assert read_table(tmp_path / "a.feather").iloc[0].tolist() == [1, 3]


def test_a_fixed_offset_comes_back(tmp_path: Path) -> None:
    moments = pd.date_range("2024-01-31", periods=30, freq="h", tz="UTC+05:30")
    pyarrow.parquet.write_table(
        pa.table({"t": pa.array(range(30), pa.timestamp("us", "-03:00"))}), tmp_path / "b.parquet"
    )
    pd.DataFrame({"t": moments}).to_parquet(tmp_path / "a.parquet")
    for name, offset in (("a", "+05:30"), ("b", "-03:00")):
        read = read_table(tmp_path / f"{name}.parquet")
        schema = Schema.from_dict(Schema.learn(read).to_dict())
        back = schema.restore(schema.to_matrix(read))
        assert (back["t"] == read["t"]).all()
        assert str(back["t"].dtype).endswith(f", UTC{offset}]")
        assert pa.Table.from_pandas(back).schema.field("t").type.tz == offset


def test_offsets_of_any_library_are_those_of_pythons(tmp_path: Path) -> None:
    class Offset(datetime.tzinfo):
        def utcoffset(self, when: datetime.datetime | None) -> datetime.timedelta:
            return datetime.timedelta(minutes=-90)

        def dst(self, when: datetime.datetime | None) -> None:
            return None

        def tzname(self, when: datetime.datetime | None) -> str:
            return "mine"

    frame = pd.DataFrame({"t": pd.date_range("2024-01-31", periods=30, freq="h", tz=Offset(), unit="ns")})
    assert Schema.learn(frame).columns[0].dtype == "datetime64[ns, UTC-01:30]"


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_a_zone_that_is_none_is_said(tmp_path: Path, suffix: str) -> None:
    path = write({"t": pa.array(range(4), pa.timestamp("us", "Mars/Olympus"))}, tmp_path / "parts" / f"a{suffix}")
    said = "times have a zone that is known, .* but those of column 't' have 'Mars/Olympus'; write them in UTC"
    for place in (path, path.parent):
        with pytest.raises(InputError, match=said):
            open_table(place)


def test_levels_of_names_are_one_name(tmp_path: Path) -> None:
    frame = pd.DataFrame({0: [1, 2], 1: [3, 4]}, index=pd.Index(["a", "b"], name="site"))
    frame.columns = pd.MultiIndex.from_tuples([("A", "x"), ("B", "y")])
    path = tmp_path / "parts" / "a.parquet"
    path.parent.mkdir()
    frame.to_parquet(path)
    for read in (read_table(path), open_table(path.parent)[0]):
        assert read.columns.tolist() == ["site", "('A', 'x')", "('B', 'y')"]


def test_what_no_identifier_can_be_is_to_be_written_as_text() -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5] * 10, "u": [bytes([i]) for i in range(20)]})
    said = re.escape("in row 1; write it as text, or leave it out with X.drop(columns='u')")
    with pytest.raises(InputError, match=said):
        Schema.learn(frame, kinds={"u": "id"})


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_lists_of_views_are_refused_by_their_column(tmp_path: Path, suffix: str) -> None:
    lists = pa.array([["a"], ["b", "c"]], pa.list_(pa.string_view()))
    path = write({"l": lists, "v": pa.array([1, 2])}, tmp_path / f"a{suffix}")
    with pytest.raises(InputError, match=r"of column l of .* are of type list.*string_view.*; write it anew, without"):
        read_table(path)
