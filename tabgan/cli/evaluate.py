"""`tabgan evaluate`: compare a synthetic table with a real one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.generate import SYNTHETIC
from tabgan.cli.headings import COLUMNS, OUTPUT, READING, SCORES, SERIES, under
from tabgan.cli.kinds import find_columns
from tabgan.cli.language import spoken
from tabgan.cli.requirements import read_requirements
from tabgan.cli.showing import append_summary, check_summary, github_summary, show
from tabgan.errors import InputError, TabganError, warn
from tabgan.report.shown import Rows, Said
from tabgan.spelling import command_line

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.evaluation.result import EvaluationResult
    from tabgan.evaluation.series.series_result import SeriesEvaluationResult

EPILOG = """\b
Examples:
  tabgan evaluate data.csv synth.csv --report report.html
  tabgan evaluate train.csv synth.csv --holdout test.csv --target fault
  tabgan evaluate train.csv synth.csv --only marginals,detection
  tabgan evaluate plant.csv synth.csv --series --time stamp
  tabgan evaluate train.csv synth.csv --json scores.json \\
      --fail-under "detection<0.7, shape>0.95"

Judges the rows of any tool. Each score stands beside its ceiling, what other real rows get, beside what copies of
learned rows get, and beside what trivial synthesizers get: interpolation between neighbours (SMOTE), copies with
noise, a Gaussian copula, shuffled columns; of series (--series) copies with noise, a stationary bootstrap, a VAR,
channels apart and shuffled steps.
docs/evaluation.md says what every score means. The report is one HTML file that needs no network.

