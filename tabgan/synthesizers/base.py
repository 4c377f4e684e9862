"""What all that learns a table shares: checks, seeds, what each column is, saving and loading."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from tabgan.errors import DivergenceError, InputError, warn
from tabgan.gan.objectives import Objective, objective_from_json, objective_to_json
from tabgan.persistence import Model, State
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.preprocessing.seen_rules import learn_constraints
from tabgan.schema import Schema
from tabgan.schema.containers import as_series
from tabgan.schema.known import KNOWN
from tabgan.seeds import resolve_seed
from tabgan.spelling import spell
from tabgan.synthesizers.targets import check_target, find_target
from tabgan.tables.check import check_matrix, check_training_table
from tabgan.tables.intake import open_to_learn
from tabgan.tables.scan.draw import draw_in_memory

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from torch import nn
    from typing_extensions import Self


# The seed is saved as such; how a fit was watched, secured or begun is no part of what it learned.
# Modules are code, which no model file holds.
NOT_SAVED = {"random_state", "verbose", "checkpoint", "checkpoint_every", "resume", "warm_start"}
NOT_SAVED |= {"generator", "critic", "log_dir", "n_jobs", "callbacks"}
MOST_NUMBERS = 20  # distinct numbers of a label that are taken for classes when nothing else is said


class BaseSynthesizer(Model, BaseEstimator):
    """Template of what learns a table; a subclass writes `_fit`, `_learned_state` and `_set_learned_state`.

    Parameters of these names mean the same in all subclasses that have them; others do without.

    Attributes
    ----------
    schema_ : Schema
        Names, dtypes, decimals and ranges of the training table.
    seed_ : int
        The seed of the fit; also that of `sample` when it is given none.
    n_samples_ : int
        Rows of the training table.
    constraints_ : Constraints
        The rules that rows keep.
    label_ : column's name or None
        The label of a conditional model.
    target_ : column's name or None
        The column that is sharpened, or whose classes are confirmed.
    """

    LIBRARIES: ClassVar[Sequence[str]] = ("torch", "numpy", "pandas", "scikit-learn", "scipy", "safetensors")

    random_state: Any = None
    warm_start: bool = False
    kinds: Mapping[Any, str] | None = None
    constraints: str | Sequence[str] = ()
    label: Hashable | None = None
    target: Hashable | None = None
    target_: Hashable | None = None
    learn_rows: int | None = None

    @np.errstate(over="ignore", invalid="ignore")  # near the largest double; what is learned is checked
    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Learn the rows of a table; with `warm_start`, go on from what was learned before.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_columns), or path
            At least two rows. Columns of a DataFrame may hold numbers, text, categories, truth values, dates and
            gaps; those of an array numbers and gaps. A DataFrame is one of pandas, of polars, an Arrow table, what
            else speaks Arrow or the interchange protocol, a dict of lists or a list of dicts; rows are given back
            in what it was. A path is that of a file that `read_table` can read, or that of a table in parts: a folder,
            or a pattern such as "part-*.parquet". So are a dataset of pyarrow or Ray and an iterator of frames; of
            these, a million rows are learned at most, by a schema of all (docs/scale.md).
        y : array-like of shape (n_samples,), optional
            A label for each row, learned as the last column. If these are classes, the generator is given the class of
            each row, as with the parameter `label`; numbers of more than 20 values are a column like any other.

        Raises
        ------
        InputError
            The table or a setting cannot be used as given.
        DivergenceError
            A loss, or generated rows, stopped being finite. When there is a best generator so far it is kept, and
            `sample` works.
        """
        earlier = self._learned() if self.warm_start else {}
        self._forget()
        try:
            X, container = open_to_learn(X, self.learn_rows)
            table, _ = check_training_table(join_label(X, y, self.label, self.target))
            table = draw_in_memory(table, self.learn_rows)
            validate_data(self, X, skip_check_array=True)  # learns n_features_in_ and feature_names_in_
            self.seed_ = self._choose_seed(earlier)
            self.n_samples_ = len(table)
            self._say_drawn(table)
            name = self.label if y is None else table.columns[-1]
            target = find_target(self.target, self.label, table, y is not None)
            schema = Schema.learn(table, container, ask_for_classes(table, name, self._kinds_of(table), y is None))
            if all(column.constant for column in schema):
                raise InputError("some column must be learned, but all hold identifiers or one value; keep another")
            self.schema_ = self._open(schema)
            self.label_ = find_label(self.schema_, table, name) or find_label(self.schema_, table, target)
            self._fit(self._read_rows(table, target), earlier)  # which alone holds the matrix, and may let go of it
        except BaseException as error:
            if not (isinstance(error, DivergenceError) and error.best_iteration):
                self._forget()
                self.__dict__.update(earlier)
            raise
        return self

    def _read_rows(self, table: pd.DataFrame, target: Hashable | None) -> NDArray[np.float64]:
        """Return the matrix of a table whose columns are known, and find the rules that it keeps."""
        rows = self.schema_.to_matrix(table)
        self.constraints_ = learn_constraints(self.constraints, self.schema_, rows, self._given)
        self.constraints_.check(rows)
        if target is not None:
            self.target_ = check_target(target, self.schema_, self.label_, rows, self.constraints_)
        return rows

    def __sklearn_clone__(self) -> Self:
        """Keep what scikit-learn would clone unfitted: a scaler that was learned elsewhere."""
        clone: Self = super().__sklearn_clone__()
        if getattr(self, "scaler", None) is not None:
            clone.scaler = deepcopy(self.scaler)
        return clone

    def _say_drawn(self, table: pd.DataFrame) -> None:
        """Say which rows are learned of a table of which some were drawn."""
        if known := table.attrs.get(KNOWN):
            draws = self._count_draws(len(table))
            enough = f"{draws / 1e6:,.1f}M" if draws > 1e5 else f"{draws:,}"
            enough = f": a fit draws {enough} rows in all" if draws else ""
            words = f"{known.describe()} are learned ({spell('learn_rows')}){enough}"
            warn(words)

    def _count_draws(self, n_samples: int) -> int:
        """Return how many rows are drawn, with replacement, of so many; 0 if that is not how they are learned."""
        return 0

    def _kinds_of(self, table: pd.DataFrame) -> Mapping[Any, str] | None:
        """Return the kinds of columns that are asked for."""
        kinds: Mapping[Any, str] | None = self.kinds
        return kinds

    def _learned(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name.endswith("_")}

    def _forget(self) -> None:
        """Become unfitted, so that a fit that fails leaves no half-learned model."""
        for name in self._learned():
            delattr(self, name)

    def _choose_seed(self, earlier: dict[str, Any]) -> int:
        return earlier["seed_"] if earlier and self.random_state is None else resolve_seed(self.random_state)

    @property
    def _given(self) -> int | None:
        """The place of the label."""
        return None if self.label_ is None else self.schema_.names.index(self.label_)

    @property
    def _aimed(self) -> int | None:
        """The place of the target."""
        return None if self.target_ is None else self.schema_.names.index(self.target_)

    def _open(self, schema: Schema) -> Schema:
        """Return the schema with the ranges that generated values may have: here, those that were seen."""
        return schema

    def _get_state(self) -> State:
        check_is_fitted(self)
        return {
            "params": {k: _to_json(v) for k, v in self.get_params(deep=False).items() if k not in NOT_SAVED},
            "schema": self.schema_.to_dict(),
            "constraints": self.constraints_.get_state(),
            "label": self.label_,
            **({} if self.target_ is None else {"target": self.target_}),
            "n_samples": self.n_samples_,
            "n_features": self.n_features_in_,
            **self._learned_state(),
        }

    @classmethod
    def _from_state(cls, state: State, **modules: nn.Module | None) -> Self:
        own = {name: module for name, module in modules.items() if module is not None}
        params = {name: _from_json(name, value) for name, value in state["params"].items()}
        model = cls(**params, random_state=state["seed"], **own)
        model.schema_ = Schema.from_dict(state["schema"])
        model.seed_, model.n_samples_, model.label_ = state["seed"], state["n_samples"], state["label"]
        if state.get("target") is not None:
            model.target_ = state["target"]
        model.constraints_ = Constraints.from_state(state["constraints"], model.schema_, model._given)
        model.n_features_in_ = state["n_features"]
        names = model.schema_.names[: model.n_features_in_]
        if all(isinstance(name, str) for name in names):
            model.feature_names_in_ = np.array(names, dtype=object)
        model._set_learned_state(state)
        return model

    @classmethod
    def summarise(cls, state: State) -> dict[str, Any]:
        """Return class, size, seed, parameters, versions, label, rules and columns of a model's state."""
        return super().summarise(state) | {
            "label": state["label"],
            "target": state.get("target"),
            "constraints": state["constraints"]["rules"],
            "columns": [column.describe() for column in Schema.from_dict(state["schema"])],
        }

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    @abstractmethod
    def _fit(self, X: NDArray[np.float64], earlier: dict[str, Any]) -> None:
        """Learn the rows of a matrix of shape (n_samples, n_columns), in original units.

        `earlier` holds what an earlier fit had learned, by attribute, when it is to go on from there; else it is empty.
        """

    @abstractmethod
    def _learned_state(self) -> State:
        """Return what `_fit` learned as nested dicts of arrays and JSON values."""

    @abstractmethod
    def _set_learned_state(self, state: State) -> None:
        """Take back what `_learned_state` returned."""


