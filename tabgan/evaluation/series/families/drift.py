"""Do long series stay what they are? Drift along them, joints in them, and the stamps that they carry."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tabgan.evaluation.detector import auc_and_error
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, Family, Finding, Level, Measured, NotComputableError, Score, Spec
from tabgan.evaluation.series import statistics as of
from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.evaluation.series.joints import find_joints
from tabgan.evaluation.series.stamps import judge_stamps
from tabgan.evaluation.series.telling import ask_trees
from tabgan.schema.column import Floats

LEAST_WINDOWS = 8
"""So many windows long series must be, for what changes along them to be told."""

PARTS = ("first quarter", "second quarter", "third quarter", "last quarter")

SPECS = {
    "drift_ks": Spec(
        "marginals in the worst quarter",
        "Kolmogorov-Smirnov distance of values, averaged over channels, in the quarter of the series where it is "
        "largest.",
        "lower",
        headline=True,
    ),
    "drift_detection": Spec(
        "detection in the worst quarter",
        "AUC of boosted trees in the quarter of the series where it is largest.",
        "lower",
    ),
    "seams": Spec(
        "seams",
        "Mean change at regular joints over that elsewhere, for the period whose joints stand out most: 1 is no seam.",
        "lower",
        (0.0, np.inf),
        headline=True,
    ),
    "irregular_stamps": Spec(
        "irregular stamps",
        "Share of steps of the time column, within a series, that are not one step of the real series' clock.",
        "lower",
        headline=True,
    ),
    "repeated_stamps": Spec("repeated stamps", "Share of times that a series has more than once.", "lower"),
}


def measure(series: ComparedSeries, who: str, seed: int) -> dict[str, Measured]:
    """Return what changes along a contestant's series."""
    found: dict[str, Measured] = {}
    told = judge_stamps(series, {"real": "train"}.get(who, who))
    if told is not None:
        found |= {"irregular_stamps": Measured(told.irregular), "repeated_stamps": Measured(told.repeated)}
    if series.synthetic.usual_length >= LEAST_WINDOWS * series.window:
        found |= _measure_drift(series, who, seed)
        side = series.contestants[who]
        longest = min(one.usual_length for one in series.contestants.values()) // 2
        values, begins = [series.scale(s.values) for s in side.stretches], [s.begin for s in side.stretches]
        if (joints := find_joints(values, begins, longest)) is not None:
            note = Phrase("every {period} steps", period=joints.period) if joints.period else Phrase("none stand out")
            found["seams"] = Measured(joints.ratio, note=note)
    if not found:
        template = "series must be {least} windows long ({steps:,} steps), or have a time column, but have neither"
        raise NotComputableError(Phrase(template, least=LEAST_WINDOWS, steps=LEAST_WINDOWS * series.window))
    return found


def _measure_drift(series: ComparedSeries, who: str, seed: int) -> dict[str, Measured]:
    """Distances and detection by quarter; real series are cut into lengths of the synthetic ones for that."""
    side, length = series.contestants[who], series.synthetic.usual_length
    quarters = np.minimum(4 * (side.starts % length) // max(length - series.window + 1, 1), 3)
    windows, reference = series.scaled(who), of.flat(series.scaled("reference"))
    distances = np.full(4, np.nan)
    for quarter in range(4):
        if (inside := quarters == quarter).sum() >= LEAST_ROWS:
            distances[quarter] = of.ks_distances(of.flat(windows[inside]), reference).mean()
    found = {"drift_ks": _worst(distances)}
    if who in ("synthetic", "real"):
        told = series.cached(ask_trees, seed, who)
        aucs = np.full(4, np.nan)
        for quarter in range(4):
            evidence = told.of_other[quarters[told.places] == quarter]
            if len(evidence) >= LEAST_ROWS:
                labels = np.repeat([False, True], [len(told.of_real), len(evidence)])
                aucs[quarter] = auc_and_error(labels, np.concatenate([told.of_real, evidence]))[0]
        found["drift_detection"] = _worst(aucs)
    return found


def _worst(values: Floats) -> Measured:
    if np.isnan(values).all():
        return Measured(np.nan, note=Phrase("too few windows in each quarter"))
    return Measured(float(np.nanmax(values)), per_class=pd.Series(values, list(PARTS)))


def judge(scores: Mapping[str, Score], series: ComparedSeries) -> Finding:
    """The worst of what is told: drift, seams beside those of real series (1.15, 1.5), and stamps (.001, .01)."""
    order: list[Level] = ["good", "fair", "poor"]
    found: list[tuple[Level, Phrase]] = []
    if score := scores.get("drift_ks"):
        limits = (1.5 * score.baseline + 0.05, 3 * score.baseline + 0.1)
        template = "In their worst quarter values are off by {value:.3f}; those of real series by {ceiling:.3f}."
        found.append((_grade(score.value, limits), _say(template, score)))
    if score := scores.get("seams"):
        limits = (1.15 * score.baseline, 1.5 * score.baseline)
        template = "At regular joints changes are {value:.2f} times those elsewhere; in real series {ceiling:.2f}."
        found.append((_grade(score.value, limits), _say(template, score)))
    if score := scores.get("irregular_stamps"):
        limits = (score.baseline + 0.001, score.baseline + 0.01)
        template = "Of their stamps {value:.1%} are not one step after the one before; of real ones {ceiling:.1%}."
        found.append((_grade(score.value, limits), _say(template, score)))
    level, text = max(found, key=lambda pair: order.index(pair[0]))
    return Finding("drift", level, text)


def _grade(value: float, limits: tuple[float, float]) -> Level:
    return "good" if value <= limits[0] else "fair" if value <= limits[1] else "poor"


def _say(template: str, score: Score) -> Phrase:
    return Phrase(template, value=score.value, ceiling=score.baseline)


FAMILY = Family(
    "drift",
    "Drift, seams and stamps",
    "Do long series stay what they are?",
    SPECS,
    measure,
    judge,
    said="drift",
    place=4,
)
