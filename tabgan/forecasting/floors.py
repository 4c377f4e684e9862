"""Below what no forecast lies: 0 where no value ever did, the last reading of a meter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tabgan.series.counters import find_rises


def find_floors(values: NDArray[np.float64], origins: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the least that can come after each row of `origins`, as far as the rows up to it tell.

    That is the last reading of what only rises (see `find_rises`), 0 of what never was negative, else -inf.

    Examples
    --------
    >>> find_floors(np.array([1.0, 3.0, 0.0, -2.0]), np.arange(1, 4)).tolist()
    [3.0, 0.0, -inf]
    """
    rises = np.append(False, find_rises(np.diff(values)))
    signless = np.where(np.minimum.accumulate(values) >= 0, 0.0, -np.inf)
    floors: NDArray[np.float64] = np.where(rises, values, signless)[origins]
    return floors
