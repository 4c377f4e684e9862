"""What the site does beyond the pages of docs/: pages from elsewhere in the repository, and links between both."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "data/README.md", "examples/*")
LINK = re.compile(r"(?<=\]\()[^)#:\s]+")
NOTEBOOK_LINK = re.compile(r'(?<=href=")([^":#]+)\.(?:md|ipynb)(?=["#])')
TUPLE = re.compile(r"<code>\(([^()]* or [^()]*)\)</code>")
REMOTE_SCRIPT = re.compile(r"<script[^>]+src=\"https?:.*?</script>", re.DOTALL)


def on_files(files: Files, config) -> Files:
    """Add the pages from elsewhere; a script becomes a page that shows it."""
    for path in sorted(path for pattern in BESIDE for path in ROOT.glob(pattern) if path.suffix in (".md", ".py")):
        text, source = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        page = text if path.suffix == ".md" else f"# {path.name}\n\n```python\n{text}```\n"
        files.append(File.generated(config, in_site(source), content=page))
    return files


def on_page_markdown(markdown: str, page, config, files: Files) -> str:
    """Let links that leave docs/, and those into docs/, point to the same pages in the site."""
    source = page.file.src_uri
    home = posixpath.dirname(source if page.file.generated_by else f"docs/{source}")

    def follow(link: re.Match) -> str:
        target = in_site(posixpath.normpath(posixpath.join(home, link[0])))
        if not files.get_file_from_path(target):
            return link[0]
        return posixpath.relpath(target, posixpath.dirname(source) or ".")

    return LINK.sub(follow, markdown)


def on_page_content(html: str, page, config, files: Files) -> str:
    """Give types of parameters as written; let notebooks lead to pages of the site, and take no MathJax from others."""
    if page.file.src_uri.startswith("api/"):
        return TUPLE.sub(r"<code>\1</code>", html)  # "int, None or 'auto'" is read as a tuple
    if page.file.src_uri.endswith(".ipynb"):
        return NOTEBOOK_LINK.sub(r"\1.html", REMOTE_SCRIPT.sub("", html))
    return html


def in_site(path: str) -> str:
    """Return the place in the site of a path in the repository; a README would become the home of its section."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return path.replace("data/README", "data/tables") + ".md" * path.endswith(".py")
