"""The browser harness sees what pages do wrong, so that a page without errors means something."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest

from tests.browser import devtools
from tests.browser.chromium import Chromium, ChromiumError, find_chromium
from tests.browser.devtools import PageGoneError

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def show(browser: Chromium, tmp_path: Path):
    """Open a page with this body."""

    def write_and_open(body: str, **settings):
        path = tmp_path / "page 页.html"
        path.write_text(f"<!doctype html><meta charset=utf-8><body style='margin: 0'>{body}", encoding="utf-8")
        return browser.open(path, **settings)

    return write_and_open


def processes_of(folder: str) -> int:
    """How many processes were started with this folder."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            count += folder in (process / "cmdline").read_text()
        except OSError:  # it has just ended
            continue
    return count


def test_a_good_page_has_no_errors_and_requests_nothing(show):
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    page = show(
        f"<img src='{pixel}'><svg></svg><svg></svg><iframe srcdoc='<p>'></iframe><script>console.log('fine')</script>"
    )
    assert page.evaluate("document.querySelectorAll('svg').length") == 2
    assert page.evaluate("document.images[0].naturalWidth") == 1
    assert page.errors == page.requests == []


def test_exceptions_and_console_errors_are_seen(show):
    page = show("<script>console.error('bad', 7)</script><script>throw new TypeError('worse')</script>")
    assert page.errors[0] == "bad 7"
    assert page.errors[1].startswith("TypeError: worse")
    page.evaluate("setTimeout(() => nothing())")
    page.evaluate("new Promise(done => setTimeout(done))")
    assert "nothing is not defined" in page.errors[2]
    assert len(page.errors) == 3


@pytest.mark.parametrize(
    "body",
    [
        "<img src='ADDRESS'>",
        "<link rel=stylesheet href='ADDRESS'>",
        "<style>body { background: url(ADDRESS) }</style>",
        "<iframe src='ADDRESS'></iframe>",
        "<script>fetch('ADDRESS')</script>",
        "<script>new WebSocket('ADDRESS'.replace('http', 'ws'))</script>",
    ],
)
def test_requests_are_seen(show, body):
    page = show(body.replace("ADDRESS", f"{NOWHERE}/x.png"))
    assert [url.replace("ws:", "http:") for url in page.requests] == [f"{NOWHERE}/x.png"]


def test_a_missing_file_beside_the_page_is_a_request_and_an_error(show, tmp_path):
    page = show("<img src='x.png'>")
    assert page.requests == [(tmp_path / "x.png").as_uri()]
    assert "ERR_FILE_NOT_FOUND" in page.errors[0]


@pytest.mark.parametrize("on", [True, False])
def test_media_queries(show, on):
    page = show("", dark=on, reduced_motion=on, print_media=on)
    for query in ("(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)", "print"):
        assert page.evaluate(f"matchMedia('{query}').matches") is on


def test_scripts_can_be_off(show):
    body = "<noscript>off</noscript><script>document.body.append('on')</script>"
    assert show(body).evaluate("document.body.innerText") == "on"
    assert show(body, scripts=False).evaluate("document.body.innerText") == "off"


def test_the_size_is_obeyed(show, tmp_path):
    page = show("<div style='height: 2000px'></div>", width=400, height=300)
    assert page.evaluate("[innerWidth, innerHeight]") == [400, 300]
    page.resize(700, 500)
    assert page.evaluate("[innerWidth, innerHeight]") == [700, 500]
    for full, size in ((True, (700, 2000)), (False, (700, 500))):
        page.screenshot(tmp_path / "page.png", full=full)
        picture = (tmp_path / "page.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert struct.unpack(">II", picture[16:24]) == size


def test_mouse_and_keyboard(show):
    page = show(
        "<input><p style='height: 3000px'></p><button onclick='this.textContent = event.isTrusted'>no</button>"
        "<script>keys = []; document.querySelector('input').onkeydown = e => keys.push(e.key)</script>"
    )
    page.click("button")
    assert page.evaluate("document.querySelector('button').textContent") == "true"
    page.type("input", "a 流")
    assert page.evaluate("document.querySelector('input').value") == "a 流"
    assert page.evaluate("keys") == ["a", " ", "流"]
    with pytest.raises(ChromiumError, match="null"):
        page.click("table")


def test_values_promises_and_exceptions_of_evaluate(show):
    page = show("")
    assert page.evaluate("Promise.resolve({a: [1, 'é', null]})") == {"a": [1, "é", None]}
    assert page.evaluate("undefined") is None
    with pytest.raises(ChromiumError, match="RangeError: too far"):
        page.evaluate("(() => { throw new RangeError('too far') })()")
    assert page.errors == []


def test_pages_share_nothing(show):
    show("").evaluate("localStorage.setItem('theme', 'dark')")
    assert show("").evaluate("localStorage.getItem('theme')") is None


def test_a_page_that_hangs_is_named_and_can_be_closed(show, monkeypatch):
    page = show("")
    with monkeypatch.context() as context:
        context.setattr(devtools, "TIMEOUT", 0.5)
        with pytest.raises(TimeoutError, match=r"0\.5 s in vain for the answer to Runtime\.evaluate"):
            page.evaluate("(() => { for (;;); })()")
    page.close()
    assert show("<p>next").evaluate("document.body.innerText") == "next"


def test_a_page_that_goes_before_it_answers_is_told_apart(show):
    page = show("")
    with pytest.raises(PageGoneError, match="navigated"):
        page.evaluate("location.reload(), new Promise(() => {})")
    assert page.evaluate("1") == 1


def test_a_page_that_crashes_is_named(show, browser):
    page = show("")
    with pytest.raises(ChromiumError, match="the page crashed"):
        browser.call("Page.crash", page.session)


def test_a_missing_page(browser, tmp_path):
    with pytest.raises(ChromiumError, match="ERR_FILE_NOT_FOUND"):
        browser.open(tmp_path / "none.html")


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="counts processes in /proc")
def test_nothing_is_left_of_a_browser():
    with pytest.raises(KeyError), Chromium(find_chromium()) as browser:
        browser.call("Browser.getVersion")
        folder = browser.folder.name
        assert processes_of(folder) > 1
        raise KeyError
    deadline = time.monotonic() + 10
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(folder) == 0
    assert not Path(folder).exists()


def test_a_program_that_ends_at_once_says_why(tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho no display\nexit 1\n")
    program.chmod(0o755)
    with (
        pytest.raises(ChromiumError, match=r"(?s)ended before .*Browser\.getVersion.*no display"),
        Chromium(program) as b,
    ):
        b.call("Browser.getVersion")


def test_without_a_browser_tests_are_skipped_or_fail(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TABGAN_NEEDS_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser on PATH"):
        find_chromium()
    monkeypatch.setenv("TABGAN_NEEDS_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="no browser on PATH"):
        find_chromium()
