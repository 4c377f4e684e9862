"""What `tabgan generate` makes of a model of time series: windows, whole series, or scenarios of what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tabgan.cli import options
from tabgan.cli.headings import SERIES, under
from tabgan.errors import InputError
from tabgan.spelling import command_line, spell

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer

WHOLE = ("start", "known_future", "static", "label")
"""What only whole series can be asked for."""
ONLY_SERIES = ("length", "continue_from", *WHOLE)

series_options = under(
    SERIES,
    click.option("--length", type=int, metavar="L", help="How many steps of each."),
    click.option("--start", metavar="STAMP", help="When they begin, such as 2027-01-01."),
    click.option("--continue-from", type=options.TABLE, metavar="FILE", help="Go on after the last rows of a table."),
    click.option(
        "--known-future",
        type=options.TABLE,
        metavar="FILE",
        help="Table of the columns that are known in advance, from the first step on.",
    ),
    click.option("--static", multiple=True, metavar="COLUMN=VALUE", help="A static column's value; may be repeated."),
    click.option("--label", metavar="VALUE", help="The class of all steps, such as a fault."),
)


class Generated(NamedTuple):
    """Series in one table, what they are called, and how many there are."""

    table: pd.DataFrame
    what: str
    n: int


def generate_series(model: SeriesSynthesizer, n: int | None, seed: int | None, given: Mapping[str, Any]) -> Generated:
    """Make what was asked for: scenarios, whole series, or windows."""
    length, whole = given["length"], [name for name in WHOLE if given[name]]
    if length is None:
        raise InputError(f"a model of time series needs {spell('length', 24)}: how many steps each has")
    for name in ("where", "balance", "known"):
        if given[name] not in (None, ()):
            raise InputError(
                f"{spell(name)} is for rows of a table, but the model holds time series; "
                f"{spell('label', 'VALUE')} asks for a class"
            )
    from tabgan.tables.formats import read_table

    plan = read_table(given["known_future"], header=not given["no_header"]) if given["known_future"] else None
    with command_line(n="rows", n_samples="rows"), _progress(model, n, whole, given):
        if given["continue_from"]:
            if others := [name for name in whole if name != "known_future"]:
                raise InputError(
                    f"scenarios begin after the last row of {given['continue_from']}, and go on as it was, but "
                    f"{spell(others[0])} is given; leave one out"
                )
            last, what = read_table(given["continue_from"], header=not given["no_header"]), "scenario"
            made = model.continue_series(last, length, _one(n), known_future=plan, random_state=seed)
        elif whole or n is None:
            static = dict(_split(text, model) for text in given["static"])
            more = {"known_future": plan, "static": static, "label": given["label"], "random_state": seed}
            made, what = model.sample_series(length, given["start"] or None, _one(n), **more), "series"
        else:
            made, what = model.sample(n, length, random_state=seed), "window"
    return Generated(_as_table(made, model), what, _one(n))


@contextmanager
def _progress(
    model: SeriesSynthesizer, n: int | None, whole: Sequence[str], given: Mapping[str, Any]
) -> Iterator[None]:
    """Show how many steps were made, of windows, or of series that are made several at once."""
    from tabgan.progress import Progress
    from tabgan.synthesizers.series_synthesizer import BURN, SERIES_TOGETHER

    total = _one(n) * given["length"]
    if whole or n is None or given["continue_from"]:
        total = -(-_one(n) // SERIES_TOGETHER) * (given["length"] + (0 if given["continue_from"] else BURN))
    done = 0

    def watch(steps: int) -> None:
        nonlocal done
        done = min(done + steps, total)
        progress.update(done)

    with Progress(total, "step") as progress:
        if not given["quiet"]:
            model.watch = watch
        yield


def _one(n: int | None) -> int:
    return 1 if n is None else n


def _split(text: str, model: SeriesSynthesizer) -> tuple[Any, Any]:
    """Return a static column's name and value of a text such as model=B; numbers are such where the column has them."""
    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"{spell('static')} must be COLUMN=VALUE, but is {text!r}")
    column = next((column for column in model.schema_ if str(column.name) == name.strip()), None)
    if column is None or column.levels:
        return (name.strip() if column is None else column.name), value.strip()
    try:
        return column.name, float(value)
    except ValueError:
        raise InputError(f"column {name.strip()!r} holds numbers, but {spell('static')} is {text!r}") from None


def _as_table(made: Any, model: SeriesSynthesizer) -> pd.DataFrame:
    """Return arrays, as a model gives them that learned such, as a long table."""
    import pandas as pd

    from tabgan.synthesizers.series_rows import SERIES

    if isinstance(made, pd.DataFrame):
        return made
    names = [name for name in model.schema_.names if not (model.as_windows_ and name == SERIES)]
    table = pd.DataFrame(made.reshape(-1, len(names)), columns=names)
    if made.ndim == 3:
        table.insert(0, SERIES, [i + 1 for i in range(len(made)) for _ in range(made.shape[1])])
    return table
