"""How far a job is, and the curves of a fit as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.progress import format_duration
from tabgan.report.charts.curves import draw_curves
from tabgan.report.words import Words
from tabgan.ui.commands import limit
from tabgan.ui.job import Course, Job

COUNTED = {
    "iteration": "iteration {done:,} of {total:,}",
    "row": "row {done:,} of {total:,}",
    "epoch": "pass {done:,} of {total:,}",
}
STEADY = ("iteration", "row")
"""What takes about as long each time, so that a rate says when it ends."""

Line = tuple[NDArray[np.float64], NDArray[np.float64], str, str]
"""Where and how much, the class of the curve, and what it is."""


def say_progress(job: Job, words: Words) -> str:
    """Return in words how far the running command is, how fast it goes, and for how long still."""
    unit, done, total = (job.progress.get(name) for name in ("unit", "done", "total"))
    if not total:
        return words("starting")
    if unit == "iteration" and done == total:
        return words("trained; now learning how rows come back")
    counted = COUNTED.get(str(unit).rpartition(" ")[2], "score {done:,} of {total:,}")
    said = [words(counted, done=done, total=total)]
    if unit in STEADY and (rate := job.pace.rate):
        left = min((total - done) / rate, limit(job.running) - job.pace.seconds)
        said += [
            words("{rate:,.0f} per second", rate=rate),
            words("about {left} left", left=format_duration(max(left, 0))),
        ]
    return " · ".join(said)


def draw_course(course: Course, words: Words) -> list[dict[str, Any]]:
    """Return the curves of a fit, as the report draws them; none before there are two points."""
    points = list(course.points)
    if len(points) < 2:
        return []
    at, loss, unregularized, generators = np.array(points, dtype=float).T
    checked, distance = np.reshape(course.checks, (-1, 2)).T
    below = words("iteration")
    losses = [
        (at, loss, "real", words("loss")),
        (at, -unregularized, "synthetic", words("estimate of the Wasserstein distance")),
    ]
    said = words("the estimate falls as generated rows become like real ones")
    charts = [_draw(words("Critic"), said, losses, below)]
    said = words("the lower, the more real generated rows look to the critic; its scale moves, so it need not fall")
    charts.append(_draw(words("Generator"), said, [(at, generators, "generator", words("loss"))], below))
    if len(checked):
        said = words("the smaller, the nearer generated rows are to real ones")
        lines = [(checked, distance, "synthetic", words("distance"))]
        charts.append(_draw(words("Sliced Wasserstein distance to real rows"), said, lines, below))
    return charts


def _draw(title: str, said: str, lines: Sequence[Line], below: str) -> dict[str, Any]:
    curves = [(at, values, who) for at, values, who, _ in lines]
    return {
        "title": title,
        "said": said,
        "legend": [{"class": who, "said": what} for _, _, who, what in lines],
        "chart": draw_curves(curves, None, None, below, title),
    }
