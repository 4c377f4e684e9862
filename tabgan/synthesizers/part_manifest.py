"""What a folder of Parquet parts says of itself, so that a run that was killed can go on."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tabgan.errors import InputError
from tabgan.files import replacing
from tabgan.spelling import spell

MANIFEST = "_tabgan.json"
FORMAT, FORMAT_VERSION = "tabgan-parts", 1
WRITE_EVERY = 2.0  # seconds; what was made since is made again after a kill
_PART = re.compile(r"part-\d{6,}\.parquet")
_UNFINISHED = re.compile(r"\.\d+\.(part-\d{6,}\.parquet|_tabgan\.json|_model\.tabgan)")


def name_part(number: int) -> str:
    """Return the name of a part's file, counted from 0.

    Examples
    --------
    >>> name_part(12)
    'part-000012.parquet'
    """
    return f"part-{number:06d}.parquet"


class PartManifest:
    """The parts of a folder that are finished, and which run they are of.

    Attributes
    ----------
    run : dict
        What determines the parts: JSON values.
    counts : dict of int to int
        The rows of each finished part, before the last is cut.
    """

    def __init__(self, folder: Path, run: Mapping[str, Any]) -> None:
        self.folder, self.run = folder, dict(run)
        self.counts: dict[int, int] = {}
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
                f"{folder} holds {len(held)} parts, which are kept; go on with {spell('resume', True)}, or give "
                "another folder"
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
            state = json.loads(path.read_text(encoding="utf-8"))
            if state["format"] != FORMAT or state["format_version"] != FORMAT_VERSION:
                raise ValueError("another format")
            run, counts = state["run"], {int(number): int(rows) for number, rows in state["parts"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path} must say what the parts are of, but it is damaged; remove the folder and begin anew"
            ) from error
        if changed := [f"the {key}" for key in self.run if run.get(key) != self.run[key]]:
            raise InputError(
                f"parts of one folder are of one run, but {self.folder} was begun with another in "
                f"{' and '.join(changed)}; give the same, or another folder"
            )
        self.counts = {number: rows for number, rows in counts.items() if (self.folder / name_part(number)).is_file()}

    def sweep(self) -> None:
        """Remove what killed processes left unfinished."""
        for path in self.folder.glob(".*"):
            if _UNFINISHED.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def add(self, number: int, rows: int) -> None:
        """Note a finished part."""
        self.counts[number] = rows
        if time.monotonic() - self._written > WRITE_EVERY:
            self.write()

    def write(self) -> None:
        """Write the manifest beside and rename it."""
        parts = {str(number): self.counts[number] for number in sorted(self.counts)}
        state = {"format": FORMAT, "format_version": FORMAT_VERSION, "run": self.run, "parts": parts}
        with replacing(self.folder / MANIFEST, overwrite=True) as beside:
            beside.write_text(json.dumps(state, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self._written = time.monotonic()

    def drop_from(self, number: int) -> None:
        """Remove the parts from this one on, which are not needed."""
        for extra in [place for place in self.counts if place >= number]:
            (self.folder / name_part(extra)).unlink(missing_ok=True)
            del self.counts[extra]
