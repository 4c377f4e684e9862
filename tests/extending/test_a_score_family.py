"""A stranger's family of scores: written beside tabgan, registered, then computed, judged and shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, evaluate
from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.scores import Family, Finding, Measured, NotComputableError, Score, Spec, bootstrap
from tabgan.evaluation.tables import Tables
from tabgan.registry import register_score, registered
from tabgan.report.listing import format_evaluation
from tabgan.report.page import render_report


def even_digits(rows: np.ndarray) -> np.ndarray:
    """The share of even last digits of each row's numbers, written with two decimals."""
    return np.mean(np.round(rows * 100) % 2 == 0, axis=1)


def measure(tables: Tables, who: str, seed: int) -> dict[str, Measured]:
    numbers = [place for place, feature in enumerate(tables.features) if feature.decimals]
    if not numbers:
        raise NotComputableError("no column has decimals")
    shares = even_digits(tables.contestants[who][:, numbers])
    rng = np.random.default_rng([seed, 1])
    (spread,) = bootstrap(lambda places: np.array([shares[places].mean()]), len(shares), rng)
    return {"even_digits": Measured(float(shares.mean()), float(spread))}


def judge(scores: Mapping[str, Score], tables: Tables) -> Finding:
    score = scores["even_digits"]
    level = "good" if abs(score.value - score.baseline) < 0.1 else "poor"
    return Finding(
        "digits", level, f"{score.value:.0%} of the last digits are even, {score.baseline:.0%} in real rows."
    )


SPEC = Spec("even digits", "Share of numbers whose last digit is even.", headline=True)
FAMILY = Family("digits", "Last digits", "Are they as even as real ones?", {"even_digits": SPEC}, measure, judge)


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    """What a test registers is gone after it."""
    families = registered("score")
    before = dict(families)
    yield
    families.clear()
    families.update(before)


def table(seed: int, even: bool = False) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(120, 2)).round(2)
    return pd.DataFrame((2 * (50 * values).round() / 100).round(2) if even else values, columns=["a", "b"])


def compare(rows: pd.DataFrame, only: list[str] | None = None) -> EvaluationResult:
    return evaluate(table(0), rows, table(1), only=only or ["marginals", "digits"])


def test_it_is_computed_shown_and_judged() -> None:
    register_score(FAMILY)
    result = compare(table(2, even=True))
    score = result.scores["even_digits"]
    assert score.value == 1
    assert 0.4 < score.baseline < 0.6
    assert set(score.baselines) == {"real", "copies", "smote", "noisy", "copula", "shuffled"}
    assert result.to_frame().loc["even_digits", "family"] == "digits"
    found = json.loads(result.to_json())
    assert found["scores"]["even_digits"]["value"] == 1
    assert found["verdict"]["findings"][-1] == {
        "family": "digits",
        "level": "poor",
        "text": str(result.verdict.findings[-1].text),
    }
    assert "far from them in" in result.verdict.summary
    assert "digits" in result.verdict.summary
    assert "100% of the last digits are even" in str(result)
    assert "even_digits" in str(format_evaluation(result))
    assert "even digits" in result._repr_html_()
    assert any("even digits" in label.get_text() for label in result.plot().get_yticklabels())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_has_its_section_in_either_language(lang: str) -> None:
    register_score(FAMILY)
    page = render_report(compare(table(2)), lang=lang)
    assert '<section id="digits">' in page
    assert '<a href="#digits">' in page
    for said in ("Last digits", "Are they as even as real ones?", "Share of numbers whose last digit is even."):
        assert said in page
    assert "of the last digits are even" in page


def test_without_a_judge_it_is_shown_and_says_nothing() -> None:
    register_score(replace(FAMILY, judge=None))
    result = compare(table(2, even=True))
    assert [finding.family for finding in result.verdict.findings] == ["marginals"]
    assert '<section id="digits">' in render_report(result)


def test_what_it_cannot_compute_is_skipped_in_its_words() -> None:
    register_score(FAMILY)
    whole = pd.DataFrame({"a": np.arange(60), "b": np.arange(60)[::-1]})
    result = evaluate(whole, whole)
    assert result.skipped["digits"] == "no column has decimals"
    assert "no column has decimals" in render_report(result)


def test_the_command_line_knows_it(tabgan_command) -> None:
    register_score(FAMILY)
    for name, rows in {"real.csv": table(0), "rows.csv": table(2)}.items():
        rows.to_csv(name, index=False)
    result = tabgan_command(
        "evaluate", "real.csv", "rows.csv", "--only", "digits", "--fail-under", "even_digits<0.1", "--json", "s.json"
    )
    assert result.exit_code == 1
    assert "even_digits<0.1 is required, but even_digits is 0." in result.stderr
    refused = tabgan_command("evaluate", "real.csv", "rows.csv", "--only", "luck")
    assert "privacy, digits, but luck was asked for" in refused.stderr


def test_names_are_checked() -> None:
    with pytest.raises(InputError, match="must be an identifier, but is 'last digits'"):
        replace(FAMILY, name="last digits")
    register_score(replace(FAMILY, specs={"shape": SPEC}))
    with pytest.raises(InputError, match="'shape' is in marginals and digits; rename one"):
        compare(table(2))
