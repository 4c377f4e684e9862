"""Dates as people write them: 2024-01-31, 31.01.2024 9:05, 27 Dec 2020, 2020年8月15日, 20230301T033500Z."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.dates.date_forms import Form, What, find_form
from tabgan.schema.dates.date_order import Counts, find_century, find_order, with_century
from tabgan.schema.dates.date_template import Known, field_of, known_of
from tabgan.schema.dates.date_words import DAYS, HALVES, MONTHS, find_word, half_style, minutes_ahead, name_style

DAY = 86_400  # seconds
NANO_YEARS = (1678, 2261)  # the first and the last that 64 bits of nanoseconds hold
CERTAIN = 68  # two digits of a year above it are of the last century to everybody
MONTH_YEARS = (1800, 2200)  # of texts that only have year and month

EXAMPLES = "2024-01-31, 2024/1/31 9:05, 31.01.2024, 27 Dec 2020 or 2024-01-31T10:00:00.250+02:00"

Mask = NDArray[np.bool_]


class Texts(NamedTuple):
    """Moments read from texts."""

    seconds: Counts  # whole ones since 1970, in UTC where the texts have a zone
    nanos: Counts  # the rest
    digits: int  # the most of a fraction of a second
    template: str  # the fullest form of the texts, for `tabgan.schema.dates.date_template.write_dates`
    zones: NDArray[np.object_] | None = None  # as written, where there are several
    open: str = ""  # what no text decides: "day" (or month first), "year" (first or last), "century"; or ""
    example: int = 0  # the place of a text that decides it, or else of one that may be read otherwise


def read_dates(texts: Sequence[str], known: str | None = None, what: What = "date") -> Texts | int:
    """Read texts that are all dates in one form, or return the place of the first that is none.

    What the texts leave open is as in the template `known`, if that is one of the same signs: whether the day or the
    month comes first, and the century. Times, seconds and fractions may be left out here and there; what is missing
    just where it is 0 is in brackets in the template. The texts may also be
    digits only, such as 20240131, or times of a day, which are taken for those of the first day of 1970.

    Examples
    --------
    >>> read_dates(["2024-01-31 10:00", "2024-02-01 10:30:05"]).template
    '{Y:04d}-{m:02d}-{d:02d} {H:02d}:{M:02d}[:{S:02d}]'
    >>> read_dates(["27 Dec 2020", "1 May 2021"]).template
    '{d} {b} {Y:04d}'
    >>> read_dates(["2024-01-31", "soon"])
    1
    """
    if not len(texts) or (form := find_form(texts[0], what)) is None:
        return 0
    try:
        array = pa.array(texts, pa.large_string())
    except (UnicodeError, pa.ArrowException):  # half a character, which no date has
        return next(i for i, text in enumerate(texts) if find_form(text, what) is None)
    parts = pc.count_substring_regex(array, r"\d+").to_numpy()
    fullest = int(np.argmax(parts))
    if (form := find_form(texts[fullest], what)) is None:
        return next(i for i, text in enumerate(texts) if find_form(text, what) is None)
    found = pc.extract_regex(array, form.pattern())
    if found.null_count:
        place = int(np.argmax(found.is_null().to_numpy(zero_copy_only=False)))
        return place or fullest
    return _Reader(found, form, known_of(known)).read()


class _Reader:
    """Turns the fields that were found into numbers, and these into moments."""

    def __init__(self, found: Any, form: Form, known: Known) -> None:
        self.found, self.form, self.known = found, form, known
        self.n = len(found)
        self.bad = np.zeros(self.n, bool)
        self.keys: dict[str, str] = {}  # how the template calls a field
        self.open, self.example = "", 0

    def read(self) -> Texts | int:
        year, month, day = self._date()
        seconds, ends_day = self._clock()
        zones, ahead = self._zones()
        if self.bad.any():
            return int(np.argmax(self.bad))
        moments = _days(year, month, day) * DAY + seconds
        if ends_day:
            self.keys["H"] = "K"
        digits, nanos = self._fraction()
        self.bad |= (year < 1) | (year > 9999) | ((year < NANO_YEARS[0]) | (year > NANO_YEARS[1])) & (digits > 6)
        self.bad |= np.abs(moments) > 400_000_000_000
        if self.bad.any():
            return int(np.argmax(self.bad))
        template = self._template(digits, self._left_out(seconds, nanos))
        return Texts(moments - ahead * 60, nanos, digits, template, zones, self.open, self.example)

    def _texts(self, field: str) -> Any:
        return self.found.field(field)

    def _numbers(self, field: str) -> Counts:
        """The numbers of a field; 0 where it was left out."""
        texts = self._texts(field)
        empty = pc.equal(texts, "")
        texts = pc.if_else(empty, "0", texts) if pc.any(empty).as_py() else texts
        return np.asarray(pc.cast(texts, pa.int64()).to_numpy())

    def _widths(self, field: str) -> Counts:
        return np.asarray(pc.utf8_length(self._texts(field)).to_numpy())

    def _words(self, field: str) -> tuple[list[str], NDArray[np.intp]]:
        """The distinct words of a field, and which each text has."""
        coded = self._texts(field).dictionary_encode()
        return coded.dictionary.to_pylist(), coded.indices.to_numpy()

    def _date(self) -> tuple[Counts, Counts, Counts]:
        parts = {field: self._numbers(field) for field in ("Y", "m", "d") if self.form.has(field)}
        if self.form.has("n1"):
            parts = self._three_numbers()
        if self.form.has("b"):
            words, codes = self._words("b")
            places = np.array([find_word(MONTHS, word) + 1 for word in words])
            parts["m"], self.keys["b"] = places[codes], name_style("b", words)
        if self.form.has("a"):
            words, codes = self._words("a")
            self.bad |= np.array([find_word(DAYS, word) < 0 for word in words])[codes]
            self.keys["a"] = name_style("a", words)
        year, month = parts.get("Y", np.full(self.n, 1970)), parts.get("m", np.ones(self.n, np.int64))
        day = parts.get("d", np.ones(self.n, np.int64))
        if len(self.form.text("Y")) == 2:
            year = self._century(year, "Y")
        if set(parts) == {"Y", "m"}:  # neither codes nor seasons, such as 2011/12
            self.bad |= (year < MONTH_YEARS[0]) | (year > MONTH_YEARS[1]) | (month == (year + 1) % 100).all()
        self.bad |= (month < 1) | (month > 12) | (day < 1) | (day > _month_days(year, np.clip(month, 1, 12)))
        return year, month, day

    def _three_numbers(self) -> dict[str, Counts]:
        fields = ("n1", "n2", "n3")
        numbers = np.array([self._numbers(field) for field in fields])
        sign = self.form.pieces[1].before
        said = self.known.day_first if self.known.sign in ("", sign) else None
        widths = [self._widths(field) for field in fields]
        timed = self.form.has("H") and bool(self._numbers("H").any())
        order = find_order(numbers, widths, sign, said, timed)
        if order is None:
            self.bad |= (numbers < 1).any(0) | (numbers[:2] > 31).any(0)
            self.bad[0] |= not self.bad.any()
            return dict.fromkeys("Ymd", np.ones(self.n, np.int64))
        self.open = order.open
        self.example = int(np.argmax(numbers[0] != numbers[1] if order.open else (numbers[:2] > 12).any(0)))
        self.keys |= dict(zip(fields, order.parts, strict=True))
        parts = dict(zip(order.parts, numbers, strict=True))
        if "y" in parts:
            place = fields[order.parts.index("y")]
            parts["Y"] = self._century(parts.pop("y"), place)
        return parts

    def _century(self, years: Counts, field: str) -> Counts:
        first, doubt = find_century(years)
        if self.known.century is not None:
            first, doubt = self.known.century, False
        self.keys[field] = f"y{first}"
        if doubt and not self.open:
            self.open, self.example = "century", int(np.argmax(np.where(years > CERTAIN, 0, years)))
        return with_century(years, first)

    def _clock(self) -> tuple[Counts, bool]:
        """Seconds since midnight, and whether 24:00 stands for all midnights."""
        hours, minutes, seconds = (
            self._numbers(field) if self.form.has(field) else np.zeros(self.n, np.int64) for field in ("H", "M", "S")
        )
        self.bad |= (minutes > 59) | (seconds > 59)
        if self.form.has("p"):
            words, codes = self._words("p")
            self.keys |= {"H": "I", "p": half_style(word for word in words if word)}
            afternoon = {late.lower() for _, late in HALVES.values()}
            after = np.array([word.lower() in afternoon for word in words])[codes]
            self.bad |= (hours > 12) | ((self._widths("H") > 0) & (self._widths("p") == 0))
            hours = hours % 12 + 12 * after
        midnight = (hours == 24) & (minutes == 0) & (seconds == 0)
        self.bad |= (hours > 23) & ~midnight
        ends_day = bool(midnight.any()) and not ((hours == 0) & (minutes == 0) & (seconds == 0)).any()
        return hours * 3600 + minutes * 60 + seconds, ends_day

    def _zones(self) -> tuple[NDArray[np.object_] | None, Counts]:
        """The zones as written, if there are several, and minutes ahead of UTC."""
        nothing = np.zeros(self.n, np.int64)
        if not self.form.has("z"):
            return None, nothing
        words, codes = self._words("z")
        ahead = np.zeros(len(words), np.int64)
        for i, word in enumerate(words):
            try:
                ahead[i] = minutes_ahead(word)
            except ValueError:
                self.bad |= codes == i
        if "" in words:
            self.bad |= codes == words.index("")
        if len(words) == 1:
            self.keys["z"] = words[0]
            return None, ahead[codes]
        return np.array(words, dtype=object)[codes], ahead[codes]

    def _fraction(self) -> tuple[int, Counts]:
        if not self.form.has("f"):
            return 0, np.zeros(self.n, np.int64)
        widths = self._widths("f")
        return int(widths.max()), self._numbers("f") * 10 ** (9 - widths)

    def _template(self, digits: int, left_out: set[str]) -> str:
        """The fullest form as a template: fields in braces with their widths, and what stands between.

        What is left out just where it is 0 is in brackets.
        """
        found, short_date = [], self._short("n1", "n2", "n3", "m", "d")
        for i, piece in enumerate(self.form.pieces):
            before = piece.before if f"l{i}" not in self._names() else self._commonest(f"l{i}")
            short = self._short("H", otherwise=short_date) if piece.field == "H" else short_date
            if piece.field == "d" and f"l{i}" in self._names() and (narrow := self._pads(f"l{i}")):
                found.append(narrow + "{d:2d}")
                continue
            opens = "[" if piece.field in left_out else ""
            found.append(opens + before + field_of(piece, self.keys, short, digits))
            if piece.field == ("f" if digits else "S"):
                found.append("]" * len({"S", "f"} & left_out))
        return "".join(found) + "]" * ("H" in left_out)

    def _left_out(self, seconds: Counts, nanos: Counts) -> set[str]:
        """Which of time, seconds and fraction are left out just where they are 0, by their first fields."""
        found: set[str] = set()
        there: NDArray[np.bool_] = np.ones(self.n, bool)
        for field, period in (("H", DAY), ("S", 60), ("f", 1)):
            if self.form.has(field):
                written = self._widths(field) > 0
                nothing = (seconds % period == 0) & (nanos == 0) & there
                if (there & ~written).any() and not (nothing & written).any():
                    found.add(field)
                there = written
        return found - ({"H"} if self.form.has("p") or self.form.has("z") else set())

    def _names(self) -> list[str]:
        return [self.found.type.field(i).name for i in range(self.found.type.num_fields)]

    def _commonest(self, field: str) -> str:
        words, codes = self._words(field)
        counts = np.bincount(codes, minlength=len(words))
        counts[[i for i, word in enumerate(words) if not word]] = 0
        return words[int(np.argmax(counts))]

    def _pads(self, blank: str) -> str:
        """The blank before days if it is one wider before those of one digit; else ""."""
        wide, one = self._widths(blank), self._widths("d") == 1
        if not one.any() or one.all() or len(set(wide[one])) > 1 or set(wide[one] - 1) != set(wide[~one]):
            return ""
        return str(self._texts(blank)[int(np.argmin(one))].as_py())

    def _short(self, *fields: str, otherwise: bool = False) -> bool:
        """Whether numbers below 10 are written with one digit; `otherwise` where there are none."""
        one = two = 0
        for field in fields:
            if self.form.has(field) and self.keys.get(field, field)[0] != "y":
                widths = self._widths(field)
                one += int((widths == 1).sum())
                two += int(((widths == 2) & (self._numbers(field) < 10)).sum())
        return one > 0 if one + two else otherwise


def _month_days(year: Counts, month: Counts) -> Counts:
    """How many days a month has."""
    return _days(year + month // 12, month % 12 + 1, 1) - _days(year, month, 1)


def _days(year: Counts, month: Counts, day: Counts | int) -> Counts:
    """Days since 1970-01-01."""
    months = ((year - 1970) * 12 + month - 1).view("datetime64[M]")
    return months.astype("datetime64[D]").view(np.int64) + day - 1
