"""Tables in files of any format. A format is a row of one table: which suffixes it has, how it is read and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tabgan.errors import InputError, warn
from tabgan.files import FULL, check_output, replacing
from tabgan.registry import registered
from tabgan.spelling import spell
from tabgan.tables.bounds import check_columns
from tabgan.tables.places import STREAM, STREAM_FILE, as_place, opened, to_output

if TYPE_CHECKING:
    import pandas as pd


class TableWriter(Protocol):
    """Takes rows in blocks."""

    def write(self, block: pd.DataFrame) -> None:
        """Append rows; at least one block, which may be empty."""

    def close(self, complete: bool) -> None:
        """Finish the file; an incomplete one is removed afterwards."""


@dataclass(frozen=True)
class Format:
    """A format that tables have in files; ``register("format", ...)`` adds one.

    Attributes
    ----------
    name : str
        What it is registered by, such as "parquet".
    suffixes : tuple of str
        Of names of files, in lower case, with the dot.
    read : callable
        Takes a path, and by their names those `options` that were given; returns a DataFrame.
    open_writer : callable or None
        Takes a path, and by their names "delimiter", "encoding" and "escape_formulas" if they are `options` and given;
        returns a `TableWriter`. None where files are only read.
    options : tuple of str
        Which options of `read_table` such a file has: "header", "sheet", "variable", "transpose", "delimiter",
        "encoding", "skip_rows", and "drop_rows", without which rows are left out once they are read; those that say
        how cells are read are for all.
    only_read : tuple of str
        More suffixes, of files that are read but not written.
    places : tuple of str
        How URIs begin of what is no file, such as "sqlite://"; `read` takes these, `open_writer` them and `overwrite`.
    check : callable or None
        Of such places: raises InputError if a table cannot be written there, given `overwrite`.
    cells : bool
        Whether values are written as cells with number formats (see `Schema.for_cells`), and not as they are spelt.
    typed : bool
        Whether a cell may be text or a number whatever it shows, so that numbers that were text can be it again.
    split : callable or None
        Takes a path, `test`, which says of each row whether it is in the test part, `parts`, the paths of both, and
        those `options` that were given; writes the rows as they stand in the file, and may return options that are
        others for the parts. None: they are written as read.
    open_part : callable or None
        Takes a path, and those `options` that were given; returns a `tabgan.tables.scan.part.FilePart`, which yields
        the rows in batches. None: such files are read as a whole only.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[..., pd.DataFrame]
    open_writer: Callable[..., TableWriter] | None = None
    options: tuple[str, ...] = ()
    only_read: tuple[str, ...] = ()
    cells: bool = False
    split: Callable[..., dict[str, Any] | None] | None = None
    places: tuple[str, ...] = ()
    check: Callable[..., None] | None = None
    typed: bool = False
    open_part: Callable[..., Any] | None = None

    def suffixes_for(self, reading: bool) -> tuple[str, ...]:
        """Return the suffixes of files that can be read, or written."""
        return self.suffixes + self.only_read if reading else self.suffixes if self.open_writer else ()


ABOUT = "about"
"""Key of `DataFrame.attrs`: what is said of rows beside them, in files that have a place for it."""
SHEETS = (".xls", ".xlsb", ".ods", ".et")
"""Of spreadsheets that are not read, but which Excel saves as .xlsx."""


def _formats() -> list[Format]:
    return list(registered("format").values())


def list_suffixes(reading: bool = False) -> str:
    """Return the suffixes that can be written, or read, for messages and help; longer ones last."""
    suffixes = [suffix for form in _formats() for suffix in form.suffixes_for(reading)]
    return " ".join(sorted(suffixes, key=lambda suffix: suffix.count(".")))


def list_part_suffixes() -> str:
    """Return the suffixes of files that can be the parts of a table."""
    forms = [form for form in _formats() if form.open_part is not None]
    return " ".join(suffix for form in forms for suffix in form.suffixes_for(True))


def list_places() -> str:
    """Return how URIs of tables that are no files begin, for messages."""
    return " ".join(start for form in _formats() for start in form.places)


def table_format(path: str | os.PathLike[str], reading: bool = False) -> Format:
    """Return the format that the suffix of a file says, the one that was registered last if there are several.

    Examples
    --------
    >>> table_format("rows.CSV.gz").name
    'csv'
    """
    place = as_place(path)
    is_file = isinstance(place, Path) or place == STREAM
    name = STREAM_FILE if place == STREAM else str(place).lower()
    for form in reversed(_formats()):
        if name.endswith(form.suffixes_for(reading)) if is_file else name.startswith(form.places):
            return form
    remedy = "open it in Excel and save it as .xlsx" if reading and name.endswith(SHEETS) else "rename or convert it"
    raise InputError(
        f"a table's format is told by its suffix, one of {list_suffixes(reading)}, or as {list_places()}, but {path} "
        f"has none of them; {remedy}"
    )