Options of reading are for REAL and FILE; those that say how cells are read are for SYNTH, too.
REAL is the table that was learned; --holdout are real rows that were not. Without these, half of REAL stands in for
them, copying cannot be told, and nothing is called good: 'tabgan split data.csv --test 1/3' makes the two files.
Without --cols the columns of SYNTH are compared."""

_SOURCE = ("sheet", "variable", "transpose")
_KINDS = ("categorical", "continuous", "id")


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("real", type=options.TABLE)
@click.argument("synth", type=options.TABLE)
@click.option("--holdout", type=options.TABLE, metavar="FILE", help="Real rows that were not learned.")
@click.option(
    "--model",
    type=options.PATH,
    metavar="model.tabgan",
    help="What made SYNTH; its own check of memorising counts, too.",
)
@under(
    COLUMNS,
    options.cols,
    click.option("--target", metavar="COLUMN", help="What a model shall predict; needed by the scores of utility."),
    click.option("--categorical", metavar="COLUMNS", help="Columns to take for labels, whatever they hold."),
    click.option("--continuous", metavar="COLUMNS", help="Columns to take for numbers, however few their values."),
    click.option("--id", metavar="COLUMNS", help="Columns that tell rows apart, which are not judged."),
    click.option(
        "--balanced",
        metavar="auto|none|COLUMN",
        help="By which column SYNTH is balanced on purpose; it is judged with the real shares.  [default: auto]",
    ),
)
@under(
    READING,
    options.no_header,
    options.reading,
    click.option("--synth-variable", metavar="NAME", help="Which variable of SYNTH to read, when a .mat file."),
    click.option(
        "--synth-transpose/--no-synth-transpose", default=None, help="Whether this matrix is features x samples."
    ),
    click.option("--synth-sheet", metavar="NAME|N[:A3:I]", help="Which sheet of SYNTH to read, when a workbook."),
)
@under(
    SERIES,
    click.option(
        "--series", is_flag=True, help="REAL, SYNTH and FILE are series: one row for each step of each series."
    ),
    click.option(
        "--time", metavar="COLUMN", help="With --series: the times of the steps; where they jump a series ends."
    ),
    click.option("--entity", metavar="COLUMN", help="With --series: what tells several series apart."),
    click.option(
        "--window", type=int, metavar="STEPS", help="With --series: how many steps are looked at together (24)."
    ),
)
@under(
    SCORES,
    click.option(
        "--only", metavar="FAMILIES", help="Compute these families of scores only, such as marginals,detection."
    ),
    click.option("--fail-under", metavar="CONDITIONS", help='End with exit code 1 unless these hold: "detection<0.7".'),
    click.option("--seed", type=int, default=0, show_default=True, help="Of all that is drawn."),
    options.workers,
)
@under(
    OUTPUT,
    click.option("--report", type=options.NEW_FILE, metavar="report.html", help="Write all of it on one page."),
    click.option(
        "--plot",
        type=options.NEW_FILE,
        metavar="marginals.png",
        help="Draw the marginals of all columns, or stretches of series (.png .svg .pdf).",
    ),
    click.option(
        "--json",
        "json_path",
        type=options.NewFile(path_type=str),
        is_flag=False,
        flag_value="-",
        metavar="[scores.json]",
        help="Write all numbers as JSON; print them when no file follows.",
    ),
    github_summary,
    options.overwrite,
    options.quiet,
)
@options.verify
def evaluate(
    real: Path | str, synth: Path | str, only: str | None, fail_under: str | None, seed: int, **flags: Any
) -> None:
    """Compare SYNTH with REAL: scores, ceilings, baselines, verdict."""
    json_path = None if flags["json_path"] in (None, "-") else Path(flags["json_path"])
    outputs = [flags["report"], flags["plot"], json_path]
    options.check_plot(flags["plot"])
    inputs, summary = [real, synth, flags["holdout"], flags["model"]], flags["github_summary"]
    options.check_outputs(inputs, outputs, flags["overwrite"])
    check_summary(summary, [*inputs, *outputs])
    check_for_series(flags)
    from tabgan.evaluation.measuring import choose_families
    from tabgan.evaluation.scores import find_families

    kind = "series score" if flags["series"] else "score"
    asked = [name.strip() for name in only.split(",")] if only else None
    families = [family.name for family in choose_families(asked, kind)]
    known = [score for family in find_families(kind).values() for score in family.specs]
    requirements = read_requirements(fail_under, known) if fail_under else []
    model = None
    if flags["model"]:
        from tabgan.synthesizers.stored_rows import load_rows

        model = load_rows(flags["model"])
    left_out: list[str] = []
    tables = _read(real, synth, flags, left_out)
    told = dict(
        target=flags["target"], only=families, random_state=seed, verbose=not flags["quiet"], n_jobs=flags["workers"]
    )
    result = _compare(tables, told, model, flags)
    written = _write(result, model, json_path, flags)
    failures = [failure for requirement in requirements if (failure := requirement.failure(result))]
    shown = _list(result, synth, left_out)
    missed = [Said(failure, "poor") for failure in failures]
    append_summary(summary, f"tabgan evaluate: {synth} beside {real}", [*missed, *shown])
    if flags["json_path"] == "-":
        options.print_text(result.to_json())
    elif not flags["quiet"]:
        show(*shown, *written)
    if failures:
        raise TabganError(f"{'; '.join(failures)}; train longer, tune, or lower the bar")


def _list(
    result: EvaluationResult | SeriesEvaluationResult, synth: Path | str, left_out: list[str]
) -> list[str | Rows]:
    from tabgan.report.listing import format_evaluation

    notes = [f"note: not judged, as {synth} does not have it: {', '.join(left_out)}"] if left_out else []
    return [*format_evaluation(result), *notes]


def _compare(
    tables: dict[str, Any], told: dict[str, Any], model: Any, flags: dict[str, Any]
) -> EvaluationResult | SeriesEvaluationResult:
    if flags["series"]:
        from tabgan.evaluation.series.evaluating import evaluate_series

        series = {name: flags[name] for name in ("time", "entity", "window") if flags[name] is not None}
        return evaluate_series(**tables, **series, **told)
    from tabgan.evaluation.evaluate import evaluate as evaluate_tables

    return evaluate_tables(**tables, **told, model=model, balanced=flags["balanced"] or "auto")


def check_for_series(flags: dict[str, Any]) -> None:
    """Raise InputError if an option is given that is for series only, or for tables only."""
    lost = (*_KINDS, "balanced") if flags["series"] else ("time", "entity", "window")
    for name in lost:
        if flags[name] is not None:
            what = "tables, not for --series" if flags["series"] else "series"
            remedy = "leave it out" if flags["series"] else "add --series, or leave it out"
            raise InputError(f"--{name} is for {what}, but was given; {remedy}")


def _read(real: Path | str, synth: Path | str, flags: dict[str, Any], left_out: list[str]) -> dict[str, Any]:
    """Return the tables, with the selected columns, and kinds of columns by the names of `evaluate`'s parameters.

    What real tables have besides the synthetic one, and nobody left out, is added to `left_out`.
    """
    from tabgan.schema.texts.markers import mark_gaps_alike
    from tabgan.tables.formats import has_names
    from tabgan.tables.intake import read_place

    same = options.take_reading(flags)
    paths = {"train": real} | ({"holdout": flags["holdout"]} if flags["holdout"] else {})
    tables = {name: read_place(path, **same) for name, path in paths.items()}
    columns = tables["train"].columns
    kinds = {kind: list(columns[find_columns(tables["train"], flags[kind], f"--{kind}")]) for kind in _KINDS}
    kinds["ids"] = kinds.pop("id")
    # A real table without names, such as a matrix from a .mat file, has given rows without names.
    with command_line(**{name: f"synth_{name}" for name in _SOURCE}):
        own = {name: flags[f"synth_{name}"] for name in _SOURCE} | {name: same[name] for name in options.CELLS}
        rows = mark_gaps_alike(read_place(synth, header=has_names(columns), **own), tables["train"])
    if "holdout" in tables:
        tables["holdout"] = mark_gaps_alike(tables["holdout"], tables["train"])
    if has_names(rows.columns):
        rows = _without_more(rows, columns)
    if flags["series"]:
        return _match_series({**tables, "synthetic": rows}, flags)
    if cols := flags["cols"]:
        tables = {name: table.iloc[:, find_columns(table, cols, "--cols")] for name, table in tables.items()}
        rows = _same_columns(rows, list(tables["train"].columns), has_names(rows.columns))
    elif has_names(rows.columns):
        names = list(rows.columns)
        left_out += [str(name) for name in columns if name not in names]
        tables = {name: t[names] if set(names) <= set(t.columns) else t for name, t in tables.items()}
    return {**tables, "synthetic": rows, **kinds}


def _without_more(rows: pd.DataFrame, columns: pd.Index) -> pd.DataFrame:
    """Return synthetic rows without columns that no real table has, such as a mark; others may be misspelt names."""
    lacking = set(columns) - set(rows.columns)
    more = [name for name in rows if name not in columns and name != "series"]
    left = [name for name in more if not lacking or all(isinstance(v, str) and v == SYNTHETIC for v in rows[name])]
    if left:
        warn(f"columns that only the synthetic table has are not compared: {', '.join(map(str, left))}")
    return rows.drop(columns=left)


def _same_columns(rows: pd.DataFrame, names: list[Any], by_name: bool) -> pd.DataFrame:
    """Return the synthetic columns that match the real ones: by name, or all in order where they are only numbered."""
    if not by_name and rows.shape[1] == len(names):
        return rows.set_axis(names, axis=1)
    return rows[names] if set(names) <= set(rows.columns) else rows


def _match_series(tables: dict[str, pd.DataFrame], flags: dict[str, Any]) -> dict[str, Any]:
    """Return of all tables the channels that were selected, or those of the synthetic one, and what tells series."""
    roles = [name for name in (flags["time"], flags["entity"], "series") if name]
    train, rows = tables["train"], tables["synthetic"]
    chosen = train.columns[find_columns(train, flags["cols"], "--cols")] if flags["cols"] else rows.columns
    wanted = [*roles, *(name for name in chosen if name not in roles)]
    return {name: table[[column for column in wanted if column in table.columns]] for name, table in tables.items()}


def _write(
    result: EvaluationResult | SeriesEvaluationResult, model: Any, json_path: Path | None, flags: dict[str, Any]
) -> list[str]:
    """Write the files that were asked for, and return what they are."""
    written = []
    if path := flags["report"]:
        from tabgan.report.page import write_report

        write_report(result, path, lang=spoken(), model=model, overwrite=flags["overwrite"])
        written.append(f"report: {path}")
    if path := flags["plot"]:
        _draw(result, path, flags["overwrite"])
        written.append(f"plot: {path}")
    if json_path:
        from tabgan.files import replacing

        with replacing(json_path, flags["overwrite"]) as beside:
            beside.write_text(result.to_json() + "\n", encoding="utf-8")
        written.append(f"scores: {json_path}")
    return written


def _draw(result: EvaluationResult | SeriesEvaluationResult, path: Path, overwrite: bool) -> None:
    from tabgan.evaluation.result import EvaluationResult
    from tabgan.figures import save_figure

    if not isinstance(result, EvaluationResult):
        result.plot("stretches", path, overwrite)
        return
    axes = result.plot("marginals")
    save_figure(axes[0].get_figure(), path, overwrite)  # type: ignore[index]
