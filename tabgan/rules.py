"""The grammars of `--where` and `--constraint`, for names that are known or yet to be looked up."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from difflib import get_close_matches
from itertools import pairwise

from tabgan.errors import InputError
from tabgan.spelling import spell
from tabgan.text import shorten

CONDITIONS = """\b
  class=Ball_007_1     also !=, and <, <=, > and >= for numbers and dates
  age>=60
  start<2024-02-01     dates have the year first
  income=              without a value: there is a gap
  "a=b"='x, y'         names and values may stand in quotes; a quote inside is
                       doubled
"""

LEAST_BEGUN = 2  # letters that one name alone begins with, to mean it
MOST_COMPARED = 5000
"""Names among which one that comes close is looked for."""

_QUOTED = r""""(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`"""
_NAME = re.compile(_QUOTED)
_ASCII = str.maketrans({"≤": "<=", "≥": ">=", "≠": "!=", "＜": "<", "＞": ">", "＝": "=", "！": "!"})
"""Comparisons as they are also written, and as Chinese keyboards give them."""
_OPERATOR = re.compile(r"\s*([<>!=＜＞！＝][=＝]|[<>=≤≥≠＜＞＝])\s*")
_TOKEN = re.compile(
    rf"""(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])|(?P<quoted>{_QUOTED})|(?P<name>[^\W\d]\w*(?:\.\w+)*)
    |(?P<follows>->)|(?P<compare>[<>!=~＜＞！＝][=＝]|[<>=≤≥≠＜＞＝])|(?P<sign>[-+])|(?P<times>\*(?!\*))|(?P<other>\S)""",
    re.VERBOSE,
)

Terms = list[tuple[float, str | None]]
"""Weights and names of a sum; numbers have no name."""


def read_condition(text: str, names: Sequence[Hashable]) -> tuple[int, str, str | None]:
    """Cut a condition into the position of its column, the operator and the value, which is None when left out.

    A name without quotes may hold operators: of all names that fit the longest counts. InputError if it is no condition
    or its column is unknown.

    Examples
    --------
    >>> read_condition("age >= 60", ["age", "class"]), read_condition("class='b'", ["age", "class"])
    ((0, '>=', '60'), (1, '==', 'b'))
    """
    text = text.strip()
    if quoted := _NAME.match(text):
        name, end = _unquote(quoted[0]), quoted.end()
    else:
        known = [str(n) for n in names if text.startswith(str(n)) and _OPERATOR.match(text, len(str(n)))]
        first = _OPERATOR.search(text)
        name = max(known, key=len, default=text[: first.start()] if first else "")
        end = len(name)
    operator = _OPERATOR.match(text, end)
    if not operator or not name:
        raise InputError(
            "a condition is a column, a comparison (=, !=, <, <=, > or >=) and a value, such as age>=60, but one is "
            f"{shorten(text)!r}; write it so, odd names in quotes"
        )
    value = text[operator.end() :]
    unquoted = _unquote(value) if _NAME.fullmatch(value) else value or None
    return (
        find_name(name, names, f"the condition {shorten(text)!r}"),
        "==" if (plain := operator[1].translate(_ASCII)) == "=" else plain,
        unquoted,
    )


def split_chain(text: str) -> list[str]:
    """Cut a constraint of several comparisons into those of one, all in ASCII.

    Examples
    --------
    >>> split_chain("0 < low <= high"), split_chain("a ≤ b")
    (['0 < low', 'low <= high'], ['a <= b'])
    """
    text = _TOKEN.sub(_plain, text)
    found = [m for m in _TOKEN.finditer(text) if m.lastgroup == "compare"]
    cuts = [(0, 0), *(m.span() for m in found), (len(text), len(text))]
    sides = [text[end:start].strip() for (_, end), (start, _) in pairwise(cuts)]
    if len(found) < 2 or not all(sides):
        return [text]
    return [f"{left} {m[0]} {right}" for left, m, right in zip(sides, found, sides[1:], strict=False)]


def _plain(token: re.Match[str]) -> str:
    return token[0].translate(_ASCII) if token.lastgroup == "compare" else token[0]


def read_comparison(text: str) -> tuple[Terms, str, Terms]:
    """Cut a constraint into its left side, operator and right side; InputError if it is no comparison of two sums.

    Examples
    --------
    >>> read_comparison("2*a > `net weight` - 1")
    ([(2.0, 'a')], '>', [(1.0, 'net weight'), (-1.0, None)])
    """
    tokens = [(str(m.lastgroup), _plain(m)) for m in _TOKEN.finditer(text)]
    places = [place for place, (kind, _) in enumerate(tokens) if kind == "compare"]
    for (first, a), (second, b) in pairwise(tokens):
        if first == second == "compare" and a == "=" and b in "<>":
            raise refused(text, f"={b} is written as {b}=")
    if len(places) != 1:
        raise refused(text, f"it has {len(places)} comparisons, not one")
    operator = tokens[places[0]][1]
    left, right = _read_sum(tokens[: places[0]], text), _read_sum(tokens[places[0] + 1 :], text)
    return left, "==" if operator == "=" else operator, right


