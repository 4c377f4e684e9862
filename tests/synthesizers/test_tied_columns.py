"""Tied columns from the fit to the file, the command line and the exports."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import tabgan
from tabgan import TabganWarning, WGANGPSynthesizer
from tabgan.interop.spec import describe_generator

TIED = ["code", "name", "size"]
QUICK = {"copula": False, "iterations": 5, "hidden": (8,), "sieve": False, "random_state": 0}


@pytest.fixture(scope="module")
def products() -> pd.DataFrame:
    """Twelve products, whose name and size follow from their code, and how many were sold when."""
    rng = np.random.default_rng(0)
    code = rng.choice(12, 400, p=np.arange(1, 13) / 78)
    sold = pd.DataFrame({"code": 100 + 7 * code, "name": np.array([f"p{i}" for i in rng.permutation(12)])[code]})
    return sold.assign(size=(0.5 * (code % 5)).round(1), price=rng.normal(size=400), day=rng.integers(0, 300, 400))


@pytest.fixture(scope="module")
def model(products) -> WGANGPSynthesizer:
    return WGANGPSynthesizer(**QUICK).fit(products)


def count_odd(rows: pd.DataFrame, products: pd.DataFrame) -> int:
    """How many rows have a combination that no product has."""
    known = products[TIED].drop_duplicates().assign(known=True)
    return int(rows.merge(known, on=TIED, how="left")["known"].isna().sum())


def test_rows_have_real_combinations_unless_they_are_not_wished(model, products):
    assert count_odd(model.sample(2000, random_state=1), products) == 0
    apart = WGANGPSynthesizer(combinations=False, **QUICK).fit(products)
    assert apart.row_generator_.combinations is None
    assert count_odd(apart.sample(2000, random_state=1), products) > 1000


def test_the_file_holds_them_and_says_which_they_are(model, tmp_path, tabgan_command):
    path = tmp_path / "products.tabgan"
    model.save(path)
    pd.testing.assert_frame_equal(tabgan.load(path).sample(100, random_state=2), model.sample(100, random_state=2))
    assert "tied:        code, name, size: 12 combinations\n" in tabgan_command("info", path).output
    found = json.loads(tabgan_command("info", path, "--json").output)["combinations"]
    assert found == [{"columns": TIED, "combinations": 12}]


def test_a_fit_says_which_columns_are_tied_and_how_to_leave_them_apart(products, tmp_path, tabgan_command):
    products.to_csv(tmp_path / "sold.csv", index=False)
    quick = ["fit", tmp_path / "sold.csv", "--iterations", 5, "--no-sieve", "--hidden", "8", "--seed", 0]
    said = tabgan_command(*quick, "-o", tmp_path / "a.tabgan").output
    assert "tied: code, name, size: 12 combinations; --no-combinations leaves them apart\n" in said
    assert "tied" not in tabgan_command(*quick, "--no-combinations", "-o", tmp_path / "b.tabgan").output


def test_the_label_of_a_conditional_model_is_the_one_asked_for(products):
    model = WGANGPSynthesizer(label="name", **QUICK).fit(products)
    asked = {"name": "p3"}
    rows = model.sample(200, conditions=asked, random_state=0)
    assert (rows["name"] == "p3").all()
    assert count_odd(rows, products) == 0
    shares = model.sample(20_000, random_state=0)["name"].value_counts(normalize=True)
    real = products["name"].value_counts(normalize=True)
    np.testing.assert_allclose(shares.reindex(real.index), real, atol=0.025)


def test_rules_are_kept_and_columns_that_they_compare_with_others_are_not_tied(products):
    bounded = products.assign(stock=products["size"] + np.random.default_rng(0).exponential(size=len(products)))
    model = WGANGPSynthesizer(constraints="size <= stock", **QUICK).fit(bounded)
    assert model.row_generator_.combinations.describe(model.schema_.names) == [
        {"columns": ["code", "name"], "combinations": 12}
    ]
    rows = model.sample(1000, random_state=0)
    assert (rows["size"] <= rows["stock"]).all()


def test_numbers_that_may_leave_their_range_are_not_tied(products):
    model = WGANGPSynthesizer(tails="extrapolate", **QUICK).fit(products.assign(again=products["name"] + "!"))
    assert model.row_generator_.combinations.describe(model.schema_.names) == [
        {"columns": ["name", "again"], "combinations": 12}
    ]


def test_the_first_rows_are_those_of_fewer(model):
    few, many = (model.sample(n, random_state=4) for n in (50, 20_000))
    pd.testing.assert_frame_equal(many.head(50), few)


def test_an_export_says_that_it_does_not_tie(model):
    (note,) = describe_generator(model).notes
    assert note.startswith(
        "columns that are tied are not in the export: rows may have combinations of code, name, size"
    )


def test_the_sieve_sees_real_combinations(products, small_sieve, monkeypatch):
    seen = []
    accept = tabgan.preprocessing.sieve.Sieve.accept
    monkeypatch.setattr(
        tabgan.preprocessing.sieve.Sieve, "accept", lambda self, rows, rng: seen.append(rows) or accept(self, rows, rng)
    )
    model = WGANGPSynthesizer(**QUICK | {"sieve": True}).fit(products)
    rows = model.schema_.decode(np.concatenate(seen))
    assert count_odd(rows[TIED], products) == 0


def test_what_fails_costs_the_ties_and_not_the_model(products, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr("tabgan.synthesizers.row_generator.Combinations.fit", fail)
    with pytest.warns(TabganWarning, match="but no columns are tied"):
        model = WGANGPSynthesizer(**QUICK).fit(products)
    assert len(model.sample(10)) == 10
