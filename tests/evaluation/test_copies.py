"""Rows looked for among others, against a dict of tuples."""

from __future__ import annotations

import tracemalloc
from collections import Counter

import numpy as np
import pytest

from tabgan.evaluation import copies
from tabgan.evaluation.copies import KnownRows, hash_rows


def draw(seed: int, n_rows: int, n_columns: int) -> np.ndarray:
    """Rows of few values, of which gaps and zeros come in all their patterns of bits."""
    rng = np.random.default_rng(seed)
    odd_gap = np.array([0x7FF8000000000123], np.uint64).view(np.float64)[0]
    return rng.choice(np.array([-0.5, -0.0, 0.0, 1e300, np.nan, odd_gap, -np.nan]), (n_rows, n_columns))


def plainly(rows: np.ndarray) -> list[tuple]:
    return [tuple(None if np.isnan(x) else x for x in row) for row in rows.tolist()]


@pytest.mark.parametrize("n_columns", [1, 3, 6])
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_are_counted_value_by_value_gaps_and_zeros_being_equal(n_columns, order):
    known, asked = draw(1, 2000, n_columns), draw(2, 3000, n_columns)
    counts = Counter(plainly(known))
    found = KnownRows(np.asarray(known, order=order)).count(np.asarray(asked, order=order))
    assert found.tolist() == [counts[row] for row in plainly(asked)]
    assert KnownRows(known).share(known, more_than=1) == np.mean([counts[row] > 1 for row in plainly(known)])


def test_columns_are_told_apart_and_neighbours_of_a_number_are_other_numbers():
    rows = np.array([[1.0, 2.0], [np.nextafter(1.0, 2), 2.0], [np.inf, -np.inf]])
    assert KnownRows(rows).count(rows[:, ::-1]).tolist() == [0, 0, 0]
    assert KnownRows(rows).count(rows).tolist() == [1, 1, 1]


def test_among_no_rows_there_is_none():
    assert KnownRows(np.empty((0, 2))).count(np.ones((3, 2))).tolist() == [0, 0, 0]


@pytest.mark.parametrize("alike", [0, 1])
def test_rows_that_share_one_of_their_hashes_are_told_apart_by_the_other(monkeypatch, alike):
    def hashed(rows):
        hashes = list(hash_rows(rows))
        hashes[alike] = hashes[alike] % np.uint64(3)
        return tuple(hashes)

    monkeypatch.setattr(copies, "hash_rows", hashed)
    known, asked = draw(3, 500, 4), draw(4, 500, 4)
    counts = Counter(plainly(known))
    assert KnownRows(known).count(asked).tolist() == [counts[row] for row in plainly(asked)]


def test_what_is_known_of_a_table_takes_a_fraction_of_its_memory():
    rows = np.random.default_rng(0).normal(size=(40_000, 30))
    tracemalloc.start()
    known = KnownRows(rows)
    kept, peak = tracemalloc.get_traced_memory()
    assert known.count(rows).min() == 1
    tracemalloc.stop()
    assert kept < 0.12 * rows.nbytes
    assert peak < 0.4 * rows.nbytes
