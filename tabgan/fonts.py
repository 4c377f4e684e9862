"""Fonts that have Chinese characters: those matplotlib knows, and those installed since it wrote its list of fonts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

DEFAULT = "DejaVu Sans"
# matplotlib knows a collection (.ttc) by its first font: that of Noto is Japanese, with all Chinese characters.
CHINESE = (
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
CHARACTERS = re.compile("[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
"""Chinese, Japanese and Korean ones, which the default font lacks."""
LIKELY = re.compile("cjk|sc|wqy|hei|msyh|pingfang|hiragino|unicode", re.IGNORECASE)
"""In names of files that may hold such a font, which are read first."""


def find_families() -> list[str]:
    """Return the default font and those with Chinese characters that matplotlib knows, for `font.family`."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in (DEFAULT, *CHINESE) if name in present] or ["sans-serif"]


def complete_fonts(figure: Figure) -> None:
    """Let all texts of a figure have a font with Chinese characters if one of them needs it and the machine has one."""
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    if not any(CHARACTERS.search(text.get_text()) for text in texts):
        return
    if not _has_chinese():
        _look_anew()
    families = find_families()
    bold = any(font.name in families[1:] and font.weight == 700 for font in font_manager.fontManager.ttflist)
    for text in texts:
        text.set_fontfamily(families)
        if not bold and CHARACTERS.search(text.get_text()):
            text.set_fontweight("normal")  # as all of it is, then, and not its Latin letters alone


def _has_chinese() -> bool:
    return any(font.name in CHINESE for font in font_manager.fontManager.ttflist)


@cache
def _look_anew() -> None:
    """Read the files of fonts that matplotlib's list, which may be old, lacks, until one has Chinese characters."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    paths = sorted(set(font_manager.findSystemFonts()) - known)
    for path in sorted(paths, key=lambda path: not LIKELY.search(Path(path).name)):
        try:
            font_manager.fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):  # a file that is no font for matplotlib, which its list leaves out
            continue
        if _has_chinese():
            return
