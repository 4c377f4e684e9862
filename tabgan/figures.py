"""How pictures look, and how they are written to files."""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from cycler import cycler
from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from tabgan.errors import InputError, warn
from tabgan.files import replacing
from tabgan.fonts import complete_fonts, find_families
from tabgan.palette import CYCLE, LIGHT, LINE, POINT, SMALL, TEXT, THIN
from tabgan.text import clean

Given = ParamSpec("Given")
Drawn = TypeVar("Drawn")

REAL, REAL_FILL, SYNTHETIC, OTHER = (LIGHT[name] for name in ("real", "real-fill", "synthetic", "other"))
INK, SOFT, FAINT, HAIR = (LIGHT[name] for name in ("ink", "soft", "faint", "hair"))
THICK, FINE, SMALL_TEXT = LINE * POINT, THIN * POINT, SMALL * POINT
BAND: dict[str, Any] = {"color": REAL_FILL, "alpha": 0.6, "linewidth": 0}
"""What lies between two lines of real rows, for `fill_between`."""
SIGNED = LinearSegmentedColormap.from_list("signed", [LIGHT[name] for name in ("negative", "zero", "positive")])
"""From -1 to 1."""
APART = LinearSegmentedColormap.from_list("apart", [SYNTHETIC, LIGHT["zero"]])
"""From 0 to 1, of which 1 is as in real rows."""
MARKERS = {"synthetic": "D", "real": "o", "copies": "P", "smote": "^", "noisy": "s", "copula": "v", "shuffled": "x"}
MARKERS |= {"bootstrap": "^", "var": "v", "apart": "H"}
"""A shape for each contestant, as near to those on pages as matplotlib has any."""
_UNDATED = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}  # equal pictures have equal bytes
SUFFIXES = (".png", ".svg", ".pdf")


class Picture(Figure):
    """A figure that a notebook shows, also where nothing has told it of matplotlib."""

    def _repr_png_(self) -> bytes:
        shown = io.BytesIO()
        with style():
            self.savefig(shown, format="png", dpi=72 / POINT)
        return shown.getvalue()

    def draw(self, renderer: Any) -> None:
        """Draw on what a user saves it to or a notebook shows it by, too, without a word of faces."""
        with quiet_faces():
            super().draw(renderer)


def check_plot_path(path: str | os.PathLike[str]) -> None:
    """Raise InputError unless the suffix is that of a kind of picture we write."""
    if not os.fspath(path).lower().endswith(SUFFIXES):
        raise InputError(
            f"a plot's format is told by its suffix, one of {' '.join(SUFFIXES)}, but {path} has none of them; "
            "rename it"
        )


def save_figure(figure: Figure, path: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Write a figure beside its place and rename it into it; the suffix tells the format.

    A TabganWarning says when no font has all characters, which are boxes then.
    """
    check_plot_path(path)
    complete_fonts(figure)
    with replacing(path, overwrite) as beside, style(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        suffix, drawn = beside.suffix.lower(), io.BytesIO()  # what is written at once says what a full disk says
        figure.savefig(drawn, format=suffix[1:], dpi=120, metadata=_UNDATED.get(suffix))
        picture = drawn.getvalue()
        if suffix == ".svg":  # in whose comments and texts names stand as they are
            picture = clean(picture.decode()).encode()
        beside.write_bytes(picture)
    others = [each for each in caught if "missing from" not in str(each.message)]
    for each in others:
        warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    if len(others) < len(caught):
        message = (
            f"a picture needs a font that has its characters, but {os.fspath(path)} shows boxes; install one, such as "
            "Noto Sans CJK"
        )
        warn(message)


def styled(draw: Callable[Given, Drawn]) -> Callable[Given, Drawn]:
    """Let a function that returns a figure, or axes of one, draw in our style, with fonts for all texts."""

    @wraps(draw)
    def wrapped(*args: Given.args, **kwargs: Given.kwargs) -> Drawn:
        with style():
            drawn: Any = draw(*args, **kwargs)
            first = drawn.flat[0] if isinstance(drawn, np.ndarray) else drawn
            complete_fonts(first if isinstance(first, Figure) else first.get_figure())
        return drawn

    return wrapped


@contextmanager
def style() -> Iterator[None]:
    """Let pictures have our settings in a `with` block."""
    with rc_context({"font.family": find_families(), **SETTINGS}), quiet_faces():
        yield


@contextmanager
def quiet_faces() -> Iterator[None]:
    """Let matplotlib not log, in a `with` block, that a Chinese font has no bold face."""
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def mark_contestant(who: str) -> dict[str, Any]:
    """Return shape, colour and size of a contestant's mark, for `Axes.plot`."""
    colour = {"real": REAL, "synthetic": SYNTHETIC}.get(who, OTHER)
    edge = colour if MARKERS[who] == "x" else LIGHT["card"]
    return {"marker": MARKERS[who], "color": colour, "markersize": 8, "markeredgecolor": edge, "linestyle": ""}


SETTINGS: dict[str, Any] = {
    "font.size": TEXT * POINT,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a name is one
    "figure.facecolor": LIGHT["card"],
    "figure.titlesize": 11,
    "figure.titleweight": "bold",
    "axes.titlesize": TEXT * POINT,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.labelsize": SMALL_TEXT,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": SOFT,
    "axes.linewidth": FINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.prop_cycle": cycler(color=CYCLE),
    "grid.color": HAIR,
    "grid.linewidth": FINE,
    "xtick.color": FAINT,
    "xtick.labelcolor": SOFT,
    "xtick.labelsize": SMALL_TEXT,
    "xtick.major.width": FINE,
    "ytick.color": FAINT,
    "ytick.labelcolor": SOFT,
    "ytick.labelsize": SMALL_TEXT,
    "ytick.major.size": 0,
    "lines.linewidth": THICK,
    "lines.solid_joinstyle": "round",
    "legend.frameon": False,
    "legend.fontsize": SMALL_TEXT,
    "legend.labelcolor": SOFT,
    "svg.hashsalt": "tabgan",
}
"""What pages say in their style sheet, for matplotlib."""
