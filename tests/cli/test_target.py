"""`--target`: said by fit and info, and checked before anything is learned."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from tabgan.teaching import target as target_module
from tabgan.teaching import teacher as teacher_module

QUICK = ["--iterations", 20, "--no-sieve", "--seed", 0, "--hidden", 8]


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    monkeypatch.setattr(teacher_module, "number_learners", lambda: {"linear": LinearRegression()})
    monkeypatch.setattr(teacher_module, "class_learners", lambda n_classes: {"linear": LogisticRegression()})
    monkeypatch.setattr(target_module, "ROUNDS", 20)
    rng = np.random.default_rng(0)
    x = rng.normal(size=120)
    kind = np.where(x > 0.5, "b", "a")
    frame = pd.DataFrame({"x": x.round(3), "y": (2 * x + 0.5 * rng.normal(size=120)).round(2), "kind": kind})
    frame.assign(day=pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, 120), "D")).to_csv(
        tmp_path / "data.csv", index=False
    )


def test_fit_and_info_say_what_the_target_was_taken_for(tabgan_command):
    result = tabgan_command("fit", "data.csv", "--target", "y", *QUICK)
    assert result.exit_code == 0, result.output
    assert "target y, a number: R2 0.9" in result.stdout
    said = tabgan_command("info").stdout
    assert "\ntarget:      y, a number: R2 0.9" in said
    assert "s = 0.35 is kept, after k = 0." in said
    assert "\nteacher:     linear 1.00\n" in said
    about = json.loads(tabgan_command("info", "--json").stdout)
    assert about["target"] == about["teaching"]["column"] == "y"
    assert about["teaching"]["teacher"] == {"linear": 1.0}


def test_a_label_is_confirmed_class_by_class(tabgan_command):
    result = tabgan_command("fit", "data.csv", "--target", "kind", "--json", *QUICK)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)["target"]
    assert told["column"] == "kind"
    assert told["confirmed"].keys() == told["accepted"].keys() == {"a", "b"}
    said = tabgan_command("info").stdout
    assert "\nlabel:       kind\n" in said
    assert "\ntarget:      kind, classes: 9" in said
    assert "% told out of fold; confirmed: a " in said
    assert tabgan_command("generate", "-n", 20, "--balance", "kind", "-o", "rows.csv").exit_code == 0
    assert pd.read_csv("rows.csv")["kind"].value_counts().tolist() == [10, 10]


@pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["fit", "plan"])
def test_what_is_no_target_is_refused(tabgan_command, more):
    result = tabgan_command("fit", "data.csv", "--target", "z", *QUICK, *more)
    assert result.exit_code == 2
    assert "--target must be a column of the table, but is 'z'" in result.stderr
    result = tabgan_command("fit", "data.csv", "--target", "day", *QUICK, *more)
    assert result.exit_code == 2
    assert "a target must be numbers or classes, but 'day' is datetime" in result.stderr
    result = tabgan_command("fit", "data.csv", "--target", "y", "--label", "kind", *QUICK, *more)
    assert "label and target must be one column, but are 'kind' and 'y'" in result.stderr


def test_a_plan_needs_no_teacher(tabgan_command):
    assert tabgan_command("fit", "data.csv", "--target", "y", "--dry-run").exit_code == 0
