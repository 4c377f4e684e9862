"""What one person does on the page: a table, what was chosen, and what came of each step."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from tabgan.errors import InputError
from tabgan.ui import commands
from tabgan.ui.commands import Choices, Tables
from tabgan.ui.job import Job
from tabgan.ui.worker import Worker

STEPS = ("table", "columns", "learn", "rows", "judge")
STANDS: dict[str, tuple[str, ...]] = {
    "table": (),
    "columns": ("table", "forecast"),
    "learn": ("table", "forecast", "columns"),
    "rows": ("table", "forecast", "columns", "learn"),
    "look": ("table", "forecast", "columns", "learn", "rows", "judge"),
    "judge": ("table", "forecast", "columns", "learn", "rows", "look"),
    "forecast": ("table", "columns", "learn", "rows", "look", "judge"),
}
"""What came of which steps still stands when one of these begins; that of others is void."""
MOST_LETTERS = 80
_STORED = re.compile(r"(?<![\w-])table(?:-train|-test)?(?:\.\w+)+")
_ODD = re.compile(r"[^\w .()\[\]{}+=@%,;&!~#$'-]")


class BusyError(Exception):
    """Something is running, and it is one thing at a time."""


class OutdatedError(Exception):
    """A form was filled in for another table than there is now."""


class Speech(NamedTuple):
    """The language that commands speak unless told otherwise, and what says their lines in one."""

    spoken: str = "en"
    translate: Callable[[str, str], str] = lambda lang, text: text

    def ask(self, lang: str) -> list[str]:
        """Return the option that a command needs to speak a language, if any."""
        return [] if lang == self.spoken else [f"--lang={lang}"]


class Session:
    """One table at a time, for all tabs alike.

    Files have names of our own in a folder of our own; what their owner calls them is only shown.

    Attributes
    ----------
    revision : int
        Counts tables, so that a form that was filled in for an earlier one is told apart.
    ended : dict
        The last job of each step that came to a good end and still counts.
    job : Job or None
        What runs, or ran last.
    given : dict of dicts
        The form that was last filled in, by step, to be shown again.
    log : list of str
        All commands that were run.
    """

    def __init__(self, worker: Worker, folder: Path, speech: Speech = Speech()) -> None:  # noqa: B008 - a value
        self.worker, self.folder, self.speech = worker, folder, speech
        self.revision = 0
        self.tables: Tables | None = None
        self.called: dict[str, str] = {}
        self.choices = Choices()
        self.given: dict[str, dict[str, str]] = {}
        self.found: list[dict[str, Any]] = []
        self.columns: list[dict[str, Any]] = []
        self.rules: list[dict[str, Any]] = []
        self.rows = ""
        self.lang = "en"
        self.ended: dict[str, Job] = {}
        self.job: Job | None = None
        self.log: list[str] = []

    @property
    def running(self) -> bool:
        return self.job is not None and self.job.state == "running"

    @property
    def reached(self) -> int:
        """How many steps can be seen."""
        return 1 + sum(step in self.ended for step in ("table", "columns", "learn", "rows"))

    def shows(self, page: str) -> bool:
        """Whether a page can be seen: that of a step, or of a forecast, which is beside the steps."""
        return "table" in self.ended if page == "forecast" else page in STEPS[: self.reached]

    def check_revision(self, seen: str) -> None:
        """Raise OutdatedError unless a form is for the table that there is."""
        if seen != str(self.revision):
            raise OutdatedError

    def take(self, name: str, content: IO[bytes], reading: Sequence[str]) -> None:
        """Take a table in place of the one before, and look at its columns."""
        from tabgan.tables.formats import list_suffixes
        from tabgan.tables.parts import name_parts

        self._check_free()
        name = clean_name(name)
        known = sorted(list_suffixes(reading=True).split(), key=len)
        suffix = next((one for one in reversed(known) if name.lower().endswith(one)), None)
        if suffix is None:
            raise InputError(f"a table's format is told by its suffix, one of {' '.join(known)}, but {name} has none")
        self._empty()
        path = self.folder / f"table{suffix}"
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, 1 << 20)
        train, test = (part.name for part in name_parts(path))
        self.tables = Tables(path.name, train, test, tuple(reading))
        parts = [part.name for part in name_parts(Path(name))]
        self.called = dict(zip((path.name, train, test), (typed(one) for one in (name, *parts)), strict=True))
        self.revision += 1
        self.choices, self.found, self.given = Choices(), [], {}
        self._begin("table", [commands.read_columns(self.tables, self.choices)])

    def read_again(self, reading: Sequence[str]) -> None:
        """Read the same table in another way."""
        tables = self._checked()
        self.tables = Tables(tables.table, tables.train, tables.test, tuple(reading))
        self.choices, self.found = Choices(), []
        self._begin("table", [commands.read_columns(self.tables, self.choices)])

    def choose(self, choices: Choices) -> None:
        """Say what columns are."""
        tables = self._checked()
        self.choices = choices
        self.given.pop("rows", None)  # which tells columns by their places
        self._begin("columns", [commands.read_columns(tables, choices)])

    def learn(self, settings: Mapping[str, str], keep_aside: bool) -> None:
        """Fit a model, to two thirds of the rows if some are to be kept aside."""
        tables = self._checked()
        self.tables = tables = Tables(tables.table, tables.train, tables.test, tables.reading, keep_aside)
        first = [commands.split(tables, self.choices)] if keep_aside else []
        self._begin("learn", [*first, commands.fit(tables, self.choices, settings)])

    def make(self, suffix: str, n: str, conditions: Sequence[str], balance: str | None, seed: str) -> None:
        """Make rows."""
        self._checked()
        self.rows = commands.ROWS + suffix
        self._begin("rows", [commands.generate(self.rows, n, conditions, balance, seed)])

    def look(self) -> None:
        """Draw the columns of rows beside those of the table."""
        self._begin("look", [commands.look(self._checked(), self.choices, self.rows)])

    def judge(self) -> None:
        """Judge the rows."""
        self._begin("judge", [commands.evaluate(self._checked(), self.choices, self.rows)])

    def forecast(self, columns: Mapping[str, Sequence[Hashable]], asked: Sequence[str]) -> None:
        """Forecast a column of the table."""
        self._begin("forecast", [commands.forecast(self._checked(), columns, asked)])

    def stop(self) -> None:
        """Stop what runs, if anything does."""
        if self.job and self.running:
            self.job.stop()

    def close(self) -> None:
        """End what runs."""
        self.worker.close()

    def name_of(self, stored: str) -> str:
        """Return what the owner calls a file."""
        return self.called.get(stored, stored)

    def say(self, text: str, lang: str = "") -> str:
        """Return what was said, files by the names that their owner knows; in a language if one is named."""
        text = self.speech.translate(lang, text) if lang else text
        return "".join(map(self._say_line, text.splitlines(keepends=True)))

    def _say_line(self, line: str) -> str:
        write = shlex.quote if "tabgan " in line else str  # what is to be typed
        return _STORED.sub(lambda found: write(self.name_of(found[0])), line)

    def shown(self, arguments: Sequence[str]) -> str:
        """Return a command as one types it."""
        return commands.shown(arguments, self.called)

    def files(self) -> list[str]:
        """Return what can be saved."""
        tables = [self.tables.train, self.tables.test] if self.tables and self.tables.is_split else []
        made = {"learn": [commands.MODEL, *tables], "rows": [self.rows], "judge": [commands.REPORT]}
        made["forecast"] = [commands.FORECAST, commands.PICTURE, commands.FORECASTER]
        return [name for step, names in made.items() if step in self.ended for name in names]

    def _begin(self, step: str, todo: list[list[str]]) -> None:
        self._check_free()
        todo = [arguments + self.speech.ask(self.lang) for arguments in todo]
        self.ended = {name: job for name, job in self.ended.items() if name in STANDS[step]}
        self.log += [self.shown(arguments) for arguments in todo]
        self.job = Job(step, todo, self.worker, self._end)

    def _end(self, job: Job) -> None:
        """Note what came of a job."""
        if job.step in ("table", "columns"):
            found = json.loads(job.outcomes[-1].out)
            self.columns, self.rules = found["columns"], found["rules"]
            if job.step == "table":
                self.found = self.columns
                dropped = [column["name"] for column in self.columns if column["kind"] == "drop"]
                self.choices = Choices(dropped=dropped)
        self.ended[job.step] = job

    def _checked(self) -> Tables:
        self._check_free()
        if self.tables is None:
            raise OutdatedError
        return self.tables

    def _check_free(self) -> None:
        if self.running:
            raise BusyError

    def _empty(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()


def clean_name(name: str) -> str:
    """Return what a file is called without folders, and with nothing in it that a terminal or a shell acts upon.

    Examples
    --------
    >>> clean_name("../../etc/<b>pass.csv"), clean_name(r"C:\\data\\流量 1.csv"), clean_name("/.csv")
    ('_b_pass.csv', '流量 1.csv', 'table.csv')
    """
    name = _ODD.sub("_", re.split(r"[/\\]", name)[-1])[-MOST_LETTERS:].strip()
    return f"table{name}" if name.startswith(".") else name


def typed(name: str) -> str:
    """Return a file's name as a command takes it for one."""
    return f"./{name}" if name.startswith("-") else name
