"""The site builds without a warning, is whole, asks no other host for anything, and reads well on a phone."""

from __future__ import annotations

import os
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
    """The site, as `make docs` builds it: with --strict, a broken link or a page that no menu has is an error."""
    for module in ("material", "mkdocstrings", "mkdocs_jupyter"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not here; pip install '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
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
            assert page.evaluate("document.documentElement.scrollWidth") == 390  # tables and code scroll by themselves
            assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
            assert page.errors == []
            assert [address for address in page.requests if not address.startswith("file:")] == []


def test_the_search_works_without_a_server(site):
    with Chromium(find_chromium()) as browser:
        page = browser.open(site / "index.html")
        page.evaluate("document.querySelector('#__search').click()")
        page.type(".md-search__input", "mapminmax")
        found = page.evaluate("""new Promise(resolve => {
            const results = () => [...document.querySelectorAll(".md-search-result__item a")].map(a => a.textContent)
            const again = setInterval(() => results().length && (clearInterval(again), resolve(results())), 50)
        })""")
        assert any("MapMinMaxScaler" in title for title in found)
        assert page.errors == []
