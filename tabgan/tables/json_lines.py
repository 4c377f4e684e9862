"""Tables in text files of which each line is a JSON object (.jsonl, .ndjson)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.json
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.containers import TYPES, from_arrow, give, open_frame
from tabgan.tables.bounds import are_apart
from tabgan.tables.encodings import open_bytes, pack
from tabgan.tables.formats import parsing

MOST_DIGITS = 300  # of a whole number
BLOCK = 1 << 24  # bytes that are read at once; a row may not be longer


def read_jsonl(path: Path) -> pd.DataFrame:
    """Read a table from JSON lines: a key of any line is a column, and has a gap where a line lacks it.

    Texts stay as they are, also those of dates.
    """
    with parsing(path, "file of JSON lines"), open_bytes(path) as file:
        data = file.read().removeprefix(b"\xef\xbb\xbf")
    if len(data) <= BLOCK:
        _check_rows(path, data)
    try:
        table = _parse(data)
    except (pa.ArrowException, UnicodeDecodeError):  # no JSON, or several types, which the schema names
        return _read_lines(path, data)
    with parsing(path, "file of JSON lines"):
        table.validate(full=True)
        frame = from_arrow(table)
    del frame.attrs[TYPES]  # a file has none to give back
    return frame


def _check_rows(path: Path, data: bytes) -> None:
    """Raise InputError if a short file makes a very large table, or nests values deeper than can be read."""
    names: set[str] = set()
    n_rows = n_filled = 0
    for number, line in enumerate(data.splitlines(), 1):
        try:
            row = json.loads(line)
        except RecursionError:
            raise InputError(f"line {number:,} of {path} is nested too deep; a value is a number or a text") from None
        except ValueError:  # of which more is said where it is read
            continue
        if isinstance(row, dict):
            names.update(row)
            n_rows, n_filled = n_rows + 1, n_filled + len(row)
    check_keys(path, n_rows, len(names), n_filled)


def check_keys(path: Path, n_rows: int, n_keys: int, n_filled: int) -> None:
    """Raise InputError if so many rows have few keys in common."""
    if are_apart(n_rows, n_keys, n_filled):
        raise InputError(
            f"the rows of a table have the same keys, but {path} has {n_keys:,} of them in {n_rows:,} rows, which "
            f"hold {n_filled:,} values; name values by a key of their own"
        )


def _parse(data: bytes) -> pa.Table:
    read = pyarrow.json.ReadOptions(block_size=BLOCK)
    table = pyarrow.json.read_json(pa.BufferReader(data), read)
    moments = [field for field in table.schema if pa.types.is_timestamp(field.type)]
    if not moments:
        return table
    texts = pa.schema([pa.field(field.name, pa.string()) for field in moments])
    options = pyarrow.json.ParseOptions(explicit_schema=texts)
    return pyarrow.json.read_json(pa.BufferReader(data), read, options).select(table.column_names)


def _read_lines(path: Path, data: bytes) -> pd.DataFrame:
    """Read line by line, and name the one that is no row."""
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = load_json(line)
        except ValueError as error:
            raise InputError(f"line {number} of {path} is not JSON ({error}); mend it") from error
        if not isinstance(row, dict):
            raise InputError(
                f'each line of {path} must be an object such as {{"size": 1.5}}, but line {number} is '
                f"{type(row).__name__}; mend it"
            )
        rows.append(row)
    if not rows:
        raise InputError(f"{path} has no rows; name a file with data")
    return open_frame(rows)[0]


def load_json(data: bytes) -> Any:
    """Return the value of a JSON text; ValueError if it is none, has a key twice in an object, or half a letter."""
    text = decode_json(data)
    value = json.loads(text, object_pairs_hook=_make_object, parse_int=_make_int)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()  # of the two codes that some letters have, one may be missing
    return value


def decode_json(data: bytes) -> str:
    """Return a JSON text in the encoding that its first bytes show."""
    return data.decode(json.detect_encoding(data))


def _make_int(digits: str) -> int | float:
    """A whole number, infinite if no double is as large."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {name!r} stands twice in an object")
    return made


def split_jsonl(path: Path, *, test: NDArray[np.bool_], parts: tuple[Path, Path]) -> None:
    """Write the lines of a file to two, as they are."""
    with parsing(path, "file of JSON lines"), open_bytes(path) as file:
        lines = [line for line in file.read().splitlines() if line.strip()]
    for part, chosen in zip(parts, (~test, test), strict=True):
        with part.open("wb") as raw, pack(raw, part) as packed:
            packed.write(b"".join(lines[place] + b"\n" for place in np.flatnonzero(chosen)))


class JsonWriter:
    """Writes blocks of rows, each a line."""

    def __init__(self, path: Path) -> None:
        self.raw = path.open("wb")
        self.file = pack(self.raw, path)

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        self.file.write("".join(f"{row}\n" for row in write_rows(block)).encode())

    def close(self, complete: bool) -> None:
        """Finish the file."""
        self.file.close()
        self.raw.close()


def write_rows(block: pd.DataFrame) -> list[str]:
    """Return rows as objects; numbers in the fewest digits that give them back, gaps as null."""
    rows = give(block.rename(columns=str), "records", "")
    return [json.dumps(row, ensure_ascii=False, default=_spell) for row in rows]


def _spell(value: Any) -> str:
    """Dates as JSON has them, by the standard; what else there is, as it is written."""
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