def suffix_like(place: str | os.PathLike[str]) -> str:
    """Return the suffix of a file of the kind that a table is in, if such are written; else that of CSV.

    Examples
    --------
    >>> suffix_like("pump.XLSM"), suffix_like("rows.csv.gz"), suffix_like("parts/")
    ('.xlsx', '.csv.gz', '.csv')
    """
    for form in reversed(_formats()):
        known = [suffix for suffix in form.suffixes_for(True) if str(place).lower().endswith(suffix)]
        if known and (written := form.suffixes_for(False)):
            return known[0] if known[0] in written else written[0]
    return ".csv"


def read_table(
    path: str | os.PathLike[str],
    *,
    header: bool = True,
    sheet: str | int | None = None,
    variable: str | None = None,
    transpose: bool | None = None,
    cols: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    skip_rows: int | None = None,
    drop_rows: str | None = None,
    decimal: Literal[".", ","] | None = None,
    dayfirst: bool | None = None,
    missing: Sequence[str] | None = None,
    censored: bool = False,
    serial: Literal["excel", "matlab"] | None = None,
) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    path : path
        A file of any registered format: .csv, .tsv, .txt, .dat, .json, .jsonl, .ndjson (each plain or .gz),
        .parquet, .feather, .npy, .xlsx, .xlsm or .mat; "-", standard input, which holds text; or a table of a database,
        "sqlite:///pump.db::measurements", as "duckdb://" and "postgresql://" are.
    header : bool, default True
        Whether the first line of a text file or sheet holds the column names.
    sheet : str, int or None
        Which sheet of a workbook, by its name or number, counted from 1, and which cells of it, as in "Data:A3:I500",
        "Data:A3:I" or "A3:I"; None for the first that holds something.
    variable : str or None
        Which variable of a .mat file, or several of one length, as in "rms,kurt" or "X,y", whose columns are then put
        beside each other. None when it holds one table, or nothing but vectors of one length, which a warning says.
    transpose : bool or None
        Whether an array in a .mat file is features x samples. None is for its names or its shape to tell: an array with
        axes of 1 between the two is read the way that is evident, which a warning says; a matrix with fewer rows than
        columns is refused.
    cols : str or None
        The columns that will be taken, as `--cols` has them. All are returned; but a matrix in a .mat file of which
        they are the rows, and that has more columns, is turned, which a warning says.
    delimiter : str or None
        What stands between the fields of a text file; None is for its first lines to tell.
    encoding : str or None
        Of a text file, as Python calls it, such as "gbk"; None is for its bytes to tell.
    skip_rows : int or None
        How many lines of a text file or rows of a sheet stand before the table; None is for their shape to tell.
    drop_rows : str or None
        Which rows of the table to leave out, counted from 1, or from -1, the last: "1", "1-3,-1".
    decimal : "." or "," or None
        The decimal mark of numbers in text; None is for each column's cells to tell.
    dayfirst : bool or None
        Whether the day comes before the month in dates that can be read both ways.
    missing : sequence of str or None
        Cells that are gaps, beside those that are always taken for such: ["n.a.", "-999"].
    censored : bool, default False
        Whether cells such as <0.01 are read as the bound.
    serial : "excel" or "matlab" or None
        What numbers count in columns that are asked for as dates.

    Returns
    -------
    DataFrame of shape (n_samples, n_columns)
        Columns without names are labelled 1, 2, and so on. How it was written is in `attrs`, under
        `tabgan.schema.column.NUMBER_FORMATS` and the keys of `tabgan.schema.texts.reading`.

    Raises
    ------
    InputError
        The file is missing, unreadable, empty, without rows, not of the format its suffix says, or has no such option.
    """
    from pyarrow import default_memory_pool

    from tabgan.schema.texts.cells import read_columns  # which imports pandas: `--help` shall not wait for it
    from tabgan.schema.texts.reading import Reading
    from tabgan.tables.doubts import find_doubts
    from tabgan.tables.left_out import leave_out

    path, form = as_place(path), table_format(path, reading=True)
    chosen: dict[str, Any] = {
        "sheet": None if sheet is None else str(sheet),
        "variable": variable,
        "transpose": transpose,
    }
    chosen |= {"delimiter": delimiter, "encoding": encoding, "skip_rows": skip_rows}
    options = {name: value for name, value in chosen.items() if value is not None}
    if drop_rows and "drop_rows" in form.options:
        options["drop_rows"] = drop_rows  # before cells are read, as one may be why a column is text
    _check_options(form, options, path)
    told = {"header": header, "cols": cols}  # of formats that ask for it
    options |= {name: value for name, value in told.items() if name in form.options and value is not None}
    with opened(path) as file:
        table = form.read(file, **options)
    check_columns(table.shape[1], str(path))
    if drop_rows and "drop_rows" not in form.options:
        table = leave_out(table, drop_rows)
    table = read_columns(table, Reading(decimal, dayfirst, tuple(missing or ()), censored, serial))
    if not header or not has_names(table.columns):
        table.columns = range(1, table.shape[1] + 1)
    if table.empty:
        raise InputError(f"a table needs rows, but {path} has only a header; name a file with data")
    for note in find_doubts(table, str(path), header and "skip_rows" in form.options and has_names(table.columns)):
        warn(note)
    default_memory_pool().release_unused()  # what it took to read is as much as the table
    return table


@contextmanager
def open_writer(
    path: str | os.PathLike[str],
    overwrite: bool = False,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    escape_formulas: bool = False,
) -> Iterator[TableWriter]:
    """Yield a writer for the format that the suffix says. The file appears, whole, when the block ends well.

    Text and Parquet are written as they come; Excel and MATLAB files are collected in memory first. Columns labelled by
    numbers, as those of a table without names are, get no header. Text is written as `attrs` of the first block say:
    numbers as they are spelled, gaps by what marked them, with the delimiter and in the encoding of the file that was
    learned, unless others are asked for. With `escape_formulas` texts that a spreadsheet would take for formulas get an
    apostrophe before them, which is part of the text from then on.

    Raises
    ------
    InputError
        The suffix is unknown or has no such option, the file exists and `overwrite` is not set, or it cannot be
        written.
    """
    place, form = as_place(path), table_format(path)
    assert form.open_writer is not None
    asked = {"delimiter": delimiter, "encoding": encoding, "escape_formulas": escape_formulas or None}
    options = {name: value for name, value in asked.items() if value is not None}
    _check_options(form, options, path)
    if form.places:
        with _closing(form.open_writer(place, overwrite), form.typed) as writer:
            yield writer
        return
    target = to_output() if place == STREAM else replacing(place, overwrite)
    with target as beside, _closing(form.open_writer(beside, **options), form.typed) as writer:
        yield writer


@contextmanager
def _closing(writer: TableWriter, typed: bool) -> Iterator[TableWriter]:
    """Close a writer, as complete unless something failed."""
    from tabgan.tables.spelled import SpelledWriter

    try:
        yield SpelledWriter(writer, typed)
    except BaseException:
        writer.close(complete=False)
        raise
    writer.close(complete=True)


def check_writable(path: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Raise InputError, before any work is done, unless a table can be written there."""
    place, form = as_place(path), table_format(path)
    if form.check is not None:
        form.check(place, overwrite)
    elif place != STREAM:
        check_output(place, overwrite)


