"""A sampler of imbalanced-learn that fills small classes with generated rows. Needs the extra `imblearn`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.validation import check_array, validate_data

from tabgan.augmentation.rows import as_table, learn_twice, put_below
from tabgan.errors import InputError, warn
from tabgan.seeds import Use, resolve_seed, whole_seed
from tabgan.synthesizers.row_synthesizer import RowSynthesizer
from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer

try:
    from imblearn.over_sampling.base import BaseOverSampler
    from imblearn.utils import check_target_type
except ImportError as error:
    raise InputError(
        "TabGANSampler needs imbalanced-learn, which is not installed; pip install 'tabgan-wgangp[imblearn]'"
    ) from error

FEW = 5  # rows of a class that tell little of it
PARAMETERS = {"checked": "target", "kept": "label"}
"""Which parameter of a synthesizer is the name of the class's column, by `labels`."""


class TabGANSampler(BaseOverSampler):
    """Adds generated rows to small classes: a sampler of imbalanced-learn.

    It goes where SMOTE does, as into a pipeline of imbalanced-learn, which adds rows when it is fitted, and none to
    what is predicted or scored. Columns may hold numbers, text, categories, truth values, dates and gaps; new values
    are such as columns have, not points between two rows. Real rows come first, untouched and in their order, then
    new ones, class by class in the order of `sampling_strategy_`. Needs imbalanced-learn:
    ``pip install 'tabgan-wgangp[imblearn]'``.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default "auto"
        Which classes get new rows. "auto" fills all up to the largest; a dict has the number of rows that each class
        is to have afterwards, real ones included; a float, for two classes, is the share of the larger class that the
        smaller one is to have. As of all over-samplers of imbalanced-learn.
    synthesizer : RowSynthesizer, optional
        What learns the rows and their classes; a copy of it is fitted. Without one,
        ``WGANGPSynthesizer(preset="fast")``. Names that it is given, as in ``kinds`` and ``constraints``, are those of
        the columns of `X`; columns of an array are 1, 2, and so on.
    labels : {"checked", "kept"}, default "checked"
        "checked": of the rows generated for a class only those are taken whose class a teacher confirms, if the
        synthesizer can do so, by its parameter ``target``. "kept": a row has the class it was generated for.
    random_state : int, RandomState, Generator or None
        Seed of learning and of the new rows. The synthesizer's own is not used.

    Attributes
    ----------
    sampling_strategy_ : dict
        For each class to be filled, how many new rows it gets.
    synthesizer_ : RowSynthesizer or None
        What learned the rows; None if no class needed any.
    n_features_in_, feature_names_in_
        As of every sampler.

    Notes
    -----
    What a class of few rows looks like is little known, and nothing that is generated adds to it: up to 5 rows are
    warned of. A single row is learned as if it were there twice; other classes say how far its new rows lie apart.

    Adding rows moves the threshold between classes, as weights for classes do; compare with these first.

    Examples
    --------
    >>> import numpy as np
    >>> from tabgan import TabGANSampler, WGANGPSynthesizer
    >>> X = np.random.default_rng(0).normal(size=(60, 3))
    >>> y = np.repeat(["fine", "faulty"], [48, 12])
    >>> sampler = TabGANSampler(synthesizer=WGANGPSynthesizer(iterations=20, sieve=False), random_state=0)
    >>> more, classes = sampler.fit_resample(X, y)
    >>> more.shape, np.unique(classes, return_counts=True)[1].tolist(), np.array_equal(more[:60], X)
    ((96, 3), [48, 48], True)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseOverSampler._parameter_constraints,
        **dict.fromkeys(("synthesizer", "labels", "random_state"), "no_validation"),  # our own words below
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        synthesizer: RowSynthesizer | None = None,
        labels: str = "checked",
        random_state: Any = None,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.synthesizer, self.labels, self.random_state = synthesizer, labels, random_state

    def fit_resample(self, X: Any, y: Any, **params: Any) -> tuple[Any, Any]:
        """Return the rows with new ones below them, and their classes.

        Parameters
        ----------
        X : DataFrame, array-like or sparse matrix of shape (n_samples, n_columns)
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            The class of each row, any numbers or texts; or one column of 0 and 1 for each class.

        Returns
        -------
        X_resampled : as X, of shape (n_samples_new, n_columns)
            Of its dtypes; rows of a DataFrame are numbered anew.
        y_resampled : as y, of shape (n_samples_new,) or (n_samples_new, n_classes)

        Raises
        ------
        InputError
            A parameter, the rows or the classes cannot be used as given.
        """
        check_classes(y)
        resampled: tuple[Any, Any] = super().fit_resample(X, y, **params)
        return resampled

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.allow_nan = True
        return tags

    def _check_X_y(self, X: Any, y: Any, accept_sparse: Any = None) -> tuple[Any, NDArray[Any], bool]:  # noqa: N802
        """Return rows and classes; whether these are one column each. A hook of imbalanced-learn."""
        check_classes(y)
        y, one_hot = check_target_type(y.to_numpy() if isinstance(y, pd.DataFrame) else y, indicate_one_vs_all=True)
        X = check_rows(X)
        validate_data(self, X=X, y=y, reset=True, skip_check_array=True)
        if X.shape[0] != len(y):
            raise InputError(
                f"y must have a class for each row, but has {len(y):,} for {X.shape[0]:,} rows; make them equal"
            )
        check_strategy(self.sampling_strategy, y)
        return X, y, one_hot

    def _fit_resample(self, X: Any, y: NDArray[Any], **params: Any) -> tuple[Any, NDArray[Any]]:
        model, parameter = self._copy_synthesizer()
        classes, codes = np.unique(y, return_inverse=True)
        places = {name: place for place, name in enumerate(classes.tolist())}
        wanted = {places[name]: int(n) for name, n in _plain(self.sampling_strategy_).items() if n > 0}
        self.synthesizer_: RowSynthesizer | None = None
        if not wanted:
            return X.copy(), y.copy()
        counts = np.bincount(codes)
        _warn_of_few(classes, counts, wanted)
        table, label = as_table(X)
        table[label] = [_name_class(classes[code]) for code in codes]
        seed = resolve_seed(self.random_state)
        model.set_params(random_state=whole_seed(seed, Use.RESAMPLE_LEARN), **({parameter: label} if parameter else {}))
        self.synthesizer_ = model.fit(learn_twice(table, codes))
        made = [_make(model, label, place, n, seed, str(classes[place])) for place, n in wanted.items()]
        new = pd.concat(made, ignore_index=True)
        fresh = model.schema_.fresh(whole_seed(seed, Use.RESAMPLE_NEW))  # identifiers, each once in all classes
        new = (new if fresh is None else fresh(new)).drop(columns=label)
        return put_below(X, new), np.concatenate([y, np.repeat(classes[list(wanted)], list(wanted.values()))])

    def _copy_synthesizer(self) -> tuple[RowSynthesizer, str | None]:
        """Return an unfitted copy, and its parameter that takes the name of the class's column, if it has one."""
        if not isinstance(self.labels, str) or self.labels not in PARAMETERS:
            raise InputError(f'labels must be "checked" or "kept", but is {self.labels!r}; give one of these')
        given = WGANGPSynthesizer(preset="fast") if self.synthesizer is None else self.synthesizer
        if isinstance(given, type) or not isinstance(given, RowSynthesizer):
            raise InputError(
                f"synthesizer must be one of rows, such as WGANGPSynthesizer(), or None, but is {given!r}; give one"
            )
        params = given.get_params(deep=False)
        parameter = next((name for name in (PARAMETERS[self.labels], "label") if name in params), None)
        if parameter is None and self.labels == "checked":
            raise InputError(
                f'labels="checked" needs a synthesizer with a parameter target or label, but {type(given).__name__} '
                'has neither; give labels="kept", or another synthesizer'
            )
        for name in ("label", "target"):
            if params.get(name) is not None:
                raise InputError(
                    f"the sampler tells the synthesizer which column has the classes, but {name}={params[name]!r} is "
                    "given there, too; leave it out"
                )
        return clone(given), parameter


