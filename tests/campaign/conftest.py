"""What the campaign against hostile input has in common: a seed, and a budget in seconds that its tests share."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

SECONDS = float(os.environ.get("TABGAN_CAMPAIGN_SECONDS", 90))
SEED = int(os.environ.get("TABGAN_CAMPAIGN_SEED", 0))


class Cases(Protocol):
    """What gives seeds until a share of the seconds is over; each stands for one case, or more."""

    def __call__(self, share: float, each: int = 1) -> Iterator[int]: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not sys.platform.startswith("linux"):
        for item in items:
            if "campaign" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason="the campaign measures by /proc"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            if tried := dict(report.user_properties).get("cases"):
                terminalreporter.write_line(f"{report.nodeid}: {tried:,} cases, {outcome}")


@pytest.fixture
def cases(record_property: Callable[[str, object], None]) -> Cases:
    """Return what gives seeds, one after the other, until a share of the campaign's seconds is over.

    How many there were is printed at the end of ``make campaign``.
    """

    def give(share: float, each: int = 1) -> Iterator[int]:
        until, tried = time.monotonic() + share * SECONDS, 0
        while not tried or time.monotonic() < until:
            yield SEED * 1_000_000 + tried
            tried += 1
        record_property("cases", tried * each)

    return give
