"""What all that learns a table shares: checks, seeds, what each column is, saving and loading."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from tabgan.errors import DivergenceError
from tabgan.persistence import Model, State
from tabgan.preprocessing.constraints import Constraints
from tabgan.schema import Schema
from tabgan.seeds import resolve_seed
from tabgan.synthesizers.label import ask_for_classes, find_label, join_label
from tabgan.synthesizers.params import params_from_json, params_to_json
from tabgan.tables.check import check_training_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from torch import nn
    from typing_extensions import Self


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
    """

    LIBRARIES: ClassVar[Sequence[str]] = ("torch", "numpy", "pandas", "scikit-learn", "scipy", "safetensors")

    random_state: Any = None
    warm_start: bool = False
    kinds: Mapping[Any, str] | None = None
    constraints: str | Sequence[str] = ()
    label: Hashable | None = None

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Learn the rows of a table; with `warm_start`, go on from what was learned before.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_columns)
            At least two rows. Columns of a DataFrame may hold numbers, text, categories, truth values, dates and
            gaps; those of an array numbers and gaps.
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
            table, container = check_training_table(join_label(X, y, self.label))
            validate_data(self, X, skip_check_array=True)  # learns n_features_in_ and feature_names_in_
            self.seed_ = self._choose_seed(earlier)
            self.n_samples_ = len(table)
            name = self.label if y is None else table.columns[-1]
            schema = Schema.learn(table, container, ask_for_classes(table, name, self.kinds, y is None))
            self.schema_ = self._open(schema)
            self.label_ = find_label(self.schema_, table, name)
            self.constraints_ = Constraints.parse(self.constraints, self.schema_)
            rows = self.schema_.to_matrix(table)
            self.constraints_.check(rows)
            self._fit(rows, earlier)
        except BaseException as error:
            if not (isinstance(error, DivergenceError) and error.best_iteration):
                self._forget()
                self.__dict__.update(earlier)
            raise
        return self

    def __sklearn_clone__(self) -> Self:
        """Keep what scikit-learn would clone unfitted: a scaler that was learned elsewhere."""
        clone: Self = super().__sklearn_clone__()
        if getattr(self, "scaler", None) is not None:
            clone.scaler = deepcopy(self.scaler)  # type: ignore[attr-defined]
        return clone

    def _learned(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name.endswith("_")}

    def _forget(self) -> None:
        """Become unfitted, so that a fit that fails leaves no half-learned model."""
        for name in self._learned():
            delattr(self, name)

    def _choose_seed(self, earlier: dict[str, Any]) -> int:
        return earlier["seed_"] if earlier and self.random_state is None else resolve_seed(self.random_state)

    def _open(self, schema: Schema) -> Schema:
        """Return the schema with the ranges that generated values may have: here, those that were seen."""
        return schema

    def _get_state(self) -> State:
        check_is_fitted(self)
        return {
            "params": params_to_json(self.get_params(deep=False)),
            "schema": self.schema_.to_dict(),
            "constraints": self.constraints_.get_state(),
            "label": self.label_,
            "n_samples": self.n_samples_,
            "n_features": self.n_features_in_,
            **self._learned_state(),
        }

    @classmethod
    def _from_state(cls, state: State, **modules: nn.Module | None) -> Self:
        own = {name: module for name, module in modules.items() if module is not None}
        model = cls(**params_from_json(state["params"]), random_state=state["seed"], **own)
        model.schema_ = Schema.from_dict(state["schema"])
        model.constraints_ = Constraints.from_state(state["constraints"], model.schema_)
        model.seed_, model.n_samples_, model.label_ = state["seed"], state["n_samples"], state["label"]
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
