"""Ways in which texts that write numbers or dates may be ordered: the least and the greatest of each are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_PLAIN = r"^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+|[dD][-+][0-9]+)?\s*$"
_DATE = r"^\s*([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{4}|[0-9]{2})\b(.*)$"
_ALONE = r"\b([0-9])\b"
_OTHERS = r"[^-0-9.eE]"  # than digits, signs and decimal points

_ZEROS = np.arange(256, dtype=np.uint8)
_ZEROS[ord("0") : ord("9") + 1] = ord("0")

Ends = dict[str, tuple[Any, str, Any, str]]
"""By a way's name the least key and its text, and the greatest key and its text."""


class Shapes(NamedTuple):
    """The distinct shapes of texts, in the order in which they come, and which each text has: its digits are all 0."""

    shapes: pa.Array
    places: NDArray[np.int32]


def find_shapes(texts: pa.Array) -> Shapes:
    """Return the shapes of texts, none of which is missing.

    Examples
    --------
    >>> find_shapes(pa.array(["A-17", "9.5", "B-20", "7.0"])).shapes.to_pylist()
    ['A-00', '0.0', 'B-00']
    """
    _, offsets, data = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    starts = np.frombuffer(offsets, width)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data or b"", np.uint8)[starts[0] : starts[-1]]
    buffers = [None, pa.py_buffer(np.ascontiguousarray(starts - starts[0])), pa.py_buffer(_ZEROS[letters])]
    coded = pa.Array.from_buffers(texts.type, len(texts), buffers).dictionary_encode()
    return Shapes(coded.dictionary, coded.indices.to_numpy())


def find_ends(texts: pa.Array, found: Shapes) -> Ends:
    """Return the ends of texts of some shapes, as far as they can be ordered in each way.

    What a text is worth in a way depends on it alone, so that ends of parts are merged into those of the whole.

    Examples
    --------
    >>> texts = pa.array(["9.5", "10", "31.01.2024", "2.12.2023"])
    >>> ends = find_ends(texts, find_shapes(texts))
    >>> ends["number"][1::2], ends["day first"][1::2]
    (('9.5', '10'), ('2.12.2023', '31.01.2024'))
    """
    ends: Ends = {}
    _add(ends, "text", texts, texts)
    lengths = pc.cast(pc.utf8_length(texts), pa.int64())
    for name, least in (("shortest", pc.min(lengths)), ("longest", pc.max(lengths))):
        alike = texts.filter(pc.equal(lengths, least))
        _add(ends, f"{name}, {least.as_py():09}", alike, alike)

    def of_shapes(which: pa.Array) -> pa.Array:
        mask = which.to_numpy(zero_copy_only=False)
        return texts.filter(pa.array(mask[found.places])) if mask.any() else texts[:0]

    plain = pc.match_substring_regex(found.shapes, _PLAIN)
    _add_numbers(ends, "number", of_shapes(plain), _trim)
    dates = of_shapes(pc.match_substring_regex(found.shapes, _DATE))
    for name, order in (("day first", r"\3-\2-\1\4"), ("month first", r"\3-\1-\2\4")):
        padded = pc.replace_substring_regex(dates, _ALONE, r"0\1")
        _add(ends, name, pc.replace_substring_regex(padded, _DATE, order), dates)
    for name, strip in (("decimal point", _strip), ("decimal comma", _strip_to_comma)):
        odd = pc.and_(pc.invert(plain), pc.match_substring_regex(strip(found.shapes), _PLAIN))
        _add_numbers(ends, name, of_shapes(odd), strip)
    return ends


def _trim(texts: pa.Array) -> pa.Array:
    """Return plain numbers without blanks, and with the exponents of Fortran as others have them."""
    return pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), "[dD]", "e")


def _strip(texts: pa.Array) -> pa.Array:
    """Return what is left of texts that may write numbers: digits, signs and decimal points."""
    return pc.replace_substring_regex(texts, _OTHERS, "")


def _strip_to_comma(texts: pa.Array) -> pa.Array:
    """Return the same where a comma stands for the decimal point."""
    return _strip(pc.replace_substring(pc.replace_substring(texts, ".", "_"), ",", "."))


def merge_ends(one: Ends, other: Ends) -> Ends:
    """Return the ends of the texts of both; of texts of other lengths than the shortest and the longest none."""
    merged = dict(one)
    for name, (low, least, high, greatest) in other.items():
        if name in merged:
            a, b, c, d = merged[name]
            low, least = min((low, least), (a, b))
            high, greatest = max((high, greatest), (c, d))
        merged[name] = low, least, high, greatest
    for start, best in (("shortest", min), ("longest", max)):
        named = [name for name in merged if name.startswith(start)]
        for name in named:
            if name != best(named):
                del merged[name]
    return merged


def _add(found: Ends, name: str, keys: pa.Array, texts: pa.Array) -> None:
    if not len(texts):
        return
    ends = pc.min_max(keys).as_py()
    low, high = (pc.min_max(texts.filter(pc.equal(keys, ends[end]))).as_py()[end] for end in ("min", "max"))
    found[name] = ends["min"], low, ends["max"], high


def _add_numbers(found: Ends, name: str, texts: pa.Array, strip: Callable[[pa.Array], pa.Array]) -> None:
    numbers = strip(texts).cast(pa.float64())
    finite = pa.array(np.isfinite(numbers.to_numpy(zero_copy_only=False)))
    _add(found, name, numbers.filter(finite), texts.filter(finite))