def _to_json(parameter: Any) -> Any:
    """Return a mapping as its pairs, because keys in JSON are text, and a scaler as what it learned."""
    if isinstance(parameter, MapMinMaxScaler):
        return {"scaler": parameter.get_state()}
    if isinstance(parameter, Objective):
        return objective_to_json(parameter)
    if isinstance(parameter, Mapping):
        return {"pairs": [list(pair) for pair in parameter.items()]}
    return tuple(parameter) if isinstance(parameter, list) else parameter  # as it is after loading


def _from_json(name: str, parameter: Any) -> Any:
    """The inverse of `_to_json`; lists were tuples."""
    if name == "objective":
        return objective_from_json(parameter)
    if isinstance(parameter, dict) and "scaler" in parameter:
        return MapMinMaxScaler.from_state(parameter["scaler"])
    if isinstance(parameter, dict):
        return dict(parameter["pairs"])
    return tuple(parameter) if isinstance(parameter, list) else parameter


def join_label(X: Any, y: Any, label: Hashable | None, target: Hashable | None = None) -> Any:
    """Return a table with `y` as its last column, named by one of the others if it has no name.

    It is `X` as it is when there is no `y`.
    """
    if y is None:
        return X
    y = as_series(y)
    values = column_or_1d(y if hasattr(y, "dtype") else np.asarray(y))
    framed = isinstance(X, pd.DataFrame)
    if not framed:
        X = check_matrix(X, "the training table", least_columns=1)
    if len(values) != len(X):
        raise InputError(f"y must have a label for each row, but has {len(values)} for {len(X)} rows; make them equal")
    if not framed and values.dtype.kind not in "iufb":
        raise InputError(
            f"Unknown label type {values.dtype}: the labels of an array must be numbers; "
            "give X as a DataFrame to learn text"
        )
    if not framed:
        return np.column_stack([X, values])
    free = None if target in X.columns else target
    name = label if label is not None else getattr(y, "name", None) or free or "label"
    if name in X.columns:
        raise InputError(
            f"y must have a name of its own, but X has a column {str(name)!r}, too; drop it there, or give label"
        )
    joined = X.copy(deep=False)
    joined[name] = pd.Series(y).set_axis(X.index)
    return joined


