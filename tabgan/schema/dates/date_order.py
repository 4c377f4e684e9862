"""Which of three numbers is the day, the month and the year, and which century two digits of a year are of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

LATEST = 49  # two digits of a year that may be of this century, where none are above
PLAIN = range(30)  # two digits of a year that everybody takes for this century


class Order(NamedTuple):
    """An order of "d", "m" and "Y" ("y": two digits), and what another one that fits all numbers has otherwise."""

    parts: str
    open: Literal["", "day", "year"] = ""


def find_order(
    numbers: Counts, widths: Sequence[Counts], sign: str, day_first: bool | None = None, timed: bool = False
) -> Order | None:
    """Return what the three numbers of dates are, of shape (3, n); None if there is no way.

    How many digits each has is in `widths`; `timed` says that times of day follow.

    All of them decide: a day may be above 12, a year of two digits is always written with two. Where they do not, and
    nobody says, days come first beside dots; a 1 that never changes while the other number does is the first day of
    months, another one, or one beside times, is the month of some days; and months come first beside a slash.

    Examples
    --------
    >>> def order(*texts, **said):
    ...     numbers = np.array([text.split("/") for text in texts], int).T
    ...     return find_order(numbers, [np.array([len(n) for n in row]) for row in numbers.astype(str)], "/", **said)
    >>> order("31/12/2024", "1/2/2024"), order("1/2/2024", "1/3/2024"), order("1/2/2024", "1/3/2024", day_first=False)
    (Order(parts='dmY', open=''), Order(parts='dmY', open='day'), Order(parts='mdY', open=''))
    >>> order("1/2/2024", "2/2/2024"), order("1/2/2024", "1/3/2024", timed=True)
    (Order(parts='dmY', open='day'), Order(parts='mdY', open='day'))
    """
    if widths[0][0] == 4:
        return Order("Ymd")
    if widths[2][0] == 4:
        return _order_days(numbers[0], numbers[1], sign, day_first, timed, "Y")
    first, last = ((width == 2).all() for width in (widths[0], widths[2]))
    early = bool(first and (numbers[1] <= 12).all() and (numbers[2] <= 31).all() and numbers[1:].min() > 0)
    late = _order_days(numbers[0], numbers[1], sign, day_first, timed, "y") if last else None
    if not late or not early or day_first is not None:
        return late or (Order("ymd") if early else None)
    one, other = (len(np.unique(number)) for number in (numbers[0], numbers[2]))  # years are fewer than days
    found = late if one >= other else Order("ymd")
    return found._replace(open=found.open or ("year" if max(one, other) < 2 * min(one, other) else ""))


def _order_days(
    first: Counts, second: Counts, sign: str, day_first: bool | None, timed: bool, year: str
) -> Order | None:
    """Return the order of two numbers before a year, as the first that is above 12 decides."""
    above = first > 12, second > 12
    if min(first.min(), second.min()) < 1 or max(first.max(), second.max()) > 31:
        return None
    places = [int(np.argmax(one)) if one.any() else len(first) for one in above]
    if places[0] != places[1]:
        return Order(("dm" if places[0] < places[1] else "md") + year)
    if day_first is not None:
        return Order(("dm" if day_first else "md") + year)
    days = "/" not in sign
    still = [(one == one[0]).all() for one in (first, second)]
    if "." not in sign and still[0] != still[1]:
        firsts = not timed and (first if still[0] else second)[0] == 1
        days = still[0] == firsts
    return Order(("dm" if days else "md") + year, "day" if (first != second).any() else "")


def find_century(years: Counts) -> tuple[int, bool]:
    """Return the first of the 100 years that two digits are of, and whether others would choose another one.

    They are the hundred years that begin after the longest stretch of years that do not occur; if the years that occur
    are all of one century, it is this one, unless some are above 49.

    Examples
    --------
    >>> find_century(np.array([20, 22, 21])), find_century(np.array([98, 99, 0, 1])), find_century(np.array([45, 60]))
    ((2000, False), (1998, True), (1900, True))
    """
    found = np.unique(years)
    after = np.diff(np.append(found, found[0] + 100))
    start = int(found[(np.argmax(after) + 1) % len(found)])
    if start > int(found[0]):
        return 1900 + start, True
    return (2000 if found[-1] <= LATEST else 1900), bool(found[-1] not in PLAIN)


def with_century(years: Counts, first: int) -> Counts:
    """Return years of two digits as those of the 100 years from the first on."""
    return (years - first) % 100 + first