def _make(model: RowSynthesizer, label: Hashable, place: int, n: int, seed: int, name: str) -> pd.DataFrame:
    """Return new rows of one class, with its column."""
    try:
        rows: pd.DataFrame = model.sample(
            n, whole_seed(seed, Use.RESAMPLE_NEW, place), conditions={label: _name_class(name)}
        )
    except InputError as error:
        raise InputError(
            f"class {name} must get {n:,} new rows, but: {error}; give it fewer in sampling_strategy, or none"
        ) from error
    return rows


def check_classes(y: Any) -> None:
    """Raise InputError if a class is missing or infinite, or classes cannot be put in order."""
    if y is None or sparse.issparse(y):
        return  # for imbalanced-learn to refuse
    values = y.to_numpy() if isinstance(y, (pd.Series, pd.DataFrame)) else np.asarray(y)
    if values.ndim not in (1, 2):
        return
    missing = pd.isna(values) | (np.isinf(values) if values.dtype.kind == "f" else False)
    if missing.any():
        row = np.argwhere(missing)[0][0]
        raise InputError(
            f"every row must have a class, but y is {np.ravel(values[row])[0]} in row {row}, counted from 0; name its "
            "class, or leave the row out"
        )
    try:
        np.unique(values)
    except TypeError:
        raise InputError(
            "the classes of y must be all numbers or all texts, but some are of another kind; turn them into texts"
        ) from None


