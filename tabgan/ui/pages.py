"""What the templates show of a session."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Response

from tabgan.evaluation.phrase import Phrase
from tabgan.progress import format_duration
from tabgan.report.catalogue import LANGUAGES, read_catalogue
from tabgan.report.listing import format_values
from tabgan.report.svg import shorten
from tabgan.report.words import Words
from tabgan.schema.infer import DROP
from tabgan.text import clean
from tabgan.ui.commands import KINDS, OPERATORS, prints_json
from tabgan.ui.forms import MOST_CONDITIONS, READING, SUFFIXES
from tabgan.ui.job import Job
from tabgan.ui.live import draw_course, say_progress
from tabgan.ui.preview import ROOM, preview
from tabgan.ui.session import STEPS, Session

TITLES = {"table": "Table", "columns": "Columns", "learn": "Learn", "rows": "Rows", "judge": "Judge"}
ERRORS, WARNINGS = ("Error: ", "错误："), ("Warning: ", "警告：")
"""How lines of commands begin, in the languages that they speak."""
FIELDS = {
    "'-n' / '--rows'": "How many",
    "--sheet": "Sheet",
    "--variable": "Variables",
    "--delimiter": "Delimiter",
    "--encoding": "Encoding",
    "--decimal": "Decimal mark",
    "--missing": "Cells that are gaps",
    "--skip-rows": "Lines above the header",
    "--no-header": "The first line is data, not names",
    "--transpose": "features x samples",
    "--no-transpose": "samples x features",
    "--dayfirst": "day first",
    "--monthfirst": "month first",
    "--censored": "Cells such as <0.01 are the bound",
    "--iterations": "Iterations",
    "--max-seconds": "Seconds at most",
    "--seed": "Seed",
    "--balance": "Equally often",
    "--time": "Time",
    "--target": "What is forecast",
    "--fill": "Fill gaps in time, and average rows of the same time",
    **{f"--{kind}": kind for kind in (*KINDS, DROP)},
}
"""What the page calls options that messages name."""
_OPTION = re.compile(r"'-n' / '--rows'|(?<![\w-])--[a-z]+(?:-[a-z]+)*")
PAGE_OF = {"look": "rows"}
"""On which step's page a job is shown that has none of its own."""


