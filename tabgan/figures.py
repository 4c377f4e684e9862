"""How pictures look, and how they are written to files."""

from __future__ import annotations

import os
import warnings
from contextlib import AbstractContextManager

from matplotlib import font_manager, get_cachedir, rc_context
from matplotlib.figure import Figure

from tabgan.errors import InputError, warn
from tabgan.files import replacing
from tabgan.text import clean

REAL, SYNTHETIC = "#0072B2", "#D55E00"  # Okabe and Ito's blue and vermilion, told apart by colour-blind readers
# matplotlib knows a collection (.ttc) by its first font: that of Noto is Japanese, with all Chinese characters.
FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Hiragino Sans GB",
    "Arial Unicode MS",
    "Noto Sans CJK JP",
)
_UNDATED = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}  # equal pictures have equal bytes
SUFFIXES = (".png", ".svg", ".pdf")


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
    with replacing(path, overwrite) as beside, style(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(beside, dpi=120, metadata=_UNDATED.get(beside.suffix.lower()))
        if beside.suffix.lower() == ".svg":  # in whose comments and texts names stand as they are
            beside.write_text(clean(beside.read_text(encoding="utf-8")), encoding="utf-8")
    others = [each for each in caught if "missing from" not in str(each.message)]
    for each in others:
        warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    if len(others) < len(caught):
        message = (
            f"a picture needs a font that has its characters, but {os.fspath(path)} shows boxes; install one, such as "
            f"Noto Sans CJK, or delete the list of fonts in {get_cachedir()} when it is older than that"
        )
        warn(message)


def style() -> AbstractContextManager[None]:
    """Fonts that have Chinese characters after the default one, where the machine has any."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    return rc_context(
        {
            "font.family": [name for name in FONTS if name in present] or ["sans-serif"],
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.hashsalt": "tabgan",
            "text.parse_math": False,  # a dollar in a name is one
        }
    )
