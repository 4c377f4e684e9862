"""What becomes of the segments of a table before they are learned: checked, long enough, smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from numbers import Integral
from typing import Any

from tabgan.errors import InputError, warn
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.series import smooth_series
from tabgan.schema import Schema
from tabgan.series.segments import Roles, Segment
from tabgan.setting_rules import MOST_STEPS
from tabgan.spelling import spell

LEAST_STEPS = 200
LEAST_CONTEXT = 3
FEW_MISSING = 0.25
"""Of the steps that there are: so many more can be empty ones."""
NEARLY_ALL = 0.9


def keep_long(segments: Sequence[Segment], context: int, can_choose: bool) -> list[Segment]:
    """Return the stretches that have two steps more than a step is given; raise an InputError if too few do.

    Of others a warning says how they would be learned, also by a shorter context where one can choose it.
    """
    total, longest = sum(len(s.rows) for s in segments), max(len(s.rows) for s in segments)
    if total < LEAST_STEPS:
        raise InputError(f"series need at least {LEAST_STEPS} steps in all, but have {total}; collect more")
    kept = [s for s in segments if len(s.rows) >= context + 2]
    learned = sum(len(s.rows) for s in kept)
    if learned < LEAST_STEPS:
        raise InputError(
            f"a step is given the {context} before it, so stretches need {context + 2} steps, but of {len(segments)} "
            f"without gaps the longest has {longest}, and those long enough {learned} in all of {LEAST_STEPS}; lower "
            f"{spell('context')}, or fill in gaps"
        )
    if learned < total:
        if 0 < (missing := _count_missing(segments)) <= FEW_MISSING * total:
            more = f"with rows for the {missing:,} missing steps, their readings left empty, all are"
        elif can_choose and learned < NEARLY_ALL * total:
            more = _say_shorter([len(s.rows) for s in segments], total)
        else:
            more = f"the other {learned:,} are"
        lost = total - learned
        warn(f"{lost:,} of {total:,} steps are in stretches of fewer than {context + 2}: not learned; {more}")
    return kept


def _count_missing(segments: Sequence[Segment]) -> int:
    """Return how many steps there are not between the stretches of a series."""
    pairs = [(a, b) for a, b in pairwise(segments) if a.entity == b.entity]
    return sum(b.start - a.start - len(a.rows) for a, b in pairs)


def _say_shorter(lengths: Sequence[int], total: int) -> str:
    """Return which context keeps nearly all of the steps in stretches of these lengths, or as many as any."""
    kept = {c: sum(n for n in lengths if n >= c + 2) for c in range(LEAST_CONTEXT, max(lengths))}
    chosen = max((c for c in kept if kept[c] >= NEARLY_ALL * total), default=LEAST_CONTEXT)
    return f"with {spell('context', chosen)}, {kept[chosen]:,} steps are learned"


def smooth_segment(segment: Segment, roles: Roles, schema: Schema, smooth: str | None, denoise: str | None) -> Segment:
    """Return a segment whose channels of continuous numbers are smoothed and denoised, if they are to be."""
    columns = list(roles.channels)
    own = replace(schema, columns=tuple(schema.columns[c] for c in columns))
    rows = segment.rows.copy()
    rows[:, columns] = smooth_series(rows[:, columns], own, Constraints.parse((), own), smooth, denoise)
    return segment._replace(rows=rows)


def count(name: str, value: Any, least: int) -> int:
    """Return a whole number, or raise an InputError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise InputError(f"{spell(name)} must be a whole number of at least {least}, but is {value!r}")
    if int(value) > MOST_STEPS:
        raise InputError(f"{spell(name)} must be at most {MOST_STEPS:,}, but is {value:,}; give fewer")
    return int(value)
