"""Where tables in parts are: folders, patterns of names, and files too large to be read as a whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tabgan.errors import InputError, warn
from tabgan.spelling import spell
from tabgan.tables.formats import Format, list_part_suffixes, table_format
from tabgan.tables.places import as_place
from tabgan.tables.scan.folder_keys import WILD, with_keys
from tabgan.tables.scan.part import FilePart, Parts

MOST_BYTES = 1 << 30
"""Of one file that is read as a whole, as it lies on the disk; a larger one is read as a table of one part."""


def find_files(place: str | os.PathLike[str]) -> list[Path] | None:
    """Return the files that are the parts of a table, sorted by their names; None if it is none of parts.

    InputError for a folder or pattern without any.
    """
    path = as_place(place)
    if not isinstance(path, Path):
        return None
    if path.is_file():
        large = path.stat().st_size > MOST_BYTES and table_format(path, reading=True).open_part is not None
        return [path] if large else None
    if path.is_dir():
        return _in_folder(path)
    if not WILD & set(str(path)):
        return None
    anchor = Path(path.anchor) if path.is_absolute() else Path()
    pattern = str(path.relative_to(anchor)) if path.is_absolute() else str(path)
    files = sorted((file for file in anchor.glob(pattern) if file.is_file() and not _is_beside(file)), key=_key)
    if not files:
        raise InputError(f"no file has a name like {path}; check the pattern, which is to be in quotes")
    return files


def _in_folder(folder: Path) -> list[Path]:
    inside = sorted((file for file in folder.iterdir() if not _is_beside(file)), key=_key)
    if folders := [file for file in inside if file.is_dir()]:
        raise InputError(
            f"the parts of a table are files of one folder, but {folder} has a folder {folders[0].name} in it; name "
            f"the files by a pattern in quotes, such as '{_find_pattern(folder)}'"
        )
    if not inside:
        raise InputError(f"a folder that is a table has its parts in it, but {folder} is empty; name another")
    return inside


def _find_pattern(folder: Path) -> str:
    """Return a pattern that fits files as deep in a folder as the first one is."""
    pattern, suffix, seen = str(folder), ".parquet", {folder.resolve()}
    while inside := sorted((file for file in folder.iterdir() if not _is_beside(file)), key=_key):
        folders = [file for file in inside if file.is_dir() and file.resolve() not in seen]
        if not folders:
            suffix = next((file.suffix for file in inside if file.is_file()), suffix)
            break
        folder, pattern = folders[0], f"{pattern}/*"
        seen.add(folder.resolve())
    return f"{pattern}/*{suffix}"


def _key(path: Path) -> str:
    return path.as_posix()


def _is_beside(path: Path) -> bool:
    """Whether a file is none of a table's parts: hidden, a mark such as _SUCCESS, or a checksum."""
    return path.name.startswith((".", "_")) or path.suffix == ".crc"


def open_files(where: str | os.PathLike[str], files: list[Path], options: Mapping[str, Any]) -> Parts:
    """Look at the beginning of files, and return them as the parts of a table.

    InputError if their formats or columns differ, or if an option makes no sense with them.
    """
    form = _find_format(where, files)
    options = {name: value for name, value in options.items() if name != "header" or name in form.options}
    if strange := [name for name in options if name not in form.options or name == "drop_rows"]:
        raise InputError(f"{spell(strange[0])} makes no sense with the parts of a table, {where}; leave it out")
    assert form.open_part is not None
    parts: list[FilePart] = [form.open_part(file, **options) for file in files]
    for note in dict.fromkeys(note for part in parts for note in part.notes()):
        warn(note)
    first = (keyed := with_keys(Path(as_place(where)), parts))[0]
    if told := first.names[len(parts[0].names) :]:
        warn(f"names of folders in {where} are read as columns: {', '.join(map(str, told))}")
    return Parts(str(where), keyed, list(first.names), first.schema, dialect=dict(parts[0].dialect), filed=True)


def _find_format(where: str | os.PathLike[str], files: list[Path]) -> Format:
    first = table_format(files[0], reading=True)
    for file in files:
        form = table_format(file, reading=True)
        if form is not first:
            raise InputError(
                f"all parts of a table must be of one format, but {where} has {files[0].name} and {file.name}; name "
                f"those of one by a pattern in quotes, such as '*{first.suffixes[0]}'"
            )
    if first.open_part is None:
        raise InputError(
            f"the parts of a table are files of {list_part_suffixes()}, but {where} has {files[0].name}; convert them"
        )
    return first
