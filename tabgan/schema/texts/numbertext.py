"""Numbers as people write them: 1.234,56, 1 234, (1,234), 1,234-, 12.3%, 10.06 mm, $5, 1.5D+03."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.texts.numerals import find_spelling
from tabgan.schema.texts.spellings import WIDE, Spelling
from tabgan.schema.texts.unit_words import is_unit

FEW_NUMBERS = 20
"""So many whole numbers before a word are rather names, such as 2 doors and 4 doors, unless the word is a unit."""
BLANKS = " \u00a0\u2007\u2009\u202f\u3000"
_NARROW = {wide: plain for plain, wide in WIDE.items()} | {0xFFE5: "¥"}
_GROUPS = "'’" + BLANKS
_CURRENCY = (
    r"[A-Z]{0,3}[$€£¥₹₽₩₺₫₴₱฿₪]|R[Ss]\.?|RMB|USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|HKD|TWD|SGD|KRW|SEK|NOK|DKK|PLN"
)
_WORD = r"[\p{L}°℃℉㎡㎥㎜㎝㎞㎏㎎㎖′″'\"]+"
_POWER = r"(?:[²³⁻¹]+|\^?[-−]?[0-9])?"
_UNIT = rf"%|‰|[$€£¥₹₽₩₺₫₴₱฿₪]|{_WORD}{_POWER}(?:[/·*. -]{_WORD}{_POWER})*\.?"
_EXPONENT = "(?:[eE][+-]?[0-9]+|[dD][+-][0-9]{2,3})?"  # the second as Fortran writes it
_PARTS = ("open", "sign", "prefix", "inner", "body", "exponent", "suffix", "close")
_NUMBER = (
    rf"^[{BLANKS}]*(?P<open>\(?)(?P<sign>[+\-−]?)(?P<prefix>(?:(?:{_CURRENCY})[{BLANKS}]?)?)(?P<inner>[+\-−]?)"
    rf"(?P<body>[.,]?[0-9]+(?:[.,{_GROUPS}][0-9]+)*[.,]?)(?P<exponent>{_EXPONENT})"
    rf"(?P<suffix>(?:[{BLANKS}]?(?:{_UNIT}))?)(?P<close>[)\-−]?)[{BLANKS}]*$"
)


@dataclass(frozen=True)
class Numerals:
    """Distinct texts, each of which writes a number, cut into their parts; and by which marks they can be read.

    Attributes
    ----------
    parts : dict of str to Array
        Of each text: "open", "sign", "prefix", "inner", "body", "exponent", "suffix", "close".
    marks : dict of str to (str, bool)
        For each decimal mark that fits all bodies the mark of groups, "" for none, and whether groups are Indian.
    wide : bool
        Whether the digits are full-width.
    """

    parts: dict[str, pa.Array]
    marks: dict[str, tuple[str, bool]]
    wide: bool = False

    def first(self, decimal: str | None = None) -> str:
        """Return a decimal mark if it fits, else the first one that does."""
        return decimal if decimal in self.marks else next(iter(self.marks))

    @property
    def shows_mark(self) -> bool:
        """Whether a point or a comma is there, so that it matters which of them is the decimal mark."""
        return _any(self.parts["body"], "[.,]")

    @property
    def doubtful(self) -> bool:
        """Whether they can be read in two ways."""
        return len(self.marks) > 1 and self.shows_mark

    @property
    def telling(self) -> NDArray[np.bool_]:
        """Which texts show best how they are read: those with a minus behind them, or else with a mark."""
        behind = pc.match_substring_regex(self.parts["close"], "[-−]").to_numpy(zero_copy_only=False)
        marked = pc.match_substring_regex(self.parts["body"], "[^0-9]").to_numpy(zero_copy_only=False)
        return behind if behind.any() else marked

    @property
    def unit(self) -> str:
        """What stands after the numbers."""
        return _common(self.parts["suffix"]).strip(BLANKS)

    @property
    def percent(self) -> bool:
        """Whether they are hundredths."""
        return self.unit == "%"

    @property
    def bare(self) -> bool:
        """Whether some have no mark."""
        return _any(self.parts["body"], "^[0-9]+$")

    def read(self, decimal: str) -> tuple[NDArray[Any], Spelling, int]:
        """Return the numbers, whole ones as int64, how they are written, and the most decimals that are."""
        parts, (group, indian) = self.parts, self.marks[decimal]
        plain = pc.replace_substring(parts["body"], group, "") if group else parts["body"]
        plain = pc.replace_substring(plain, decimal, ".") if decimal != "." else plain
        percent = self.percent
        fortran = next((letter for letter in "Dd" if _any(parts["exponent"], letter)), "")
        exponents = pc.replace_substring_regex(parts["exponent"], "[EDd]", "e") if fortran else parts["exponent"]
        powers = "e-2" if percent else exponents
        sizes = pc.binary_join_element_wise(plain, powers, "").cast(pa.float64()).to_numpy(zero_copy_only=False)
        negative, signs = _read_signs(parts)
        values = np.where(negative, -sizes, sizes) + 0.0
        if not percent and not _any(plain, "[.]") and not _any(parts["exponent"], "."):
            values = values.astype(np.int64)
        signed = pc.binary_join_element_wise(pc.if_else(pa.array(negative), "-", ""), plain, exponents, "")
        found = find_spelling(signed, signed.cast(pa.float64()))
        spelling = replace(
            found,
            exponent=fortran + found.exponent[1:] if fortran and found.exponent else found.exponent,
            decimal=decimal,
            group=group,
            indian=indian,
            four=bool(group) and _any(plain, "^[0-9]{4}(?:[.]|$)") and not _any(parts["body"], f"^[0-9][{group}]"),
            prefix=_common(parts["prefix"]),
            suffix=_common(parts["suffix"]),
            percent=percent,
            wide=self.wide,
            **signs,
        )
        marks = pc.find_substring(plain, ".").to_numpy(zero_copy_only=False)
        places = np.where(marks < 0, 0, pc.binary_length(plain).to_numpy(zero_copy_only=False) - marks - 1)
        return values, spelling, int(places.max(initial=0))


def find_numbers(texts: pa.Array) -> NDArray[np.bool_]:
    """Return which texts write numbers, whatever their marks and units.

    Examples
    --------
    >>> find_numbers(pa.array(["1.234,56 €", "(5)", "12-3", "A12", "-"])).tolist()
    [True, True, False, False, False]
    """
    return pc.match_substring_regex(_narrow(texts)[0], _NUMBER).to_numpy(zero_copy_only=False)


def read_numerals(texts: Sequence[str] | pa.Array) -> Numerals | None:
    """Cut distinct texts that are all numbers, written alike, into their parts; None if one is not.

    They have one unit or none, one currency or none, and one way to mark decimals and groups. Codes such as 001 are not
    numbers, nor are those of more than 15 digits, nor whole numbers to which a letter is glued.

    Examples
    --------
    >>> numbers, spelling, places = read_numerals(["1.234,56 €", "-0,5 €"]).read(",")
    >>> numbers.tolist(), spelling.to_text(), places
    ([1234.56, -0.5], '{"decimal": ",", "group": ".", "suffix": " €"}', 2)
    >>> read_numerals(["001", "1,234"]) is read_numerals(["5 mm", "5 kg"]) is None
    True
    """
    cells, wide = _narrow(pa.array(texts, pa.string()) if not isinstance(texts, pa.Array) else texts)
    if not len(cells) or not _all(cells, _NUMBER):
        return None
    parts = _cut(cells)
    opened, closed = (pc.equal(parts[name], mark) for name, mark in (("open", "("), ("close", ")")))
    if not pc.all(pc.equal(opened, closed)).as_py() or pc.all(opened).as_py():
        return None
    if any(
        len({text.strip(BLANKS) for text in pc.unique(parts[name]).to_pylist()}) > 1 for name in ("prefix", "suffix")
    ):
        return None
    body, suffix = parts["body"], _common(parts["suffix"])
    if _any(body, "^0[0-9]") or _any(body, "^[0-9]{16,}$") or not _is_measure(body, suffix):
        return None
    if suffix.strip(BLANKS) == "%" and _any(parts["exponent"], "."):
        return None
    marks = {decimal: group for decimal in ".," if (group := _find_group(body, decimal)) is not None}
    return Numerals(parts, marks, wide) if marks and _are_signs(parts, marks) else None


def _are_signs(parts: dict[str, pa.Array], marks: Iterable[str]) -> bool:
    """Whether a minus behind a number, if there is one, is its sign.

    It is not where all have it, or some a sign before; nor beside whole numbers: 2- is a grade, 5.- a price, and what
    a few cells tell of 172- other tables would not.
    """
    behind = pc.match_substring_regex(parts["close"], "[-−]")
    if not pc.any(behind).as_py():
        return True
    signed = _any(parts["sign"], ".") or _any(parts["inner"], ".")
    return not (signed or pc.all(behind).as_py()) and all(_all(parts["body"], f"[{mark}][0-9]+$") for mark in marks)


def _cut(cells: pa.Array) -> dict[str, pa.Array]:
    """Cut numbers into their parts; those that differ by digits alone are cut alike, which is much faster."""
    shapes = pc.replace_substring_regex(cells, "[0-9]+", "0")
    if _any(shapes, rf"{_WORD}\^?[-−]?0"):  # m2 and m3 are not alike; what follows an exponent's letter may be
        shapes = pc.binary_join_element_wise(
            shapes, pc.replace_substring_regex(cells, r"^[^\p{L}]*([eEdD][+-]?[0-9]+)?", ""), ""
        )
    codes = shapes.dictionary_encode().indices.to_numpy()
    shown = cells.take(pa.array(np.unique(codes, return_index=True)[1]))
    found = pc.extract_regex(shown, _NUMBER)
    parts = {name: found.field(name).take(pa.array(codes)) for name in _PARTS}
    texts, cuts = shown.to_pylist(), []
    for text, part in zip(texts, found.to_pylist(), strict=True):
        before = len(text) - len(text.lstrip(BLANKS)) + sum(len(part[name]) for name in _PARTS[:4])
        cuts.append((before, before + len(part["body"]) + len(part["exponent"]) - len(text)))
    numbers = cells
    for before, after in set(cuts):
        chosen = np.array([cut == (before, after) for cut in cuts])[codes]
        inner = pc.utf8_slice_codeunits(cells, before, after or None)
        numbers = inner if chosen.all() else pc.if_else(pa.array(chosen), inner, numbers)
    parts["body"] = pc.replace_substring_regex(numbers, "[eEdD].*$", "") if _any(numbers, "[eEdD]") else numbers
    if _any(found.field("exponent"), "."):
        parts["exponent"] = pc.replace_substring_regex(numbers, "^[^eEdD]*", "")
    return parts


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, pattern)).as_py())


def _common(texts: pa.Array) -> str:
    """Return the most frequent text."""
    counts = pc.value_counts(texts)
    return counts[int(np.argmax(counts.field("counts")))]["values"].as_py()


def _narrow(texts: pa.Array) -> tuple[pa.Array, bool]:
    """Return full-width forms as plain ones, and whether all digits were such."""
    if not _any(texts, "[\uff01-\uff5e\uffe5]"):
        return texts, False
    wide = not _any(texts, "[0-9]")
    return pa.array([text.translate(_NARROW) for text in texts.to_pylist()], pa.string()), wide


def _is_measure(body: pa.Array, suffix: str) -> bool:
    """Whether what stands after the numbers is a unit, or may be one."""
    word = suffix.strip(BLANKS)
    if not word or is_unit(word) or _any(body, "[.,]"):
        return True
    return word != suffix and len(body) > FEW_NUMBERS


def _find_group(body: pa.Array, decimal: str) -> tuple[str, bool] | None:
    """Return the mark of groups with which a decimal mark fits all bodies, "" for none; None if it does not."""
    tail = rf"(?:[{decimal}][0-9]*)?$"
    if _all(body, f"^[0-9]*{tail}"):
        return "", False
    marks = set("".join(pc.unique(pc.replace_substring_regex(body, "[0-9]+", "")).to_pylist())) - {decimal}
    if len(marks) != 1:
        return None
    (group,) = marks
    for indian, digits in (
        (False, f"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+"),
        (True, "[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}"),
    ):
        if (not indian or group == ",") and _all(body, f"^(?:{digits.replace('.', '[.]')}|[0-9]*){tail}"):
            return group, indian
    return None


def _all(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _read_signs(parts: dict[str, pa.Array]) -> tuple[NDArray[np.bool_], dict[str, Any]]:
    """Return which numbers are below 0, and how signs are written."""
    sign, inner, close = parts["sign"], parts["inner"], parts["close"]
    before, inside, behind = (pc.match_substring_regex(part, "[-−]") for part in (sign, inner, close))
    brackets = pc.equal(parts["open"], "(")
    negative = pc.or_(pc.or_(before, inside), pc.or_(behind, brackets))
    plus = pc.or_(pc.equal(sign, "+"), pc.equal(inner, "+"))
    about = {
        "parentheses": bool(pc.any(brackets).as_py()),
        "plus": bool(pc.any(plus).as_py()) and bool(pc.all(pc.or_(plus, negative)).as_py()),
        "inside": _any(inner, "."),
        "behind": bool(pc.any(behind).as_py()),
        "minus": "−" if any(_any(part, "−") for part in (sign, inner, close)) else "-",
    }
    return negative.to_numpy(zero_copy_only=False), about
