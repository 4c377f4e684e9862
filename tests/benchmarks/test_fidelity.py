"""The tables with goals are cut as written, judged again and again, and shown beside their bars."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_wine

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def fidelity(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("fidelity")


def test_all_goals_are_tables_and_the_ten_small_ones_among_them(fidelity):
    from fidelity_goals import GOALS, TEN

    assert set(TEN) <= set(GOALS) <= set(fidelity.ALL)
    train, test = GOALS["wine"].cut(Path(), 0)
    assert (len(train), len(test)) == (89, 89)
    order = np.random.default_rng(0).permutation(178)
    whole = load_wine(as_frame=True).frame
    assert train.equals(whole.iloc[order[:89]].reset_index(drop=True))


@pytest.mark.parametrize("kind", ["copies", "smote", "floor"])
def test_a_kind_gives_other_rows_for_each_number_and_the_same_again(fidelity, kind):
    train, _ = fidelity.ALL["iris"].cut(Path(), 0)
    draw, seconds = fidelity.make(kind, train, None, [], 1)
    assert seconds == {}
    assert draw(40, 3).equals(draw(40, 3))
    assert draw(40, 3).equals(draw(40, 4)) == (kind == "floor")


def test_copies_are_found_by_distance_and_real_rows_are_not(fidelity, shared):
    from fidelity_repeats import judge_again, load_judge

    judge, (train, test) = load_judge(shared / "judge"), fidelity.ALL["wine"].cut(Path(), 0)
    scores = {
        kind: judge_again(
            judge,
            train,
            test,
            fidelity.make(kind, train, None, [], 0)[0],
            "target",
            ["alcohol", "hue"],
            kind == "floor",
        )
        for kind in ("copies", "floor")
    }
    assert scores["copies"]["dcr_ratio"] == 0
    assert scores["floor"]["dcr_ratio"] == pytest.approx(1, abs=0.1)
    assert scores["copies"]["impossible"] == scores["floor"]["impossible"] == 0
    assert 0.35 < scores["floor"]["c2st_gb_rounded"] < 0.65


def test_results_are_shown_with_bars_and_means(fidelity, capsys):
    from fidelity_goals import TEN

    runs = [
        {"table": name, "kind": "tabgan none", "seed": seed, "n_train": 9, "c2st_gb_rounded": 0.6 + seed / 10}
        for name in TEN
        for seed in (0, 1)
    ]
    fidelity.print_tables(runs)
    shown = capsys.readouterr().out
    assert "| bc9 | 9 | tabgan none | 0.650 (0.100) | - |" in shown
    assert "| bc9 |  | bar | 0.620 | - | 0.94 |" in shown
    assert "| mean of 10 |  | tabgan none | 0.650 | - |" in shown
    assert "| mean of 10 |  | bar | 0.768 | 0.640 |" in shown
