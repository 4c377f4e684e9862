"""Durations as people write them: 0:17:33, 26:10, 1 day, 3:00:00, 1 days 03:00:00, -0:10:00, 1:02.345."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tabgan.schema.dates.units import Counts

_DAYS = r"(?:(?P<D>-?\d{1,6}) (?P<word>days?)(?P<comma>,? )|(?P<minus>-?))"
_WITH_HOURS = rf"^{_DAYS}(?P<H>\d{{1,6}}):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d)(?:(?P<mark>[.,])(?P<f>\d{{1,9}}))?)?$"
_MINUTES = r"^(?P<minus>-?)(?P<M>\d{1,6}):(?P<S>[0-5]\d)(?P<mark>[.,])(?P<f>\d{1,9})$"
_FIRST = [re.compile(text, re.ASCII) for text in (_WITH_HOURS, _MINUTES)]
DAY = 86_400


class Spans(NamedTuple):
    """Durations read from texts."""

    seconds: Counts  # whole ones
    nanos: Counts  # the rest, from 0
    digits: int  # the most of a fraction of a second
    template: str  # such as "{H:02d}:{M:02d}:{S:02d}", with "{days}" before it if days are counted apart


def read_durations(texts: Sequence[str]) -> Spans | int:
    """Read texts that are all durations in one form, or return the place of the first that is none.

    Examples
    --------
    >>> read_durations(["0:17:33", "26:10:00"]).template, read_durations(["1 day, 3:00:00", "0:00:05"]).template
    ('{H}:{M:02d}:{S:02d}', '{days,}{H}:{M:02d}:{S:02d}')
    """
    form = next((form for form in _FIRST if len(texts) and len(texts[0]) < 40 and form.match(texts[0])), None)
    if form is None:
        return 0
    try:
        found = pc.extract_regex(pa.array(texts, pa.large_string()), form.pattern)
    except (UnicodeError, pa.ArrowException):  # half a character, which no duration has
        return next(i for i, text in enumerate(texts) if not form.match(text))
    if found.null_count:
        return int(np.argmax(found.is_null().to_numpy(zero_copy_only=False)))
    parts = {name: found.field(name) for name in form.groupindex}
    days, hours, minutes, rest = (_numbers(parts.get(name), len(texts)) for name in "DHMS")
    widths = pc.utf8_length(parts["f"]).to_numpy()
    nanos = _numbers(parts["f"], len(texts)) * 10 ** (9 - widths)
    seconds = days * DAY + hours * 3600 + minutes * 60 + rest
    minus = pc.equal(parts["minus"], "-").to_numpy(zero_copy_only=False)
    seconds = np.where(minus, -seconds - (nanos > 0), seconds)
    nanos = np.where(minus & (nanos > 0), 10**9 - nanos, nanos)
    counted = "D" in parts and bool(pc.any(pc.not_equal(parts["D"], "")).as_py())
    if counted and (wrong := (hours > 23) | minus).any():
        return int(np.argmax(wrong))
    return Spans(seconds, nanos, int(widths.max()), _template(parts, counted, int(widths.max()), hours))


def _numbers(texts: pa.Array | None, n: int) -> Counts:
    """The numbers that texts write, 0 where there are none."""
    if texts is None:
        return np.zeros(n, np.int64)
    return np.asarray(pc.cast(pc.if_else(pc.equal(texts, ""), "0", texts), pa.int64()).to_numpy())


def _template(parts: dict[str, pa.Array], counted: bool, digits: int, hours: Counts) -> str:
    first = "H" if "H" in parts else "M"
    widths = pc.utf8_length(parts[first]).to_numpy()
    numbers = _numbers(parts[first], len(widths))
    padded = not (widths == 1).any() and bool((widths[numbers < 10] == 2).any() or first == "H")
    found = f"{{{first}:02d}}" if padded else f"{{{first}}}"
    found += ":{M:02d}" if first == "H" else ""
    found += ":{S:02d}" if pc.any(pc.not_equal(parts["S"], "")).as_py() else ""
    mark = next((text for text in pc.unique(parts["mark"]).to_pylist() if text), "")
    found += f"{mark}{{f:0{digits}d}}" if digits else ""
    if not counted:
        return found
    commas = pc.unique(parts["comma"]).to_pylist()
    return ("{days,}" if ", " in commas else "{days}") + found


def write_durations(seconds: Counts, nanos: Counts, template: str) -> list[str]:
    """Write durations in the form of a template.

    Examples
    --------
    >>> write_durations(np.array([94200, -600]), np.array([0, 0]), "{H}:{M:02d}:{S:02d}")
    ['26:10:00', '-0:10:00']
    >>> write_durations(np.array([97200, 5]), np.array([0, 0]), "{days,}{H}:{M:02d}:{S:02d}")
    ['1 day, 3:00:00', '0:00:05']
    """
    signs: NDArray[Any] = np.full(len(seconds), "", dtype=object)
    kept: Counts = np.asarray(seconds, np.int64)
    nanos = np.asarray(nanos, np.int64)
    if "{days" in template:
        days, kept = np.divmod(kept, DAY)
        words = _python_days if "{days,}" in template else _pandas_days
        signs = np.array([words(day) for day in days.tolist()], dtype=object)
    else:
        minus = kept < 0
        signs[minus] = "-"
        borrowed = minus & (nanos > 0)
        kept = np.where(minus, -kept - borrowed, kept)
        nanos = np.where(borrowed, 10**9 - nanos, nanos)
    digits = re.search(r"\{f:0(\d)d\}", template)
    minutes = kept // 60 % 60 if "{H" in template else kept // 60
    columns: dict[str, NDArray[np.int64]] = {"H": kept // 3600, "M": minutes, "S": kept % 60}
    columns["f"] = nanos // 10 ** (9 - int(digits[1])) if digits else nanos
    clock = re.sub(r"\{days,?\}", "", template)
    fields = [columns[name].tolist() for name in re.findall(r"\{(\w)", clock)]
    written = map(re.sub(r"\{\w", "{", clock).format, *fields)
    return [sign + text for sign, text in zip(signs.tolist(), written, strict=True)]


def _python_days(day: int) -> str:
    return "" if not day else f"{day} day, " if abs(day) == 1 else f"{day} days, "


def _pandas_days(day: int) -> str:
    return f"{day} days "
