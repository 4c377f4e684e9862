"""Random tables, learned with random settings: nothing fails once training began, and rows keep what is promised."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from tabgan import WGANGPSynthesizer, load
from tabgan.errors import InputError
from tabgan.synthesizers import wgan_gp
from tests.campaign import random_tables
from tests.campaign.conftest import SECONDS, SEED

pytestmark = pytest.mark.usefixtures("small_sieve")
MOST = 50 * max(1, int(SECONDS))  # examples, of which time is left for fewer
quiet = settings(
    deadline=None,
    database=None,
    max_examples=MOST,
    suppress_health_check=list(HealthCheck),
    derandomize=False,
    phases=[Phase.generate],  # nothing is made smaller: each try is a fit
)


class Until:
    """Lets cases run until a share of the campaign's seconds is over, and counts those that were learned."""

    def __init__(self, share: float) -> None:
        self.until, self.learned = time.monotonic() + share * SECONDS, 0

    @property
    def over(self) -> bool:
        return self.learned > 0 and time.monotonic() > self.until


def _learn(table: pd.DataFrame, **told: Any) -> WGANGPSynthesizer | None:
    """Return a model; None where the table is refused, which it may be until training begins."""
    began = []

    def train(*args: Any, **kwargs: Any) -> Any:
        began.append(True)
        return original(*args, **kwargs)

    original = wgan_gp.train
    with pytest.MonkeyPatch.context() as context:
        context.setattr(wgan_gp, "train", train)
        try:
            return WGANGPSynthesizer(**told).fit(table)
        except InputError:
            assert not began, "what is refused must be refused before training"
            return None


def _check(model: WGANGPSynthesizer, table: pd.DataFrame, path: Path) -> None:
    rows = model.sample(40, random_state=1)
    assert rows.dtypes.equals(table.dtypes)
    pd.testing.assert_frame_equal(rows.iloc[:7], model.sample(7, random_state=1))
    assert not (rows.isna().any() & ~table.isna().any()).any(), "new gaps"
    for name in table.columns:
        kind = model.schema_.columns[list(table.columns).index(name)].kind
        if (
            model.tails == "observed"
            and kind in ("continuous", "integer")
            and pd.api.types.is_numeric_dtype(table[name])
        ):
            assert rows[name].dropna().between(table[name].min(), table[name].max()).all(), "out of range"
        if pd.api.types.is_float_dtype(table[name].dtype):
            assert np.isfinite(rows[name].dropna().astype(float)).all(), "infinite"
    model.save(path)
    pd.testing.assert_frame_equal(load(path).sample(40, random_state=1), rows)


def test_tables_of_all_kinds(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    until = Until(0.2)

    @seed(SEED)
    @quiet
    @given(random_tables.tables(), random_tables.settings())
    def one(table: pd.DataFrame, told: dict[str, Any]) -> None:
        if until.over:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", RuntimeWarning)
            model = _learn(table, **told)
            assume(model is not None)
            _check(model, table, tmp_path / "model.tabgan")
        until.learned += 1

    one()
    record_property("cases", until.learned)


def test_tables_with_constraints(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    until = Until(0.1)

    @seed(SEED)
    @quiet
    @given(random_tables.bound_tables(), random_tables.settings())
    def one(case: tuple[pd.DataFrame, list[str]], told: dict[str, Any]) -> None:
        if until.over:
            return
        table, constraints = case
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", RuntimeWarning)
            model = _learn(table, **told, constraints=constraints)
            assume(model is not None)
            _check(model, table, tmp_path / "model.tabgan")
            model.constraints_.check(model.schema_.to_matrix(model.sample(40)))
        until.learned += 1

    one()
    record_property("cases", until.learned)
