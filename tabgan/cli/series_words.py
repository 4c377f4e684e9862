"""What `tabgan fit` and `tabgan info` say of time series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabgan.text import format_number, format_value

ROLES = ("time", "entity", "label", "static", "known_future", "channels")


def describe_series(summary: Mapping[str, Any]) -> str:
    """Write which series a model learns, from its summary: what columns are for, stretches, steps and seasons."""
    about = summary["series"]
    seasons = [format_number(n) if name.isdigit() else f"{name} ({n:.4g})" for name, n in about["seasons"].items()]
    stretches = f"{about['stretches']:,} stretch{'' if about['stretches'] == 1 else 'es'} without gaps"
    lines = [
        f"{about['series']:,} series, {stretches}, {about['steps']:,} steps, the longest {about['longest']:,}",
        f"step: {about['step'] or 'one row'}; seasons in steps: {', '.join(seasons) or 'none'}; "
        f"a step is given the {about['context']} before it",
    ]
    roles = {role: about[role] for role in ROLES if about[role]}
    return "\n".join([*(f"{role}: {format_value(columns)}" for role, columns in roles.items()), *lines])


def describe_aucs(summary: Mapping[str, Any], *, warned: bool = False) -> str:
    """Write how well trees tell windows of series from learned ones, from a model's summary.

    Of a network that added nothing that is said, unless a warning has.
    """
    auc, linear = summary["auc"], summary["linear_auc"]
    if summary["network_added"] or warned:
        told = f"trees tell windows from learned ones with an AUC of {auc:.2f} ({linear:.2f} for the linear chain)"
    else:
        told = (
            f"the network added nothing: trees tell windows from learned ones with an AUC of {auc:.2f} with it, "
            f"{linear:.2f} without"
        )
    return told + (", before the sieve" if summary["settings"]["sieve"] else "")
