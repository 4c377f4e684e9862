"""A live line on a terminal and in a notebook, one every ten seconds elsewhere."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

from tabgan.progress import Progress, format_duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_far_how_fast_and_how_long_still(monkeypatch):
    clock = iter([0.0, 10.0])
    monkeypatch.setattr("tabgan.progress.time.monotonic", lambda: next(clock))
    stream = Terminal()
    with Progress(3000, "iteration", stream) as progress:
        progress.update(1000, "critic loss 0.5")
        assert stream.getvalue() == "\riteration 1,000/3,000 | 100/s | 0:20 left | critic loss 0.5"
    assert stream.getvalue().endswith("\r" + " " * 59 + "\r")


def test_a_log_has_a_line_every_ten_seconds(monkeypatch):
    clock = iter([0.0, 5.0, 10.0, 15.0, 20.5])
    monkeypatch.setattr("tabgan.progress.time.monotonic", lambda: next(clock))
    stream = io.StringIO()
    with Progress(100, "row", stream) as progress:
        for done in (20, 40, 60, 82):
            progress.update(done)
    assert stream.getvalue() == "row 40/100 | 4/s | 0:15 left\nrow 82/100 | 4/s | 0:04 left\n"


def test_a_notebook_redraws_its_line(monkeypatch):
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    stream = io.StringIO()
    with Progress(10, "row", stream) as progress:
        progress.update(5)
        assert stream.getvalue().startswith("\rrow 5/10")


def test_a_line_is_not_longer_than_the_terminal_is_wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    Progress(3000, "iteration", stream).update(1000, "critic loss 0.5 | Wasserstein 0.25")
    assert len(stream.getvalue()) == 1 + 39


def test_a_shorter_line_covers_a_longer_one():
    stream = Terminal()
    progress = Progress(10, "row", stream)
    progress.update(1, "a long note")
    longest = progress.width
    progress.update(2)
    assert len(stream.getvalue().split("\r")[-1]) == longest


def test_durations():
    assert [format_duration(s) for s in (0, 59.6, 3599, 3600)] == ["0:00", "1:00", "59:59", "1:00:00"]
