"""What a folder of Parquet parts says of itself, so that a run that was killed can go on."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow
import pyarrow.parquet

from tabgan.errors import InputError
from tabgan.files import parse_json, replacing, sweep
from tabgan.spelling import spell

MANIFEST = "_tabgan.json"
FORMAT, FORMAT_VERSION = "tabgan-parts", 1
WRITE_EVERY = 2.0  # seconds; what was made since is made again after a kill
_PART = re.compile(r"part-\d{6,}\.parquet")


def name_part(number: int) -> str:
    """Return the name of a part's file, counted from 0.

    Examples
    --------
    >>> name_part(12)
    'part-000012.parquet'
    """
    return f"part-{number:06d}.parquet"


class Made(NamedTuple):
    """What became of a part: its rows, and of how many candidates they are."""

    rows: int
    candidates: int


class PartManifest:
    """The parts of a folder that are finished, and which run they are of.

    Attributes
    ----------
    run : dict
        What determines the parts: JSON values.
    made : dict of int to Made
        The finished parts by their numbers.
    """

    def __init__(self, folder: Path, run: Mapping[str, Any]) -> None:
        self.folder, self.run = folder, dict(run)
        self.made: dict[int, Made] = {}
        self._written = -WRITE_EVERY

    @classmethod
    def open(cls, folder: Path, run: Mapping[str, Any], resume: bool) -> PartManifest:
        """Return the manifest of a folder, which is made; what is unfinished in it is removed.

        Raises
        ------
        InputError
            The folder holds parts, and is not to be gone on with; or they are of another run.
        """
        if folder.exists() and not folder.is_dir():
            raise InputError(f"parts go to a folder, but {folder} is a file; give another name")
        found = cls(folder, run)
        path = folder / MANIFEST
        held = [path for path in folder.glob("part-*") if _PART.fullmatch(path.name)]
        if (held or path.exists()) and not resume:
            raise InputError(
                f"{folder} holds parts of a run ({len(held):,}), which are kept; go on with {spell('resume', True)} "
                "or give another folder"
            )
        if path.exists():
            found._read(path)
        elif held:
            raise InputError(f"{folder} holds parts, but no {MANIFEST} that says of what; give another folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot make the folder {folder}: {error.strerror}; give another place") from error
        found.sweep()
        found.write()
        return found

    def _read(self, path: Path) -> None:
        try:
            state = parse_json(path.read_text(encoding="utf-8"))
            if state["format"] != FORMAT or state["format_version"] != FORMAT_VERSION:
                raise ValueError("another format")
            run, made = state["run"], {int(number): Made(*map(int, one)) for number, one in state["parts"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise InputError(
                f"{path} must say what the parts are of, but it is damaged; remove the folder and begin anew"
            ) from error
        if changed := [f"the {key}" for key in self.run if run.get(key) != self.run[key]]:
            raise InputError(
                f"parts of one folder are of one run, but {self.folder} was begun with another in "
                f"{' and '.join(changed)}; give the same, or another folder"
            )
        self.made = {number: one for number, one in made.items() if self._is_whole(number, one.rows)}

    def _is_whole(self, number: int, rows: int) -> bool:
        """Whether a part is there, can be read, and has the rows that were written."""
        try:
            return bool(pyarrow.parquet.read_metadata(self.folder / name_part(number)).num_rows == rows)
        except (OSError, pyarrow.ArrowException):
            return False

    def sweep(self) -> None:
        """Remove what killed processes left unfinished."""
        sweep(self.folder)

    def add(self, number: int, made: Made) -> None:
        """Note a finished part."""
        self.made[number] = made
        if time.monotonic() - self._written > WRITE_EVERY:
            self.write()

    def write(self) -> None:
        """Write the manifest beside and rename it."""
        parts = {str(number): list(self.made[number]) for number in sorted(self.made)}
        state = {"format": FORMAT, "format_version": FORMAT_VERSION, "run": self.run, "parts": parts}
        with replacing(self.folder / MANIFEST, overwrite=True) as beside:
            beside.write_text(json.dumps(state, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self._written = time.monotonic()

    def forget(self) -> None:
        """Remove all parts and what is said of them: a run that cannot end leaves nothing to go on with."""
        self.drop_from(0)
        (self.folder / MANIFEST).unlink(missing_ok=True)

    def drop_from(self, number: int) -> None:
        """Remove the parts from this one on, which are not needed."""
        for extra in [place for place in self.made if place >= number]:
            (self.folder / name_part(extra)).unlink(missing_ok=True)
            del self.made[extra]
