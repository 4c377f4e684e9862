"""`tabgan doctor`: what is installed, and what is not."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

import click

from tabgan import __version__
from tabgan.cli import options
from tabgan.cli.command import TORCH, TabganCommand, explain_torch
from tabgan.cli.showing import show
from tabgan.name_clash import OURS, describe_clash
from tabgan.report.shown import Said

EPILOG = """\b
Examples:
  tabgan doctor
  tabgan doctor --json

The exit code is 1 if something that every command needs is missing, too old or does not start, or if another package
named tabgan is there; extras are for what you use. docs/command-line.md has the line with which a shell completes
commands and options."""

FOR_WORK = ("dev", "docs")
"""Extras for the work on tabgan."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@options.as_json
def doctor(as_json: bool) -> None:
    """Say what is installed, and how to install what is missing.

    Also on which device networks are trained.
    """
    found = examine()
    if as_json:
        options.print_json(found)
    else:
        _print(found)
    if found["problems"]:
        click.get_current_context().exit(1)


def examine() -> dict[str, Any]:
    """Return all that is found out, as JSON values."""
    problems = []
    try:
        wanted = requires(OURS) or []
    except PackageNotFoundError:
        wanted = []
        problems.append(f"{OURS} is not installed, only its files are here; run pip install . in their folder")
    device, complaint = find_device()
    problems += [complaint] if complaint else []
    needed, lacking = {}, {}
    extras: dict[str, dict[str, Any]] = {}
    for extra, name, specifier, installed in _look_for(wanted):
        here = installed is not None and specifier.contains(installed, prereleases=True)
        if extra is None:
            needed[name] = installed
            if not here and not (name == "torch" and complaint):
                lacking[name] = f"{name}{specifier}"
        elif extra not in FOR_WORK:
            about = extras.setdefault(extra, {"here": True, "install": None})
            if not here:
                about.update(here=False, install=f'pip install "{OURS}[{extra}]"')
    if lacking:
        listed = " ".join(f'"{one}"' for one in lacking.values())
        problems.append(f"{', '.join(lacking)}: missing or of another version than tabgan needs; pip install {listed}")
    problems += [clash] if (clash := describe_clash()) else []
    return {
        "tabgan": __version__,
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "device": device,
        "needed": needed,
        "extras": extras,
        "problems": problems,
    }


def _look_for(wanted: list[str]) -> Iterator[tuple[str | None, str, Any, str | None]]:
    """Yield extra, name, the versions that will do, and the one that is here, of all that this Python needs."""
    from packaging.requirements import Requirement

    for requirement in map(Requirement, wanted):
        marker = requirement.marker
        extra = str(marker).rpartition('extra == "')[2].rstrip('"') if 'extra == "' in str(marker) else None
        if marker and not marker.evaluate({"extra": extra or ""}):
            continue
        try:
            installed: str | None = version(requirement.name)
        except PackageNotFoundError:
            installed = None
        yield extra, requirement.name, requirement.specifier, installed


def find_device() -> tuple[str | None, str | None]:
    """Return the device on which `device="auto"` trains, and what is wrong with torch, if anything."""
    try:
        import torch

        from tabgan.gan.device import resolve_device
    except (ImportError, OSError) as error:
        return None, explain_torch(error) or f"torch does not start: {error}; {TORCH}"
    device = resolve_device("auto")
    if device.type == "cuda":
        return f"{device} ({torch.cuda.get_device_name(device)})", None
    return f"cpu ({os.cpu_count()} cores)", None


def _print(found: dict[str, Any]) -> None:
    click.echo(f"tabgan {found['tabgan']} ({OURS}), Python {found['python']}, {found['system']}")
    click.echo(f"device: {found['device'] or 'none'}")
    needed = ", ".join(f"{name} {installed or 'missing'}" for name, installed in found["needed"].items())
    click.echo(f"needed: {needed or 'not known'}")
    here = [extra for extra, about in found["extras"].items() if about["here"]]
    click.echo(f"extras: {', '.join(here) or 'none'}")
    width = max(map(len, found["extras"]), default=0)
    for extra, about in found["extras"].items():
        if not about["here"]:
            click.echo(f"  not here: {extra:<{width}}  {about['install']}")
    fine = Said("all that every command needs is here, and no other package is called tabgan", "good")
    show(*([Said(f"problem: {problem}", "poor") for problem in found["problems"]] or [fine]))
