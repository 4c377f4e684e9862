"""May the rows be used? The scores in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Score
from tabgan.evaluation.tables import Tables

MOST_LETTERS = 40

NAMES = {
    "marginals": Phrase("single columns"),
    "dependence": Phrase("dependence"),
    "detection": Phrase("detection"),
    "coverage": Phrase("coverage"),
    "utility": Phrase("utility"),
    "privacy": Phrase("privacy"),
}


@dataclass(frozen=True)
class Finding:
    """What one family of scores says.

    Attributes
    ----------
    family : str
    level : {"good", "fair", "poor", "unknown"}
    text : Phrase
    """

    family: str
    level: str
    text: Phrase


@dataclass(frozen=True)
class Verdict:
    """What all scores say together.

    Attributes
    ----------
    level : {"good", "fair", "poor", "unknown"}
        That of the worst finding that is known.
    summary : Phrase
        One sentence.
    findings : tuple of Finding
        One for each family that was computed, in the order of families.
    """

    level: str
    summary: Phrase
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return "\n".join([self.summary, *(f"- {finding.text}" for finding in self.findings)])

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        findings = [{"family": f.family, "level": f.level, "text": str(f.text)} for f in self.findings]
        return {"level": self.level, "summary": str(self.summary), "findings": findings}


def reach_verdict(scores: Mapping[str, Score], tables: Tables) -> Verdict:
    """Return what the scores of every family say.

    The limits are conventions, which docs/evaluation.md lists: a family is good when its headline score is about what
    other real rows get.
    """
    found = [finding for judge in JUDGES if (finding := judge(scores, tables))]
    poor = [finding.family for finding in found if finding.level == "poor"]
    fair = [finding.family for finding in found if finding.level == "fair"]
    good = any(finding.level == "good" for finding in found)
    missing = _find_missing([finding.family for finding in found], tables)
    if "privacy" in poor:
        summary = Phrase("Do not hand these rows out: they lie too near to rows that were learned.")
    elif "coverage" in poor and scores["precision"].value > 0.8 * scores["precision"].baseline:
        summary = Phrase("Do not use these rows in place of real ones: they show only a part of what real rows are.")
    elif poor:
        template = "Do not use these rows in place of real ones: they are far from them in {families}."
        summary = Phrase(template, families=_list(poor))
    elif fair:
        summary = Phrase("Usable with care: the rows fall short of real ones in {families}.", families=_list(fair))
    elif good and missing:
        template = "What was scored is about what other real rows get, but not judged: {families}."
        summary = Phrase(template, families=_list(missing))
    elif good:
        summary = Phrase("The rows may stand in for real ones: no score falls far short of what other real rows get.")
    else:
        summary = Phrase("Not enough scores were computed to say whether the rows may be used.")
    level = "poor" if poor else "fair" if fair else "good" if good and not missing else "unknown"
    if any(finding.level == "unknown" for finding in found):
        summary = Phrase("{summary} Copying was not fully tested.", summary=summary)
    return Verdict(level, summary, tuple(found))


def _find_missing(judged: list[str], tables: Tables) -> list[str]:
    """The families still to be judged before rows are called good; utility needs a target, which not all have."""
    needed = [family for family in NAMES if family != "utility"]
    if len(tables.features) == 1:
        needed.remove("dependence")
    return [family for family in needed if family not in judged]


def _list(families: list[str]) -> Phrase:
    first, *rest = families
    return Phrase("{first}, {rest}", first=NAMES[first], rest=_list(rest)) if rest else NAMES[first]


def _judge_marginals(scores: Mapping[str, Score], tables: Tables) -> Finding | None:
    score = scores.get("shape")
    if score is None or score.per_column is None:
        return None
    level = _level(_times(score, _kindly(score)), 1.5, 3)
    worst = score.per_column["synthetic"].idxmin()
    template = (
        "Column by column the error is {times:.1f} times that of other real rows (shape {value:.3f}, theirs "
        "{ceiling:.3f}); the worst is {column} ({worst:.3f})."
    )
    values = dict(times=_times(score, score.value), value=score.value, ceiling=score.baseline)
    text = Phrase(template, column=_shorten(worst), worst=score.per_column["synthetic"][worst], **values)
    return Finding("marginals", level, text)


def _judge_dependence(scores: Mapping[str, Score], tables: Tables) -> Finding | None:
    score = scores.get("pairs")
    if score is None:
        return None
    lost = (score.baseline - _kindly(score)) / max(score.baseline - score.baselines["shuffled"], 1e-9)
    lost = min(max(lost, 0.0), 1.0)
    level = "good" if _times(score, _kindly(score)) <= 1.5 else _level(lost, 0.1, 0.35)
    template = (
        "Of what ties columns together {lost:.0%} is lost: the similarity of pairs is {value:.3f}, that of other real "
        "rows {ceiling:.3f}, that of shuffled columns {shuffled:.3f}."
    )
    values = dict(value=score.value, ceiling=score.baseline, shuffled=score.baselines["shuffled"])
    return Finding("dependence", level, Phrase(template, lost=lost, **values))


def _judge_detection(scores: Mapping[str, Score], tables: Tables) -> Finding | None:
    score = scores.get("detection")
    if score is None:
        return None
    template = (
        "A classifier tells the rows from real ones with an AUC of {value:.3f}, where 0.5 is guessing and 1 is always "
        "right; other real rows get {ceiling:.3f}."
    )
    level = _level(_kindly(score), 0.65, 0.85)
    return Finding("detection", level, Phrase(template, value=score.value, ceiling=score.baseline))


def _judge_coverage(scores: Mapping[str, Score], tables: Tables) -> Finding | None:
    score = scores.get("coverage")
    if score is None:
        return None
    missed = 1 - _kindly(score) / max(score.baseline, 1e-9)
    template = "{value:.0%} of the real rows have a synthetic one close by; other real rows reach {ceiling:.0%}."
    return Finding("coverage", _level(missed, 0.1, 0.3), Phrase(template, value=score.value, ceiling=score.baseline))


def _judge_utility(scores: Mapping[str, Score], tables: Tables) -> Finding | None:
    score = scores.get("tstr")
    if score is None or tables.target is None:
        return None
    labels = tables.features[tables.target].levels is not None
    guess = 0.5 if labels else 0.0
    values = dict(metric="AUC" if labels else "R²", value=score.value, ceiling=score.baseline)
    if score.baseline - guess < 0.05:
        template = "Even real rows hardly predict the target ({metric} {ceiling:.3f}), so utility cannot be judged."
        return Finding("utility", "unknown", Phrase(template, **values))
    lost = 1 - (_kindly(score) - guess) / (score.baseline - guess)
    template = (
        "A model trained on the rows gets {metric} {value:.3f} on real ones; trained on real rows, {ceiling:.3f}."
    )
    return Finding("utility", _level(lost, 0.05, 0.2), Phrase(template, **values))


def _judge_privacy(scores: Mapping[str, Score], tables: Tables) -> Finding | None:
    if "dcr" not in scores:
        return None
    dcr, copies = scores["dcr"], scores["copies"]
    near = dcr.value / dcr.baseline if dcr.baseline else 1.0
    copied = copies.value - copies.baseline
    values = dict(near=near, copies=copies.value, real=copies.baseline)
    if not tables.has_holdout:
        level = "poor" if near < 0.5 or copied > 0.05 else "unknown"
        template = (
            "The rows lie {near:.2f} times as far from learned ones as these from each other, {copies:.1%} are copies "
            "(real rows: {real:.1%}). Without a holdout finer copying cannot be told."
        )
        return Finding("privacy", level, Phrase(template, **values))
    ratio, membership = scores["dcr_ratio"], scores["membership"]
    level = _level(max(1 - _kindly(ratio), _kindly(membership) - 0.5, 2 * copied), 0.1, 0.3)
    template = (
        "The rows lie {ratio:.2f} times as far from learned rows as from others, {copies:.1%} are copies (real rows: "
        "{real:.1%}), and who was learned can be guessed with an AUC of {membership:.3f}."
    )
    return Finding("privacy", level, Phrase(template, ratio=ratio.value, membership=membership.value, **values))


JUDGES = (
    _judge_marginals,
    _judge_dependence,
    _judge_detection,
    _judge_coverage,
    _judge_utility,
    _judge_privacy,
)


def _level(value: float, good: float, fair: float) -> str:
    return "good" if value <= good else "fair" if value <= fair else "poor"


def _kindly(score: Score) -> float:
    """The value one spread to the better: what chance may have cost."""
    spread = score.spread if score.spread == score.spread else 0.0
    return score.value + (spread if score.direction == "higher" else -spread)


def _times(score: Score, value: float) -> float:
    """How many times the error of other real rows; 1 when both are 0. For scores of which 1 is perfect."""
    error, ceiling = 1 - value, 1 - score.baseline
    return error / ceiling if ceiling > 0 else (float("inf") if error > 0 else 1.0)


def _shorten(name: object) -> str:
    return text if len(text := str(name)) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