def ask_for_classes(
    table: pd.DataFrame, name: Hashable | None, kinds: Mapping[Any, str] | None, certain: bool
) -> Mapping[Any, str] | None:
    """Return the kinds asked for, with the label's column as a category: if it is `certain`, or has few values."""
    if name is None:
        return kinds
    if name not in table.columns:
        raise InputError(
            f"{spell('label')} must be a column of the table, but is {str(name)!r}; "
            f"its columns are {', '.join(map(str, table.columns))}"
        )
    numeric = pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name])
    if not numeric or not (certain or table[name].nunique() <= MOST_NUMBERS):
        return kinds
    return {name: "categorical", **(kinds or {})}


def find_label(schema: Schema, table: pd.DataFrame, name: Hashable | None) -> Hashable | None:
    """Return the label's name if it has classes to choose from, else None; refuse gaps and classes of a single row."""
    if any(c.name == name and c.kind == "id" for c in schema):
        raise InputError(
            f"a label has classes, but {str(name)!r} is {spell('kinds', {name: 'id'})}; leave one of the two out"
        )
    column = next((c for c in schema if c.name == name and c.levels and not c.constant), None)
    if name is None or column is None:
        return None
    if column.missing:
        raise InputError(
            f"every row must have a label, but {table[name].isna().sum()} have none in column {str(name)!r}; "
            "drop these rows or fill them in"
        )
    counts = np.bincount(column.encode(table[name]).astype(np.intp), minlength=len(column.levels))
    if absent := [level for level, count in zip(column.levels, counts, strict=True) if not count]:
        raise InputError(
            f"each class of a label needs rows that are learned, but {str(absent[0])!r} in column {str(name)!r} has "
            f"none of those that were drawn ({len(absent)} such classes); raise {spell('learn_rows')}, or merge classes"
        )
    if lone := [level for level, count in zip(column.levels, counts, strict=True) if count == 1]:
        raise InputError(
            f"each class of a label needs at least 2 rows, but {str(lone[0])!r} has 1 in column {str(name)!r} "
            f"({len(lone)} such classes); drop or merge them, or leave label out"
        )
    return column.name
