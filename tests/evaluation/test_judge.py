"""Our scores agree with those of the independent judge on three real tables.

`judged.json` holds what the judge says, from an environment that has SDMetrics. `python benchmarks/agreement.py
--store tests/evaluation/judged.json` writes it.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from tabgan import evaluate

ROOT = Path(__file__).resolve().parents[2]
JUDGED = json.loads((Path(__file__).parent / "judged.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", JUDGED)
def test_scores_are_within_a_hundredth_of_the_judges(shared, monkeypatch, name):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    agreement = runpy.run_path(str(ROOT / "benchmarks" / "agreement.py"))
    train, test, rows = agreement["cut"](shared / "data", name)
    result = evaluate(train, rows, test, agreement["TABLES"][name][1])
    judged = {ours: JUDGED[name][theirs] for ours, theirs in agreement["PAIRS"].items() if theirs in JUDGED[name]}
    assert {"shape", "pairs", "detection", "tstr", "dcr_ratio"} <= set(judged)
    assert {ours: result.scores[ours].value for ours in judged} == pytest.approx(judged, abs=0.01)
