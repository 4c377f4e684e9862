"""What is text in a table although Arrow has types of their own for it: views, and UUIDs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pyarrow
import pyarrow.parquet

_VIEWS = {pyarrow.string_view(): pyarrow.large_string(), pyarrow.binary_view(): pyarrow.large_binary()}
_UUID = pyarrow.binary(16)


def plain_schema(file: pyarrow.parquet.ParquetFile) -> pyarrow.Schema:
    """Return the schema of a Parquet file as it is read; one that says of bytes that they are UUIDs may be of others
    than pyarrow.
    """
    found = file.schema_arrow
    columns = [file.schema.column(i) for i in range(len(file.schema))]
    uuids = {column.path for column in columns if column.logical_type.type == "UUID"}
    for i, field in enumerate(found):
        kind = pyarrow.string() if field.type == _UUID and field.name in uuids else plain_text(field.type)
        found = found.set(i, field.with_type(kind))
    return found


def plain_text(found: pyarrow.DataType) -> pyarrow.DataType:
    """Return what values of a type are read as, itself unless they are texts.

    Examples
    --------
    >>> plain_text(pyarrow.string_view()), plain_text(pyarrow.int8())
    (DataType(large_string), DataType(int8))
    """
    return pyarrow.string() if is_uuid(found) else _VIEWS.get(found, found)


def is_view(found: pyarrow.DataType) -> bool:
    """Whether values of a type may lie in one place, however many they are."""
    return found in _VIEWS


def is_uuid(found: pyarrow.DataType) -> bool:
    """Whether a type says that its values are UUIDs."""
    return getattr(found, "extension_name", "") == "arrow.uuid"


def as_text(column: Any, kind: pyarrow.DataType) -> Any:
    """Return an array, or chunks of one, as another type, such as text; UUIDs and their bytes as they are written."""
    if pyarrow.types.is_string(kind) and (is_uuid(column.type) or column.type == _UUID):
        stored = column.cast(_UUID).to_pylist()
        return pyarrow.array([None if value is None else str(UUID(bytes=value)) for value in stored], kind)
    return column.cast(kind)
