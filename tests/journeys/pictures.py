"""What a user saw, for looking at: the terminal, and pages in light and dark and in three widths."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

from tests.browser.chromium import NAMES, Chromium
from tests.journeys.user import User

WIDTHS = (390, 820, 1280)
COLOURS = dict(enumerate(["#000", "#c33", "#2a2", "#b80", "#36c", "#a3a", "#299", "#ccc"], start=30))
COLOURS |= dict(enumerate(["#777", "#f66", "#6d6", "#fc4", "#69f", "#e7e", "#6dd", "#fff"], start=90))
PAGE = """<!doctype html><meta charset="utf-8"><title>terminal</title>
<style>body { background: #1c1c1c; color: #ddd; margin: 16px; width: 100ch }
pre { font: 13px/1.35 monospace; white-space: pre-wrap; overflow-wrap: anywhere; width: 100ch }</style><pre>%s</pre>"""


def show(user: User, folder: Path) -> None:
    """Write all of it into a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "terminal.txt").write_text(user.seen, encoding="utf-8")
    terminal = folder / "terminal.html"
    terminal.write_text(PAGE % as_html(user.seen), encoding="utf-8")
    for picture in sorted(user.folder.glob("*.png")):
        shutil.copy(picture, folder)
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        return
    with Chromium(program) as browser:
        browser.open(terminal, width=880).screenshot(folder / "terminal.png")
        for page in sorted({*user.folder.glob("*.html"), *user.folder.glob("*/report.html")}):
            for width in WIDTHS:
                for dark in (False, True):
                    name = f"{page.stem}-{width}-{'dark' if dark else 'light'}.png"
                    browser.open(page, width=width, dark=dark).screenshot(folder / name)


def as_html(text: str) -> str:
    """Turn what programs wrote to a terminal into HTML; of a line that was written over, the last is left."""
    lines = (re.split(r"\r+(?!$)", line.rstrip("\r"))[-1] for line in text.split("\n"))
    pieces = re.split(r"\x1b\[([\d;]*)m", "\n".join(lines))
    shown, style = "", ""
    for number, piece in enumerate(pieces):
        if number % 2:
            style = styled(piece)
        else:
            plain = html.escape(re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", piece))
            shown += f'<span style="{style}">{plain}</span>' if style else plain
    return shown


def styled(codes: str) -> str:
    """Return the style of a sequence of codes, such as "1;32"."""
    numbers = [int(code or 0) for code in codes.split(";")]
    styles = [f"color: {COLOURS[number]}" for number in numbers if number in COLOURS]
    styles += ["font-weight: bold"] * (1 in numbers) + ["opacity: .6"] * (2 in numbers)
    return "; ".join(styles)
