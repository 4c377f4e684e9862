"""What stands between the fields of a text file."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import dropwhile, islice

from tabgan.tables.cell_looks import is_number
from tabgan.tables.layout import COMMENTS, LOOKED_AT

DELIMITERS = "\t;,|，"
"""Those that are looked for; of equals the first is taken."""
BLANKS = " "
"""One blank or several, or tabs, which may also stand at the ends of lines."""
_ONE_NUMBER = re.compile(r"\s*[-+−]?[$€£¥]?\d[\d. ']*(,\d+)*\s?[%‰$€£¥°\w]{0,4}\s*")
LEAST = 0.8  # of the lines that must have as many fields for blanks to be taken


def find_delimiter(text: str) -> str | None:
    """Return what stands equally often in most lines, outside quotes; None if there is one column.

    Blanks are taken only for want of others, between as many fields in nearly all lines, of which one is a number:
    words of a text, or days and times, have blanks between them, too.

    Examples
    --------
    >>> [find_delimiter(text) for text in ("a;b\\n1,5;2\\n", " x  y\\n1.5 -2\\n", "x\\n" + 9 * "1 mm\\n")]
    [';', ' ', None]
    """
    best: str | None = None
    share = 0.0
    for delimiter in filter(text.__contains__, DELIMITERS):
        records = _records(text, delimiter)
        counts = Counter(len(fields) for fields in records)
        often = max((count for length, count in counts.items() if length > 1), default=0) / max(len(records), 1)
        if often > share:
            best, share = delimiter, often
    if share < 0.5 and _is_blank_delimited(text):
        return BLANKS
    if best == "," and _are_decimals(text):
        return ";"  # which stands between no fields, as there is one
    first = next((fields for fields in _records(text, best) if fields), []) if best else []
    return best if share >= 0.5 or len(first) > 1 else None


def _are_decimals(text: str) -> bool:
    """Whether lines hold one number each, with a decimal comma or thousands, below a name without a comma."""
    lines = [line for line in islice(text.splitlines(), LOOKED_AT) if line.strip()]
    numbers = list(dropwhile(lambda line: "," not in line, lines))
    return 1 < len(numbers) < len(lines) and all(map(_ONE_NUMBER.fullmatch, numbers))


def _records(text: str, delimiter: str) -> list[list[str]]:
    """The fields of the first lines that hold any."""
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    return [fields for fields in islice(records, LOOKED_AT) if any(field.strip() for field in fields)]


def _is_blank_delimited(text: str) -> bool:
    lines = [fields[:-1] if not fields[-1] else fields for fields in _records(text.replace("\t", " "), BLANKS)]
    lines = [fields for fields in lines if not fields[0].startswith(COMMENTS)]
    (width, count) = Counter(map(len, lines)).most_common(1)[0] if lines else (1, 0)
    full = [fields for fields in lines if len(fields) == width]
    numbers = [all(is_number(fields[i]) for fields in full[1:]) for i in range(width)]
    if width < 2 or count < LEAST * len(lines):
        return False
    if all(all(map(is_number, fields)) for fields in full[len(full) // 2 :]):
        return True  # whatever stands above
    if not any(numbers):
        return False
    # The names, or the first row, if there are none, have as many fields as all others, or stand below a title.
    if len(lines[0]) == width or 1 < len(lines[0]) == width - 1:
        return True
    named = any(number and not is_number(field) for field, number in zip(full[0], numbers, strict=True))
    return len(lines) > len(full) and (named or all(numbers))
