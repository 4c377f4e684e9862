"""How the numbers of a column are written: decimal mark, unit, percent, decimals; and writing them so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.errors import BundleError

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
"""From plain characters to their full-width forms, for `str.translate`."""
MOST_EXACT = 2.0**53
_EXCEL = re.compile(r'(?:"([^"]*)"|([$€£¥]))?(#,##0|0)(?:\.(0+))?(?:(%)|"([^"]*)")?')

PLAIN = "{}"
"""Text of which numbers are written as they usually are, as `Spelling.from_text` takes it."""


@dataclass(frozen=True)
class Spelling:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal, group : str
        The decimal mark, and what stands between groups of digits, if anything does.
    indian : bool
        Whether groups have two digits, but for the last one: 12,34,567.
    four : bool
        Whether four digits are not grouped: 9800, but 12.400.
    prefix, suffix : str
        What all numbers begin and end with, such as "$" or " mm".
    percent : bool
        Whether hundredths are written.
    decimals : int
        The fewest decimals written; more as needed.
    whole : bool
        Whether whole numbers have none, although others have `decimals`.
    parentheses, plus, inside, behind : bool
        Whether numbers below 0 are in parentheses; whether those above have a sign; whether it follows the prefix, or,
        as a minus, all else.
    minus : str
        The sign of those below 0.
    exponent : str
        How exponents look, such as "E+00" or, of Fortran, "D+00": its letter, a plus if those above 0 have one (else
        "-"), and as many zeros as it has digits at least; "/3" follows where it is a multiple of three, then a "*"
        where decimals are as many as needed. "" if there are none.
    low, high : int
        The powers of ten from which on, and below which, numbers have no exponent; 0 and 0 if all have one.
    lead, trail : bool
        Whether a 0 stands before the decimal mark; whether the mark stands there without decimals.
    wide : bool
        Whether characters are full-width.
    odd : str
        Single numbers whose digits are written otherwise, such as -999 beside 5.00, as they are, with blanks between.
    """

    decimal: str = "."
    group: str = ""
    indian: bool = False
    four: bool = False
    prefix: str = ""
    suffix: str = ""
    percent: bool = False
    decimals: int = 0
    whole: bool = False
    parentheses: bool = False
    plus: bool = False
    inside: bool = False
    behind: bool = False
    minus: str = "-"
    exponent: str = ""
    low: int = 0
    high: int = 0
    lead: bool = True
    trail: bool = False
    wide: bool = False
    odd: str = ""

    def to_text(self) -> str | None:
        """Return what is not the default as JSON; None if nothing is.

        Examples
        --------
        >>> Spelling(decimal=",", decimals=2).to_text()
        '{"decimal": ",", "decimals": 2}'
        """
        plain = type(self)()
        told = {name: value for name, value in vars(self).items() if value != getattr(plain, name)}
        return json.dumps(told, ensure_ascii=False) if told else None

    @classmethod
    def from_text(cls, text: str | None) -> Spelling:
        """Make the spelling that `to_text` described; BundleError if it is none."""
        plain = cls()
        try:
            told = json.loads(text) if text else {}
            if any(type(value) is not type(getattr(plain, name)) for name, value in told.items()):
                raise TypeError(text)
            return cls(**told)
        except (TypeError, ValueError, AttributeError) as error:
            raise BundleError(
                f"a spelling must hold {', '.join(f.name for f in fields(cls))}, but is {text}"
            ) from error

    @classmethod
    def of_format(cls, number_format: str | None) -> Spelling:
        """Return what a simple number format of Excel looks like; the default for others.

        Examples
        --------
        >>> Spelling.of_format("#,##0.00").to_text(), Spelling.of_format("0.0%").to_text()
        ('{"group": ",", "decimals": 2}', '{"suffix": "%", "percent": true, "decimals": 1}')
        """
        match = _EXCEL.fullmatch(number_format or "")
        if match is None:
            return cls()
        quoted, currency, whole, decimals, percent, unit = match.groups()
        return cls(
            group="," if whole != "0" else "",
            prefix=quoted or currency or "",
            suffix=percent or unit or "",
            percent=bool(percent),
            decimals=len(decimals or ""),
        )

    def to_format(self, places: int) -> str:
        """Return the number format of Excel that looks like it, with so many decimals.

        Examples
        --------
        >>> Spelling(suffix=" mm", decimal=",").to_format(2)
        '0.00" mm"'
        """
        if self.exponent:
            return f"0{'.' if places else ''}{places * '0'}E+00"
        digits = f"{'#,##0' if self.group else '0'}{'.' if places else ''}{places * '0'}"
        suffix = "%" if self.percent else _quote(self.suffix)
        shown = f"{_quote(self.prefix)}{digits}{suffix}"
        return f"{shown};({shown})" if self.parentheses else f"{shown};{shown}-" if self.behind else shown

    def write(self, values: NDArray[np.float64]) -> pa.Array:
        """Write finite numbers; NaN becomes null.

        Examples
        --------
        >>> Spelling(decimal=",", group=".", decimals=2, suffix=" €").write(np.array([1234.5, -7, np.nan])).to_pylist()
        ['1.234,50 €', '-7,00 €', None]
        """
        gaps = np.isnan(values)
        scaled = np.where(gaps, 0.0, values)
        if self.percent:
            scaled = np.round(scaled * 100, 12)
        negative, sizes = scaled < 0, np.abs(scaled)
        digits = self._write_sizes(sizes)
        if self.trail:
            digits = pc.replace_substring_regex(digits, r"^([0-9]+)$", r"\1.")
        if not self.lead:
            digits = pc.replace_substring_regex(digits, r"^0\.([0-9])", r".\1")
        for text in self.odd.split():
            digits = pc.if_else(pa.array(scaled == float(text)), text.lstrip("+-"), digits)
        if self.decimal != ".":
            digits = pc.replace_substring(digits, ".", self.decimal)
        if self.group:
            digits = self._group(digits, float(sizes.max(initial=0)))
        texts = self._sign(digits, negative, sizes)
        if self.wide:
            texts = pa.array([text.translate(WIDE) for text in texts.to_pylist()], pa.string())
        return pc.if_else(pa.array(gaps), pa.scalar(None, pa.string()), texts) if gaps.any() else texts

    def _write_sizes(self, sizes: NDArray[np.float64]) -> pa.Array:
        if not self.exponent:
            return self._write_digits(sizes)
        if not (self.low or self.high):
            return _write_exponents(sizes, self.decimals, self.exponent)
        having = (sizes > 0) & ((sizes < float(f"1e{self.low}")) | (sizes >= float(f"1e{self.high}")))
        digits = self._write_digits(np.where(having, 0.0, sizes))
        if not having.any():
            return digits
        return pc.replace_with_mask(digits, pa.array(having), _write_exponents(sizes[having], 0, self.exponent))

    def _write_digits(self, sizes: NDArray[np.float64]) -> pa.Array:
        if not self.decimals:
            return write_shortest(sizes)
        fits = (sizes < MOST_EXACT / 10.0**self.decimals) & (np.round(sizes, self.decimals) == sizes)
        if self.whole:
            fits &= sizes != np.floor(sizes)
        digits = np.rint(np.where(fits, sizes, 0.0) * 10.0**self.decimals).astype(np.int64)
        whole = pc.utf8_lpad(pa.array(digits).cast(pa.string()), self.decimals + 1, "0")
        fixed = pc.utf8_replace_slice(whole, -self.decimals, -self.decimals, ".")
        return fixed if fits.all() else pc.if_else(pa.array(fits), fixed, write_shortest(sizes))

    def _group(self, digits: pa.Array, largest: float) -> pa.Array:
        size, whole = 3, len(f"{largest:.0f}")
        while whole > size:
            least = 2 if self.four and size == 3 else 1
            pattern = rf"^([0-9]{{{least},}})([0-9]{{{3 if size == 3 else 2 if self.indian else 3}}})([^0-9].*)?$"
            digits = pc.replace_substring_regex(digits, pattern, rf"\1{self.group}\2\3")
            size += 2 if self.indian else 3
        return digits

    def _sign(self, digits: pa.Array, negative: NDArray[np.bool_], sizes: NDArray[np.float64]) -> pa.Array:
        if not (self.prefix or self.suffix or self.plus or negative.any()):
            return digits
        before, after = ("(", ")") if self.parentheses else ("", self.minus) if self.behind else (self.minus, "")
        signs = pc.if_else(pa.array(negative), before, "")
        if self.plus:
            signs = pc.if_else(
                pa.array(sizes > 0) if not negative.any() else pa.array((sizes > 0) & ~negative), "+", signs
            )
        first = (self.prefix, signs) if self.inside else (signs, self.prefix)
        last = pc.if_else(pa.array(negative), self.suffix + after, self.suffix) if after else self.suffix
        return pc.binary_join_element_wise(*first, digits, last, "")


