"""Rows whose levels nobody waits for are left out early: the other ones are the same, to the last bit."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.gaussian_copula import GaussianCopula

N = 400


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = rng.normal(size=N)
    return pd.DataFrame(
        {
            "x": x.round(3),
            "y": np.exp(x + 0.3 * rng.normal(size=N)).round(1),
            "kind": np.where(rng.random(N) < 0.1, None, rng.choice(["a", "b", "c"], N, p=[0.7, 0.2, 0.1])),
            "city": [f"c{i:02d}" for i in np.minimum(rng.geometric(0.15, N), 40)],  # some share a slot
            "label": rng.choice(["u", "v"], N),
        }
    )


class Some:
    """A sieve: the farther a row is from the middle, the likelier it is refused."""

    acceptance_ = 0.5

    def accept(self, rows, rng):
        return rng.random(len(rows)) < 1 / (1 + rows[:, 0] ** 2)


@pytest.fixture(scope="module", params=["plain", "copula", "label"])
def model(request, table) -> WGANGPSynthesizer:
    more = {"label": "label"} if request.param == "label" else {}
    model = WGANGPSynthesizer(iterations=3, hidden=(8,), snapshots=2, sieve=False, random_state=0, **more).fit(table)
    rows = model.row_generator_
    rows.sieve, rows.copula = Some(), None
    assert (rows.decoder.encoder.given is not None) == (request.param == "label")
    if request.param == "copula":
        X = model.schema_.to_matrix(table)
        packed = deepcopy(model.encoder_).fit_pack(X, model.schema_.categorical)
        rows.copula = GaussianCopula(model.encoder_).fit(packed, model.encoder_.normalise(X), np.random.default_rng(0))
        rows.copula.share_ = 0.4
    return model


@pytest.mark.parametrize(("column", "codes"), [(2, [1.0]), (2, [np.nan]), (3, [0.0, 30.0]), (4, [1.0])])
def test_rows_are_those_that_would_come_anyway(model, column, codes):
    rows = model.row_generator_
    every, some = rows.make(3, 1), rows.make(3, 1, wanted={column: np.array(codes)})

    def those(made):
        return made[np.isin(made[:, column], codes) | (np.isnan(made[:, column]) & np.isnan(codes).any())]

    assert len(those(every)) < len(some) + (rows.copula is None) < len(every)
    np.testing.assert_array_equal(those(some), those(every))


@pytest.mark.parametrize(
    "asked",
    [{"conditions": "kind=c"}, {"conditions": ["kind!=a", "city!=c01"]}, {"balance": "kind"}, {"balance": "city"}],
)
def test_what_is_asked_for_comes_with_fewer_rows_decoded(model, asked, monkeypatch):
    sizes, decode = [], Decoder.decode
    monkeypatch.setattr(
        Decoder, "decode", lambda self, draws, rng: sizes.append(len(draws)) or decode(self, draws, rng)
    )
    n_rows = 2500 if "balance" in asked else 150
    rows = model.sample(n_rows, **asked)
    fewer = sum(sizes)
    monkeypatch.setattr(type(model.row_generator_), "_is_early", lambda self, column: False)
    sizes.clear()
    pd.testing.assert_frame_equal(model.sample(n_rows, **asked), rows, check_exact=True)
    assert fewer < 0.95 * sum(sizes)


def test_levels_that_are_changed_later_are_judged_later():
    """Of tied columns the level that a slot says is not the one that comes back."""
    rng = np.random.default_rng(0)
    city, kind = rng.integers(0, 12, 1500), rng.choice(["a", "b"], 1500)
    table = pd.DataFrame(
        {"city": [f"c{i}" for i in city], "code": 7 * city % 12, "kind": kind, "x": rng.normal(size=1500)}
    )
    model = WGANGPSynthesizer(iterations=5, hidden=(8,), sieve=False, copula=False, random_state=0).fit(table)
    assert [model.row_generator_._is_early(column) for column in (0, 1, 2)] == [False, False, True]
    assert set(model.sample(30, conditions="city=c2")["code"]) == {2}
