"""Rows balanced on purpose: each class about as often, where real ones are not. Some are chosen by the real shares."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtr

from tabgan.errors import InputError
from tabgan.evaluation.features import GAP, Feature
from tabgan.schema.column import Floats

LEAST_SHIFT = 0.1
"""How much real shares differ from equal ones, half the sum of differences; what differs less is judged as it is."""

SURE = 0.001
"""How improbable real rows are when shares are equal, and synthetic ones when they are the real shares."""

EQUAL, MORE_THAN_EQUAL = 0.95, 0.05
"""How much of what chance brings is nearer to equal shares, at most: in the target, and in any other column."""

ROUNDING = 1e-9

Counts = NDArray[np.int64]


def find_balanced(
    balanced: Hashable, features: Sequence[Feature], real: Floats, rows: Floats, target: int | None
) -> int | None:
    """Return the place of the column that rows are balanced by, None for none.

    `balanced` is a column's name, "none" or None, or "auto", which looks at the rows: at the target, and if they are
    not balanced by it at the other columns of levels, of which the one with the most equal shares is taken. Of these
    shares more is asked, since one of many columns may be equal by chance.

    Raises
    ------
    InputError
        There is no such column of levels.
    """
    labels = [place for place, feature in enumerate(features) if feature.levels]
    if balanced is None or balanced == "none":
        return None
    if balanced != "auto":
        for place in labels:
            if balanced in (features[place].name, str(features[place].name)):
                return place
        raise InputError(
            f"balanced must be auto, none or a column of labels that is scored, but is {balanced!r}; the columns of "
            f"labels are: {', '.join(str(features[place].name) for place in labels) or 'none'}"
        )
    chances = {place: _compare(features[place], place, real, rows) for place in labels}
    found = {place: chance for place, chance in chances.items() if chance is not None}
    if target is not None and found.get(target, 1.0) <= EQUAL:
        return target
    equal = {place: chance for place, chance in found.items() if chance <= MORE_THAN_EQUAL}
    return min(equal, key=lambda place: equal[place], default=None)


def _compare(feature: Feature, place: int, real: Floats, rows: Floats) -> float | None:
    classes, learned, own = _count(feature, place, real, rows)
    return compare_shares(learned[classes], own[classes])


def compare_shares(learned: Counts, own: Counts) -> float | None:
    """Return how much of what chance brings is nearer to equal shares than rows are; None if nothing speaks for these.

    Real shares must be clearly unequal (chi-square test), and the rows 1,000 times as likely with equal shares as with
    the real ones: rows that have the real shares are, of any number, with a probability of at most 1 in 1,000 (Markov's
    inequality). Counts that differ by at most one are as equal as they can be.

    Examples
    --------
    >>> compare_shares(np.array([900, 100]), np.array([251, 250]))
    0.0
    >>> compare_shares(np.array([500, 500]), np.array([250, 250])) is None
    True
    >>> compare_shares(np.array([900, 100]), np.array([5, 5])) is None
    True
    """
    if len(learned) < 2 or not own.all():
        return None
    shares, equal = learned / learned.sum(), 1 / len(learned)
    if np.abs(shares - equal).sum() / 2 < LEAST_SHIFT or chdtr(len(learned) - 1, _distance(learned)) < 1 - SURE:
        return None
    likely = (learned + 1) / (learned + 1).sum()  # a class seen once may be more frequent
    if own @ np.log(equal / likely) < -np.log(SURE):
        return None
    return float(chdtr(len(own) - 1, _distance(own))) if np.ptp(own) > 1 else 0.0


def _distance(counts: Counts) -> float:
    """Pearson's chi-square of equal shares."""
    expected = counts.sum() / len(counts)
    return float(np.square(counts - expected).sum() / expected)


def _count(feature: Feature, place: int, real: Floats, rows: Floats) -> tuple[NDArray[np.intp], Counts, Counts]:
    """Return the codes of learned classes, and how often each code is in real rows and in others; a gap is no class."""
    assert feature.levels
    learned, own = (np.bincount(t[:, place].astype(int), minlength=len(feature.levels)) for t in (real, rows))
    named = np.array([level != GAP for level in feature.levels])
    return np.flatnonzero(named & (learned > 0)), learned, own


def choose_by_shares(
    feature: Feature, place: int, real: Floats, rows: Floats, most: int, rng: np.random.Generator
) -> Floats:
    """Return as many rows as can be, at most `most`, in which the levels of a column have the shares of real rows.

    None is taken twice. Rows without a class that was learned keep their share, and classes that no row has lack.
    """
    classes, learned, own = _count(feature, place, real, rows)
    classes = classes[own[classes] > 0]
    shares = own / len(rows)
    shares[classes] = learned[classes] / learned[classes].sum() * shares[classes].sum()
    some = shares > 0
    count = min(most, int((own[some] / shares[some]).min() + ROUNDING))
    wanted = np.floor(shares * count + ROUNDING).astype(int)
    largest = np.argsort(wanted - shares * count, kind="stable")  # remainders
    wanted[largest[: count - wanted.sum()]] += 1
    codes = rows[:, place]
    chosen = [rng.choice(np.flatnonzero(codes == code), wanted[code], replace=False) for code in np.flatnonzero(wanted)]
    return rows[np.sort(np.concatenate(chosen))]
