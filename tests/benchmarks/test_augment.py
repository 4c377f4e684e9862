"""Do generated rows help? Set-ups are cut as written, learners scored as scikit-learn scores them, results shown."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, log_loss, roc_auc_score

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def augment(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("augment")


def test_a_set_up_is_the_same_for_a_seed_and_shares_no_row_with_what_judges(augment):
    cut, again, other = (augment.cut_rows("bc60", seed, Path()) for seed in (0, 0, 1))
    assert cut.X.equals(again.X)
    assert not cut.X.equals(other.X)
    assert (len(cut.X), len(cut.X_test), cut.n_classes, cut.imbalanced) == (60, 509, 2, False)
    assert not set(cut.X.index) & set(cut.X_test.index)
    numbers = augment.cut_rows("diabetes100", 0, Path())
    assert (len(numbers.X), len(numbers.X_test), numbers.n_classes) == (100, 342, 0)


def test_what_has_no_data_is_left_out_and_said(augment, monkeypatch, capsys, tmp_path):
    arguments = ["augment.py", "--setups", "glass,bc60", "--seeds", "0-1", "--shared", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    jobs = augment.list_jobs(augment.parse_arguments())
    assert jobs == [("gains", "bc60", "0", ""), ("gains", "bc60", "1", "")]
    assert "glass: left out" in capsys.readouterr().err


def test_scores_are_those_of_scikit_learn(augment):
    from augment_learners import learn, make_learners, score_model

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 3)), np.arange(90) % 3
    X[:, 0] += y
    for name in ("linear", "svm"):
        model = learn(make_learners(3)[name], X, y)
        got = score_model(model, X, y, 3)
        assert got["bacc"] == balanced_accuracy_score(y, model.predict(X))
        if name == "linear":
            chances = model.predict_proba(X)
            assert got["AUC"] == pytest.approx(roc_auc_score(y, chances, multi_class="ovr"))
            assert got["log loss"] == pytest.approx(log_loss(y, chances))


def test_results_are_kept_resumed_and_shown(augment, monkeypatch, capsys, tmp_path):
    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["augment.py", *arguments])
        augment.main()
        return capsys.readouterr().out

    arms = {"none": 0.6, "taught 3x": 0.7, "SMOTE 3x": 0.55, "kept 3x": 0.6}
    rows = [("knn", arm, {"R2": value}) for arm, value in arms.items()]
    monkeypatch.setattr(augment, "run", lambda job, shared: [("teacher", "the teacher itself", {"R2": 0.72}), *rows])
    file = tmp_path / "results.csv"
    assert "gains diabetes100 3" in run("--setups", "diabetes100", "--seeds", "3", "--results", str(file))
    assert run("--setups", "diabetes100", "--seeds", "3", "--results", str(file)) == ""
    with file.open("a", encoding="utf-8") as half:
        half.write("gains,diabetes100,4,,knn")  # a run that was killed
    run("--setups", "diabetes100", "--seeds", "5", "--results", str(file))
    assert run("--setups", "diabetes100", "--seeds", "3,5", "--results", str(file)) == ""
    shown = run("--show", str(file))
    assert "| taught 3x | +.100 | +.100 | -.020 | 0 of 1 | +.100 |" in shown
    assert "| SMOTE 3x | -.050 | -.050 | -.170 | 1 of 1 | -.050 |" in shown
    assert "| diabetes100 | R2 | .600 | .720 | -.050 | +.000 | +.100 |" in shown
