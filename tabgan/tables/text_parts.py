"""The rows of a text file in two others, character by character."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.tables.delimited import SAMPLE_BYTES, find_delimiter, find_encoding, open_bytes, pack
from tabgan.tables.formats import parsing

MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def split_text(
    path: Path, delimiter: str | None = None, *, test: NDArray[np.bool_], parts: tuple[Path, Path], header: bool = True
) -> None:
    """Write the rows of a text file to two as they are spelt, in its encoding; each part has the header."""
    encoding = find_encoding(path)
    with open_bytes(path) as file:
        sample = file.read(SAMPLE_BYTES)
    delimiter = delimiter or find_delimiter(codecs.getincrementaldecoder(encoding)().decode(sample))
    mark = next(filter(sample.startswith, MARKS), b"")
    encoding = MARKS.get(mark, encoding.removesuffix("-sig"))
    with parsing(path, "text table"), ExitStack() as stack:
        lines = stack.enter_context(io.TextIOWrapper(stack.enter_context(open_bytes(path)), encoding, newline=""))
        lines.buffer.read(len(mark))  # which the parts get as it is
        records = iter_records(lines, delimiter)
        head = next(records) if header else ""
        files = [stack.enter_context(pack(stack.enter_context(part.open("wb")), part)) for part in parts]
        for file in files:
            file.write(mark + head.encode(encoding))
        count = 0
        for count, record in enumerate(records, 1):
            if count <= len(test):
                files[int(test[count - 1])].write(record.encode(encoding))
    if count != len(test):
        raise InputError(
            f"each row of {path} must stand in lines of its own, but {len(test):,} rows were read and {count:,} are "
            "there; mend its quotes"
        )


def iter_records(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """Yield the lines of each row as one text, all ending as the first; empty lines are left out.

    Examples
    --------
    >>> list(iter_records(["a,b\\n", "\\n", '"1\\n', '2",3'], ","))
    ['a,b\\n', '"1\\n2",3\\n']
    """
    read: list[str] = []
    end = ""

    def remember() -> Iterator[str]:
        for line in lines:
            read.append(line)
            yield line

    for _ in csv.reader(remember(), delimiter=delimiter, skipinitialspace=True):
        record = "".join(read)
        read.clear()
        if delimiter in record or record.strip(" \t\r\n"):
            end = end or record[len(record.rstrip("\r\n")) :] or "\n"
            yield record if record.endswith(("\r", "\n")) else record + end
