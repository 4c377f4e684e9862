"""Classical augmentations of windows of time series: quick, without a model, and enough for most classifiers.

`augment` takes one by its name; each is a class, too, with `fit`, `sample` and `transform`.
"""

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
