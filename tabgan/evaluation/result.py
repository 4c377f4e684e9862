"""All scores of a synthetic table."""

from __future__ import annotations

import json
import platform
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.scores import CONTESTANTS, Score
from tabgan.evaluation.tables import Tables
from tabgan.evaluation.verdict import Verdict, reach_verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy")


@dataclass(frozen=True, eq=False)
class EvaluationResult:
    """Scores of a synthetic table, each beside its ceiling and baselines.

    Attributes
    ----------
    scores : dict of str to Score
        By name, such as "shape", "detection" or "dcr"; docs/evaluation.md says what each means.
    skipped : dict of str to str
        Families that could not be computed, and why.
    tables : Tables
        What was compared.
    random_state : int
        The seed.
    seconds : dict of str to float
        How long each family took, and "all".
    """

    scores: dict[str, Score]
    skipped: dict[str, str]
    tables: Tables = field(repr=False)
    random_state: int = 0
    seconds: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, drawn or changed."""
        return self.tables.notes

    @cached_property
    def verdict(self) -> Verdict:
        """May the rows be used? In words, by family."""
        return reach_verdict(self.scores, self.tables)

    def __str__(self) -> str:
        return str(self.verdict)

    def family(self, name: str) -> dict[str, Score]:
        """Return the scores of a family."""
        return {key: score for key, score in self.scores.items() if score.family == name}

    def plot(self, what: str = "scores", column: Hashable | None = None, ax: Axes | None = None) -> Axes | NDArray[Any]:
        """Draw a part of the result with matplotlib.

        Parameters
        ----------
        what : {"scores", "marginals", "pairs"}
            Headline scores beside their baselines; marginals of real and synthetic rows; similarity of pairs.
        column : name, optional
            The column of "marginals"; all of them without it.
        ax : matplotlib Axes, optional
            Where to draw; a new figure's by default.

        Returns
        -------
        Axes, or ndarray of Axes for the marginals of all columns
        """
        from tabgan.evaluation import pictures  # matplotlib takes a while to load

        if what == "marginals" and column is None:
            return pictures.plot_marginals(self.scores, self.tables)
        if what == "marginals":
            return pictures.plot_marginal(self.scores, self.tables, column, ax)
        if what == "pairs":
            return pictures.plot_pairs(self.scores, self.tables, ax)
        if what == "scores":
            return pictures.plot_scores(self.scores, ax)
        raise InputError(f"what is drawn is scores, marginals or pairs, but {what!r} was asked for; name one of these")

    def _repr_html_(self) -> str:
        rows = "".join(_to_row(score) for score in self.scores.values() if score.spec.headline)
        findings = "".join(f"<li>{escape(finding.text)}</li>" for finding in self.verdict.findings)
        header = "".join(f"<th>{escape(title)}</th>" for title in ("score", *CONTESTANTS.values()))
        return (
            f"<div><p><strong>{escape(self.verdict.summary)}</strong></p><ul>{findings}</ul>"
            f"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    @cached_property
    def statistics(self) -> pd.DataFrame:
        """Mean, std, min, max and share of gaps of each column of numbers, such as `real_mean`, `synthetic_mean`."""
        numbers = [i for i, f in enumerate(self.tables.features) if f.levels is None and not f.is_date]
        names = [self.tables.names[place] for place in numbers]
        sides = {"real": self.tables.train, "synthetic": self.tables.synthetic}
        frames = {side: pd.DataFrame(rows[:, numbers], columns=names) for side, rows in sides.items()}
        asked = ("mean", "std", "min", "max")
        values = {f"{side}_{name}": frame.agg(name) for name in asked for side, frame in frames.items()}
        values |= {f"{side}_missing": frame.isna().mean() for side, frame in frames.items()}
        return pd.DataFrame(values, index=names)

    def to_frame(self, by: str = "score") -> pd.DataFrame:
        """Return all numbers.

        Parameters
        ----------
        by : {"score", "column"}
            One row per score, with value, spread, ceiling ("real") and baselines; or one row per column of the tables,
            with its parts of each score, such as `shape` and `shape_real`, and its statistics.

        Examples
        --------
        >>> from tabgan import evaluate
        >>> rng = np.random.default_rng(0)
        >>> result = evaluate(rng.normal(size=(60, 2)), rng.normal(size=(60, 2)), only=["marginals"])
        >>> list(result.to_frame().columns)[:6]
        ['family', 'title', 'direction', 'value', 'spread', 'real']
        """
        if by == "column":
            parts = {}
            for name, score in self.scores.items():
                if (frame := score.per_column) is not None:
                    parts[name] = frame["synthetic"]
                    if "real" in frame:
                        parts[f"{name}_real"] = frame["real"]
            return pd.DataFrame(parts, index=self.tables.names).join(self.statistics)
        rows = {
            name: dict(family=score.family, title=score.spec.title, direction=score.direction)
            | dict(value=score.value, spread=score.spread, **score.baselines)
            for name, score in self.scores.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as JSON values; what is not defined is None."""
        columns = self.to_frame("column")
        found: dict[str, Any] = {
            "verdict": self.verdict.to_dict(),
            "notes": list(self.notes),
            "skipped": self.skipped,
            "n_train": len(self.tables.train),
            "n_reference": len(self.tables.reference),
            "n_scored": len(self.tables.synthetic),
            "has_holdout": self.tables.has_holdout,
            "scores": {name: _describe(score) for name, score in self.scores.items()},
            "columns": [
                {"column": name, **row} for name, row in zip(columns.index, columns.to_dict("records"), strict=True)
            ],
            "random_state": self.random_state,
            "seconds": self.seconds,
            "versions": self.versions,
        }
        return {name: _finite(value) for name, value in found.items()}

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


def _to_row(score: Score) -> str:
    """A score beside its baselines as a row of an HTML table; all texts are escaped."""
    name = f'<td title="{escape(score.spec.meaning)}">{escape(score.spec.title)} <small>({score.direction} is better)'
    spread = "" if np.isnan(score.spread) else f" ± {score.spread:.3f}"
    others = [score.baselines.get(who) for who in CONTESTANTS if who != "synthetic"]
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
