"""All augmentations by their names, and the function that takes one or several of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.base import clone

from tabgan.augmentation.windows.autoregressive import ARSurrogate
from tabgan.augmentation.windows.bootstrap import BlockBootstrap
from tabgan.augmentation.windows.decomposed import DecomposedBootstrap
from tabgan.augmentation.windows.pieces import CircularShift, SliceMixing
from tabgan.augmentation.windows.strength import Jitter, MagnitudeWarp, Scaling
from tabgan.augmentation.windows.surrogates import PhaseSurrogate
from tabgan.augmentation.windows.template import Array, WindowAugmenter
from tabgan.augmentation.windows.warps import TimeWarp, WindowSlice, WindowWarp
from tabgan.errors import InputError
from tabgan.rules import suggest
from tabgan.seeds import Use, resolve_seed, whole_seed
from tabgan.spelling import spell

METHODS: dict[str, type[WindowAugmenter]] = {
    "shift": CircularShift,
    "slices": SliceMixing,
    "ar": ARSurrogate,
    "phases": PhaseSurrogate,
    "jitter": Jitter,
    "scaling": Scaling,
    "magnitude_warp": MagnitudeWarp,
    "time_warp": TimeWarp,
    "window_slice": WindowSlice,
    "window_warp": WindowWarp,
    "blocks": BlockBootstrap,
    "decomposed": DecomposedBootstrap,
}


def augment(
    X: Any,
    y: Any = None,
    n: int = 100,
    method: str | WindowAugmenter | Sequence[str | WindowAugmenter] = "shift",
    random_state: Any = None,
) -> tuple[Array, Array | None]:
    """Make new windows of given ones.

    Parameters
    ----------
    X : array-like of shape (n_windows, length) or (n_windows, length, n_channels)
        Finite numbers.
    y : array-like of shape (n_windows,), optional
        The class of each window; classes are never mixed.
    n : int, default 100
        How many new windows of each class; without classes, how many.
    method : str, WindowAugmenter or a list of them, default "shift"
        A name of `METHODS`, or an augmentation with parameters of its own; of several, each changes what the one before
        it made.
    random_state : int, numpy Generator, RandomState or None
        The same number makes the same windows. It stands for those of the augmentations.

    Returns
    -------
    windows : ndarray of shape (n * n_classes, length[, n_channels])
        The new windows alone, one class after the other, in the order of the sorted labels.
    labels : ndarray of shape (n * n_classes,) or None
        The class of each; None without `y`.

    Raises
    ------
    InputError
        The windows, labels, number or methods cannot be used.

    Examples
    --------
    >>> import numpy as np
    >>> windows, faults = np.random.default_rng(0).normal(size=(6, 64)), ["none", "ball", "ball"] * 2
    >>> more, labels = augment(windows, faults, n=200, method=["shift", Scaling(strength=0.05)], random_state=0)
    >>> more.shape, labels[:200].tolist() == ["ball"] * 200
    ((400, 64), True)
    """
    seed = resolve_seed(random_state)
    several = list(method) if isinstance(method, (list, tuple)) else [method]
    if not several:
        raise InputError(f"there must be a method, but {spell('method', several)}; give one of {', '.join(METHODS)}")
    steps = [
        _find(each).set_params(random_state=whole_seed(seed, Use.AUGMENT_STEP, place))
        for place, each in enumerate(several)
    ]
    windows, labels = steps[0].fit(X, y).sample(n)
    for step in steps[1:]:
        windows = step.transform(windows, labels)
    return windows, labels


def _find(method: Any) -> WindowAugmenter:
    """Return the augmentation of a name, or a copy of the given one."""
    if isinstance(method, WindowAugmenter):
        return clone(method)
    if not isinstance(method, str) or method not in METHODS:
        raise InputError(
            f"{spell('method')} must be the name of an augmentation, or one, but is {method!r}; "
            f"{suggest(str(method), list(METHODS), 'names')}"
        )
    return METHODS[method]()
