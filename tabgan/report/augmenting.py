"""Whether generated rows help a model, as one HTML file that needs nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import check_is_fitted

from tabgan.augmentation.words import name_learner, name_score, say_verdict
from tabgan.files import replacing
from tabgan.report.page import fill_page
from tabgan.report.sections.gained import make_gains, make_learners, make_recalls
from tabgan.report.sections.measured import make_measured
from tabgan.report.words import Words

if TYPE_CHECKING:
    from tabgan.augmentation.augmenter import Augmenter

LEVELS = {"helps": "good", "harms": "poor", "cannot tell": "unknown"}
SHORT = {"helps": "Generated rows help", "harms": "Generated rows harm", "cannot tell": "Cannot tell"}


def write_augmentation_report(
    augmenter: Augmenter,
    path: str | os.PathLike[str],
    *,
    learner: str,
    target: str,
    lang: str = "en",
    overwrite: bool = False,
) -> None:
    """Write what an `Augmenter` has found as one HTML file, which loads nothing from elsewhere.

    Parameters
    ----------
    augmenter : Augmenter
        Fitted.
    path : str or path-like
        The file.
    learner : str
        What its estimator is called on the page.
    target : str
        What is predicted.
    lang : {"en", "zh"}, default "en"
        The language of the page.
    overwrite : bool, default False
        Whether a file that exists is replaced.

    Raises
    ------
    InputError
        An unknown language; a file that exists or cannot be written.
    """
    page = render_augmentation_report(augmenter, learner=learner, target=target, lang=lang)
    with replacing(path, overwrite) as beside:
        beside.write_bytes(page.encode("utf-8"))


def render_augmentation_report(augmenter: Augmenter, *, learner: str, target: str, lang: str = "en") -> str:
    """Return the HTML that `write_augmentation_report` writes.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from tabgan import Augmenter
    >>> X = np.random.default_rng(0).normal(size=(30, 3))
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # 30 rows are too few to tell
    ...     augmenter = Augmenter(Ridge(), random_state=0).fit(X, X[:, 0])
    >>> page = render_augmentation_report(augmenter, learner="ridge", target="x")
    >>> page[:15], "was not tried" in page
    ('<!doctype html>', True)
    """
    return render_gains(augmenter, learner, target, Words(lang))


def render_gains(augmenter: Augmenter, learner: str, target: str, words: Words) -> str:
    """Return the HTML in the words given."""
    check_is_fitted(augmenter, "estimator_")
    sections = [
        make_gains(augmenter, words),
        make_learners(augmenter, words),
        make_recalls(augmenter, words),
        make_measured(augmenter, words),
    ]
    return fill_page(_make_opening(augmenter, name_learner(learner), name_learner(target), words), sections, words)


def _make_opening(augmenter: Augmenter, learner: str, target: str, words: Words) -> dict[str, Any]:
    """What was asked, and the verdict."""
    summary, *more = (words(said) for said in say_verdict(augmenter, learner))
    columns = words("{count:,} features", count=augmenter.n_features_in_)
    if len(augmenter.scores_):
        score, folds = words(name_score(augmenter)), augmenter.scores_.shape[1]
        columns = words("{columns}, judged by {score} in {folds} folds", columns=columns, score=score, folds=folds)
    return {
        "title": words("Do generated rows help?"),
        "compared": words("{learner} predicts {target}", learner=learner, target=target),
        "learned": words("{count:,} rows", count=augmenter.n_rows_),
        "columns": columns,
        "balance": "",
        "level": LEVELS[augmenter.verdict_],
        "word": words(SHORT[augmenter.verdict_]),
        "summary": summary,
        "more": more,
        "findings": [],
    }
