"""Give numbers the digits that real ones have: so many with two decimals, so many with three, of each size."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.packing import Array
from tabgan.schema.dates.units import UNITS
from tabgan.schema.digits import FULL, Digits, find_digits
from tabgan.schema.moments import Moments
from tabgan.schema.numbers import Numbers
from tabgan.seeds import Purpose, Streams

LEAST_VALUES = 30  # to learn shares from
LEAST_DISTINCT = 0.5  # of them: where most repeat, their digits say which values there are
MOST_VALUES = 20_000
LEAST_IN_BIN = 20  # values of about one size
LEAST_ON_GRID = 3  # values that stand on a grid and on no finer one
CLEAR = 6.0  # nats by which a grid more, or bins apart, must make the values likelier
MOST_TRIED = 6  # grids, to find one more
TURNS = 40  # of expectation and maximisation
STEPS = (1, 2, 5, 25)  # of the last decimal
WIDE = 10  # times as large as a step of 2, 5 or 25 are numbers that it may be of
TINY = 1e-17  # of the usual size of numbers: how far apart doubles are that take all their digits
CLOCK = {
    "hour": (1, 2, 3, 6, 12, 24),
    "minute": (1, 2, 5, 10, 15, 20, 30, 60, 120, 360, 720, 1440),
    "second": (1, 2, 5, 10, 15, 20, 30, 60, 300, 600, 900, 1800, 3600),
    "millisecond": (1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000, 60_000),
}
"""Steps of moments, by their unit."""


class Grids(NamedTuple):
    """Grids that numbers may stand on: multiples of so many `steps` of the last of so many `decimals`."""

    steps: Array
    decimals: Array

    @property
    def spacing(self) -> Array:
        """How far apart the numbers of each are."""
        return self.steps * 10.0 ** -self.decimals.astype(float)

    def hold(self, digits: Digits) -> Array:
        """Return which numbers stand on which grids, of shape (n_values, n_grids)."""
        finer = self.decimals[None, :] - digits.decimals[:, None]
        shifted = digits.whole[:, None] * 10 ** np.clip(finer, 0, 2) % self.steps  # 100 is a multiple of all steps
        return np.where(self.decimals == FULL, True, (finer >= 0) & (shifted == 0))

    def round(self, values: Array, which: Array, powers: Array) -> Array:
        """Return the number nearest to each value on one of the grids, wider by powers of ten."""
        step, decimals = self.steps[which].astype(float), self.decimals[which] - powers
        scale, wide = 10.0 ** np.maximum(decimals, 0), step * 10.0 ** np.maximum(-decimals, 0)
        rounded = np.where(decimals > 0, np.rint(values * scale / step) * step / scale, np.rint(values / wide) * wide)
        return np.where(self.decimals[which] == FULL, values, rounded)


@dataclass(frozen=True)
class ColumnGrain:
    """Of one column, which share of values of each size stands on which grid.

    `edges` part sizes, which are absolute values; `shares` have the shape (n_edges + 1, n_grids). What is added to
    moments, so that they count from midnight, is `origin`. Decimals of a `relative` grain are those behind the first
    digit, wherever that is.
    """

    column: int
    origin: float
    edges: Array
    steps: Array
    decimals: Array
    shares: Array
    relative: bool = False

    def apply(self, values: Array, rng: np.random.Generator) -> Array:
        """Return values on grids that are drawn; gaps stay NaN."""
        shifted = values + self.origin
        sizes = np.searchsorted(self.edges, np.abs(np.nan_to_num(shifted)), side="right")
        ends = np.cumsum(self.shares, axis=1)[sizes]
        which = (rng.random(len(values))[:, None] * ends[:, -1:] >= ends[:, :-1]).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            powers = np.nan_to_num(np.floor(np.log10(np.abs(shifted))), neginf=0) if self.relative else 0 * shifted
        return Grids(self.steps, self.decimals).round(shifted, which, np.nan_to_num(powers).astype(int)) - self.origin


class Grain:
    """Rounds generated numbers as often, and to as few digits, as real ones of their size are.

    A column is a mixture of grids: a number has been rounded to one of them, and stands on a coarser one by chance. The
    shares are those that make the real numbers likeliest, of all numbers or of sizes apart, where these differ. Values
    that repeat are left out and left alone, as they come back as they are.
    """

    columns_: list[ColumnGrain]

    def fit(self, X: Array, exact: Mapping[int, Array], constraints: Constraints) -> Grain:
        """Learn from rows as they come back, of shape (n_samples, n_columns).

        `exact` are the values, by column and in order, that come back as often as they are in `X`.
        """
        found = []
        self._prepare(exact, constraints)
        for place, column in enumerate(constraints.schema):
            grids, origin = _candidates(column.type)
            if grids is None or place in self._follow:
                continue
            x = X[~np.isnan(X[:, place]), place]
            x = x[~_is_in(x, self._exact.get(place, np.zeros(0)))]
            if len(np.unique(x)) >= max(LEAST_VALUES, LEAST_DISTINCT * len(x)):
                own = _learn(place, x[:: -(-len(x) // MOST_VALUES)] + origin, grids, origin)
                found += [own] if own else []
        self.columns_ = found
        return self

    def _prepare(self, exact: Mapping[int, Array], constraints: Constraints) -> None:
        self._constraints = constraints
        self._follow = {solved.position for solved in constraints.solved if solved.equation}
        self._exact = {place: values for place, values in exact.items() if place not in constraints.shared}

    def complete(self, rows: Array, rng: Streams) -> Array:
        """Return rows, as the constraints had reduced them, as they come back, with the digits of real ones.

        A column that is a share of a room has its digits last, where these do not break a rule.
        """
        shared = set(self._constraints.shared)
        rows = self._constraints.restore(self._round(rows, rng, shared, False))
        if not any(own.column in shared for own in self.columns_):
            return rows
        rounded = self._constraints.schema.round(self._round(rows, rng, shared, True))
        return np.where(self._constraints.holds(rounded)[:, None], rounded, rows)

    def round(self, place: int, values: Array, rng: Streams) -> Array:
        """Return values of one column with the digits of real ones."""
        own = next((own for own in self.columns_ if own.column == place), None)
        if own is None:
            return values
        return np.where(
            _is_in(values, self._exact.get(place, np.zeros(0))), values, own.apply(values, rng(Purpose.DIGITS, place))
        )

    def _round(self, X: Array, rng: Streams, shared: Collection[int], those: bool) -> Array:
        """Return rows with other digits in the columns that are shares, or in the other ones."""
        X = X.copy(order="K")
        for own in self.columns_:
            if (own.column in shared) == those:
                X[:, own.column] = self.round(own.column, X[:, own.column], rng)
        return X

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays; the values that repeat are known elsewhere."""
        return {str(i): asdict(own) for i, own in enumerate(self.columns_)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], exact: Mapping[int, Array], constraints: Constraints) -> Grain:
        """Make the grain that `get_state` described."""
        grain = cls()
        grain.columns_ = [ColumnGrain(**state[str(i)]) for i in range(len(state))]
        grain._prepare(exact, constraints)
        return grain


