"""What folders such as year=2024 tell of the files in them is a column."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from tabgan.errors import InputError, TabganWarning
from tabgan.tables.intake import fill, open_to_learn, read_place

ROWS = {"v": [0.5, 1.5, 2.5, 3.5], "site": ["north bank", "a/b", "north bank", None], "year": [2023, 2023, 2024, -1]}
SAID = r"names of folders in .* are read as columns: site, year$"


def write(folder: Path, **columns: list[object]) -> str:
    table = pa.table({**ROWS, **columns})
    pyarrow.parquet.write_to_dataset(table, folder / "table", partition_cols=["site", "year"])
    return f"{folder}/table/*/*/*.parquet"


def test_keys_are_columns_with_gaps_and_whole_numbers(tmp_path: Path) -> None:
    pattern = write(tmp_path)
    with pytest.warns(TabganWarning, match=SAID):
        read = read_place(pattern)
    assert [*map(str, read.dtypes[["v", "year"]])] == ["float64", "int64"]
    expected = pd.DataFrame(ROWS)  # whose texts have the dtype that they have in this version of pandas
    pd.testing.assert_frame_equal(read.sort_values("v", ignore_index=True), expected)


def test_some_columns_and_rows_of_them_are_read(tmp_path: Path) -> None:
    pattern = write(tmp_path)
    with pytest.warns(TabganWarning, match=SAID):
        table = read_place(pattern, later=True)
    assert table.columns.tolist() == ["v", "site", "year"]
    assert sorted(fill(table[["year"]])["year"]) == [-1, 2023, 2023, 2024]
    drawn = fill(table[["year", "v"]], 2)
    assert drawn.columns.tolist() == ["year", "v"]
    assert set(zip(drawn["year"], drawn["v"], strict=True)) < set(zip(ROWS["year"], ROWS["v"], strict=True))


@pytest.mark.filterwarnings("ignore:names of folders")
@pytest.mark.parametrize("years", [["01", "02", "10", "11"], ["1", "x", "2", "3"], ["1" * 30] * 4])
def test_what_is_no_number_everywhere_is_text_as_it_stands(tmp_path: Path, years: list[object]) -> None:
    assert sorted(read_place(write(tmp_path, year=years))["year"]) == sorted(years)


@pytest.mark.filterwarnings("ignore:names of folders")
def test_text_files_have_them_as_cells(tmp_path: Path) -> None:
    for name, rows in (("day=2024-01-31", "a,b\n1,2\n"), ("day=2024-02-01", "a,b\n3,4\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.csv").write_text(rows)
    read = read_place(f"{tmp_path}/*/*.csv")
    assert read.to_dict("list") == {"a": [1, 3], "b": [2, 4], "day": ["2024-01-31", "2024-02-01"]}
    assert read_place(f"{tmp_path}/*/*.csv", header=False).columns.tolist() == [1, 2, 3]


def test_a_column_of_the_file_stays_and_folders_that_are_fixed_tell_nothing(tmp_path: Path) -> None:
    (tmp_path / "k=x" / "v=7").mkdir(parents=True)
    pyarrow.parquet.write_table(pa.table({"v": [1, 2]}), tmp_path / "k=x" / "v=7" / "0.parquet")
    assert open_to_learn(f"{tmp_path}/k=x/*/*.parquet")[0].to_dict("list") == {"v": [1, 2]}


def test_a_folder_of_folders_is_told_a_pattern_that_fits(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(InputError, match=r"a pattern in quotes, such as '(.*/table/\*/\*/\*\.parquet)'") as told:
        read_place(tmp_path / "table")
    with pytest.warns(TabganWarning, match=SAID):
        assert len(read_place(str(told.value).rpartition("such as ")[2].strip("'"))) == 4


@pytest.mark.filterwarnings("ignore:names of folders")
def test_folders_that_tell_other_things_are_refused(tmp_path: Path) -> None:
    for name in ("k=1", "j=2"):
        (tmp_path / name).mkdir()
        pyarrow.parquet.write_table(pa.table({"v": [1, 2]}), tmp_path / name / "0.parquet")
    with pytest.raises(InputError, match=r"all parts of a table must have the same columns, but .* has no 'j'"):
        read_place(f"{tmp_path}/*/*.parquet")


def test_a_folder_that_is_in_itself_is_told_a_pattern_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "d" / "more").mkdir(parents=True)
    (tmp_path / "d" / "more" / "again").symlink_to(tmp_path / "d")
    with pytest.raises(InputError, match=r"such as '.*/d/\*/\*\.parquet'$"):
        open_to_learn(tmp_path / "d")
