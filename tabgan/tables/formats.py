"""Tables in files of any format. A format is a row of one table: which suffixes it has, how it is read and written."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tabgan.errors import InputError, TabganWarning
from tabgan.files import replacing
from tabgan.registry import register_own, registered
from tabgan.spelling import spell

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
        Takes a path, and by their names "delimiter" and "encoding" if they are `options` and given; returns a
        `TableWriter`. None where files are only read.
    options : tuple of str
        Which options of `read_table` such a file has: "header", "sheet", "variable", "transpose", "delimiter",
        "encoding", "skip_rows"; those that say how cells are read are for all.
    only_read : tuple of str
        More suffixes, of files that are read but not written.
    cells : bool
        Whether values are written as cells with number formats (see `Schema.for_cells`), and not as they are spelt.
    split : callable or None
        Takes a path, `test`, which says of each row whether it is in the test part, `parts`, the paths of both, and
        those `options` that were given; writes the rows as they stand in the file. None: they are written as read.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[..., pd.DataFrame]
    open_writer: Callable[..., TableWriter] | None = None
    options: tuple[str, ...] = ()
    only_read: tuple[str, ...] = ()
    cells: bool = False
    split: Callable[..., None] | None = None

    def suffixes_for(self, reading: bool) -> tuple[str, ...]:
        """Return the suffixes of files that can be read, or written."""
        return self.suffixes + self.only_read if reading else self.suffixes if self.open_writer else ()


def _late(module: str, name: str, *first: Any) -> Callable[..., Any]:
    """A function of a module that is imported when it is called: reading a CSV file shall not wait for scipy."""

    def call(path: Path, **options: Any) -> Any:
        return getattr(import_module(f"tabgan.tables.{module}"), name)(path, *first, **options)

    return call


TEXT = ("header", "delimiter", "encoding", "skip_rows")
"""Options of files of text."""
_text, _writer = _late("delimited", "read_text"), _late("text_writer", "TextWriter")
_tabs, _tab_writer = _late("delimited", "read_text", "\t"), _late("text_writer", "write_tabs")
_workbook, _sheet_writer = _late("excel", "read_excel"), _late("excel", "ExcelWriter")
_parquet, _group_writer = _late("parquet", "read_parquet"), _late("parquet", "ParquetWriter")
_matlab, _variable_writer = _late("mat", "read_mat"), _late("mat_writer", "MatWriter")
_split_text, _split_tabs = _late("text_parts", "split_text"), _late("text_parts", "split_text", "\t")
_split_sheet, _split_matlab = _late("excel_parts", "split_excel"), _late("mat", "split_mat")
for _format in (
    Format("csv", (".csv", ".csv.gz"), _text, _writer, TEXT, split=_split_text),
    Format("tsv", (".tsv", ".tsv.gz"), _tabs, _tab_writer, TEXT, split=_split_tabs),
    Format("parquet", (".parquet",), _parquet, _group_writer, split=_late("parquet", "split_parquet")),
    Format(
        "xlsx",
        (".xlsx",),
        _workbook,
        _sheet_writer,
        ("header", "sheet", "skip_rows"),
        (".xlsm",),
        cells=True,
        split=_split_sheet,
    ),
    Format(
        "mat", (".mat",), _matlab, _variable_writer, ("variable", "transpose", "cols", "header"), split=_split_matlab
    ),
):
    register_own("format", _format)

SHEETS = (".xls", ".xlsb", ".ods", ".et")
"""Of spreadsheets that are not read, but which Excel saves as .xlsx."""


def _formats() -> list[Format]:
    return list(registered("format").values())


def list_suffixes(reading: bool = False) -> str:
    """Return the suffixes that can be written, or read, for messages and help; longer ones last."""
    suffixes = [suffix for form in _formats() for suffix in form.suffixes_for(reading)]
    return " ".join(sorted(suffixes, key=lambda suffix: suffix.count(".")))


def table_format(path: str | os.PathLike[str], reading: bool = False) -> Format:
    """Return the format that the suffix of a file says, the one that was registered last if there are several.

    Examples
    --------
    >>> table_format("rows.CSV.gz").name
    'csv'
    """
    name = Path(path).name.lower()
    for form in reversed(_formats()):
        if name.endswith(form.suffixes_for(reading)):
            return form
    remedy = "open it in Excel and save it as .xlsx" if reading and name.endswith(SHEETS) else "rename or convert it"
    raise InputError(
        f"a table's format is told by its suffix, one of {list_suffixes(reading)}, but {path} has none of them; "
        f"{remedy}"
    )


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
        A file of any registered format: .csv, .tsv (each plain or .gz), .parquet, .xlsx, .xlsm or .mat.
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
        `tabgan.schema.column.NUMBER_FORMATS` and the keys of `tabgan.schema.reading`.

    Raises
    ------
    InputError
        The file is missing, unreadable, empty, without rows, not of the format its suffix says, or has no such option.
    """
    from tabgan.schema.cells import read_columns  # which imports pandas: `--help` shall not wait for it
    from tabgan.schema.reading import Reading
    from tabgan.tables.left_out import leave_out

    path, form = Path(path), table_format(path, reading=True)
    chosen: dict[str, Any] = {
        "sheet": None if sheet is None else str(sheet),
        "variable": variable,
        "transpose": transpose,
    }
    chosen |= {"delimiter": delimiter, "encoding": encoding, "skip_rows": skip_rows}
    options = {name: value for name, value in chosen.items() if value is not None}
    if strange := [name for name in options if name not in form.options]:
        having = " ".join(s for form in _formats() if strange[0] in form.options for s in form.suffixes_for(True))
        raise InputError(f"{spell(strange[0])} is for {having}, but {path} is none of these; leave it out")
    told = {"header": header, "cols": cols}  # of formats that ask for it
    options |= {name: value for name, value in told.items() if name in form.options and value is not None}
    try:
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; check its name and place") from error
    table = form.read(path, **options)
    if drop_rows:
        table = leave_out(table, drop_rows)
    table = read_columns(table, Reading(decimal, dayfirst, tuple(missing or ()), censored, serial))
    if not header or not has_names(table.columns):
        table.columns = range(1, table.shape[1] + 1)
    elif "header" in options and _all_numbers(table.columns):
        message = f"the first line of {path} holds only numbers and is taken for column names; if it is data, use "
        warnings.warn(message + spell("header", False), TabganWarning, 2)
    if table.empty:
        raise InputError(f"a table needs rows, but {path} has only a header; name a file with data")
    return table


