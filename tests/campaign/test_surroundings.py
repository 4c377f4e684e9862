"""Two processes on one output, folders that are only read, no HOME, POSIX locales, other disks and clocks set back."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.campaign.conftest import Cases
from tests.campaign.probe import Outcome, Running, command, run_command, run_forked

FIT = ("fit", "数据.csv", "--iterations", 5, "--seed", 0, "--no-sieve", "--no-copula", "--snapshots", 1, "--quiet")
ROWS = ("generate", "-n", 2000, "--quiet", "-m", "模型.tabgan")
JUDGE = ("evaluate", "数据.csv", "数据.csv", "--only", "marginals")
ELSEWHERE = Path("/dev/shm")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("surroundings")
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"流量": rng.normal(size=80).round(2), "站": rng.choice(["东", "西"], 80)})
    table.to_csv(folder / "数据.csv", index=False)
    assert run_command(*FIT, "-o", "模型.tabgan", folder=folder).code == 0
    assert run_command(*ROWS, "-o", "行.csv", folder=folder).code == 0
    return folder


def _check_line(end: Outcome, *words: str) -> None:
    said = end.said.decode()
    assert end.code == 2, said
    assert len(said.splitlines()) == 1, said
    assert any(word in said for word in words), said


def _check_left(place: Path, *outputs: str) -> None:
    assert {path.name for path in place.iterdir()} == {"数据.csv", "模型.tabgan", "行.csv", *outputs}


def two_rows(place: Path) -> None:
    """One of two writes, and the other says so."""
    args = list(map(str, (*ROWS, "-o", "two.csv")))
    ends = [run.end() for run in [Running(command, args, folder=place) for _ in range(2)]]
    assert min(end.code for end in ends) == 0, ends
    for end in ends:
        if end.code:
            _check_line(end, "another process is writing two.csv", "two.csv exists and is kept")
    assert (place / "two.csv").read_bytes() == (place / "行.csv").read_bytes()
    _check_left(place, "two.csv")
    (place / "two.csv").unlink()


def two_fits(place: Path) -> None:
    """One of two learns; the other does not begin to, and so loses nothing."""
    args = list(map(str, (*FIT, "-o", "two.tabgan")))
    ends = [run.end() for run in [Running(command, args, folder=place) for _ in range(2)]]
    assert min(end.code for end in ends) == 0, ends
    for end in ends:
        if end.code:
            words = [f"two.tabgan{end}" for end in (" exists and is kept", ".ckpt exists and is kept")]
            _check_line(end, "another process is writing two.tabgan", *words)
    assert (place / "two.tabgan").read_bytes() == (place / "模型.tabgan").read_bytes()
    _check_left(place, "two.tabgan")
    (place / "two.tabgan").unlink()


def only_read(place: Path) -> None:
    """A folder in which nobody may write, whoever it is."""
    for args in (
        (*ROWS, "-o", "/proc/o.csv"),
        (*FIT, "-o", "/proc/o.tabgan"),
        (*JUDGE, "--report", "/proc/o.html"),
    ):
        _check_line(run_command(*args, folder=place), "Error: cannot write /proc/o")


def _homeless(args: list[str]) -> int:
    for name in [name for name in os.environ if name in ("HOME", "MPLCONFIGDIR") or name.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = "/proc/nobody"
    assert "matplotlib" not in sys.modules  # which has asked already
    return command(args)


def no_home(place: Path) -> None:
    """Pictures ask for a home, and are drawn without."""
    end = run_forked(_homeless, [*JUDGE, "--quiet", "--plot", "图.png"], folder=place)
    assert end.code == 0, end.said
    assert (place / "图.png").read_bytes().startswith(b"\x89PNG")
    (place / "图.png").unlink()


def posix_locale(place: Path) -> None:
    """Names that the terminal cannot show."""
    names = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    run = [sys.executable, "-m", "tabgan", "generate", "-n", "5", "-m", "模型.tabgan", "-o", "新.csv"]
    end = subprocess.run(run, cwd=place, env=os.environ | names, capture_output=True, check=False)
    assert end.returncode == 0, end.stderr
    assert end.stdout.isascii()
    assert "流量" in (place / "新.csv").read_text(encoding="utf-8")
    (place / "新.csv").unlink()


def other_disk(place: Path) -> None:
    """An output by a link to another file system is whole there, and the link stays."""
    if not ELSEWHERE.is_dir():
        return
    with tempfile.TemporaryDirectory(dir=ELSEWHERE) as other:
        (place / "link.csv").symlink_to(Path(other) / "rows.csv")
        for more in ((), ("--overwrite",)):
            assert run_command(*ROWS, "-o", "link.csv", *more, folder=place).code == 0
        assert (place / "link.csv").is_symlink()
        assert [path.name for path in Path(other).iterdir()] == ["rows.csv"]
        assert (place / "link.csv").read_bytes() == (place / "行.csv").read_bytes()
        (place / "link.csv").unlink()


def _backwards(args: list[str]) -> int:
    begun, real = time.time(), time.time
    time.time = lambda: 2 * begun - real() - 86_400
    return command(args)


def clock_set_back(place: Path) -> None:
    """No file depends on what day it is."""
    (place / "old.tabgan").write_text("old")
    os.utime(place / "old.tabgan", (4e9, 4e9))
    args = [*FIT, "--checkpoint-every", "1iterations", "--overwrite", "-o", "old.tabgan"]
    end = run_forked(_backwards, list(map(str, args)), folder=place)
    assert end.code == 0, end.said
    end = run_forked(_backwards, list(map(str, [*ROWS, "-m", "old.tabgan", "-o", "old.csv"])), folder=place)
    assert end.code == 0, end.said
    assert (place / "old.csv").read_bytes() == (place / "行.csv").read_bytes()
    for path in place.glob("old.*"):
        path.unlink()


SURROUNDINGS = (two_rows, two_fits, only_read, no_home, posix_locale, other_disk, clock_set_back)


def test_surroundings(cases: Cases, place: Path) -> None:
    for seed in cases(0.04):
        SURROUNDINGS[seed % len(SURROUNDINGS)](place)
        _check_left(place)
