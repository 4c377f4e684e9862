"""Somebody with a wheel of tabgan, an empty folder and a terminal, who types what the pages say."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
KEPT = re.compile(r"PIP_\w+|\w+_CERT\w*|\w*_proxy|OMP_\w+|TMPDIR")
"""What a command is told of this machine: where packages come from, and how many cores it may take."""


class Who(NamedTuple):
    """Who goes a way.

    Parameters
    ----------
    extras
        Those of tabgan that the user installs.
    beside
        Other packages that they have.
    lang
        Their `LANG`.
    terminal
        Whether commands see a terminal, which is 100 columns wide, or a pipe, as in CI.
    """

    extras: str = ""
    beside: str = ""
    lang: str = "en_US.UTF-8"
    terminal: bool = True


class User:
    """Types commands in a new folder, with the programs of an environment.

    The folder holds a copy of data/, as the clone does that the pages speak of.
    """

    def __init__(self, folder: Path, programs: Path, who: Who) -> None:
        self.folder, self.terminal = folder, who.terminal
        self.seen = ""
        folder.mkdir(parents=True)
        shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("__pycache__"))
        home = folder.with_name(f"{folder.name}-home")
        home.mkdir()
        self.environment = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)} | {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": who.lang,
            "TERM": "xterm-256color",
            "REPOSITORY": str(ROOT),
        }

    def types(self, command: str, ends: int = 0) -> str:
        """Run a command as bash does, check its exit code, and return what is read of it, without colours."""
        self.seen += f"$ {command}\n"
        shown, code = (self._on_a_terminal if self.terminal else self._in_a_pipe)(["bash", "-c", command])
        self.seen += shown
        assert code == ends, f"exit code {code} rather than {ends}: {command}\n{shown}"
        return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown)

    def python(self, code: str, script: str = "script.py") -> str:
        """Save Python code and run it."""
        self.write(script, code)
        self.seen += f"# {script}\n{code.strip()}\n"
        return self.types(f"python {script}")

    def write(self, name: str, text: str) -> None:
        """Save a text file, as an editor does."""
        (self.folder / name).write_text(text.lstrip("\n"), encoding="utf-8")

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def _in_a_pipe(self, command: list[str]) -> tuple[str, int]:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout.decode("utf-8", "replace"), done.returncode

    def _on_a_terminal(self, command: list[str]) -> tuple[str, int]:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        shown = b""
        while True:
            ended = process.poll() is not None  # asked first: what was written before it is then there to be read
            if select.select([ours], [], [], 0 if ended else 0.1)[0]:
                shown += os.read(ours, 65536)
            elif ended:
                break
        os.close(theirs)
        os.close(ours)
        return shown.decode("utf-8", "replace").replace("\r\n", "\n"), process.returncode
