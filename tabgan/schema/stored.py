"""What a model file says of a column, before anything is made of it."""

from __future__ import annotations

from tabgan.errors import BundleError
from tabgan.schema.column import Column

MOST_DECIMALS = 400
"""A double has none beyond."""


def check_stored(column: Column) -> Column:
    """Return a column that a model file describes; BundleError for what no column that was learned has."""
    low, high = column.type.range
    if not low <= high or column.decimals not in (None, *range(MOST_DECIMALS)):
        raise BundleError(
            f"a column has a least and a greatest value and few decimals, but {str(column.name)!r} goes from {low:g} "
            f"to {high:g} with {column.decimals}; fit again"
        )
    if len(set(map(repr, column.levels))) < len(column.levels):
        raise BundleError(f"the levels of a column are distinct, but {str(column.name)!r} has one twice; fit again")
    try:
        _ = column.held
    except (TypeError, ValueError) as error:
        raise BundleError(f"the dtype of column {str(column.name)!r} is none that is known ({error})") from error
    return column
