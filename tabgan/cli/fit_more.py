"""`tabgan fit --continue-from`: the networks of a model go on from where they are, on other rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli.fitting import is_given
from tabgan.cli.kinds import ASKED
from tabgan.errors import InputError
from tabgan.spelling import spell

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer

FIXED = ("preset", "latent_dim", "hidden", "frequencies", "n_projections", "objective", "label", "marginals", "pca")
"""Settings that say what networks are and what they learn."""
COLUMNS = ("drop", "schema", *ASKED)


def load_earlier(path: Path | None, series: bool) -> WGANGPSynthesizer | None:
    """Return the model that is gone on from, if any; InputError if it cannot be, or not as asked for."""
    if path is None:
        return None
    if changed := [name for name in (*FIXED, *COLUMNS) if is_given(name)]:
        what = "columns and their kinds" if changed[0] in COLUMNS else "networks, and what they learn,"
        raise InputError(f"{what} are those of {path}, but {spell(changed[0])} is given; leave it out, or fit anew")
    from tabgan.persistence import load
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer

    model = load(path)
    if series or not isinstance(model, WGANGPSynthesizer):
        held = "time series are learned anew" if series else f"{path} holds a {type(model).__name__}"
        raise InputError(f"what goes on is a WGAN-GP of single rows, but {held}; leave --continue-from out")
    return model


def name_columns(earlier: WGANGPSynthesizer | None, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters that name the columns that were learned, if none are named; others are left out."""
    if earlier is None or parameters["cols"]:
        return parameters
    names = [str(name).replace('"', '""') for name in earlier.schema_.names]
    return parameters | {"cols": ",".join(f'"{name}"' for name in names)}


def go_on(earlier: WGANGPSynthesizer | None, make: Callable[..., Any], **given: Any) -> Any:
    """Return what is fitted: a new model, or the earlier one with its own settings where none are given."""
    if earlier is None:
        return make(**given)
    del given["kinds"]
    kinds = {column.name: column.kind for column in earlier.schema_ if column.kind in ASKED and not column.constant}
    return earlier.set_params(**given, kinds=kinds, warm_start=True)


def say_what_stays(earlier: WGANGPSynthesizer | None, table: pd.DataFrame, silent: bool) -> None:
    """Print what of an earlier model stays, and what is learned anew; InputError if columns differ."""
    if earlier is None or silent:
        return
    from tabgan.schema import Schema
    from tabgan.synthesizers.continuation import check_same_columns, describe_continuation

    schema = Schema.learn(table, kinds=earlier.kinds)
    check_same_columns(earlier.schema_, schema)
    for line in describe_continuation(earlier, schema, len(table)):
        click.echo(line)
