"""How pictures look, and how they are written to files."""

from __future__ import annotations

import os

from matplotlib import font_manager, rc_context
from matplotlib.figure import Figure

from tabgan.errors import InputError
from tabgan.files import replacing

REAL, SYNTHETIC = "#0072B2", "#D55E00"  # Okabe and Ito's blue and vermilion, told apart by colour-blind readers
FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
)
SUFFIXES = (".png", ".svg", ".pdf")


def check_plot_path(path: str | os.PathLike) -> None:
    """Raise InputError unless the suffix is that of a kind of picture we write."""
    if not os.fspath(path).lower().endswith(SUFFIXES):
        raise InputError(
            f"a plot's format is told by its suffix, one of {' '.join(SUFFIXES)}, but {path} has none of them; "
            "rename it"
        )


def save_figure(figure: Figure, path: str | os.PathLike, overwrite: bool = False) -> None:
    """Write a figure beside its place and rename it into it; the suffix tells the format."""
    check_plot_path(path)
    with replacing(path, overwrite) as beside, style():
        figure.savefig(beside, dpi=120)


def style():
    """Fonts that have Chinese characters after the default one, where the machine has any."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    return rc_context(
        {
            "font.family": [name for name in FONTS if name in present] or ["sans-serif"],
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
