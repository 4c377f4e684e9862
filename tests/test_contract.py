"""What every synthesizer promises. A new one joins by a line in SYNTHESIZERS."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from tabgan import InputError, VineCopulaSynthesizer, WGANGPSynthesizer, load
from tabgan.synthesizers.checks import CHECKS, Case, make_table, same

QUICK = dict(iterations=20, hidden=(16, 16), random_state=1)
SYNTHESIZERS = {
    "wgan-gp": WGANGPSynthesizer(**QUICK, sieve=False),
    "sieve": WGANGPSynthesizer(**QUICK, sieve=True),
    "fast": WGANGPSynthesizer(**QUICK, preset="fast"),
    "matlab": WGANGPSynthesizer(**QUICK, preset="matlab"),
    "minmax-calibrated": WGANGPSynthesizer(**QUICK, marginals="minmax", sieve=False),
    "wgan": WGANGPSynthesizer(**QUICK, objective="wgan", sieve=False),
    "gan": WGANGPSynthesizer(**QUICK, objective="gan", sieve=False),
    "vine": VineCopulaSynthesizer(random_state=1),
}
VARIANTS = {
    "constraints": dict(constraints=["start <= end", "2*整数 + small == sum"]),
    "tails": dict(tails="extrapolate"),
    "label": dict(label="label"),
    "pca": dict(pca=2),
    "minmax": dict(marginals="minmax"),
    "sieve": dict(sieve=True),
}
PAIRS = [pair for pair in combinations(VARIANTS, 2) if set(pair) != {"tails", "minmax"}]  # which no fit takes
TABLE = make_table()

pytestmark = pytest.mark.usefixtures("small_sieve")


@pytest.fixture(scope="module", params=SYNTHESIZERS)
def case(request) -> Case:
    if request.param == "vine":
        pytest.importorskip("pyvinecopulib")
    estimator = SYNTHESIZERS[request.param]
    return Case(estimator)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_keeps_its_promises(case, check):
    check(case)


@pytest.mark.parametrize("names", [(name,) for name in VARIANTS] + PAIRS, ids="+".join)
def test_a_saved_variant_is_the_same_model(names, tmp_path):
    table = TABLE.assign(start=np.arange(150) % 40, end=np.arange(150) % 40 + TABLE["整数"])
    table["sum"] = 2 * table["整数"] + table["small"]
    settings = {"sieve": False, "hidden": (8,)} | {k: v for name in names for k, v in VARIANTS[name].items()}
    model = WGANGPSynthesizer(**QUICK | settings).fit(table)
    model.save(tmp_path / "model.tabgan")
    again = load(tmp_path / "model.tabgan")
    same(again.sample(20_000), model.sample(20_000))
    assert again.schema_ == model.schema_
    again.save(tmp_path / "again.tabgan")
    assert (tmp_path / "again.tabgan").read_bytes() == (tmp_path / "model.tabgan").read_bytes()


def test_a_column_in_a_constraint_is_extrapolated_too():
    """It was held within the range of training before the model was saved, and left it afterwards."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=300).round(3), "y": rng.normal(size=300).round(3)})
    table["z"] = (table["x"] + table["y"]).round(3)
    model = WGANGPSynthesizer(**QUICK, sieve=False, tails="extrapolate", constraints="x + y == z").fit(table)
    rows = model.sample(20_000)
    assert (rows["x"] > table["x"].max()).any()
    assert (rows["y"] < table["y"].min()).any()
    np.testing.assert_allclose(rows["x"] + rows["y"], rows["z"], atol=1e-9)


@pytest.mark.parametrize("names", [list("abc"), [1, 2, 3]])
def test_kinds_are_asked_for_and_saved(case, names, tmp_path):
    table = TABLE[["整数", "small", "float32"]].set_axis(names, axis=1)
    kinds = {names[0]: "continuous", names[1]: "integer"}
    fitted = clone(case.estimator).set_params(kinds=kinds).fit(table)
    assert [c.kind for c in fitted.schema_] == ["continuous", "integer", "continuous"]
    fitted.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.kinds == kinds
    assert again.schema_ == fitted.schema_
    for wrong in ({"nothing": "integer"}, {names[0]: "number"}, "integer"):
        with pytest.raises(InputError, match="kind"):
            clone(case.estimator).set_params(kinds=wrong).fit(table)
