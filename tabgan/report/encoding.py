"""How each column is learned, in words and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tabgan.preprocessing.levels import Levels
from tabgan.schema import Schema
from tabgan.text import format_rows

NOTE = """\
number: an output of its own. values, levels, gap: as many further outputs, one of which is on.
rare: levels that share an output, from which they are drawn as often as they were seen."""


def describe_columns(schema: Schema, encoder: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what `Column.describe` says of columns, and how they are learned by the state of a `TableEncoder`.

    That is: `number`, whether as a number; `slots`, how many of its values, gaps included, have an output of their own;
    `gap_slot`, whether gaps have; `rare_levels` and `rare_share`, how many levels share one, and the share of the rows
    that have them.
    """
    blocks = {}
    for state in encoder["levels"].values():
        levels = Levels(**state)
        blocks[levels.column] = levels
    return [column.describe() | _describe(i, blocks.get(i), encoder) for i, column in enumerate(schema)]


def _describe(position: int, levels: Levels | None, encoder: Mapping[str, Any]) -> dict[str, Any]:
    is_number = position in encoder["numbers"] and (levels is None or levels.rest == "number")
    found = {"number": is_number, "slots": 0, "gap_slot": False, "rare_levels": 0, "rare_share": 0.0}
    if levels is None:
        return found
    rows = levels.counts.sum() + levels.rare_counts.sum()
    return found | {
        "slots": len(levels.values),
        "gap_slot": bool(np.isnan(levels.values).any()),
        "rare_levels": len(levels.rare),
        "rare_share": float(levels.rare_counts.sum() / rows),
    }


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
