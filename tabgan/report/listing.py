"""Results as texts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tabgan.evaluation.phrase import Phrase
from tabgan.report.shown import Rows, Said, Shown
from tabgan.spelling import spell
from tabgan.text import format_number, format_value, shorten, write_apart

if TYPE_CHECKING:
    from tabgan.evaluation.result import EvaluationResult
    from tabgan.evaluation.scored import ScoredResult
    from tabgan.evaluation.scores import Score

MOST_COLUMNS = 30
MOST_TOLD = 12
MOST_LETTERS = 80
MOST_TYPED = 300
LEARNED_AS = """\
number: an output of its own. values, levels, gap: as many further outputs, one of which is on.
rare: levels that share an output, from which they are drawn as often as they were seen."""


def format_settings(settings: Mapping[str, Any]) -> str:
    """Write names and values, one pair in a line.

    Examples
    --------
    >>> print(format_settings({"gp_weight": 0.3, "hidden": (128, 128)}))
      gp_weight  0.3
      hidden     128,128
    """
    width = max(map(len, settings), default=0)
    return "\n".join(f"  {name:<{width}}  {format_value(value)}" for name, value in settings.items())


def format_columns(columns: Sequence[Mapping[str, Any]]) -> Rows:
    """Write what `Column.describe` says of columns, one in a line.

    Examples
    --------
    >>> print(format_columns([{"name": "age", "kind": "integer", "dtype": "int64", "distinct": 9, "range": [17, 90]}]))
    column  kind     dtype  distinct  missing  values
    age     integer  int64  9         -        17 to 90
    """
    rows = [
        [c["name"], c["kind"], c["dtype"], c.get("distinct", "-"), _format_missing(c.get("missing")), format_values(c)]
        for c in columns
    ]
    return Rows(["column", "kind", "dtype", "distinct", "missing", "values"], rows, left=True)


def _format_missing(missing: bool | int | None) -> str:
    return "-" if not missing else "yes" if missing is True else f"{missing:,}"


def format_values(column: Mapping[str, Any]) -> str:
    """Write which values a column has, as `Column.describe` says it."""
    if "range" in column:
        low, high = column["range"]
        low, high = (low, high) if isinstance(low, str) else write_apart([low, high])
        said = Phrase("{low} to {high}", low=low, high=high)
        if "days" in column:
            said = Phrase("{days}, {ends}", days=Phrase(column["days"]), ends=said)
        if "step" in column:
            said = Phrase("steps of {step}, {rest}", step=_format_end(column["step"]), rest=said)
        return said
    if "levels" in column:
        return ", ".join(map(str, column["levels"]))
    return str(column.get("value", "-"))


def _format_end(end: str | float) -> str:
    return end if isinstance(end, str) else format_number(end)


def format_combinations(groups: Sequence[Mapping[str, Any]]) -> str:
    """Write which columns are tied, in a line.

    Examples
    --------
    >>> format_combinations([{"columns": ["code", "name"], "combinations": 16}])
    'code, name: 16 combinations'
    """
    return "; ".join(f"{', '.join(g['columns'])}: {g['combinations']:,} combinations" for g in groups)


def format_gap_ties(ties: Sequence[Mapping[str, str]]) -> str:
    """Write which columns have their gaps where others say, in a line.

    Examples
    --------
    >>> format_gap_ties([{"column": "refund", "by": "vip"}])
    'vip -> refund'
    """
    more = ", ..." * (len(ties) > MOST_TOLD)
    return ", ".join(f"{tie['by']} -> {tie['column']}" for tie in ties[:MOST_TOLD]) + more


def format_rules(rules: Sequence[Mapping[str, Any]]) -> str:
    """Write what holds in all rows of a table, each with the option that keeps it.

    Examples
    --------
    >>> print(format_rules([{"rule": "a <= b", "constraint": "a <= b"}]))
    in all rows holds what the options beside keep; constraints='auto' keeps most:
      a <= b  constraints='a <= b'
    """
    told = [rule for rule in rules if len(rule["constraint"] or "") <= MOST_TYPED][:MOST_TOLD]
    written = [(shorten(rule["rule"], MOST_LETTERS), _keeps(rule["constraint"])) for rule in told]
    width = max((len(said) for said, _ in written), default=0)
    lines = [f"  {said:<{width}}  {option}" for said, option in written]
    more = [f"  ... and {len(rules) - len(told):,} more in {spell('json')}"] if len(rules) > len(told) else []
    head = f"in all rows holds what the options beside keep; {spell('constraints', 'auto')} keeps most:"
    return "\n".join([head, *lines, *more])


def _keeps(constraint: str | None) -> str:
    return "(no option keeps it, but evaluate judges by it)" if constraint is None else spell("constraints", constraint)


def format_encoding(columns: Sequence[Mapping[str, Any]]) -> Shown:
    """Write how columns are learned as a table."""
    rows = [[str(c["name"]), _learned_as(c), _rare(c)] for c in columns]
    return Shown([Rows(["column", "learned as", "rare"], rows, left=True, ours=["learned as"]), LEARNED_AS])


def _learned_as(column: Mapping[str, Any]) -> str:
    own = column["slots"] - column["gap_slot"] + column["steps"]
    parts = ["number"] if column["number"] else []
    kind = "level" if "levels" in column else "value"
    parts += [f"{own} {kind}{'s' if own > 1 else ''}"] if own else []
    parts += ["gap"] if column["gap_slot"] else []
    if column["kind"] == "id":
        return "not learned"
    return ", ".join(parts) or ("constant" if column["kind"] == "constant" else "follows from others")


def _rare(column: Mapping[str, Any]) -> str:
    return f"{column['rare_levels']} ({100 * column['rare_share']:.2g}%)" if column["rare_levels"] else "-"


def format_evaluation(result: ScoredResult) -> Shown:
    """Write the verdict, the headline scores beside their ceiling and baselines, and the columns from the worst."""
    verdict = result.verdict
    parts: list[str | Rows] = [Said(verdict.summary, verdict.level)]
    parts += [Said(f"- {finding.text}", finding.level) for finding in verdict.findings]
    parts += ["", *_format_scores(result)]
    if "gain" in result.scores and result.scores["gain"].spread == result.scores["gain"].spread:
        parts.append(_format_gain(result.scores["gain"]))
    from tabgan.evaluation.result import EvaluationResult

    if isinstance(result, EvaluationResult) and "shape" in result.scores:
        parts += ["", *_format_marginals(result)]
    parts += ["", *(f"{family}: {reason}" for family, reason in result.skipped.items())] if result.skipped else []
    parts += ["", *(f"note: {note}" for note in result.notes)] if result.notes else []
    return Shown(parts)


def _format_scores(result: ScoredResult) -> Shown:
    others = [who for who in result.contestants if who != "synthetic"]
    headline = {name: score for name, score in result.scores.items() if score.spec.headline}
    rows = []
    for name, score in headline.items():
        spread = f" ± {score.spread:.3f}" if score.spread == score.spread else ""
        best = "high" if score.direction == "higher" else "low"
        baselines = [_format_score(score.baselines.get(who, float("nan"))) for who in others]
        rows.append([name, best, f"{_format_score(score.value)}{spread}", *baselines])
    table = Rows(["score", "best", "synthetic", *others], rows)
    more = len(result.scores) - len(headline)
    return Shown([table, f"... and {more} more scores in {spell('report')} and {spell('json')}"] if more else [table])


def _format_gain(score: Score) -> str:
    return f"{score.spec.title}: {score.value:+.3f} ± {score.spread:.3f} ({score.note})"


def _format_score(value: float) -> str:
    return f"{value:.3f}" if value == value else "-"


def _format_marginals(result: EvaluationResult) -> Shown:
    """The columns, the least alike first, with the statistics of numbers."""
    from tabgan.evaluation.features import say_name

    shape = result.scores["shape"].per_column
    assert shape is not None
    statistics = result.statistics
    header = [name.replace("synthetic", "synth").replace("_", " ") for name in statistics]
    rows = []
    for name, row in shape.sort_values("synthetic", kind="stable").head(MOST_COLUMNS).iterrows():
        cells = map(format_number, statistics.loc[name]) if name in statistics.index else ["-"] * len(header)
        rows.append([say_name(name), f"{row['synthetic']:.3f}", f"{row['real']:.3f}", *cells])
    table = Rows(["column", "shape", "real rows", *header], rows)
    more = len(shape) - len(rows)
    return Shown([table, f"... and {more:,} more columns, which differ less"] if more else [table])
