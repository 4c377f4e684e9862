"""The script for a machine with a GPU works on one without: in small, on the CPU."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the script is a shell's, and looks into /proc")
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def gpu(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("gpu")


@pytest.fixture
def steps(gpu):
    return importlib.import_module("gpu_steps").STEPS


def test_every_step_has_its_time_and_all_have_ten_minutes(gpu, steps):
    assert list(gpu.SECONDS) == list(steps)
    assert sum(gpu.SECONDS.values()) <= 600


@pytest.mark.parametrize("name", ["graph", "memory", "room", "custom"])
@pytest.mark.filterwarnings("ignore::tabgan.TabganWarning")
def test_steps_hold_on_a_cpu(steps, name):
    """The others take seconds: benchmarks/gpu.sh --device cpu --quick takes all."""
    rows = list(steps[name]("cpu", True))
    assert rows
    assert all(row.holds for row in rows), rows


def test_a_step_that_fails_or_takes_too_long_is_a_row_and_the_rest_goes_on(gpu, monkeypatch, capsys):
    row = json.dumps({"what": "a", "result": "1|2", "holds": True})
    said = {"tests": (row, "", 0, None), "graph": (row, "Traceback\nRuntimeError: CUDA error", 1, None)}
    said |= {"seed": (row, "", -9, 50), "resume": ("", "", 0, None), "speed": (row, "", 0, None)}
    monkeypatch.setattr(gpu, "take", lambda name, device, quick: gpu.read_rows(*said[name]))
    assert gpu.main(["--device", "cpu", "--only", ",".join(said)]) == 1
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")][2:]
    assert [line.split(" | ")[1:4] for line in shown] == [
        ["a", "1/2", "yes"],
        ["a", "1/2", "yes"],
        ["the step itself", "RuntimeError: CUDA error", "NO"],
        ["a", "1/2", "yes"],
        ["the step itself", "not done in 50 s", "NO"],
        ["the step itself", "exit code 0", "NO"],
        ["a", "1/2", "yes"],
    ]
    assert gpu.main(["--device", "cpu", "--only", "tests,speed"]) == 0


def test_a_step_that_hangs_is_killed_with_its_children(gpu, monkeypatch):
    popen = subprocess.Popen
    hangs = ["sh", "-c", 'echo \'{"what": "a"}\'; sleep 60 & sleep 60']
    monkeypatch.setattr(gpu.subprocess, "Popen", lambda command, **how: popen(hangs, **how))
    monkeypatch.setitem(gpu.SECONDS, "seed", 0.2)
    rows = gpu.take("seed", "cpu", True)
    assert rows == [{"what": "a"}, {"what": "the step itself", "result": "not done in 0.2 s", "holds": False}]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so_in_a_line(gpu, capsys):
    assert gpu.main([]) == 2
    assert capsys.readouterr().out.startswith("there is no CUDA GPU here")
