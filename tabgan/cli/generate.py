"""`tabgan generate`: write new rows from a model file."""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan import __version__
from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.generate_parts import LOOK, Count, Folder, TableOrFolder, generate_parts, refuse_options
from tabgan.cli.generate_series import ONLY_SERIES, generate_series, series_options
from tabgan.cli.headings import OUTPUT, RUN, under
from tabgan.errors import BundleError, InputError
from tabgan.rules import CONDITIONS
from tabgan.spelling import command_line, spell
from tabgan.tables.formats import ABOUT, table_format

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.synthesizers.row_sampler import RowSampler
    from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer

EPILOG = f"""\b
Examples:
  tabgan generate -n 1000 -o synth.csv
  tabgan generate -n 200 -o more.xlsx -m pump.tabgan --seed 7
  tabgan generate -n 1000 -o faults.csv --where class=Ball_007_1 --where "load>=2"
  tabgan generate -n 1000 -o even.csv --balance class
  tabgan generate --known part.csv -o whole.csv            # rows of some columns are completed
  tabgan generate -n 1e9 -o rows/ --workers 16              # Parquet parts; --resume goes on after a kill
  tabgan generate -n 500 --length 24 -o windows.csv
  tabgan generate --length 8760 --start 2027-01-01 -o year.csv
  tabgan generate --continue-from plant.csv --length 168 -n 20 --known-future plan.csv -o scenarios.csv
  tabgan generate -n 5 --length 1000 --label fault -o faults.csv

The format is told by the suffix, one of FORMATS. The same model and seed always give the same rows, and the first k
rows do not depend on -n.

Folders. FILE may be a folder, whose name ends in / or which is there: rows then come in part-000000.parquet and so on,
made by --workers processes. How many these are changes no byte, and parts together are the rows of one file.

Time series. A model of these needs --length. With -n there are N windows, each from some place of what was learned;
without it, or with --start, --label, --static or --known-future, whole series, one unless -n says more; with
--continue-from scenarios of what comes after a table's last rows. Several are told apart by a column "series".
Series that are shorter are the beginnings of longer ones.

Conditions. Rows that do not meet all of them are left out until there are N that do. The last line says how many were
accepted; it is an error if that is none of 500,000, or fewer than N of 5 million (or of 200 N).

{CONDITIONS}
Only the label that a model was fitted with (--label) is generated as wished, without leaving rows out. Numbers without
end are hardly ever met exactly by --known: 'tabgan impute' fills in what goes with them.

Parquet, Feather and Excel files say beside their rows that these are synthetic, and name model, seed and version."""


SYNTHETIC = "synthetic"


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.option(
    "-n",
    "--rows",
    "n_samples",
    type=Count(),
    metavar="N",
    help="How many rows, such as 500 or 1e9; of time series, how many.",
)
@click.option("-o", "--output", type=TableOrFolder(), required=True, help="The table to write, or a folder for parts.")
@click.option("-m", "--model", type=options.PATH, default="model.tabgan", show_default=True, help="The model file.")
@click.option("--seed", type=int, metavar="N", help="Another gives other rows.  [default: the model's own]")
@click.option("--cols", metavar="COLUMNS", help="Columns to write, such as 1-3 or age,income; all when left out.")
@click.option(
    "--where", multiple=True, metavar="CONDITION", help='What all rows meet: class=b or "age>=60"; may be repeated.'
)
@click.option(
    "--balance",
    is_flag=False,
    flag_value="",
    metavar="[COLUMN]",
    help="Let each level of a column come equally often; without COLUMN, of the model's label.",
)
@click.option(
    "--known",
    type=options.TABLE,
    metavar="FILE",
    help="Complete the rows of a table of some columns, one new row for each; -n is left out.",
)
@series_options
@under(
    RUN,
    options.workers,
    options.ray,
    click.option(
        "--resume", is_flag=True, help="Go on with the parts that a run of the same settings left in the folder."
    ),
)
@under(
    OUTPUT,
    click.option("--mark", metavar="COLUMN", help='Add a column of this name that says "synthetic" in each row.'),
    options.writing,
    options.no_header,
    options.overwrite,
    options.quiet,
    options.as_json,
)
@options.verify
def generate(output: Path | str | Folder, model: Path, n_samples: int | None, seed: int | None, **given: Any) -> None:
    """Write N new rows, or time series, to a table."""
    if n_samples is None and given["length"] is None and given["known"] is None:
        raise click.UsageError(
            "Missing option '-n', how many rows; or '--known', rows to complete; or '--length', of time series."
        )
    if isinstance(output, Folder):
        generate_parts(output.path, model, n_samples, seed, given)
        return
    refuse_options(
        given, ("workers", "ray", "resume"), f"is for folders of parts, but {output} is a file; write {output}/"
    )
    cells = table_format(output).cells
    options.check_stream(output, given["as_json"])
    options.check_outputs(
        [model, *(given[name] for name in ("known", "continue_from", "known_future"))], [output], given["overwrite"]
    )
    from tabgan.columns import select_columns
    from tabgan.synthesizers.row_sampler import RowSampler
    from tabgan.synthesizers.stored_rows import load_rows

    start = time.monotonic()
    synthesizer = load_rows(model)
    if not (isinstance(synthesizer, RowSampler) or _makes_series(synthesizer)):
        raise BundleError(
            f"rows are made by a synthesizer, but {model} holds a {type(synthesizer).__name__}; name another with -m"
        )
    names = synthesizer.schema_.names
    schema = synthesizer.schema_.in_frames()
    synthesizer.schema_ = schema.for_cells() if cells else schema
    chosen = [names[i] for i in select_columns(given["cols"], names)] if given["cols"] else list(names)
    check_mark(given["mark"], names)
    write = _write_rows if isinstance(synthesizer, RowSampler) else _write_series
    used = synthesizer.seed_ if seed is None else seed
    given["about"] = {"origin": SYNTHETIC, "model": model.name, "seed": used, "version": __version__}
    about, told = write(synthesizer, n_samples, seed, chosen, output, given)
    marked = [] if given["mark"] is None else [given["mark"]]
    if given["as_json"]:
        files = {"output": str(output), "model": str(model)}
        columns = [*map(str, about.pop("columns", chosen)), *marked]
        options.print_json({"rows": about.pop("rows"), "columns": columns, **files, "seed": used, **about})
    elif not given["quiet"]:
        first, *rest = told
        took = f"in {time.monotonic() - start:.1f} s (seed {used})"
        for line in (f"{first} x {len(chosen) + len(marked)} columns {took}: {output}", *rest):
            options.tell(line, output)


