"""Seeds: one whole number, whatever was given, and a stream of random numbers of its own for each use of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tabgan.errors import InputError

if TYPE_CHECKING:
    import torch


class Use(IntEnum):
    """What a seed is used for. The numbers are part of what "the same seed" means: give a new use a new one."""

    INITIALISE = 0
    TRAIN = 1
    SPREAD = 2
    CALIBRATE = 3
    SAMPLE = 4
    HOLD_ASIDE = 5
    SIEVE = 6
    COMPARE = 7
    TUNE = 8
    COPULA = 9
    LIKELIHOOD = 10
    STATES = 20
    INNOVATIONS = 21
    SETTLE = 22
    CORRECT = 23
    BEGIN = 24
    ROLL = 25
    GUIDE = 26
    CHAIN = 27
    CHOOSE = 28
    TIED = 40
    VINE_SPREAD = 50
    VINE_ROWS = 51
    VINE_SIEVE = 52
    FAST_RESIDUALS = 60
    FAST_WINDOWS = 61
    FAST_SIEVE = 62
    IDENTIFIERS = 80
    SEEN_RULES = 81
    BALANCE = 100
    COMPARED_ROWS = 200
    BASELINES = 201
    COLUMN_BOOTSTRAP = 202
    PAIR_BOOTSTRAP = 203
    DISTANT_PAIRS = 204
    DETECTED_ROWS = 205
    FOLDS = 206
    PERMUTED = 207
    COVERED_ROWS = 208
    JACKKNIFE = 209
    PREDICTED_ROWS = 210
    HALF = 211
    PREDICTION_BOOTSTRAP = 212
    CLOSE_ROWS = 213
    LEARNED_ROWS = 214
    OTHER_ROWS = 215
    CLOSENESS_BOOTSTRAP = 216
    MEMBERSHIP = 217
    COPIED_ROWS = 218
    PICTURED_ROWS = 219
    COMPONENTS = 220
    SURROGATES = 230
    COMPARED_WINDOWS = 231
    DETECTED_WINDOWS = 232
    CONV_DETECTOR = 233
    CLOSE_WINDOWS = 234
    LIKENESS = 235
    PAPERS = 236
    POSITIONS = 237
    CLOSENESS = 240
    DIGIT_ROWS = 241
    SPLIT = 250
    DRAWN_AGAIN = 255
    PREDICTED_COLUMNS = 256
    STRUCTURE_ROWS = 257
    STRUCTURE_BOOTSTRAP = 258
    RULE_ROWS = 259
    COMBINED_ROWS = 260
    BALANCED_ROWS = 262
    AUGMENT = 300
    AUGMENT_STEP = 301
    RESAMPLE_LEARN = 302
    RESAMPLE_NEW = 303
    PROCESS_ROWS = 310
    TAUGHT_ROWS = 311
    TEACHER = 312
    ANSWERED = 313
    DISTILLED = 314
    AUGMENTED_ROWS = 321
    TRIED = 322
    INTERPOLATED = 323
    IMPUTED = 330


class Purpose(IntEnum):
    """What is drawn apart in a block of rows."""

    LABELS = 1
    LATENTS = 2
    MEMBERS = 3
    RARE = 4
    DIGITS = 5
    SHARPENED = 6
    MIXED = 7
    COPULA = 8
    GAPS = 9


Streams: TypeAlias = Callable[..., np.random.Generator]
"""Gives the generator for a purpose, and for a column, say, within it: ``rng(Purpose.DIGITS, column)``."""


def resolve_seed(random_state: Any) -> int:
    """Turn any kind of `random_state` into a seed; None gives a fresh one. numpy's global generator is left alone."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**32, dtype=np.uint64))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**32))
    if isinstance(random_state, (int, np.integer)) and 0 <= random_state < 2**32:
        return int(random_state)
    raise InputError(
        f"a seed must be a whole number from 0 to {2**32 - 1:,}, but is {random_state!r}; give such a number, or none"
    )


def numpy_rng(seed: int, use: Use, *more: int) -> np.random.Generator:
    """Return numpy's generator for one use of a seed; `more` tells apart what is used again, such as blocks."""
    return np.random.default_rng([seed, use, *more])


def block_streams(seed: int, use: Use, block: int) -> Streams:
    """Return the generators of a block, one for each purpose.

    Each gives a number to one row after the other, so that the first rows do not depend on how many follow.
    """
    return partial(numpy_rng, seed, use, block)


def one_stream(rng: np.random.Generator) -> Streams:
    """Return generators that are all the same one."""
    return lambda *purpose: rng


def torch_rng(seed: int, use: Use, *more: int, device: torch.device | str = "cpu") -> torch.Generator:
    """Return torch's generator for one use of a seed."""
    import torch

    (state,) = np.random.SeedSequence([seed, use, *more]).generate_state(1, np.uint64)
    return torch.Generator(device).manual_seed(int(state))


def whole_seed(seed: int, use: Use, *more: int) -> int:
    """Return a seed of 32 bits for one use of a seed, for libraries that take no generator."""
    return int(np.random.SeedSequence([seed, use, *more]).generate_state(1)[0])


def member_seeds(seed: int, count: int) -> list[int]:
    """Return a seed of 32 bits for each of the networks of an ensemble."""
    return [int(own) for own in np.random.SeedSequence(seed).generate_state(count)]
