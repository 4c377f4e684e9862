"""What a text file looks like as a whole, before it is parsed."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

LONGEST = 1 << 19  # bytes of a line


class Looks(NamedTuple):
    """What there is in a text.

    Attributes
    ----------
    quotes : int
        How many quotes there are.
    doubled : bool
        Whether two ends of lines stand together; looked for in tables of one column only.
    even : bool
        Whether all is UTF-8 without quotes, in lines of as many fields as there are columns, of no unusual length.
    """

    quotes: int
    doubled: bool
    even: bool


def look_at_text(chunks: Iterable[bytes], delimiter: str, width: int) -> Looks:
    """Look at all of a text.

    Examples
    --------
    >>> look_at_text([b"1,2\\n3", b",4"], ",", 2), look_at_text([b"1,2\\n3\\n"], ",", 2)
    (Looks(quotes=0, doubled=False, even=True), Looks(quotes=0, doubled=False, even=False))
    """
    quotes, doubled, even, rest = 0, False, True, b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks:
        if b'"' in chunk:  # which is found out faster than counted
            quotes += chunk.count(b'"')
        if width == 1 and not doubled:
            doubled = any(pair in chunk for pair in (b"\n\n", b"\n\r", b"\r\r"))
        even = even and not quotes and _is_text(decoder, chunk)
        if even:
            block = rest + chunk
            cut = 1 + block.rfind(b"\n")
            even, rest = _is_even(block[:cut], delimiter, width), block[cut:]
    return Looks(quotes, doubled, even and (not rest or _is_even(rest + b"\n", delimiter, width)))


def _is_text(decoder: Any, chunk: bytes) -> bool:
    """Whether a chunk goes on as UTF-8."""
    try:
        return (chunk.isascii() and not decoder.getstate()[0]) or decoder.decode(chunk) is not None
    except UnicodeDecodeError:
        return False


def _is_even(lines: bytes, delimiter: str, width: int) -> bool:
    """Whether each of whole lines has so many fields."""
    if b"\r" in lines and lines.count(b"\r") != lines.count(b"\r\n"):
        return False
    letters = np.frombuffer(lines, np.uint8)
    ends, marks = (np.flatnonzero(letters == ord(sign)) for sign in ("\n", delimiter))
    starts = np.append(-1, ends)[:-1]
    if len(marks) != len(ends) * (width - 1):
        return False
    marks = marks.reshape(len(ends), width - 1)  # of which each row is to lie in a line
    inside = width == 1 or bool((marks[:, 0] > starts).all() and (marks[:, -1] < ends).all())
    return inside and bool((ends - starts).max(initial=0) <= LONGEST)


def count_letter(text: Any, letter: bytes) -> int:
    """Return how often a letter is in bytes, which takes longer with their own method."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(letter))) if len(text) else 0
