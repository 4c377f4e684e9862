"""Synthesizers of single rows: any number of them, in blocks, and only those that were asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from tabgan.schema.containers import ARRAY
from tabgan.seeds import resolve_seed
from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.blocks import Candidates, RowBlocks
from tabgan.synthesizers.requests import Request


class RowSynthesizer(BaseSynthesizer):
    """Template of the synthesizers of single rows; a subclass writes `_sample_block`, too."""

    def sample(
        self,
        n_samples: int = 1,
        random_state: Any = None,
        *,
        conditions: Mapping[Any, Any] | str | Sequence[str] | None = None,
        known: pd.DataFrame | None = None,
        balance: bool | Hashable = False,
    ) -> Any:
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
            Rows, of any kind that `fit` takes, of which some columns are known. Each is completed, in its place and
            with its index; `n_samples` is left out.
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
        blocks = list(self._blocks(n_samples, random_state, conditions, known, balance))
        if self.schema_.container == ARRAY:
            return np.concatenate(blocks)
        return self.schema_.give(pd.concat(blocks, ignore_index=known is None))

    def iter_samples(
        self,
        n_samples: int = 1,
        random_state: Any = None,
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
        return self._blocks(n_samples, random_state, conditions, known, balance, self.schema_.give)

    def _blocks(
        self,
        n_samples: int,
        random_state: Any,
        conditions: Any,
        known: Any,
        balance: Any,
        give: Callable[[Any], Any] = lambda rows: rows,
    ) -> RowBlocks:
        check_is_fitted(self)
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        request = Request(self.schema_, self.constraints_, self.label_, n_samples, seed, conditions, known, balance)
        empty = self.schema_.decode(np.empty((0, len(self.schema_))))
        choose = partial(self._choose, request, seed)
        fill = self.schema_.fresh(seed)
        complete = give if fill is None else lambda block: give(fill(block))
        return RowBlocks(choose, empty, request.n_samples, request.groups, request.index, complete)

    def _choose(self, request: Request, seed: int, block: int) -> Candidates:
        chosen = request.choose(self.schema_.round(self._sample_block(seed, block, request.given(block))))
        return chosen._replace(rows=self.schema_.decode(chosen.rows))

    @abstractmethod
    def _sample_block(self, seed: int, block: int, given: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Return at most BLOCK_ROWS rows, the good ones of as many candidates, like those that `_fit` was given.

        `given` holds the codes of the label that the candidates are to have, of shape (BLOCK_ROWS,), in a model with a
        label.
        """