def write_shortest(sizes: NDArray[np.float64]) -> pa.Array:
    """Write numbers of at least 0 in the fewest digits that give them back, without exponents.

    Examples
    --------
    >>> write_shortest(np.array([0.1, 12.0, 1e-7, 1e22])).to_pylist()
    ['0.1', '12', '0.0000001', '10000000000000000000000']
    """
    texts = pa.array(sizes).cast(pa.string())
    odd = ((sizes < 1e-5) & (sizes > 0)) | (sizes >= 1e9)
    if odd.any():
        spelt = [np.format_float_positional(size, trim="-") for size in sizes[odd].tolist()]
        texts = pc.replace_with_mask(texts, pa.array(odd), pa.array(spelt, pa.string()))
    return texts


def _write_exponents(sizes: NDArray[np.float64], decimals: int, form: str) -> pa.Array:
    """Write numbers of at least 0 with an exponent in each."""
    if "/3" in form:
        spelt = [_write_thirds(size, None if form[-1] == "*" else decimals) for size in sizes.tolist()]
    elif form[-1] == "*":
        spelt = [np.format_float_scientific(size, trim="-", exp_digits=2) for size in sizes.tolist()]
    else:
        spelt = [f"{size:.{decimals}e}" for size in sizes.tolist()]
    texts, digits = pa.array(spelt, pa.string()), form.count("0")
    if digits == 1:
        texts = pc.replace_substring_regex(texts, r"e([+-])0([0-9])$", r"e\1\2")
    for short in range(2, digits):  # RE2 takes but one digit after a backslash
        texts = pc.replace_substring_regex(texts, rf"e([+-])([0-9]{{{short}}})$", r"e\10\2")
    if "+" not in form:
        texts = pc.replace_substring(texts, "e+", "e")
    return pc.replace_substring(texts, "e", form[0]) if form[0] != "e" else texts


def _write_thirds(size: float, decimals: int | None) -> str:
    """Write a number with an exponent that is a multiple of three.

    Examples
    --------
    >>> _write_thirds(22e-6, 0), _write_thirds(1.5e5, None), _write_thirds(0.0, 1)
    ('22e-06', '150e+03', '0.0e+00')
    """
    exact = Decimal(repr(size))
    power = exact.adjusted() // 3 * 3 if exact else 0
    shifted = exact.scaleb(-power)
    digits = f"{shifted.normalize():f}" if decimals is None else f"{shifted:.{decimals}f}"
    return f"{digits}e{power:+03d}"


def _quote(text: str) -> str:
    return text and '"' + text.replace('"', "") + '"'
