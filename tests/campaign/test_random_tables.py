"""Random tables, learned with random settings: nothing fails once training began, and rows keep what is promised."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tabgan import WGANGPSynthesizer, load
from tabgan.errors import InputError
from tabgan.synthesizers import wgan_gp
from tests.campaign import random_tables
from tests.campaign.conftest import Cases

pytestmark = [pytest.mark.usefixtures("small_sieve"), pytest.mark.long]
AT_ONCE = 5  # examples of a seed
some = settings(
    deadline=None,
    database=None,
    max_examples=AT_ONCE,
    suppress_health_check=list(HealthCheck),
    derandomize=False,
    phases=[Phase.generate],  # nothing is made smaller: each try is a fit
)


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
    for column in model.schema_:
        drawn, real = rows[column.name].dropna(), table[column.name].dropna()
        if not pd.api.types.is_numeric_dtype(real.dtype) or pd.api.types.is_bool_dtype(real.dtype):
            continue
        assert np.isfinite(drawn.astype(float)).all(), "infinite"
        if model.tails == "observed":
            assert drawn.between(real.min(), real.max()).all(), "out of range"
    model.save(path)
    pd.testing.assert_frame_equal(load(path).sample(40, random_state=1), rows)


def _try(
    make: st.SearchStrategy[tuple[pd.DataFrame, list[str]]], number: int, path: Path, learned: Callable[[], None]
) -> None:
    @seed(number)
    @some
    @given(make, random_tables.settings())
    def one(case: tuple[pd.DataFrame, list[str]], told: dict[str, Any]) -> None:
        table, constraints = case
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", RuntimeWarning)
            if (model := _learn(table, **told, constraints=constraints)) is None:
                return
            try:
                _check(model, table, path)
            except InputError as error:  # of a rule that is left to rejection, as one of two on the same columns is
                left = len(model.constraints_.rules) - len(model.constraints_.solved)
                if not left or "candidates, but 0 of these (0%) were accepted" not in str(error):
                    raise
                return
            model.constraints_.check(model.schema_.to_matrix(model.sample(40)))
            learned()

    one()


@pytest.mark.parametrize(
    ("make", "share"),
    [(random_tables.tables().map(lambda table: (table, [])), 0.14), (random_tables.bound_tables(), 0.07)],
    ids=["of all kinds", "with constraints"],
)
def test_random_tables(
    make: Any, share: float, tmp_path: Path, cases: Cases, record_property: Callable[[str, object], None]
) -> None:
    learned: list[None] = []
    for number in cases(share, AT_ONCE):
        _try(make, number, tmp_path / "model.tabgan", lambda: learned.append(None))
    record_property("learned", len(learned))
    assert learned
