"""Classical augmentations of windows of time series: quick, without a model, and enough for most classifiers.

`augment` takes one by its name; each is a class, too, with `fit`, `sample` and `transform`.
"""

from tabgan.augmentation.augmenter import Augmenter
from tabgan.augmentation.autoregressive import ARSurrogate
from tabgan.augmentation.bootstrap import BlockBootstrap
from tabgan.augmentation.decomposed import DecomposedBootstrap
from tabgan.augmentation.methods import METHODS, augment
from tabgan.augmentation.pieces import CircularShift, SliceMixing
from tabgan.augmentation.strength import Jitter, MagnitudeWarp, Scaling
from tabgan.augmentation.surrogates import PhaseSurrogate
from tabgan.augmentation.warps import TimeWarp, WindowSlice, WindowWarp

__all__ = [
    "METHODS",
    "ARSurrogate",
    "Augmenter",
    "BlockBootstrap",
    "CircularShift",
    "DecomposedBootstrap",
    "Jitter",
    "MagnitudeWarp",
    "PhaseSurrogate",
    "Scaling",
    "SliceMixing",
    "TimeWarp",
    "WindowSlice",
    "WindowWarp",
    "augment",
]