def check_mark(mark: str | None, names: Sequence[Hashable]) -> None:
    """Raise InputError if the column that marks rows is one of the table."""
    if mark is not None and (not mark or mark in map(str, names)):
        raise InputError(f"{spell('mark')} adds a column, but there is a column {mark!r} already; give another name")


def _marked(table: pd.DataFrame, given: dict[str, Any]) -> pd.DataFrame:
    """Return rows that say where they are from: in a column if asked for, and in what files have beside rows."""
    marked = table if given["mark"] is None else table.assign(**{given["mark"]: SYNTHETIC})
    marked.attrs[ABOUT] = given["about"]
    return marked


def _makes_series(synthesizer: Any) -> bool:
    from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer

    return isinstance(synthesizer, SeriesSynthesizer)


def _write_rows(
    synthesizer: RowSampler,
    n: int | None,
    seed: int | None,
    chosen: list[Hashable],
    output: Path | str,
    given: dict[str, Any],
) -> tuple[dict[str, Any], list[str]]:
    """Write rows block by block; return an account as JSON values, and in lines."""
    import pandas as pd

    from tabgan.progress import Progress
    from tabgan.tables.formats import open_writer
    from tabgan.tables.intake import read_place

    if asked := [name for name in ONLY_SERIES if given[name] not in (None, ())]:
        raise InputError(f"{spell(asked[0])} is for time series, but the model holds rows of a table; leave it out")
    balanced = {None: False, "": True}.get(given["balance"], given["balance"])
    known = read_place(given["known"], header=not given["no_header"]) if given["known"] else None
    asked_for = 1 if n is None else n
    with command_line(n_samples="rows"):
        blocks = synthesizer.iter_samples(asked_for, seed, conditions=given["where"], known=known, balance=balanced)
    n = asked_for if known is None else len(known)
    done = 0
    look = {name: given[name] for name in LOOK}
    with open_writer(output, given["overwrite"], **look) as writer, Progress(n, "row") as progress:
        for block in blocks:
            table = block if isinstance(block, pd.DataFrame) else pd.DataFrame(block, columns=synthesizer.schema_.names)
            writer.write(_marked(table[chosen], given))
            done += len(block)
            if not given["quiet"]:
                progress.update(done)
    told = [f"{n:,} rows"]
    if blocks.accepted < blocks.candidates:
        told.append(f"accepted {100 * blocks.acceptance:.3g}% of {blocks.candidates:,} candidates")
    return {"rows": n, "candidates": blocks.candidates, "accepted": blocks.accepted}, told


def _write_series(
    synthesizer: SeriesSynthesizer,
    n: int | None,
    seed: int | None,
    chosen: list[Hashable],
    output: Path | str,
    given: dict[str, Any],
) -> tuple[dict[str, Any], list[str]]:
    """Write time series; return an account as JSON values, and in lines."""
    from tabgan.tables.formats import write_table

    made = generate_series(synthesizer, n, seed, given)
    table = made.table[[name for name in made.table.columns if name in chosen or name not in synthesizer.schema_.names]]
    write_table(_marked(table, given), output, given["overwrite"], **{name: given[name] for name in LOOK})
    plural = "" if made.n == 1 or made.what == "series" else "s"
    names = [str(name) for name in table.columns]
    account = {"rows": len(table), "columns": names, "kind": made.what, "n": made.n, "length": given["length"]}
    return account, [f"{made.n:,} {made.what}{plural} x {given['length']:,} steps"]
