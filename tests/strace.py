"""Runs a command under strace, which sees all that a process opens: what HDF5 opens no hook of Python's tells."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OPENED = re.compile(r'open(?:at)?\(.*?"((?:[^"\\]|\\.)*)"')


def list_opened(code: str, folder: Path, **variables: str) -> set[str]:
    """Run Python code in a folder, and return the names that it opened or tried to; skip the test without strace."""
    strace = shutil.which("strace")
    if strace is None:
        message = "strace is not installed; on Debian: apt-get install strace"
        if os.environ.get("TABGAN_NEEDS_STRACE"):
            pytest.fail(message)
        pytest.skip(message)
    told = folder / "opened.txt"
    command = [strace, "-f", "-qq", "-s", "500", "-e", "trace=open,openat", "-o", str(told), sys.executable, "-c", code]
    root = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(OPENED.findall(told.read_text(errors="replace")))
