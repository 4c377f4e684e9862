"""Series whose sensors stand still, and series whose channels are multiples of one another, simulated."""

from __future__ import annotations

import numpy as np
import pandas as pd


def standing_still(n: int = 4000) -> pd.DataFrame:
    """Return n hours of a temperature with a dead band, a load of few levels, a power of coarse steps, and the weather.

    The first three stand still in some third to some half of the steps; their changes are whole multiples of a grain.
    """
    rng = np.random.default_rng(0)
    hour = np.arange(n)
    weather = np.zeros(n)
    for t in range(1, n):
        weather[t] = 0.97 * weather[t - 1] + rng.normal() * 0.5
    outside = 20 + 6 * np.sin(hour * 2 * np.pi / 24) + weather
    oil, held = np.empty(n), outside[0]
    for t in range(n):  # a sensor that says something only when it is far enough from what it said last
        if abs(outside[t] + 5 - held) > 0.9:
            held = outside[t] + 5
        oil[t] = np.round(held / 0.22) * 0.22
    load = np.round(np.exp(0.03 * (outside - 20)) + 0.3 * rng.normal(size=n)).clip(0)
    power = np.round((8 + 0.4 * (outside - 20) + 0.5 * rng.normal(size=n)) / 0.17) * 0.17
    rests = False
    for t in range(1, n):
        rests = rng.random() < (0.85 if rests else 0.1)
        power[t] = power[t - 1] if rests else power[t]
    return pd.DataFrame(
        {
            "stamp": pd.date_range("2024-01-01", periods=n, freq="h"),
            "oil": oil.round(2),
            "load": load,
            "power": power.round(2),
            "outside": outside.round(1),
        }
    )


def tied_channels(n: int = 4000) -> pd.DataFrame:
    """Return n hours of two zones, one of which is the other times a ratio that is constant in spells."""
    rng = np.random.default_rng(0)
    level = np.zeros(n)
    for t in range(1, n):
        level[t] = 0.9 * level[t - 1] + rng.normal() * 4
    first = 170 + 15 * np.sin(np.arange(n) * 2 * np.pi / 24) + level
    ratio = np.repeat(rng.choice([1.01, 1.02, 1.035, 1.05], -(-n // 80)), 80)[:n]
    stamps = pd.date_range("2024-01-01", periods=n, freq="h")
    return pd.DataFrame({"stamp": stamps, "zone_a": first, "zone_b": first * ratio})


def still_runs(values: np.ndarray) -> np.ndarray:
    """Return for how many steps in a row a channel stood still, run by run."""
    still = np.r_[False, np.diff(values) == 0, False]
    edges = np.flatnonzero(np.diff(still.astype(int)))
    return edges[1::2] - edges[::2]
