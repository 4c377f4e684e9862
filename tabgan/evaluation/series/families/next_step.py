"""Does a model learn as much from the series as from real ones? It predicts the next step of real series."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, Score, Spec
from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.schema.column import Floats

MOST_PAST = 24
"""Steps of all channels that are known."""

RIDGE = 1e-3
"""The weight of the penalty for each window."""

LEAST_SKILL = 0.02

SPECS = {
    "next_step": Spec(
        "next step by a linear model",
        "Share of the mean square change from step to step that a ridge regression explains in real series after "
        "learning these, averaged over channels: 0 is 'as it was', 1 is perfect.",
        range=(-np.inf, 1.0),
        headline=True,
    ),
    "next_step_trees": Spec(
        "next step of the target by trees",
        "The same of boosted trees and the target.",
        range=(-np.inf, 1.0),
        headline=True,
    ),
}


def measure(series: ComparedSeries, who: str, seed: int) -> dict[str, Measured]:
    """Score models that learned a contestant's windows on real ones that no one learned.

    "Train on synthetic, test on real" (Esteban, Hyland and Rätsch 2017), with the past of all channels, that of the
    target too: without it one channel's next value is predicted from the others, which is often noise.
    """
    past, change = _to_task(series, who)
    test_past, test_change = _to_task(series, "reference")
    mean, scale = past.mean(axis=0), past.std(axis=0) + 1e-9
    level = change.mean(axis=0)
    X = (past - mean) / scale
    weights = np.linalg.solve(X.T @ X + RIDGE * len(X) * np.eye(X.shape[1]), X.T @ (change - level))
    skills = _skills(np.clip((test_past - mean) / scale, -10, 10) @ weights + level, test_change)
    found = {"next_step": Measured(float(np.mean(skills)), per_column=skills)}
    if series.target is not None:
        trees = HistGradientBoostingRegressor(max_iter=100, early_stopping=False, random_state=0)
        trees.fit(past, change[:, series.target])
        skill = _skills(trees.predict(test_past)[:, None], test_change[:, [series.target]])
        found["next_step_trees"] = Measured(float(skill[0]))
    return found


def _to_task(series: ComparedSeries, who: str) -> tuple[Floats, Floats]:
    """What is known of each window, its steps but the last one less the one before, and the last change."""
    windows = series.scaled(who)
    known = windows[:, -MOST_PAST - 1 : -1]
    before = known[:, -1:]
    past = np.concatenate([before, known[:, :-1] - before], axis=1).reshape(len(windows), -1)
    return past, windows[:, -1] - known[:, -1]


def _skills(predicted: Floats, change: Floats) -> Floats:
    """One less the mean square error over the mean square change, by channel; 0 for channels that never change."""
    total = (change**2).sum(axis=0)
    return np.where(total > 0, 1 - ((predicted - change) ** 2).sum(axis=0) / np.where(total > 0, total, 1), 0.0)


def judge(scores: Mapping[str, Score], series: ComparedSeries) -> Finding:
    """Good when a tenth of the skill of real series is lost, fair up to 0.3; as much as .02 is always forgiven."""
    score = scores.get("next_step_trees") or scores["next_step"]
    values = dict(value=score.value, ceiling=score.baseline)
    if score.baseline < LEAST_SKILL:
        template = "Even real series hardly tell the next step (skill {ceiling:.3f}), so usefulness cannot be judged."
        return Finding("usefulness", "unknown", Phrase(template, **values))
    grade = Grade(score, 0.9 * score.baseline - 0.02, 0.7 * score.baseline - 0.02)
    template = (
        "A model that learned them explains {value:.1%} of the next changes of real series; one that learned real "
        "ones, {ceiling:.1%}."
    )
    return reach_finding("usefulness", Phrase(template, **values), [grade])


FAMILY = Family("usefulness", "Usefulness", "Does a model learn as much from them?", SPECS, measure, judge, place=3)
