"""Does a model learn as much from the rows as from real ones? Real rows that no one learned are the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.evaluation.closeness import count_dimensions
from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.predictions import ClassPredictions, Predictions, Task, make_task, with_value
from tabgan.evaluation.scores import LEAST_ROWS, Family, Finding, Measured, Score, Spec, bootstrap
from tabgan.evaluation.tables import Tables, take
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

Statistic = Callable[[NDArray[np.intp]], float]
"""A score as a function of the places of test rows."""

MOST_CELLS = 1_000_000
"""Of more, as points, baselines have no gain."""

SPECS = {
    "tstr": Spec(
        "train on these rows, test on real ones",
        "How well boosted trees that learned these rows predict the target of real ones: AUC of classes, R2 of "
        "numbers.",
        range=(-np.inf, 1.0),
        headline=True,
    ),
    "tstr_linear": Spec(
        "train on these rows, test on real ones: linear model",
        "The same with logistic regression (AUC) or ridge regression (R2).",
        range=(-np.inf, 1.0),
    ),
    "tstr_f1": Spec(
        "train on these rows, test on real ones: F1",
        "Mean F1 of the classes, rare ones counting as much as others, with boosted trees.",
    ),
    "tstr_f1_linear": Spec(
        "train on these rows, test on real ones: F1, linear model", "Mean F1 of the classes with logistic regression."
    ),
    "recall_worst_class": Spec(
        "recall of the class found least",
        "The share of a class's real rows that boosted trees find after learning these rows; the smallest of all "
        "classes.",
    ),
    "gain": Spec(
        "gain by adding these rows to real ones",
        "How much better boosted trees become when these rows are added to the real ones they learn: AUC or R2.",
        range=(-np.inf, np.inf),
        has_ceiling=False,
    ),
    "gain_linear": Spec(
        "gain by adding these rows to real ones: linear model",
        "The same with logistic or ridge regression.",
        range=(-np.inf, np.inf),
        has_ceiling=False,
    ),
}


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score models that learned a contestant's rows, alone and together with real ones, on the reference.

    The former is "train on synthetic, test on real" (Esteban, Hyland and Rätsch 2017, "Real-valued (Medical) Time
    Series Generation with Recurrent Conditional GANs"). For real rows, which have no others to be added to, the gain
    is what one half of them adds to the other.
    Baselines have no gain when that would take long: with more than two classes, or more than a million cells.
    """
    task, real, predictions = tables.cached(_prepare, seed)
    rows = _draw(task, tables, who, seed)
    if len(rows) < LEAST_ROWS:
        note = Phrase("only {count} of these rows have a target", count=len(rows))
        return {name: Measured(np.nan, note=note) for name in _names(task)}
    own = predictions if who == "real" else task.learn(rows)
    wanted = _of_predictions(own)
    if who == "real":
        half = numpy_rng(seed, Use.HALF).permutation(len(real))[: len(real) // 2]
        wanted |= _gains(task.learn(real[half]), predictions)
    elif who == "synthetic" or (task.n_classes <= 2 and len(rows) * count_dimensions(task.features) <= MOST_CELLS):
        wanted |= _gains(predictions, task.learn(np.vstack([real, rows])))
    places = np.arange(len(task.test))
    rng = numpy_rng(seed, Use.PREDICTION_BOOTSTRAP)
    spreads = bootstrap(lambda drawn: np.array([skill(drawn) for skill in wanted.values()]), len(places), rng)
    return {
        name: Measured(
            skill(places),
            float(spread),
            per_class=_by_class(task, own, places) if name == "recall_worst_class" else None,
            note=_note(name, task, rows, who),
        )
        for (name, skill), spread in zip(wanted.items(), spreads, strict=True)
    }


def _prepare(tables: Tables, seed: int) -> tuple[Task, Floats, dict[str, Predictions]]:
    """The real rows that contestants are compared with, and the predictions of models of these."""
    task = make_task(tables, tables.target)
    real = _draw(task, tables, "real", seed)
    return task, real, task.learn(real)


def _draw(task: Task, tables: Tables, who: str, seed: int) -> Floats:
    """Return the rows that a model learns."""
    rows = with_value(tables.contestants[who], tables.features[task.target], task.target)
    return take(rows, task.most_rows, numpy_rng(seed, Use.PREDICTED_ROWS))


def _names(task: Task) -> list[str]:
    of_classes = ("tstr_f1", "tstr_f1_linear", "recall_worst_class")
    return [name for name in SPECS if task.n_classes or name not in of_classes]


def _of_predictions(predictions: dict[str, Predictions]) -> dict[str, Statistic]:
    """Return the scores by name."""
    wanted: dict[str, Statistic] = {f"tstr{suffix}": model.skill for suffix, model in predictions.items()}
    wanted |= {f"tstr_f1{s}": model.f1 for s, model in predictions.items() if isinstance(model, ClassPredictions)}
    if isinstance(trees := predictions[""], ClassPredictions):
        wanted["recall_worst_class"] = lambda places: float(np.nanmin(trees.recalls(places)))
    return wanted


def _gains(fewer: dict[str, Predictions], more: dict[str, Predictions]) -> dict[str, Statistic]:
    return {f"gain{suffix}": _difference(more[suffix], fewer[suffix]) for suffix in more}


def _difference(more: Predictions, fewer: Predictions) -> Statistic:
    return lambda places: more.skill(places) - fewer.skill(places)


def _by_class(task: Task, predictions: dict[str, Predictions], places: NDArray[np.intp]) -> pd.Series:
    """Return the recall of each class by its level."""
    trees, levels = predictions[""], task.features[task.target].levels
    assert isinstance(trees, ClassPredictions)
    assert levels is not None
    return pd.Series(trees.recalls(places), [levels[code] for code in trees.present])


def _note(name: str, task: Task, rows: Floats, who: str) -> str:
    """Say what the number is, and what is special about it."""
    if name.startswith("gain") and who == "real":
        return Phrase("there are no further real rows; this is what one half of them adds to the other")
    if task.n_classes and len(np.unique(rows[:, task.target])) < 2:
        return Phrase("these rows are all of one class: there is nothing to learn")
    if name not in ("tstr", "tstr_linear", "gain", "gain_linear"):
        return ""
    metric = _say_metric(task)
    if not name.startswith("gain") or who != "synthetic":
        return metric
    template = (
        "{metric}; the interval is that of test rows alone, another fit or draw changes it by more: `tabgan augment` "
        "repeats both, and says whether to add rows"
    )
    return Phrase(template, metric=metric)


def _say_metric(task: Task) -> Phrase:
    if task.n_classes <= 2:
        return Phrase("AUC") if task.n_classes else Phrase("R2")
    template = "AUC, mean of {classes} classes, each against the rest; at most {rows:,} rows are learned"
    return Phrase(template, classes=task.n_classes, rows=task.most_rows)


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    """Good when a twentieth of the skill of real rows is lost, fair up to a fifth."""
    score = scores["tstr"]
    assert tables.target is not None
    labels = tables.features[tables.target].levels is not None
    guess = 0.5 if labels else 0.0
    values = dict(metric="AUC" if labels else "R²", value=score.value, ceiling=score.baseline)
    if score.baseline - guess < 0.05:
        template = "Even real rows hardly predict the target ({metric} {ceiling:.3f}), so utility cannot be judged."
        return Finding("utility", "unknown", Phrase(template, **values))
    skill = score.baseline - guess
    template = (
        "A model trained on the rows gets {metric} {value:.3f} on real ones; trained on real rows, {ceiling:.3f}."
    )
    grade = Grade(score, guess + 0.95 * skill, guess + 0.8 * skill)
    return reach_finding("utility", Phrase(template, **values), [grade])


FAMILY = Family("utility", "Utility", "Does a model learn as much from them?", SPECS, measure, judge, place=50)
