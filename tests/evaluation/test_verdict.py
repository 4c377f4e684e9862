"""The verdict follows the limits in docs/evaluation.md."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.closeness import Memorisation
from tabgan.evaluation.features import Feature
from tabgan.evaluation.scores import CONTESTANTS, Measured, Score, Spec
from tabgan.evaluation.tables import Tables
from tabgan.evaluation.verdict import reach_verdict
from tabgan.spelling import command_line

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
    "closeness": (0.97, 1.0, 1.0),
    "membership": (0.52, 0.5, 0.5),
}


def verdict(
    spread: float = 0.0,
    has_holdout: bool = True,
    own: Memorisation | None = None,
    n_rows: int = 30,
    **changed: tuple[float, float, float],
):
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
    rows = np.zeros((n_rows, 2))
    features = (Feature("a"), Feature("b", ("x", "y"), 2))
    tables = Tables(features, rows, rows, {"synthetic": rows}, 1, has_holdout, memorisation=own)
    return reach_verdict(scores, tables)


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
        ({"closeness": (0.8, 1, 1)}, "privacy", "fair"),
        ({"closeness": (0.5, 1, 1)}, "privacy", "poor"),
        ({"membership": (0.7, 0.5, 0.5)}, "privacy", "fair"),
        ({"membership": (0.9, 0.5, 0.5)}, "privacy", "poor"),
        ({"copies": (0.3, 0.1, 0.1)}, "privacy", "poor"),
    ],
)
def test_each_family_has_its_limits(changed, family, level):
    found = verdict(**changed)
    assert levels(found) == {family: level}
    assert found.level == level


def test_what_chance_decides_is_not_good_and_says_so_with_its_figures():
    """A limit of .88: .87 is below, .89 is above, and with an error of .02 neither is told."""
    assert levels(verdict(tstr=(0.87, 0.9, 0.5))) == {"utility": "fair"}
    assert levels(verdict(tstr=(0.89, 0.9, 0.5))) == {}
    for value in (0.87, 0.89):
        found = verdict(0.02, tstr=(value, 0.9, 0.5), shape=(1, 0.96, 0.96), pairs=(1, 0.96, 0.7))
        assert levels(found)["utility"] == "unknown"
        assert found.level == "unknown"
        assert "too few to judge" in found.summary
        assert "utility" in found.summary
        (text,) = (finding.text for finding in found.findings if finding.family == "utility")
        interval = f"{value - 0.0392:.3f} to {value + 0.0392:.3f} (95% interval)"
        assert f"tstr may be {interval}, and is good from 0.880 on" in text


def test_a_fault_that_is_clear_outweighs_a_doubt():
    assert verdict(0.02, tstr=(0.3, 0.9, 0.5)).level == "poor"
    found = verdict(0.03, detection=(0.83, 0.5, 0.9))
    assert levels(found)["detection"] == "unknown"
    assert "fair or poor: detection may be 0.771 to 0.889" in found.findings[2].text
    assert "limit is 0.850" in found.findings[2].text


def test_an_auc_clearly_below_guessing_is_a_finding_of_its_own():
    found = verdict(0.02, detection=(0.4, 0.5, 0.9))
    assert levels(found)["detection"] == "fair"
    assert "they lie nearer to the real rows that they are compared with than chance brings them" in str(found)
    alone = verdict(0.02, has_holdout=False, detection=(0.4, 0.5, 0.9))
    assert alone.level == "fair"
    assert "nearer to learned rows than chance" in str(alone)
    assert "detection" not in levels(verdict(0.001, detection=(0.46, 0.5, 0.9)))


@pytest.mark.parametrize(("ratio", "level"), [(0.5, "poor"), (0.81, "fair"), (0.95, "good")])
def test_the_models_own_memorisation_counts_in_privacy(ratio, level):
    found = verdict(own=Memorisation(True, ratio, 0.03, None, None, 0.0, 0.0))
    assert found.findings[-1].level == level
    assert found.level == level
    assert f"The model's own check: {'fine' if level == 'good' else 'rows come closer'}" in found.findings[-1].text
    assert ("lie too near" in found.summary) == (level == "poor")


def test_a_doubt_of_the_model_does_not_undo_what_the_holdout_shows():
    assert verdict(own=Memorisation(True, 0.85, 0.1, None, None, 0.0, 0.0)).level == "good"


def test_a_few_rows_are_too_few():
    assert verdict(n_rows=20).level == "good"
    found = verdict(n_rows=3)
    assert found.findings[0].level == found.level == "unknown"
    assert "3 rows are too few to judge: there must be 20 synthetic and 20 real ones" in found.summary


def test_the_summary_names_what_is_worst():
    assert "lie too near" in verdict(membership=(0.9, 0.5, 0.5), coverage=(0.1, 0.97, 0.3)).summary
    assert "only a part" in verdict(coverage=(0.1, 0.97, 0.3), detection=(0.99, 0.5, 0.9)).summary
    far = verdict(coverage=(0.1, 0.97, 0.3), precision=(0.1, 0.97, 0.3), detection=(0.99, 0.5, 0.9))
    assert "far from them in detection, coverage" in far.summary
    assert "fall short of real ones in detection" in verdict(detection=(0.7, 0.5, 0.9)).summary


def test_a_target_that_nothing_predicts_is_not_judged():
    assert levels(verdict(tstr=(0.5, 0.52, 0.5))) == {"utility": "unknown"}


def test_without_a_holdout_only_plain_copying_is_found():
    for changed in ({"dcr": (0.4, 1.0, 2.0)}, {"copies": (0.1, 0.0, 0.0)}):
        found = verdict(has_holdout=False, **changed)
        assert (found.level, levels(found)["privacy"]) == ("poor", "poor")


def test_without_a_holdout_nothing_is_good():
    found = verdict(has_holdout=False)
    assert found.level == "unknown"
    assert {finding.level for finding in found.findings} == {"unknown"}
    assert sum("Not tested on rows that were not learned." in finding.text for finding in found.findings) == 5
    assert "Not tested on rows that were not learned: keep some aside" in found.summary
    assert "`tabgan split` makes the two files" in found.summary
    with command_line():
        assert "as --holdout" in verdict(has_holdout=False).summary
    for changed in ({"detection": (0.7, 0.5, 0.9)}, {"detection": (0.9, 0.5, 0.9)}):
        assert verdict(has_holdout=False, **changed).level in ("fair", "poor")
        assert "Not tested on rows that were not learned" in verdict(has_holdout=False, **changed).summary


def test_rows_are_not_called_good_before_all_is_judged():
    rows = np.zeros((30, 2))
    parts = {who: Measured(0.95, per_column=np.array([0.95, 0.95])) for who in CONTESTANTS}
    shape = {"shape": Score("shape", "", Spec("", ""), parts, ("a", "b"))}
    found = reach_verdict(shape, Tables((Feature("a"), Feature("b")), rows, rows, {"synthetic": rows}, None, True))
    assert found.level == "unknown"
    assert "but not judged: dependence, detection, coverage, privacy." in found.summary
    found = reach_verdict(shape, Tables((Feature("a"),), rows, rows, {"synthetic": rows}, None, True))
    assert "but not judged: detection, coverage, privacy." in found.summary


def test_without_scores_nothing_is_said():
    rows = np.zeros((30, 1))
    found = reach_verdict({}, Tables((Feature("a"),), rows, rows, {"synthetic": rows}, None, True))
    assert (found.level, found.findings) == ("unknown", ())
    assert "Not enough scores" in found.summary
