"""More rows, or more windows, for whoever learns from few; the names below are those for windows."""

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
