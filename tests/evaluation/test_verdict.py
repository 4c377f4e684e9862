"""The verdict follows the limits in docs/evaluation.md."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import CONTESTANTS, Measured, Score, Spec
from tabgan.evaluation.tables import Tables
from tabgan.evaluation.verdict import reach_verdict

DIRECTIONS = {"detection": "lower", "membership": "lower", "copies": "lower"}
GOOD = {  # synthetic, real, shuffled
    "shape": (0.95, 0.96, 0.96),
    "pairs": (0.95, 0.96, 0.7),
    "detection": (0.6, 0.5, 0.9),
    "coverage": (0.95, 0.97, 0.3),
    "precision": (0.95, 0.97, 0.3),
    "tstr": (0.9, 0.9, 0.5),
    "dcr": (1.0, 1.0, 2.0),
    "copies": (0.0, 0.0, 0.0),
    "dcr_ratio": (0.95, 1.0, 1.0),
    "membership": (0.52, 0.5, 0.5),
}


def verdict(spread: float = 0.0, has_holdout: bool = True, **changed: tuple[float, float, float]):
    """The verdict on good scores, some of them changed."""
    scores = {}
    for name, (value, real, shuffled) in {**GOOD, **changed}.items():
        everyone = {**dict.fromkeys(CONTESTANTS, real), "synthetic": value, "shuffled": shuffled}
        parts = {
            who: Measured(v, spread, per_column=np.array([v, v + 0.01]), per_pair=pd.DataFrame())
            for who, v in everyone.items()
        }
        spec = Spec(name, "", DIRECTIONS.get(name, "higher"))
        scores[name] = Score(name, "", spec, parts, ("a" * 99, "b"))
    rows = np.zeros((30, 2))
    features = (Feature("a"), Feature("b", ("x", "y"), 2))
    return reach_verdict(scores, Tables(features, rows, rows, {"synthetic": rows}, 1, has_holdout))


def levels(found) -> dict[str, str]:
    return {finding.family: finding.level for finding in found.findings if finding.level != "good"}


def test_good_scores_are_good():
    found = verdict()
    assert (found.level, levels(found)) == ("good", {})
    assert len(found.findings) == 6
    assert f"{'a' * 39}… (0.950)" in found.findings[0].text


@pytest.mark.parametrize(
    ("changed", "family", "level"),
    [
        ({"shape": (0.95, 0.98, 0.98)}, "marginals", "fair"),
        ({"shape": (0.9, 0.98, 0.98)}, "marginals", "poor"),
        ({"pairs": (0.9, 0.97, 0.7)}, "dependence", "fair"),
        ({"pairs": (0.8, 0.97, 0.7)}, "dependence", "poor"),
        ({"detection": (0.7, 0.5, 0.9)}, "detection", "fair"),
        ({"detection": (0.9, 0.5, 0.9)}, "detection", "poor"),
        ({"coverage": (0.8, 0.97, 0.3)}, "coverage", "fair"),
        ({"coverage": (0.5, 0.97, 0.3)}, "coverage", "poor"),
        ({"tstr": (0.85, 0.9, 0.5)}, "utility", "fair"),
        ({"tstr": (0.7, 0.9, 0.5)}, "utility", "poor"),
        ({"dcr_ratio": (0.8, 1, 1)}, "privacy", "fair"),
        ({"dcr_ratio": (0.5, 1, 1)}, "privacy", "poor"),
        ({"membership": (0.7, 0.5, 0.5)}, "privacy", "fair"),
        ({"membership": (0.9, 0.5, 0.5)}, "privacy", "poor"),
        ({"copies": (0.3, 0.1, 0.1)}, "privacy", "poor"),
    ],
)
def test_each_family_has_its_limits(changed, family, level):
    found = verdict(**changed)
    assert levels(found) == {family: level}
    assert found.level == level


def test_what_chance_may_have_cost_is_no_fault():
    assert levels(verdict(tstr=(0.87, 0.9, 0.5))) == {"utility": "fair"}
    assert levels(verdict(spread=0.02, tstr=(0.87, 0.9, 0.5))) == {}


def test_the_summary_names_what_is_worst():
    assert "lie too near" in verdict(membership=(0.9, 0.5, 0.5), coverage=(0.1, 0.97, 0.3)).summary
    assert "only a part" in verdict(coverage=(0.1, 0.97, 0.3), detection=(0.99, 0.5, 0.9)).summary
    far = verdict(coverage=(0.1, 0.97, 0.3), precision=(0.1, 0.97, 0.3), detection=(0.99, 0.5, 0.9))
    assert "far from them in detection, coverage" in far.summary
    assert "fall short of real ones in detection" in verdict(detection=(0.7, 0.5, 0.9)).summary


def test_a_target_that_nothing_predicts_is_not_judged():
    assert levels(verdict(tstr=(0.5, 0.52, 0.5))) == {"utility": "unknown"}


def test_without_a_holdout_only_plain_copying_is_found():
    assert levels(verdict(has_holdout=False)) == {"privacy": "unknown"}
    assert verdict(has_holdout=False).level == "good"
    for changed in ({"dcr": (0.4, 1.0, 2.0)}, {"copies": (0.1, 0.0, 0.0)}):
        assert levels(verdict(has_holdout=False, **changed)) == {"privacy": "poor"}


def test_rows_are_not_called_good_before_all_is_judged():
    rows = np.zeros((30, 2))
    parts = {who: Measured(0.95, per_column=np.array([0.95, 0.95])) for who in CONTESTANTS}
    shape = {"shape": Score("shape", "", Spec("", ""), parts, ("a", "b"))}
    found = reach_verdict(shape, Tables((Feature("a"), Feature("b")), rows, rows, {}, None, True))
    assert found.level == "unknown"
    assert "but not judged: dependence, detection, coverage, privacy." in found.summary
    found = reach_verdict(shape, Tables((Feature("a"),), rows, rows, {}, None, True))
    assert "but not judged: detection, coverage, privacy." in found.summary


def test_without_scores_nothing_is_said():
    rows = np.zeros((30, 1))
    found = reach_verdict({}, Tables((Feature("a"),), rows, rows, {"synthetic": rows}, None, True))
    assert (found.level, found.findings) == ("unknown", ())
    assert "Not enough scores" in found.summary
