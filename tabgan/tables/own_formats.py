"""The formats that tabgan brings: one row each."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tabgan.registry import register_own
from tabgan.tables.formats import Format


def _late(module: str, name: str, *first: Any) -> Callable[..., Any]:
    """A function of a module that is imported when it is called: reading a CSV file shall not wait for scipy."""

    def call(path: Any, *more: Any, **options: Any) -> Any:
        return getattr(import_module(f"tabgan.tables.{module}"), name)(path, *first, *more, **options)

    return call


TEXT = ("header", "delimiter", "encoding", "skip_rows", "drop_rows", "escape_formulas")
"""Options of files of text."""
_text, _writer = _late("delimited", "read_text"), _late("text_writer", "TextWriter")
_tabs, _tab_writer = _late("delimited", "read_tabs"), _late("text_writer", "write_tabs")
_workbook, _sheet_writer = _late("excel", "read_excel"), _late("excel", "ExcelWriter")
_parquet, _group_writer = _late("parquet", "read_parquet"), _late("parquet", "ParquetWriter")
_matlab, _variable_writer = _late("mat", "read_mat"), _late("mat_writer", "MatWriter")
_split_text, _split_tabs = _late("text_parts", "split_text"), _late("text_parts", "split_tabs")
_lines, _line_writer = _late("json_lines", "read_jsonl"), _late("json_lines", "JsonWriter")
_records, _record_writer = _late("json_records", "read_json"), _late("json_records", "RecordsWriter")
_feather, _batch_writer = _late("arrow_files", "read_feather"), _late("arrow_files", "FeatherWriter")
_array, _array_writer = _late("npy", "read_npy"), _late("npy", "NpyWriter")
_rows, _row_writer = _late("database", "read_database"), _late("database", "open_database")
_split_records = _late("json_records", "split_json")
_split_lines, _split_feather = _late("json_lines", "split_jsonl"), _late("arrow_files", "split_feather")
_split_sheet, _split_matlab = _late("excel_parts", "split_excel"), _late("mat", "split_mat")
_parquet_part, _feather_part = _late("scan.arrow_parts", "ParquetPart"), _late("scan.arrow_parts", "FeatherPart")
_text_part, _tabs_part = _late("scan.text_part", "TextPart"), _late("scan.text_part", "open_tabs")
for _format in (
    Format("csv", (".csv", ".csv.gz"), _text, _writer, TEXT, split=_split_text, open_part=_text_part),
    Format("tsv", (".tsv", ".tsv.gz"), _tabs, _tab_writer, TEXT, split=_split_tabs, open_part=_tabs_part),
    Format(
        "text",
        (".txt", ".dat", ".txt.gz", ".dat.gz"),
        _text,
        _late("text_writer", "write_text"),
        TEXT,
        (".lvm", ".lvm.gz"),
        split=_split_text,
        open_part=_text_part,
    ),
    Format(
        "parquet",
        (".parquet",),
        _parquet,
        _group_writer,
        split=_late("parquet", "split_parquet"),
        typed=True,
        open_part=_parquet_part,
    ),
    Format(
        "xlsx",
        (".xlsx",),
        _workbook,
        _sheet_writer,
        ("header", "sheet", "skip_rows", "drop_rows"),
        (".xlsm",),
        cells=True,
        split=_split_sheet,
    ),
    Format(
        "mat", (".mat",), _matlab, _variable_writer, ("variable", "transpose", "cols", "header"), split=_split_matlab
    ),
    Format(
        "jsonl", (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"), _lines, _line_writer, split=_split_lines, typed=True
    ),
    Format("json", (".json", ".json.gz"), _records, _record_writer, split=_split_records, typed=True),
    Format(
        "feather", (".feather",), _feather, _batch_writer, split=_split_feather, typed=True, open_part=_feather_part
    ),
    Format("npy", (".npy",), _array, _array_writer, split=_late("npy", "split_npy"), typed=True),
    Format(
        "database",
        (),
        _rows,
        _row_writer,
        places=("sqlite://", "duckdb://", "postgresql://", "postgres://"),
        check=_late("database", "check_database"),
        typed=True,
    ),
):
    register_own("format", _format)
