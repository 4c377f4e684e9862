"""What columns of plain numbers look like in text: 6.0, 12.50, 1.0000000e+00, .5."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.texts.spellings import Spelling

_SAMPLE = 1000
_MORE = 30_000  # which show what is rare


def plain_spelling(strings: pa.Array | pa.ChunkedArray, whole: bool = False) -> str | None:
    """Return how plain numbers are written, as `Spelling.to_text` has it; None if it is the usual way.

    Nulls do not count. A few cells can show that a column has no way of its own; that it has one is read off all.
    `whole` says that none of them has a decimal mark or an exponent, which need not be looked for then.

    Examples
    --------
    >>> plain_spelling(pa.array(["6.0", "7.25"])), plain_spelling(pa.array(["12.50", "7.25", None]))
    ('{"decimals": 1}', '{"decimals": 2}')
    >>> plain_spelling(pa.array(["12.5", "7"])), plain_spelling(pa.array(["1.50E+01", "-2.25E-10"]))
    (None, '{"decimals": 2, "exponent": "E+00"}')
    """
    cells = strings.drop_null() if strings.null_count else strings
    some = cells.slice(0, _SAMPLE)
    if not len(cells):
        return None
    plus = _signed(some) and _signed(cells)
    if whole:
        return Spelling(plus=plus).to_text()
    if _all(pc.match_substring(some, "e", ignore_case=True)):
        return find_exponents(cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells).to_text()
    decimals, bare, trail = find_decimals(cells)
    lead = not (_any(pc.starts_with(cells, ".")) or _any(pc.starts_with(cells, "-.")))
    return Spelling(decimals=decimals, whole=bare, trail=trail, lead=lead, plus=plus).to_text()


def _all(flags: pa.Array | pa.ChunkedArray) -> bool:
    return bool(pc.all(flags, min_count=0).as_py())


def _any(flags: pa.Array | pa.ChunkedArray) -> bool:
    return bool(pc.any(flags, min_count=0).as_py())


def _signed(cells: pa.Array | pa.ChunkedArray) -> bool:
    """Whether every number has a sign, and some a plus."""
    plus = pc.starts_with(cells, "+")
    return _any(plus) and _all(pc.or_(plus, pc.starts_with(cells, "-")))


def find_decimals(cells: pa.Array | pa.ChunkedArray) -> tuple[int, bool, bool]:
    """Return the fewest decimals written, whether whole numbers have none, and whether the mark stands by itself."""
    for size in (_SAMPLE, _MORE):
        places = _count_places(cells[:size])
        if (places < 0).any() and ((places == 0) | (places == 1)).any():
            return 0, False, False  # as many as needed, and that is all there is to learn
    most = places.max(initial=-1)
    if (places[places >= 0] < most).any() and not (_any(pc.ends_with(cells, "0")) or _any(pc.ends_with(cells, "."))):
        return 0, False, False  # so it is where no zeros fill up those that have fewer
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


def _count_places(cells: pa.Array | pa.ChunkedArray) -> NDArray[np.int32]:
    """Return how many characters follow the decimal mark; -1 where there is none."""
    marks = pc.find_substring(cells, ".").to_numpy()
    lengths = pc.binary_length(cells).to_numpy()
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
