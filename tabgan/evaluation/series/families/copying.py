"""Are windows too near to what was learned? Always beside real windows that were not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabgan.evaluation.grading import Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, Score, Spec, bootstrap
from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.evaluation.series.nearness import find_nearest, share_of_copied_runs, to_points
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

MOST_ASKED = 800
MOST_STRETCHES = 400

CAUTION = (
    "These scores find windows that are nearer to learned ones than chance brings them, and runs that were copied. "
    "They are no proof of anonymity and no differential privacy."
)

SPECS = {
    "nearest_ratio": Spec(
        "distance to learned windows over that of other real ones",
        "Median distance to the nearest learned window over that of real windows that were not learned; best is 1, 0 "
        "is copies.",
        range=(0.0, np.inf),
        headline=True,
    ),
    "near_copies": Spec(
        "near copies of learned windows",
        "The share of windows as near to a learned one as the closest 1% of other real windows are.",
        "lower",
    ),
    "copied_runs": Spec(
        "copied runs",
        "The share of runs of 8 steps, of all channels, that occur in the learned series.",
        "lower",
        headline=True,
    ),
}


class _Known(NamedTuple):
    learned: Floats  # points
    distances: Floats  # of real windows that were not learned


def measure(series: ComparedSeries, who: str, seed: int) -> dict[str, Measured]:
    """Return how near a contestant's windows are to learned ones; the ceiling is one half of the reference."""
    known = series.cached(_ask_reference, seed)
    train = series.scaled("train")
    if who == "real":
        distances, held = np.array_split(known.distances, 2)
    else:
        distances, held = (
            find_nearest(to_points(_take(series.scaled(who), seed), train), known.learned)[0],
            known.distances,
        )
    near, usual = np.quantile(held, 0.01), max(float(np.median(held)), 1e-12)

    def statistic(places: NDArray[np.intp]) -> Floats:
        return np.array([np.median(distances[places]) / usual, np.mean(distances[places] < near)])

    values = statistic(np.arange(len(distances)))
    spreads = bootstrap(statistic, len(distances), numpy_rng(seed, Use.LIKENESS))
    names = ("nearest_ratio", "near_copies")
    found = {n: Measured(float(v), float(s)) for n, v, s in zip(names, values, spreads, strict=True)}
    return found | {"copied_runs": Measured(_copied(series, who))}


def _ask_reference(series: ComparedSeries, seed: int) -> _Known:
    train = series.scaled("train")
    learned = to_points(train, train)
    return _Known(learned, find_nearest(to_points(_take(series.scaled("reference"), seed), train), learned)[0])


def _take(windows: Floats, seed: int) -> Floats:
    return windows[numpy_rng(seed, Use.CLOSE_WINDOWS).permutation(len(windows))[:MOST_ASKED]]


def _copied(series: ComparedSeries, who: str) -> float:
    """The share of copied runs: for the ceiling of the reference in learned series, else in all that may be known."""
    side = series.reference if who == "real" else series.contestants[who]
    apart = who == "real" and not series.has_holdout  # the reference is a part of the whole
    learned = series.train.stretches if apart else series.whole
    own = side.stretches[:: -(-len(side.stretches) // MOST_STRETCHES)]
    return share_of_copied_runs(*([series.scale(s.values) for s in some] for some in (own, learned)))


def judge(scores: Mapping[str, Score], series: ComparedSeries) -> Finding:
    """Good when distances are at most a tenth smaller and copied runs 1% more than of real series; fair to .3, 5%."""
    ratio, copied = scores["nearest_ratio"], scores["copied_runs"]
    grades = [Grade(ratio, 0.9, 0.7), Grade(copied, copied.baseline + 0.01, copied.baseline + 0.03)]
    values = dict(ratio=ratio.value, copied=copied.value, real=copied.baseline)
    template = (
        "Windows lie {ratio:.2f} times as far from learned ones as other real windows do, and {copied:.1%} of their "
        "runs of 8 steps were learned (of other real ones {real:.1%})."
    )
    text = Phrase(template, **values)
    so = Phrase("Do not hand these series out: they lie too near to what was learned.")
    found = reach_finding("privacy", text, grades, so)
    return found if found.level == "poor" or series.has_holdout else Finding("privacy", "unknown", text)


FAMILY = Family(
    "privacy",
    "Privacy",
    "Are they too near to what was learned?",
    SPECS,
    measure,
    judge,
    caution=CAUTION,
    required_from=1,
    place=5,
)
