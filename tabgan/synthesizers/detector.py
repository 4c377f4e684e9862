"""How well boosted trees tell generated rows from real ones."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import threadpool_limits

FOLDS = 5


def detector_auc(real: np.ndarray, generated: np.ndarray, seed: int) -> float:
    """Return the AUC of a detector on rows that it has not learned: 0.5 if it cannot tell, 1 if it always can.

    Parameters
    ----------
    real, generated : ndarray of shape (n_samples, n_columns)
        At least five rows each; NaN is missing.
    seed : int
        Of the folds.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> detector_auc(rng.normal(size=(50, 2)), 9 + rng.normal(size=(50, 2)), seed=0)
    1.0
    """
    rows = np.concatenate([real, generated])
    is_real = np.repeat([1, 0], [len(real), len(generated)])
    detector = HistGradientBoostingClassifier(early_stopping=False, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    with threadpool_limits(1):  # sums over several threads would depend on how many there are
        chances = cross_val_predict(detector, rows, is_real, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(is_real, chances))