def check_rows(X: Any) -> Any:
    """Return rows as a DataFrame, an array or a sparse matrix by rows or columns; InputError if they are no such."""
    if isinstance(X, pd.DataFrame):
        if not X.columns.is_unique:
            raise InputError(
                "X must have distinct column names, but "
                f"{str(X.columns[X.columns.duplicated()][0])!r} is there more than once; rename one"
            )
        return X
    if hasattr(X, "__arrow_c_stream__") or hasattr(X, "__dataframe__"):
        raise InputError(
            f"X must be an array, a sparse matrix or a DataFrame of pandas, but is {type(X)}; convert it, as by "
            "X.to_pandas()"
        )
    if isinstance(X, np.ma.MaskedArray):
        X = np.ma.filled(X.astype(np.float64), np.nan)  # a masked value is a missing one
    return check_array(X, dtype=None, accept_sparse=["csr", "csc"], ensure_all_finite=False)


def check_strategy(strategy: Any, y: NDArray[Any]) -> None:
    """Raise InputError if a dict asks for what cannot be; anything else is left to imbalanced-learn."""
    if not isinstance(strategy, Mapping):
        return
    if not isinstance(strategy, dict):
        raise InputError(f"sampling_strategy must be a dict, but is {type(strategy)}; turn it into one by dict()")
    present = dict(zip(*(part.tolist() for part in np.unique(y, return_counts=True)), strict=True))
    for name, count in _plain(strategy).items():
        if name not in present:
            raise InputError(
                f"sampling_strategy must name classes of y, but has {name!r}; the classes are "
                f"{', '.join(map(repr, present))}"
            )
        if not isinstance(count, Integral) or count < present[name]:
            raise InputError(
                "sampling_strategy must say how many rows each class has afterwards, at least as many as before, but "
                f"says {count!r} for class {name!r}, which has {present[name]:,}; give a whole number from there on, "
                "or leave the class out"
            )


def _name_class(name: Any) -> str:
    """Return a class as the synthesizer, and what it says, has it: a text that spells no number."""
    return f"class {name}"


def _plain(strategy: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return a strategy with classes as Python writes them."""
    return {name.item() if isinstance(name, np.generic) else name: count for name, count in strategy.items()}


def _warn_of_few(classes: NDArray[Any], counts: NDArray[np.intp], wanted: Mapping[int, int]) -> None:
    if few := [f"{classes[place]} has {counts[place]}" for place in wanted if counts[place] <= FEW]:
        text = (
            f"{FEW} rows or fewer tell little of a class, but class {', '.join(few)}; look at the new rows, or collect"
        )
        warn(f"{text} more")
