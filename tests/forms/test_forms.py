"""What a file says is held to a form: kinds, ranges, and sizes that are the same wherever they have one name."""

from __future__ import annotations

from collections import ChainMap
from pathlib import Path

import numpy as np
import pytest

from tabgan import WGANGPSynthesizer, load
from tabgan.errors import BundleError, InputError
from tabgan.forms.language import FLAG, Array, Each, FormError, Maybe, Number, Place, Record, Whole, listed, plain
from tabgan.persistence import load_bundle, save_bundle
from tabgan.schema.infer import read_schema

FIXTURE = Path(__file__).parents[1] / "fixtures" / "version_1" / "mixed.tabgan"
FORM = Record(
    {
        "at": Array("i", "columns", below=9, rises=">"),
        "rows": Array("f", "n", "columns"),
        "names": listed(Whole(), "columns"),
        "more?": Maybe(Each(Record({"edges": Array("f", "edges"), "bins": Array("f", "edges")}), "columns")),
    }
)


def make() -> dict:
    part = {"edges": np.zeros(2), "bins": np.ones(2)}
    other = {"edges": np.zeros(3), "bins": np.ones(3)}  # of as many as it likes: a place has sizes of its own
    return {"at": np.array([1, 4]), "rows": np.zeros((5, 2)), "names": [7, 8], "more": {"0": part, "1": other}}


def test_what_is_of_the_form_passes():
    FORM.check(make(), ChainMap({}), "")
    FORM.check({**make(), "more": None}, ChainMap({}), "")
    FORM.check({**make(), "rows": np.ones((5, 2), np.float16)}, ChainMap({}), "")
    Array("f", high=1e308).check(np.float16(1)[...], ChainMap({}), "")  # which no half can be held against


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("at", np.array([4, 1]), "/at must be in order"),
        ("at", np.array([1, 9]), "/at must be from 0 to 8"),
        ("at", np.array([1.0, 2.0]), "an array .i., but is an array of float64"),
        ("rows", np.zeros((5, 3)), "/rows, dimension 2 must be 2 long, but is 3"),
        ("rows", np.full((5, 2), np.inf), "/rows must be finite"),
        ("rows", [[0.0, 0.0]], "must be an array"),
        ("names", [7], "/names must be 2 long, but is 1"),
        ("names", [7, True], "/names/1 must be a number, but is True"),
        ("names", [7, -1], "/names/1 must be from 0 to"),
        ("more", {"0": {}}, "/more must be 2 long"),
        ("more", {"0": {}, "2": {}}, "values by their places"),
        (
            "more",
            {"0": {"edges": np.zeros(2), "bins": np.zeros(3)}, "1": {}},
            "/more/0/bins, dimension 1 must be 2 long",
        ),
        ("other", 1, "a record of at, more, names, rows"),
    ],
)
def test_what_is_not_is_said_with_its_place(key, value, words):
    with pytest.raises(FormError, match=words):
        FORM.check({**make(), key: value}, ChainMap({}), "")


def test_small_forms():
    for form, fine, wrong in ((FLAG, True, 1), (Number(0, 1), 0.5, 2), (Place(3), 2, 3), (Whole(1), 1, 1.0)):
        form.check(fine, ChainMap({}), "x")
        with pytest.raises(FormError, match=r"x must be"):
            form.check(wrong, ChainMap({}), "x")


def test_nesting_numbers_and_lengths_are_bounded_whatever_the_form():
    deep: list = []
    for _ in range(50):
        deep = [deep]
    for odd in (deep, {"a": [np.zeros((10**9, 0))]}, {"a": float("inf")}, {"a": np.array(["text"])}):
        with pytest.raises(FormError):
            plain(odd, 1000)
    plain({"a": [1, {"b": np.zeros(3)}]}, 1000)


@pytest.mark.parametrize(
    "edit",
    [
        lambda s: s["schema"]["columns"].reverse(),
        lambda s: s["schema"]["columns"][0].update(name=s["schema"]["columns"][1]["name"]),
        lambda s: s["settings"].update(latent_dim=10**9),
        lambda s: s["settings"].update(hidden=[10**8]),
        lambda s: s["encoder"].update(numbers=s["encoder"]["numbers"][::-1]),
        lambda s: s["decoder"].update(offsets=s["decoder"]["offsets"][1:]),
        lambda s: s["encoder"]["scaler"].update(xmin=s["encoder"]["scaler"]["xmax"]),
        lambda s: s["history"].update(best_iteration=10**6),
        lambda s: s.update(seed=-1),
        lambda s: s.update(label="no such column"),
        lambda s: s["memorisation"].update(more=1),
        lambda s: s["memorisation"].pop("closest_noise"),
        lambda s: s["params"].update(hidden=np.zeros(3)),
        lambda s: s["settings"].update(hidden=np.zeros(3)),
        lambda s: s.update(combinations={}),
        lambda s: s["encoder"].update(normal="minmax"),
        "forecaster",
    ],
)
def test_an_edited_model_with_the_right_checksum_is_refused(edit, tmp_path):
    state = load_bundle(FIXTURE.with_name("forecaster.tabgan") if edit == "forecaster" else FIXTURE)
    state["inputs"].update(n_given=state["inputs"]["n_given"] + 1) if edit == "forecaster" else edit(state)
    save_bundle(tmp_path / "edited.tabgan", state)
    with pytest.raises(BundleError, match=r"is a model that this tabgan cannot use \(/.*fit again"):
        load_bundle(tmp_path / "edited.tabgan")


@pytest.mark.parametrize("top", [1e7, 1e200, 1e307])
def test_a_model_of_large_numbers_is_read_again(tmp_path, top):
    rng = np.random.default_rng(0)
    table = np.column_stack([rng.uniform(-top, top, 60), rng.normal(size=60)])
    model = WGANGPSynthesizer(marginals="minmax", iterations=3, sieve=False, random_state=0).fit(table)
    model.save(tmp_path / "large.tabgan")
    np.testing.assert_array_equal(load(tmp_path / "large.tabgan").sample(20), model.sample(20))


def test_rows_are_finite_however_far_apart_quantiles_are(tmp_path):
    state = load_bundle(FIXTURE)
    state["decoder"]["calibrator"]["real"].flat[0] = np.finfo(np.float64).max
    save_bundle(tmp_path / "far.tabgan", state)
    rows = load(tmp_path / "far.tabgan").sample(20)
    assert not rows.select_dtypes("number").isin([np.inf, -np.inf]).any(axis=None)


def test_a_schema_that_nests_deeply_is_no_schema(tmp_path):
    (tmp_path / "schema.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match=r"a schema must be JSON .*too deeply"):
        read_schema(tmp_path / "schema.json", ["a"])
