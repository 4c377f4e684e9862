"""From tables to what is compared: stretches without gaps, blocks of time, windows and baselines."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.series.compared import ComparedSeries, Side, Stretch
from tabgan.evaluation.series.reading import Read, check_order, read_long, to_numbers
from tabgan.evaluation.series.surrogates import make_surrogates
from tabgan.schema.column import Floats
from tabgan.schema.dates.days_agreed import agree_in_column
from tabgan.seeds import Use, numpy_rng
from tabgan.series.clock import Clock
from tabgan.spelling import spell

MOST_WINDOWS = 20_000
"""Of more windows of real series as many are drawn."""

MOST_JUDGED = 5_000
"""Of more windows of a contestant as many are drawn."""

MOST_VALUES = 50_000_000
"""Of windows with more values in all, fewer are drawn."""

N_BLOCKS, LEAST_BLOCKS = 40, 4
LONGEST = 512
"""Steps of the stretches of baselines, where synthetic series are as long."""

NAMES = {"train": "the real series", "holdout": "the holdout", "synthetic": "the synthetic series"}


def make_compared(
    train: Any,
    synthetic: Any,
    holdout: Any = None,
    *,
    time: Hashable | None = None,
    entity: Hashable | None = None,
    window: int = 24,
    target: Hashable | None = None,
    random_state: int = 0,
) -> ComparedSeries:
    """Read series, cut them where time has gaps, keep blocks apart if there is no holdout, and make the baselines.

    The parameters are those of `evaluate_series`.
    """
    _check_window(window)
    given = agree_in_column({"train": train, "holdout": holdout, "synthetic": synthetic}, time)
    reads = {who: read_long(X, NAMES[who], time, entity) for who, X in given.items() if X is not None}
    for who in ("train", "holdout"):
        check_order(reads.get(who, []), NAMES[who])
    named = {NAMES[who]: found for who, found in reads.items()}
    names, matrices, levels, notes = to_numbers(named, NAMES["synthetic"])
    place = None if target is None else _find_target(names, target)
    clock = _learn_clock(reads["train"])
    stretches = {who: _cut(found, matrices[NAMES[who]], clock) for who, found in reads.items()}
    longest = max(map(len, stretches["synthetic"]))
    for who, found in stretches.items():
        stretches[who] = _keep_long(found, window, NAMES[who], notes)
    rng = numpy_rng(random_state, Use.COMPARED_WINDOWS)
    learned, reference = _split(stretches["train"], stretches.get("holdout"), window, notes)
    size = len(names) * window
    most = max(min(MOST_WINDOWS, MOST_VALUES // size), 100)
    own = learned if holdout is None else [(stretch, 0) for stretch in stretches["train"]]
    train_side, reference_side = (_make_side(blocks, window, most, rng) for blocks in (own, reference))
    block = max(1, int(np.mean([len(stretch) for stretch, _ in learned])))
    judged = _blocks_of(stretches["synthetic"], block)
    most = min(most, MOST_JUDGED, len(train_side.windows), _count_windows([s for s, _ in judged], window))
    contestants = {
        "synthetic": _with_stretches(_make_side(judged, window, most, rng), stretches["synthetic"]),
        "real": _make_side(learned, window, most, rng),
    }
    n_steps = _surrogate_steps(longest, window, [len(stretch) for stretch, _ in learned])
    n_series = most if n_steps == window else max(2, min(-(-most // (n_steps - window + 1)) * 4, 400))
    values = [stretch.values for stretch, _ in learned]
    for who, made in make_surrogates(values, n_series, n_steps, random_state).items():
        blocks = [(Stretch(one), number) for number, one in enumerate(made)]
        contestants[who] = _make_side(blocks, window, most, rng)
    template = "{judged:,} windows of {window} steps are judged, as many real ones beside them, against {reference:,}"
    notes.append(Phrase(template, judged=most, window=window, reference=len(reference_side.windows)))
    stamps = {who: [read.times for read in found if read.times is not None] for who, found in reads.items()}
    return ComparedSeries(
        tuple(names),
        window,
        train_side,
        reference_side,
        contestants,
        holdout is not None,
        place,
        clock,
        stamps,
        tuple(notes),
        tuple(stretches["train"]),
        levels,
    )


def _check_window(window: Any) -> None:
    if isinstance(window, bool) or not isinstance(window, (int, np.integer)) or window < 8:
        raise InputError(f"{spell('window')} must be a whole number of at least 8 steps, but is {window!r}; give more")


def _find_target(names: Sequence[Hashable], target: Hashable) -> int:
    for place, name in enumerate(names):
        if target in (name, str(name)):
            return place
    raise InputError(
        f"{spell('target')} must be a channel that is scored, but {target!r} is none of "
        f"{', '.join(map(str, names))}; name one of these"
    )


def _learn_clock(reads: Sequence[Read]) -> Clock | None:
    """Return the steps of the real series; None where times are numbers or there are none."""
    times = [pd.DatetimeIndex(r.times) for r in reads if r.times is not None and r.times.dtype.kind == "M"]
    return Clock.learn([index for index in times if len(index) > 1]) if times else None


def count_steps(times: NDArray[Any], clock: Clock | None) -> Floats:
    """Return how many steps each time is after the one before, of shape (n - 1,).

    It is no whole number, or NaN in calendars, where times are off the grid.

    Without a clock the commonest difference is a step.
    """
    if clock is not None and times.dtype.kind == "M":
        if clock.unit == "ns":
            return np.diff(times.astype("datetime64[ns]").astype(np.int64)) / clock.size
        found = pd.DatetimeIndex(times)
        try:
            return np.diff(clock.number(found)).astype(np.float64)
        except InputError:  # some are off the grid
            return np.diff([_number_or_nan(found[i : i + 1], clock) for i in range(len(found))])
    apart = np.diff(times.astype(np.float64))
    values, counts = np.unique(apart[apart > 0], return_counts=True)
    return np.asarray(apart / values[counts.argmax()]) if len(values) else apart


def _number_or_nan(stamp: pd.DatetimeIndex, clock: Clock) -> float:
    try:
        return float(clock.number(stamp)[0])
    except InputError:
        return np.nan


def _cut(reads: Sequence[Read], matrices: Sequence[Floats], clock: Clock | None) -> list[Stretch]:
    """Cut series where time jumps forward by more than a step and a half, or back; repeats are scored, not cut out."""
    stretches = []
    for read, values in zip(reads, matrices, strict=True):
        whole = Stretch(values, read.times, read.series)
        cuts: list[int] = []
        if read.times is not None and len(read.times) > 1:
            steps = count_steps(read.times, clock)
            cuts = (np.flatnonzero((steps > 1.5) | (steps < 0)) + 1).tolist()
        edges = [0, *cuts, len(values)]
        stretches += [whole.cut(start, stop) for start, stop in pairwise(edges)]
    return stretches


def _keep_long(stretches: list[Stretch], window: int, what: str, notes: list[Phrase]) -> list[Stretch]:
    kept = [stretch for stretch in stretches if len(stretch) >= window]
    if not kept:
        longest = max(map(len, stretches))
        raise InputError(
            f"{what} must have {window} steps without a gap somewhere, but the longest stretch has {longest}; "
            f"give longer ones, or {spell('window', max(8, longest // 2))}"
        )
    if lost := sum(map(len, stretches)) - sum(map(len, kept)):
        template = "{lost:,} steps of {what} are in stretches shorter than a window and left out"
        notes.append(Phrase(template, lost=lost, what=Phrase(what)))
    return kept


Blocks = list[tuple[Stretch, int]]
"""Pieces of stretches, and the number of the block that each is of."""


def _blocks_of(stretches: Sequence[Stretch], size: float) -> Blocks:
    """Cut stretches into blocks of about so many steps; where they are shorter, several in a row are one block."""
    blocks, begin = [], 0
    for stretch in stretches:
        edges = np.linspace(0, len(stretch), max(1, round(len(stretch) / size)) + 1).astype(int)
        for start, stop in pairwise(edges):
            blocks.append((stretch.cut(start, stop), int((begin + (start + stop) / 2) / size)))
        begin += len(stretch)
    return blocks


def _split(
    train: list[Stretch], holdout: list[Stretch] | None, window: int, notes: list[Phrase]
) -> tuple[Blocks, Blocks]:
    """Return the blocks that were learned and those of the reference."""
    total = sum(map(len, train))
    n_blocks = min(N_BLOCKS, max(LEAST_BLOCKS, total // (4 * window)), total // (2 * window))
    if holdout is None and n_blocks < LEAST_BLOCKS:
        least = 2 * LEAST_BLOCKS * window
        raise InputError(
            f"the real series must have {least:,} steps, eight windows, to be cut into blocks, but has {total:,}; "
            f"give a smaller {spell('window')}, or {spell('holdout')}"
        )
    size = total / max(n_blocks, 1)
    blocks = [(block, number) for block, number in _blocks_of(train, size) if len(block) >= window]
    if holdout is not None:
        held = sum(map(len, holdout))
        return blocks, _blocks_of(holdout, held / max(1, min(N_BLOCKS // 2, held // (2 * window))))
    notes.append(
        Phrase(
            "no holdout was given: of {count} blocks of time every other one of the real series stands in for it",
            count=n_blocks,
        )
    )
    return [b for b in blocks if b[1] % 2 == 0], [b for b in blocks if b[1] % 2]


def _count_windows(stretches: Sequence[Stretch], window: int) -> int:
    return sum(max(0, len(stretch) - window + 1) for stretch in stretches)


def _make_side(blocks: Blocks, window: int, most: int, rng: np.random.Generator) -> Side:
    """Return at most so many windows that lie in blocks, in their order."""
    counts = np.array([max(0, len(stretch) - window + 1) for stretch, _ in blocks])
    total = int(counts.sum())
    chosen = np.arange(total) if total <= most else np.sort(rng.choice(total, most, replace=False))
    which = np.searchsorted(np.cumsum(counts), chosen, side="right")
    starts = chosen - (np.cumsum(counts) - counts)[which]
    windows = np.empty((len(chosen), window, blocks[0][0].values.shape[1]))
    for place, (block, start) in enumerate(zip(which, starts, strict=True)):
        windows[place] = blocks[block][0].values[start : start + window]
    numbers = np.array([number for _, number in blocks], np.int64)
    begins = np.array([stretch.begin for stretch, _ in blocks], np.int64)
    return Side([stretch for stretch, _ in blocks], windows, numbers[which], begins[which] + starts)


def _with_stretches(side: Side, stretches: list[Stretch]) -> Side:
    return Side(stretches, side.windows, side.blocks, side.starts)


def _surrogate_steps(longest: int, window: int, learned: Sequence[int]) -> int:
    """Return how long baselines are: as synthetic series are, as far as there are real stretches of that length."""
    return max(window, min(longest, LONGEST, int(np.median(learned))))
