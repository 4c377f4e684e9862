"""What a table comes in, and goes back in: frames of pandas, polars and Arrow, arrays, dicts of lists, lists of dicts.

Inside the house a table is a pandas DataFrame. What speaks Arrow (``__arrow_c_stream__``) or the interchange protocol
(``__dataframe__``) is turned into one at the border. The Arrow types go along in its `attrs`, under `TYPES`, so that
generated rows are given back with them: decimals, dates, categories, 32-bit numbers, whole numbers with gaps.
"""

from __future__ import annotations

import base64
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError
from tabgan.schema.structured import from_structured, is_structured

FRAME, ARRAY = "frame", "array"
CONTAINERS = (FRAME, ARRAY, "polars", "arrow", "batch", "columns", "records")
"""A frame of pandas, an array, a frame of polars, an Arrow table or batch, a dict of lists, a list of dicts."""
TYPES = "arrow_types"
"""Key of `DataFrame.attrs`: the Arrow schema of what a table came in, as text."""


def open_frame(X: Any) -> tuple[Any, str]:
    """Return a table as a pandas DataFrame, and what it was; what is none of ours comes back as it is, an array.

    Examples
    --------
    >>> frame, container = open_frame([{"size": 1, "kind": "a"}, {"size": None, "kind": "b"}])
    >>> container, frame["size"].dtype.name
    ('records', 'Int64')
    """
    if isinstance(X, pd.DataFrame):
        return X, FRAME
    library = type(X).__module__.partition(".")[0]
    if isinstance(X, Mapping) and library != "scipy":  # whose sparse matrices by keys are mappings
        return _from_columns(X), "columns"
    if isinstance(X, (list, tuple)) and X and all(isinstance(row, Mapping) for row in X):
        names = list(dict.fromkeys(name for row in X for name in row))
        return _from_columns({name: [row.get(name) for row in X] for name in names}), "records"
    if library == "narwhals":
        return open_frame(X.to_native())
    if library == "polars" and hasattr(X, "collect"):  # a lazy one
        X = X.collect()
    if isinstance(X, pa.RecordBatch):
        return from_arrow(pa.Table.from_batches([X])), "batch"
    if hasattr(X, "__arrow_c_stream__") and hasattr(X, "columns"):  # a series has one, too
        return from_arrow(pa.table(X)), {"polars": "polars", "pyarrow": "arrow"}.get(library, FRAME)
    if is_structured(X):
        return from_structured(X), FRAME
    if hasattr(X, "__dataframe__"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of pandas 3: the protocol goes, while others speak it
            return pd.api.interchange.from_dataframe(X), FRAME
    return X, ARRAY


def as_series(y: Any) -> Any:
    """Return a column of polars or Arrow as one of pandas; others as they are."""
    if isinstance(y, (pa.Array, pa.ChunkedArray)) or (hasattr(y, "to_arrow") and hasattr(y, "name")):
        name, array = getattr(y, "name", None), y.to_arrow() if hasattr(y, "to_arrow") else y
        return _column_from_arrow(pa.chunked_array([array]) if isinstance(array, pa.Array) else array).rename(name)
    return y


def give(table: pd.DataFrame, container: str, types: str) -> Any:
    """Return a table in a container; where its library is not installed, as it is.

    Examples
    --------
    >>> give(pd.DataFrame({"size": [1.5, np.nan]}), "records", "")
    [{'size': 1.5}, {'size': None}]
    """
    if container in ("columns", "records"):
        columns = {name: _as_list(table.iloc[:, place]) for place, name in enumerate(table.columns)}
        if container == "columns":
            return columns
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if container in ("arrow", "batch"):
        arrow = _as_arrow(table, _read_types(types))
        if container == "arrow":
            return arrow
        return pa.RecordBatch.from_arrays([column.combine_chunks() for column in arrow.columns], schema=arrow.schema)
    if container == "polars":
        try:
            import polars
        except ImportError:
            return table
        # Labels go as text: polars itself makes categories of them.
        plain = pa.schema([pa.field(f.name, _plain(f.type)) for f in _read_types(types)])
        frame: Any = polars.from_arrow(_as_arrow(table, plain))
        dtypes: Any = polars.from_arrow(_read_types(types).empty_table()) if types else frame
        wanted = {name: dtype for name, dtype in dtypes.schema.items() if _is_labels(dtype) and name in frame.columns}
        return frame.cast(wanted) if wanted else frame
    return table


def _from_columns(columns: Mapping[Any, Any]) -> pd.DataFrame:
    try:
        made = {place: _from_list(values) for place, values in enumerate(columns.values())}
    except TypeError as error:
        raise InputError(
            "a dict that is a table must have a list of values for each column, but one of "
            f"{', '.join(map(repr, list(columns)[:5]))} is none; give lists of one length"
        ) from error
    lengths = {str(name): len(values) for name, values in zip(columns, made.values(), strict=True)}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in list(lengths.items())[:5])
        raise InputError(f"a dict that is a table must have lists of one length, but they have {listed}; mend these")
    return pd.DataFrame({place: values.reset_index(drop=True) for place, values in made.items()}).set_axis(
        pd.Index(list(columns), dtype=object), axis=1
    )


