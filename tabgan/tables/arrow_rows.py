"""Rows as databases take and give them: tables of Arrow."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd
import pyarrow as pa

from tabgan.schema.containers import TYPES, from_arrow


def as_arrow(block: pd.DataFrame) -> pa.Table:
    """Return rows as a database takes them."""
    table = pa.Table.from_pandas(block, preserve_index=False).replace_schema_metadata()
    # A column of which the first block has no values may hold text in a later one; labels are texts.
    fields = [f.with_type(pa.string()) if pa.types.is_null(f.type) else f for f in table.schema]
    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in fields]
    return table.cast(pa.schema(fields))


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Return the rows that a database gave; dates as Python's own, so that they are not written with a time."""
    frame = from_arrow(table)
    for place, field in enumerate(table.schema):
        if pa.types.is_date(field.type):
            with suppress(ValueError, OverflowError):  # of years that Python's dates do not have
                frame.isetitem(place, table.column(place).to_pandas(date_as_object=True))
    del frame.attrs[TYPES]  # it is given back to no one
    return frame
