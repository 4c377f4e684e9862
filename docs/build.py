"""Build the site: `python docs/build.py [FOLDER]` puts docs/ and the pages that it links to into site/, or FOLDER.

Zensical knows neither pages from elsewhere in the repository nor notebooks. So all pages are first written as Markdown
into one folder, with links between them, and that is built. The same Markdown stands beside each page of the site, and
llms.txt lists it: a program reads there what a person reads.
"""

from __future__ import annotations

import importlib.util
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SHOWN = (".md", ".ipynb", ".py")
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "README.zh-CN.md", "data/README.md", "examples/**/*")
RENAMED = {"README.md": "index.md", "data/README.md": "data/tables.md"}  # a README would be the home of its section
TWINS = {"tutorials/01-quick-start.md": "zh/tutorial.md", "index.md": "zh/index.md"}  # others have the same name in zh/
LINK = re.compile(r"(?<=\]\()[^)#:\s]+")
ROW = re.compile(r"^ *\|.*$", re.MULTILINE)
BAR = re.compile(r"`[^`\n]*`")
TITLE = re.compile(r"^# +(.+)$", re.MULTILINE)
FRAME = re.compile(r'<style scoped>.*?</style>\s*<table border="1" class="dataframe">', re.DOTALL)  # has its own style
TUPLE = re.compile(r"<code>\(([^()]* or [^()]*)\)</code>")


def gather(pictures: Path) -> dict[str, str]:
    """Return the Markdown of each page by its place in the site; pictures of notebooks go into a folder."""
    waiting = [path for pattern in BESIDE for path in ROOT.glob(pattern)]
    waiting += [path for path in DOCS.rglob("*") if path.suffix in (".md", ".ipynb")]
    texts: dict[Path, str] = {}
    while waiting:
        path = waiting.pop()
        if path in texts or path.suffix not in SHOWN or not path.is_file():
            continue
        texts[path] = show(path, pictures)
        waiting += [(path.parent / link).resolve() for link in LINK.findall(texts[path]) if path.suffix != ".py"]
    texts.pop(ROOT / "README.md", None)  # docs/index.md says it
    places = {path: in_site(path) for path in texts}
    return {places[path]: lead(texts[path], path, set(places.values())) for path in sorted(texts)}


