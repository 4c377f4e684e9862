"""Killed at any moment, a command leaves the old file or the new one, and nothing else that stays."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tabgan
from tests.campaign.conftest import Cases
from tests.campaign.probe import Outcome, Running, command, run_command

FIT = ("fit", "data.csv", "--iterations", 40, "--seed", 0, "--no-sieve", "--no-copula", "--snapshots", 1, "--quiet")
COMMANDS = {
    "fit": (*FIT, "--overwrite", "-o", "out.tabgan"),
    "resume": (*FIT, "--checkpoint-every", "4iterations", "--resume", "-o", "out.tabgan"),
    "csv": ("generate", "-n", 25_000, "--quiet", "--overwrite", "-o", "out.csv"),
    "xlsx": ("generate", "-n", 800, "--quiet", "--overwrite", "-o", "out.xlsx"),
    "parquet": ("generate", "-n", 25_000, "--quiet", "--overwrite", "-o", "out.parquet"),
    "evaluate": ("evaluate", "data.csv", "data.csv", "--only", "marginals", "--overwrite", "--report", "out.html"),
    "numpy": ("export", "model.tabgan", "--to", "numpy", "--overwrite", "-o", "out"),
    "matlab": ("export", "model.tabgan", "--to", "matlab", "--overwrite", "-o", "out"),
}  # fmt: skip
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
INPUTS = {"data.csv", "model.tabgan"}
Whole = dict[str, tuple[object, float]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kills")
    rng = np.random.default_rng(0)
    columns = {"a": rng.normal(size=200).round(2), "b": rng.integers(0, 9, 200), "c": rng.choice(["x", "y"], 200)}
    pd.DataFrame(columns).to_csv(folder / "data.csv", index=False)
    assert run_command(*FIT, "-o", "model.tabgan", folder=folder).code == 0
    return folder


@pytest.fixture(scope="module")
def whole(place: Path) -> Callable[[str], tuple[object, float]]:
    """Return what gives of a command what it writes when nobody ends it, and how long it takes."""
    known: Whole = {}

    def find(name: str) -> tuple[object, float]:
        if name not in known:
            start = time.monotonic()
            assert run_command(*COMMANDS[name], folder=place).code == 0
            known[name] = (_take(place, name), time.monotonic() - start)
        return known[name]

    return find


def _output(folder: Path, name: str) -> Path:
    return folder / str(COMMANDS[name][-1])


def _read(path: Path) -> object:
    return {p.name: p.read_bytes() for p in path.iterdir()} if path.is_dir() else path.read_bytes()


def _take(folder: Path, name: str) -> object:
    """Return what a command wrote, and remove it, with its checkpoint."""
    found = _read(_output(folder, name))
    for path in [*_output(folder, name).glob("*"), *folder.glob("*.ckpt")]:
        path.unlink()
    _output(folder, name).rmdir() if _output(folder, name).is_dir() else _output(folder, name).unlink()
    return found


def _put_old(folder: Path, name: str) -> object:
    """Let there be an older output."""
    path = _output(folder, name)
    if name in ("numpy", "matlab"):
        path.mkdir()
        path = path / ("generate_rows.py" if name == "numpy" else "generate_rows.m")
    path.write_bytes(b"old")
    return _read(_output(folder, name))


def test_a_kill_at_any_moment(cases: Cases, place: Path, whole: Callable[[str], tuple[object, float]]) -> None:
    for seed in cases(0.08):
        rng = np.random.default_rng(seed)
        name, number = str(rng.choice(list(COMMANDS))), SIGNALS[rng.integers(3)]
        new, seconds = whole(name)
        old = None if name == "resume" else _put_old(place, name)
        run = Running(command, list(map(str, COMMANDS[name])), folder=place)
        time.sleep(rng.uniform(0, seconds))
        run.kill(number)
        outcome, about = run.end(), f"seed {seed}: {name}, {number.name}"
        _check_end(outcome, number, f"{about}: {outcome}")
        left = {path.name for path in place.iterdir()} - INPUTS - {_output(place, name).name}
        if number != signal.SIGKILL:
            assert left <= {"out.tabgan.ckpt"}, f"{about} leaves {left}"
        if _output(place, name).exists() or name != "resume":
            _check_output(place, name, old, new, about)
        if name == "resume" and _output(place, name).exists() and not (place / "out.tabgan.ckpt").exists():
            done = _read(_output(place, name)) == new
            assert done, f"{about}: nothing is left to go on from, but it is not done"
        elif number == signal.SIGKILL or name == "resume":  # what others left the check above has seen
            again = run_command(*COMMANDS[name], folder=place)
            assert again.code == 0, f"{about}: the next run says {again.said!r}"
            left = {path.name for path in place.iterdir()} - INPUTS - {_output(place, name).name, "out.tabgan.ckpt"}
            assert not left, f"{about}: after the next run there is still {left}"
            assert _read(_output(place, name)) == new, f"{about}: the next run writes something else"
        _take(place, name)


def _check_end(outcome: Outcome, number: int, about: str) -> None:
    """Ended in time, by the signal, or in a line with its number."""
    assert outcome.code in (0, -number, 128 + number, 1), about
    assert b"Traceback" not in outcome.said, about
    if outcome.code == 1:  # before there was a command, or after it
        assert outcome.said.splitlines()[-1] == b"Aborted!", about
    if outcome.code == 128 + number:
        assert outcome.said.splitlines()[-1].startswith(b"Error: stopped by SIG"), about


def _check_output(folder: Path, name: str, old: object, new: object, about: str) -> None:
    path = _output(folder, name)
    assert path.exists(), f"{about}: there is no output any more"
    found = _read(path)
    if found not in (old, new):
        assert name in ("fit", "resume"), f"{about}: the output is neither old nor new"
        assert len(tabgan.load(path).sample(3)) == 3  # the best generator so far
