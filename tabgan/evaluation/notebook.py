"""A result as a few lines of HTML, for a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from tabgan.evaluation.scores import CONTESTANTS, Score
from tabgan.evaluation.verdict import Verdict

OTHERS = [who for who in CONTESTANTS if who != "synthetic"]


def to_html(verdict: Verdict, scores: Mapping[str, Score]) -> str:
    """Return the verdict and the headline scores beside their baselines; all texts are escaped."""
    rows = "".join(_row(score) for score in scores.values() if score.kind.headline)
    findings = "".join(f"<li>{escape(finding.text)}</li>" for finding in verdict.findings)
    header = "".join(f"<th>{escape(title)}</th>" for title in ("score", *CONTESTANTS.values()))
    return (
        f"<div><p><strong>{escape(verdict.summary)}</strong></p><ul>{findings}</ul>"
        f"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(score: Score) -> str:
    sign = "higher is better" if score.direction == "higher" else "lower is better"
    name = f'<td title="{escape(score.kind.meaning)}">{escape(score.kind.title)} <small>({sign})</small></td>'
    cells = [f"<td><strong>{score.value:.3f}</strong>{_spread(score)}</td>"]
    cells += [f"<td>{score.baselines[who]:.3f}</td>" if who in score.baselines else "<td>-</td>" for who in OTHERS]
    return f"<tr>{name}{''.join(cells)}</tr>"


def _spread(score: Score) -> str:
    return f" ± {score.spread:.3f}" if score.spread == score.spread else ""
