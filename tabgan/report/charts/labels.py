"""Labels under marks on a line, in lanes, such that none covers another or is crossed by another's leader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

GAP = 6.0


class Place(NamedTuple):
    """Where a label stands: its lane from the line on, its left end, and which end of it is at its leader."""

    lane: int
    left: float
    anchor: str


def place_labels(marks: Sequence[float], widths: Sequence[float], room: float) -> list[Place]:
    """Return places for labels of such widths, each beside the leader that goes down from its mark.

    Labels are placed in turn, to the right or left of their leaders, each in the lane nearest to the line in which it
    meets no label and no leader that is there already. Of several orders, the best is taken.

    Parameters
    ----------
    marks : sequence of float
        Where the marks are, between 0 and `room`.
    widths : sequence of float
        How wide their labels are.
    room : float
        The length of the line; labels stay within where they can.

    Examples
    --------
    >>> [(place.lane, place.anchor) for place in place_labels([10, 30, 95], [50, 40, 40], 100)]
    [(2, 'start'), (1, 'start'), (0, 'end')]
    """
    across = sorted(range(len(marks)), key=lambda i: marks[i])
    outward = sorted(across, key=lambda i: abs(marks[i] - room / 2))
    orders = [across, across[::-1], outward, outward[::-1]]
    tries = [_place_in_order(order, first, marks, widths, room) for order in orders for first in ("start", "end")]
    return min(tries, key=_cost)[1]


def _cost(found: tuple[int, list[Place]]) -> tuple[int, int, int]:
    crossings, places = found
    return crossings, max((place.lane for place in places), default=0), sum(place.lane for place in places)


def _place_in_order(
    order: Sequence[int], preferred: str, marks: Sequence[float], widths: Sequence[float], room: float
) -> tuple[int, list[Place]]:
    """Return how often labels meet others and leaders, and the places in the order of the marks."""
    done: dict[int, Place] = {}
    crossed = 0
    for i in order:
        sides = {"start": marks[i] + 4.0, "end": marks[i] - 4.0 - widths[i]}
        fitting = {anchor: x for anchor, x in sides.items() if 0 <= x <= room - widths[i]}
        tries = [
            (_meet(Place(lane, x, anchor), i, done, marks, widths), lane, anchor != preferred, Place(lane, x, anchor))
            for lane in range(len(marks))
            for anchor, x in (fitting or {"start": sides["start"]}).items()
        ]
        meets, _, _, done[i] = min(tries)
        crossed += meets
    return crossed, [done[i] for i in range(len(marks))]


def _meet(place: Place, i: int, done: dict[int, Place], marks: Sequence[float], widths: Sequence[float]) -> int:
    """Count the leaders that a label in a place would meet, and ten times the labels."""
    meets = 0
    for j, other in done.items():
        apart = place.left > other.left + widths[j] + GAP or other.left > place.left + widths[i] + GAP
        meets += 10 * (place.lane == other.lane and not apart)
        meets += other.lane > place.lane and place.left - 2 < marks[j] < place.left + widths[i] + 2
        meets += place.lane > other.lane and other.left - 2 < marks[i] < other.left + widths[j] + 2
    return meets
