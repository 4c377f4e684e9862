"""What info says of each column, against counts made here."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabgan import WGANGPSynthesizer
from tabgan.report.listing import format_encoding


def test_columns_are_described_as_they_are_learned():
    rng = np.random.default_rng(0)
    amount = np.where(rng.random(400) < 0.4, 0.0, rng.normal(size=400))
    amount[:30] = np.nan
    towns = np.r_[np.repeat(["York", "Bath"], 190), [f"village {i}" for i in range(20)]]
    table = pd.DataFrame(
        {
            "plain": rng.normal(size=400).round(3),
            "amount": amount,
            "few": rng.integers(0, 5, 400),
            "town": towns,
            "day": pd.date_range("2024-01-01", periods=400).strftime("%Y-%m-%d"),
            "same": 7,
        }
    )
    table["total"] = (table["plain"] + table["few"]).round(3)
    model = WGANGPSynthesizer(iterations=2, sieve=False, random_state=0, constraints="plain + few == total").fit(table)
    columns = model.summary()["columns"]
    names = ("number", "steps", "slots", "gap_slot", "rare_levels", "rare_share")
    found = {column["name"]: tuple(column[name] for name in names) for column in columns}
    assert found == {
        "plain": (True, 0, 0, False, 0, 0),
        "amount": (True, 1, 1, True, 0, 0),  # zero, and missing
        "few": (False, 0, 5, False, 0, 0),
        "town": (False, 0, 2, False, 20, 20 / 400),
        "day": (True, 0, 0, False, 0, 0),
        "same": (False, 0, 0, False, 0, 0),
        "total": (False, 0, 0, False, 0, 0),
    }
    shown = {line.split()[0]: " ".join(line.split()[1:]) for line in str(format_encoding(columns)).splitlines()[1:8]}
    assert shown == {
        "plain": "number -",
        "amount": "number, 1 value, gap -",
        "few": "5 values -",
        "town": "2 levels 20 (5%)",
        "day": "number -",
        "same": "constant -",
        "total": "follows from others -",
    }
