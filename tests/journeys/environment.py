"""A wheel of what is here, and fresh environments with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("tabgan", "tabgan_wgangp.py", "pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "constraints.txt")
VERSIONS = {"3.10": "lowest", "3.13": "newest"}
"""Which versions of what tabgan needs go with which Python; with others go those of constraints.txt."""
TORCH = "torch --index-url https://download.pytorch.org/whl/cpu"
"""What the pages say of torch."""


def run(*command: str | Path, **settings) -> str:
    """Run a program, and return what it prints; what it says is shown if it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **settings)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """Build a wheel of a copy of the sources, as setuptools leaves things beside them."""
    source = folder / "source"
    source.mkdir(parents=True)
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    build = ["--no-build-isolation"] if int(metadata.version("setuptools").partition(".")[0]) >= 77 else []
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", *build, "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_environment(folder: Path, python: str | Path, site: Path | None = None) -> Path:
    """Make an empty environment, which sees the packages in the folder `site`, and return its folder of programs."""
    run(python, "-m", "venv", "--without-pip", folder)
    if site:
        packages(folder).joinpath("borrowed.pth").write_text(f"{site}\n", encoding="utf-8")
    return folder / "bin"


def pip(programs: Path, *command: str | Path) -> None:
    """Run the pip that is here for an environment; what PYTHONPATH leads to is not installed in it."""
    here = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run(sys.executable, "-m", "pip", "--quiet", "--python", programs / "python", *command, env=here)


def packages(environment: Path) -> Path:
    """Where an environment has its packages."""
    (folder,) = environment.glob("lib/python3*/site-packages")
    return folder


class Shop:
    """Makes environments for one Python: what all of them need is installed once, what a user adds for each."""

    def __init__(self, folder: Path, python: str, wheel: Path, torch: str = TORCH) -> None:
        self.folder, self.wheel, self.python = folder, wheel, python
        self.version = run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
        self.versions = VERSIONS.get(self.version, "constraints.txt")
        self.constraints = self._constraints()
        base = make_environment(folder / "base", python)
        self._install(base, *torch.split())
        self._install(base, wheel)
        pip(base, "uninstall", "--yes", "tabgan-wgangp")  # what it needs stays; each user installs it
        self.site = packages(folder / "base")

    def environment(self, name: str, extras: str = "", beside: str = "") -> Path:
        """Make one with the wheel and extras, and what the user has `beside`; return its folder of programs."""
        programs = make_environment(self.folder / name, self.python, self.site)
        self._install(programs, f"{self.wheel}[{extras}]" if extras else self.wheel, *beside.split())
        return programs

    def _constraints(self) -> list[str]:
        if self.versions == "newest":
            return []
        if self.versions == "constraints.txt":
            return ["-c", str(ROOT / "constraints.txt")]
        file = self.folder / "lowest.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(run(sys.executable, ROOT / ".ci" / "lowest.py"), encoding="utf-8")
        return ["-c", str(file)]

    def _install(self, programs: Path, *what: str | Path) -> None:
        pip(programs, "install", *self.constraints, *what)


def borrowed_environment(folder: Path, wheel: Path) -> Path:
    """Make an environment with a fresh tabgan and all other packages of the running one: quick, for a test."""
    programs = make_environment(folder, sys.executable, packages(Path(sys.prefix)))
    pip(programs, "install", "--no-deps", "--no-index", wheel)
    return programs
