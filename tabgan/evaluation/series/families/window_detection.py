"""Can windows be told from real ones? Detectors that learn some blocks of time and judge others."""

from __future__ import annotations

from collections.abc import Mapping

from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, Score, Spec
from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.evaluation.series.telling import ask_trees, split_windows, tell_by_network

SPECS = {
    "detection": Spec(
        "detection by trees",
        "AUC of boosted trees that tell windows from real ones by values, changes, spectra and products: 0.5 is a "
        "guess, 1 is certainty.",
        "lower",
        headline=True,
    ),
    "detection_network": Spec(
        "detection by a network",
        "AUC of convolutions and a GRU that tell windows from real ones: 0.5 is a guess, 1 is certainty.",
        "lower",
        headline=True,
    ),
}


def measure(series: ComparedSeries, who: str, seed: int) -> dict[str, Measured]:
    """Return how well a contestant's windows can be told from those of the reference.

    The network judges the synthetic windows and the ceiling only: it takes as long as all trees together.
    """
    told = series.cached(ask_trees, seed, who)
    found = {"detection": Measured(told.auc, told.error)}
    if who in ("synthetic", "real"):
        found["detection_network"] = Measured(*tell_by_network(split_windows(series, who, seed), seed))
    return found


def judge(scores: Mapping[str, Score], series: ComparedSeries) -> Finding:
    """Good up to an AUC of 0.65 of the better detector, fair up to 0.85; what real blocks get above 0.5 is free."""
    worst = max((scores[name] for name in SPECS if name in scores), key=lambda score: score.value)
    free = max(worst.baseline - 0.5, 0.0)
    template = (
        "A detector tells windows from real ones with an AUC of {value:.3f}, where 0.5 is guessing and 1 is always "
        "right; other real blocks get {ceiling:.3f}."
    )
    text = Phrase(template, value=worst.value, ceiling=worst.baseline)
    return reach_finding("detection", text, [Grade(worst, 0.65 + free, 0.85 + free)])


FAMILY = Family(
    "detection",
    "Detection",
    "Can a detector tell windows from real ones?",
    SPECS,
    measure,
    judge,
    required_from=1,
    place=1,
)