def _from_list(values: Any) -> pd.Series:
    """A list as a column: whole numbers and truth values beside None stay such."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        raise TypeError(type(values))
    values = as_series(values)
    if isinstance(values, (pd.Series, np.ndarray)):
        return pd.Series(values)
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind in ("integer", "boolean") and any(value is None for value in values):
        return pd.Series(values, dtype="Int64" if kind == "integer" else "boolean")
    return pd.Series(values, dtype=object).infer_objects()


def _as_list(column: pd.Series) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """Return a table of Arrow as a frame of pandas, in whose `attrs` its types are."""
    columns = {place: _column_from_arrow(column) for place, column in enumerate(table.columns)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows)).set_axis(table.column_names, axis=1)
    frame.attrs[TYPES] = write_types(table.schema)
    return frame


def write_types(schema: pa.Schema) -> str:
    """Return the types of an Arrow table as text, as they stand in `DataFrame.attrs` under `TYPES`."""
    kept = pa.schema(list(schema))
    return base64.b64encode(kept.serialize().to_pybytes()).decode("ascii")


def _column_from_arrow(column: pa.ChunkedArray) -> pd.Series:
    types, found = pa.types, column.type
    if types.is_decimal(found):
        column = column.cast(pa.string()).cast(pa.float64())  # a cast of its own is off in the last bits
    elif types.is_date(found):
        column = column.cast(pa.timestamp("ms"))
    elif types.is_dictionary(found):  # of indices that pandas does not take
        whole = column.unify_dictionaries().combine_chunks()
        return pd.Series(_dictionary(whole, pa.dictionary(pa.int32(), found.value_type, found.ordered)).to_pandas())
    elif column.null_count and types.is_boolean(found):
        return column.to_pandas(types_mapper=lambda _: pd.BooleanDtype())
    elif column.null_count and types.is_integer(found):
        sizes = {str(dtype).lower(): dtype for dtype in (*_WHOLE, *_COUNTS)}
        return column.to_pandas(types_mapper=lambda found: sizes[str(found)])
    return column.to_pandas()


_WHOLE = (pd.Int8Dtype(), pd.Int16Dtype(), pd.Int32Dtype(), pd.Int64Dtype())
_COUNTS = (pd.UInt8Dtype(), pd.UInt16Dtype(), pd.UInt32Dtype(), pd.UInt64Dtype())


def _plain(found: pa.DataType) -> pa.DataType:
    """What values go to polars as; views of texts, as Arrow makes them, would let it crash."""
    found = found.value_type if pa.types.is_dictionary(found) else found
    return pa.large_string() if str(found) == "string_view" else found


def _is_labels(dtype: Any) -> bool:
    return str(dtype).startswith(("Categorical", "Enum"))


def _as_arrow(table: pd.DataFrame, types: pa.Schema) -> pa.Table:
    """A table with the Arrow types that it came with; columns that they do not fit any more have types of their own."""
    fields = {field.name: field for field in types}
    arrays, made = [], []
    for place, name in enumerate(table.columns):
        array = pa.Array.from_pandas(table.iloc[:, place])
        field = fields.get(str(name), pa.field(str(name), array.type))
        cast = _cast(array, field.type)
        arrays.append(cast)
        made.append(field if cast.type == field.type else pa.field(str(name), cast.type))
    return pa.Table.from_arrays(arrays, schema=pa.schema(made))


def _read_types(types: str) -> pa.Schema:
    """The Arrow schema in a text; an empty one if there is none that can be read."""
    try:
        return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(types, validate=True)))
    except (ValueError, OSError, pa.ArrowException):
        return pa.schema([])


def _cast(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """An array of the type that is wanted, if its values can be; numbers that came as text stay numbers."""
    types = pa.types
    number = types.is_integer(array.type) or types.is_floating(array.type)
    if array.type == wanted or (number and not _is_number(wanted)):
        return array
    try:
        if types.is_dictionary(wanted) and types.is_dictionary(array.type):
            return _dictionary(array, wanted)
        return array.cast(wanted)
    except pa.ArrowException:
        return array


def _dictionary(array: pa.DictionaryArray, wanted: pa.DictionaryType) -> pa.DictionaryArray:
    indices, levels = array.indices.cast(wanted.index_type), array.dictionary.cast(wanted.value_type)
    return pa.DictionaryArray.from_arrays(indices, levels, ordered=wanted.ordered)


def _is_number(found: pa.DataType) -> bool:
    types = pa.types
    return types.is_integer(found) or types.is_floating(found) or types.is_decimal(found)
