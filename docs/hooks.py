"""What the site does beyond the pages of docs/: pages from elsewhere in the repository, and links between both."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File, Files, InclusionLevel

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "README.zh-CN.md", "data/README.md", "examples/**/*")
RENAMED = {"README.md": "index.md", "data/README.md": "data/tables.md"}  # a README would be the home of its section
LINK = re.compile(r"(?<=\]\()[^)#:\s]+")
NOTEBOOK_LINK = re.compile(r'(?<=href=")[^":#]+(?=["#])')
TUPLE = re.compile(r"<code>\(([^()]* or [^()]*)\)</code>")


def on_files(files: Files, config) -> Files:
    """Add the pages from elsewhere, and the files that pages link to; a script becomes a page that shows it."""
    pages = {path for pattern in BESIDE for path in ROOT.glob(pattern) if path.suffix in (".md", ".py")}
    for page in [*pages, *(Path(file.abs_src_path) for file in files if file.is_documentation_page())]:
        linked = {(page.parent / link).resolve() for link in LINK.findall(page.read_text(encoding="utf-8"))}
        pages |= {path for path in linked if path.suffix in (".md", ".py") and path.is_file()}
    for path in sorted(pages):
        text, source = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        shown = text if path.suffix == ".md" else f"# {path.name}\n\n```python\n{text}```\n"
        if not files.get_file_from_path(in_site(source)):
            level = InclusionLevel.NOT_IN_NAV  # the menu need not have it
            files.append(File.generated(config, in_site(source), content=shown, inclusion=level))
    return files


def on_page_markdown(markdown: str, page, config, files: Files) -> str:
    """Let links that leave docs/, and those into docs/, lead to the same pages in the site."""

    def lead(link: re.Match) -> str:
        target = find(link[0], page.file, files)
        return posixpath.relpath(target.src_uri, posixpath.dirname(page.file.src_uri) or ".") if target else link[0]

    return LINK.sub(lead, markdown)


def on_page_content(html: str, page, config, files: Files) -> str:
    """Give types of parameters as written; let links of notebooks lead to pages of the site."""

    def lead(link: re.Match) -> str:
        target = find(link[0], page.file, files)
        return target.url_relative_to(page.file) if target else link[0]

    if page.file.src_uri.startswith("api/"):
        return TUPLE.sub(r"<code>\1</code>", html)  # "int, None or 'auto'" is read as a tuple
    if page.file.src_uri.endswith(".ipynb"):
        return NOTEBOOK_LINK.sub(lead, html)
    return html


def find(link: str, page: File, files: Files) -> File | None:
    """Return the file of the site that a link of a page in the repository means."""
    home = posixpath.dirname(page.src_uri if page.generated_by else f"docs/{page.src_uri}")
    return files.get_file_from_path(in_site(posixpath.normpath(posixpath.join(home, link))))


def in_site(path: str) -> str:
    """Return the place in the site of a path in the repository."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return RENAMED.get(path, path + ".md" * path.endswith(".py"))