@contextmanager
def open_writer(
    path: str | os.PathLike[str],
    overwrite: bool = False,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Iterator[TableWriter]:
    """Yield a writer for the format that the suffix says. The file appears, whole, when the block ends well.

    Text and Parquet are written as they come; Excel and MATLAB files are collected in memory first. Columns labelled by
    numbers, as those of a table without names are, get no header. Text is written as `attrs` of the first block say:
    numbers as they are spelled, gaps by what marked them, with the delimiter and in the encoding of the file that was
    learned, unless others are asked for.

    Raises
    ------
    InputError
        The suffix is unknown or has no such option, the file exists and `overwrite` is not set, or it cannot be
        written.
    """
    form = table_format(path)
    assert form.open_writer is not None
    asked = {"delimiter": delimiter, "encoding": encoding}
    options = {name: value for name, value in asked.items() if value is not None}
    _check_options(form, options, path)
    with replacing(path, overwrite) as beside:
        writer = form.open_writer(beside, **options)
        try:
            yield writer
        except BaseException:
            writer.close(complete=False)
            raise
        writer.close(complete=True)


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
    except (InputError, MemoryError):
        raise
    except Exception as error:  # zlib, XML, index and struct errors, among others
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path} is not a whole {kind} ({reason}); write or copy it again") from error


def has_names(names: Iterable[object]) -> bool:
    """Whether columns have names of their own; those of a file without a header are labelled 1, 2, and so on."""
    return any(isinstance(name, str) for name in names)


def _all_numbers(names: Iterable[object]) -> bool:
    try:
        [float(str(name)) for name in names]
    except ValueError:
        return False
    return True
