"""The area under the ROC curve with its standard error."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata


def auc_and_error(labels: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Return the area under the ROC curve and its standard error by DeLong et al. (1988).

    The area is the chance that a true row has a higher score than a false one, ties counting half. The placement of a
    row is the share of rows of the other kind that it is on the right side of; the error is
    sqrt(var(placements of true rows) / n_true + var(placements of false rows) / n_false). Placements come from ranks
    (Sun and Xu 2014, "Fast Implementation of DeLong's Algorithm").

    Parameters
    ----------
    labels : ndarray of bool of shape (n_rows,)
        At least two true and two false ones.
    scores : ndarray of shape (n_rows,)
        Higher ones speak for true.

    Returns
    -------
    auc : float
        In [0, 1]; 0.5 when scores tell nothing.
    error : float
        0 when scores separate the two kinds.

    Raises
    ------
    ValueError
        Fewer than two rows of one kind.

    Examples
    --------
    >>> auc_and_error(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8]))
    (0.75, 0.3535533905932738)
    """
    true, false = scores[labels], scores[~labels]
    if min(len(true), len(false)) < 2:
        raise ValueError(f"an AUC must have two rows of each kind, but has {len(true)} true and {len(false)} false")
    ranks = rankdata(scores)
    of_true = (ranks[labels] - rankdata(true)) / len(false)
    of_false = 1 - (ranks[~labels] - rankdata(false)) / len(true)
    error = np.sqrt(of_true.var(ddof=1) / len(true) + of_false.var(ddof=1) / len(false))
    return float(of_true.mean()), float(error)
