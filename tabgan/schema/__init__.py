"""What each column is, and what must come back: any table to a matrix of float64, and such a matrix to the table."""

from tabgan.registry import register_own
from tabgan.schema.column import Column, ColumnType
from tabgan.schema.constant import Constant
from tabgan.schema.identifiers import Identifier
from tabgan.schema.labels import Labels
from tabgan.schema.moments import Moments
from tabgan.schema.numbers import Numbers
from tabgan.schema.table import Schema
from tabgan.schema.times import ClockTimes, Durations

__all__ = ["Column", "ColumnType", "Schema"]

# Moments are asked first whether a column is theirs: some are written as numbers; then numbers, labels.
for brought in (Constant, Identifier, Labels, Numbers, Durations, ClockTimes, Moments):
    register_own("column type", brought)
