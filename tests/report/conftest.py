"""Evaluations with made-up scores of all families, so that the page can be tested by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import evaluate
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.scores import CONTESTANTS, Finding, Measured, Score, Spec, find_families
from tabgan.evaluation.series.families.drift import PARTS
from tabgan.evaluation.series.making import make_compared
from tabgan.evaluation.series.series_result import SeriesEvaluationResult
from tabgan.evaluation.verdict import Verdict
from tabgan.gan.history import History

INF = float("inf")
SERIES_NAMES = ("<script>alert(1)</script>", "\"quotes' & <b>", "传感器 1", "{{ 7*7 }} {count}", "x" * 300)
SERIES_NAMES += ("flat", "state")
SCORES = {
    "pairs": ("dependence", "higher", (0, 1), True),
    "pearson": ("dependence", "lower", (0, 2), False),
    "digits": ("digits", "lower", (0.5, 1), True),
    "detection": ("detection", "lower", (0.5, 1), True),
    "recall": ("coverage", "higher", (0, 1), False),
    "coverage": ("coverage", "higher", (0, 1), True),
    "impossible_combinations": ("combinations", "lower", (0, 1), True),
    "rules_kept": ("rules", "higher", (0, 1), True),
    "predictability": ("predictability", "higher", (0, 1), True),
    "tstr": ("utility", "higher", (0, 1), True),
    "tstr_f1": ("utility", "higher", (0, 1), False),
    "dcr_ratio": ("privacy", "higher", (0, INF), True),
    "copies": ("privacy", "lower", (0, 1), False),
}
NAMES = [
    "<script>alert(1)</script>",
    "\"quotes' & <b>",
    "../../etc/passwd",
    "emoji 🚀",
    "x" * 500,
    "عمود",
    "{{ 7*7 }} {count} {% raw %}",
    "tab\tline\nnull\x00",
    "when",
    "constant",
]


@pytest.fixture(scope="session")
def hostile_table() -> pd.DataFrame:
    """Columns of every kind with names and levels that are markup, templates, or hard to write."""
    n_rows = 120
    rng = np.random.default_rng(0)
    columns = [rng.normal(size=n_rows) for _ in NAMES]
    columns[1] = rng.choice(["</svg><script>alert(2)</script>", '" onload="alert(3)', "long " * 40], n_rows)
    columns[3] = rng.choice(["🙂", "{a}", "{{b}}"], n_rows)
    columns[4][::2] = np.nan
    columns[8] = pd.date_range("2024-03-01", periods=n_rows, freq="37min")
    columns[9] = np.full(n_rows, 7.0)
    return pd.DataFrame(dict(zip(NAMES, columns, strict=True)))


def make_result(table: pd.DataFrame, holdout: pd.DataFrame | None = None, skip: str | None = None) -> EvaluationResult:
    """Real scores of the marginals, made-up ones of the other families, and a verdict."""
    real = evaluate(table, table.sample(frac=1, random_state=0), holdout, table.columns[1], only=["marginals"])
    scores, names = dict(real.scores), tuple(real.tables.names)
    for name, (family, direction, span, headline) in SCORES.items():
        if family != skip:
            spec = Spec(name, f"what {name} tells", direction, span, headline)
            measured = {who: _measure(name, place, len(names)) for place, who in enumerate(CONTESTANTS)}
            scores[name] = Score(name, family, spec, measured, names)
    skipped = {} if skip is None else {skip: Phrase("too few rows: {count}", count=7)}
    result = EvaluationResult(scores, skipped, real.tables, 0, {"marginals": 0.5, "all": 1.0})
    families = dict.fromkeys(score.family for score in scores.values())
    levels = ["good", "fair", "poor", "unknown", "good", "good"]
    findings = [Finding(f, level, Phrase("{f} in words", f=f)) for f, level in zip(families, levels, strict=False)]
    vars(result)["verdict"] = Verdict("poor", Phrase("a summary of all"), tuple(findings))
    return result


def _measure(name: str, place: int, n_columns: int) -> Measured:
    rng = np.random.default_rng([place, len(name)])
    measured = {"value": float("nan") if name == "copies" else float(0.6 + 0.07 * place)}
    if name in ("pairs", "detection", "predictability"):
        measured["per_column"] = rng.random(n_columns)
    if name == "pairs":
        first, second = np.triu_indices(n_columns, 1)
        measured["per_pair"] = pd.DataFrame({"first": first, "second": second, "value": rng.random(len(first))})
    if name in ("tstr_f1", "rules_kept", "impossible_combinations"):
        measured["per_class"] = pd.Series([0.5, 0.7, np.nan], index=["<b>", "b", "c"])
    return Measured(spread=0.01, note="a note", **measured)


@pytest.fixture(scope="session")
def history() -> History:
    """A run of 500 iterations that was measured ten times."""
    rng = np.random.default_rng(0)
    loss = -np.exp(-np.arange(500) / 100) + 0.1 * rng.normal(size=500)
    distance = np.column_stack([np.arange(50, 501, 50), np.linspace(0.5, 0.1, 10)])
    return History(
        loss + 0.1, loss, distance, best_iteration=450, status="finished", seconds=9.0, floor=0.1, noise=0.01
    )


@pytest.fixture(scope="session")
def hostile_result(hostile_table: pd.DataFrame) -> EvaluationResult:
    """Scores of all families for the hostile table."""
    return make_result(hostile_table)


@pytest.fixture(scope="session")
def wide_result() -> EvaluationResult:
    """Scores of all families but utility, of more columns than are shown at first, one with many levels."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(80, 70)), columns=[f"c{i}" for i in range(70)])
    table["c1"] = rng.choice([f"level {i}" for i in range(30)], 80)
    table["c2"] = np.r_[np.zeros(78), 1000.0, -1000.0] + table["c2"]
    table.insert(0, "empty", np.nan)
    return make_result(table, holdout=table.assign(c0=-table["c0"]), skip="utility")


