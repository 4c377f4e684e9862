"""Square matrices of numbers between -1 and 1 as coloured cells."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from tabgan.report.svg import draw, name_text, rect, tag, text
from tabgan.report.ticks import write_number

SHADES = 10
WIDTH, NAME_ROOM, MOST_NAMES = 320.0, 116.0, 24


def draw_matrix(values: np.ndarray, names: Sequence[str], label: str, most: float = 1.0) -> Markup:
    """Return the cells of a matrix, NaN left empty.

    Parameters
    ----------
    values : ndarray of shape (n, n)
    names : sequence of str
        Of rows and columns; shown beside the rows when there are few.
    label : str
        What the matrix is.
    most : float, default 1.0
        The absolute value that has the full colour.
    """
    left = NAME_ROOM if len(names) <= MOST_NAMES else 0.0
    side = WIDTH - left
    cell = side / len(names)
    parts = [rect(left, 0, side, side, "cells none")]
    cells = [tag("g", *_draw_cells(values / most), transform=f"translate({left:g} 0) scale({cell:.4f})")]
    shown = [name_text(left - 6, (i + 0.5) * cell + 4, name, left - 8, "end") for i, name in enumerate(names)]
    data = {
        "data-names": json.dumps([name[:80] for name in names], ensure_ascii=False),
        "data-values": " ".join("-" if np.isnan(v) else f"{round(100 * v)}" for v in values.ravel()),
        "data-from": left / WIDTH,
    }
    return draw(WIDTH, side, label, [*parts, *cells, *(shown if left else [])], class_="matrix", **data)


def draw_legend(most: float = 1.0) -> Markup:
    """Return the colours of a matrix with their numbers."""
    values = np.linspace(-most, most, 2 * SHADES + 1)
    parts = [rect(20, 0, 12 * len(values), 12, "cells none")]
    parts += [tag("g", *_draw_cells(values[None] / most), transform="translate(20 0) scale(12)")]
    ends = ((-most, 26), (0.0, 20 + 6 * len(values)), (most, 14 + 12 * len(values)))
    parts += [text(x, 25, write_number(value).replace("-", "−"), "tick-number", "middle") for value, x in ends]
    return draw(40 + 12 * len(values), 30, f"{-most:.2g} – {most:.2g}", parts, class_="legend")


def _draw_cells(shares: np.ndarray) -> list[Markup]:
    """One path for all cells of a shade."""
    shades = np.clip(np.round(np.nan_to_num(shares) * SHADES), -SHADES, SHADES).astype(int)
    paths = []
    for shade in np.unique(shades[shades != 0]):
        cells = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(shades == shade))
        sign = "positive" if shade > 0 else "negative"
        paths.append(tag("path", class_=f"cells {sign}", fill_opacity=f"{abs(shade) / SHADES:.1f}", d=cells))
    known = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(~np.isnan(shares)))
    return [tag("path", class_="cells zero", d=known), *paths]
