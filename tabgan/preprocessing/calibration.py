"""Give generated columns the marginals of the real ones: a monotone map per number, an offset per level."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

KNOTS = 1000
LEVEL_DRAWS = 20_000  # enough for a frequency to 0.3%
SWEEPS = 60
OUTERMOST = 1e-7  # the share of rows beyond the last knot of an open end


class Calibrator:
    """Map each generated number to the real one by rank.

    The value at quantile u becomes the real one at quantile u. The map is monotone, so it changes neither the order of
    the values nor any rank correlation, and it ends at the real extremes, so it adds nothing beyond them. It is fitted
    once, on a large draw, and is the same for every row later.

    Attributes
    ----------
    generated_, real_ : ndarray of shape (n_numbers, n_knots)
        The quantiles that are mapped on each other; between them the map is linear.
    """

    def fit(self, generated: NDArray[Any], real: NDArray[Any], open_ended: bool = False) -> Calibrator:
        """Learn the maps from generated to real numbers, of shapes (n_draws, n_numbers) and (n_samples, n_numbers).

        NaN is left out. With `open_ended` the real numbers are taken for normal beyond their outermost values.
        """
        levels = np.sin(np.linspace(0, np.pi / 2, KNOTS + 1)) ** 2  # closer together towards the tails
        # Sorted, because a thousand quantiles are then found in half the time.
        made, wanted = ([np.sort(column[~np.isnan(column)]) for column in rows.T] for rows in (generated, real))
        pairs = [(g, r) if len(g) and len(r) else (np.zeros(1), np.zeros(1)) for g, r in zip(made, wanted, strict=True)]
        self.generated_ = np.array([np.quantile(g, levels) for g, _ in pairs]).reshape(-1, len(levels))
        # A share of 1/n falls to each of the outermost values, so that they come as often as among real rows.
        inner = [np.clip((levels - 1 / len(r)) / (1 - 2 / max(len(r), 3)), 0, 1) for _, r in pairs]
        self.real_ = np.array([np.quantile(r, u) for u, (_, r) in zip(inner, pairs, strict=True)])
        self.real_ = self.real_.reshape(-1, len(levels))
        for knots, (_, r) in zip(self.real_, pairs, strict=True) if open_ended else ():
            beyond = (levels < 1 / len(r)) | (levels > 1 - 1 / len(r))
            knots[beyond] = ndtri(np.clip(levels[beyond], OUTERMOST, 1 - OUTERMOST))
        return self

    def transform(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return generated numbers, of shape (n_samples, n_numbers), with the real marginals."""
        columns = zip(rows.T, self.generated_, self.real_, strict=True)
        return np.stack([np.interp(values, generated, real) for values, generated, real in columns]).T

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as a dict of arrays."""
        return {"generated": self.generated_, "real": self.real_}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Calibrator:
        """Make the calibrator that `get_state` described."""
        calibrator = cls()
        calibrator.generated_, calibrator.real_ = state["generated"], state["real"]
        return calibrator


def match_frequencies(scores: NDArray[Any], frequencies: NDArray[Any]) -> NDArray[Any]:
    """Return the offsets with which the largest of each row of `scores` is each level as often as wanted.

    Parameters
    ----------
    scores : ndarray of shape (n_draws, n_levels)
    frequencies : ndarray of shape (n_levels,)
        They sum to 1.
    """
    scores = scores[:LEVEL_DRAWS]
    offsets, least = np.zeros(len(frequencies)), 0.5 / len(scores)
    for sweep in range(SWEEPS):
        made = np.bincount((scores + offsets).argmax(axis=1), minlength=len(offsets)) / len(scores)
        offsets += 0.7 * 0.97**sweep * (np.log(frequencies + least) - np.log(made + least))
    return offsets
