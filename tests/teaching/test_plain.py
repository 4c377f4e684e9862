"""Features without gaps: labels one by one, gaps filled and marked."""

from __future__ import annotations

import numpy as np

from tabgan.teaching.plain import MOST_LEVELS, PlainFeatures


def test_only_frequent_labels_have_a_feature():
    codes = np.repeat(np.arange(MOST_LEVELS + 5), np.arange(MOST_LEVELS + 5, 0, -1))
    features = PlainFeatures([0]).fit(codes[:, None].astype(float)).transform(codes[:, None].astype(float))
    assert features.shape == (len(codes), MOST_LEVELS)
    assert features[codes < MOST_LEVELS].sum(axis=1).tolist() == [1.0] * (codes < MOST_LEVELS).sum()
    assert not features[codes >= MOST_LEVELS].any()


def test_what_was_not_seen_is_no_label_and_no_gap():
    plain = PlainFeatures([1]).fit(np.array([[1.0, 0.0], [3.0, 1.0]]))
    np.testing.assert_array_equal(plain.transform(np.array([[np.nan, 7.0], [9.0, np.nan]])), [[2, 0, 0], [9, 0, 0]])


def test_a_column_of_gaps_and_no_columns_are_features():
    assert PlainFeatures().fit(np.full((3, 1), np.nan)).transform(np.full((2, 1), np.nan)).tolist() == [[0, 1], [0, 1]]
    assert PlainFeatures().fit(np.zeros((3, 0))).transform(np.zeros((2, 0))).shape == (2, 0)
