"""target=: a number that is sharpened, or a label that is confirmed, in models that are fitted and saved."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import torch

from tabgan import InputError, TabganWarning, WGANGPSynthesizer, load
from tabgan.interop.spec import describe_generator
from tabgan.persistence import load_bundle
from tabgan.teaching import target as target_module
from tabgan.teaching import teacher as teacher_module
from tabgan.teaching.target import ConfirmedLabel, SharpTarget

QUICK = dict(iterations=20, hidden=(8,), sieve=False, random_state=0)

pytestmark = [
    pytest.mark.usefixtures("small_sieve", "small_teachers"),
    pytest.mark.filterwarnings("ignore:rows come closer"),  # what has hardly learned comes as it likes
]


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch):
    monkeypatch.setattr(target_module, "ROUNDS", 30)


def make_table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    a, kind = rng.normal(size=260), rng.choice(["x", "y", "z"], 260, p=[0.6, 0.3, 0.1])
    shift = pd.Series(kind).map({"x": 0.0, "y": 2.0, "z": 4.0})
    return pd.DataFrame(
        {
            "a": a.round(2),
            "b": (shift + 0.3 * rng.normal(size=260)).round(3),
            "strength": (20 + 5 * a + shift + rng.normal(size=260)).round(1),
            "kind": kind,
            "whole": np.clip(np.round(3 * a + 5), 1, 10).astype(int),
        }
    )


TABLE = make_table()


def residual(rows: pd.DataFrame) -> float:
    shift = rows["kind"].map({"x": 0.0, "y": 2.0, "z": 4.0})
    return float(np.std(rows["strength"] - 20 - 5 * rows["a"] - shift))


@pytest.fixture(scope="module")
def raw() -> WGANGPSynthesizer:
    return WGANGPSynthesizer(**QUICK).fit(TABLE)


@pytest.fixture(scope="module")
def sharp(small_sieve, small_teachers) -> WGANGPSynthesizer:
    with pytest.MonkeyPatch.context() as context:
        context.setattr(target_module, "ROUNDS", 30)
        return WGANGPSynthesizer(**QUICK, target="strength").fit(TABLE)


def test_a_number_is_sharpened_and_nothing_else(raw, sharp):
    rows, before = sharp.sample(2000), raw.sample(2000)
    assert isinstance(sharp.row_generator_.target, SharpTarget)
    assert residual(rows) < 0.7 * residual(before)
    pd.testing.assert_frame_equal(rows.drop(columns="strength"), before.drop(columns="strength"))
    assert (rows["strength"] == rows["strength"].round(1)).all()
    assert rows["strength"].between(TABLE["strength"].min(), TABLE["strength"].max()).all()
    assert (sharp.target_, sharp.label_) == ("strength", None)


def test_rows_do_not_depend_on_how_many_are_asked_for_or_on_workers(sharp):
    rows = sharp.sample(40_000)
    pd.testing.assert_frame_equal(sharp.sample(100), rows[:100])
    torch.set_num_threads(3)
    try:
        pd.testing.assert_frame_equal(sharp.sample(40_000), rows)
    finally:
        torch.set_num_threads(1)


@pytest.mark.parametrize("more", [{"target": "strength", "sieve": True}, {"target": "kind", "sieve": True}], ids=str)
def test_what_is_saved_makes_the_same_rows(more, tmp_path):
    model = WGANGPSynthesizer(**QUICK | more).fit(TABLE)
    model.save(tmp_path / "a.tabgan")
    again = load(tmp_path / "a.tabgan")
    pd.testing.assert_frame_equal(again.sample(20_000), model.sample(20_000))
    again.save(tmp_path / "b.tabgan")
    assert (tmp_path / "a.tabgan").read_bytes() == (tmp_path / "b.tabgan").read_bytes()
    assert again.target_ == model.target_ == more["target"]
    summary = WGANGPSynthesizer.summarise(load_bundle(tmp_path / "a.tabgan"))
    assert summary["target"] == summary["teaching"]["column"] == more["target"]
    WGANGPSynthesizer(**QUICK | more).fit(TABLE).save(tmp_path / "c.tabgan")
    assert (tmp_path / "a.tabgan").read_bytes() == (tmp_path / "c.tabgan").read_bytes()


def test_without_a_target_nothing_is_taught(monkeypatch, raw):
    monkeypatch.setattr(teacher_module.Teacher, "fit", None)
    model = WGANGPSynthesizer(**QUICK).fit(TABLE)
    assert model.row_generator_.target is None
    pd.testing.assert_frame_equal(model.sample(500), raw.sample(500))


def test_classes_become_the_label_and_are_confirmed():
    model = WGANGPSynthesizer(**QUICK, target="kind").fit(TABLE)
    assert model.label_ == model.target_ == "kind"
    assert isinstance(model.row_generator_.target, ConfirmedLabel)
    before = WGANGPSynthesizer(**QUICK, label="kind").fit(TABLE)

    def right(rows: pd.DataFrame) -> float:
        return float((np.array(["x", "y", "z"])[(rows["b"] > 1).astype(int) + (rows["b"] > 3)] == rows["kind"]).mean())

    assert right(model.sample(2000)) > right(before.sample(2000)) + 0.1
    assert model.sample(300, balance=True)["kind"].value_counts().tolist() == [100] * 3
    assert set(model.sample(500, conditions={"kind": "z"})["kind"]) == {"z"}
    shares = model.sample(16_384)["kind"].value_counts(normalize=True)
    for level, share in TABLE["kind"].value_counts(normalize=True).items():  # though more of one than of others pass
        assert shares[level] == pytest.approx(share, abs=0.03)
    rows = model.sample(40_000)
    pd.testing.assert_frame_equal(model.sample(100), rows[:100])


def test_a_class_that_is_never_confirmed_is_said_and_made_all_the_same():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.normal(size=150), "c": np.where(np.arange(150) < 3, "few", "many")})
    with pytest.warns(TabganWarning, match="of generated rows of few a teacher confirms fewer than 2%"):
        model = WGANGPSynthesizer(**QUICK, target="c").fit(table)
    assert model.sample(200, balance=True)["c"].value_counts().tolist() == [100, 100]


def test_whole_numbers_stay_numbers_unless_they_are_said_to_be_classes():
    model = WGANGPSynthesizer(**QUICK, target="whole").fit(TABLE)
    assert isinstance(model.row_generator_.target, SharpTarget)
    rows = model.sample(3000)["whole"]
    assert set(rows) <= set(range(1, 11))
    shares = TABLE["whole"].value_counts(normalize=True)
    assert rows.value_counts(normalize=True).sub(shares, fill_value=0).abs().max() < 0.05
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)  # so poor is this generator
        classes = WGANGPSynthesizer(**QUICK, target="whole", kinds={"whole": "categorical"}).fit(TABLE)
    assert classes.label_ == "whole"


@pytest.mark.parametrize("framed", [True, False])
def test_y_may_be_the_target(framed):
    X, y = TABLE[["a", "b"]], TABLE["strength"]
    given = (X, y) if framed else (X.to_numpy(), y.to_numpy())
    model = WGANGPSynthesizer(**QUICK, target="y").fit(*given)
    assert model.target_ == ("strength" if framed else 3)
    named = WGANGPSynthesizer(**QUICK, target="mpa").fit(X, y.to_numpy())
    assert list(named.sample(3).columns) == ["a", "b", "mpa"]


def test_gaps_in_the_target_come_back_and_are_not_taught():
    table = TABLE.assign(strength=TABLE["strength"].where(np.arange(260) % 5 > 0))
    rows = WGANGPSynthesizer(**QUICK, target="strength").fit(table).sample(3000)
    assert rows["strength"].isna().mean() == pytest.approx(0.2, abs=0.05)
    assert residual(rows) < 3


def test_rules_are_kept_and_the_target_is_not_tied():
    table = TABLE.assign(limit=TABLE["strength"] + np.round(np.abs(TABLE["b"]), 1))
    model = WGANGPSynthesizer(**QUICK, target="strength", constraints="strength <= limit").fit(table)
    blocks = model.iter_samples(3000)
    rows = pd.concat(blocks)
    assert (rows["strength"] <= rows["limit"]).all()
    assert blocks.acceptance > 0.99  # a target that would break the rule stays the generator's
    angle = np.arange(260) % 4
    tied = pd.DataFrame({"angle": angle, "speed": angle * 7 + angle // 2, "name": np.array([*"abcd"])[angle]})
    tied["lift"] = angle * 2.5 + 1
    assert (combinations := WGANGPSynthesizer(**QUICK).fit(tied).row_generator_.combinations) is not None
    assert 3 in np.concatenate([group.columns for group in combinations.groups_])
    apart = WGANGPSynthesizer(**QUICK, target="lift").fit(tied).row_generator_.combinations
    assert apart is not None
    assert 3 not in np.concatenate([group.columns for group in apart.groups_])


@pytest.mark.parametrize("more", [{"smooth": "3sigma", "denoise": "db4:2"}, {"pca": 2, "tails": "extrapolate"}])
def test_other_settings_go_with_it(more):
    model = WGANGPSynthesizer(**QUICK, **more, target="strength").fit(TABLE)
    assert model.row_generator_.target is not None
    assert len(model.sample(10)) == 10


def test_what_is_no_target_is_refused():
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(260) * 3 % 200, "D")
    table = TABLE.assign(day=day, one=1, name=[f"n{i % 130}" for i in range(260)], double=2 * TABLE["strength"])
    for target, more, message in [
        ("kindness", {}, "target must be a column of the table, but is 'kindness'; its columns are a, b"),
        ("kind", {"label": "name"}, "must be one column, but are 'name' and 'kind'; leave one of the two out"),
        ("one", {}, "but 'one' has one value in all rows; give another column"),
        ("day", {}, "but 'day' is datetime; give another column"),
        ("name", {}, "at most 100 classes, but 'name' has 130"),
        ("strength", {"constraints": "2*strength == double"}, "but 'strength' is bound to double by"),
    ]:
        with pytest.raises(InputError, match=message):
            WGANGPSynthesizer(**QUICK, target=target, **more).fit(table)
    with pytest.raises(InputError, match="beside 'strength' there is none"):
        WGANGPSynthesizer(**QUICK, target="strength").fit(table[["strength", "one"]])
    with pytest.raises(InputError, match="at least 10 rows that have it, but 'strength' has 5"):
        WGANGPSynthesizer(**QUICK, target="strength").fit(table.assign(strength=table["strength"][:5]))
    with pytest.raises(InputError, match=r"holds identifiers|is kinds="):
        WGANGPSynthesizer(**QUICK, target="name", kinds={"name": "id"}).fit(table[:100])
    with pytest.raises(InputError, match="must be one column, but are 'kind' and 'a'"):
        WGANGPSynthesizer(**QUICK, target="a").fit(table[["a", "b"]], table["kind"])


def test_a_teacher_that_fails_takes_no_model_away(monkeypatch, tmp_path):
    def fail(*args):
        raise MemoryError("none left")

    monkeypatch.setattr(teacher_module.Teacher, "fit", fail)
    with pytest.warns(TabganWarning, match="its target is not sharpened \\(MemoryError: none left\\)"):
        model = WGANGPSynthesizer(**QUICK, target="strength").fit(TABLE)
    assert len(model.sample(5)) == 5
    model.save(tmp_path / "model.tabgan")
    assert WGANGPSynthesizer.summarise(load_bundle(tmp_path / "model.tabgan"))["teaching"] is None


def test_exports_say_that_they_have_no_teacher(sharp):
    assert any(note.startswith("the teacher of the target strength is not in the export") for note in notes(sharp))


def notes(model: WGANGPSynthesizer) -> list[str]:
    return describe_generator(model).notes.tolist()
