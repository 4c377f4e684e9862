"""Does a model learn as much from the rows as from real ones? Real rows that no one learned are the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from tabgan.evaluation.answers import ClassAnswers
from tabgan.evaluation.encode import count_dimensions
from tabgan.evaluation.once import once_per_tables
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, Kind, Measured
from tabgan.evaluation.spread import bootstrap
from tabgan.evaluation.tables import Tables, take
from tabgan.evaluation.task import Answers, Task, make_task, with_target

Statistic = Callable[[np.ndarray], float]
"""A score as a function of the places of test rows."""

MOST_CELLS = 1_000_000
"""Of more, as points, baselines have no gain."""

_UP_TO_ONE = (-np.inf, 1.0)
_ANY = (-np.inf, np.inf)

KINDS = {
    "tstr": Kind(
        "train on these rows, test on real ones",
        "higher",
        _UP_TO_ONE,
        "How well boosted trees that learned these rows predict the target of real ones: AUC of classes, R2 of "
        "numbers.",
        headline=True,
    ),
    "tstr_linear": Kind(
        "train on these rows, test on real ones: linear model",
        "higher",
        _UP_TO_ONE,
        "The same with logistic regression (AUC) or ridge regression (R2).",
    ),
    "tstr_f1": Kind(
        "train on these rows, test on real ones: F1",
        "higher",
        (0.0, 1.0),
        "Mean F1 of the classes, rare ones counting as much as others, with boosted trees.",
    ),
    "tstr_f1_linear": Kind(
        "train on these rows, test on real ones: F1, linear model",
        "higher",
        (0.0, 1.0),
        "Mean F1 of the classes with logistic regression.",
    ),
    "recall_worst_class": Kind(
        "recall of the class found least",
        "higher",
        (0.0, 1.0),
        "The share of a class's real rows that boosted trees find after learning these rows; the smallest of all "
        "classes.",
    ),
    "gain": Kind(
        "gain by adding these rows to real ones",
        "higher",
        _ANY,
        "How much better boosted trees become when these rows are added to the real ones they learn: AUC or R2.",
    ),
    "gain_linear": Kind(
        "gain by adding these rows to real ones: linear model",
        "higher",
        _ANY,
        "The same with logistic or ridge regression.",
    ),
}


class Ground(NamedTuple):
    """What contestants are compared with: the real rows in their place, and the answers of models of these."""

    task: Task
    real: np.ndarray
    answers: dict[str, Answers]


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    """Score models that learned a contestant's rows, alone and together with real ones, on the reference.

    The former is "train on synthetic, test on real" (Esteban, Hyland and Rätsch 2017, "Real-valued (Medical) Time
    Series Generation with Recurrent Conditional GANs"). For real rows, which have no others to be added to, the gain
    is what one half of them adds to the other.
    Baselines have no gain when that would take long: with more than two classes, or more than a million cells.
    """
    task, real, answers = _prepare(tables, seed)
    rows = _draw(task, tables, who, seed)
    if len(rows) < LEAST_ROWS:
        note = Phrase("only {count} of these rows have a target", count=len(rows))
        return {name: Measured(np.nan, note=note) for name in _names(task)}
    own = answers if who == "real" else task.learn(rows)
    wanted = _of_answers(own)
    if who == "real":
        half = np.random.default_rng(seed).permutation(len(real))[: len(real) // 2]
        wanted |= _gains(task.learn(real[half]), answers)
    elif who == "synthetic" or (task.n_classes <= 2 and len(rows) * count_dimensions(task.features) <= MOST_CELLS):
        wanted |= _gains(answers, task.learn(np.vstack([real, rows])))
    places = np.arange(len(task.test))
    spreads = bootstrap(
        lambda drawn: np.array([score(drawn) for score in wanted.values()]), len(places), np.random.default_rng(seed)
    )
    return {
        name: Measured(
            score(places),
            float(spread),
            per_class=_by_class(task, own, places) if name == "recall_worst_class" else None,
            note=_note(name, task, rows, who),
        )
        for (name, score), spread in zip(wanted.items(), spreads, strict=True)
    }


@once_per_tables
def _prepare(tables: Tables, seed: int) -> Ground:
    task = make_task(tables)
    real = _draw(task, tables, "real", seed)
    return Ground(task, real, task.learn(real))


def _draw(task: Task, tables: Tables, who: str, seed: int) -> np.ndarray:
    """Return the rows that a model learns."""
    return take(with_target(tables.contestants[who], tables), task.most_rows, np.random.default_rng(seed))


def _names(task: Task) -> list[str]:
    of_classes = ("tstr_f1", "tstr_f1_linear", "recall_worst_class")
    return [name for name in KINDS if task.n_classes or name not in of_classes]


def _of_answers(answers: dict[str, Answers]) -> dict[str, Statistic]:
    """Return the scores by name."""
    wanted: dict[str, Statistic] = {f"tstr{suffix}": model.score for suffix, model in answers.items()}
    wanted |= {f"tstr_f1{s}": model.f1 for s, model in answers.items() if isinstance(model, ClassAnswers)}
    if isinstance(trees := answers[""], ClassAnswers):
        wanted["recall_worst_class"] = lambda places: float(np.nanmin(trees.recalls(places)))
    return wanted


def _gains(fewer: dict[str, Answers], more: dict[str, Answers]) -> dict[str, Statistic]:
    return {f"gain{suffix}": _difference(more[suffix], fewer[suffix]) for suffix in more}


def _difference(answers: Answers, others: Answers) -> Statistic:
    return lambda places: answers.score(places) - others.score(places)


def _by_class(task: Task, answers: dict[str, Answers], places: np.ndarray) -> pd.Series:
    """Return the recall of each class by its level."""
    trees, levels = answers[""], task.features[task.target].levels
    assert isinstance(trees, ClassAnswers)
    assert levels is not None
    return pd.Series(trees.recalls(places), [levels[code] for code in trees.present])


def _note(name: str, task: Task, rows: np.ndarray, who: str) -> str:
    """Say what the number is, and what is special about it."""
    if name.startswith("gain") and who == "real":
        return Phrase("there are no further real rows; this is what one half of them adds to the other")
    if task.n_classes and len(np.unique(rows[:, task.target])) < 2:
        return Phrase("these rows are all of one class: there is nothing to learn")
    if name not in ("tstr", "tstr_linear", "gain", "gain_linear"):
        return ""
    if task.n_classes <= 2:
        return Phrase("AUC") if task.n_classes else Phrase("R2")
    template = "AUC, mean of {classes} classes, each against the rest; at most {rows:,} rows are learned"
    return Phrase(template, classes=task.n_classes, rows=task.most_rows)
