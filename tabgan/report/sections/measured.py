"""How it was measured whether generated rows help, and how to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import clone, is_classifier

from tabgan.augmentation.amounts import AUTO
from tabgan.augmentation.rivals import takes_weights
from tabgan.augmentation.words import name_score
from tabgan.evaluation.phrase import Phrase
from tabgan.report.sections.scores import Section
from tabgan.report.words import Words

if TYPE_CHECKING:
    from tabgan.augmentation.augmenter import Augmenter


def make_measured(augmenter: Augmenter, words: Words) -> Section:
    """Return the section that says what was done, and what its words mean."""
    tried = bool(len(augmenter.scores_))
    told = [
        (
            "no rows",
            Phrase("The learner as it is: it learns the real rows of a fold alone. Changes are over its score."),
        ),
        ("generated rows", _say_rows(augmenter)),
        ("the teacher", _say_teacher(augmenter)),
    ]
    if tried:
        told[1:1] = [("folds", _say_folds(augmenter)), ("nothing leaks", _say_apart())]
        told += [("95% interval", _say_interval()), ("when rows are added", _say_rule(augmenter))]
    facts = {
        "score": words(name_score(augmenter)),
        "folds": f"{augmenter.scores_.shape[1]:,}" if tried else "",
        "amount asked for": str(augmenter.amount),
        "labels": augmenter.labels,
        "seed": str(augmenter.seed_),
    }
    view = {
        "facts": [(words(name), value) for name, value in facts.items() if value],
        "told": [(words(name), words(said)) for name, said in told],
        "code": write_code(augmenter),
    }
    return Section("measured", words("How it was measured"), "", view)


def write_code(augmenter: Augmenter) -> str:
    """Return the Python that fits the same again.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from tabgan import Augmenter
    >>> augmenter = Augmenter(Ridge(), cv=3)
    >>> augmenter.seed_ = 7
    >>> print(write_code(augmenter))
    from tabgan import Augmenter
    <BLANKLINE>
    Augmenter(cv=3, estimator=Ridge(), random_state=7).fit(X, y)
    """
    again = clone(augmenter).set_params(random_state=augmenter.seed_, verbose=0)
    return f"from tabgan import Augmenter\n\n{again!r}.fit(X, y)"


def _say_folds(augmenter: Augmenter) -> Phrase:
    folds = augmenter.scores_.shape[1]
    if not isinstance(augmenter.cv, (int, np.integer)):
        return Phrase("{folds} folds, as they were given.", folds=folds)
    each, repeats = folds // augmenter.repeats, int(augmenter.repeats)
    if repeats == 1:
        template = (
            "The rows were cut into {each} parts; rows of one group, or equal rows if no groups were given, were kept "
            "together. Each part was tested by what had learned the others."
        )
        said = Phrase(template, each=each)
    else:
        template = (
            "The rows were cut into {each} parts, {repeats} times over; rows of one group, or equal rows if no groups "
            "were given, were kept together. Each part was tested by what had learned the others."
        )
        said = Phrase(template, each=each, repeats=repeats)
    if is_classifier(augmenter.estimator):
        return Phrase("{said} Classes were spread over all parts.", said=said)
    return said


def _say_apart() -> Phrase:
    return Phrase(
        "Generator, scaler, teacher, thresholds and rivals were fitted anew in each fold, to its learned rows alone. "
        "The tested rows are real, and nothing had seen them. If several amounts were tried, each fold's gain is that "
        "of the amount that is best in the others, so that choosing gains nothing by luck."
    )


def _say_rows(augmenter: Augmenter) -> Phrase:
    """What target generated rows have."""
    if augmenter.labels == "kept":
        return Phrase("Each has the target that the generator gave it.")
    if not is_classifier(augmenter.estimator):
        return Phrase("Each has as target the number that the teacher says.")
    if augmenter.labels == "taught" and takes_weights(augmenter.estimator):
        return Phrase(
            "A row that may be of several classes is learned as each of them, with its chance by the teacher as weight "
            "(soft labels). Chances are as if classes were equally frequent."
        )
    return Phrase(
        "Rows whose class the teacher confirms are taken first, with weight 1; others only if none of the class "
        "are confirmed."
    )


def _say_teacher(augmenter: Augmenter) -> Phrase:
    return Phrase(
        "A mix of learners of the real rows, whose shares are settled on rows that they have not learned. It is among "
        "the rivals too: if it does better by itself, no rows are needed."
    )


def _say_interval() -> Phrase:
    return Phrase(
        "Folds share most of the rows that are learned, so they differ less than new tables would. The variance is "
        "therefore widened by the ratio of tested to learned rows, after Nadeau and Bengio (2003), Inference for the "
        "Generalization Error, Machine Learning 52, equation 9. Rows help only if the interval lies above 0, and harm "
        "only if it lies below."
    )


def _say_rule(augmenter: Augmenter) -> Phrase:
    if augmenter.amount != AUTO:
        return Phrase("The amount was given, so it is added whatever it gains.")
    return Phrase(
        "Only if the mean gain is above one standard error, and the mean score above that of every rival. This is less "
        "than the interval asks for, so rows may be added of which it cannot be told whether they help."
    )
