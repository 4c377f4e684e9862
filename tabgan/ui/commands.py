"""From what was chosen on the page to the arguments of commands, and from these to what one types in a shell."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from tabgan.spelling import write_item

MODEL, ROWS, REPORT, LOOK = "model.tabgan", "rows", "report.html", "look.html"
FORECAST, FORECASTER, PICTURE = "forecast.csv", "forecaster.tabgan", "forecast.svg"
KINDS = ("categorical", "integer", "continuous", "datetime", "duration", "id")
"""What a column can be said to be; each is an option."""
JUDGED_KINDS = ("categorical", "continuous", "id")
"""Those that `tabgan evaluate` has, too."""
LOOKED_AT = "marginals,dependence"
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Choices:
    """What columns are said to be, and which one others shall predict: a label, if of classes, or else a target."""

    kinds: Mapping[Hashable, str] = field(default_factory=dict)
    dropped: Sequence[Hashable] = ()
    label: Hashable | None = None
    target: Hashable | None = None

    @property
    def predicted(self) -> Hashable | None:
        return self.label if self.target is None else self.target

    def options(self, kinds: Sequence[str] = KINDS) -> list[str]:
        """Return the options that say so."""
        by_kind = {kind: [name for name, chosen in self.kinds.items() if chosen == kind] for kind in kinds}
        return _columns("drop", self.dropped) + [o for kind, names in by_kind.items() for o in _columns(kind, names)]


@dataclass(frozen=True)
class Tables:
    """The files of a session: the table, and what is learned and kept aside of it once it is split."""

    table: str
    train: str
    test: str
    reading: Sequence[str] = ()
    """Options that say how the table is read."""
    is_split: bool = False

    @property
    def learned(self) -> str:
        return self.train if self.is_split else self.table

    def read_as_learned(self) -> list[str]:
        """Return the options that say how what is learned is read; a part no longer has what stood beside the table."""
        beside = ("--sheet=", "--variable=", "--skip-rows=")
        return [option for option in self.reading if not (self.is_split and option.startswith(beside))]


def read_columns(tables: Tables, choices: Choices) -> list[str]:
    """Return the command that says what each column is."""
    return ["schema", tables.table, *tables.reading, *choices.options(), "--json"]


def split(tables: Tables, choices: Choices) -> list[str]:
    """Return the command that keeps a third of the rows aside."""
    by = [] if choices.label is None else ["--by", "label", write_item(choices.label)]
    return ["split", tables.table, *tables.reading, *by, "--overwrite"]


def fit(tables: Tables, choices: Choices, settings: Mapping[str, str]) -> list[str]:
    """Return the command that learns; settings that are empty are left to the command."""
    label = [f"--{name}={value}" for name in ("label", "target") if (value := getattr(choices, name)) is not None]
    asked = [*tables.read_as_learned(), *choices.options(), *label, *write_options(settings)]
    return ["fit", tables.learned, *asked, "-o", MODEL, "--overwrite"]


def generate(output: str, n: str, conditions: Sequence[str], balance: Hashable | None, seed: str) -> list[str]:
    """Return the command that makes rows."""
    asked = [option for condition in conditions for option in ("--where", condition)]
    asked += [] if balance is None else [f"--balance={balance}"]
    return ["generate", "-n", n, *asked, *([f"--seed={seed}"] if seed else []), "-o", output, "--overwrite"]


def evaluate(tables: Tables, choices: Choices, rows: str) -> list[str]:
    """Return the command that judges rows by the report."""
    target = [] if choices.predicted is None else [f"--target={choices.predicted}"]
    return [*_compare(tables, choices, rows), *target, "--model", MODEL, *_page(REPORT)]


def look(tables: Tables, choices: Choices, rows: str) -> list[str]:
    """Return the command that draws the columns, one by one and two by two."""
    return [*_compare(tables, choices, rows), f"--only={LOOKED_AT}", *_page(LOOK)]


def forecast(tables: Tables, columns: Mapping[str, Sequence[Hashable]], asked: Sequence[str]) -> list[str]:
    """Return the command that forecasts a series; columns by what they are for."""
    named = [option for role, names in columns.items() for option in _columns(role, names)]
    saved = ["-o", FORECAST, "--plot", PICTURE, "--save", FORECASTER, "--overwrite"]
    return ["forecast", tables.table, *tables.reading, *named, *asked, *saved]


def _compare(tables: Tables, choices: Choices, rows: str) -> list[str]:
    kinds = Choices(choices.kinds).options(JUDGED_KINDS)
    holdout = ["--holdout", tables.test] if tables.is_split else []
    return ["evaluate", tables.learned, rows, *tables.read_as_learned(), *kinds, *holdout]


def _page(path: str) -> list[str]:
    return ["--report", path, "--overwrite"]


def limit(arguments: Sequence[str]) -> float:
    """Return the most seconds that a fit may train.

    Examples
    --------
    >>> limit(["fit", "t.csv", "--max-seconds=60"]), limit(["fit", "t.csv"])
    (60.0, inf)
    """
    said = [value for option in arguments if (value := option.removeprefix("--max-seconds=")) != option]
    return float(said[-1]) if said and re.fullmatch(r"\d{1,9}(?:\.\d+)?", said[-1]) else math.inf


def prints_json(arguments: Sequence[str]) -> bool:
    """Whether what a command prints is for the page, and not for people."""
    return "--json" in arguments


def write_options(given: Mapping[str, str]) -> list[str]:
    """Return options by their names, those that are empty left out.

    Examples
    --------
    >>> write_options({"seed": "3", "preset": ""})
    ['--seed=3']
    """
    return [f"--{name}={value}" for name, value in given.items() if value]


def write_flags(*names: str) -> list[str]:
    """Return options that have no value."""
    return [f"--{name}" for name in names]


def write_condition(name: Hashable, operator: str, value: str) -> str:
    """Write a condition that `--where` reads, names and values in quotes where they need them.

    Examples
    --------
    >>> write_condition("age", ">=", "60"), write_condition("a=b", "=", "x, 'y'"), write_condition("income", "=", "")
    ('age>=60', '"a=b"="x, \\'y\\'"', 'income=')
    """
    text = str(name)
    value = value.strip()
    needs = set(value) & set("\"'`")
    return (text if _NAME.fullmatch(text) else _quote(text)) + operator + (_quote(value) if needs else value)


def shown(arguments: Sequence[str], called: Mapping[str, str]) -> str:
    """Return what one types to run a command, files by the names that their owner knows.

    Examples
    --------
    >>> shown(["fit", "table.csv", "--label=a b"], {"table.csv": "my data.csv"})
    "tabgan fit 'my data.csv' '--label=a b'"
    """
    return shlex.join(["tabgan", *(called.get(argument, argument) for argument in arguments)])


def _columns(option: str, names: Sequence[Hashable]) -> list[str]:
    return [f"--{option}={','.join(map(write_item, names))}"] if names else []


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
