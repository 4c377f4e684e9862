"""No name, cell or file name commands the terminal: none of their control characters reaches it."""

from __future__ import annotations

import os
import pty
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.campaign.conftest import Cases
from tests.campaign.probe import command, run_command, run_forked

# Escapes with 7 and 8 bits, and what else a terminal obeys or lays out.
NAMES = [
    f"a{commands}b"
    for commands in (
        "\x1b[2J", "\x1bc", "\x1b[6n", "\x1b[31m", "\x1b]0;title\x07", "\x1b]8;;x\x1b\\", "\x1b]52;c;eA==\x07",
        "\x1bP1$r\x1b\\", "\x1b_x\x1b\\", "\x1b^x\x1b\\", "\x1b[?1049h", "\x1b(0", "\x9b2J", "\x9d0;x\x9c",
        "\x90x\x9c", "\x84", "\x85", "\x8d", "\x05", "\x07", "\x08\x08", "\x0b", "\x0c", "\x0e", "\t", "\x7f", "\u061c",
        "\u200f", "\u202e", "\u2066", "\u2028", "\u202d\u2069",
    )
]  # fmt: skip
FIT = ("--iterations", 5, "--seed", 0, "--no-sieve", "--no-copula", "--snapshots", 1)
# NAME is a column, LEVEL one of its cells, and all files are named alike.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("schema", "NAME.csv"),
    ("schema", "NAME.csv", "--json"),
    ("schema", "NAME.csv", "--categorical", "NAME", "-o", "no/NAME.json"),
    ("split", "NAME.csv", "--by", "label", "NAME", "--overwrite"),
    ("split", "NAME.csv", "--by", "group", "no NAME"),
    ("fit", "NAME.csv", *map(str, FIT), "--label", "NAME", "--overwrite", "-o", "NAME.out"),
    ("fit", "NAME.csv", "--dry-run", "--constraint", "NAME >= 1"),
    ("fit", "NAME.csv", "--dry-run", "--cols", "no NAME"),
    ("fit", "no NAME.csv"),
    ("info", "NAME.tabgan"),
    ("info", "NAME.tabgan", "--json"),
    ("info", "no NAME.tabgan"),
    ("generate", "-n", "5", "-m", "NAME.tabgan", "-o", "-"),
    ("generate", "-n", "5", "-m", "NAME.tabgan", "-o", "NAME.tsv", "--overwrite"),
    ("generate", "-n", "5", "-m", "NAME.tabgan", "-o", "NAME.csv"),
    ("generate", "-n", "5", "-m", "NAME.tabgan", "-o", "NAME.tsv", "--overwrite", "--where", "NAME=no LEVEL"),
    ("generate", "-n", "5", "-m", "NAME.tabgan", "-o", "NAME.tsv", "--overwrite", "--balance", "NAME", "--json"),
    ("evaluate", "NAME.csv", "NAME.csv", "--only", "marginals,rules"),
    ("evaluate", "NAME.csv", "NAME.csv", "--only", "marginals", "--json"),
    ("evaluate", "NAME.csv", "NAME.csv", "--only", "marginals", "--plot", "NAME.svg", "--overwrite"),
    ("evaluate", "NAME.csv", "NAME.csv", "--only", "marginals", "--report", "NAME.html", "--overwrite"),
    ("evaluate", "NAME.csv", "NAME.csv", "--only", "NAME"),
    ("export", "NAME.tabgan", "--to", "numpy", "-o", "NAME", "--overwrite"),
    ("scaler", "NAME.tabgan", "-o", "NAME.mat", "--overwrite"),
    ("augment", "NAME.csv", "--target", "no NAME", "-o", "NAME.tsv"),
    ("tune", "NAME.csv", "--trials", "1", "--cols", "no NAME"),
    ("forecast", "NAME.csv", "--target", "no NAME", "--horizon", "1", "-o", "NAME.tsv"),
    ("backtest", "NAME.csv", "--target", "no NAME"),
    ("import-matlab", "NAME.csv", "-o", "NAME.out"),
    ("evaluate", "NAME.csv", "NAME.csv", "--only", "marginals", "--github-summary", "NAME.md"),
    ("fit", "NAME.csv", "--dry-run"),
    ("doctor",),
    ("NAME",),
    ("fit", "--NAME"),
    ("generate", "-n", "NAME", "-o", "x.csv"),
    ("--help",),
)  # fmt: skip
OBEYED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
STYLES = ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m")
"""What tables and panels of ours are drawn with; no name has these."""
PAGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _on_terminal(name: str, args: list[str]) -> int:
    terminal = os.open(name, os.O_RDWR | os.O_NOCTTY)
    for number in (0, 1, 2):
        os.dup2(terminal, number)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    return command(args)


def see(args: list[str], folder: Path) -> tuple[int, str]:
    """Return the exit code of a command, and what a terminal was sent."""
    ours, theirs = pty.openpty()
    seen: list[bytes] = []

    def read() -> None:
        while not seen or seen[-1]:
            try:
                seen.append(os.read(ours, 65536))
            except OSError:  # nobody writes to it any more
                seen.append(b"")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        end = run_forked(_on_terminal, os.ttyname(theirs), args, folder=folder)
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)
    return end.code, b"".join(seen).decode()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what makes a folder of a table and a model in which everything is called by a name."""
    known: dict[str, Path] = {}
    run_command("--version", folder=tmp_path_factory.mktemp("begin"))  # what all are forked from, before seconds count

    def make(name: str) -> Path:
        if name not in known:
            known[name] = folder = tmp_path_factory.mktemp("terminal")
            rng = np.random.default_rng(0)
            levels = [f"level {name} {i}" for i in range(3)]
            table = pd.DataFrame({name: rng.choice(levels, 60), "number": rng.normal(size=60).round(2)})
            table.to_csv(folder / f"{name}.csv", index=False)
            end = run_command("fit", f"{name}.csv", *FIT, "--quiet", "-o", f"{name}.tabgan", folder=folder)
            assert end.code == 0, end.said
        return known[name]

    return make


def test_a_terminal_obeys_nobody(cases: Cases, place: Callable[[str], Path]) -> None:
    for seed in cases(0.04):
        turn, number = divmod(seed, len(COMMANDS))
        name, asked = NAMES[(turn + seed // 7) % len(NAMES)], COMMANDS[number]
        if turn == 0:
            name = NAMES[seed // 8]  # a model serves several commands
        folder = place(name)
        code, text = see([word.replace("NAME", name).replace("LEVEL", name) for word in asked], folder)
        about = f"{asked} of {name!r} ends with {code} and shows {text!r}"
        assert code in (0, 1, 2), about
        assert "Traceback" not in text, about
        assert "Error: unexpected" not in text, about
        for style in STYLES:
            text = text.replace(style, "")
        assert not OBEYED.search(text), about
        for page in (*folder.glob("*.svg"), *folder.glob("*.html")):
            assert not PAGE.search(page.read_text(encoding="utf-8")), about
