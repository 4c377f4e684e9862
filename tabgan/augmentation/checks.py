"""What an `Augmenter` can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import check_scoring
from sklearn.utils.validation import column_or_1d

from tabgan.augmentation.amounts import AUTO, count_rows, read_amount
from tabgan.errors import InputError
from tabgan.schema.containers import as_series
from tabgan.spelling import spell
from tabgan.synthesizers.row_synthesizer import RowSynthesizer
from tabgan.workers import count_workers

MOST_CLASSES = 100
MOST_ROWS = 1_000_000  # to add
LABELS = ("taught", "checked", "kept")


def check_parameters(params: Mapping[str, Any], n_classes: int) -> None:
    """Raise InputError for a parameter of an `Augmenter` that breaks its rule, or for too many classes."""
    made, labels, teacher = params["synthesizer"], params["labels"], params["teacher"]
    if made is not None and (isinstance(made, type) or not isinstance(made, RowSynthesizer)):
        raise InputError(f"synthesizer must be one of rows, such as WGANGPSynthesizer(), but is {made!r}; give one")
    if labels not in LABELS:
        raise InputError(f"labels must be one of {', '.join(LABELS)}, but is {labels!r}; choose one")
    needed = "predict_proba" if n_classes else "predict"
    is_auto = isinstance(teacher, str) and teacher == AUTO
    if not (is_auto or (hasattr(teacher, needed) and hasattr(teacher, "fit"))):
        raise InputError(f'teacher must be "auto", or an estimator with {needed}, but is {teacher!r}; give another')
    count_workers(params["n_jobs"])
    cv, repeats = params["cv"], params["repeats"]
    if not isinstance(repeats, (int, np.integer)) or not 1 <= repeats <= 1000:
        raise InputError(f"repeats must be a whole number from 1 to 1,000, but is {repeats!r}; give such a number")
    if isinstance(cv, (int, np.integer)) and cv < 2:
        raise InputError(f"cv must be at least 2 folds, but is {cv!r}; give more")
    if n_classes > MOST_CLASSES:
        raise InputError(
            f"the target must have at most {MOST_CLASSES} classes, but has {n_classes:,}; is it a number, or an "
            "identifier?"
        )
    find_scorer(params["estimator"], params["scoring"], n_classes)


def check_amount(amount: Any, codes: NDArray[Any], n_classes: int) -> str | int:
    """Return an amount as it is understood; InputError if it is none, or too much."""
    read = read_amount(amount, n_classes)
    wanted = 0 if read == AUTO else sum(count_rows(read, codes, n_classes).values())
    if wanted > MOST_ROWS:
        raise InputError(
            f"{spell('amount')} must be at most {MOST_ROWS:,} rows, but comes to {wanted:,}; ask for fewer"
        )
    return read


def find_scorer(estimator: Any, scoring: Any, n_classes: int) -> Any:
    """Return what scores an estimator: balanced accuracy or R2, if nothing is asked for."""
    try:
        return check_scoring(estimator, scoring or ("balanced_accuracy" if n_classes else "r2"))
    except ValueError as error:
        raise InputError(
            f"{spell('scoring')} must be a score of scikit-learn, but is {scoring!r}; "
            "sklearn.metrics.get_scorer_names() has their names"
        ) from error


def read_groups(groups: Any, n_rows: int) -> NDArray[Any] | None:
    """Return the group of each row; InputError if they are of other rows, or have gaps."""
    if groups is None:
        return None
    groups = column_or_1d(as_series(groups))
    if len(groups) != n_rows:
        raise InputError(
            f"groups must be known of each of {n_rows:,} rows, but are of {len(groups):,}; make them equal"
        )
    if (gaps := np.flatnonzero(pd.isna(groups))).size:
        raise InputError(
            f"{spell('groups')} must be known of all rows, but row {gaps[0] + 1} has none; name its group, or leave "
            "the row out"
        )
    return np.asarray(groups)
