"""Seeds: one whole number, whatever was given."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.errors import InputError


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
