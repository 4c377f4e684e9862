"""What a terminal is sent is shown, and is still JSON where it was."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from tabgan.cli.signals import stopped_by_signals
from tabgan.cli.terminal import shown_streams

HOSTILE = "a\x1b[2J\x9b\u202e\x7f\U0001f600\udc80流b"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gbk"])
def test_control_characters_are_escaped_as_json_has_them(monkeypatch, encoding):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    with shown_streams():
        click.echo(json.dumps({"name": HOSTILE}, ensure_ascii=False))
        sys.stdout.buffer.write(b"\x1b is data")
    assert sys.stdout is stream
    line, data = raw.getvalue().split(b"\n")
    encoding = "utf-8" if encoding == "ascii" else encoding  # as click has it
    assert json.loads(line.decode(encoding)) == json.loads(json.dumps({"name": HOSTILE}))
    assert not {"\x1b", "\x9b", "\u202e", "\x7f"} & set(line.decode(encoding))
    assert data == b"\x1b is data"


def test_a_line_of_progress_may_begin_again_and_nothing_else_may(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, "utf-8"))
    with shown_streams():
        sys.stderr.write("\rrow 1/2 \x1b")
        click.echo("name\rError: no", err=True)
    assert raw.getvalue() == b"\rrow 1/2 \\x1bname\\rError: no\n"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_end_a_command_in_a_line(name):
    number = getattr(signal, name)
    before = signal.getsignal(number)
    if before is signal.SIG_IGN:
        pytest.skip("the tests were started so that they ignore it, as by nohup")
    with (
        pytest.raises(click.ClickException, match=f"stopped by {name}; no output is left") as said,
        stopped_by_signals(),
    ):
        os.kill(os.getpid(), number)
        time.sleep(5)
    assert said.value.exit_code == 128 + number
    assert signal.getsignal(number) is before


def test_a_signal_that_comes_where_nothing_can_be_raised_is_not_lost():
    class Deaf:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)  # in which it is raised, and ignored

    with pytest.raises(click.ClickException, match="stopped by SIGTERM"), stopped_by_signals():
        Deaf()
        time.sleep(5)


def test_an_error_that_a_library_made_of_a_signal_is_that_signal():
    with pytest.raises(click.ClickException, match="stopped by SIGTERM") as said, stopped_by_signals():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        except KeyboardInterrupt:
            raise click.ClickException("unexpected") from ImportError("size does not match")
    assert said.value.exit_code == 143


def test_work_that_ends_well_because_of_a_signal_has_its_code():
    before = signal.getsignal(signal.SIGTERM)
    with (
        pytest.raises(click.ClickException, match="stopped by SIGTERM") as said,
        stopped_by_signals(),
        contextlib.suppress(KeyboardInterrupt),  # as training does, whose best generator is written
    ):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert (said.value.exit_code, signal.getsignal(signal.SIGTERM)) == (143, before)


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no full disk")
def test_help_for_a_full_disk_is_one_line():
    with FULL.open("wb") as full:
        run = subprocess.run([sys.executable, "-m", "tabgan", "-h"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert run.returncode == 2
    assert run.stderr.decode().splitlines() == [
        "Error: cannot use a file: No space left on device; check its place, and its disk"
    ]
