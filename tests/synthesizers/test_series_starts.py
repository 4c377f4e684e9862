"""A new series goes on from a learned one of the kind and the class that were asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import TimeSeriesSynthesizer
from tabgan.synthesizers.series_starts import Stretches

pytestmark = pytest.mark.filterwarnings("ignore::tabgan.errors.TabganWarning")  # the network had no time


@pytest.fixture
def pumps() -> pd.DataFrame:
    """Three pumps, whose level is that of their model; each wears out in the second half."""
    rng, steps, every = np.random.default_rng(0), np.arange(160), []
    for name, kind, level in [("P1", "A", 40.0), ("P2", "A", 42.0), ("P3", "B", 90.0)]:
        pressure = level + np.sin(steps / 4) + 0.2 * rng.normal(size=160)
        state = np.where(steps < 80, "new", "worn")
        every.append(pd.DataFrame({"pump": name, "model": kind, "pressure": pressure.round(2), "state": state}))
    return pd.concat(every, ignore_index=True)


@pytest.mark.parametrize(("kind", "names", "low", "high"), [("A", {"P1", "P2"}, 30, 60), ("B", {"P3"}, 80, 100)])
def test_a_kind_has_the_level_of_its_own(small_chain, pumps, kind, names, low, high):
    model = TimeSeriesSynthesizer(entity="pump", static=["model"], label="state", iterations=2, random_state=0)
    rows = model.fit(pumps).sample_series(60, n=2, static={"model": kind}, label="worn")
    assert set(rows["model"]) == {kind}
    assert set(rows["state"]) == {"worn"}
    assert set(rows["pump"]) <= names
    assert rows["pressure"].between(low, high).all()


def test_places_have_all_that_is_asked_of_them():
    beside = np.array([[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0) for _ in range(10)])
    stretches = Stretches(np.zeros((40, 1)), beside, np.array([20, 20]), np.array([0, 0]), np.array([0, 1]))
    places = stretches.draw(np.random.default_rng(0), 50, 3, like={0: 1.0, 1: 0.0})
    assert (places[:, 0] == 1).all()
    assert places[:, 1].min() >= 3
    assert places[:, 1].max() <= 10
    assert stretches.draw(np.random.default_rng(0), 50, 3, like={0: 2.0}) is None
