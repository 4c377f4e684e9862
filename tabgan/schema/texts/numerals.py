"""What columns of plain numbers look like in text: 6.0, 12.50, 1.0000000e+00, .5."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.texts.spellings import Spelling

_SAMPLE = 1000


def plain_spelling(strings: pa.Array | pa.ChunkedArray) -> str | None:
    """Return how plain numbers are written, as `Spelling.to_text` has it; None if it is the usual way.

    Nulls do not count. A few cells can show that a column has no way of its own; that it has one is read off all.

    Examples
    --------
    >>> plain_spelling(pa.array(["6.0", "7.25"])), plain_spelling(pa.array(["12.50", "7.25", None]))
    ('{"decimals": 1}', '{"decimals": 2}')
    >>> plain_spelling(pa.array(["12.5", "7"])), plain_spelling(pa.array(["1.50E+01", "-2.25E-10"]))
    (None, '{"decimals": 2, "exponent": "E+00"}')
    """
    cells = strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings
    cells = cells.drop_null() if cells.null_count else cells
    some = cells.slice(0, _SAMPLE)
    if not len(cells):
        return None
    if _all(pc.match_substring(some, "e", ignore_case=True)):
        return find_exponents(cells).to_text()
    places = _count_places(some)
    # Of numbers that have none, and others that have one, no more can be learned: as many as needed.
    settled = bool((places < 0).any()) and bool(((places == 0) | (places == 1)).any())
    decimals, whole, trail = (0, False, False) if settled else find_decimals(cells)
    points = pc.or_(pc.starts_with(cells, "."), pc.starts_with(cells, "-."))
    lead = not pc.any(points).as_py()
    plus = _signed(some) and _signed(cells)
    return Spelling(decimals=decimals, whole=whole, trail=trail, lead=lead, plus=plus).to_text()


def _all(flags: pa.Array) -> bool:
    return bool(pc.all(flags, min_count=0).as_py())


def _signed(cells: pa.Array) -> bool:
    """Whether every number has a sign, and some a plus."""
    plus = pc.starts_with(cells, "+")
    return bool(pc.any(plus).as_py()) and _all(pc.or_(plus, pc.starts_with(cells, "-")))


def find_decimals(cells: pa.Array) -> tuple[int, bool, bool]:
    """Return the fewest decimals written, whether whole numbers have none, and whether the mark stands by itself."""
    places = _count_places(cells)
    marked = places[places >= 0]
    if not len(marked):
        return 0, False, False
    bare, least, most = len(marked) < len(places), int(marked.min()), int(marked.max())
    if least == 0 or (bare and least == 1):
        return 0, False, least == 0 and not bare
    if least < most:  # as many as needed, unless zeros fill up those that have the fewest
        filled = pc.ends_with(cells, "0").to_numpy(zero_copy_only=False) & (places == least)
        least = least if filled.any() else 0
    return least, bare and least > 0, False


def _count_places(cells: pa.Array) -> NDArray[np.int32]:
    """Return how many characters follow the decimal mark; -1 where there is none."""
    marks = pc.find_substring(cells, ".").to_numpy(zero_copy_only=False)
    lengths = pc.binary_length(cells).to_numpy(zero_copy_only=False)
    return np.where(marks < 0, -1, lengths - marks - 1)


def find_exponents(cells: pa.Array) -> Spelling:
    """Return how numbers with exponents are written; the default if some have none."""
    parts = pc.extract_regex(cells, r"^[+-]?[0-9]*\.?(?P<decimals>[0-9]*)(?P<exponent>[eE][+-]?[0-9]+)$")
    if parts.null_count:
        return Spelling()
    places = pc.binary_length(parts.field("decimals")).to_numpy(zero_copy_only=False)
    exponents = pc.unique(parts.field("exponent")).to_pylist()
    digits = min(len(text.lstrip("eE+-")) for text in exponents)
    plus = "+" if any("+" in text for text in exponents) else "-"
    fixed = "" if places.min() == places.max() else "*"
    decimals = int(places.max()) if not fixed else 0
    return Spelling(exponent=f"{exponents[0][0]}{plus}{digits * '0'}{fixed}", decimals=decimals)
