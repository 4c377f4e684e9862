"""In which language the command line speaks: that of `--lang`, or of the surroundings; messages are made in English."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import click

from tabgan.cli.templates import MAY, MUST, Templates
from tabgan.report.catalogue import LANGUAGES, read_catalogue

_spoken: ContextVar[str] = ContextVar("_spoken", default="en")
_LINE = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_OF_PAGE = {
    **dict.fromkeys(("text", "summary", "more", "families", "first", "rest", "doubt", "figures"), MUST),
    **dict.fromkeys(("title", "own", "score", "learner", "rival", "other", "chosen", "closest", "ratio", "said"), MAY),
}
"""Holes of the page's templates that hold phrases."""


def find_language(surroundings: Mapping[str, str]) -> str:
    """Return the language that environment variables ask for, as POSIX reads them.

    Examples
    --------
    >>> find_language({"LANG": "zh_CN.UTF-8"}), find_language({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"})
    ('zh', 'en')
    """
    asked = next((told for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (told := surroundings.get(name))), "")
    return "zh" if asked.lower().startswith("zh") else "en"


def ask_language(arguments: Sequence[str]) -> str:
    """Return the language that arguments ask for, before they are read: what is wrong with them is said in it."""
    text = "\n".join(("", *arguments, ""))
    asked = re.findall(rf"\n--lang[\n=]({'|'.join(LANGUAGES)})(?=\n)", text)
    return asked[-1] if asked else find_language(os.environ)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Let lines be said in a language."""
    token = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """Return the language of the running command, which is also that of its report."""
    return _spoken.get()


def _choose(ctx: click.Context, param: click.Parameter, lang: str | None) -> None:
    if lang is None or ctx.resilient_parsing:
        return
    if ctx.parent is None or ctx.parent.parent is None:
        _spoken.set(lang)  # also for errors, which are shown when the context is gone
    else:  # of a step among others
        ctx.with_resource(speaking(lang))


def make_option() -> click.Option:
    """Return the option of all commands."""
    return click.Option(
        ["--lang"],
        type=click.Choice(list(LANGUAGES)),
        is_eager=True,
        expose_value=False,
        callback=_choose,
        help="Language of what is printed, and of the report; when left out that of LC_ALL, LC_MESSAGES or LANG.",
    )


def translate(text: str) -> str:
    """Return lines in the language of the command; each that has no translation stays as it is."""
    lang = _spoken.get()
    return text if lang == "en" else "\n".join(_say(line, lang) for line in text.split("\n"))


def translate_to(lang: str, text: str) -> str:
    """Return lines in a language."""
    with speaking(lang):
        return translate(text)


def translate_header(cells: Sequence[str]) -> list[str]:
    """Return the header of a table of ours in the language of the command; one with names of the user's as it is."""
    lang = _spoken.get()
    said = [None if lang == "en" else read_templates(lang).say(cell, True) if cell else "" for cell in cells]
    return list(cells) if None in said else [str(cell) for cell in said]


def _say(line: str, lang: str) -> str:
    found = _LINE.fullmatch(line)
    assert found is not None  # of anything
    before, words, after = found.groups()
    said = read_templates(lang).say(words)
    return line if said is None else f"{before}{said}{after}"


@cache
def read_templates(lang: str) -> Templates:
    """Return all that can be said in a language: what the page says, and what else the command line does."""
    page = {known: _mark(said) for known, said in read_catalogue(lang).items()}
    return Templates(read_catalogue(lang, "tabgan.cli"), page)


def _mark(said: str) -> str:
    """Return a translation of the page that tells which of its holes hold phrases: no numbers, which have a format."""
    return re.sub(r"\{(\w+)\}", lambda hole: f"{{{hole[1]}:{_OF_PAGE.get(hole[1], '')}}}", said)
