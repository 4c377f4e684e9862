"""What a model answered about rows whose truth is known, and how right that is for any of them."""

from __future__ import annotations

import numpy as np


class NumberAnswers:
    """Predictions of a number.

    Parameters
    ----------
    truth, predicted : ndarray of shape (n_rows,)
    """

    def __init__(self, truth: np.ndarray, predicted: np.ndarray) -> None:
        self.truth, self.predicted = truth, predicted

    def score(self, places: np.ndarray) -> float:
        """Return R2 = 1 - sum of squared errors / sum of squares about the mean; NaN for equal numbers."""
        truth = self.truth[places]
        total = np.square(truth - truth.mean()).sum()
        return float(1 - np.square(truth - self.predicted[places]).sum() / total) if total else np.nan


class ClassAnswers:
    """Probabilities of classes.

    Parameters
    ----------
    truth : ndarray of int of shape (n_rows,)
        Codes of at least two classes.
    probabilities : ndarray of shape (n_rows, n_codes)
        Only classes that occur in `truth` are scored; others can be answers, wrong ones.

    Examples
    --------
    >>> answers = ClassAnswers(np.array([0, 0, 1, 1]), np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]]))
    >>> rows = np.arange(4)
    >>> answers.score(rows), answers.recalls(rows)
    (0.75, array([1. , 0.5]))
    """

    def __init__(self, truth: np.ndarray, probabilities: np.ndarray) -> None:
        self.truth, self.present = truth, np.unique(truth)
        self.predicted = probabilities.argmax(axis=1)
        columns = probabilities[:, self.present].T
        if len(self.present) == 2:  # one class against the other, whatever the rest got
            columns = columns[1:] - columns[:1]
        self._classes = self.present[-len(columns) :]
        self._ranks = [np.unique(column, return_inverse=True)[1] for column in columns]

    def score(self, places: np.ndarray) -> float:
        """Return the area under the ROC curve, the mean over classes, each against the rest, if there are several.

        Classes that none or all of the rows are of are left out; NaN if none is left.
        """
        areas = [_area(self.truth[places] == c, r[places]) for c, r in zip(self._classes, self._ranks, strict=True)]
        defined = [area for area in areas if not np.isnan(area)]
        return float(np.mean(defined)) if defined else np.nan

    def f1(self, places: np.ndarray) -> float:
        """Return the macro F1: the mean over classes of 2 hits / (answers + rows of the class)."""
        hits, rows, answers = self._count(places)
        some = rows + answers > 0
        return float(np.mean(2 * hits[some] / (rows + answers)[some]))

    def recalls(self, places: np.ndarray) -> np.ndarray:
        """Return the share of each class's rows that are found, shape (n_present,); NaN where it has no rows."""
        hits, rows, _ = self._count(places)
        return np.divide(hits, rows, out=np.full(len(hits), np.nan), where=rows > 0)

    def _count(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Hits, rows and answers of each present class."""
        truth, predicted = self.truth[places], self.predicted[places]
        size = int(max(self.truth.max(), self.predicted.max())) + 1
        found = (truth[truth == predicted], truth, predicted)
        hits, rows, answers = (np.bincount(codes, minlength=size)[self.present] for codes in found)
        return hits, rows, answers


def _area(labels: np.ndarray, ranks: np.ndarray) -> float:
    """The area under the ROC curve by counting: ranks are small whole numbers. NaN without rows of both kinds."""
    size = int(ranks.max()) + 1
    true, false = (np.bincount(ranks[kind], minlength=size) for kind in (labels, ~labels))
    pairs = true.sum() * false.sum()
    return float(true @ (np.cumsum(false) - false / 2) / pairs) if pairs else np.nan
