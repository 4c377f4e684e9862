"""Principal components, so that columns that say the same are learned as one."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin
from sklearn.decomposition import PCA
from sklearn.utils.validation import check_is_fitted

from tabgan.errors import InputError
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.stages import Stage
from tabgan.preprocessing.ways_back import Affine, FromComponents
from tabgan.registry import register_own
from tabgan.setting_rules import COMPONENTS


class PCAStage(ClassNamePrefixFeaturesOutMixin, Stage):
    """Turn columns into their first principal components, and back.

    The directions and their order are those of scikit-learn's ``PCA``. Their signs are fixed: of each direction the
    entry that is largest in size is positive. Backwards, what the components left out is lost.

    Parameters
    ----------
    n_components : int or float, default 0.95
        How many components, or the least share of the variance, in (0, 1), that they must hold.

    Attributes
    ----------
    mean_ : ndarray of shape (n_columns,)
    components_ : ndarray of shape (n_components_, n_columns)
        The directions, each of length 1.
    explained_variance_ratio_ : ndarray of shape (n_components_,)
        The share of the variance that each component holds.
    scree_ : ndarray of shape (min(n_samples, n_columns),)
        These shares of all components, also of those left out: `tabgan.report.plots.plot_scree` draws them.
    n_components_ : int

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]])
    >>> stage = PCAStage(0.95).fit(X)
    >>> stage.n_components_
    1
    >>> np.allclose(stage.inverse_transform(stage.transform(X)), X)
    True
    """

    name, place, takes_gaps, lossy = "pca", "joint", False, True
    learned = ("mean_", "components_", "scree_")

    def __init__(self, n_components: float = 0.95) -> None:
        self.n_components = n_components

    def fit(self, X: Any, y: Any = None) -> PCAStage:
        """Learn the directions from `X`, of shape (n_samples, n_columns).

        Raises
        ------
        InputError
            `n_components` is neither a share nor a number of components that `X` has, or no column varies, or numbers
            are larger than 1e150 or so.
        """
        X = self._read(X, finite=True, reset=True, least=2)
        wanted, most = self.n_components, min(X.shape)
        if not (COMPONENTS.holds(wanted) and wanted <= most):
            raise InputError(
                f"PCA keeps a share of variance in (0, 1), or a whole number of components from 1 to {most}, the "
                f"smaller of rows and columns, but {wanted!r} was asked for; 0.95 is a usual share"
            )
        with np.errstate(over="ignore", invalid="ignore"):
            variances = X.var(axis=0)
            held = np.isfinite(variances.sum() * len(X))
        if not held:
            raise InputError(
                f"principal components need numbers whose squares a double can hold, but some are as large as "
                f"{np.abs(X).max():g}; divide them by a constant, or leave the PCA out"
            )
        if not variances.any():
            raise InputError(f"at least one column must vary, but all {X.shape[1]} are constant; leave the PCA out")
        pca = PCA(svd_solver="full").fit(X)
        self.mean_, self.scree_ = pca.mean_, pca.explained_variance_ratio_
        n = int(wanted if wanted >= 1 else np.searchsorted(self.scree_.cumsum(), wanted, side="right") + 1)
        directions = pca.components_[:n]
        size = np.abs(directions).argmax(axis=1)
        self.components_ = directions * np.sign(directions[np.arange(len(size)), size])[:, None]
        return self

    @property
    def n_components_(self) -> int:
        return len(self.components_)

    _n_features_out = n_components_

    @property
    def explained_variance_ratio_(self) -> Array:
        return np.asarray(self.scree_[: self.n_components_])

    def transform(self, X: Any) -> Array:
        """Return the components of `X`, of shape (n_samples, n_components_)."""
        return np.asarray((self._read(X, finite=True) - self.mean_) @ self.components_.T)

    def inverse_transform(self, X: Any) -> Array:
        """Return the columns whose components are `X`, of shape (n_samples, n_columns)."""
        check_is_fitted(self)
        return FromComponents(self.components_, self.mean_).inverse_transform(np.asarray(X, dtype=np.float64))

    def describe_inverse(self) -> Affine:
        return FromComponents(self.components_, self.mean_).describe_inverse()


register_own("stage", PCAStage)
