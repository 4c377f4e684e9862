"""Rows in a folder of Parquet parts, each of whole blocks, made by several workers: the same bytes for any number."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet

from tabgan.errors import InputError, TabganError
from tabgan.files import replacing, reserved
from tabgan.progress import Progress
from tabgan.schema import Schema
from tabgan.schema.identifiers import Identifier
from tabgan.spelling import spell
from tabgan.synthesizers.blocks import BLOCK_ROWS, MOST_CANDIDATES, MOST_IN_VAIN, MOST_PER_ROW
from tabgan.synthesizers.part_manifest import MANIFEST, Made, PartManifest, name_part
from tabgan.synthesizers.requests import Request
from tabgan.tables.formats import write_table
from tabgan.workers import WorkerDiedError, count_workers, one_thread, spread

MODEL = "_model.tabgan"  # in the folder, while parts are made
MOST_BLOCKS = 16  # of a part
MOST_CELLS = 2**22  # of the candidates of a part, if it has several blocks: what a worker holds in memory
MOST_DEATHS = 3  # of workers, one after another without a part between


class Parts(NamedTuple):
    """What `sample_to` wrote: a folder, how many parts and rows it holds, and of how many candidates these are."""

    folder: Path
    parts: int
    rows: int
    candidates: int
    accepted: int


@dataclass(frozen=True)
class PartMaker:
    """Makes parts, in any process: a function of the model file, the request and the part's number."""

    kind: Any  # of the model, which loads it
    model: Path
    digest: str  # of the model file
    modules: tuple[tuple[str, Any], ...]
    folder: Path
    n_samples: int
    seed: int
    conditions: tuple[str, ...] | dict[Any, Any] | None
    columns: tuple[Hashable, ...]
    blocks: int

    def __call__(self, number: int) -> Made:
        """Write a part, beside and renamed."""
        with one_thread():
            blocks = list(self._make(number))
            table = pd.concat(blocks, ignore_index=True)
        table.attrs = self._loaded()[1].attrs
        with failing_late():
            write_table(table[list(self.columns)], self.folder / name_part(number), overwrite=True)
        return Made(len(table), len(blocks) * BLOCK_ROWS)

    def _make(self, number: int) -> Iterator[pd.DataFrame]:
        model, empty = self._loaded()
        request = Request(model.schema_, model.constraints_, model.label_, BLOCK_ROWS, self.seed, self.conditions)
        made = 0
        for block in range(number * self.blocks, (number + 1) * self.blocks):
            rows = model._choose(request, self.seed, block, BLOCK_ROWS).rows
            yield rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=empty.columns)
            if (made := made + len(rows)) >= self.n_samples:
                return  # no part needs more

    def _loaded(self) -> tuple[Any, pd.DataFrame]:
        return _load(self.kind, self.model, self.digest, self.modules)


@lru_cache(maxsize=1)
def _load(kind: Any, path: Path, digest: str, modules: tuple[tuple[str, Any], ...]) -> tuple[Any, pd.DataFrame]:
    """Return the model of this process, and its empty table."""
    model = kind.load(path, **dict(modules))
    model.schema_ = model.schema_.in_frames()
    rows = model.schema_.decode(np.empty((0, len(model.schema_))))
    empty = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=model.schema_.names)
    return model, empty


