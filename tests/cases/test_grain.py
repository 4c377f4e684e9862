"""Files whose numbers and moments come in steps, in several decimals, or with noise in the last bits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer
from tabgan.errors import TabganWarning
from tabgan.schema import Schema
from tabgan.schema.digits import find_digits
from tabgan.tables.formats import read_table

rng = np.random.default_rng(0)
STEPS = {
    "multiples of 5": [str(95_000 + 5 * n) for n in rng.integers(0, 2000, 120)],
    "multiples of 5000": [str(5000 * n) for n in rng.integers(10, 100, 120)],
    "from 2 on": [str(2 + 5 * n) for n in rng.integers(0, 200, 120)],
    "twentieths": [f"{n / 20:.2f}" for n in rng.integers(0, 4000, 120)],
    "quarters": [f"{n / 4:.2f}" for n in rng.integers(1, 40, 120)],
    "quarter hours": [
        f"2023-03-{d:02d} {h:02d}:{15 * q:02d}"
        for d, h, q in zip(rng.integers(1, 29, 120), rng.integers(0, 24, 120), rng.integers(0, 4, 120), strict=True)
    ],
    "Mondays": pd.date_range("2021-01-04", periods=120, freq="W-MON").strftime("%d.%m.%Y").tolist(),
    "working days": pd.date_range("2021-01-04", periods=120, freq="B").strftime("%Y-%m-%d").tolist(),
    "ends of months": pd.date_range("2010-01-04", periods=120, freq="ME").strftime("%Y/%m/%d").tolist(),
}
HOLDS = {
    "multiples of 5": lambda x: x % 5 == 0,
    "multiples of 5000": lambda x: x % 5000 == 0,
    "from 2 on": lambda x: x % 5 == 2,
    "twentieths": lambda x: np.isclose(x * 20 % 1, 0) | np.isclose(x * 20 % 1, 1),
    "quarters": lambda x: x * 4 % 1 == 0,
    "quarter hours": lambda t: t.dt.minute % 15 == 0,
    "Mondays": lambda t: t.dt.day_of_week == 0,
    "working days": lambda t: t.dt.day_of_week < 5,
    "ends of months": lambda t: t.dt.is_month_end,
}


@pytest.mark.parametrize("kind", STEPS)
def test_every_value_that_comes_back_stands_on_the_step(kind, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x\n" + "\n".join(STEPS[kind]) + "\n")
    table = read_table(path)
    schema = Schema.learn(table)
    again = Schema.from_dict(schema.to_dict())
    matrix = schema.to_matrix(table)
    back = again.restore(rng.uniform(matrix.min() - 1, matrix.max() + 1, (500, 1)))["x"]
    dated = isinstance(back.iloc[0], str)
    day_first = kind == "Mondays"
    values = pd.to_datetime(back, dayfirst=day_first) if dated else back
    assert HOLDS[kind](values).all()
    assert back.nunique() > 20


def test_noise_in_a_cell_gives_no_more_decimals_and_is_said(tmp_path):
    fees = [f"{x:.2f}" for x in rng.uniform(20, 300, 100)]
    path = tmp_path / "t.csv"
    path.write_text("fee\n" + "\n".join([*fees, "70.10000000000001", "0.30000000000000004"]) + "\n")
    with pytest.warns(
        TabganWarning, match=r"column 'fee': 2 of 102 numbers .* such as 70.10000000000001 in row 101 for 70.1"
    ):
        schema = Schema.learn(read_table(path))
    back = schema.restore(rng.uniform(0, 300, (500, 1)))["fee"]
    assert find_digits(back.to_numpy()).decimals.max() == 2


def test_single_precision_gives_no_more_decimals(tmp_path):
    values = rng.uniform(0, 9, 100).round(2).astype(np.float32).astype(float)
    path = tmp_path / "t.csv"
    path.write_text("x\n" + "\n".join(map(repr, values.tolist())) + "\n")
    with pytest.warns(TabganWarning, match="off in their last bits"):
        schema = Schema.learn(read_table(path))
    assert schema.columns[0].decimals == 2


def test_a_fit_gives_each_size_its_decimals():
    size = rng.lognormal(2, 1.5, 400)
    table = pd.DataFrame(
        {
            "digits": [float(f"{x:.4g}") for x in size],
            "mixed": np.where(rng.random(400) < 0.3, size.round(3), size.round(1)),
        }
    )
    model = WGANGPSynthesizer(iterations=20, random_state=0, sieve=False, copula=False, hidden=(8,)).fit(table)
    rows = model.sample(2000)
    found = find_digits(rows["digits"].to_numpy())
    assert (np.abs(found.whole) < 10_000).mean() > 0.99
    real, made = (find_digits(t["mixed"].to_numpy()).decimals for t in (table, rows))
    assert (made > 1).mean() == pytest.approx((real > 1).mean(), abs=0.08)
