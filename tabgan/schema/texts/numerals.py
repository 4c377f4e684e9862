"""What columns of plain numbers look like in text: 6.0, 12.50, 1.0000000e+00, .5."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.texts.spellings import Spelling

Strings: TypeAlias = Any  # pa.Array or pa.ChunkedArray, which have no types

CODES = (-99.0, -99.9, -99.99, -999.25, *(sign * (10.0**n - 1) for n in range(3, 8) for sign in (-1, 1)))
CODES += tuple(sign * (10.0**n - 0.1) for n in (3, 4) for sign in (-1, 1))
CODES += (-32768.0, 32767.0, 65535.0, -(2.0**31), 2.0**31 - 1, 2.0**32 - 1)  # the ends of what loggers count in
CODES += (1e20, 1e30, 1e35, 9.96921e36, 9.969209968386869e36)  # what files of gridded data fill up with
"""Numbers that stand for gaps if they repeat, far from all others."""
_SAMPLE = 1000
_MORE = 30_000  # which show what is rare
_SCIENTIFIC = r"^[+-]?(?P<whole>[0-9]*)\.?(?P<decimals>[0-9]*)(?P<exponent>[eE][+-]?[0-9]+)$"


class Edges(NamedTuple):
    """What some of the numbers of a column begin and end with.

    Attributes
    ----------
    coded : bool
        Whether one begins with 0 and goes on with a digit, or with what says that its base is not ten: 007, 0x1F.
    pointed : bool
        Whether one begins with the decimal mark, or a minus and it.
    filled : bool
        Whether one may end with 0 or the decimal mark.
    lettered : bool
        Whether letters may be there, such as those of exponents.
    """

    coded: bool
    pointed: bool
    filled: bool
    lettered: bool


_NO_EDGES = Edges(coded=False, pointed=False, filled=False, lettered=False)


def find_edges(strings: pa.Array | pa.ChunkedArray) -> Edges:
    """Look at the first and last letters of plain numbers; nulls do not count.

    Examples
    --------
    >>> find_edges(pa.array(["-.5", None, "0.25", "1e5"])), find_edges(pa.array(["007", "10"]))
    ... # doctest: +NORMALIZE_WHITESPACE
    (Edges(coded=False, pointed=True, filled=False, lettered=True),
     Edges(coded=True, pointed=False, filled=True, lettered=False))
    """
    chunks = strings.chunks if isinstance(strings, pa.ChunkedArray) else [strings]
    return Edges(*map(any, zip(_NO_EDGES, *map(_find_edges, chunks), strict=True)))


def _find_edges(strings: pa.Array) -> Edges:
    """Look at a chunk by the places of its letters, which is faster than to search each string."""
    _, offsets, text = strings.buffers()
    if not text:
        return _NO_EDGES
    letters = np.frombuffer(text, np.uint8)
    bounds = np.frombuffer(offsets, np.int32)[strings.offset : strings.offset + len(strings) + 1]
    places, ends = bounds[:-1].astype(np.intp), bounds[1:]
    first = letters.take(places, mode="clip")  # of a null, which has no length, any letter
    plus = first == ord("+")
    signed = plus | (first == ord("-"))
    if signed.any():
        places += signed
        first = letters.take(places, mode="clip")
    pointed = (first == ord(".")) & ~plus & (places < ends)
    places += 1
    second = letters.take(places, mode="clip")
    usual = (second == ord(".")) | (second == ord("e")) | (second == ord("E"))
    coded = (first == ord("0")) & ~usual & (places < ends)
    last = letters.take(ends - 1, mode="clip")
    filled, lettered = (last == ord("0")) | (last == ord(".")), letters.max() >= ord("E")  # digits and marks are less
    return Edges(bool(coded.any()), bool(pointed.any()), bool(filled.any()), bool(lettered))


def plain_spelling(strings: pa.Array | pa.ChunkedArray, whole: bool = False, edges: Edges | None = None) -> str | None:
    """Return how plain numbers are written, as `Spelling.to_text` has it; None if it is the usual way.

    Nulls do not count. A few cells can show that a column has no way of its own; that it has one is read off all.
    `whole` says that none of them has a decimal mark or an exponent, which need not be looked for then, and `edges`
    what was found of them.

    Examples
    --------
    >>> plain_spelling(pa.array(["6.0", "7.25"])), plain_spelling(pa.array(["12.50", "7.25", None]))
    ('{"decimals": 1}', '{"decimals": 2}')
    >>> plain_spelling(pa.array(["12.5", "7"])), plain_spelling(pa.array(["1.50E+01", "-2.25E-10"]))
    (None, '{"decimals": 2, "exponent": "E+00"}')
    """
    if strings.null_count == len(strings):
        return None
    some = strings[:_MORE].drop_null()[:_SAMPLE]
    if len(some) < _SAMPLE:
        some = strings.drop_null()[:_SAMPLE]
    plus = _signed(some) and _signed(strings)
    if whole:
        return Spelling(plus=plus).to_text()
    edges = edges or find_edges(strings)
    if edges.lettered and (found := find_some_exponents(strings.drop_null(), edges)):
        return found.to_text()
    decimals, bare, trail = find_decimals(strings, edges.filled)
    return Spelling(decimals=decimals, whole=bare, trail=trail, lead=not edges.pointed, plus=plus).to_text()


def find_spelling(strings: Strings, numbers: Strings, whole: bool = False, edges: Edges | None = None) -> Spelling:
    """Return how plain numbers are written; what may stand for gaps, such as -999, counts by itself.

    Parameters
    ----------
    strings, numbers : Array or ChunkedArray
        The numbers as text, null where there is none, and their values.
    whole, edges
        As `plain_spelling` has them.

    Examples
    --------
    >>> find_spelling(pa.array(["5.00", "-999", "6.25"]), pa.array([5, -999, 6.25])).to_text()
    '{"decimals": 2, "odd": "-999"}'
    """
    found = Spelling.from_text(plain_spelling(strings, whole, edges))
    if whole or strings.null_count == len(strings):
        return found
    odd = _find_odd(strings, numbers, found)
    if odd is None:
        return found
    found = Spelling.from_text(plain_spelling(pc.if_else(odd, None, strings), edges=edges))
    texts = pc.unique(strings.filter(odd)).drop_null()
    written = found.write(texts.cast(pa.float64()).to_numpy(zero_copy_only=False)).to_pylist()
    told = [text for text, usual in zip(texts.to_pylist(), written, strict=True) if text != usual]
    return replace(found, odd=" ".join(told))


def _find_odd(strings: Strings, numbers: Strings, found: Spelling) -> Strings | None:
    """Return which numbers may stand for gaps: known ones at an end, or the only one that has decimals, or none."""
    if {float(end) for end in pc.min_max(numbers).as_py().values()} & set(CODES):
        return pc.fill_null(pc.is_in(numbers.cast(pa.float64()), pa.array(CODES)), False)
    if found.whole:  # although some whole numbers may have decimals
        marked = pc.match_substring(strings, ".")
        for mask in (marked, pc.invert(marked)):
            if len(pc.unique(numbers.filter(mask)).drop_null()) == 1:
                return pc.fill_null(mask, False)
    return None


def _all(flags: pa.Array | pa.ChunkedArray) -> bool:
    return bool(pc.all(flags, min_count=0).as_py())


def _signed(cells: pa.Array | pa.ChunkedArray) -> bool:
    """Whether every number has a sign, and some a plus."""
    plus = pc.starts_with(cells, "+")
    return bool(pc.any(plus).as_py()) and _all(pc.or_(plus, pc.starts_with(cells, "-")))


def find_decimals(cells: pa.Array | pa.ChunkedArray, filled: bool = True) -> tuple[int, bool, bool]:
    """Return the fewest decimals written, whether whole numbers have none, and whether the mark stands by itself.

    Nulls do not count. `filled` says that a cell may end with 0 or the decimal mark.
    """
    for size in (_SAMPLE, _MORE):
        places = _count_places(cells[:size])
        if (places < 0).any() and ((places == 0) | (places == 1)).any():
            return 0, False, False  # as many as needed, and that is all there is to learn
    if not filled and (places[places >= 0] < places.max(initial=-1)).any():
        return 0, False, False  # so it is where no zeros fill up those that have fewer
    places = _count_places(cells)
    marked = places[places >= 0]
    if not len(marked):
        return 0, False, False
    bare, least, most = len(marked) < len(places), int(marked.min()), int(marked.max())
    if least == 0 or (bare and least == 1):
        return 0, False, least == 0 and not bare
    if least < most:  # as many as needed, unless zeros fill up those that have the fewest
        zeros = pc.ends_with(cells, "0").drop_null().to_numpy(zero_copy_only=False) & (places == least)
        least = least if zeros.any() else 0
    return least, bare and least > 0, False


def _count_places(cells: pa.Array | pa.ChunkedArray) -> NDArray[np.int32]:
    """Return how many characters follow the decimal mark of each that is not null; -1 where there is none."""
    marks = pc.find_substring(cells, ".").drop_null().to_numpy()
    lengths = pc.binary_length(cells).drop_null().to_numpy()
    return np.where(marks < 0, -1, lengths - marks - 1)


def find_some_exponents(cells: Strings, edges: Edges) -> Spelling | None:
    """Return how numbers are written of which some have an exponent, by their size; None if none has.

    If it is not their size that tells which have one, none is written.

    Examples
    --------
    >>> cells = pa.array(["1.55e-07", "0.5", "2.0", "1e+30"])
    >>> find_some_exponents(cells, find_edges(cells)).to_text()
    '{"decimals": 1, "exponent": "e+00*", "low": -4, "high": 16}'
    """
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    having = pc.match_substring(cells, "e")
    having = having if pc.any(having).as_py() else pc.match_substring(cells, "E")
    if not pc.any(having).as_py():
        return None
    found, rest = find_exponents(cells.filter(having)), cells.filter(pc.invert(having))
    if not len(rest) or not found.exponent:
        return found
    decimals, bare, trail = find_decimals(rest, edges.filled)
    usual = Spelling(decimals=decimals, whole=bare, trail=trail, lead=not edges.pointed)
    least, most = _find_powers(rest)
    below, above = _find_powers(cells.filter(having), split=True)
    if not (below < least and most < above):
        return usual
    low = -4 if below < -4 <= least else int(min(least, below + 1 if math.isinf(least) else least))
    high = next((int(power) for power in (16, 6, above, most + 1) if most < power <= above and math.isfinite(power)), 0)
    return replace(usual, exponent=found.exponent.rstrip("*") + "*", low=low, high=high)


def _find_powers(cells: pa.Array, split: bool = False) -> tuple[float, float]:
    """Return the least and the greatest power of ten in numbers that are not 0; or those next to 1 on either side."""
    sizes = np.abs(cells.cast(pa.float64()).to_numpy(zero_copy_only=False))
    sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
    small, large = (sizes[sizes < 1], sizes[sizes >= 1]) if split else (sizes, sizes)
    low, high = (small.max, large.min) if split else (small.min, large.max)
    none = (-math.inf, math.inf) if split else (math.inf, -math.inf)
    return (
        Decimal(repr(float(low()))).adjusted() if len(small) else none[0],
        Decimal(repr(float(high()))).adjusted() if len(large) else none[1],
    )


def find_exponents(cells: pa.Array) -> Spelling:
    """Return how numbers with exponents are written; the default if some have none.

    Digits are counted only where those before the mark are as we write them, so that none is ever lost.

    Examples
    --------
    >>> [find_exponents(pa.array(cells)).to_text() for cells in (["1.50E+01", "-2.25E-10"], ["10e-6", "1e3"])]
    ['{"decimals": 2, "exponent": "E+00"}', '{"exponent": "e-0/3"}']
    """
    parts = pc.extract_regex(cells, _SCIENTIFIC)
    if parts.null_count or not len(parts):
        return Spelling()
    whole, decimals = parts.field("whole"), parts.field("decimals")
    exponents = pc.unique(parts.field("exponent")).to_pylist()
    digits = min(len(text.lstrip("eE+-")) for text in exponents)
    form = f"{exponents[0][0]}{'+' if any('+' in text for text in exponents) else '-'}{digits * '0'}"
    usual, thirds = (_all(pc.match_substring_regex(whole, pattern)) for pattern in ("^[0-9]$", "^(0|[1-9][0-9]{0,2})$"))
    zero = pc.match_substring_regex(pc.binary_join_element_wise(whole, decimals, ""), "^0*$")
    if not _all(pc.or_(zero, pc.match_substring_regex(whole, "^[1-9]"))):
        return Spelling(exponent=form + "*")
    if not usual:
        if not thirds or any(int(text[1:]) % 3 for text in exponents):
            return Spelling(exponent=form + "*")
        form += "/3"
    places = pc.unique(pc.binary_length(decimals)).to_pylist()
    return Spelling(exponent=form, decimals=places[0]) if len(places) == 1 else Spelling(exponent=form + "*")
