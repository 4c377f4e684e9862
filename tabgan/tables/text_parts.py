"""The rows of a text file in two others, character by character."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.tables.delimited import TextTable, look_at
from tabgan.tables.encodings import pack
from tabgan.tables.formats import parsing
from tabgan.tables.left_out import kept_rows
from tabgan.tables.text_source import TextSource, long_fields


def split_text(
    path: Path,
    *,
    test: NDArray[np.bool_],
    parts: tuple[Path, Path],
    header: bool = True,
    delimiter: str | None = None,
    encoding: str | None = None,
    skip_rows: int | None = None,
    drop_rows: str | None = None,
) -> None:
    """Write the rows of a text file to two as they are spelt, in its encoding; each part has the header.

    What stands around the table, and rows that reading leaves out, are in neither.
    """
    source = TextSource(path, encoding)
    with parsing(path, "text table"), long_fields():
        while True:
            try:
                count = _split(
                    source, test, parts, drop_rows, look_at(source, header, delimiter, skip_rows, bool(drop_rows))
                )
                break
            except UnicodeDecodeError as error:
                source.again(error)
    if count != len(test):
        raise InputError(
            f"each row of {path} must stand in lines of its own, but {len(test):,} rows were read and {count:,} are "
            "there; mend its quotes"
        )


def split_tabs(path: Path, *, delimiter: str = "\t", **options: Any) -> None:
    """Split a text file that has tabs between its fields."""
    split_text(path, delimiter=delimiter, **options)


def _split(
    source: TextSource, test: NDArray[np.bool_], parts: tuple[Path, Path], drop_rows: str | None, found: TextTable
) -> int:
    """Write the rows, and return how many there are."""
    encoding, end = source.encoding, found.dialect["newline"]
    kept = None
    if drop_rows:
        kept = kept_rows(sum(1 for _ in found.rows.iter_kept()), drop_rows)
    with ExitStack() as stack:
        files = [stack.enter_context(pack(stack.enter_context(part.open("wb")), part)) for part in parts]
        for file in files:
            file.write(encoding.mark + found.header_text().encode(encoding.name))
        count = 0
        for i, record in enumerate(found.rows.iter_kept()):
            if kept is not None and not kept[i]:
                continue
            if count < len(test):
                text = record.text if record.text.endswith(("\r", "\n")) else record.text + end
                files[int(test[count])].write(text.encode(encoding.name))
            count += 1
    return count
