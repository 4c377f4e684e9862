"""The benchmark of series scores as the prototype's scripts do, and its simple methods are what they say."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def load(monkeypatch):
    """Import a module of the benchmarks."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


@pytest.fixture
def lab(shared, monkeypatch):
    """Import a script of the prototype."""
    folder = shared / "lab" / "series"
    if not folder.is_dir():
        pytest.skip("the prototype is not here")
    monkeypatch.syspath_prepend(folder)
    threads, before = torch.get_num_threads(), set(sys.modules)
    yield importlib.import_module
    torch.set_num_threads(threads)
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def sides():
    """Windows of a walk that stands still now and then, learned ones and held-out ones, and those of noise."""
    rng = np.random.default_rng(0)
    moves = rng.normal(size=(3000, 3)) * (rng.random((3000, 3)) < 0.7)
    walk = moves.cumsum(0) @ rng.normal(size=(3, 3))
    walk[:, 2] = moves[:, 2].cumsum()
    walk = (walk - walk.min(0)) / np.ptp(walk, axis=0)
    every = np.stack([walk[i : i + 24] for i in range(0, 2976, 4)])
    groups = np.repeat(np.arange(20), 19)
    made = (every[::2] + 0.02 * rng.normal(size=every[::2].shape)).clip(0, 1)
    return made, every[:364], every[364 : 364 + 380], groups


def make_quick(load, monkeypatch):
    networks = load("series_networks")
    for name in ("discriminative", "predictive"):
        monkeypatch.setattr(getattr(networks, name), "__defaults__", (0, 5))
    monkeypatch.setattr(networks.convolutional_auc, "__defaults__", (5,))
    monkeypatch.setattr(load("series_scores"), "TREES", 5)


def test_honest_scores_are_the_prototypes(load, lab, sides, monkeypatch):
    make_quick(load, monkeypatch)
    ours, theirs = load("series_scores"), lab("measure")
    monkeypatch.setattr(theirs.detector, "__defaults__", (0, 1500, ours.TREES))
    made, learned, held, groups = sides
    scores, expected = ours.measure(*sides), theirs.honest(made, learned, held, groups)
    names = {"auc": "auc", "acf": "acf", "inner_acf": "iacf", "psd": "psd", "cross": "xcor", "ks": "ks"}
    names |= {"ratio": "dcr", "near": "near"}
    assert {name: scores[name] for name in names} == pytest.approx({o: expected[t] for o, t in names.items()})
    changes = [np.diff(w[..., :1], axis=1) for w in (made, held)]
    one = ours.channel_auc(made[..., :1], held[..., :1], groups)
    assert one == pytest.approx(lab("still").auc(*(d[..., 0] for d in changes), groups))


def test_scores_of_the_papers_are_the_prototypes(load, lab, sides):
    ours, theirs = load("series_networks"), lab("measure")
    made, learned = sides[:2]
    for name in ("discriminative", "predictive"):
        assert getattr(ours, name)(learned, made, 1, 20) == getattr(theirs, name)(learned, made, 1, 20)
    assert ours.correlational(learned, made) == theirs.correlational(learned, made)


def test_vector_autoregression_is_the_prototypes(load, lab):
    ours, theirs = load("series_data"), lab("baselines")
    blocks = [np.random.default_rng(i).normal(size=(50, 2)).cumsum(0) for i in range(3)]
    made = [f(blocks, 9, 12, 3, np.random.default_rng(0)) for f in (ours.autoregression, theirs.var_simulation)]
    np.testing.assert_allclose(*made)


def test_bootstrap_follows_learned_steps_for_so_long_on_the_average(load):
    blocks = [np.arange(a, a + 1000.0)[:, None] for a in range(0, 40_000, 2000)]  # numbers tell who follows whom
    made = load("series_data").bootstrap(blocks, 500, 200, 10, np.random.default_rng(0))[..., 0]
    goes_on = np.diff(made, axis=1) == 1
    assert goes_on.mean() == pytest.approx(0.9, abs=0.01)
    assert set(np.unique(made)) <= set(np.concatenate(blocks)[:, 0])


def test_copied_runs_are_found_and_others_are_not(load, sides):
    copied_runs = load("series_scores").copied_runs
    made, learned, _, _ = sides
    assert copied_runs(learned[:50], learned) == 1
    assert copied_runs(made, learned) == 0
    mixed = made.copy()
    mixed[: len(mixed) // 2, 5:11] = learned[: len(mixed) // 2, 9:15]
    assert copied_runs(mixed, learned) == pytest.approx(0.5, abs=0.01)


def test_a_tiny_series_is_measured_by_every_protocol_and_shown(load, tmp_path, monkeypatch, capsys):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(2400, 2)).cumsum(0) * [1, 2], columns=["a", "b"])
    table.insert(0, "time", pd.date_range("2024-01-01", periods=2400, freq="h"))
    benchmark = load("series")
    make_quick(load, monkeypatch)
    monkeypatch.setattr(load("series_scores"), "CHANNEL_TREES", 5)
    monkeypatch.setattr(benchmark, "load", lambda shared, name: table)
    for name, value in {"LATER": 950, "LATE": 100, "PARTS": 2, "LAGS": 50, "N_LONG": {408: 4, 950: 3}}.items():
        monkeypatch.setattr(benchmark, name, value)
    results = tmp_path / "results.jsonl"
    words = ["series.py", "etth", "--protocol", "honest", "papers", "long", "--seeds", "0", "--iterations", "5"]
    words += [
        "--set",
        "sieve=False",
        "context=25",
        "--windows",
        "60",
        "--most",
        "50",
        "--methods",
        "plain",
        "linear chain",
        "VAR(6)",
    ]
    monkeypatch.setattr(sys, "argv", [*words, "--results", str(results)])
    benchmark.main()
    rows = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    assert [(row["protocol"], row["length"], row["method"]) for row in rows] == [
        (protocol, length, method)
        for protocol, length in (("honest", 24), ("papers", 24), ("long", 408), ("long", 950))
        for method in ("plain", "linear chain", "VAR(6)")
    ]
    assert 0 <= rows[0]["auc"] <= 1
    assert rows[0]["steps_per_second"] > 0
    assert {"seam", "acf"} <= set(rows[-1])
    shown = capsys.readouterr().out
    assert "| AUC, trees | .70 / .56 | .66 / .55 |" in shown
    assert "Context-FID is not measured" in shown
    benchmark.main()
    assert results.read_text("utf-8").count("\n") == len(rows)  # what is known is not measured again


def test_what_must_hold_everywhere_is_said(load):
    kind = {"data": "etth", "protocol": "honest", "length": 24, "seed": 0, "options": {}}
    scores = {
        "plain": {"auc": 0.7, "acf": 0.02, "psd": 0.05, "ratio": 1.1, "near": 0.0},
        "linear chain": {"auc": 0.8, "acf": 0.01, "psd": 0.06},
        "VAR(6)": {"auc": 0.9},
        "bootstrap of 96": {"ratio": 0.1, "near": 0.9},
    }
    assert load("series_show").verdicts([kind | {"method": name} | own for name, own in scores.items()]) == [
        "plain: not as good as linear chain in ACF (0.020, 0.010)",
        "plain: as good as VAR(6) or better in AUC, trees",
        "plain: as good as bootstrap of 96 or better in nearest-window ratio",
        "plain: as good as bootstrap of 96 or better in near a learned window",
    ]
