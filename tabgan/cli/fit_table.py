"""What `tabgan fit` makes and prints of a table of single rows."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.showing import show

if TYPE_CHECKING:
    import pandas as pd

    from tabgan.synthesizers.rival import Rival
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer


def make(**given: Any) -> WGANGPSynthesizer:
    """Return what is fitted."""
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer  # imports torch, which takes a second

    return WGANGPSynthesizer(**given)


def print_plan(model: WGANGPSynthesizer, table: pd.DataFrame, as_json: bool) -> None:
    """Print what would be learned, and how."""
    from tabgan.gan.checkpoint import parse_interval
    from tabgan.gan.device import resolve_device
    from tabgan.preprocessing.seen_rules import learn_constraints
    from tabgan.report.listing import format_columns, format_settings
    from tabgan.schema import Schema
    from tabgan.schema.known import say_rows
    from tabgan.seeds import resolve_seed
    from tabgan.synthesizers.base import ask_for_classes, find_label
    from tabgan.synthesizers.resolve import resolve_settings
    from tabgan.synthesizers.scaling import place_scaler
    from tabgan.synthesizers.targets import check_target, find_target

    resolve_seed(model.random_state)
    parse_interval(model.checkpoint_every)
    target = find_target(model.target, model.label, table, False)
    schema = Schema.learn(table, kinds=ask_for_classes(table, model.label, model.kinds, True))
    rows = schema.to_matrix(table)
    constraints = learn_constraints(model.constraints, schema, rows)
    constraints.check(rows)
    if target is not None:
        check_target(target, schema, find_label(schema, table, target), rows, constraints)
    place_scaler(model.scaler, schema, rows)
    settings = asdict(resolve_settings(model.get_params(), len(table)))
    device = str(resolve_device(model.device))
    if as_json:
        columns = [column.describe() for column in schema]
        kept = {"constraints": [rule.text for rule in constraints.rules]}
        options.print_json({"rows": len(table), "columns": columns, **kept, "device": device, "settings": settings})
        return
    keeps = [f"keeps: {'; '.join(rule.text for rule in constraints.rules)}\n"] if constraints else []
    show(
        f"{say_rows(table)} x {len(schema)} columns\ndevice: {device}\n",
        format_columns([column.describe() for column in schema]),
        "",
        *keeps,
        format_settings(settings),
        "nothing was fitted or written (--dry-run)",
    )


def find_rival(model: WGANGPSynthesizer, table: pd.DataFrame) -> Rival | None:
    """Return what a vine copula has to say against a model that is written; None, with a warning, if that failed."""
    from tabgan.synthesizers.fit_report import kept_when_it_fails
    from tabgan.synthesizers.rival import compare_with_vine

    with kept_when_it_fails("it is not compared with a vine copula"):
        return compare_with_vine(model, table)
    return None


def summarise(model: WGANGPSynthesizer, output: Path, rival: Rival | None = None) -> dict[str, Any]:
    """Return what came of the fit as JSON values."""
    from tabgan.gan.objectives import estimates_distance
    from tabgan.synthesizers.fit_report import describe_gap_ties, describe_training

    close = model.memorisation_
    return {
        "model": str(output),
        "rows": model.n_samples_,
        "columns": [str(name) for name in model.schema_.names],
        **describe_training(model.history_, estimates_distance(str(model.objective))),
        "constraints": [rule.text for rule in model.constraints_.rules],
        "combinations": combinations_of(model),
        "gap_ties": describe_gap_ties(model.schema_.names, model.encoder_.get_state()),
        "target": target_of(model),
        "memorisation": close and close.to_dict(),
        "rival": rival and asdict(rival) | {"nearer": rival.nearer},
        "seconds": model.history_.seconds,
        "seed": model.seed_,
        "settings": asdict(model.settings_),
    }


def combinations_of(model: WGANGPSynthesizer) -> list[dict[str, Any]]:
    """Return which columns are tied, and how many combinations they have."""
    combinations = model.row_generator_.combinations
    return combinations.describe(model.schema_.names) if combinations else []


def target_of(model: WGANGPSynthesizer) -> dict[str, Any] | None:
    """Return what was learned of the target, if there is one."""
    from tabgan.synthesizers.targets import describe_target

    taught = model.row_generator_.target
    columns = [column.describe() for column in model.schema_]
    return describe_target(model.target_, None if taught is None else taught.get_state(), columns)


def print_summary(
    model: WGANGPSynthesizer, output: Path, plot: Path | None, seconds: float, synth: str, rival: Rival | None = None
) -> None:
    """Print what came of a fit that took so long, and how rows come into a file of some name."""
    from tabgan.report.listing import format_combinations, format_gap_ties
    from tabgan.report.target_words import say_target
    from tabgan.spelling import spell
    from tabgan.synthesizers.fit_report import describe, describe_gap_ties

    history = model.history_
    click.echo(f"learned {model.n_samples_:,} rows x {len(model.schema_)} columns in {describe_speed(model, seconds)}")
    compared = f"{history.n_held_aside:,} held-aside rows" if history.n_held_aside else "the training rows"
    click.echo(
        f"best generator: iteration {history.best_iteration:,}, sliced Wasserstein distance "
        f"{history.best_distance:.4f} to {compared} ({history.floor:.4f} between real rows)"
    )
    n_learned = model.n_samples_ - history.n_held_aside
    click.echo(describe(history, model.schema_.names, n_learned, model.settings_.n_critic))
    click.echo(describe_helpers(model))
    if target := target_of(model):
        click.echo(say_target(target))
    if rules := model.constraints_.rules:
        click.echo(f"keeps: {'; '.join(rule.text for rule in rules)}")
    if tied := combinations_of(model):
        click.echo(f"tied: {format_combinations(tied)}; {spell('combinations', False)} leaves them apart")
    if ties := describe_gap_ties(model.schema_.names, model.encoder_.get_state()):
        click.echo(f"tied gaps: {format_gap_ties(ties)}; {spell('combinations', False)} leaves them apart")
    if model.memorisation_ and not model.memorisation_.too_close:  # otherwise there was a warning
        click.echo(model.memorisation_.describe())
    if rival:
        click.echo(rival.describe())
    print_files(model, output, plot)
    click.echo(f"next:  tabgan generate -n {model.n_samples_} -o {synth}{name_model(output)}")


def describe_helpers(model: WGANGPSynthesizer) -> str:
    """Return what helps the generator on this table, and what was tried and did not."""
    rows, settings = model.row_generator_, model.settings_
    said = (
        f"rows come from {1 + len(rows.draws.members)} averages of the generator"
        if len(rows.draws.members)
        else "rows come from the generator"
    )
    if rows.copula is not None:
        said += f" and, {100 * rows.copula.share_:.0f}% of them, from a Gaussian copula"
    if rows.sieve is not None:
        return f"{said}; the sieve lets {100 * rows.sieve.acceptance_:.2g}% through"
    return f"{said}; no sieve: what it learns does not hold for rows that it has not seen" if settings.sieve else said


def describe_speed(model: Any, seconds: float) -> str:
    """Return how long a fit took, how many iterations in a second of training, and where, unless on the CPU."""
    n, trained, device = len(model.history_), model.history_.seconds or 0, model.history_.device
    place = "" if device == "cpu" else f" on {device}"
    return f"{seconds:.1f} s ({n:,} iterations, {n / max(trained, 1e-9):,.0f}/s{place})"


def print_files(model: Any, output: Path, plot: Path | None) -> None:
    """Print what was written."""
    click.echo(f"model: {output}" + (f"\nplot:  {plot}" if plot else ""))
    if model.checkpoint and Path(model.checkpoint).exists():
        if model.history_.status == "interrupted":
            click.echo(f"state: {model.checkpoint}; --resume goes on from there; else remove it")
        else:
            more = "more --iterations, --patience or --max-seconds"
            click.echo(f"state: {model.checkpoint}; --resume goes on from there with {more}; else remove it")


def name_model(output: Path) -> str:
    """Return the option that names a model file, if it is needed."""
    return "" if str(output) == "model.tabgan" else f" -m {shlex.quote(str(output))}"
