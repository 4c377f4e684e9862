"""What the scores of any synthetic data are handed back as, whatever was compared."""

from __future__ import annotations

import json
import platform
from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from tabgan.evaluation.scores import Score
from tabgan.evaluation.verdict import Verdict

PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy")


class ScoredResult(ABC):
    """Scores, each beside its ceiling and baselines: a verdict, frames, JSON and HTML of them."""

    kind: ClassVar[str] = "score"
    """What its families are registered as."""

    scores: dict[str, Score]
    skipped: dict[str, str]
    random_state: int
    seconds: dict[str, float]

    @property
    @abstractmethod
    def notes(self) -> tuple[str, ...]:
        """What was left out, drawn or changed."""

    @property
    @abstractmethod
    def verdict(self) -> Verdict:
        """May what was made be used? In words, by family."""

    @property
    @abstractmethod
    def contestants(self) -> Mapping[str, str]:
        """Who is scored, and what they are called; "synthetic" and "real" are the first."""

    @abstractmethod
    def count_compared(self) -> dict[str, Any]:
        """Return how much was compared, as JSON values."""

    def __str__(self) -> str:
        return str(self.verdict)

    def family(self, name: str) -> dict[str, Score]:
        """Return the scores of a family."""
        return {key: score for key, score in self.scores.items() if score.family == name}

    def _repr_html_(self) -> str:
        rows = "".join(self._to_row(score) for score in self.scores.values() if score.spec.headline)
        findings = "".join(f"<li>{escape(finding.text)}</li>" for finding in self.verdict.findings)
        header = "".join(f"<th>{escape(title)}</th>" for title in ("score", *self.contestants.values()))
        return (
            f"<div><p><strong>{escape(self.verdict.summary)}</strong></p><ul>{findings}</ul>"
            f"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per score, with value, spread, ceiling ("real") and baselines."""
        rows = {
            name: dict(family=score.family, title=score.spec.title, direction=score.direction)
            | dict(value=score.value, spread=score.spread, **score.baselines)
            for name, score in self.scores.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as JSON values; what is not defined is None."""
        found: dict[str, Any] = {
            "verdict": self.verdict.to_dict(),
            "notes": list(self.notes),
            "skipped": self.skipped,
            **self.count_compared(),
            "scores": {name: _describe(score) for name, score in self.scores.items()},
            **self.describe_columns(),
            "random_state": self.random_state,
            "seconds": self.seconds,
            "versions": self.versions,
        }
        return {name: _finite(value) for name, value in found.items()}

    def describe_columns(self) -> dict[str, Any]:
        """Return what else `to_dict` tells, of columns."""
        return {}

    @property
    def versions(self) -> dict[str, str]:
        """What the scores were computed with."""
        return {
            "tabgan-wgangp": version("tabgan-wgangp"),
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        }

    def to_json(self) -> str:
        """Return `to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)

    def _to_row(self, score: Score) -> str:
        """A score beside its baselines as a row of an HTML table; all texts are escaped."""
        name = (
            f'<td title="{escape(score.spec.meaning)}">{escape(score.spec.title)} <small>({score.direction} is better)'
        )
        spread = "" if np.isnan(score.spread) else f" ± {score.spread:.3f}"
        others = [score.baselines.get(who) for who in self.contestants if who != "synthetic"]
        cells = "".join("<td>-</td>" if value is None else f"<td>{value:.3f}</td>" for value in others)
        return f"<tr>{name}</small></td><td><strong>{score.value:.3f}</strong>{spread}</td>{cells}</tr>"


def _describe(score: Score) -> dict[str, Any]:
    found: dict[str, Any] = dict(family=score.family, title=score.spec.title, meaning=score.spec.meaning)
    for name in ("value", "spread", "baseline", "baselines", "direction", "range", "note"):
        found[name] = getattr(score, name)
    if (classes := score.measured["synthetic"].per_class) is not None:
        found["per_class"] = {str(level): value for level, value in classes.items()}
    if (pairs := score.per_pair) is not None:
        found["worst_pairs"] = pairs.head(20).to_dict("records")
    return found


def _finite(value: Any) -> Any:
    """Replace numbers that JSON has not by None."""
    if isinstance(value, dict):
        return {str(key): _finite(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    if isinstance(value, (float, np.floating)) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
