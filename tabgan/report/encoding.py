"""How each column is learned, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tabgan.text import format_rows

NOTE = """\
number: an output of its own. values, levels, gap: as many further outputs, one of which is on.
rare: levels that share an output, from which they are drawn as often as they were seen."""


def format_encoding(columns: Sequence[Mapping[str, Any]]) -> str:
    """Write how columns are learned as a table."""
    rows = [[str(c["name"]), _learned_as(c), _rare(c)] for c in columns]
    return f"{format_rows(['column', 'learned as', 'rare'], rows, left=True)}\n{NOTE}"


def _learned_as(column: Mapping[str, Any]) -> str:
    own = column["slots"] - column["gap_slot"]
    parts = ["number"] if column["number"] else []
    kind = "level" if "levels" in column else "value"
    parts += [f"{own} {kind}{'s' if own > 1 else ''}"] if own else []
    parts += ["gap"] if column["gap_slot"] else []
    return ", ".join(parts) or ("constant" if column["kind"] == "constant" else "follows from others")


def _rare(column: Mapping[str, Any]) -> str:
    return f"{column['rare_levels']} ({100 * column['rare_share']:.2g}%)" if column["rare_levels"] else "-"
