"""Numbers and rows as aligned text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

MOST_WIDTH = 32
MOST_DIGITS = 17  # that a double has
MOST_LETTERS = 60
"""Of a name or cell in a message."""
MOST_WORD, MOST_SAID, MOST_READ = 200, 2000, 100_000
"""Letters of a word in a message, of the message, and of what is looked at to shorten it."""
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of the text that follows
_COMMANDS = rf"\x00-\x1f\x7f-\x9f\u2028\u2029{_BIDI}"
"""Characters, as a regular expression has them, that command a terminal or break a line."""
_CONTROL = re.compile(f"[{_COMMANDS}]")
_UNPRINTABLE = re.compile(f"(?![\t\n\r])[{_COMMANDS}\ud800-\udfff\ufffe\uffff]")
_LONG_WORD = re.compile(r"(\S{59})\S{140,}?(\W{0,3})(?!\S)")


def shorten(said: object, most: int = MOST_LETTERS) -> str:
    """Return a text of at most so many letters.

    Examples
    --------
    >>> shorten("a long name", 7), shorten(6, 7)
    ('a long…', '6')
    """
    text = str(said)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def escape(letter: str) -> str:
    r"""Return how JSON and Python write a letter that is not to be shown.

    Examples
    --------
    >>> print(escape("\n"), escape("\x1b"), escape("\u202e"), escape("\U0001f600"))
    \n \x1b \u202e \ud83d\ude00
    """
    if letter < " ":  # which JSON has escaped before
        return repr(letter)[1:-1]
    codes = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{codes[place : place + 4]}" for place in range(0, len(codes), 4))


def show_control(text: str, kept: str = "") -> str:
    r"""Return a text in which characters that command a terminal are escaped, but for those that are kept.

    Examples
    --------
    >>> print(show_control("clear\x1b[2J"))
    clear\x1b[2J
    """
    return _CONTROL.sub(lambda found: found[0] if found[0] in kept else escape(found[0]), text)


def clean(content: object) -> str:
    r"""Return a text in which characters that no page has, or that turn what stands beside them, are replaced.

    Neither HTML nor XML allows most of them.

    Examples
    --------
    >>> clean("a\x1b[2J")
    'a�[2J'
    """
    return _UNPRINTABLE.sub("\ufffd", str(content))


def shorten_message(message: str) -> str:
    """Return a message whose long words, such as a cell or a name of many letters, are cut, and its middle if need be.

    It is one line, and commands a terminal nothing: control characters are written as Python does.

    Examples
    --------
    >>> shorten_message(f"a name, but one is '{'x' * 1000}'; rename it")
    "a name, but one is 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'; rename it"
    """
    if len(message) > MOST_READ:  # of a cell of millions of letters the ends tell as much
        message = message[: MOST_READ // 2] + message[-MOST_READ // 2 :]
    message = show_control(message)
    if len(message) <= MOST_WORD:
        return message
    message = _LONG_WORD.sub(lambda word: f"{word[1]}…{word[2]}", message)
    return message if len(message) <= MOST_SAID else f"{message[: 2 * MOST_SAID // 3]} … {message[-MOST_SAID // 3 :]}"


def format_number(value: float, digits: int = 4) -> str:
    """Write a number with four significant digits, or more.

    Examples
    --------
    >>> format_number(0.017840461), format_number(452600.0), format_number(float("nan"))
    ('0.01784', '452600', '-')
    """
    if value != value:
        return "-"
    if 1000 <= abs(value) < (1e7 if digits == 4 else 1e17):  # more digits are there to be compared
        return f"{value:.{max(digits - len(f'{abs(value):.0f}'), 0)}f}"
    return f"{value:.{digits}g}"


def write_apart(values: Sequence[float], write: Callable[[float, int], str] = format_number) -> list[str]:
    """Write numbers with four significant digits, or as many more as tell those that differ apart.

    Examples
    --------
    >>> write_apart([1e15, 1e15 + 20_000]), write_apart([2.0, 0.017840461]), write_apart([1234.51, 1234.52])
    (['1000000000000000', '1000000000020000'], ['2', '0.01784'], ['1234.51', '1234.52'])
    """
    n_distinct = len({value for value in values if value == value}) + any(value != value for value in values)
    written = [write(value, 4) for value in values]
    for digits in range(5, MOST_DIGITS + 1):
        if len(set(written)) == n_distinct:
            break
        written = [write(value, digits) for value in values]
    return written


def tell_apart(texts: Sequence[str], cut: Callable[[str], str]) -> list[str]:
    """Cut texts at their end or, where that leaves fewer of them different, at their begin.

    Examples
    --------
    >>> tell_apart(["building north 1", "building north 2"], lambda text: shorten(text, 8))
    ['…north 1', '…north 2']
    """
    ends = [cut(text) for text in texts]
    if len(set(ends)) == len(set(texts)):
        return ends
    begins = [cut(text[::-1])[::-1] for text in texts]
    return begins if len(set(begins)) > len(set(ends)) else ends


def format_rows(header: Sequence[str], rows: Sequence[Sequence[str]], left: bool = False) -> str:
    """Align rows under a header, the first column to the left, the others to the right; Chinese characters are wide.

    With `left`, all are aligned to the left.

    Examples
    --------
    >>> print(format_rows(["column", "KS"], [["流量", "0.1"], ["age", "0.25"]]))
    column    KS
    流量     0.1
    age     0.25
    """
    table = [[shorten_cell(str(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(map(measure, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        gaps = [" " * (width - measure(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [
            cell + gap if i == 0 or left else gap + cell for i, (cell, gap) in enumerate(zip(row, gaps, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def shorten_cell(cell: str) -> str:
    """Return a cell on one line, of at most 32 places: a line break in a name would break the table."""
    more = "…" if len(cell) > 10 * MOST_WIDTH else ""
    cell = show_control(" ".join(cell[: 10 * MOST_WIDTH].split())) + more
    if measure(cell) <= MOST_WIDTH:
        return cell
    widths = accumulate(map(measure, cell))
    return cell[: sum(width < MOST_WIDTH for width in widths)].rstrip("…") + "…"


def measure(text: str) -> int:
    """Return how many places of a terminal a text takes.

    Examples
    --------
    >>> measure("age"), measure("流量")
    (3, 4)
    """
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def format_value(value: Any) -> str:
    """Write a setting: numbers as `format_number` does, several with commas between them."""
    if isinstance(value, float):
        return format_number(value)
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
