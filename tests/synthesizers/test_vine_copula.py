"""A vine copula: what goes together in it, gaps and labels, rules, files, and what it says where it cannot be had."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from tabgan import InputError, VineCopulaSynthesizer, load
from tabgan.synthesizers.vine import Vine

pytestmark = pytest.mark.usefixtures("small_sieve")


@pytest.fixture
def library():
    return pytest.importorskip("pyvinecopulib")


def ring(n: int) -> pd.DataFrame:
    """Three columns of which no two are correlated, and a label and gaps that follow from them."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 2 * np.pi, n)
    x, y = np.cos(angle), np.sin(angle)
    table = pd.DataFrame({"x": x, "y": y + 0.1 * rng.normal(size=n), "z": (x + rng.normal(size=n)).round(2)})
    table["side"] = np.where(x > 0, "right", "left")
    table["often"] = np.where(rng.random(n) < 0.5, 7.0, table["z"])
    table["gaps"] = np.where(table["y"] > 0.5, np.nan, x)
    return table


def test_what_goes_together_is_learned(library):
    """Also what no correlation says: rows lie on a ring."""
    table = ring(1000)
    rows = VineCopulaSynthesizer(sieve=False, random_state=0).fit(table).sample(5000)
    assert abs(np.corrcoef(rows["x"], rows["y"])[0, 1]) < 0.1
    assert np.hypot(rows["x"], rows["y"]).std() < 0.3
    assert ((rows["x"] > 0) == (rows["side"] == "right")).mean() > 0.8
    assert spearmanr(rows["x"], rows["z"])[0] == pytest.approx(spearmanr(table["x"], table["z"])[0], abs=0.1)


def test_repeated_values_and_gaps_are_as_frequent_as_real_ones(library):
    table = ring(1000)
    rows = VineCopulaSynthesizer(sieve=False, random_state=0).fit(table).sample(5000)
    assert (rows["often"] == 7).mean() == pytest.approx((table["often"] == 7).mean(), abs=0.05)
    assert rows["gaps"].isna().mean() == pytest.approx(table["gaps"].isna().mean(), abs=0.05)
    assert rows.loc[rows["gaps"].isna(), "y"].mean() > rows.loc[rows["gaps"].notna(), "y"].mean() + 0.5
    assert rows["gaps"].dropna().between(table["gaps"].min(), table["gaps"].max()).all()


def test_ranks_are_of_all_rows_and_the_rest_of_those_learned(library):
    """A rival of a GAN is told the ranks of rows held aside, as the GAN is, and nothing else of them."""
    rng = np.random.default_rng(0)
    together, apart = np.repeat(rng.normal(size=(300, 1)), 2, axis=1), rng.normal(5, 1, size=(300, 2))
    X = np.concatenate([together, apart])
    rows = Vine().fit(X, 0, np.arange(600) < 300).draw(2000, 0, 51, 0)
    assert spearmanr(*rows.T)[0] > 0.95
    assert rows.max() > together.max() + 2
    assert spearmanr(*Vine().fit(X, 0).draw(2000, 0, 51, 0).T)[0] < 0.95


def test_constraints_are_kept(library):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"start": rng.integers(0, 40, 200), "net": rng.gamma(2, size=200).round(2)})
    table["end"], table["tax"] = table["start"] + rng.poisson(3, 200), (table["net"] / 5).round(2)
    table["total"] = table["net"] + table["tax"]
    rules = ["start <= end", "net + tax == total"]
    rows = VineCopulaSynthesizer(constraints=rules, random_state=0).fit(table).sample(2000)
    assert (rows["start"] <= rows["end"]).all()
    np.testing.assert_allclose(rows["net"] + rows["tax"], rows["total"], atol=1e-9)


def test_one_column_and_classes_of_y_are_learned(library):
    X = np.random.default_rng(0).normal(size=(80, 1))
    assert VineCopulaSynthesizer(random_state=0).fit(X).sample(5).shape == (5, 1)
    model = VineCopulaSynthesizer(random_state=0).fit(X, np.repeat([0, 1], 40))
    rows = model.sample(20, balance=True)
    assert (rows[:, 1] == 1).sum() == 10


@pytest.mark.parametrize("sieve", [True, False])
def test_a_file_holds_grids_as_arrays_and_gives_the_same_rows(library, tmp_path, sieve):
    model = VineCopulaSynthesizer(sieve=sieve, random_state=0).fit(ring(200))
    grids = model.get_state()["vine"]["copula"]["pair copulas"]["tree0"]
    assert all(pair["par"].shape == (30, 30) for pair in grids.values())
    model.save(tmp_path / "vine.tabgan")
    pd.testing.assert_frame_equal(load(tmp_path / "vine.tabgan").sample(500), model.sample(500), check_exact=True)
    assert model.summary()["versions"]["pyvinecopulib"] == library.__version__


def test_without_the_library_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvinecopulib", None)
    with pytest.raises(InputError, match=r"needs pyvinecopulib.*pip install 'tabgan-wgangp\[vine\]'"):
        VineCopulaSynthesizer().fit(np.random.default_rng(0).normal(size=(20, 2)))
