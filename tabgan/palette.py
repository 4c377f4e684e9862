"""Colours, sizes and widths of all charts, whether they are drawn on pages or as pictures."""

from __future__ import annotations

from collections.abc import Mapping

# Real and synthetic are Okabe and Ito's blue and vermilion, told apart by colour-blind readers.
LIGHT = {
    "page": "#fbfaf8",
    "card": "#ffffff",
    "ink": "#1d2329",
    "soft": "#5a646e",
    "faint": "#d9dcdf",
    "hair": "#ebecee",
    "real": "#0072b2",
    "real-fill": "#b5d6ea",
    "synthetic": "#d55e00",
    "synthetic-ink": "#b04a00",
    "other": "#6b7580",
    "good": "#00684b",
    "good-back": "#e6f4ef",
    "fair": "#805400",
    "fair-back": "#fbf2dc",
    "poor": "#a32330",
    "poor-back": "#fbe9ea",
    "positive": "#762a83",
    "negative": "#1b7837",
    "zero": "#f6f5f4",
    "link": "#00558a",
    "accent": "#0b63a5",
    "accent-ink": "#ffffff",
}
DARK = {
    "page": "#14171b",
    "card": "#1b1f24",
    "ink": "#e6e8ea",
    "soft": "#a3acb5",
    "faint": "#3b424a",
    "hair": "#2a3037",
    "real": "#56b4e9",
    "real-fill": "#23506c",
    "synthetic": "#f58a3c",
    "synthetic-ink": "#f79a55",
    "other": "#98a2ac",
    "good": "#4fd0a5",
    "good-back": "#15312a",
    "fair": "#e8b84f",
    "fair-back": "#332a16",
    "poor": "#ff8c92",
    "poor-back": "#3a1e22",
    "positive": "#d08be0",
    "negative": "#6fcf87",
    "zero": "#262b31",
    "link": "#7cc3f0",
    "accent": "#7cc3f0",
    "accent-ink": "#10202b",
}
PAPER = {**LIGHT, "page": "#ffffff", "hair": "#e3e5e7"}
CYCLE = (LIGHT["real"], LIGHT["synthetic"], "#009e73", "#cc79a7", "#e69f00", "#56b4e9", LIGHT["other"], "#882255")
"""Of lines that are neither real nor synthetic, such as those of several models."""

TEXT, SMALL = 12.0, 11.0
"""Heights of texts in pixels: of names; of numbers at axes and remarks."""
LINE, THIN = 1.8, 1.0
"""Widths in pixels: of what a chart is about; of its frame, its grid and what is compared with."""
POINT = 0.75
"""Points in a pixel, in which matplotlib measures both."""


def to_css() -> str:
    """Return the colours as variables of a style sheet: light ones, dark ones where asked for, and those of paper."""
    sizes = {"text": f"{TEXT:g}px", "small": f"{SMALL:g}px", "line": f"{LINE:g}", "thin": f"{THIN:g}"}
    dark = _declare(DARK, "dark")
    return "\n".join(
        [
            f":root {{ {_declare({**LIGHT, **sizes}, 'light')} }}",
            f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}',
            f':root[data-theme="dark"] {{ {dark} }}',
            f'@media print {{ :root, :root:not([data-theme="light"]), :root[data-theme="dark"] {{ '
            f"{_declare(PAPER, 'light')} }} }}",
            "",
        ]
    )


def _declare(colours: Mapping[str, str], scheme: str) -> str:
    return f"color-scheme: {scheme}; " + " ".join(f"--{name}: {value};" for name, value in colours.items())