def show(path: Path, pictures: Path) -> str:
    """Return the Markdown of a page; a script is one that shows it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return f"# {path.name}\n\n```python\n{text}```\n"
    if path.suffix == ".md":
        return text
    notebook = nbformat.reads(text, as_version=4)
    text, found = MarkdownExporter().from_notebook_node(notebook, resources={"output_files_dir": path.stem})
    for name, content in found["outputs"].items():
        put(pictures / path.parent.relative_to(DOCS) / name, content)
    return FRAME.sub("<table>", text)


def lead(text: str, path: Path, places: set[str]) -> str:
    """Let links of a page lead to the same pages and pictures in the site, where it has them."""
    home = posixpath.dirname(in_site(path)) or "."

    def find(link: re.Match[str]) -> str:
        target = (path.parent / link[0]).resolve()
        place = in_site(target) if target.is_relative_to(ROOT) else ""
        is_here = place in places or (target.is_relative_to(DOCS) and target.is_file())
        return posixpath.relpath(place, home) if is_here else link[0]

    return LINK.sub(find, text) if path.suffix != ".py" else text


def in_site(path: Path) -> str:
    """Return the place in the site of a file of the repository."""
    place = path.relative_to(ROOT).as_posix()
    place = RENAMED.get(place, place.removeprefix("docs/") + ".md" * (path.suffix == ".py"))
    return re.sub(r"\.ipynb$", ".md", place)


def twin(place: str, places: set[str]) -> str:
    """Return where a page stands in the other language; the home there if it has no twin."""
    if place.startswith("zh/"):
        english = {chinese: known for known, chinese in TWINS.items()}.get(place, place.removeprefix("zh/"))
        return english if english in places else "index.md"
    chinese = TWINS.get(place, f"zh/{place}")
    return chinese if chinese in places else "zh/index.md"


def is_chinese(place: str) -> bool:
    """Whether the page in this place is in Chinese."""
    return place.startswith("zh/") or ".zh-CN." in place


def stage(folder: Path) -> dict[str, str]:
    """Write all that the site is made of into a folder, and return the Markdown of its pages."""
    pages = gather(folder / "docs")
    places = set(pages)
    for place, text in pages.items():
        other = "index.md" if place == "README.zh-CN.md" else twin(place, places)
        leads = posixpath.relpath(other, posixpath.dirname(place) or ".").replace(".md", ".html")
        facts = f"---\ntwin: {leads}\nchinese: {str(is_chinese(place)).lower()}\n---\n\n"
        text = ROW.sub(
            lambda row: BAR.sub(lambda code: code[0].replace("\\|", "|"), row[0]), text
        )  # needs no escape here
        put(folder / "docs" / place, (facts + text).encode())
    for path in DOCS.rglob("*"):
        if path.is_file() and path.suffix not in SHOWN and "theme" not in path.parts:
            put(folder / path.relative_to(ROOT), path.read_bytes())
    shutil.copytree(DOCS / "theme", folder / "theme")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / "tabgan").symlink_to(ROOT / "tabgan")
    return pages


def finish(site: Path, pages: dict[str, str]) -> None:
    """Mend what pages say of types, and put their Markdown beside them, with a list of it."""
    for place, text in pages.items():
        page = (site / re.sub(r"(?<=/)README\.md$", "index.md", place)).with_suffix(".html")
        html = page.read_text(encoding="utf-8")
        if place.startswith("api/"):
            html = TUPLE.sub(r"<code>\1</code>", html)  # "int, None or 'auto'" is read as a tuple
        page.write_text(html, encoding="utf-8")
        put(site / place, text.encode())
    put(site / "llms.txt", list_pages(pages).encode())


def list_pages(pages: dict[str, str]) -> str:
    """Return what llms.txt says: https://llmstxt.org."""
    parts = ["# tabgan\n\n> Learn a table of measurements with a WGAN-GP and generate more rows like it.\n"]
    sections = {"Pages": ("", False), "Reference of the Python API": ("api/", False), "中文": ("", True)}
    for heading, (folder, chinese) in sections.items():
        parts.append(f"\n## {heading}\n\n")
        for place, text in pages.items():
            is_api = place.startswith("api/")
            if place.endswith(".py.md") or is_chinese(place) != chinese or is_api != bool(folder):
                continue
            found = TITLE.search(text)
            parts.append(f"- [{found[1] if found else place}]({place})\n")
    return "".join(parts)


def put(path: Path, content: bytes) -> None:
    """Write a file, and the folders that it takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def check_zensical() -> None:
    """Exit with what to do where Zensical is not here."""
    if importlib.util.find_spec("zensical") is None:
        here = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"Error: the site needs Zensical, and that Python 3.11 or later, but it is not here (Python {here}); "
            "pip install '.[docs]', or with an older Python remove .venv and make docs PYTHON=python3.11"
        )


def main(site: Path, among_versions: bool = False) -> int:
    """Build the site into a folder, and return 0, or what Zensical gave; of versions its pages have a menu then."""
    check_zensical()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = stage(folder)
        if among_versions:  # elsewhere browsers would look for the list, in vain
            settings = folder / "mkdocs.yml"
            put(settings, settings.read_bytes().replace(b"\nextra:\n", b"\nextra:\n  version: { provider: mike }\n"))
        command = [sys.executable, "-m", "zensical", "build", "--strict"]
        done = subprocess.run(command, cwd=folder, check=False)
        if done.returncode == 0:
            finish(folder / "site", pages)
            shutil.rmtree(site, ignore_errors=True)
            shutil.copytree(folder / "site", site)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "site"))
