"""The site builds without a warning, is whole, asks no other host for anything, and reads well on a phone."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

import tabgan
from tests.browser.chromium import Chromium, find_chromium
from tests.docs.pages import ROOT

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "object": "data"}
REFERENCES = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "prefetch", "modulepreload", "manifest"}


SEARCH = """new Promise(resolve => {
    const open = () => [...document.querySelectorAll("*")].find(each => each.shadowRoot)?.shadowRoot
    let asked = false
    const again = setInterval(() => {
        const field = open()?.querySelector("input")
        if (!field || /^Loading/.test(open().querySelector("[role=status]").textContent)) return
        if (!asked) {
            field.value = "%s"
            field.dispatchEvent(new Event("input", { bubbles: true }))
            asked = true
        } else if (open().querySelector("mark")) {
            clearInterval(again)
            resolve([...open().querySelectorAll("ol a")].map(each => each.textContent))
        }
    }, 200)
})"""


class Html(HTMLParser):
    """What a page loads by itself, where its links lead, and its anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag in LOADED:
            self.loads.append(given.get(LOADED[tag], ""))
        elif tag == "link" and REFERENCES & set(given.get("rel", "").split()):
            self.loads.append(given["href"])
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site, as `make docs` builds it: a broken link or a page that is not there is an error."""
    for module in ("zensical", "mkdocstrings", "nbconvert"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not here; pip install '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "docs/build.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_links_lead_to_files_and_anchors_of_the_site(site):
    pages = {path: Html(path) for path in site.rglob("*.html")}
    assert len(pages) > 20
    for path, page in pages.items():
        for link in page.links + page.loads:
            if re.match(r"[a-z]+:", link) or (path.name == "404.html" and link.startswith("/")):
                continue
            place, _, anchor = unquote(link).partition("#")
            target = (path.parent / place.partition("?")[0]).resolve() if place else path
            assert target.exists(), f"{path.relative_to(site)} leads to {link}"
            if anchor and target in pages:
                assert anchor in pages[target].anchors, f"{path.relative_to(site)} leads to {link}"


def test_nothing_is_loaded_from_another_host(site):
    remote = re.compile(r"(https?:)?//")
    for path in site.rglob("*.html"):
        assert [target for target in Html(path).loads if remote.match(target)] == [], path
    for path in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", path.read_text(encoding="utf-8")) == [], path


def test_the_reference_has_every_public_name(site):
    anchors = set().union(*(Html(path).anchors for path in (site / "api").glob("*.html")))
    overview = (ROOT / "docs" / "api" / "index.md").read_text(encoding="utf-8")
    for name in tabgan.__all__:
        assert f"[`{name}`](" in overview
        assert f"tabgan.{tabgan._HOMES[name]}.{name}" in anchors


def test_pages_work_as_files_on_a_phone_and_in_the_dark(site):
    with Chromium(find_chromium()) as browser:
        names = ("index", "evaluation", "benchmarks", "api/synthesizer")
        for path in [*(site / f"{name}.html" for name in names), *site.glob("tutorials/*.html")]:
            page = browser.open(path, width=390, dark=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, (
                path
            )  # tables, code scroll by themselves
            assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
            assert page.errors == []
            assert [address for address in page.requests if not address.startswith("file:")] == []


def test_the_search_works_without_a_server(site):
    with Chromium(find_chromium()) as browser:
        for asked, expected in (("mapminmax", "MapMinMaxScaler"), ("模型文件", "模型文件")):
            page = browser.open(site / "index.html")
            page.evaluate("document.querySelector('.md-search__button').click()")
            titles = page.evaluate(SEARCH % asked)
            assert any(title.startswith(expected) for title in titles), titles
            assert page.errors == []


def test_every_page_is_there_as_markdown_and_listed(site):
    listed = re.findall(r"\]\(([^)]+)\)", (site / "llms.txt").read_text(encoding="utf-8"))
    assert {"faq.md", "zh/faq.md", "api/synthesizer.md", "tutorials/01-quick-start.md"} <= set(listed)
    for page in site.rglob("*.html"):
        place = page.relative_to(site).with_suffix(".md").as_posix()
        assert page.name in ("404.html", "index.html") or (site / place).is_file(), place
    for place in listed:
        assert (site / place).read_text(encoding="utf-8").strip()


def test_a_page_leads_to_itself_in_the_other_language(site):
    for page, other in {
        "faq": "zh/faq",
        "zh/faq": "../faq",
        "excel": "zh/excel",
        "benchmarks": "zh/index",
        "index": "zh/index",
    }.items():
        html = (site / f"{page}.html").read_text(encoding="utf-8")
        assert f'href="{other}.html" hreflang="{"en" if page.startswith("zh/") else "zh"}"' in html
        assert f'<html lang="{"zh" if page.startswith("zh/") else "en"}"' in html
        assert ("目录" in html, "On this page" in html) == (page.startswith("zh/"), not page.startswith("zh/"))


def test_without_zensical_it_says_which_python_it_needs(tmp_path):
    pytest.importorskip("nbconvert")
    hide = "import sys, importlib.util as u; u.find_spec = lambda name: None; sys.path.insert(0, 'docs'); import build"
    command = [sys.executable, "-c", f"{hide}; build.main(build.Path('{tmp_path.as_posix()}/site'))"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Python 3.11 or later" in done.stderr.splitlines()[-1]
    assert not any(tmp_path.iterdir())
