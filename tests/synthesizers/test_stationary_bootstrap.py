"""A stationary bootstrap: blocks of what was learned, of geometric lengths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, StationaryBootstrap, TabganWarning


def test_runs_are_runs_of_the_learned_stretches_and_as_long_on_average_as_asked_for():
    number = np.r_[:3000, 4000:7000].astype(float)  # each step says which it is
    stamps = pd.Timestamp("2026-01-01") + pd.to_timedelta(number, "h")
    table = pd.DataFrame({"time": stamps, "step": number})
    with pytest.warns(TabganWarning, match="rises by 1 in each row"):
        model = StationaryBootstrap(time="time", block=20, random_state=0).fit(table)
    made = model.sample_series(60_000)["step"].to_numpy()
    assert set(made) <= set(number)
    breaks = np.flatnonzero(np.diff(made) != 1)
    assert len(made) / (len(breaks) + 1) == pytest.approx(20, rel=0.04)
    lengths = np.diff(breaks)
    assert lengths.std() == pytest.approx(np.sqrt(20 * 19), rel=0.06)  # of a geometric distribution
    share = np.bincount(np.digitize(made, [1500, 3000, 5500]), minlength=4) / len(made)
    np.testing.assert_allclose(share, 0.25, atol=0.03)


def test_a_scenario_goes_on_from_what_was_seen():
    steps = 1.5 * np.arange(1000.0)[:, None]
    with pytest.warns(TabganWarning, match=r"rises by 1\.5 in each row, .*; leave it out$"):
        model = StationaryBootstrap(block=10_000, random_state=0).fit(steps)
    np.testing.assert_array_equal(model.continue_series(steps[300:350], 40)[:, 0], 1.5 * np.arange(350, 390))
    assert model.sample(50, 30).shape == (50, 30, 1)


def test_blocks_are_of_the_class_and_of_the_entity_that_are_asked_for():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "pump": np.repeat(["a", "b"], 400),
            "model": np.repeat(["old", "new"], 400),
            "fault": np.tile(np.repeat(["no", "yes", "no", "yes"], 100), 2),
            "x": rng.normal(size=800),
        }
    )
    table["x"] += 100 * (table["model"] == "new") + 1000 * (table["fault"] == "yes")
    model = StationaryBootstrap(entity="pump", static=["model"], label="fault", block=5, random_state=0).fit(table)
    for kind, level, at in (("old", "no", 0), ("new", "no", 100), ("old", "yes", 1000), ("new", "yes", 1100)):
        made = model.sample_series(300, static={"model": kind}, label=level)
        assert (made["x"] - at).abs().max() < 10
        assert set(made["model"]) == {kind}
    windows = model.sample(40)
    kept = windows["x"] - 100 * (windows["model"] == "new") - 1000 * (windows["fault"] == "yes")
    assert kept.abs().max() < 10


@pytest.mark.parametrize("block", [0, -3, 2.5, "long", True])
def test_a_block_is_a_number_of_steps(block):
    with pytest.raises(InputError, match=r"block must be a whole number of at least 1, but is"):
        StationaryBootstrap(block=block).fit(np.sin(np.arange(300.0))[:, None])
