"""Ticks and texts of a column's values: numbers, dates, times."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tabgan.evaluation.clock_ticks import find_time_ticks, write_times
from tabgan.evaluation.features import Feature
from tabgan.report.ticks import find_date_ticks, find_ticks, write_date, write_number
from tabgan.schema.column import Floats
from tabgan.text import write_apart


def find_value_ticks(feature: Feature, low: float, high: float, most: int | None = None) -> tuple[Floats, list[str]]:
    """Return round values of a column of numbers, dates or times, at most so many, and what is written at them.

    Examples
    --------
    >>> find_value_ticks(Feature("at", is_clock=True), 0, 80_000)[1]
    ['00:00', '06:00', '12:00', '18:00']
    """
    find = find_time_ticks if feature.is_clock else find_date_ticks if feature.is_date else find_ticks
    return find(low, high) if most is None else find(low, high, most)


def write_values(values: Sequence[float], feature: Feature, span: float = math.inf) -> list[str]:
    """Write values of such a column within a span, so that those that differ can be told apart.

    Examples
    --------
    >>> write_values([34_200.0, 36_000.0], Feature("at", is_clock=True)), write_values([0.5, 2e9], Feature("n"))
    (['09:30', '10:00'], ['0.5', '2e+09'])
    """
    if feature.is_clock:
        written = iter(write_times([value for value in values if math.isfinite(value)]))
        return [next(written) if math.isfinite(value) else write_number(value) for value in values]
    return [write_date(value, span) for value in values] if feature.is_date else write_apart(values, write_number)
