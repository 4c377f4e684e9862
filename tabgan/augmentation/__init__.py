"""More rows, or more windows, for whoever learns from few.

The names below are those of `tabgan.augmentation.windows`, which is imported when one of them is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tabgan.augmentation.windows.autoregressive import ARSurrogate
    from tabgan.augmentation.windows.bootstrap import BlockBootstrap
    from tabgan.augmentation.windows.decomposed import DecomposedBootstrap
    from tabgan.augmentation.windows.methods import METHODS, augment
    from tabgan.augmentation.windows.pieces import CircularShift, SliceMixing
    from tabgan.augmentation.windows.strength import Jitter, MagnitudeWarp, Scaling
    from tabgan.augmentation.windows.surrogates import PhaseSurrogate
    from tabgan.augmentation.windows.template import WindowAugmenter
    from tabgan.augmentation.windows.warps import TimeWarp, WindowSlice, WindowWarp

__all__ = [
    "METHODS",
    "ARSurrogate",
    "BlockBootstrap",
    "CircularShift",
    "DecomposedBootstrap",
    "Jitter",
    "MagnitudeWarp",
    "PhaseSurrogate",
    "Scaling",
    "SliceMixing",
    "TimeWarp",
    "WindowAugmenter",
    "WindowSlice",
    "WindowWarp",
    "augment",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'tabgan.augmentation' has no attribute {name!r}")
    return getattr(import_module("tabgan.augmentation.windows"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
