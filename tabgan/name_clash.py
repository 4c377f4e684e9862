"""Another distribution that also installs a package `tabgan` overwrites our files, or we its. Say so early."""

from __future__ import annotations

import re
import warnings
from importlib.metadata import distributions

from tabgan.errors import TabganWarning

OURS = "tabgan-wgangp"


def find_clashing() -> list[str]:
    """Return the names of other installed distributions that hold a package `tabgan`."""
    clashing = set()
    for distribution in distributions():
        files = distribution.read_text("RECORD") or ""
        if "\ntabgan/" in f"\n{files}" or "tabgan" in (distribution.read_text("top_level.txt") or "").split():
            name = distribution.metadata["Name"] or ""  # read last: it is slow, and there may be hundreds of them
            if re.sub(r"[-_.]+", "-", name).lower() != OURS:
                clashing.add(name)
    return sorted(clashing)


def describe_clash() -> str | None:
    """Say in one line that there is one, with the remedy; None when there is none."""
    if not (clashing := find_clashing()):
        return None
    return (
        f"{' and '.join(clashing)} also installs a package named tabgan, and the two overwrite each other; "
        f"pip uninstall {' '.join(clashing)} {OURS}, then pip install {OURS}"
    )


def warn_of_name_clash() -> None:
    """Warn when there is one."""
    if message := describe_clash():
        warnings.warn(TabganWarning(message), stacklevel=2)
