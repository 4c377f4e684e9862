"""The types of columns that tabgan brings. Numbers are asked first whether a column is theirs, then moments, labels."""

from tabgan.registry import register_own
from tabgan.schema.constant import Constant
from tabgan.schema.labels import Labels
from tabgan.schema.moments import Moments
from tabgan.schema.numbers import Numbers

for found in (Constant, Labels, Moments, Numbers):
    register_own("column type", found)