@cache
def find_words(lang: str) -> Words:
    """Return what speaks a language on the page: the texts of the report, and the page's own."""
    lang = lang if lang in LANGUAGES else "en"
    return Words(lang, read_catalogue(lang) | read_catalogue(lang, "tabgan.ui"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tabgan.ui"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(session: Session, step: str, words: Words, limit: int, *, error: str = "") -> Response:
    """Return the page of a step."""
    job = session.job
    shown = None if job is None or PAGE_OF.get(job.step, job.step) != step else view_job(session, job, words)
    html = (
        _environment()
        .get_template(f"{step}.html.j2")
        .render(
            t=words,
            lang=words.tag,
            steps=_list_steps(session, step, words),
            step=step,
            error=session.say(error, words.tag[:2]),
            revision=session.revision,
            running=session.running,
            elsewhere=PAGE_OF.get(job.step, job.step) if job and session.running and shown is None else "",
            job=shown,
            log=session.log,
            given=session.given.get(step, {}),
            files=[(name, session.name_of(name).removeprefix("./")) for name in session.files()],
            **VIEWS[step](session, words, limit),
        )
    )
    return Response(html, mimetype="text/html")


def render_refusal(words: Words, said: str) -> Response:
    """Return a page that says why there is none."""
    html = _environment().get_template("refusal.html.j2").render(t=words, lang=words.tag, said=said)
    return Response(html, mimetype="text/html")


def fragment(session: Session, words: Words) -> Response:
    """Return what changes while something runs, as JSON: whether it still does, and its HTML."""
    job = session.job
    html = (
        ""
        if job is None
        else _environment()
        .get_template("job.html.j2")
        .render(t=words, job=view_job(session, job, words), revision=session.revision)
    )
    return Response(json.dumps({"running": session.running, "html": html}), mimetype="application/json")


def view_job(session: Session, job: Job, words: Words) -> dict[str, Any]:
    """Return what is shown of a job."""
    commands = []
    for place, arguments in enumerate(job.commands[: len(job.outcomes) + (job.state == "running")]):
        outcome = job.outcomes[place] if place < len(job.outcomes) else None
        out = outcome.out if outcome and not prints_json(arguments) else ""
        said = session.say(outcome.err, words.tag[:2]) if outcome else ""
        commands.append(
            {
                "shown": session.shown(arguments),
                "out": clean(session.say(out, words.tag[:2])).strip(),
                "errors": [] if job.state == "stopped" else _find_lines(said, ERRORS, words),
                "notes": _find_lines(said, WARNINGS, words),
            }
        )
    done, total = job.progress.get("done", 0), job.progress.get("total", 0)
    return {
        "step": job.step,
        "state": job.state,
        "commands": commands,
        "done": done,
        "total": total,
        "progress": say_progress(job, words),
        "stop_asked": job.stop_asked,
        "charts": draw_course(job.course, words),
        "took": format_duration(job.seconds),
    }


def _find_lines(said: str, beginnings: tuple[str, ...], words: Words) -> list[str]:
    """Return the lines that begin so, without it; options are called as their fields."""
    found = ((line, begin) for line in said.splitlines() for begin in beginnings if line.startswith(begin))
    return [_name_fields(line.removeprefix(begin), words) for line, begin in found]


def _name_fields(said: str, words: Words) -> str:
    """Return what was said with the names of fields in place of options."""

    def call(option: re.Match[str]) -> str:
        called = FIELDS.get(option[0])
        return f"“{words(called)}”" if called else option[0]

    return _OPTION.sub(call, said)


def _list_steps(session: Session, step: str, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": words(TITLES[name]),
            "is_open": place < session.reached,
            "is_done": name in session.ended,
            "is_here": name == step,
        }
        for place, name in enumerate(STEPS)
    ]


def _view_table(session: Session, words: Words, limit: int) -> dict[str, Any]:
    tables = session.tables
    return {
        "name": session.name_of(tables.table).removeprefix("./") if tables else "",
        "n_columns": len(session.found),
        "limit": limit,
        "reading": READING,
        "is_read": "table" in session.ended,
        "is_told": bool(tables and (tables.reading or _has_notes(session))),
    }


def _has_notes(session: Session) -> bool:
    """Whether something was said of how the table was read."""
    job = session.ended.get("table")
    return bool(job and job.outcomes[-1].err)


def _view_columns(session: Session, words: Words, limit: int) -> dict[str, Any]:
    now = {column["name"]: column for column in session.columns}
    rows = []
    for first in session.found:
        column = now.get(first["name"], first)
        kind = str(first["kind"])
        rows.append(
            {
                "name": clean(str(first["name"])),
                "kept": first["name"] not in session.choices.dropped,
                "first": kind,
                "chosen": session.choices.kinds.get(first["name"], ""),
                "kind": column["kind"],
                "distinct": column.get("distinct"),
                "missing": int(column.get("missing") or 0),
                "values": shorten(_say_values(column, words), ROOM),
                "why": _name_fields(session.say(column.get("why", ""), words.tag[:2]), words),
                "is_label": first["name"] == session.choices.predicted,
                "can_be_label": kind not in ("id", DROP),
            }
        )
    is_done = "columns" in session.ended
    return {
        "columns": rows,
        "is_done": is_done,
        "kinds": KINDS,
        "rules": [clean(rule["rule"])[:200] for rule in session.rules[:12]],
    }


def _say_values(column: dict[str, Any], words: Words) -> str:
    values = format_values(column)
    return words(values) if isinstance(values, Phrase) else values


def _view_learn(session: Session, words: Words, limit: int) -> dict[str, Any]:
    return {"is_done": "learn" in session.ended}


def _view_rows(session: Session, words: Words, limit: int) -> dict[str, Any]:
    columns = [
        {"place": place, "name": clean(str(column["name"])), "has_levels": "levels" in column}
        for place, column in enumerate(session.columns)
    ]
    return {
        "columns": columns,
        "operators": OPERATORS,
        "conditions": range(MOST_CONDITIONS),
        "suffixes": SUFFIXES,
        "made": _view_made(session) if "rows" in session.ended else None,
        "is_seen": "look" in session.ended,
    }


def _view_made(session: Session) -> dict[str, Any]:
    count = int(session.ended["rows"].progress.get("total", 0))
    return {"count": count, **preview(session.folder / session.rows)}


def _view_judge(session: Session, words: Words, limit: int) -> dict[str, Any]:
    return {
        "is_split": bool(session.tables and session.tables.is_split),
        "is_done": "judge" in session.ended,
    }


def _view_forecast(session: Session, words: Words, limit: int) -> dict[str, Any]:
    columns = [
        {"place": place, "name": clean(str(column["name"])), "is_number": column["kind"] in ("continuous", "integer")}
        for place, column in enumerate(session.found)
    ]
    return {"columns": columns, "is_done": "forecast" in session.ended}


VIEWS = {
    "forecast": _view_forecast,
    "table": _view_table,
    "columns": _view_columns,
    "learn": _view_learn,
    "rows": _view_rows,
    "judge": _view_judge,
}
