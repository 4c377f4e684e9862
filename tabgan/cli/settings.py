"""Options of `tabgan fit` and `tabgan tune` that are parameters of the synthesizer, and the table they are for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.kinds import choose_columns, column_options
from tabgan.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_TABLE = (
    column_options,
    click.option(
        "--label",
        metavar="COLUMN",
        help="Column of labels, given to the generator: generate --where and --balance then make rows of them at once.",
    ),
    click.option(
        "--constraint",
        "constraints",
        multiple=True,
        metavar="RULE",
        help='What all rows keep, such as "start <= end" or "net + tax == gross"; may be given several times.',
    ),
    click.option(
        "--marginals",
        type=click.Choice(["quantile", "minmax", "auto"]),
        help="Make columns normal by rank before they are scaled to [-1, 1], or only scale them.",
    ),
    click.option(
        "--tails",
        type=click.Choice(["observed", "extrapolate"]),
        help="Keep numbers in the range that was seen, or let them go beyond it.  [default: observed]",
    ),
    click.option(
        "--pca",
        type=options.Components(),
        metavar="N|SHARE",
        help="Turn numbers into N principal components, or as many as hold this share of the variance.",
    ),
)

_AFTER = (
    click.option(
        "--calibrate/--no-calibrate",
        default=None,
        help="Give each generated column the real column's distribution.",
    ),
    click.option(
        "--sieve/--no-sieve",
        default=None,
        help="Refuse generated rows that a detector says are too many; generating takes longer.",
    ),
)

_TRAINING = (
    click.option(
        "--preset",
        type=click.Choice(["matlab", "fast", "balanced", "best"]),
        help="Where settings left out come from.  [default: balanced]",
    ),
    click.option("--iterations", type=int, metavar="N", help="Generator steps."),
    click.option(
        "--batch-size", type=options.BatchSize(), metavar="N|all", help="Rows in a step; all: all that are learned."
    ),
    click.option("--n-critic", type=int, metavar="N", help="Critic steps before each generator step."),
    click.option("--gp-weight", type=float, metavar="X", help="Weight of the gradient penalty (lambda)."),
    click.option(
        "--gp-share", type=float, metavar="X", help="Share of a batch that the penalty is taken over; less is faster."
    ),
    click.option("--latent-dim", type=int, metavar="N", help="Random numbers a row is made from."),
    click.option(
        "--hidden",
        type=options.Widths("auto"),
        metavar="N,N,...|auto",
        help="Widths of both networks' hidden layers.  [default: auto, the preset's]",
    ),
    click.option(
        "--frequencies",
        type=options.Widths("none"),
        metavar="N,N,...|none",
        help="Of the waves that the critic sees beside each number.",
    ),
    click.option(
        "--n-projections", type=int, metavar="N", help="Random projections of a row that the critic sees beside it."
    ),
    click.option("--critic-lr", type=float, metavar="X", help="Learning rate of the critic."),
    click.option("--generator-lr", type=float, metavar="X", help="Learning rate of the generator."),
    click.option(
        "--objective",
        type=click.Choice(["wgan-gp", "wgan", "gan"]),
        help="Gradient penalty, weight clipping, or the first GAN.  [default: wgan-gp]",
    ),
    click.option(
        "--held-aside",
        type=float,
        metavar="X",
        help="Share of the rows that is not learned, to compare with.",
    ),
    click.option("--threads", type=int, metavar="N", help="Threads of the CPU.  [default: 1, or 2 for large batches]"),
    click.option(
        "--device",
        metavar="auto|cpu|cuda|cuda:N|mps",
        help="Where to train.  [default: auto, a CUDA GPU when there is one]",
    ),
)


def settings(command: Callable) -> Callable:
    """Give a command all of these options."""
    for option in reversed((*_TABLE, *_TRAINING, *_AFTER)):
        command = option(command)
    return command


def is_given(name: str) -> bool:
    """Whether an option of the running command was given; None and () are values that can be given too."""
    return click.get_current_context().get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


def only_given(values: dict[str, Any], names: Sequence[Hashable]) -> dict[str, Any]:
    """Return the parameters that were given, with the label as the column of that name."""
    given = {name: value for name, value in values.items() if is_given(name)}
    if "label" in given:
        given["label"] = _find_label(given["label"], names)
    return given


def _find_label(text: str, names: Sequence[Hashable]) -> Hashable:
    for name in names:
        if str(name) == text:
            return name
    raise InputError(
        f"--label must be a column of the table, but is {text!r}; its columns are {', '.join(map(str, names))}"
    )


def read_training_table(path: Path, given: dict[str, Any]) -> tuple[pd.DataFrame, dict[Any, str] | None]:
    """Return the selected columns of a file and the kinds asked for; takes what says so out of `given`."""
    from tabgan.tables.check import check_training_table

    table, kinds = choose_columns(options.read_data(path, given), given)
    return check_training_table(table)[0], kinds or None