def write_parts(
    model: Any,
    folder: str | os.PathLike[str],
    n_samples: int,
    seed: int,
    *,
    conditions: Any = None,
    columns: Sequence[Hashable] | None = None,
    n_jobs: int | None = None,
    resume: bool = False,
    verbose: int = 0,
) -> Parts:
    """Write `n_samples` rows of a `RowSampler`; see `RowSampler.sample_to`."""
    workers, folder = count_workers(n_jobs), Path(folder)
    request = Request(model.schema_, model.constraints_, model.label_, n_samples, seed, conditions)  # checks them
    if request.alternatives:
        raise InputError("conditions that take turns make rows depend on those of other parts; give one dict")
    chosen = tuple(model.schema_.names if columns is None else columns)
    check_columns(model.schema_, chosen)
    conditions = (conditions,) if isinstance(conditions, str) else conditions
    conditions = dict(conditions) if hasattr(conditions, "keys") else tuple(conditions or ())
    blocks = max(min(MOST_BLOCKS, MOST_CELLS // (BLOCK_ROWS * len(model.schema_))), 1)
    with tempfile.TemporaryDirectory(prefix="tabgan-") as own:
        path = Path(own) / "model.tabgan"
        model.save(path)
        contents = path.read_bytes()
        digest = hashlib.sha256(contents).hexdigest()
        told = sorted(map(str, conditions.items())) if isinstance(conditions, dict) else list(conditions)
        run = {
            "model": digest,
            "seed": seed,
            "number of rows": int(n_samples),
            "conditions": told,
            "columns": list(map(str, chosen)),
            "blocks of a part": blocks,
        }
        manifest = PartManifest.open(folder, run, resume)
        modules = tuple((name, module) for name in ("generator", "critic") if (module := getattr(model, name, None)))
        held = folder.resolve() / MODEL  # where workers of other machines see it, too
        asked = (int(n_samples), seed, conditions, chosen, blocks)
        maker = PartMaker(type(model), held, digest, modules, folder.resolve(), *asked)
        counting = Progress(int(n_samples) if verbose else 0, "row")
        with reserved(folder / MANIFEST, overwrite=True), counting as progress:
            with replacing(held, overwrite=True) as beside:
                beside.write_bytes(contents)
            tell = progress.update if verbose else None
            coordinator = _Coordinator(maker, manifest, workers, tell, request.list_rules())
            try:
                return coordinator.run()
            finally:
                manifest.sweep()
                held.unlink(missing_ok=True)
                _load.cache_clear()


class _Coordinator:
    """Makes as many parts as it takes, and cuts the last one."""

    def __init__(
        self, maker: PartMaker, manifest: PartManifest, workers: int, tell: Callable[[int], None] | None, rules: str
    ) -> None:
        self.rules = rules
        self.maker, self.manifest, self.workers, self.tell = maker, manifest, workers, tell
        self.n, self.made = maker.n_samples, manifest.made

    def run(self) -> Parts:
        """Return an account when all rows are there."""
        deaths = 0
        try:
            while (todo := self._missing()) is not None:
                before = len(self.made)
                try:
                    for place, made in spread(self.maker, todo, self.workers, in_order=False):
                        self._add(todo[place], made)
                except WorkerDiedError as error:
                    deaths = 1 if len(self.made) > before else deaths + 1
                    if deaths > MOST_DEATHS:
                        raise WorkerDiedError(f"{error}; {self._kept()}") from error
                    self.manifest.sweep()
        finally:
            if self.made:
                with suppress(InputError):  # on a full disk; those that it does not know are made again
                    self.manifest.write()
        return self._finish()

    def _count(self) -> Made:
        """Return the rows and candidates of all parts."""
        return Made(*(sum(one[i] for one in self.made.values()) for i in range(2)))

    def _missing(self) -> list[int] | None:
        """Return the parts to be made next, as many as will do by what is known of their rows; None if all are there.

        However many rows a candidate may become, no part has more of them than candidates: what is begun with is too
        little, if anything.
        """
        done, rows = 0, 0
        while done in self.made and (rows < self.n or not done):
            rows += self.made[done].rows
            done += 1
        if rows >= self.n and done:
            return None
        each = max(self._count().rows, 1) / len(self.made) if self.made else self.maker.blocks * BLOCK_ROWS
        needed = max(int(np.ceil(self.n / each)), done + 1)
        return [number for number in range(needed) if number not in self.made]

    def _add(self, number: int, made: Made) -> None:
        with failing_late():
            self.manifest.add(number, made)
        rows, candidates = self._count()
        if self.tell:
            self.tell(min(rows, self.n))
        most = MOST_IN_VAIN if rows == 0 else max(MOST_CANDIDATES, MOST_PER_ROW * self.n)
        if rows < self.n and candidates >= most:
            self.manifest.forget()
            remedy = "widen the conditions, or ask for fewer rows"
            if self.rules and not rows:
                remedy = f"rows also have to keep {self.rules}; {remedy}"
            raise InputError(
                f"rows must be found among {candidates:,} candidates, but {rows:,} of these were accepted, of "
                f"{self.n:,} asked for; {remedy}"
            )

    def _finish(self) -> Parts:
        """Cut the last part, remove those beyond it, and return an account."""
        rows = np.cumsum([self.made[number].rows for number in range(len(self.made)) if number in self.made])
        last = int(np.searchsorted(rows, self.n)) if self.n else 0
        self.manifest.drop_from(last + 1)
        accepted, candidates = self._count()
        left = self.n - (accepted - self.made[last].rows)
        with failing_late():
            cut_part(self.maker.folder / name_part(last), left)
            self.manifest.add(last, Made(left, self.made[last].candidates))
            self.manifest.write()
        return Parts(self.maker.folder, last + 1, self.n, candidates, accepted)

    def _kept(self) -> str:
        return f"{len(self.made):,} finished parts are kept, and {spell('resume', True)} goes on"


def cut_part(path: Path, rows: int) -> None:
    """Leave the first rows of a part."""
    if pyarrow.parquet.read_metadata(path).num_rows > rows:
        table = pyarrow.parquet.read_table(path).slice(0, rows)
        with replacing(path, overwrite=True) as beside:
            pyarrow.parquet.write_table(table, beside)


@contextmanager
def failing_late() -> Iterator[None]:
    """Make an output that can be written no more, as on a full disk, a failure of the run, which can go on."""
    try:
        yield
    except InputError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        raise TabganError(f"{error}; finished parts are kept, and {spell('resume', True)} goes on") from error


def check_columns(schema: Schema, chosen: Sequence[Hashable]) -> None:
    """Raise InputError if a column's values depend on how many rows stand before, which a part does not know."""
    for column in schema:
        if column.name not in chosen:
            continue
        marked = not schema.dialect and len(column.markers or ()) > 1
        if isinstance(column.type, Identifier) or marked:
            what = "are counted on" if isinstance(column.type, Identifier) else "have gaps marked in turn"
            raise InputError(
                f"parts are made each by itself, but values of column {str(column.name)!r} {what} from row to row; "
                f"leave it out of {spell('columns')}, or write one file"
            )
