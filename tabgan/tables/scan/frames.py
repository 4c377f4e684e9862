"""Tables in parts that are no files: datasets of pyarrow and of Ray, and frames one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pandas as pd
import pyarrow as pa

from tabgan.errors import InputError
from tabgan.schema.containers import ARRAY, FRAME, open_frame
from tabgan.schema.dtypes import label_dtype
from tabgan.tables.scan.arrow_parts import FragmentPart
from tabgan.tables.scan.named import names_of, without_index
from tabgan.tables.scan.part import BATCH, Part, Parts, as_batch


def open_parts(X: Any) -> Parts | None:
    """Return a dataset, or what yields frames, as the parts of a table; None if it is neither."""
    library = type(X).__module__
    if library.startswith("pyarrow") and hasattr(X, "get_fragments"):
        return _of_dataset(X)
    if library.startswith("ray.data") and hasattr(X, "iter_batches"):
        return replace(_of_frames("the dataset of Ray", _blocks(X)), container=FRAME)
    if hasattr(X, "__next__") and hasattr(X, "__iter__"):
        return _of_frames("the iterator", X)
    return None


def _of_dataset(dataset: Any) -> Parts:
    fragments = sorted(dataset.get_fragments(), key=lambda one: getattr(one, "path", ""))
    if not fragments:
        raise InputError("a dataset that is a table has its rows in parts, but it has none; give another")
    names, schema = names_of(dataset.schema)
    parts = [FragmentPart(fragment, dataset.schema, place) for place, fragment in enumerate(fragments)]
    return Parts("the dataset", parts, names, schema)


def _blocks(dataset: Any) -> Iterator[pa.Table]:
    """Yield the blocks of a dataset of Ray in their order, which is no matter to Ray unless it is said."""
    options = dataset.context.execution_options
    before, options.preserve_order = options.preserve_order, True
    try:
        yield from dataset.iter_batches(batch_size=None, batch_format="pyarrow")
    finally:
        options.preserve_order = before


def _of_frames(where: str, frames: Iterable[Any]) -> Parts:
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None:
        raise InputError(f"a table needs rows, but {where} yields nothing; give frames with rows")
    part = FramePart(first, where, 0)
    rest = (FramePart(frame, where, place) for place, frame in enumerate(iterator, 1))
    return Parts(where, chain([part], rest), part.names, part.schema, part.container)


class FramePart(Part):
    """A frame, of whichever kind."""

    def __init__(self, frame: Any, where: str, place: int) -> None:
        self.name = f"part {place + 1:,} of {where}"
        table, self.container = _as_arrow(frame, self.name)
        self.names = list(frame.columns) if isinstance(frame, pd.DataFrame) else list(table.schema.names)
        self.schema = table.schema
        self._table = table

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, with the columns of a schema."""
        for batch in self._table.select(schema.names).to_batches(BATCH):
            yield as_batch(batch, schema, self.name)


def _as_arrow(frame: Any, name: str) -> tuple[pa.Table, str]:
    """Return a frame as an Arrow table, and what it was."""
    library = type(frame).__module__.partition(".")[0]
    if isinstance(frame, pa.RecordBatch):
        return pa.Table.from_batches([frame]), "batch"
    if library in ("polars", "pyarrow"):
        table = pa.table(frame.collect() if hasattr(frame, "collect") else frame)
        return table, "polars" if library == "polars" else "arrow"
    opened, container = open_frame(frame)
    if container == ARRAY:
        raise InputError(f"the parts of a table are frames with names of columns, but {name} is none; make it one")
    for column, dtype in opened.dtypes.items():  # pandas cannot read back what Arrow makes of these
        if isinstance(label_dtype(dtype), pd.IntervalDtype):
            raise InputError(
                f"a part of a table holds no intervals, but {name} does in column {str(column)!r}; give all rows as "
                "one frame, or turn them into text"
            )
    try:
        return without_index(pa.Table.from_pandas(opened, preserve_index=False)), container or FRAME
    except (pa.ArrowException, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"each column of a part holds values of one type, but in {name}: {reason}; mend it") from error
