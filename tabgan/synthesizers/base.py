"""What every synthesizer shares: checks, seeds, blocks of rows, giving back what was given, saving and loading."""

from __future__ import annotations

import os
import platform
from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from copy import deepcopy
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from tabgan import __version__
from tabgan.bundle import State, load_bundle, save_bundle
from tabgan.errors import BundleError, DivergenceError, InputError
from tabgan.preprocessing.constraints import Constraints
from tabgan.schema import Schema
from tabgan.seeds import resolve_seed
from tabgan.synthesizers.label import ask_for_classes, find_label, join_label
from tabgan.synthesizers.params import params_from_json, params_to_json
from tabgan.synthesizers.requests import Request, make_request
from tabgan.synthesizers.rows import Candidates, RowBlocks
from tabgan.tables.check import check_training_table

if TYPE_CHECKING:
    from torch import nn
    from typing_extensions import Self

LIBRARIES = ("torch", "numpy", "pandas", "scikit-learn", "scipy", "safetensors")


class BaseSynthesizer(BaseEstimator):
    """Template of the synthesizers; a subclass writes `_fit`, `_sample_block`, `_get_state` and `_set_state`.

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
        The label of a conditional model: `_sample_block` takes its codes.
    """

    random_state: Any
    warm_start: bool
    kinds: Mapping[Any, str] | None
    constraints: str | Sequence[str]
    label: Hashable | None

    def fit(self, X, y=None) -> Self:
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
            self.schema_ = Schema.learn(table, container, ask_for_classes(table, name, self.kinds, y is None))
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
        clone = super().__sklearn_clone__()
        if getattr(self, "scaler", None) is not None:
            clone.scaler = deepcopy(self.scaler)
        return clone

    def _learned(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name.endswith("_")}

    def _forget(self) -> None:
        """Become unfitted, so that a fit that fails leaves no half-learned model."""
        for name in self._learned():
            delattr(self, name)

    def _choose_seed(self, earlier: dict[str, Any]) -> int:
        return earlier["seed_"] if earlier and self.random_state is None else resolve_seed(self.random_state)

    def sample(
        self,
        n_samples: int = 1,
        random_state=None,
        *,
        conditions: Mapping[Any, Any] | str | Sequence[str] | None = None,
        known: pd.DataFrame | None = None,
        balance: bool | Hashable = False,
    ) -> pd.DataFrame | np.ndarray:
        """Generate rows.

        Parameters
        ----------
        n_samples : int, default 1
            How many rows; 0 gives an empty table.
        random_state : int, RandomState, Generator or None
            Seed of the rows. None takes the seed of the fit, so that the same model always gives the same rows; for
            other rows give another.
        conditions : dict, str or sequence of str, optional
            What all rows meet: the values that columns have, ``{"class": "b"}``, or texts like ``"age>=60"``, whose
            grammar is that of ``tabgan generate --where``.
        known : DataFrame of shape (n_known, n_known_columns), optional
            Rows of which some columns are known. Each is completed, in its place and with its index; `n_samples` is
            left out.
        balance : bool or column's name, default False
            Let each level of this column, or of the label (True), come equally often, give or take one, in random
            order.

        Returns
        -------
        DataFrame or ndarray of shape (n_samples, n_columns)
            What `fit` was given, with its column order, dtypes and decimals, and no value outside the range seen when
            fitted. The first k rows do not depend on `n_samples`.

        Raises
        ------
        InputError
            The request contradicts itself or what was learned; or too few candidates meet it: none of the first
            500,000, or fewer than `n_samples` of 5 million or of 200 for each row.

        Notes
        -----
        Candidates that do not meet constraints, conditions or known values are left out, and others drawn; only the
        label of a conditional model is generated as wished. `iter_samples` tells how many candidates it took.
        """
        blocks = list(self.iter_samples(n_samples, random_state, conditions=conditions, known=known, balance=balance))
        if self.schema_.container == "array":
            return np.concatenate(blocks)
        return pd.concat(blocks, ignore_index=known is None)

    def iter_samples(
        self,
        n_samples: int = 1,
        random_state=None,
        *,
        conditions: Mapping[Any, Any] | str | Sequence[str] | None = None,
        known: pd.DataFrame | None = None,
        balance: bool | Hashable = False,
    ) -> RowBlocks:
        """Generate the rows of `sample` in blocks of 16,384, to bound memory; at least one block, even if empty.

        Returns
        -------
        RowBlocks
            An iterator, whose `candidates`, `accepted` and `acceptance` count what it has drawn so far. With `known`
            and `balance` it holds back rows until those before them are there.
        """
        check_is_fitted(self)
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        request = make_request(
            self.schema_, self.constraints_, self.label_, n_samples, seed, conditions, known, balance
        )
        empty = self.schema_.restore(np.empty((0, len(self.schema_))))
        return RowBlocks(lambda block: self._choose(request, seed, block), empty, request)

    def _choose(self, request: Request, seed: int, block: int) -> Candidates:
        candidates = self.schema_.round(self._sample_block(seed, block, request.given(block)))
        rows, groups, accepted = request.choose(candidates)
        return Candidates(self.schema_.decode(rows), groups, accepted)

    def save(self, path: str | os.PathLike, overwrite: bool = True) -> None:
        """Write the model to one safetensors file (by custom .tabgan): data, no code, renamed into place when whole."""
        check_is_fitted(self)
        shared = {
            "class": type(self).__name__,
            "params": params_to_json(self.get_params(deep=False)),
            "versions": {
                "tabgan": __version__,
                "python": platform.python_version(),
                **{name: version(name) for name in LIBRARIES},
            },
            "schema": self.schema_.to_dict(),
            "constraints": self.constraints_.get_state(),
            "label": self.label_,
            "seed": self.seed_,
            "n_samples": self.n_samples_,
            "n_features": self.n_features_in_,
        }
        save_bundle(path, {**shared, **self._get_state()}, overwrite)

    @classmethod
    def load(
        cls, path: str | os.PathLike, *, generator: nn.Module | None = None, critic: nn.Module | None = None
    ) -> Self:
        """Read a model that `save` wrote.

        Parameters
        ----------
        path : path
        generator, critic : torch.nn.Module, optional
            The modules that the model was trained with, if any: a file holds their numbers, but not their code. They
            stay as they are; the model has copies. The critic is only needed to train on.

        Raises
        ------
        BundleError
            The file is missing, damaged, foreign, newer than this version, or holds another kind of model; or the
            generator is missing.
        InputError
            A module is not the one that the model was trained with.
        """
        state, own = load_bundle(path), {"generator": generator, "critic": critic}
        try:
            if state["class"] != cls.__name__:
                raise BundleError(
                    f"{path} holds a {state['class']}, not a {cls.__name__}; use tabgan.load to read any model"
                )
            model = cls(
                **params_from_json(state["params"]),
                random_state=state["seed"],
                **{name: module for name, module in own.items() if module is not None},
            )
            model.schema_ = Schema.from_dict(state["schema"])
            model.constraints_ = Constraints.from_state(state["constraints"], model.schema_)
            model.seed_, model.n_samples_ = state["seed"], state["n_samples"]
            model.n_features_in_ = state["n_features"]
            names = model.schema_.names[: model.n_features_in_]
            if all(isinstance(name, str) for name in names):
                model.feature_names_in_ = np.array(names, dtype=object)
            model.label_ = state["label"]
            model._set_state(state)
        except (AttributeError, KeyError, TypeError, ValueError, RuntimeError) as error:
            if isinstance(error, InputError):
                raise
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise BundleError(f"{path} is a model that this tabgan cannot use ({reason}); fit again") from error
        return model

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    @abstractmethod
    def _fit(self, X: np.ndarray, earlier: dict[str, Any]) -> None:
        """Learn the rows of a matrix of shape (n_samples, n_columns), in original units.

        `earlier` holds what an earlier fit had learned, by attribute, when it is to go on from there; else it is empty.
        """

    @abstractmethod
    def _sample_block(self, seed: int, block: int, given: np.ndarray | None = None) -> np.ndarray:
        """Return at most BLOCK_ROWS rows, the good ones of as many candidates, like those that `_fit` was given.

        `given` holds the codes of the label that the candidates are to have, of shape (BLOCK_ROWS,), in a model with a
        label.
        """

    @abstractmethod
    def _get_state(self) -> State:
        """Return what `_fit` learned as nested dicts of arrays and JSON values."""

    @abstractmethod
    def _set_state(self, state: State) -> None:
        """Take back what `_get_state` returned."""
