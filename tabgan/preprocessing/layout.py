"""What the columns of encoded rows are; no other part of the house computes where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Layout:
    """Numbers in [-1, 1], then one-hot groups that are drawn, then one that the generator is given, if any.

    Examples
    --------
    >>> layout = Layout(n_numbers=2, drawn=(3, 3), n_given=2)
    >>> layout.width, layout.n_made, layout.groups
    (10, 8, [slice(2, 5, None), slice(5, 8, None), slice(8, 10, None)])
    """

    n_numbers: int
    drawn: tuple[int, ...] = ()  # widths; equally wide groups side by side are computed together
    n_given: int = 0  # width of the label's group

    @property
    def n_levels(self) -> int:
        """How many scores of levels a network makes of a row, and how many numbers their noise is."""
        return sum(self.drawn)

    @property
    def n_made(self) -> int:
        """How many numbers a network makes of a row: all but what is given."""
        return self.n_numbers + self.n_levels

    @property
    def width(self) -> int:
        return self.n_made + self.n_given

    @property
    def n_parts(self) -> int:
        """Of how many numbers and groups a row is made."""
        return self.n_numbers + len(self.drawn) + bool(self.n_given)

    @property
    def numbers(self) -> slice:
        return slice(0, self.n_numbers)

    @property
    def one_hot(self) -> slice:
        """All groups."""
        return slice(self.n_numbers, self.width)

    @property
    def given(self) -> slice:
        return slice(self.n_made, self.width)

    @property
    def groups(self) -> list[slice]:
        """The groups one by one, those that are drawn before the one that is given."""
        widths = (*self.drawn, self.n_given) if self.n_given else self.drawn
        return [slice(*ends) for ends in pairwise(accumulate(widths, initial=self.n_numbers))]

    @property
    def runs(self) -> list[tuple[slice, tuple[int, int, int]]]:
        """Columns of groups that are drawn, equally wide and side by side, and the shape (rows, groups, width)."""
        found, begin = [], self.n_numbers
        for width, equal in groupby(self.drawn):
            count = len(list(equal))
            found.append((slice(begin, begin + count * width), (-1, count, width)))
            begin += count * width
        return found

    def widen(self, packed: NDArray[Any]) -> NDArray[Any]:
        """Return encoded rows, of shape (n_samples, width), of packed ones: numbers, and the slot of each group.

        Examples
        --------
        >>> Layout(n_numbers=1, drawn=(2, 3)).widen(np.array([[0.5, 1, 0]]))
        array([[0.5, 0. , 1. , 1. , 0. , 0. ]])
        """
        rows = np.zeros((len(packed), self.width), packed.dtype)
        rows[:, self.numbers] = packed[:, self.numbers]
        for group, slots in zip(self.groups, self.slots(packed), strict=True):
            rows[np.arange(len(rows)), group.start + slots] = 1
        return rows

    def slots(self, packed: NDArray[Any]) -> list[NDArray[np.intp]]:
        """Return for each group the slot of every row of packed ones, of shape (n_samples,)."""
        return [slots.astype(np.intp) for slots in packed[:, self.n_numbers :].T]

    def join(self, made: NDArray[Any], given: NDArray[Any] | None) -> NDArray[Any]:
        """Return rows of what a network made, of shape (n_samples, n_made), and what it was given, as float64."""
        return (made if given is None else np.hstack([made, given])).astype(np.float64)
