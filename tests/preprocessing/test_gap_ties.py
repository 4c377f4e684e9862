"""Gaps that are where other columns say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer, load
from tabgan.errors import BundleError
from tabgan.interop.spec import describe_generator
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.gap_ties import find_gap_ties

QUICK = {"iterations": 3, "random_state": 0, "sieve": False}


def table(n: int = 400, seed: int = 0) -> pd.DataFrame:
    """Two channels that are off together, a refund of some customers, and a column with gaps of its own."""
    rng = np.random.default_rng(seed)
    off, vip = rng.random(n) < 0.3, rng.random(n) < 0.2
    frame = pd.DataFrame({"u": rng.normal(size=n), "v": rng.normal(size=n), "vip": np.where(vip, "y", "n")})
    frame["refund"], frame["own"] = rng.gamma(3, 2, n).round(2), rng.normal(size=n)
    frame["note"] = rng.choice(["late", "paid"], n)
    frame.loc[off, ["u", "v"]] = np.nan
    frame.loc[~vip, ["refund", "note"]] = np.nan
    frame.loc[rng.random(n) < 0.2, "own"] = np.nan
    return frame


def is_kept(rows: pd.DataFrame) -> bool:
    vip = rows["vip"] == "y"
    both = (rows["refund"].notna() == vip).all() and (rows["note"].notna() == vip).all()
    return bool((rows["u"].isna() == rows["v"].isna()).all() and both)


@pytest.fixture(scope="module")
def model():
    return WGANGPSynthesizer(**QUICK).fit(table())


def test_rows_have_gaps_where_the_others_say(model):
    rows = model.sample(3000)
    assert is_kept(rows)
    assert abs(rows["u"].isna().mean() - 0.3) < 0.1
    assert not (rows["own"].isna() == rows["u"].isna()).all()
    assert model.sample(100).equals(rows[:100])


def test_values_that_take_the_place_of_gaps_are_of_the_real_range(model):
    real, rows = table(), model.sample(3000)
    for name in ("v", "refund"):
        assert rows[name].min() >= real[name].min()
        assert rows[name].max() <= real[name].max()
    assert set(rows["note"].dropna()) == {"late", "paid"}


def test_without_combinations_gaps_are_left_apart():
    rows = WGANGPSynthesizer(combinations=False, **QUICK).fit(table()).sample(3000)
    assert not is_kept(rows)


def test_rows_of_one_label_are_as_many_as_are_asked_for(model):
    rows = model.sample(50, conditions=["note=late"])
    assert (rows["note"] == "late").all()
    assert is_kept(rows)
    assert is_kept(WGANGPSynthesizer(label="vip", **QUICK).fit(table()).sample(500, conditions={"vip": "y"}))


def test_what_one_row_breaks_is_not_tied():
    broken = table()
    broken.loc[broken["u"].isna().idxmax(), "v"] = 1.0
    assert [tie["column"] for tie in _ties(broken)] == ["refund", "note"]


def test_gaps_that_are_few_or_go_together_by_chance_are_not_tied():
    frame = table()
    frame.loc[:, ["u", "v"]] = 0.0
    frame.loc[:8, ["u", "v"]] = np.nan
    frame["group"] = np.arange(400) % 200  # each of which has two rows
    assert {tie["column"] for tie in _ties(frame[["u", "v", "group"]])} == set()


def _ties(frame: pd.DataFrame) -> list[dict[str, str]]:
    from tabgan.synthesizers.fit_report import describe_gap_ties

    model = WGANGPSynthesizer(**QUICK).fit(frame)
    return describe_gap_ties(model.schema_.names, model.encoder_.get_state())


def test_many_rows_are_beyond_doubt():
    X = np.arange(20_000.0).reshape(-1, 2)
    X[::2] = np.nan
    encoder = TableEncoder()
    slots = encoder.fit_pack(X)[:, 2:].T.astype(int)
    (tie,) = find_gap_ties(encoder.groups_, slots)
    assert tie.gaps.tolist() == [True, False]


def test_no_leader_is_a_follower():
    rng = np.random.default_rng(0)
    off = rng.random(300) < 0.4
    X = np.where(off[:, None], np.nan, rng.normal(size=(300, 4)))
    X = np.column_stack([X, off])
    encoder = TableEncoder()
    slots = encoder.fit_pack(X, [4])[:, -len(encoder.groups_) :].T.astype(int)
    ties = find_gap_ties(encoder.groups_, slots)
    assert {tie.leader for tie in ties} == {next(i for i, one in enumerate(encoder.groups_) if one.column == 4)}
    assert len(ties) == 4


def test_a_model_file_keeps_them_and_says_so(model, tmp_path, tabgan_command):
    model.save(path := tmp_path / "m.tabgan")
    assert load(path).sample(200).equals(model.sample(200))
    assert "tied gaps:   vip -> refund, vip -> note, u -> v\n" in tabgan_command("info", path).output
    state = model.encoder_.get_state()["gap_ties"]["0"]
    model.encoder_.gap_ties_[0].shares[:] = state["shares"] / 2
    model.save(tmp_path / "odd.tabgan")
    with pytest.raises(BundleError, match="a share for each slot"):
        load(tmp_path / "odd.tabgan")


def test_an_export_says_that_it_does_not_keep_them(model):
    assert any(
        note.startswith("gaps that other columns tell are not in the export, in which")
        for note in (describe_generator(model).notes)
    )
