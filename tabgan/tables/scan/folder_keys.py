"""What the names of folders tell of the files in them, as Hive and Spark write tables: year=2024 is a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa

from tabgan.tables.formats import has_names
from tabgan.tables.scan.part import FilePart, Part, plain_type

WILD = frozenset("*?[")
_GAP = "__HIVE_DEFAULT_PARTITION__"
_LONGEST = 18  # digits of a number of 64 bits


def read_keys(pattern: Path, file: Path) -> dict[str, str | None]:
    """Return what the folders tell that stand for a part of a pattern in the path of a file.

    Examples
    --------
    >>> read_keys(Path("pumps/*/*/*.parquet"), Path("pumps/site=north%20bank/year=2024/0.parquet"))
    {'site': 'north bank', 'year': '2024'}
    """
    fixed = next((i for i, part in enumerate(pattern.parts) if WILD & set(part)), len(pattern.parts))
    pairs = [folder.partition("=") for folder in file.parts[fixed:-1]]
    return {unquote(key): None if value == _GAP else unquote(value) for key, equals, value in pairs if key and equals}


def with_keys(pattern: Path, parts: Sequence[FilePart]) -> list[Part]:
    """Return parts that have what their folders tell as columns, unless they have columns of these names."""
    told = [read_keys(pattern, part.path) for part in parts]
    every = dict.fromkeys(key for keys in told for key in keys)
    whole = {key: _are_whole([keys[key] for keys in told if key in keys]) for key in every}
    made: list[Part] = []
    for part, keys in zip(parts, told, strict=True):
        kept = {key: value for key, value in keys.items() if key not in part.schema.names}
        scalars = {
            key: pa.scalar(None if value is None else int(value), pa.int64())
            if whole[key] and not part.dialect  # whose cells are texts
            else pa.scalar(value, pa.string())
            for key, value in kept.items()
        }
        made.append(KeyedPart(part, scalars) if kept else part)
    return made


def _are_whole(values: Sequence[str | None]) -> bool:
    """Whether texts are whole numbers as they are written, so that 01 is none."""
    told = [value for value in values if value is not None]
    digits = [value.removeprefix("-") for value in told]
    plain = [one.isascii() and one.isdigit() and len(one) <= _LONGEST and str(int(one)) == one for one in digits]
    return bool(told) and all(plain) and "-0" not in told


class KeyedPart(Part):
    """A file with more columns, each of one value."""

    def __init__(self, part: FilePart, keys: dict[str, pa.Scalar]) -> None:
        self._part, self.name = part, part.name
        named = has_names(part.names)
        self.names = [*part.names, *(key if named else i for i, key in enumerate(keys, len(part.names) + 1))]
        self._keys = {
            str(name): value for name, value in zip(self.names[len(part.names) :], keys.values(), strict=True)
        }
        fields = [pa.field(name, value.type) for name, value in self._keys.items()]
        self.schema = pa.schema([*part.schema, *fields], part.schema.metadata)

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, with the columns of a schema."""
        stored = [field for field in schema if field.name not in self._keys]
        first = self._part.schema.field(0)  # tells how many rows there are
        read = pa.schema(stored or [first.with_type(plain_type(first.type))], schema.metadata)
        for batch in self._part.batches(read):
            columns = [
                pa.repeat(self._keys[field.name].cast(field.type), len(batch))
                if field.name in self._keys
                else batch.column(batch.schema.get_field_index(field.name))
                for field in schema
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    def check(self, rows: int) -> None:
        """Raise InputError if the file is not what it was."""
        self._part.check(rows)