def read_dependence(text: str) -> tuple[str, str] | None:
    """Cut a constraint such as ``code -> name`` into its names, the one that follows last; None if it is none.

    Examples
    --------
    >>> read_dependence("code -> 'full name'"), read_dependence("a <= b")
    (('code', 'full name'), None)
    """
    tokens = [(str(m.lastgroup), _plain(m)) for m in _TOKEN.finditer(text)]
    if all(kind != "follows" for kind, _ in tokens):
        return None
    if [kind for kind, _ in tokens if kind in ("follows", "name", "quoted")] != [kind for kind, _ in tokens] or (
        [kind == "follows" for kind, _ in tokens] != [False, True, False]
    ):
        raise refused(text, "-> stands between two columns, and nothing else does")
    first, second = (token if kind == "name" else _unquote(token) for kind, token in (tokens[0], tokens[2]))
    return first, second


def _read_sum(tokens: Sequence[tuple[str, str]], text: str) -> Terms:
    terms: Terms = []
    rest = list(tokens)
    while rest or not terms:
        sign = 1.0
        if rest and rest[0][0] == "sign":
            sign = -1.0 if rest.pop(0)[1] == "-" else 1.0
        elif terms:
            raise refused(text, f"a + or - is missing before {rest[0][1]}")
        weight, name = _read_factor(rest, text)
        if rest and rest[0][0] == "times":
            rest.pop(0)
            second, other = _read_factor(rest, text)
            if name and other:
                raise refused(
                    text,
                    "a column may only be multiplied by one number; leave a column that is a product out with "
                    f"{spell('drop', 'COLUMN')}, and compute it in new rows",
                )
            if rest and rest[0][0] == "times":
                raise refused(text, "a column may only be multiplied by one number")
            weight, name = weight * second, name or other
        terms.append((sign * weight, name))
    return terms


def _read_factor(rest: list[tuple[str, str]], text: str) -> tuple[float, str | None]:
    kind, token = rest.pop(0) if rest else ("end", "nothing")
    if kind == "number":
        return float(token), None
    if kind in ("name", "quoted"):
        return 1.0, token if kind == "name" else _unquote(token)
    raise refused(text, f"a column or a number must stand where {token} does")


def refused(text: str, reason: str) -> InputError:
    """Return the error that says what a constraint may be."""
    return InputError(
        "a constraint compares sums of columns of numbers, such as 'a <= b', 'a + b == c' or '2*a - b < 7.5', but "
        f"{shorten(text)!r} does not: {shorten(reason, 200)}; write it so, odd names in quotes"
    )


def misplaced(sign: str, text: str) -> InputError:
    """Return the error of a condition with ``=<`` or ``=>``, which is only known by a value that cannot be."""
    return InputError(f"={sign} is written as {sign}=, but a condition is {shorten(text)!r}; write it so")


def find_name(name: str, names: Sequence[Hashable], what: str) -> int:
    """Return where a name stands, or raise InputError."""
    labels = [str(label) for label in names]
    if name in labels:
        return labels.index(name)
    raise InputError(
        f"{what} must name a column, but there is no {shorten(name)!r}; {suggest(name, labels, 'columns')}"
    )


def suggest(name: str, known: Sequence[str], what: str, most: int = 12) -> str:
    """Say which names there are, and which comes closest.

    Examples
    --------
    >>> suggest("colour", ["size", "color"], "columns")
    "did you mean 'color'? The columns are size, color"
    >>> suggest("gen", ["augment", "generate"], "commands")
    "did you mean 'generate'? The commands are augment, generate"
    """
    # Comparing texts takes as long as the product of their lengths; of many or long ones their beginnings do.
    compared = [shorten(one) for one in known[:MOST_COMPARED]]
    begun = [one for one in compared if len(name) >= LEAST_BEGUN and one.lower().startswith(name.lower())]
    close = begun if len(begun) == 1 else get_close_matches(shorten(name), compared, 1)
    more = f" and {len(known) - most:,} more" if len(known) > most else ""
    shown = ", ".join(map(shorten, known[:most]))
    return f"{f'did you mean {close[0]!r}? The' if close else 'the'} {what} are {shown}{more}"


def _unquote(token: str) -> str:
    return token[1:-1].replace(token[0] * 2, token[0])
