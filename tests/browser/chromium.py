"""Open a self-contained HTML page in a real browser: look at it, use it, see what it reports and requests."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.devtools import ChromiumError, DevTools

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str:
    """Its path; without one the test is skipped, or fails where TABGAN_NEEDS_BROWSER is set."""
    for path in filter(None, map(shutil.which, NAMES)):
        return path
    reason = f"no browser on PATH ({', '.join(NAMES)}); install Debian's package chromium"
    return pytest.fail(reason) if os.environ.get("TABGAN_NEEDS_BROWSER") else pytest.skip(reason)


class Chromium(DevTools):
    """A headless browser, used in a `with` block."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self._pages: list[Page] = []

    def open(self, path: Path | str, width: int = 1280, height: int = 900, **settings: bool) -> Page:
        """Open a file, or an address, in a tab with a storage of its own, and wait for it; settings as in `Page`."""
        self._pages.append(Page(self, path, width, height, **settings))
        return self._pages[-1]

    def close_pages(self) -> None:
        """Close every page that is still open."""
        while self._pages:
            self._pages.pop().close()


class Page:
    """An open page.

    Parameters
    ----------
    dark, reduced_motion, print_media
        What the page's media queries see.
    scripts
        False to see the page of a reader who has switched scripts off.
    """

    def __init__(
        self,
        browser: DevTools,
        path: Path | str,
        width: int,
        height: int,
        *,
        dark: bool = False,
        reduced_motion: bool = True,
        print_media: bool = False,
        scripts: bool = True,
    ) -> None:
        self.url = path if isinstance(path, str) else path.resolve().as_uri()
        self._browser = browser
        self._errors: list[str] = []
        self._requests: list[str] = []
        self._loaded: set[str] = set()
        self._context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=self._context)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.listeners[self.session] = self._hear
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")
        self._call("Page.setLifecycleEventsEnabled", enabled=True)
        self._call("Emulation.setFocusEmulationEnabled", enabled=True)
        self._call("Emulation.setScriptExecutionDisabled", value=not scripts)
        features = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce" if reduced_motion else "no-preference",
        }
        self._call(
            "Emulation.setEmulatedMedia",
            media="print" if print_media else "screen",
            features=[{"name": name, "value": value} for name, value in features.items()],
        )
        self.resize(width, height)
        answer = self._call("Page.navigate", url=self.url)
        if "errorText" in answer:
            raise ChromiumError(f"{self.url}: {answer['errorText']}")
        browser.wait(lambda: answer["loaderId"] in self._loaded, f"{self.url} to load")

    @property
    def errors(self) -> list[str]:
        """Uncaught exceptions, console errors and log entries of level error so far."""
        self.evaluate("0")  # what happened before the answer has been heard
        return self._errors

    @property
    def requests(self) -> list[str]:
        """Addresses requested so far, except the page itself and data: and blob: addresses; workers' own not heard."""
        self.evaluate("0")
        return self._requests

    def evaluate(self, expression: str) -> Any:
        """The JSON value of a JavaScript expression, promises awaited; an exception raises ChromiumError."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise ChromiumError(_description(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self, path: Path, full: bool = True) -> None:
        """Write a PNG of the whole page, or of what the window shows; one pixel per CSS pixel."""
        width, height = self.size
        for _ in range(2 if full else 0):  # what is out of sight may not be drawn; once in sight it may grow
            self.resize(width, self.evaluate("document.documentElement.scrollHeight"))
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))
        self.resize(width, height)

    def print_pages(self) -> int:
        """Print the page as its style sheet says, and return how many sheets of paper it takes."""
        printed = self._call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return len(re.findall(rb"/Type */Page\b", base64.b64decode(printed["data"])))

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of the first element that matches, scrolled into view."""
        element = f"document.querySelector({json.dumps(selector)})"
        x, y = self.evaluate(f"""(() => {{
            {element}.scrollIntoView({{block: "center", behavior: "instant"}});
            const box = {element}.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")
        for event in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if event == "mouseMoved" else {"button": "left", "clickCount": 1}
            self._call("Input.dispatchMouseEvent", type=event, x=x, y=y, **button)

    def type(self, selector: str, text: str) -> None:
        """Focus the first element that matches and press a key per character."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        for character in text:
            self._call("Input.dispatchKeyEvent", type="keyDown", key=character, text=character)
            self._call("Input.dispatchKeyEvent", type="keyUp", key=character)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, in CSS pixels."""
        self.size = width, height
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def close(self) -> None:
        """Close the tab and forget its storage; a page already closed stays so."""
        if self._browser.listeners.pop(self.session, None):
            self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self.session, **params)

    def _hear(self, event: str, params: dict[str, Any]) -> None:
        """Note an event if it is one that tests ask about."""
        match event:
            case "Runtime.exceptionThrown":
                self._errors.append(_description(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in ("error", "assert"):
                self._errors.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self._errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
            case "Network.requestWillBeSent":
                url = params["request"]["url"]
                if url != self.url and not url.startswith(("data:", "blob:")):
                    self._requests.append(url)
            case "Network.webSocketCreated":
                self._requests.append(params["url"])
            case "Page.lifecycleEvent" if params["name"] == "load":
                self._loaded.add(params["loaderId"])
            case "Inspector.targetCrashed":
                raise ChromiumError(f"{self.url}: the page crashed")


def _description(details: dict[str, Any]) -> str:
    """What an exception says, with the place it comes from."""
    return details.get("exception", {}).get("description") or details["text"]
