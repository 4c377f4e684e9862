"""Tables in files of one JSON list of objects, as pandas writes with orient="records" (.json)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.containers import open_frame
from tabgan.tables.encodings import open_bytes
from tabgan.tables.formats import parsing
from tabgan.tables.json_lines import JsonWriter, check_keys, load_json, write_rows

LONGEST = 3 << 24
"""Bytes, of which each takes up to 35 while all is read at once."""


def read_json(path: Path) -> pd.DataFrame:
    """Read a table from a list of objects: a key of any of them is a column, and has a gap where one lacks it.

    Texts stay as they are, also those of dates.
    """
    with parsing(path, "JSON file"), open_bytes(path) as file:
        data = file.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise InputError(
                f"a .json file is read at once, up to {LONGEST >> 20} MiB, but {path} is longer; write JSON lines "
                "(.jsonl), which take less memory"
            )
        rows = _parse(path, data)
    if isinstance(rows, list) and not rows:
        raise InputError(f"{path} has no rows; name a file with data")
    odd = [place for place, row in enumerate(rows, 1) if not isinstance(row, dict)] if isinstance(rows, list) else []
    if odd or not isinstance(rows, list):
        what = f"element {odd[0]:,} is {_call(rows[odd[0] - 1])}" if odd else f"it is {_call(rows)}"
        raise InputError(
            f'a table in {path} must be a list of objects such as [{{"size": 1.5}}], but {what}; write it with '
            'orient="records", or as JSON lines (.jsonl)'
        )
    check_keys(path, len(rows), len({name for row in rows for name in row}), sum(map(len, rows)))
    return open_frame(rows)[0]


def _parse(path: Path, data: bytes) -> Any:
    try:
        return load_json(data)
    except RecursionError:
        raise InputError(f"{path} is nested too deep; a value is a number or a text") from None
    except ValueError as error:  # also of a key that is there twice, of letters, or of a number of thousands of digits
        if "Extra data" in str(error) and data.lstrip().startswith(b"{"):
            raise InputError(f"{path} is not JSON ({error}); if each line is an object, name it .jsonl") from error
        raise InputError(f"{path} is not JSON ({error}); mend it, or write it again") from error


def _call(value: Any) -> str:
    """Return what a value of JSON is called."""
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a single value"


class RecordsWriter(JsonWriter):
    """Writes blocks of rows as one list, a row in each line."""

    before = "["

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        for row in write_rows(block):
            self.file.write(f"{self.before}{row}".encode())
            self.before = ",\n"

    def close(self, complete: bool) -> None:
        """End the list, and finish the file."""
        self.file.write(b"[]\n" if self.before == "[" else b"]\n")
        super().close(complete)
