"""Tables in files of one JSON list of objects, as pandas writes with orient="records" (.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.containers import open_frame
from tabgan.tables.bounds import check_columns
from tabgan.tables.encodings import open_bytes, pack
from tabgan.tables.formats import parsing
from tabgan.tables.json_lines import JsonWriter, check_keys, decode_json, load_json, write_rows

LONGEST = 3 << 24
"""Bytes, of which each takes up to 35 while all is read at once."""
SEPARATOR = ",\n"
_BETWEEN = re.compile(r"[\s,]*")


def read_json(path: Path) -> pd.DataFrame:
    """Read a table from a list of objects: a key of any of them is a column, and has a gap where one lacks it.

    Texts stay as they are, also those of dates.
    """
    rows = _parse(path, _read(path))
    if isinstance(rows, list) and not rows:
        raise InputError(f"{path} has no rows; name a file with data")
    odd = [place for place, row in enumerate(rows, 1) if not isinstance(row, dict)] if isinstance(rows, list) else []
    if odd or not isinstance(rows, list):
        what = f"element {odd[0]:,} is {_call(rows[odd[0] - 1])}" if odd else f"it is {_call(rows)}"
        raise InputError(
            f'a table in {path} must be a list of objects such as [{{"size": 1.5}}], but {what}; write it with '
            'orient="records", or as JSON lines (.jsonl)'
        )
    names = {name for row in rows for name in row}
    check_keys(path, len(rows), len(names), sum(map(len, rows)))
    check_columns(len(names), str(path))
    return open_frame(rows)[0]


def split_json(path: Path, *, test: NDArray[np.bool_], parts: tuple[Path, Path]) -> None:
    """Write the objects of a list to two, as they are."""
    rows = list(_cut(decode_json(_read(path))))
    for part, chosen in zip(parts, (~test, test), strict=True):
        with part.open("wb") as raw, pack(raw, part) as packed:
            packed.write(f"[{SEPARATOR.join(rows[place] for place in np.flatnonzero(chosen))}]\n".encode())


def _cut(text: str) -> Iterator[str]:
    """Yield the values of a list as they are written."""
    decode, place = json.JSONDecoder(parse_int=str).raw_decode, text.index("[") + 1
    while text[place := _BETWEEN.match(text, place).end()] != "]":  # type: ignore[union-attr]
        _, end = decode(text, place)
        yield text[place:end]
        place = end


def _read(path: Path) -> bytes:
    with parsing(path, "JSON file"), open_bytes(path) as file:
        data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise InputError(
            f"a .json file is read at once, up to {LONGEST >> 20} MiB, but {path} is longer; write JSON lines "
            "(.jsonl), which take less memory"
        )
    return data


def _parse(path: Path, data: bytes) -> Any:
    try:
        return load_json(data)
    except RecursionError:
        raise InputError(f"{path} is nested too deep; a value is a number or a text") from None
    except ValueError as error:  # also of a key that is there twice, or of letters
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
            self.before = SEPARATOR

    def close(self, complete: bool) -> None:
        """End the list, and finish the file."""
        self.file.write(b"[]\n" if self.before == "[" else b"]\n")
        super().close(complete)
