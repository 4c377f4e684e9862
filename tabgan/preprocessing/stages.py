"""What all stages share: they stand in a list, which the encoder walks down and the decoder back up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from tabgan.errors import BundleError, InputError
from tabgan.preprocessing.packing import Array, pack, unpack
from tabgan.preprocessing.ways_back import Affine, Curves
from tabgan.registry import register_own, registered

if TYPE_CHECKING:
    from typing_extensions import Self


class Stage(TransformerMixin, BaseEstimator):
    """A scikit-learn transformer that turns itself into plain arrays and back, and may be found by its name.

    A subclass writes `fit`, `transform` and `inverse_transform` for arrays of shape (n_samples, n_columns), is made
    without arguments, and is found once `tabgan.registry.register("stage", Subclass)` was called. Its parameters
    `random_state` and `tails`, if it has such, are the synthesizer's.

    Attributes
    ----------
    name : str
    place : {"series", "marginal", "joint"}
        Where in the list it stands. A series stage takes rows in the order of time and in original units. A marginal
        stage treats each column by itself and leaves NaN where it is; what it makes is calibrated. A joint stage sees
        no NaN and may mix columns.
    takes_gaps : bool
        Whether rows may hold NaN.
    lossy : bool
        Whether `inverse_transform` is less than an inverse.
    learned : tuple of str
        The attributes that `fit` sets and a model file holds: numbers, arrays and lists of arrays. If the first is
        no number, it has as many entries as there are columns.
    """

    name: ClassVar[str]
    place: ClassVar[str] = "marginal"
    takes_gaps: ClassVar[bool] = True
    lossy: ClassVar[bool] = False
    learned: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Make the stage that a text names, which begins with `name`; what may follow is for a subclass to say.

        Raises
        ------
        InputError
            It is no such text.
        """
        if text != cls.name:
            raise InputError(f"the stage {cls.name} has no more to say, but is {text!r}; write {cls.name}")
        return cls()

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def _read(self, X: Any, finite: bool | str = "allow-nan", reset: bool = False, least: int = 1) -> Array:
        """Return `X` as float64, so many rows at least of the columns that were fitted; `reset` notes these."""
        if not reset:
            check_is_fitted(self)
        checks: dict[str, Any] = {"ensure_all_finite": finite, "ensure_min_samples": least, "reset": reset}
        read: Array = validate_data(self, X, dtype=np.float64, **checks)
        return read

    def describe_inverse(self) -> Affine | Curves | None:
        """Return what exports write of `inverse_transform`: a marginal stage's curves, a joint one's matrix, or None.

        Raises
        ------
        InputError
            It is something else than these.
        """
        raise InputError(
            f"an export holds what a stage says of its inverse, but {self.name!r} says nothing; fit with another"
        )

    def get_state(self) -> dict[str, Any]:
        """Return parameters and all that was learned as nested dicts of arrays and JSON values."""
        return {**self.get_params(), **pack(self, self.learned)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Make the stage that `get_state` described."""
        stage = cls(**{k: tuple(v) if isinstance(v := state[k], list) else v for k in cls().get_params()})
        unpack(stage, cls.learned, state)
        if cls.learned and hasattr(first := getattr(stage, cls.learned[0]), "__len__"):
            stage.n_features_in_ = len(first)
        return stage

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.takes_gaps
        return tags


class MeanFill(OneToOneFeatureMixin, Stage):
    """Let a gap be as the mean of its column until a slot says that it is one; the way back changes nothing."""

    name, place = "fill", "joint"
    learned = ("mean_",)

    def fit(self, X: Array, y: Any = None) -> MeanFill:
        """Learn the means of `X`, of shape (n_samples, n_columns), each of whose columns has a number."""
        self.mean_ = np.nanmean(X, axis=0)
        if not np.isfinite(self.mean_).all():  # the sum of the largest doubles
            self.mean_ = np.nanmean(X / len(X), axis=0) * len(X)
        return self

    def transform(self, X: Array) -> Array:
        gaps = np.isnan(X)
        return np.where(gaps, self.mean_, X) if gaps.any() else X

    def inverse_transform(self, X: Array) -> Array:
        return X

    def describe_inverse(self) -> None:
        """Nothing is undone."""


def find_stage(name: str) -> type[Stage]:
    """Return the stage that is registered under a name; BundleError if there is none."""
    found: type[Stage] | None = registered("stage").get(name)
    if found is None:
        raise BundleError(
            f"a stage must be registered, but {name!r} is not; import the package that brings it, or choose one of "
            f"{', '.join(registered('stage'))}"
        )
    return found


def walk(stages: Iterable[Stage], X: Array) -> Array:
    """Return rows after one stage and the next, of those that are fitted."""
    for stage in stages:
        X = stage.transform(X)
    return X


register_own("stage", MeanFill)
