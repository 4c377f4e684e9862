"""The rows of a file in two others of its format, as they stand in it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError, TabganWarning
from tabgan.files import replacing
from tabgan.tables.formats import Format, read_table, table_format
from tabgan.tables.places import as_place


def name_parts(path: Path) -> tuple[Path, Path]:
    """Return where the parts of a table are written, beside it.

    Examples
    --------
    >>> [part.name for part in name_parts(Path("pump.CSV.gz"))]
    ['pump-train.CSV.gz', 'pump-test.CSV.gz']
    """
    form = _format_of_file(path)
    suffixes = sorted(form.suffixes_for(reading=True), key=len)
    found = next(suffix for suffix in reversed(suffixes) if path.name.lower().endswith(suffix))
    stem, typed = path.name[: -len(found)], path.name[-len(found) :]
    suffix = form.suffixes[0] if found in form.only_read else typed
    return path.with_name(f"{stem}-train{suffix}"), path.with_name(f"{stem}-test{suffix}")


def _format_of_file(path: Path) -> Format:
    if Path(path).is_dir():
        raise InputError(
            f"one file is cut in two, but {path} is a folder; move some of its files to another, which is the holdout"
        )
    if not isinstance(as_place(path), Path):
        raise InputError(
            f"only files are cut in two, of which the parts are files, too, but {path} is none; save it as one first"
        )
    return table_format(path, reading=True)


def check_parts(path: Path, parts: tuple[Path, Path]) -> Format:
    """Return the format of a table, or raise InputError when its parts cannot be written or are to have another."""
    form = _format_of_file(path)
    if form.open_writer is None:
        raise InputError(f"parts have the format of the table, but {form.name} is only read; convert {path} first")
    for part in parts:
        if table_format(part) is not form:
            raise InputError(
                f"parts have the format of the table, {form.name}, so that values stay as they are, but {part} has "
                f"another; name it {part.with_suffix(form.suffixes[0])}"
            )
    return form


def write_parts(
    path: Path, test: NDArray[np.bool_], parts: tuple[Path, Path], overwrite: bool = False, **options: Any
) -> dict[str, Any]:
    """Write the rows that are not in `test` to the first part, the others to the second; both appear when all is done.

    `options` are those of `read_table`; return those of them that are others for the parts. InputError as there, and
    when a part cannot be written.
    """
    form = check_parts(path, parts)
    with warnings.catch_warnings(), replacing(parts[0], overwrite) as train, replacing(parts[1], overwrite) as rest:
        warnings.simplefilter("ignore", TabganWarning)  # it was told when the table was read to choose its rows
        if form.split:
            chosen = {name: options[name] for name in form.options if options.get(name) is not None}
            return form.split(path, test=test, parts=(train, rest), **chosen) or {}
        assert form.open_writer is not None
        table = read_table(path, **options)
        for part, rows in ((train, table[~test]), (rest, table[test])):
            writer = form.open_writer(part)
            writer.write(rows)
            writer.close(complete=True)
    return {}
