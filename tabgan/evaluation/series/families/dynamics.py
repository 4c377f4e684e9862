"""Are windows like real ones in order, frequency, dependence and values? Statistics beside those of the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tabgan.evaluation.grading import ORDER, Grade, reach_finding
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Finding, Measured, Score, Spec
from tabgan.evaluation.series import statistics as of
from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.schema.column import Floats

MOST_LAGS = 200
GROUPS = 5
LEAST_FEW = 20
"""Runs of unchanged steps on either side, for their lengths to be compared."""

SPECS = {
    "acf": Spec(
        "autocorrelation",
        "Mean difference of autocorrelations to lag 200, as far as the series are long, averaged over channels.",
        "lower",
        (0.0, 2.0),
        headline=True,
    ),
    "inner_acf": Spec(
        "autocorrelation within windows",
        "The same about each window's own mean, to half a window: what is left when levels are gone.",
        "lower",
        (0.0, 2.0),
        headline=True,
    ),
    "psd": Spec(
        "spectrum",
        "Mean difference of the logarithms (base 10) of the spectra of windows without their level.",
        "lower",
        (0.0, np.inf),
        headline=True,
    ),
    "cross": Spec(
        "cross-correlations",
        "Mean difference of correlations between channels, of values and of changes, at lags 0, 1 and 3.",
        "lower",
        (0.0, 2.0),
        headline=True,
    ),
    "value_ks": Spec(
        "marginals of values", "Kolmogorov-Smirnov distance, averaged over channels.", "lower", headline=True
    ),
    "change_ks": Spec("marginals of changes", "The same of changes from step to step.", "lower", headline=True),
    "roughness_ks": Spec(
        "marginals of roughness", "The same of the logarithm of the spread of each window's changes.", "lower"
    ),
    "unchanged": Spec(
        "share of unchanged steps",
        "Difference of the shares of steps in which a channel stays exactly as it was, averaged over channels.",
        "lower",
        headline=True,
    ),
    "run_lengths": Spec(
        "lengths of unchanged runs",
        "Kolmogorov-Smirnov distance of how long channels stand still, of those that do so on both sides.",
        "lower",
    ),
}


def measure(series: ComparedSeries, who: str, seed: int) -> dict[str, Measured]:
    """Return how far a contestant's statistics are from those of the reference; parts are by channel."""
    windows = series.scaled(who)
    found = _compare(series, windows)
    if who == "synthetic":
        spreads = _jackknife(series, windows)
        found = {name: replace(measured, spread=spreads.get(name, np.nan)) for name, measured in found.items()}
    return {"acf": _compare_acf(series, who)} | found


def _jackknife(series: ComparedSeries, windows: Floats) -> dict[str, float]:
    """Standard errors of scores, by leaving out a fifth of the blocks at a time (Künsch 1989)."""
    ranks = np.unique(series.synthetic.blocks, return_inverse=True)[1]
    if ranks.max() + 1 < GROUPS:
        return {}
    group = ranks * GROUPS // (ranks.max() + 1)
    left = [_compare(series, windows[group != part]) for part in range(GROUPS)]
    told = {name: [found[name].value for found in left if name in found] for name in left[0]}
    return {name: float(np.sqrt(GROUPS - 1) * np.std(values)) for name, values in told.items()}


def _compare(series: ComparedSeries, windows: Floats) -> dict[str, Measured]:
    reference = series.scaled("reference")
    apart = {
        "inner_acf": np.abs(of.inner_acf(windows) - of.inner_acf(reference)).mean(axis=0),
        "psd": np.abs(of.psd(windows) - of.psd(reference)).mean(axis=0),
        "cross": np.abs(of.cross_correlations(windows) - of.cross_correlations(reference)).mean(axis=(0, 2)),
        "value_ks": of.ks_distances(of.flat(windows), of.flat(reference)),
        "change_ks": of.ks_distances(*(of.flat(np.diff(part, axis=1)) for part in (windows, reference))),
        "roughness_ks": of.ks_distances(of.roughness(windows), of.roughness(reference)),
        "unchanged": np.abs(of.unchanged(windows) - of.unchanged(reference)),
    }
    found = {name: Measured(float(parts.mean()), per_column=parts) for name, parts in apart.items()}
    runs = _compare_runs(of.run_lengths(windows), of.run_lengths(reference))
    if not np.isnan(runs).all():
        found["run_lengths"] = Measured(float(np.nanmean(runs)), per_column=runs)
    return found


def count_lags(series: ComparedSeries) -> int:
    """Return to which lag autocorrelations are compared: half the length of the series of everyone, 200 at most.

    Where series are no longer than windows it is all but the last lag of these.
    """
    sides = [series.reference, *series.contestants.values()]
    return int(min(MOST_LAGS, max(series.window - 2, min(side.usual_length for side in sides) // 2)))


def find_acf(series: ComparedSeries, who: str) -> Floats:
    """Return the autocorrelations of a contestant, or of the reference: shape (n_lags, n_channels).

    Long series are taken as they are, short ones as windows.
    """
    n_lags = count_lags(series)
    if n_lags == series.window - 2:
        return of.acf(series.scaled(who), n_lags)
    side = series.reference if who == "reference" else series.contestants[who]
    return of.long_acf([series.scale(stretch.values) for stretch in side.stretches], n_lags)


def _compare_acf(series: ComparedSeries, who: str) -> Measured:
    parts = np.abs(find_acf(series, who) - find_acf(series, "reference")).mean(axis=0)
    return Measured(float(parts.mean()), per_column=parts, note=Phrase("to lag {lags}", lags=count_lags(series)))


def _compare_runs(one: Sequence[Floats], other: Sequence[Floats]) -> Floats:
    return np.array(
        [of.ks_distance(x, y) if min(len(x), len(y)) >= LEAST_FEW else np.nan for x, y in zip(one, other, strict=True)]
    )


def judge(scores: Mapping[str, Score], series: ComparedSeries) -> Finding:
    """Good when no headline score is above 1.5 times that of other real blocks and .03, fair up to 3 times and .08."""
    headline = [scores[name] for name, spec in SPECS.items() if spec.headline and name in scores]
    grades = [Grade(score, 1.5 * score.baseline + 0.03, 3 * score.baseline + 0.08) for score in headline]
    grade = max(grades, key=lambda grade: (ORDER.index(grade.level), _excess(grade.score)))
    worst = grade.score
    template = (
        "Farthest from real windows is this: {what}, off by {value:.3f}; other real blocks are off by {ceiling:.3f}."
    )
    text = Phrase(template, what=Phrase(worst.spec.title), value=worst.value, ceiling=worst.baseline)
    return reach_finding("dynamics", text, [grade])


def _excess(score: Score) -> float:
    return score.value / (score.baseline + 0.02)


FAMILY = Family(
    "dynamics",
    "Dynamics",
    "Do they move as real series do?",
    SPECS,
    measure,
    judge,
    required_from=1,
    place=2,
)
