"""The probe sees what the campaign looks for: exit codes, memory, seconds and signals."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.campaign.probe import run_command, run_forked


def _hold(megabytes: int) -> int:
    return len(bytearray(b"x") * (megabytes << 20)) & 0


def _spin() -> int:
    while True:
        pass


def _die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_exit_codes_and_words(tmp_path: Path) -> None:
    fine, wrong = run_command("--version", folder=tmp_path), run_command("info", "none.tabgan", folder=tmp_path)
    assert (fine.code, wrong.code) == (0, 2)
    assert b"tabgan" in fine.said
    assert b"there is no model file none.tabgan" in wrong.said


def test_memory_seconds_and_signals(tmp_path: Path) -> None:
    assert 190 < run_forked(_hold, 200, folder=tmp_path).megabytes < 230
    assert run_forked(_hold, 100_000, folder=tmp_path).code == 70  # more than there is
    assert run_forked(_spin, folder=tmp_path, seconds=1).code == -signal.SIGXCPU
    assert run_forked(_die, folder=tmp_path).code == -signal.SIGKILL
