"""Columns that have their gaps together, or where another column says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tabgan.preprocessing.onehot import OneHot
from tabgan.preprocessing.packing import Array

SOME = 500  # rows that show of most columns that they are not tied
LEAST_ROWS = 10  # with a gap, and without one
CHANCE = 1e-6  # that gaps which know nothing of the other column would follow from it


@dataclass(frozen=True, eq=False)
class GapTie:
    """Whether a column has a gap follows from the slot that another one has.

    Of two one-hot groups, by their places, the slots of the `leader` of which `gaps` are true go with a gap of the
    `follower`. Where that is to have a value, `shares` say how often each of its slots is one.
    """

    follower: int
    leader: int
    gaps: Array  # of shape (width of the leader,)
    shares: Array  # of shape (width of the follower,), 0 for its gap

    def tie(self, slots: Sequence[Array], gap: int, rng: Callable[[], np.random.Generator]) -> Array:
        """Return the follower's slots, of shape (n_samples,): its slot `gap` where there is to be one, else others."""
        chosen, wanted = slots[self.follower], self.gaps[slots[self.leader]]
        if (wanted == (chosen == gap)).all():
            return chosen
        values = rng().choice(len(self.shares), len(chosen), p=self.shares)
        return np.where(wanted, gap, np.where(chosen == gap, values, chosen))


def find_gap(group: OneHot) -> int | None:
    """Return the slot of a group that says that there is a gap; None if it has none."""
    return len(group.values) - 1 if len(group.values) and np.isnan(group.values[-1]) else None


def find_gap_ties(groups: Sequence[OneHot], slots: Sequence[Array]) -> list[GapTie]:
    """Return which groups have their gaps by the slots of which others, no leader being a follower.

    All rows, whose `slots` of each group are arrays of shape (n_samples,), must agree, and not by chance. Groups
    without gaps lead before others, and those of few slots.
    """
    gaps = {place: gap for place, group in enumerate(groups) if (gap := find_gap(group)) is not None}
    if not gaps:
        return []
    ties: list[GapTie] = []
    followers: set[int] = set()
    first = np.column_stack([slots[place][:SOME] == gap for place, gap in gaps.items()])
    for leader in sorted(range(len(groups)), key=lambda place: (place in gaps, groups[place].width, place)):
        if leader in followers:
            continue
        led = {tie.leader for tie in ties}
        for place in np.array(list(gaps))[_agree(slots[leader][:SOME], groups[leader].width, first)].tolist():
            if place == leader or place in followers or place in led:
                continue
            if (tie := _find_tie(groups, slots, place, gaps[place], leader)) is not None:
                ties.append(tie)
                followers.add(place)
    return ties


def _agree(slots: Array, width: int, gaps: Array) -> Array:
    """Return which columns of `gaps`, of shape (n_rows, n_columns), are all true or all false in each slot."""
    own = (slots[:, None] == np.arange(width)).astype(np.float32)
    found = own.T @ gaps.astype(np.float32)
    return np.asarray(((found == 0) | (found == own.sum(axis=0)[:, None])).all(axis=0))


def _find_tie(groups: Sequence[OneHot], slots: Sequence[Array], place: int, gap: int, leader: int) -> GapTie | None:
    is_gap = slots[place] == gap
    n_gaps, n_rows = int(is_gap.sum()), len(is_gap)
    if min(n_gaps, n_rows - n_gaps) < LEAST_ROWS:
        return None
    rows = np.bincount(slots[leader], minlength=groups[leader].width)
    with_gap = np.bincount(slots[leader][is_gap], minlength=groups[leader].width)
    if not ((with_gap == 0) | (with_gap == rows)).all():
        return None
    share = n_gaps / n_rows
    if np.logaddexp(rows * np.log(share), rows * np.log1p(-share)).sum() > np.log(CHANCE):
        return None
    found = np.bincount(slots[place][~is_gap], minlength=groups[place].width)
    return GapTie(place, leader, (with_gap == rows) & (rows > 0), found / found.sum())
