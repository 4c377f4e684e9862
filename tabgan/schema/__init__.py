"""What each column is, and what must come back: any table to a matrix of float64, and such a matrix to the table."""

from tabgan.schema.column import Column
from tabgan.schema.table import Schema

__all__ = ["Column", "Schema"]
