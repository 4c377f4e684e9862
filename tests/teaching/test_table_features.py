"""Labels are known again in columns of other dtypes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabgan.teaching.table_features import TableFeatures


def test_numbers_beside_gaps_are_the_labels_they_spell():
    found = TableFeatures().fit(pd.DataFrame({"class": ["2", "x", "1", "2"]}))
    given = pd.DataFrame({"class": pd.array([1, None, 2], dtype="Int64")})
    np.testing.assert_array_equal(found.transform(given), found.transform(pd.DataFrame({"class": ["1", None, "2"]})))
