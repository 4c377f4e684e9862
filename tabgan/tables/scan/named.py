"""Names of the columns of Arrow tables that pandas wrote, which may have put some into an index."""

from __future__ import annotations

import json
from collections.abc import Hashable

import pyarrow as pa

from tabgan.tables.parquet import to_frame

_PANDAS = b"pandas"


def names_of(schema: pa.Schema) -> tuple[list[Hashable], pa.Schema]:
    """Return the names of the columns that `read_table` would return, and the schema of these, in their order.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"v": [1, 2]}, index=pd.Index(["a", "b"], name="site"))
    >>> names_of(pa.Schema.from_pandas(frame))[0]
    ['site', 'v']
    """
    names = list(to_frame(schema.empty_table()).columns)
    stored = {str(name): name for name in schema.names}
    kept = pa.schema([schema.field(stored[str(name)]) for name in names], schema.metadata)
    return names, kept.with_metadata(_metadata(schema))


def without_index(table: pa.Table) -> pa.Table:
    """Return a table that does not say what its index was."""
    return table.replace_schema_metadata(_metadata(table.schema))


def _metadata(schema: pa.Schema) -> dict[bytes, bytes] | None:
    """What pandas says of the columns of a schema, none of which is an index any more."""
    told = (schema.metadata or {}).get(_PANDAS)
    return None if told is None else {_PANDAS: json.dumps({**json.loads(told), "index_columns": []}).encode()}