def _is_in(values: Array, known: Array) -> Array:
    """Return which values are among known ones, which are in order."""
    if not len(known):
        return np.zeros(len(values), bool)
    return np.asarray(known[np.searchsorted(known, values).clip(max=len(known) - 1)] == values)


def _candidates(kind: Any) -> tuple[Grids | None, float]:
    """Return the grids that values of a type may stand on, from which a column's are chosen, and what to add first."""
    if isinstance(kind, Numbers):
        return Grids(np.zeros(0, int), np.zeros(0, int)), 0.0
    if isinstance(kind, Moments) and kind.unit in CLOCK:
        steps = np.array(CLOCK[kind.unit])
        per_day = UNITS["day"] // UNITS[kind.unit]
        return Grids(steps, np.zeros(len(steps), int)), float(kind.start // UNITS[kind.unit] % per_day)
    return None, 0.0


def _learn(place: int, x: Array, clock: Grids, origin: float) -> ColumnGrain | None:
    """Return the grain of a column's values, or None when all may have as many digits as there are."""
    of_clock = len(clock.steps) > 0
    x = x if of_clock else x[x != 0]
    digits = find_digits(x)
    grids = clock if of_clock else _decimal_grids(digits.decimals)
    parts = _fit(np.abs(x), digits, grids, 1 if of_clock else WIDE)
    relative = False
    if not of_clock:
        behind, powers = _behind_first(x, digits)
        others = _decimal_grids(behind.decimals)
        whole = _fit(np.ones(len(x)), behind, others, 0)
        likely = whole[0].log_likelihood + powers.sum() * np.log(10)
        relative = len(parts) > 1 and likely > sum(part.log_likelihood for part in parts) - CLEAR * (len(parts) - 1)
        parts, grids = (whole, others) if relative else (parts, grids)
    shares = np.array([part.shares for part in parts])
    used = np.flatnonzero(shares.any(axis=0))
    if len(parts) == len(used) == 1 and not relative:
        return None  # which the column's own decimals and steps say
    edges = np.array([part.low for part in parts[1:]])
    return ColumnGrain(place, origin, edges, grids.steps[used], grids.decimals[used], shares[:, used], relative)


def _fit(sizes: Array, digits: Digits, grids: Grids, wide: int) -> list[_Part]:
    """Return the parts of numbers by their sizes, each with its mixture of grids.

    Numbers of a grid are at least `wide` times as large as its spacing, or as large as it when its step is 1.
    """
    held = grids.hold(digits)
    bits = held @ (1 << np.arange(held.shape[1])[::-1])  # as one number, which is found faster than a row of them
    _, rows, codes = np.unique(bits, return_index=True, return_inverse=True)
    patterns = held[rows]
    spacing = np.where(grids.decimals == FULL, TINY * np.median(sizes), grids.spacing)
    least = spacing * np.where(grids.steps == 1, min(wide, 1), wide)
    return _part(sizes, codes.ravel(), patterns * spacing, least)


def _behind_first(x: Array, digits: Digits) -> tuple[Digits, Array]:
    """Return numbers other than 0 as they are with the mark behind the first digit, and by how many tens that is."""
    full = digits.decimals == FULL
    length = np.where(full, 0, np.floor(np.log10(np.maximum(np.abs(digits.whole), 1) + 0.5))).astype(np.int64)
    powers = np.where(full, np.floor(np.log10(np.abs(x))), length - digits.decimals).astype(np.int64)
    return Digits(np.where(full, FULL, length), digits.whole), powers


def _decimal_grids(decimals: Array) -> Grids:
    """Return the grids of as many decimals as some numbers have, and that of all numbers if some have more."""
    few = decimals[decimals != FULL]
    found = np.arange(few.min(initial=0), few.max(initial=0) + 1)
    steps, places = (axis.ravel() for axis in np.meshgrid(STEPS, found, indexing="ij"))
    full = [FULL] if (decimals == FULL).any() else []
    return Grids(np.append(steps, [1] * len(full)).astype(int), np.append(places, full).astype(int))


@dataclass(frozen=True)
class _Part:
    """Values of sizes from `low` on: how many have each pattern, and the mixture of grids that makes them likeliest."""

    low: float
    counts: Array
    likely: Array
    shares: Array
    log_likelihood: float

    @classmethod
    def of(cls, low: float, counts: Array, likely: Array, wide: Array) -> _Part:
        finest = wide == wide[(likely > 0).all(axis=0)].min()
        narrow = np.where((wide <= low) | finest, likely, 0.0)  # what is rounded to a wider one is 0, or twice itself
        return cls(low, counts, likely, *_mix(counts, narrow))

    def join(self, other: _Part, wide: Array) -> _Part:
        return _Part.of(self.low, self.counts + other.counts, self.likely, wide)


def _part(sizes: Array, codes: Array, likely: Array, wide: Array) -> list[_Part]:
    """Return parts of the values by size, in which they have clearly different patterns; at least one."""
    least, most = sizes.min(initial=np.inf, where=sizes > 0), sizes.max()
    decades = np.arange(np.floor(np.log10(least)), np.ceil(np.log10(most)) + 1)
    edges = np.outer(10.0**decades, (1, 2, 5)).ravel()
    bins = np.maximum(np.searchsorted(edges, sizes, side="right") - 1, 0)
    counts = np.zeros((len(edges), len(likely)), int)
    np.add.at(counts, (bins, codes), 1)
    lows: list[float] = [float(edges[0])]
    tables: list[Array] = [np.zeros(len(likely), int)]
    for low, table in zip(edges.tolist(), counts, strict=True):
        if tables[-1].sum() >= LEAST_IN_BIN and table.any():
            lows.append(low)
            tables.append(table)
        else:
            tables[-1] = tables[-1] + table
            lows[-1] = low if not tables[-1].sum() else lows[-1]
    if len(tables) > 1 and tables[-1].sum() < LEAST_IN_BIN:
        tables[-2:] = [tables[-2] + tables[-1]]
        lows.pop()
    parts = [_Part.of(low, table, likely, wide) for low, table in zip(lows, tables, strict=True)]
    joined = [a.join(b, wide) for a, b in pairwise(parts)]
    while joined:
        losses = [
            a.log_likelihood + b.log_likelihood - ab.log_likelihood
            for (a, b), ab in zip(pairwise(parts), joined, strict=True)
        ]
        i = int(np.argmin(losses))
        if losses[i] > CLEAR:
            break
        parts[i : i + 2] = [joined[i]]
        joined[max(i - 1, 0) : i + 2] = [
            parts[j].join(parts[j + 1], wide) for j in (i - 1, i) if 0 <= j < len(parts) - 1
        ]
    return parts


def _mix(counts: Array, likely: Array) -> tuple[Array, float]:
    """Return the shares of grids that make patterns likeliest, and the logarithm of how likely they are.

    It begins with the widest grid on which all values stand, and takes others as long as these gain enough.
    """
    seen = counts > 0
    counts, likely = counts[seen], likely[seen]
    chosen = [int(np.argmax(np.where((likely > 0).all(axis=0), likely.max(axis=0, initial=0.0), -1.0)))]
    weights: Array = np.ones(1)
    reached = float(counts @ np.log(likely[:, chosen[0]]))
    while True:
        density = likely[:, chosen] @ weights
        slope = counts @ (likely / density[:, None]) / counts.sum()
        most = counts.sum() * np.log(np.maximum(slope, 1))  # that a grid can gain: the likelihood is concave
        for grid in [g for g in np.argsort(-most)[:MOST_TRIED] if most[g] > CLEAR and g not in chosen]:
            tried = np.append(weights * 0.9, 0.1)
            for _ in range(TURNS):
                parts = likely[:, [*chosen, grid]] * tried
                tried = counts @ (parts / parts.sum(axis=1, keepdims=True)) / counts.sum()
            gain = float(counts @ np.log(likely[:, [*chosen, grid]] @ tried)) - reached
            if gain > CLEAR and tried[-1] * counts.sum() >= LEAST_ON_GRID:
                chosen, weights, reached = [*chosen, grid], tried, reached + gain
                break
        else:
            break
    shares = np.zeros(likely.shape[1])
    shares[chosen] = weights
    return shares, reached
