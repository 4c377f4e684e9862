"""Columns of several tables that write dates alike: what one decides of day and month holds for the others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.dates.date_template import known_of
from tabgan.schema.dates.ticks import Ticks, read_moments
from tabgan.schema.texts.reading import READING, Reading


def agree_on_days(series: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """Return the columns with what is known of the order of day and month in the `attrs` of those that leave it open.

    What a user says, and what the cells of a column decide, stays as it is.

    Examples
    --------
    >>> pair = {"real": pd.Series(["31/12/2024"]), "synthetic": pd.Series(["01/02/2024"])}
    >>> Reading.of(agree_on_days(pair)["synthetic"]).dayfirst
    True
    """
    read: dict[str, Ticks] = {}
    for what, column in series.items():
        if column.isna().all():  # which decides nothing
            continue
        try:
            read[what] = read_moments(column)
        except InputError:  # which is for who compares them to say
            continue
    known = [known_of(found.form) for found in read.values() if found.open != "day"]
    agreed = dict(series)
    for what, found in read.items():
        sign = known_of(found.form).sign
        first = next((one.day_first for one in known if one.sign == sign and one.day_first is not None), None)
        if found.open == "day" and first is not None:
            agreed[what] = series[what].copy(deep=False)
            said = replace(Reading.of(series[what]), dayfirst=first)
            agreed[what].attrs = {**series[what].attrs, READING: said.to_dict()}
    return agreed


def agree_in_column(tables: Mapping[str, Any], name: Hashable | None) -> dict[str, Any]:
    """Return tables with what is known of the order of day and month in one of their columns in their `attrs`."""
    frames = {what: table for what, table in tables.items() if isinstance(table, pd.DataFrame) and name in table}
    columns = {what: frame[name] for what, frame in frames.items() if list(frame.columns).count(name) == 1}
    agreed = dict(tables)
    for what, column in agree_on_days(columns).items():
        if column is not columns[what]:
            agreed[what] = frames[what].copy(deep=False)
            agreed[what].attrs = column.attrs
    return agreed
