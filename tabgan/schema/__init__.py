"""What each column is, and what must come back: any table to a matrix of float64, and such a matrix to the table."""

import tabgan.schema.types  # noqa: F401  (registers ours before others can register theirs)
from tabgan.schema.column import Column, ColumnType
from tabgan.schema.table import Schema

__all__ = ["Column", "ColumnType", "Schema"]
