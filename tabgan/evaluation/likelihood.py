"""Which of two makers of rows is nearer to real ones: a ratio of likelihoods, for which no density is needed."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from tabgan.evaluation.detector import make_trees
from tabgan.schema.column import Floats

TREES = 60
LEAST_CHANCE = 1e-3  # that the detector gives either: one row must not decide
SWEEPS = 200


def log_ratio(first: Floats, second: Floats, rows: Floats) -> Floats:
    """Return by how many nats each of real rows is likelier where the second rows come from than the first ones do.

    Both kinds of generated rows are of shape (n_generated, n_columns), as many of each. A detector learns which of the
    two made a row; its odds are the ratio of the densities.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> far, near, real = (rng.normal(mean, size=(2000, 1)) for mean in (1, 0, 0))
    >>> round(float(log_ratio(far, near, real).mean()), 1)
    0.5
    """
    detector = make_trees(rounds=TREES)
    with threadpool_limits(1):  # sums over several threads would depend on how many there are
        detector.fit(np.concatenate([first, second]), np.repeat([0, 1], [len(first), len(second)]))
        chances = np.clip(detector.predict_proba(rows), LEAST_CHANCE, 1)
    return np.asarray(np.log(chances[:, 1] / chances[:, 0]))


def best_share(log_ratios: Floats) -> float:
    """Return the share of the second maker in the mixture of two under which real rows are likeliest.

    One more row of each stands for not knowing (Dempster, Laird, Rubin 1977: expectation and maximisation).

    Examples
    --------
    >>> round(best_share(np.array([2.0, 2.0, -2.0, -2.0])), 2), best_share(np.full(50, -3.0)) < 0.05
    (0.5, True)
    """
    ratios, share = np.exp(log_ratios), 0.5
    for _ in range(SWEEPS):
        of_second = share * ratios / (share * ratios + 1 - share)
        share = float((of_second.sum() + 1) / (len(ratios) + 2))
    return share
