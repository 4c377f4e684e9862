"""The pages of the repository: their text, links, headings and blocks of code."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "data/*.md", "examples/*.md", "docs/**/*.md", "docs/**/*.ipynb")
    for path in ROOT.glob(pattern)
)
FENCE = re.compile(
    r"(?:^ *<!-- no-run: (?P<reason>\S[^\n]*?) -->\n\s*)?"
    r"^(?P<indent> *)(?P<ticks>```+)(?P<language>\w*)[^\n`]*\n(?P<code>.*?)^(?P=indent)(?P=ticks)$",
    re.MULTILINE | re.DOTALL,
)
INLINE_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)>\s]+)|(?:href|src)=\"([^\"]+)\"|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block. `reason` says why it is not run, if it is not: `<!-- no-run: it needs ../shared -->` above it."""

    language: str
    code: str
    line: int
    reason: str | None


def read(page: Path) -> str:
    """Return the Markdown of a page, of a notebook that of its cells."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    text = read(page)
    return [
        Block(
            m["language"], _dedent(m["code"], len(m["indent"])), text.count("\n", 0, m.start("code")) + 1, m["reason"]
        )
        for m in FENCE.finditer(text)
    ]


def commands(block: Block) -> Iterator[str]:
    """Yield the commands of a block of shell code, or of a console, where they stand after "$"."""
    for line in block.code.replace("\\\n", " ").splitlines():
        if block.language == "console":
            if line.startswith("$ "):
                yield line[2:]
        elif line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def links(page: Path) -> list[str]:
    """Return where links and images of a page lead, but for other hosts."""
    prose = INLINE_CODE.sub("", FENCE.sub("", read(page)))
    targets = ["".join(groups) for groups in LINK.findall(prose)]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """Return the anchors that a code host gives the headings of a page: a second of the same name ends in -1."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(FENCE.sub("", read(page))):
        slug = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def _dedent(code: str, by: int) -> str:
    return "".join(line[by:] if line.strip() else line for line in code.splitlines(keepends=True))
