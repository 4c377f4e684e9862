"""`tabgan schema`: what the columns of a table are taken for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.kinds import choose_columns, column_options
from tabgan.cli.showing import show

EPILOG = """\b
Examples:
  tabgan schema data.csv
  tabgan schema data.csv --categorical grade -o schema.json
  tabgan fit data.csv --schema schema.json

The file is meant to be edited. fit reads the names and kinds in it: continuous, integer, datetime, categorical,
boolean, constant, id, or drop. Columns that it does not name are left out."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@column_options
@click.option("-o", "--output", type=options.NEW_FILE, metavar="schema.json", help="Write the schema to a JSON file.")
@options.no_header
@options.reading
@options.overwrite
@options.as_json
def schema(data: Path, output: Path | None, overwrite: bool, as_json: bool, **columns: Any) -> None:
    """Show what the columns of DATA are taken for.

    Also what holds in all rows. The columns can be written to a file for `tabgan fit --schema`.
    """
    options.check_outputs([data, columns["schema"]], [output], overwrite)
    from tabgan.files import replacing
    from tabgan.preprocessing.seen_rules import find_clock_rules, find_seen_rules
    from tabgan.report.listing import format_columns, format_rules
    from tabgan.schema import Column, Schema
    from tabgan.schema.infer import learn_columns, survey
    from tabgan.schema.known import say_rows
    from tabgan.tables.check import check_table

    table, kinds = choose_columns(options.read_data(data, columns, later=True), columns)
    table = check_table(table, f"the table in {data}")[0]
    learned = learn_columns(table, kinds)
    found = survey(table, learned)
    known = Schema(tuple(column for column in learned if isinstance(column, Column)), "frame")
    matrix = known.to_matrix(table) if len(known) else None
    rules = [] if matrix is None else [*find_seen_rules(known, matrix), *find_clock_rules(known, matrix)]
    if output:
        with replacing(output, overwrite) as beside:
            beside.write_text(json.dumps({"columns": found}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if as_json:
        options.print_json({"columns": found, "rules": [rule.to_dict() for rule in rules]})
        return
    parts = [f"\n{column['name']}: {column['why']}" for column in found if "why" in column]
    parts += [f"\n{format_rules([rule.to_dict() for rule in rules])}"] if rules else []
    parts += [f"\nschema: {output}"] if output else []
    show(f"{data}: {say_rows(table)} x {len(found)} columns\n", format_columns(found), *parts)
