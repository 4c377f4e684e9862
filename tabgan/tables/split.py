"""Which rows of a table are learned, and which are kept aside to judge by."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError, warn
from tabgan.schema.containers import ARRAY, TYPES, give
from tabgan.schema.infer import learn_column
from tabgan.seeds import Use, numpy_rng, resolve_seed
from tabgan.spelling import spell
from tabgan.tables.check import check_table
from tabgan.text import shorten

WAYS = ("label", "time", "group")
SHOWN = 5  # classes that a message names
MOST_SUMS = 10**8  # that are looked at for the groups whose sizes add up best
_SHARE = re.compile(r"\d+/\d+|(?:\d+\.?\d*|\.\d+)%?", re.ASCII)


@dataclass(frozen=True)
class Cut:
    """Which rows are the test part, of shape (n_samples,); and what should be known of the parts.

    `rare` are the classes with one row, which the test part cannot have; `repeated` counts its rows that the other part
    has, too.
    """

    test: NDArray[np.bool_]
    rare: list[Any]
    repeated: int

    def notes(self) -> list[str]:
        """Return what should be known, a line each."""
        lines = []
        if self.rare:
            named = ", ".join(map(str, self.rare[:SHOWN])) + (" and others" if len(self.rare) > SHOWN else "")
            lines.append(f"too rare for both parts, with one row each, which is learned: {named}")
        if self.repeated:
            lines.append(
                f"{self.repeated:,} of {self.test.sum():,} rows of the test part are also in the other part, so that "
                "copies of these pass for new rows; drop repeated rows first, or keep what belongs together in one part"
                f" ({spell('by')} group)"
            )
        return lines


def split(
    X: Any, test: float | str = "1/3", *, by: tuple[str, Hashable] | None = None, random_state: Any = 0
) -> tuple[Any, Any]:
    """Cut a table into rows to learn and rows to judge by; both keep their order.

    Parameters
    ----------
    X : DataFrame or array of shape (n_samples, n_columns)
        The table, of at least two rows.
    test : float, int or str, default "1/3"
        How much is kept aside: a share, such as "1/3", 0.25 or "30%", or a number of rows, such as 200.
    by : tuple of ("label" or "time" or "group", column) or None
        None cuts at random. "label" keeps the shares of the column's classes; each class of two rows or more is in both
        parts. "time" keeps the latest rows aside, and no two rows of one time are on both sides. "group" leaves rows of
        one value together; the sizes of the groups decide how near to `test` the part comes. A gap is a class, or a
        group, of its own. Columns of an array are called 1, 2, and so on.
    random_state : int, numpy generator or None, default 0
        Of what is drawn; None draws anew each time.

    Returns
    -------
    train, test : of the type of `X`

    Raises
    ------
    InputError
        A part would be empty, or the column cannot be cut by.

    Warns
    -----
    TabganWarning
        Classes have one row only; or rows of the test part are also in the other.

    Examples
    --------
    >>> table = pd.DataFrame({"day": [1, 2, 2, 3], "load": [5.0, 7.0, 6.0, 9.0]})
    >>> learned, aside = split(table, 0.25, by=("time", "day"))
    >>> len(learned), aside["load"].tolist()
    (3, [9.0])
    """
    table, container = check_table(X)
    cut = cut_table(table, test, by=by, seed=resolve_seed(random_state))
    for note in cut.notes():
        warn(note)
    if container == ARRAY:
        rows = X if isinstance(X, np.ndarray) else np.asarray(X)
        return rows[~cut.test], rows[cut.test]
    types = table.attrs.get(TYPES, "")
    return give(table[~cut.test], container, types), give(table[cut.test], container, types)


def cut_table(table: pd.DataFrame, test: float | str, *, by: tuple[str, Hashable] | None, seed: int) -> Cut:
    """Choose the rows of the test part; see `split`."""
    count = count_rows(test, len(table))
    rng = numpy_rng(seed, Use.SPLIT)
    rare: list[Any] = []
    chosen: NDArray[np.bool_] = np.zeros(len(table), dtype=bool)
    if by is None:
        chosen[rng.choice(len(table), count, replace=False)] = True
    else:
        way, column = by[0], _find(table, by)
        if way == "time":
            chosen = _cut_in_time(column, count)
        elif way == "label":
            chosen, rare = _stratify(column, count, rng)
        else:
            chosen = _keep_groups(column, count, rng)
    return Cut(chosen, rare, _count_repeated(table, chosen))


def count_rows(test: float | str, n: int) -> int:
    """Return how many of `n` rows a share or a number of rows is; of both parts at least one.

    Examples
    --------
    >>> count_rows("1/3", 569), count_rows("30%", 10), count_rows(0.25, 8), count_rows("200", 569)
    (190, 3, 2, 200)
    """
    text = str(test).strip()
    share: Fraction | None = None
    if _SHARE.fullmatch(text) and not text.endswith("/0"):
        share = Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    elif isinstance(test, (float, np.floating)) and math.isfinite(test):
        share = Fraction(float(test))  # as 1e-05 is written
    if share is not None and text.isdecimal() and 0 < share < n:
        return int(share)
    if share is None or text.isdecimal() or not 0 < share < 1:
        raise InputError(
            f"{spell('test')} must be a share between 0 and 1, such as 1/3, 0.25 or 30%, or a number of rows from 1 to "
            f"{n - 1:,}, but is {text}; give such a one"
        )
    return min(max(round(n * share), 1), n - 1)


def _find(table: pd.DataFrame, by: tuple[str, Hashable]) -> pd.Series:
    way, name = by
    if way not in WAYS:
        raise InputError(f"{spell('by')} must be {', '.join(WAYS[:-1])} or {WAYS[-1]} and a column, but is {way!r}")
    if name not in table.columns:
        listed = ", ".join(map(str, table.columns))
        raise InputError(f"{spell('by')} names a column {str(name)!r} that is not in the table, which has {listed}")
    return table[name]


def _codes(column: pd.Series) -> tuple[NDArray[np.intp], list[Any]]:
    """The values of a column as places in the list of its distinct ones, gaps among them."""
    try:
        codes, values = pd.factorize(column, use_na_sentinel=False)
    except TypeError as error:
        raise InputError(
            f"a class or group is one value, but column {str(column.name)!r} has lists; name another"
        ) from error
    return codes, list(values)


def _cut_in_time(column: pd.Series, count: int) -> NDArray[np.bool_]:
    """The latest rows, about `count`; the cut is made between two times."""
    name = str(column.name)
    if gaps := int(column.isna().sum()):
        raise InputError(f"each row needs a time, but {gaps:,} have none in column {name!r}; fill or drop these rows")
    try:
        learned = learn_column(column)
    except InputError as error:
        raise InputError(f"a time is a date or a number, but column {name!r} is neither: {error}") from error
    if learned.levels and not learned.constant:
        raise InputError(
            f"a time is a date or a number, but column {name!r} holds labels, such as {shorten(column.iloc[0])!r}; "
            "name another"
        )
    times = learned.encode(column)
    values, counts = np.unique(times, return_counts=True)
    if len(values) < 2:
        raise InputError(f"a cut in time needs two times, but all rows have one in column {name!r}; cut at random")
    later = len(times) - np.cumsum(counts)[:-1]
    return np.asarray(times > values[np.argmin(np.abs(later - count))])


def _stratify(column: pd.Series, count: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], list[Any]]:
    """`count` rows at random, from each class by its share; and the classes that have one row."""
    codes, values = _codes(column)
    sizes = np.bincount(codes)
    least, most = (sizes > 1).astype(int), sizes - 1
    if not least.sum() <= count <= most.sum():
        rows = f"from {least.sum():,} to {most.sum():,}" if most.any() else "no"
        raise InputError(
            f"each class with two rows or more has one in both parts, but {str(column.name)!r} has {len(sizes):,} "
            f"classes, {(sizes == 1).sum():,} with one row: of these {rows} rows can be kept aside, not {count:,}; "
            f"change {spell('test')}, or cut at random"
        )
    wanted = _allot(np.where(sizes > 1, sizes, 0), count, least, most)
    order = rng.permutation(len(codes))
    order = order[np.argsort(codes[order], kind="stable")]  # class by class, at random within
    place = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chosen = np.zeros(len(codes), dtype=bool)
    chosen[order[place < np.repeat(wanted, sizes)]] = True
    return chosen, [values[i] for i in np.flatnonzero(sizes == 1)]


def _allot(sizes: NDArray[Any], count: int, least: NDArray[Any], most: NDArray[Any]) -> NDArray[Any]:
    """Divide `count` in proportion to sizes by largest remainders, within bounds that allow it.

    scikit-learn's stratified splits do so, too, but leave out small classes.
    """
    ideal = sizes * (count / sizes.sum())
    wanted = np.clip(ideal.astype(int), least, most)
    while rest := count - wanted.sum():
        step = 1 if rest > 0 else -1
        free = np.flatnonzero(wanted < most if rest > 0 else wanted > least)
        lacking = step * (ideal - wanted)[free]
        wanted[free[np.argsort(-lacking, kind="stable")[: abs(rest)]]] += step
    return wanted


def _keep_groups(column: pd.Series, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """All rows of groups at random that have `count` rows together, or as nearly as can be."""
    codes, values = _codes(column)
    if len(values) < 2:
        raise InputError(f"two parts need two groups, but column {str(column.name)!r} has one; name another")
    order = rng.permutation(len(values))
    taken = np.zeros(len(values), dtype=bool)
    taken[order] = _sum_nearly(np.bincount(codes)[order], count)
    return np.asarray(taken[codes])


def _sum_nearly(sizes: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Which sizes, but not all, have the sum nearest to `count`; the first ones where there is a choice.

    scikit-learn's GroupShuffleSplit takes a share of the groups, whatever their sizes. All sums are tried; of many
    groups only once those in front have been taken as long as they fit.
    """
    taken, start = np.zeros(len(sizes), dtype=bool), 0
    while (len(sizes) - start) * count > MOST_SUMS:
        if sizes[start] <= count:
            taken[start] = True
            count -= sizes[start]
        start += 1
    rest = sizes[start:]
    # Of each sum, up to the nearest one, the size that first made it; what stands in front of it made the remainder.
    reached_by = np.full(min(rest.sum(), 2 * count + 1 + rest.min()), -1)
    reached = np.zeros(len(reached_by), dtype=bool)
    reached[0], count = True, min(count, len(reached) - 1)
    for i, size in enumerate(rest):
        if reached[count]:
            break
        if size < len(reached):
            new = size + np.flatnonzero(reached[:-size] & ~reached[size:])
            reached[new], reached_by[new] = True, i
    sums = np.flatnonzero(reached)
    sums = sums if taken.any() else sums[1:]
    total = int(sums[np.argmin(np.abs(sums - count))])
    while total:
        last = reached_by[total]
        taken[start + last] = True
        total -= int(rest[last])
    return taken


def _count_repeated(table: pd.DataFrame, test: NDArray[np.bool_]) -> int:
    """How many rows of the test part are equal to one of the others."""
    try:
        rows = pd.util.hash_pandas_object(table, index=False).to_numpy()
    except TypeError:  # lists and the like
        rows = pd.util.hash_pandas_object(table.astype(str), index=False).to_numpy()
    return int(np.isin(rows[test], rows[~test], kind="sort").sum())
