"""Ways in which texts that write numbers or dates may be ordered: the least and the greatest of each are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_PLAIN = r"^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*$"
_DATE = r"^\s*([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{4}|[0-9]{2})\b(.*)$"
_ALONE = r"\b([0-9])\b"
_OTHERS = r"[^-0-9.eE]"  # than digits, signs and decimal points

Ends = dict[str, tuple[Any, str, Any, str]]
"""By a way's name the least key and its text, and the greatest key and its text."""


def find_ends(texts: pa.Array) -> Ends:
    """Return the ends of distinct texts, as far as they can be ordered in each way.

    What a text is worth in a way depends on it alone, so that ends of parts are merged into those of the whole.

    Examples
    --------
    >>> found = find_ends(pa.array(["9.5", "10", "31.01.2024", "2.12.2023"]))
    >>> found["number"][1::2], found["day first"][1::2]
    (('9.5', '10'), ('2.12.2023', '31.01.2024'))
    """
    found: Ends = {}
    _add(found, "text", texts, texts)
    lengths = pc.cast(pc.utf8_length(texts), pa.int64())
    for name, least in (("shortest", pc.min(lengths)), ("longest", pc.max(lengths))):
        alike = texts.filter(pc.equal(lengths, least))
        _add(found, f"{name}, {least.as_py():09}", alike, alike)
    plain = pc.match_substring_regex(texts, _PLAIN)
    _add_numbers(found, "number", texts.filter(plain))
    rest = texts.filter(pc.invert(plain))
    if not len(rest):
        return found
    dates = rest.filter(pc.match_substring_regex(rest, _DATE))
    padded = pc.replace_substring_regex(dates, _ALONE, r"0\1")
    for name, order in (("day first", r"\3-\2-\1\4"), ("month first", r"\3-\1-\2\4")):
        _add(found, name, pc.replace_substring_regex(padded, _DATE, order), dates)
    for name, mark in (("decimal point", "."), ("decimal comma", ",")):
        swapped = pc.replace_substring(pc.replace_substring(rest, ".", "_"), ",", ".") if mark == "," else rest
        digits = pc.replace_substring_regex(swapped, _OTHERS, "")
        good = pc.match_substring_regex(digits, _PLAIN)
        _add_numbers(found, name, rest.filter(good), digits.filter(good))
    return found


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


def _add_numbers(found: Ends, name: str, texts: pa.Array, digits: pa.Array | None = None) -> None:
    numbers = pc.utf8_trim_whitespace(texts if digits is None else digits).cast(pa.float64())
    finite = pa.array(np.isfinite(numbers.to_numpy(zero_copy_only=False)))
    _add(found, name, numbers.filter(finite), texts.filter(finite))
