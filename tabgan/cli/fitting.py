"""What `tabgan fit` and `tabgan tune` share: the settings as options, and the table they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.headings import SERIES, together, under
from tabgan.cli.kinds import choose_columns, column_options, find_columns
from tabgan.errors import InputError
from tabgan.setting_rules import AUTO
from tabgan.settings import GROUPS, SETTINGS, Presets, Setting
from tabgan.spelling import spell

if TYPE_CHECKING:
    import pandas as pd


class _Value(click.ParamType):
    """A value as a setting reads it."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.name = setting, setting.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        word, meant = self.setting.word or ("", None)
        if word and str(value).lower() == word:
            return meant
        assert self.setting.reads is not None
        try:
            return self.setting.reads(str(value))
        except ValueError:
            self.fail(f"must be {self.setting.describe_rule(word)}, but is {value!r}", param, ctx)


_series = click.option("--series", is_flag=True, help="Rows are steps of time series.")  # says that its group is meant
ROLES = {"time": 2, "entity": 1, "static": None, "known_future": None}
"""Settings of series that name columns, and how many at most: dates and hours tell the time together."""


def fit_options(*groups: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options that select columns, those of these groups of settings, and what goes with them."""
    settings = [
        under(group, *([_series] if group == SERIES else []), *map(_make_option, GROUPS[group])) for group in groups
    ]
    table = (column_options, options.no_header, options.reading)
    return together(*table, *settings, options.overwrite, options.quiet, options.as_json)


def _make_option(setting: Setting) -> Callable[..., Any]:
    name, default = setting.option, setting.describe_default()
    more: dict[str, Any] = {"type": setting.reads, "metavar": setting.metavar or ("N" if setting.reads is int else "X")}
    if setting.reads is bool:
        more = {"is_flag": True, "default": False if setting.default is False else None}
        name = name if setting.default is False else f"{name}/--no-{name}"
    elif setting.rule and setting.rule.choices:
        more = {
            "type": click.Choice([*setting.rule.choices, *([AUTO] if isinstance(setting.default, Presets) else [])])
        }
    elif setting.reads is Path:
        more["type"] = options.NEW_FILE
    elif setting.rule and setting.reads is not str:
        more["type"] = _Value(setting)
    help_text = setting.help + (f"  [default: {default}]" if default else "")
    more |= {"multiple": True} if setting.default == () else {}
    return click.option(f"--{name}", setting.name, help=help_text, **more)


def is_given(name: str) -> bool:
    """Whether an option of the running command was given; None and () are values that can be given too."""
    return click.get_current_context().get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


def check_settings(names: Iterable[str], series: bool) -> None:
    """Raise InputError if a setting was given that series have not, or that only series have."""
    for name in names:
        only = SETTINGS[name].only if name in SETTINGS and is_given(name) else ""
        if only == "table" and series:
            raise InputError(f"{spell(name)} is for tables, and a time series has no such setting; leave it out")
        if only == "series" and not series:
            raise InputError(f"{spell(name)} is for time series; add --series, or leave it out")


def read_parameters(path: Path | str, values: dict[str, Any]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the selected columns of a file, and the parameters of a synthesizer among the options that were given."""
    from tabgan.tables.check import check_training_table

    whole = options.read_data(path, values, later=True)
    roles = {name: _read_role(whole, name, values[name]) for name in ROLES if values.get(name)}
    table, kinds = choose_columns(whole, values)
    for name, columns in roles.items():
        if absent := [column for column in columns if column not in table.columns]:
            raise InputError(f"{spell(name)} names column {str(absent[0])!r}, which is left out; keep it")
    given = {name: value for name, value in values.items() if is_given(name)}
    given |= {name: columns[0] if ROLES[name] and len(columns) == 1 else columns for name, columns in roles.items()}
    for one in {"label", "target"} & given.keys():  # a name may be a number
        given[one] = {str(name): name for name in table.columns}.get(given[one], given[one])
    return check_training_table(table)[0], given | {"kinds": kinds or None}


def _read_role(table: pd.DataFrame, name: str, typed: str | tuple[str, ...]) -> list[Any]:
    """Return the names of the columns that an option names; these may be numbers, and several by comma."""
    text = typed if isinstance(typed, str) else ",".join(typed)
    places = find_columns(table, text, spell(name))
    if (most := ROLES[name]) and len(places) > most:
        wanted = "one column" if most == 1 else "one column, or one of dates and one of hours"
        raise InputError(f"{spell(name)} names {wanted}, but {text} are {len(places)}; name fewer")
    return [table.columns[place] for place in places]
