"""One browser for the tests of a session; pytest-xdist's workers have one each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.chromium import Chromium, find_chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The process, started by the first test that asks for it."""
    with Chromium(find_chromium()) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Chromium) -> Iterator[Chromium]:
    """The browser; pages that a test leaves open are closed after it."""
    yield chromium
    chromium.close_pages()
