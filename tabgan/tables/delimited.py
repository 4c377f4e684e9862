"""Tables in text files: comma, semicolon or tab between fields; UTF-8, UTF-16 or GBK; plain or gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import re
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.reading import DIALECT

MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "null", "NaN", "nan", "-NaN", "-nan"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Cells of text that stand for a missing value in any column."""

MISSING_NUMBERS = ("?", "None")
"""Cells that do so where all others are numbers; elsewhere they are labels."""

SAMPLE_BYTES = 1 << 16
# Read numbers to the last bit. From version 3.1 on pandas does so by itself, and asking for it is deprecated.
EXACT = {} if tuple(map(int, pd.__version__.split(".")[:2])) >= (3, 1) else {"float_precision": "round_trip"}


def read_text(path: Path, delimiter: str | None = None, *, header: bool = True) -> pd.DataFrame:
    """Read a table from a text file; encoding, delimiter and decimal comma are found out."""
    encoding = find_encoding(path)
    with open_bytes(path) as file:
        sample = codecs.getincrementaldecoder(encoding)().decode(file.read(SAMPLE_BYTES))
    if not sample.strip():
        raise InputError(f"a table needs a header and rows, but {path} is empty; name a file with data")
    delimiter = delimiter or find_delimiter(sample)
    _check_first_records(path, sample, delimiter, header)
    options: dict[str, Any] = {"sep": delimiter, "encoding": encoding, **EXACT}
    options |= {"header": 0 if header else None, "skipinitialspace": True, "low_memory": False}

    def parse(*missing: str) -> pd.DataFrame:
        return pd.read_csv(path, na_values=list(missing), keep_default_na=False, **options)

    try:
        table = _fill_marked(parse(*MISSING), lambda: parse(*MISSING, *MISSING_NUMBERS))
        table = table.rename(columns=str.strip) if header else table
    except pd.errors.ParserError as error:
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        message = f"every row of {path} must have as many fields as the first: {reason}; mend that line"
        raise InputError(message) from error
    table.attrs[DIALECT] = {"delimiter": delimiter, "encoding": encoding}
    return table


def _fill_marked(table: pd.DataFrame, read_again: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Take from a second reading, with `MISSING_NUMBERS` as gaps too, the columns that are numbers then."""
    places = [i for i, dtype in enumerate(table.dtypes) if dtype.kind not in "biufcmM"]
    marked = [i for i in places if table.iloc[:, i].isin(MISSING_NUMBERS).any()]
    if not marked:
        return table
    again = read_again()
    columns = [column for _, column in table.items()]
    for i in marked:
        numbers = again.iloc[:, i]
        if numbers.dtype.kind in "iuf" and numbers.notna().any():
            columns[i] = numbers
    return pd.concat(columns, axis=1)


def open_bytes(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def pack(raw: IO[bytes], path: Path) -> IO[bytes]:
    """Return the file that writes into a new one, which is gzipped if its name says so."""
    # Neither name nor time in the gzip header: equal rows give equal bytes.
    return gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if path.suffix.lower() == ".gz" else raw  # type: ignore[return-value]


def find_encoding(path: Path) -> str:
    """Return UTF-16 if the file is marked so, else the first of UTF-8 and GB 18030 (of which GBK is part) that fits."""
    with open_bytes(path) as file:
        try:
            marked = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
                file.seek(0)
                if _decodes(file, encoding):
                    return encoding
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError(f"{path} is not a whole gzip file ({error}); copy it again or unpack it") from error
    raise InputError(f"a text table must be encoded in UTF-8 or GBK, but {path} is in neither; save it as CSV UTF-8")


def _decodes(file: IO[bytes], encoding: str) -> bool:
    try:
        return not any("\0" in text for text in codecs.iterdecode(iter(lambda: file.read(1 << 20), b""), encoding))
    except UnicodeDecodeError:
        return False


def find_delimiter(sample: str) -> str:
    """Return the first of tab, semicolon and comma that stands equally often in the first lines, outside quotes."""
    lines = re.sub(r'"[^"]*"', "", sample).strip("\r\n").splitlines()[:5]
    for delimiter in "\t;,":
        counts = {line.count(delimiter) for line in lines if line}
        if len(counts) == 1 and counts != {0}:
            return delimiter
    return max(",;\t", key=lines[0].count)


def _check_first_records(path: Path, sample: str, delimiter: str, header: bool) -> None:
    """What pandas would mend silently: repeated names, and rows one field longer than the header."""
    if not header:
        return
    records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True)
    first, *rest = itertools.islice(filter(None, records), 2)
    repeated = [name for name, count in Counter(first).items() if count > 1 and name]
    if repeated:
        raise InputError(
            f"column names must be distinct, but {repeated[0]!r} is there {first.count(repeated[0])} times in {path}; "
            "rename one"
        )
    if rest and len(rest[0]) > len(first):
        raise InputError(
            f"every row of {path} must have as many fields as the header's {len(first)}, "
            f"but the first row has {len(rest[0])}; mend the header"
        )
