"""What all augmentations share: reading windows, classes, seeds and the way back to what was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from tabgan.errors import InputError
from tabgan.seeds import Use, numpy_rng, resolve_seed
from tabgan.setting_rules import COUNT, Rule
from tabgan.spelling import spell

if TYPE_CHECKING:
    from typing_extensions import Self

Array = NDArray[Any]


@dataclass(kw_only=True, eq=False, repr=False)
class WindowAugmenter(TransformerMixin, BaseEstimator):
    """Template of augmentations: makes new windows of given ones, never mixing classes.

    A subclass is a dataclass, whose fields are its parameters, and writes `_new`. Windows are arrays of shape
    (n_windows, length, n_channels), or (n_windows, length) for one channel, and come back in the shape and the
    floating dtype in which they were given; whole numbers become float64.

    Parameters
    ----------
    random_state : int, numpy Generator, RandomState or None
        A whole number makes the same windows at each call, a generator others at each.

    Attributes
    ----------
    classes_ : ndarray or None
        The distinct labels in order; None if there were none.
    windows_ : ndarray of shape (n_windows, length, n_channels)
    labels_ : ndarray of shape (n_windows,)
        For each window the place of its class in `classes_`; 0 if there were no labels.

    Notes
    -----
    A pipeline of scikit-learn would change the windows that are predicted, too: augment before you fit a classifier.
    """

    random_state: Any = None

    RULES: ClassVar[dict[str, Rule]] = {}

    def fit(self, X: Any, y: Any = None) -> Self:
        """Keep windows to make others of.

        Parameters
        ----------
        X : array-like of shape (n_windows, length) or (n_windows, length, n_channels)
            Finite numbers.
        y : array-like of shape (n_windows,), optional
            The class of each window.

        Raises
        ------
        InputError
            A parameter, the windows or the labels cannot be used.
        """
        self._check_parameters()
        given = read_windows(X)
        self.dtype_, self.flat_ = given.dtype, given.ndim == 2
        self.windows_ = _as_channels(given)
        self.classes_, self.labels_ = read_labels(y, len(given))
        self._check_length(given.shape[1])
        return self

    def sample(self, n: int) -> tuple[Array, Array | None]:
        """Make new windows of those that were fitted, each of which is used as often as the others, give or take one.

        Parameters
        ----------
        n : int
            How many new windows of each class; without classes, how many.

        Returns
        -------
        windows : ndarray of shape (n * n_classes, length[, n_channels])
            One class after the other, in the order of `classes_`.
        labels : ndarray of shape (n * n_classes,) or None
            The class of each; None if it was fitted without.

        Raises
        ------
        InputError
            `n` is no whole number of at least 1.
        """
        check_is_fitted(self, "windows_")
        if not COUNT.holds(n):
            raise InputError(f"the number of windows must be {COUNT.words}, but {spell('n', n)}; give such a number")
        made = []
        for own, rng in self._by_class(self.labels_):
            rounds = [rng.permutation(len(own)) for _ in range(-(-n // len(own)))]
            made.append(self._new(self.windows_[own], np.concatenate(rounds)[:n], rng))
        labels = None if self.classes_ is None else np.repeat(self.classes_, n)
        return self._as_given(np.concatenate(made), self.dtype_, self.flat_), labels

    def transform(self, X: Any, y: Any = None) -> Array:
        """Make one new window of each given one, whatever was fitted.

        Parameters
        ----------
        X : array-like of shape (n_windows, length) or (n_windows, length, n_channels)
        y : array-like of shape (n_windows,), optional
            The class of each, so that what mixes windows keeps to one; without, all are of one class.

        Returns
        -------
        ndarray of the shape of X
            New windows in the order of the old ones.

        Raises
        ------
        InputError
            A parameter, the windows or the labels cannot be used.
        """
        self._check_parameters()
        given = read_windows(X)
        self._check_length(given.shape[1])
        windows, labels = _as_channels(given), read_labels(y, len(given))[1]
        made = np.empty_like(windows)
        for own, rng in self._by_class(labels):
            made[own] = self._new(windows[own], np.arange(len(own)), rng)
        return self._as_given(made, given.dtype, given.ndim == 2)

    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> Array:
        """Fit, and make one new window of each."""
        return self.fit(X, y).transform(X, y)

    def _new(self, windows: Array, chosen: Array, rng: np.random.Generator) -> Array:
        """Make a new window of each `windows[chosen]`; all are of one class, of shape (n_windows, length, channels)."""
        raise NotImplementedError

    def _check_length(self, length: int) -> None:
        """Raise InputError if windows of this length are too short."""

    def _check_parameters(self) -> None:
        for name, rule in self.RULES.items():
            if not rule.holds(value := getattr(self, name)):
                raise InputError(f"{spell(name)} must be {rule.words}, but is {value!r}; give such a value")

    def _by_class(self, labels: Array) -> Iterator[tuple[Array, np.random.Generator]]:
        """Yield the places of the windows of each class, and a generator of its own."""
        seed = resolve_seed(self.random_state)
        for label in range(int(labels.max()) + 1):
            yield np.flatnonzero(labels == label), numpy_rng(seed, Use.AUGMENT, label)

    def _as_given(self, windows: Array, dtype: np.dtype[Any], flat: bool) -> Array:
        made: Array = windows.astype(dtype if dtype.kind == "f" else np.float64, copy=False)
        return made[:, :, 0] if flat else made

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit, tags.input_tags.three_d_array, tags.non_deterministic = False, True, True
        return tags


def read_windows(X: Any) -> Array:
    """Return windows as an array of 2 or 3 dimensions of finite numbers; InputError if they are no such."""
    try:
        windows = np.asarray(X)
    except ValueError:
        raise InputError(
            "windows must be of one length, but those given are not; cut them to the shortest, or fill them up"
        ) from None
    if windows.ndim not in (2, 3) or 0 in windows.shape or windows.shape[1] < 2:
        raise InputError(
            "windows must have the shape (windows, length) or (windows, length, channels), with at least one window of "
            f"2 steps, but have {windows.shape}; one series becomes a window by X[None]"
        )
    if windows.dtype == object:
        windows = _floats(windows)
    if windows.dtype.kind not in "fiub":
        raise InputError(f"windows must be numbers, but are of dtype {windows.dtype}; give numbers")
    if not np.isfinite(windows).all():
        bad = np.argwhere(~np.isfinite(windows))[0]
        raise InputError(
            f"windows must be finite, but window {bad[0]} has {windows[tuple(bad)]} at step {bad[1]}; fill gaps first, "
            "or leave such windows out"
        )
    return windows


def _floats(windows: Array) -> Array:
    try:
        return windows.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError(f"windows must be numbers, but hold {windows.flat[0]!r}; give numbers") from None


def _as_channels(windows: Array) -> Array:
    made = windows.astype(np.float64)
    return made[:, :, None] if made.ndim == 2 else made


def read_labels(y: Any, count: int) -> tuple[Array | None, Array]:
    """Return the distinct labels, and the place of each window's among them; InputError if they do not fit."""
    if y is None:
        return None, np.zeros(count, np.intp)
    labels = np.asarray(y)
    if labels.shape != (count,):
        raise InputError(
            f"there must be one label for each of the {count:,} windows, but y has the shape {labels.shape}; "
            "give a list of as many"
        )
    if (missing := np.flatnonzero(labels != labels)).size:
        raise InputError(
            f"labels must not be missing, but that of window {missing[0]} is; name its class, or leave the window out"
        )
    try:
        classes, places = np.unique(labels, return_inverse=True)
    except TypeError:
        raise InputError(
            "labels must be all numbers or all texts, but some are of another kind; turn them into texts"
        ) from None
    return classes, places
