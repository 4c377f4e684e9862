"""What a fit takes of memory beyond its table, counted by what is allocated."""

from __future__ import annotations

import sys
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer
from tabgan.preprocessing import gaussian_copula
from tabgan.synthesizers import row_learner

FEW, MANY = 20_000, 60_000
TIMES = 3 if sys.version_info >= (3, 11) else 4  # Python 3.10 holds a matrix until the call that it is for returns
TINY = {"iterations": 2, "hidden": (8,), "latent_dim": 4, "batch_size": 64, "snapshots": 1, "random_state": 0}


def make_table(n_rows: int) -> pd.DataFrame:
    """Six columns of numbers and four of labels, of up to 40 levels."""
    rng = np.random.default_rng(0)
    numbers = {f"x{i}": rng.gamma(2, 100, n_rows).round(2) for i in range(6)}
    levels = {f"c{k}": np.array([f"{i}" for i in "abcdefghij" * 4], object)[:k] for k in (2, 8, 9, 10)}
    return pd.DataFrame(numbers | {name: rng.choice(of, n_rows) for name, of in levels.items()})


@pytest.fixture(scope="module")
def peaks() -> list[float]:
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_learner, "CALIBRATION_BLOCKS", 1)
        patch.setattr(row_learner, "MOST_ROWS", 2000)  # rows that are compared
        patch.setattr(gaussian_copula, "MOST_ROWS", 2000)
        for n_rows in (FEW, MANY):
            table = make_table(n_rows)
            tracemalloc.start()
            WGANGPSynthesizer(**TINY, sieve=False).fit(table)
            found.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    return found


def test_a_further_row_takes_at_most_so_many_times_its_own_bytes(peaks):
    own = make_table(2).memory_usage(index=False).sum() / 2
    assert peaks[1] - peaks[0] < TIMES * own * (MANY - FEW)
