"""MATLAB's mapminmax, column by column."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from tabgan.errors import InputError
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.stages import Stage
from tabgan.preprocessing.ways_back import Affine, FromRange
from tabgan.registry import register_own

FIELDS = ("name", "xrows", "xmax", "xmin", "xrange", "yrows", "ymax", "ymin", "yrange", "gain", "xoffset", "no_change")


class MapMinMaxScaler(OneToOneFeatureMixin, Stage):
    """Scale each column linearly to a range, as MATLAB's ``mapminmax`` does to each row.

    ``y = (ymax - ymin) * (x - xmin) / (xmax - xmin) + ymin``, where ``xmin`` and ``xmax`` are the column's extremes
    when fitted. A column whose range is zero or not finite is passed through unchanged and listed in ``no_change_``.
    (scikit-learn's ``MinMaxScaler`` would map a constant column to ``ymin``.) MATLAB stores one variable per row, we
    one per column.

    Parameters
    ----------
    feature_range : (float, float), default (-1, 1)
        ``ymin`` and ``ymax``.

    Attributes
    ----------
    xmin_, xmax_ : ndarray of shape (n_columns,)
        The extremes of each column.
    no_change_ : ndarray of int
        0-based indices of the columns that are passed through.

    Notes
    -----
    The extremes are mapped and mapped back exactly. Values outside them are extrapolated, as in MATLAB. NaN stays NaN
    and is left out of the extremes, as MATLAB's ``min`` and ``max`` leave it out; a column that holds infinity, or
    nothing but NaN, has no finite range. MATLAB also passes through what has a gain above 1e14; we scale it.

    References
    ----------
    https://www.mathworks.com/help/deeplearning/ref/mapminmax.html

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]])
    >>> scaler = MapMinMaxScaler().fit(X)
    >>> scaler.transform(X)
    array([[-1.,  7.],
           [ 0.,  7.],
           [ 1.,  7.]])
    >>> scaler.inverse_transform([[0.5, 7.0]])
    array([[4., 7.]])
    """

    name, place = "minmax", "joint"
    learned = ("xmin_", "xmax_", "no_change_")

    def __init__(self, feature_range: tuple[float, float] = (-1, 1)) -> None:
        self.feature_range = feature_range

    def fit(self, X: Any, y: Any = None) -> MapMinMaxScaler:
        """Learn the extremes of the columns of `X`, of shape (n_samples, n_columns)."""
        ymin, ymax = self.feature_range
        if not ymin < ymax:
            raise InputError(f"feature_range runs from low to high, but is {self.feature_range}; write it as (-1, 1)")
        X = self._read(X, finite=False, reset=True)
        self.xmin_, self.xmax_ = np.fmin.reduce(X), np.fmax.reduce(X)
        unknown = np.isnan(self.xmin_)
        self.xmin_[unknown], self.xmax_[unknown] = -np.inf, np.inf  # as mapminmax does
        with np.errstate(over="ignore", invalid="ignore"):  # a range that overflows is not finite
            xrange = self.xmax_ - self.xmin_
        self.no_change_ = np.flatnonzero(~np.isfinite(xrange) | (xrange == 0))
        return self

    def transform(self, X: Any) -> Array:
        """Scale `X`, of shape (n_samples, n_columns), to the feature range; ``mapminmax('apply', X, ps)``."""
        X = self._read(X, finite=False)
        ymin, ymax = self.feature_range
        with np.errstate(all="ignore"):  # columns that are passed through; extrapolation of tiny ranges
            # The quotient first: it lies in [0, 1] however large or tiny the range is.
            Y: Array = X - self.xmin_  # and on in place: of a large table each copy counts
            Y /= self.xmax_ - self.xmin_
            Y *= ymax - ymin
            Y += ymin
        Y[:, self.no_change_] = X[:, self.no_change_]
        return Y

    def inverse_transform(self, X: Any) -> Array:
        """Scale values in the feature range back to original units; ``mapminmax('reverse', Y, ps)``."""
        return self._way_back.inverse_transform(self._read(X, finite=False))

    def describe_inverse(self) -> Affine:
        return self._way_back.describe_inverse()

    @property
    def _way_back(self) -> FromRange:
        return FromRange(self.feature_range, self.xmin_, self.xmax_, self.no_change_)

    def select(self, columns: Sequence[int] | Array) -> MapMinMaxScaler:
        """Return the scaler of some of the columns, given by their 0-based indices."""
        check_is_fitted(self)
        passed = np.flatnonzero(np.isin(columns, self.no_change_))
        learned = {"xmin": self.xmin_[columns], "xmax": self.xmax_[columns], "no_change": passed}
        return self.from_state(self.get_params() | learned)

    def to_matlab(self) -> dict[str, Any]:
        """Return the settings `ps` of ``[y, ps] = mapminmax(x)``, field for field: vectors are (n_columns, 1).

        Raises
        ------
        InputError
            A range is so small that its gain overflows.

        Examples
        --------
        >>> ps = MapMinMaxScaler().fit([[1.0, 7.0], [5.0, 7.0]]).to_matlab()
        >>> ps["gain"].ravel(), ps["xoffset"].ravel(), ps["no_change"]
        (array([0.5, 1. ]), array([ 1., -1.]), False)
        """
        check_is_fitted(self)
        ymin, ymax = map(float, self.feature_range)
        passed = np.isin(np.arange(len(self.xmin_)), self.no_change_)
        with np.errstate(all="ignore"):
            xrange = self.xmax_ - self.xmin_
            gain = np.where(passed, 1.0, (ymax - ymin) / xrange)
        if not np.isfinite(gain).all():
            raise InputError(
                f"a gain must be a finite number, but that of column {np.flatnonzero(~np.isfinite(gain))[0] + 1} "
                "overflows, as its range is so small; rescale it"
            )
        # mapminmax.apply returns x when no_change is set, else (x - xoffset) .* gain + ymin, which is x where gain is 1
        # and xoffset is ymin: so mapminmax passes single rows through. It sets no_change when all(gain == 1) and
        # all(xmin == 0), and thus does not shift a row from 0 to 2 either; we set it when no column is scaled.
        xoffset, rows = np.where(passed, ymin, self.xmin_), float(len(passed))
        values = ["mapminmax", rows, self.xmax_, self.xmin_, xrange, rows, ymax, ymin, ymax - ymin, gain, xoffset]
        values = [value[:, None] if isinstance(value, np.ndarray) else value for value in values]
        return dict(zip(FIELDS, [*values, bool(passed.all())], strict=True))

    @classmethod
    def from_matlab(cls, ps: Mapping[str, Any] | Array) -> MapMinMaxScaler:
        """Make the scaler whose settings MATLAB's ``mapminmax`` returned.

        Parameters
        ----------
        ps : mapping or structured array
            The fields of the struct, or the struct as `scipy.io.loadmat` gives it.

        Raises
        ------
        InputError
            A field is missing, or contradicts the others.
        """
        fields = _read_fields(ps)
        ymin, ymax = fields["ymin"].item(), fields["ymax"].item()
        xmin, xmax, gain, xoffset = (fields[name] for name in ("xmin", "xmax", "gain", "xoffset"))
        with np.errstate(all="ignore"):
            xrange = xmax - xmin
            scaled = _close(gain, (ymax - ymin) / xrange) & _close(xoffset, xmin)
        passed = _close(gain, 1) & _close(xoffset, ymin) & ~scaled
        if not ymin < ymax:
            raise InputError(f"ymin must be below ymax, but they are {ymin:g} and {ymax:g}; mend the struct")
        for name, holds in (
            ("yrange", _close(fields["yrange"], ymax - ymin)),
            ("xrange", _close(fields["xrange"], xrange)),
            ("gain and xoffset", scaled | passed),
        ):
            if not holds.all():
                raise InputError(
                    f"{name} must follow from xmin, xmax, ymin and ymax, but in row {np.flatnonzero(~holds)[0] + 1} "
                    "the struct contradicts itself; save ps as mapminmax returned it"
                )
        no_change = np.arange(len(xmin)) if fields["no_change"].any() else np.flatnonzero(passed)
        return cls.from_state({"feature_range": (ymin, ymax), "xmin": xmin, "xmax": xmax, "no_change": no_change})


_close = functools.partial(np.isclose, rtol=1e-6, atol=0, equal_nan=True)  # single precision is taken, too


def _read_fields(ps: Mapping[str, Any] | Array) -> dict[str, Array]:
    """The numbers of a struct as vectors: those of x as long as xrows says, those of y of length 1."""
    found = ps if isinstance(ps, Mapping) else {name: np.ravel(ps[name])[0] for name in ps.dtype.names or ()}
    if missing := [name for name in FIELDS if name not in found]:
        raise InputError(
            f"settings of mapminmax have the fields {', '.join(FIELDS)}, but {', '.join(missing)} is missing; "
            "save ps as mapminmax returned it"
        )
    name = str(np.squeeze(found["name"]))
    if name != "mapminmax":
        raise InputError(f"settings must be those of mapminmax, but their name is {name!r}; choose another struct")
    fields: dict[str, Array] = {n: np.ravel(np.asarray(found[n], dtype=np.float64)) for n in FIELDS[1:]}
    rows = int(fields["xrows"][0]) if fields["xrows"].size else 0
    for name, values in fields.items():
        wanted = rows if name in ("xmin", "xmax", "xrange", "gain", "xoffset") else 1
        if len(values) != wanted or rows == 0:
            raise InputError(
                f"{name} must have {wanted} values as xrows is {rows}, but has {len(values)}; "
                "save ps as mapminmax returned it"
            )
    return fields


register_own("stage", MapMinMaxScaler)