def write_table(table: pd.DataFrame, path: str | os.PathLike[str], overwrite: bool = False, **options: Any) -> None:
    """Write a whole table; see `open_writer`."""
    with open_writer(path, overwrite, **options) as writer:
        writer.write(table)


def _check_options(form: Format, options: Iterable[str], path: str | os.PathLike[str]) -> None:
    """Raise InputError if files of a format do not have an option."""
    if strange := [name for name in options if name not in form.options]:
        having = " ".join(s for form in _formats() if strange[0] in form.options for s in form.suffixes_for(True))
        raise InputError(f"{spell(strange[0])} is for {having}, but {path} is none of these; leave it out")


@contextmanager
def parsing(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a format's library raises on a harmed file into an InputError."""
    try:
        yield
    except InputError:
        raise
    except MemoryError as error:
        reason = " ".join(str(error).split()) or "no more is said"
        raise InputError(
            f"{path} asks for more memory than there is ({reason}); if it is a whole {kind}, split it into several"
        ) from error
    except Exception as error:  # zlib, XML, index and struct errors, among others
        if isinstance(error, OSError) and error.errno in FULL:  # of the disk that is written to meanwhile
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path} is not a whole {kind} ({reason}); write or copy it again") from error


def has_names(names: Iterable[object]) -> bool:
    """Whether columns have names of their own; those of a file without a header are labelled 1, 2, and so on."""
    return any(isinstance(name, str) for name in names)
