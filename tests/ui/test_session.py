"""From a table to a report by forms; each step is a command that is shown as it was run."""

from __future__ import annotations

import shlex

from tests.ui.conftest import HOME


def test_the_whole_way(visitor, some_rows, small_sieve, small_detectors):
    assert visitor.upload(some_rows, "cancer cells.csv").headers["Location"] == "/table"
    assert visitor.see("/").headers["Location"] == "/columns"
    found = visitor.session.found
    label = len(found) - 1
    everything = {f"keep-{place}": "on" for place in range(1, len(found))}
    assert visitor.post("/columns", {**everything, "kind-1": "continuous", "label": str(label)}).status_code == 303
    assert f'value="{label}" aria-label' in visitor.see("/columns").text
    assert visitor.post("/learn", {"keep-aside": "1", "iterations": "20", "seed": "3"}).status_code == 303
    assert visitor.session.job.state == "done", visitor.session.job.outcomes
    assert visitor.session.job.course.at
    assert "Sliced Wasserstein distance" in visitor.see("/learn").text
    name = found[1]["name"]
    conditions = {"column-0": "0", "operator-0": ">", "value-0": "0"}
    visitor.post("/rows", {"n": "40", "suffix": ".csv", "balance": str(label - 1), **conditions})
    assert visitor.session.job.state == "done", visitor.session.job.outcomes
    assert "The first of 40 rows" in visitor.see("/rows").text
    assert visitor.post("/look").status_code == 303
    assert "sandbox" in visitor.see("/seen/look").headers["Content-Security-Policy"]
    visitor.post("/judge")
    assert visitor.session.job.state == "done", visitor.session.job.outcomes
    assert b"<!doctype html>" in visitor.see("/seen/judge").data
    assert visitor.see("/files/model.tabgan").headers["Content-Disposition"].startswith("attachment")
    shown = [shlex.split(line) for line in visitor.session.log]
    called = visitor.session.called
    assert shown == [["tabgan", *(called.get(a, a) for a in ran)] for ran in visitor.session.worker.ran]
    assert [line[1] for line in shown] == ["schema", "schema", "split", "fit", "generate", "evaluate", "evaluate"]
    assert f"--continuous={name}" in shown[3]
    assert shown[3][2] == "cancer cells-train.csv"
    assert HOME not in visitor.see("/judge").text
