"""Runs Octave, the independent truth for what is meant for MATLAB."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SECONDS = 120


def run_octave(code: str, folder: Path) -> str:
    """Run statements in a folder and return what they print; skip the test where Octave is missing."""
    octave = shutil.which("octave-cli")
    if octave is None:
        message = "Octave is not installed; on Debian: apt-get install octave"
        if os.environ.get("TABGAN_NEEDS_OCTAVE"):
            pytest.fail(message)
        pytest.skip(message)
    command = [octave, "--norc", "--quiet", "--eval", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
