"""All that is found out of a table in one pass over its parts, by any number of readers."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce

import pyarrow as pa

from tabgan.errors import InputError
from tabgan.tables.scan.drawn_rows import PART, DrawnRows
from tabgan.tables.scan.facts import NUMBER, Facts, make_facts
from tabgan.tables.scan.part import Part

MOST_READERS = 4


@dataclass
class Summary:
    """How many rows there are, what they show of each column, and those that were drawn."""

    schema: pa.Schema
    drawn: DrawnRows
    facts: list[Facts] = field(default_factory=list)
    rows: int = 0

    @classmethod
    def empty(cls, schema: pa.Schema, learn_rows: int) -> Summary:
        """Return that of no row yet."""
        return cls(schema, DrawnRows(learn_rows), [make_facts(column.type) for column in schema])

    def add(self, batch: pa.RecordBatch, part: int, row: int) -> None:
        """Take in rows of a part, of which the first has a number, counted from 0; after those before them."""
        start = (part << PART) + row
        for facts, column in zip(self.facts, batch.columns, strict=True):
            facts.add(column, start)
        self.drawn.add(batch, start)
        self.rows += batch.num_rows

    def widen(self, schema: pa.Schema, name: str) -> None:
        """Let columns have wider types from here on; InputError if that makes them something else."""
        for i, (old, new) in enumerate(zip(self.schema, schema, strict=True)):
            if pa.types.is_null(old.type) and old.type != new.type:
                gaps, self.facts[i] = self.facts[i].gaps, make_facts(new.type)
                self.facts[i].gaps = gaps
            elif old.type != new.type and make_facts(new.type).family != NUMBER:
                raise InputError(
                    f"column {old.name!r} of {name} must be {old.type} as before, but would have to be {new.type}; "
                    "make them alike"
                )
        self.schema = schema

    def merge(self, other: Summary) -> Summary:
        """Return that of both."""
        facts = [mine.merge(theirs) for mine, theirs in zip(self.facts, other.facts, strict=True)]
        return Summary(self.schema, self.drawn.merge(other.drawn), facts, self.rows + other.rows)

    def digest(self) -> str:
        """Return a checksum of all of it."""
        told = [self.rows, str(self.schema), [facts.to_json() for facts in self.facts]]
        found = hashlib.sha256(json.dumps(told).encode())
        rows = self.drawn.table(self.schema)
        with pa.ipc.new_stream(_Hashed(found), rows.schema) as stream:
            stream.write_table(rows.combine_chunks())
        return found.hexdigest()


class _Hashed:
    """A file that keeps a checksum of what is written, and nothing else."""

    closed = False

    def __init__(self, found: hashlib._Hash) -> None:
        self._found = found

    def write(self, data: bytes) -> int:
        self._found.update(data)
        return len(data)

    def flush(self) -> None: ...


def scan(parts: Sequence[Part], schema: pa.Schema, learn_rows: int, readers: int | None = None) -> Summary:
    """Read the columns of a schema of all parts, once; the same comes of it whatever the number of readers.

    Each reader takes the next part that no one has, so that the parts of each come in their order.
    """
    readers = min(len(parts), readers or min(os.cpu_count() or 1, MOST_READERS))
    if readers <= 1:
        return _read(enumerate(parts), schema, learn_rows, threading.Event())
    places, lock, failed = itertools.count(), threading.Lock(), threading.Event()

    def take() -> Iterator[tuple[int, Part]]:
        while True:
            with lock:
                place = next(places)
            if place >= len(parts):
                return
            yield place, parts[place]

    with ThreadPoolExecutor(readers) as pool:
        running = [pool.submit(_read, take(), schema, learn_rows, failed) for _ in range(readers)]
        return reduce(Summary.merge, [task.result() for task in running])


def _read(parts: Iterator[tuple[int, Part]], schema: pa.Schema, learn_rows: int, failed: threading.Event) -> Summary:
    found = Summary.empty(schema, learn_rows)
    try:
        for place, part in parts:
            row = 0
            for batch in part.batches(schema):
                if failed.is_set():
                    return found
                found.add(batch, place, row)
                row += batch.num_rows
            part.check(row)
    except BaseException:
        failed.set()
        raise
    return found
