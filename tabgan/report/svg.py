"""SVG elements as escaped text. Colours come from the page's style sheet by class, so that charts follow its theme."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from tabgan.palette import TEXT
from tabgan.text import clean


class Scale(NamedTuple):
    """A map of values in [low, high] to places in [start, stop]."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: Any) -> Any:
        """Return the place of a value, or places of an array of them."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)


def tag(name: str, *children: str, **attributes: object) -> Markup:
    """Return an element with everything in it escaped, but for children that are Markup.

    Attributes that are None are left out; ``class_`` is ``class``, and ``stroke_width`` is ``stroke-width``.

    Examples
    --------
    >>> tag("text", "a < b", x=1.25, class_="name")
    Markup('<text x="1.25" class="name">a &lt; b</text>')
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_write(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(child if isinstance(child, Markup) else escape(clean(child)) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def draw(width: float, height: float, label: str, children: Iterable[str], **attributes: object) -> Markup:
    """Return a picture that scales with the page; `label` is read aloud in its place."""
    return tag(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_write(width)} {_write(height)}",
        role="img",
        aria_label=label,
        **attributes,
    )


def text(x: float, y: float, content: str, class_: str | None = None, anchor: str | None = None) -> Markup:
    """Return a line of text whose baseline begins, ends ("end") or is centred ("middle") at a place."""
    return tag("text", content, x=x, y=y, class_=class_, text_anchor=anchor)


def name_text(
    x: float, y: float, name: object, room: float, anchor: str | None = None, shown: str | None = None
) -> Markup:
    """Return a name shortened to the room there is, or as it is `shown`, with all of it in the title."""
    shown = shown or shorten(str(name), room)
    children = [shown] if shown == str(name) else [tag("title", str(name)), shown]
    return tag("text", *children, x=x, y=y, class_="name", text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return tag("path", class_=class_, d=f"M{_write(x1)} {_write(y1)}L{_write(x2)} {_write(y2)}")


def rect(x: float, y: float, width: float, height: float, class_: str, **attributes: object) -> Markup:
    """Return a rectangle."""
    return tag("rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), class_=class_, **attributes)


def polyline(x: NDArray[np.float64], y: NDArray[np.float64], class_: str) -> Markup:
    """Return a line through points; it is broken where a value is not finite."""
    parts, pen = [], "M"
    for a, b in zip(x, y, strict=True):
        if np.isfinite(a) and np.isfinite(b):
            parts.append(f"{pen}{_write(a)} {_write(b)}")
            pen = "L"
        else:
            pen = "M"
    return tag("path", class_=class_, d="".join(parts))


def steps(edges: NDArray[np.float64], heights: NDArray[np.float64], floor: float, class_: str) -> Markup:
    """Return the outline of a histogram: places of its edges (n + 1), of its tops (n), and of its floor."""
    parts = [f"M{_write(edges[0])} {_write(floor)}"]
    for top, right in zip(heights, edges[1:], strict=True):
        parts.append(f"V{_write(top)}H{_write(right)}")
    return tag("path", class_=class_, d="".join([*parts, f"V{_write(floor)}"]))


def dots(x: NDArray[np.float64], y: NDArray[np.float64], class_: str) -> Markup:
    """Return points as one path of strokes without length, whose round caps are the dots."""
    return tag(
        "path", class_=f"dots {class_}", d="".join(f"M{_write(a)} {_write(b)}h0" for a, b in zip(x, y, strict=True))
    )


def text_width(content: str, size: float = TEXT) -> float:
    """Return about how wide a line is, Chinese characters as wide as high, most others a little over half of it."""
    return size * sum(_character_width(character) for character in content)


def shorten(content: str, room: float, size: float = TEXT) -> str:
    """Return as much of a text as has room, with an ellipsis where it was cut.

    Examples
    --------
    >>> shorten("a very long name", 60)
    'a very l…'
    """
    content = " ".join(clean(content[:200]).split())
    if text_width(content, size) <= room:
        return content
    while content and text_width(content, size) + size > room:
        content = content[:-1]
    return content.rstrip() + "…"


def _character_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or character in "MWmw@%":
        return 1.0
    return 0.3 if character in " .,:;|il'!()" else 0.84 if character in "<>=+~→−" else 0.62


def _write(value: object) -> str:
    """Numbers with at most two decimals and no zeros at the end."""
    if isinstance(value, (float, np.floating)):
        return f"{round(float(value), 2) + 0.0:.2f}".rstrip("0").rstrip(".")
    return clean(value)
