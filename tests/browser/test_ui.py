"""The page of `tabgan ui`: the whole way in a real browser, with what goes wrong on it."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress

import pytest

pytest.importorskip("werkzeug")
from tabgan.ui.serving import listening
from tabgan.ui.session import Session
from tests.browser.devtools import PageGoneError
from tests.ui.conftest import make_table
from tests.ui.inline import Inline

HOSTILE = "<img src=x onerror=alert(1)>&'\"$(x).csv"
GIVE = """(() => {
    const given = new DataTransfer();
    given.items.add(new File([%s], %s));
    const input = document.querySelector("input[type=file]");
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
})()"""
NAMED = "document.querySelector('.now strong')?.innerText"
GONE = "document.querySelector('#gone').checkVisibility()"
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def served(tmp_path, monkeypatch, small_sieve, small_detectors):
    """A session, and the address that lets a browser in."""
    (folder := tmp_path / "files").mkdir()
    monkeypatch.chdir(folder)
    session = Session(Inline(folder), folder)
    with listening(session, 0, 1 << 20) as (server, url):
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield session, url
        session.stop()
        server.shutdown()
        thread.join()


class Tab:
    """A page that goes from one address to another."""

    def __init__(self, browser, url: str, **settings) -> None:
        self.page = browser.open(url, **settings)
        self.home = url.partition("/?")[0]

    def wait(self, condition: str) -> None:
        """Wait until a condition holds in whatever page is there."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with suppress(PageGoneError):  # asked while it went to the next address, it cannot tell
                if self.page.evaluate(f"document.readyState === 'complete' && Boolean({condition})"):
                    return
            time.sleep(0.05)
        pytest.fail(f"{condition} did not come: {self.page.evaluate('document.body.innerText')}")

    def go(self, path: str) -> None:
        self.page.evaluate(f"location.assign({path!r})")
        self.wait(f"location.pathname === {path!r}")

    def give(self, content: str, name: str) -> None:
        self.page.evaluate(GIVE % (json.dumps(content), json.dumps(name)))

    def send(self, path: str) -> None:
        self.page.evaluate(f"document.querySelector('form[action=\"{path}\"]').requestSubmit()")

    def set(self, name: str, value: object) -> None:
        field = f"document.querySelector('[name={name}]:not([type=radio])')"
        self.page.evaluate(f"{field} ? {field}.value = {json.dumps(value)} : document.querySelector("
                           f"'[name={name}][value=\"{value}\"]').checked = true")  # fmt: skip

    def check(self) -> None:
        """Nothing went wrong, nothing is too wide, and nothing was asked of anybody else."""
        assert not self.page.evaluate(WIDER)
        assert self.page.errors == []
        assert [url for url in self.page.requests if not url.startswith(f"{self.home}/")] == []


def test_the_whole_way(browser, served):
    session, url = served
    tab = Tab(browser, url, width=390)
    assert "token" not in tab.page.evaluate("location.href")
    tab.give("\0\1\2", "broken.csv")
    tab.wait("document.querySelector('.job .state.failed')")
    tab.give(make_table().decode(), HOSTILE)
    tab.wait("document.querySelector('.job .state.done')")
    assert "<img" not in tab.page.evaluate("document.querySelector('.now').innerHTML").replace("&lt;img", "")
    tab.go("/columns")
    tab.set("label", 3)
    tab.check()
    tab.send("/columns")
    tab.wait("document.querySelector('.job .state.done')")
    tab.go("/learn")
    tab.set("iterations", 100_000)
    tab.send("/learn")
    tab.wait("document.querySelectorAll('.job figure svg[role=img]').length === 3")
    other = Tab(browser, url, dark=True)
    other.wait("document.querySelector('.finding a, .job .stop')")  # what runs is told in the second tab, too
    assert not other.page.evaluate(GONE)
    other.page.evaluate("fetch = () => Promise.reject(new TypeError('gone'))")
    other.wait(GONE)
    tab.page.click(".stop")
    tab.wait("document.querySelector('.job .state.done')")
    assert "interrupted in iteration" in tab.page.evaluate("document.querySelector('.job').innerText")
    tab.go("/rows")
    tab.set("n", 60)
    tab.send("/rows")
    tab.wait("document.querySelectorAll('.preview tbody tr').length")
    tab.check()
    tab.go("/judge")
    tab.send("/judge")
    tab.wait("document.querySelector('iframe.report')")
    assert tab.page.evaluate("fetch('/seen/judge').then(answer => answer.text())").startswith("<!doctype html>")
    tab.check()
    other.go("/table")
    other.page.evaluate("confirm = said => !(asked = said)")
    other.give(make_table(1).decode(), "another.csv")
    assert "not saved" in other.page.evaluate("asked")
    assert session.revision == 2
    other.page.evaluate("confirm = () => true")
    other.give(make_table(1).decode(), "another.csv")
    other.wait(f"{NAMED} === 'another.csv' && document.querySelector('.job .state.done')")
    other.check()
    tab.send("/judge")
    tab.wait("document.querySelector('.finding.poor')?.innerText.includes('another tab')")
    assert len(session.log) == 8
