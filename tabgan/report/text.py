"""Results as aligned text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tabgan.evaluation.result import EvaluationResult

MOST_WIDTH = 32


def format_number(value: float) -> str:
    """Write a number with four significant digits.

    Examples
    --------
    >>> format_number(0.017840461), format_number(452600.0), format_number(float("nan"))
    ('0.01784', '452600', '-')
    """
    if value != value:
        return "-"
    return f"{value:.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.4g}"


def format_rows(header: Sequence[str], rows: Sequence[Sequence[str]], left: bool = False) -> str:
    """Align rows under a header, the first column to the left, the others to the right; Chinese characters are wide.

    With `left`, all are aligned to the left.

    Examples
    --------
    >>> print(format_rows(["column", "KS"], [["流量", "0.1"], ["age", "0.25"]]))
    column    KS
    流量     0.1
    age     0.25
    """
    table = [[_shorten(str(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        gaps = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [
            cell + gap if i == 0 or left else gap + cell for i, (cell, gap) in enumerate(zip(row, gaps, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def format_settings(settings: Mapping[str, Any]) -> str:
    """Write names and values, one pair in a line.

    Examples
    --------
    >>> print(format_settings({"gp_weight": 0.3, "hidden": (128, 128)}))
      gp_weight  0.3
      hidden     128,128
    """
    width = max(map(len, settings), default=0)
    return "\n".join(f"  {name:<{width}}  {_format_value(value)}" for name, value in settings.items())


def _format_value(value: Any) -> str:
    if isinstance(value, float):
        return format_number(value)
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def format_columns(columns: Sequence[Mapping[str, Any]]) -> str:
    """Write what `Column.describe` says of columns, one in a line.

    Examples
    --------
    >>> print(format_columns([{"name": "age", "kind": "integer", "dtype": "int64", "distinct": 9, "range": [17, 90]}]))
    column  kind     dtype  distinct  missing  values
    age     integer  int64  9         -        17 to 90
    """
    rows = [
        [c["name"], c["kind"], c["dtype"], c.get("distinct", "-"), _format_missing(c.get("missing")), _format_values(c)]
        for c in columns
    ]
    return format_rows(["column", "kind", "dtype", "distinct", "missing", "values"], rows, left=True)


def _format_missing(missing: bool | int | None) -> str:
    return "-" if not missing else "yes" if missing is True else f"{missing:,}"


def _format_values(column: Mapping[str, Any]) -> str:
    if "range" in column:
        return " to ".join(end if isinstance(end, str) else format_number(end) for end in column["range"])
    if "levels" in column:
        return ", ".join(map(str, column["levels"]))
    return str(column.get("value", "-"))


def format_evaluation(result: EvaluationResult) -> str:
    """Write scores beside their baselines, the columns' statistics, and the verdict."""
    scores = list(result.scores.values())
    score_header = ["column", *(text for score in scores for text in (score.title, "baseline"))]
    score_rows = [
        [str(name), *(f"{v:.3f}" if v == v else "-" for score in scores for v in score.per_column.loc[name])]
        for name in result.statistics.index
    ]
    score_rows.append(["(average)", *(f"{v:.3f}" for score in scores for v in (score.value, score.baseline))])
    statistic_header = ["column", *(name.replace("synthetic", "synth").replace("_", " ") for name in result.statistics)]
    statistic_rows = [
        [str(name), *map(format_number, row)]
        for name, row in zip(result.statistics.index, result.statistics.to_numpy(), strict=True)
    ]
    return "\n".join(
        [
            f"{result.n_synthetic:,} synthetic rows against {result.against}; {result.n_real:,} real rows",
            "",
            format_rows(score_header, score_rows),
            "",
            format_rows(statistic_header, statistic_rows),
            "",
            result.verdict,
            *([f"not scored, because they hold no numbers: {', '.join(result.left_out)}"] if result.left_out else []),
        ]
    )


def _shorten(cell: str) -> str:
    cell = " ".join(cell.split())  # a line break in a name would break the table
    while _width(cell) > MOST_WIDTH:
        cell = cell[: -2 if cell.endswith("…") else -1].rstrip("…") + "…"
    return cell


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
