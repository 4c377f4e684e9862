"""Columns of whole numbers that number the rows."""

from __future__ import annotations

import re

import numpy as np

from tabgan.schema.column import Floats
from tabgan.schema.dtypes import FEW_ROWS

FEWEST = 5  # rows that a column which is called so numbers
SPARSE = 20  # times as many numbers as rows may lie between the least and the greatest of these
_CALLED = re.compile(
    r"unnamed: \d+|index|idx|id|row|row.?(id|no|nr|number)|no\.?|nr\.?|#|lfd\.? ?nr\.?|序号|编号|行号", re.I
)


def numbers_rows(name: object, values: Floats) -> bool:
    """Return whether values, of shape (n_samples,), count from 0 or 1, or have none twice in a column called so.

    Examples
    --------
    >>> some = np.array([12.0, 9.0, 10.0, 31.0, 4.0])
    >>> numbers_rows("id", some), numbers_rows("speed", some), numbers_rows("speed", np.arange(1.0, 31.0))
    (True, False, True)
    """
    if len(values) > FEW_ROWS and values[0] in (0, 1) and (np.diff(values) == 1).all():
        return True
    if len(values) < FEWEST or not _CALLED.fullmatch(str(name).strip()) or not (values == np.round(values)).all():
        return False
    return bool(np.ptp(values) <= SPARSE * len(values)) and len(np.unique(values)) == len(values)