def make_series_frame(n_steps: int, seed: int) -> pd.DataFrame:
    """Channels of every kind with names that are markup, templates or long."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_steps, 5)).cumsum(axis=0) * 0.1 + np.sin(np.arange(n_steps) / 4)[:, None]
    frame = pd.DataFrame(values, columns=list(SERIES_NAMES[:5]))
    frame["flat"] = 2.0
    frame["state"] = rng.choice(["</svg><script>alert(2)</script>", "关", "on"], n_steps)
    return frame


def make_series_result(
    real: pd.DataFrame, synthetic: pd.DataFrame, holdout: pd.DataFrame | None = None
) -> SeriesEvaluationResult:
    """Made-up scores of all families of series."""
    series = make_compared(real, synthetic, holdout)
    scores, findings = {}, []
    quarters = pd.Series([0.1, 0.2, np.nan, 0.3], list(PARTS))
    for family in find_families("series score").values():
        for name, spec in family.specs.items():
            low, high = max(spec.range[0], -1), min(spec.range[1], max(spec.range[0], -1) + 1)
            shares = np.linspace(0.5, 0.9, len(series.contestants))
            got = {
                who: Measured(low + share * (high - low), 0.01, per_class=quarters if name == "drift_ks" else None)
                for who, share in zip(series.contestants, shares, strict=True)
            }
            scores[name] = Score(name, family.name, spec, got, series.names)
        findings.append(Finding(family.name, "fair", Phrase("{f} in words", f=family.name)))
    result = SeriesEvaluationResult(scores, {}, series, 0, {"all": 1.0})
    vars(result)["verdict"] = Verdict("fair", Phrase("a summary of all"), tuple(findings))
    return result


@pytest.fixture(scope="session")
def series_result() -> SeriesEvaluationResult:
    """Made-up scores of series with channels of every kind."""
    synthetic = make_series_frame(400, 1)
    synthetic[SERIES_NAMES[2]] *= 50  # beyond the frame
    return make_series_result(make_series_frame(900, 0), synthetic)
