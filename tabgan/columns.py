"""Columns are counted from 1 and ranges include both ends, as in MATLAB:

\b
  1-9           columns 1 to 9
  1-3,7         columns 1, 2, 3 and 7
  5-            column 5 to the last one
  age,income    columns by name
  1-9,class     numbers and names together
  A:C,F         columns A to C and F of an Excel sheet, in capitals; in a table
                from elsewhere A is column 1. A column named A goes before.
  "2020","a,b"  in quotes, always a name, also when it looks like a number or
                holds a comma; a quote inside is doubled

The columns are taken in the order given, each at most once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Sequence

from tabgan.errors import InputError
from tabgan.spelling import spell

_QUOTED = re.compile(r"""\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)')\s*(?:,|$)""")
_PLAIN = re.compile(r"([^,]*)(?:,|$)")
_RANGE = re.compile(r"(\d{1,18})(?:\s*(-)\s*(\d{0,18}))?", re.ASCII)
_LETTERS = re.compile(r"([A-Z]{1,3})(?:\s*(:)\s*([A-Z]{0,3}))?", re.ASCII)

BEFORE = "columns_before"
"""Key of `DataFrame.attrs`: how many columns of the sheet stand before the table's first."""


def letters_to_place(letters: str) -> int:
    """Return the place of a column of a sheet, counted from 1.

    Examples
    --------
    >>> letters_to_place("A"), letters_to_place("aa")
    (1, 27)
    """
    place = 0
    for letter in letters.upper():
        place = 26 * place + ord(letter) - ord("A") + 1
    return place


def column_letters(place: int) -> str:
    """Return the letters of a column of a sheet; the inverse of `letters_to_place`.

    Examples
    --------
    >>> column_letters(1), column_letters(27)
    ('A', 'AA')
    """
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _split(text: str) -> list[tuple[bool, str]]:
    """Cut `text` at its commas into (was it quoted, item)."""
    items, at = [], 0
    while True:
        if match := _QUOTED.match(text, at):
            double, single = match.groups()
            items.append((True, double.replace('""', '"') if double is not None else single.replace("''", "'")))
        else:
            match = _PLAIN.match(text, at)
            assert match is not None  # matches anything up to a comma
            items.append((False, match[1].strip()))
        at = match.end()
        if not match[0].endswith(","):
            return items


def select_columns(text: str, names: Sequence[Hashable], option: str = "", before: int = 0) -> list[int]:
    r"""Turn a `--cols` expression into 0-based positions among `names`; messages name the `option`.

    The grammar is this module's docstring, which `tabgan fit --help` shows. Letters, unlike numbers, also count the
    columns of a sheet that stand `before` the table's first. InputError for an empty item, a column out of range, a
    reversed range, an unknown name or a column selected twice.

    Examples
    --------
    >>> select_columns("1-2,class", ["age", "income", "height", "class"])
    [0, 1, 3]
    >>> select_columns('3-,"1"', ["1", "a", "b", "c"])
    [2, 3, 0]
    >>> select_columns("B:C", ["age", "income", "height"]), select_columns("B:C", ["age", "income", "height"], before=1)
    ([1, 2], [0, 1])
    """
    option = option or spell("cols")
    chosen: list[int] = []
    for quoted, item in _split(text):
        if quoted:
            positions = [_position(item, names, option)]
        elif numbers := _RANGE.fullmatch(item):
            positions = _positions(item, numbers, len(names), option)
        else:
            positions = _lettered(item, names, option, before) or [_position(item, names, option)]
        if repeated := [p + 1 for p in positions if p in chosen]:
            raise InputError(
                f"a column may be selected once, but {option} {text} selects column {repeated[0]} twice; leave one out"
            )
        chosen += positions
    return chosen


def _positions(item: str, match: re.Match[str], count: int, option: str) -> list[int]:
    first = int(match[1])
    last = first if match[2] is None else int(match[3] or max(count, first))
    if last < first:
        raise InputError(f"a range runs from low to high, but {option} has {item}; write {last}-{first}")
    if first < 1 or last > count:
        raise InputError(
            f"columns are counted from 1 to {count} here, but {option} asks for {item}; choose within 1-{count}"
        )
    return list(range(first - 1, last))


def _lettered(item: str, names: Sequence[Hashable], option: str, before: int) -> list[int]:
    """Return the positions of a letter or a range of letters, none if it is no such thing or a column's name."""
    match, labels = _LETTERS.fullmatch(item), [str(n) for n in names]
    if match is None or item in labels:
        return []
    first, count = letters_to_place(match[1]) - before, len(names)
    if match[2] is None:
        return [first - 1] if 1 <= first <= count else []
    if named := [end for end in (match[1], match[3]) if end in labels]:
        raise InputError(
            f"{named[0]} in {option} {item} is the name of a column, too; write numbers, such as 1-{count}, or names"
        )
    last = letters_to_place(match[3]) - before if match[3] else max(count, first)
    if last < first:
        raise InputError(f"a range runs from low to high, but {option} has {item}; write {match[3]}:{match[1]}")
    if first < 1 or last > count:
        here = f"{column_letters(before + 1)}:{column_letters(before + count)}"
        raise InputError(f"the columns of the table are {here}, but {option} asks for {item}; choose within {here}")
    return list(range(first - 1, last))


def _position(name: str, names: Sequence[Hashable], option: str) -> int:
    labels = [str(n) for n in names]
    if not name:
        raise InputError(f"{option} has an empty item; write columns as in 1-9 or age,income")
    if name not in labels:
        if (half := unicodedata.normalize("NFKC", name)) != name:
            raise InputError(
                f"{option} has {name!r} in full-width characters, which is no column; "
                f"write it in half-width ones: {half}"
            )
        raise InputError(
            f"{option} names a column {name!r} that is not in the table; its columns are {', '.join(labels)} "
            f"(write {option} as in 1-9 or age,income)"
        )
    return labels.index(name)
