"""The results of series.py as tables in markdown, beside the prototype, and what is to be reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from series_models import BESIDE, BLOCKS_96, BOOTSTRAP, LINEAR, OURS, PLAIN, SIEVED, VAR

Row = dict[str, Any]
SCORES = {  # name: (heading, decimals)
    "auc": ("AUC, trees", 3),
    "conv": ("AUC, conv+GRU", 3),
    "acf": ("ACF", 3),
    "inner_acf": ("inner ACF", 3),
    "psd": ("spectrum", 3),
    "cross": ("cross-correlations", 3),
    "ks": ("KS", 3),
    "ratio": ("nearest-window ratio", 2),
    "near": ("near a learned window", 3),
    "runs": ("copied runs", 3),
    "unchanged": ("unchanged steps, off by", 3),
    "channel_auc": ("AUC, changes of one channel", 3),
    "ds": ("DS", 3),
    "context_fid": ("Context-FID", 3),
    "predictive": ("predictive", 4),
    "corr": ("correlational", 3),
    "seam": ("seam ratio", 3),
    "seam_auc": ("AUC at seams", 3),
    "fit_seconds": ("fit, CPU s", 0),
    "fit_peak_mb": ("fit, MB", 0),
    "steps_per_second": ("steps per CPU s", 0),
    "draw_peak_mb": ("drawing, MB", 0),
    "own_auc": ("the fit's own AUC", 3),
    "best_iteration": ("iteration kept", 0),
}
TARGETS = {  # (data, protocol, length): score: what the prototype had, and what is to be reached; plain / sieved
    ("etth", "honest", 24): {
        "auc": (".70 / .56", ".66 / .55"),
        "conv": (".70", ".66"),
        "psd": (".064", ".055"),
        "inner_acf": (".016", ".015"),
        "cross": (".035", ".033"),
        "ks": (".04", ".035"),
        "ratio": ("1.12", "at least 1"),
        "unchanged": (".009", ".006"),
        "channel_auc": (".61", ".56"),
    },
    ("stocks", "honest", 24): {
        "auc": (".85 / .57", ".80 / .56"),
        "conv": (".85", ".80"),
        "psd": (".15", ".085"),
        "ratio": (".99", "at least .95"),
    },
    ("energy", "honest", 24): {
        "auc": (".999", ".90"),
        "psd": (".216", ".075"),
        "cross": (".043", ".036"),
        "unchanged": (".025", ".015"),
        "channel_auc": (".87", ".70"),
    },
    ("stocks", "papers", 24): {
        "ds": (".008", ".006"),
        "context_fid": (".031", ".025"),
        "predictive": (".0372", ".037"),
        "corr": (".05", ".02"),
    },
    ("etth", "papers", 24): {
        "ds": (".011 to .033", ".011"),
        "context_fid": (".032", ".025"),
        "corr": (".09", ".055"),
    },
    ("etth", "papers", 64): {"ds": (".024", ".020")},
    ("etth", "papers", 128): {"ds": (".031", ".025")},
    ("etth", "papers", 256): {"ds": (".038", ".030")},
    ("energy", "papers", 24): {"ds": (".30", ".10"), "context_fid": (".25", ".08")},
    ("etth", "long", 408): {"auc": (".73", ".68"), "acf": (".093", ".085"), "seam": ("1.00", ".97 to 1.03")},
    ("etth", "long", 3000): {"auc": (".84", ".72"), "ks": (".20", ".08")},
}
NOTES = {
    "honest": "Windows go on from learned places, 24 steps later.",
    "papers": "Real and judged windows are the learned ones. Windows start from real pasts; 24 steps are thrown away.",
    "long": "Windows of 24 cut from whole series; ACF to lag 199.",
}
NO_WORSE = ("acf", "inner_acf", "psd", "cross")  # than the linear chain


def print_tables(rows: list[Row]) -> None:
    """Print a table per series, protocol, length and options, and below it what must hold everywhere."""
    kinds = dict.fromkeys((row["data"], row["protocol"], row["length"]) for row in rows)
    for kind in kinds:
        own = [row for row in rows if (row["data"], row["protocol"], row["length"]) == kind]
        beside = [row for row in own if row["method"] in BESIDE]
        options = {str(row["options"]): row["options"] for row in own if row["method"] in OURS} or {"{}": {}}
        for key in options:
            print_table(
                kind, beside + [row for row in own if row["method"] in OURS and str(row["options"]) == key], key
            )


def print_table(kind: tuple[str, str, int], rows: list[Row], options: str) -> None:
    data, protocol, length = kind
    methods = [method for method in (*OURS, *BESIDE) if any(row["method"] == method for row in rows)]
    seeds = len({row["seed"] for row in rows if row["method"] in OURS})
    words = (f", {options}" if options != "{}" else "") + (f"; {seeds} seeds" if seeds else "")
    print(f"\n{data}, {protocol}, {length} steps{words}. {NOTES[protocol]}\n")
    print(f"| | prototype | to reach | {' | '.join(methods)} |\n|---|---|---|{'---|' * len(methods)}")
    targets = TARGETS.get(kind, {})
    for score, (heading, decimals) in SCORES.items():
        if any(row.get(score) is not None for row in rows):
            cells = [show(values(rows, method, score), decimals) for method in methods]
            print(f"| {heading} | {' | '.join([*targets.get(score, ('', '')), *cells])} |")
    print()
    for line in verdicts(rows):
        print(f"* {line}")
    if protocol == "papers" and not any("context_fid" in row for row in rows):
        print("* Context-FID is not measured: `--ts2vec DIR` names a copy of TS2Vec.")


def values(rows: list[Row], method: str, score: str) -> list[float]:
    return [row[score] for row in rows if row["method"] == method and row.get(score) is not None]


def show(found: list[float], decimals: int) -> str:
    """Return the mean, and the largest minus the smallest in brackets."""
    if not found:
        return "-"
    spread = f" ({np.ptp(found):.{decimals}f})" if len(found) > 1 else ""
    return f"{np.mean(found):.{decimals}f}{spread}"


def verdicts(rows: list[Row]) -> list[str]:
    """Say what must hold everywhere: never worse than the linear chain, VAR(6) and bootstraps."""
    means = {
        (method, score): np.mean(values(rows, method, score))
        for method in (*OURS, *BESIDE)
        for score in SCORES
        if values(rows, method, score)
    }
    lines = []
    for method in (PLAIN, SIEVED):
        lines += compare(means, method, LINEAR, NO_WORSE, lambda own, other: own <= other)
        lines += compare(means, method, VAR, ("auc",), lambda own, other: own < other)
        for other in (BOOTSTRAP, BLOCKS_96):
            lines += compare(means, method, other, ("ratio",), lambda own, other: off_one(own) < off_one(other))
            lines += compare(means, method, other, ("near", "runs"), lambda own, other: own < other)
    added = [row["network_added"] for row in rows if row["method"] == SIEVED and "network_added" in row]
    if added:
        lines.append(f"the network added something in {sum(map(bool, added))} of {len(added)} fits")
    return lines


def off_one(ratio: float) -> float:
    """Return how far a ratio is from 1: copies have none, and what jumps is far from everything."""
    return abs(float(np.log(max(ratio, 1e-6))))


def compare(
    means: dict, method: str, other: str, scores: tuple[str, ...], holds: Callable[[float, float], bool]
) -> list[str]:
    """Return a line if both were measured: the scores in which it is worse than the other, or none."""
    known = [score for score in scores if (method, score) in means and (other, score) in means]
    worse = [
        f"{SCORES[score][0]} ({means[method, score]:.3f}, {means[other, score]:.3f})"
        for score in known
        if not holds(means[method, score], means[other, score])
    ]
    names = ", ".join(SCORES[score][0] for score in known)
    words = f"not as good as {other} in {', '.join(worse)}" if worse else f"as good as {other} or better in {names}"
    return [f"{method}: {words}"] if known else []
