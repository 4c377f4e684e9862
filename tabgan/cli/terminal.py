"""What reaches a terminal is shown and not obeyed: names, cells and file names may hold what commands it."""

from __future__ import annotations

import codecs
import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tabgan.cli.language import spoken, translate
from tabgan.text import escape, measure, show_control

_ERRORS = "tabgan-escape"
_CHINESE = "中文：，。"
_PART = " | "
"""What stands between the parts of a line of progress."""
_STYLE = re.compile(r"(\x1b\[[0-9;]*m)")
"""What sets colour and weight of what follows, and does nothing else."""


def _escape_all(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(escape, error.object[error.start : error.end])), error.end


codecs.register_error(_ERRORS, _escape_all)  # names may hold what a GBK terminal cannot show


class ShownText(io.TextIOWrapper):
    """A stream of text without control characters but ends of lines, and returns that a write begins with.

    Whatever is escaped is so as JSON has it in its texts. Lines are in the language of the command if the stream can
    write it. What is written to its `buffer` stays as it is.
    """

    speaks = True

    def write(self, text: str) -> int:
        """Write a text."""
        begin, shown = _escape_line(text)
        if self.speaks:
            shown = _translate_again(shown) if begin else "\n".join(map(_translate_line, shown.split("\n")))
        return super().write(begin + shown)

    def escaped(self, text: object) -> str:
        """Return a text with what the stream cannot write escaped, so that it is as wide as it will be."""
        return str(text).encode(self.encoding, _ERRORS).decode(self.encoding)

    def write_styled(self, text: str) -> int:
        """Write a text of ours, in which styles count; names and cells are escaped before they come into one.

        It is in the language of the command already.
        """
        for place, piece in enumerate(_STYLE.split(text)):
            super().write(piece if place % 2 else "".join(_escape_line(piece)))
        return len(text)


def _escape_line(text: str) -> tuple[str, str]:
    """Return how a text begins, if it is a line of progress, which is drawn again, and what of it is shown."""
    begin = text[: text.startswith("\r")]
    return begin, show_control(text[len(begin) :], kept="\n")


def find_terminal(err: bool = False) -> ShownText | None:
    """Return standard output, or standard error, if it is a terminal that knows styles."""
    stream = sys.stderr if err else sys.stdout
    is_one = isinstance(stream, ShownText) and stream.isatty() and os.environ.get("TERM") != "dumb"
    return stream if is_one else None  # type: ignore[return-value]


@contextmanager
def shown_streams() -> Iterator[None]:
    """Let standard output and standard error be such streams."""
    before = sys.stdout, sys.stderr
    shown = [_show(stream) for stream in before]
    sys.stdout, sys.stderr = shown
    try:
        yield
    finally:
        if sys.stdout is shown[0]:  # else nobody reads it any more, and click saw to that
            for stream in shown:
                if isinstance(stream, ShownText):
                    stream.detach()
            sys.stdout, sys.stderr = before


def _show(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):  # that of a notebook, say
        return stream
    stream.flush()
    is_ascii = codecs.lookup(stream.encoding).name == "ascii"  # which click takes for a mistake, and writes past us
    shown = ShownText(
        stream.buffer,
        "utf-8" if is_ascii else stream.encoding,
        _ERRORS,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    shown.speaks = _can_write(_CHINESE, stream.encoding)
    return shown


def _can_write(text: str, encoding: str) -> bool:
    try:
        return bool(text.encode(encoding))
    except UnicodeEncodeError:
        return False


def _translate_line(line: str) -> str:
    """Return a line in the language of the command; the last part of one of progress, a note, may have none."""
    said = translate(line)
    if said != line or _PART not in line:
        return said
    known, part, note = line.rpartition(_PART)
    said = translate(known)
    return line if said == known else said + part + note


def _translate_again(line: str) -> str:
    """Return a line that is drawn over itself in the language of the command.

    It fits into the terminal, whatever the width of its words, and covers all of one before; of one that was cut, or is
    too wide, parts at the end go.
    """
    if spoken() == "en" or not line:
        return line
    known, most = line.rstrip(), shutil.get_terminal_size().columns - 1
    said = translate(known)
    if said == known and _PART in known:
        known = known.rpartition(_PART)[0]
        said = translate(known)
    while _PART in said and measure(said) > most:
        said = said.rpartition(_PART)[0]
    return said + " " * (most - measure(said))
