"""What gives rows: any number of them, in blocks, and only those that were asked for. It waits for no heavy library."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.schema import Schema
from tabgan.schema.containers import ARRAY
from tabgan.seeds import resolve_seed
from tabgan.synthesizers.blocks import BLOCK_ROWS, FEW, Candidates, Places, RowBlocks
from tabgan.synthesizers.part_folder import Parts, write_parts
from tabgan.synthesizers.requests import Request
from tabgan.synthesizers.wanted import Wanted

if TYPE_CHECKING:
    from tabgan.preprocessing.constraints import Constraints
    from tabgan.synthesizers.row_generator import RowGenerator


Conditions: TypeAlias = "Mapping[Any, Any] | str | Sequence[str] | Sequence[Mapping[Any, Any]] | None"
"""What rows can be asked to meet."""


class RowSampler:
    """Gives rows like those that were learned, a block of candidates at a time; a subclass writes `_make`."""

    schema_: Schema
    constraints_: Constraints
    seed_: int
    label_: Hashable | None

    def sample(
        self,
        n_samples: int = 1,
        random_state: Any = None,
        *,
        conditions: Conditions = None,
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
        conditions : dict, str, sequence of str, or sequence of dict, optional
            What all rows meet: the values that columns have, ``{"class": "b"}``, or texts like ``"age>=60"``, whose
            grammar is that of ``tabgan generate --where``. Several dicts take turns: the first row meets the first
            one, the second the second, and so on, so that each has its equal share of the rows.
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
        conditions: Conditions = None,
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

    def impute(self, X: Any, n: int | None = None, random_state: Any = None) -> Any:
        """Fill the gaps of a table with values that go with what is known of each row.

        Each row gets all that it lacks from one generated row that comes close to it: in what its known values say of
        the others, and in these values (docs/impute.md). Several imputations differ where the known values leave it
        open, so that what is estimated from each shows how much the gaps cost.

        Parameters
        ----------
        X : DataFrame of shape (n_samples, n_columns), or what else `fit` takes
            A table with gaps in columns that were learned; other columns are given back as they are. Learned columns
            that are not there are filled as a whole, which is said. Identifiers are not filled.
        n : int, optional
            How many imputations; a list of them is returned then.
        random_state : int, RandomState, Generator or None
            Seed of the generated rows, and of the choice among them. None takes the seed of the fit.

        Returns
        -------
        DataFrame, or whatever `X` is; or a list of `n`
            The table without gaps. What was known is as it was.

        Raises
        ------
        InputError
            The table has none of the columns that were learned, or values that were not.

        Examples
        --------
        >>> import pandas as pd
        >>> from tabgan import WGANGPSynthesizer
        >>> table = pd.DataFrame({"a": [1.5, 2.5, 3.5, 4.5] * 10, "b": ["x", "y"] * 20})
        >>> model = WGANGPSynthesizer(iterations=2, sieve=False, random_state=0).fit(table)
        >>> bool(model.impute(pd.DataFrame({"a": [1.5, None], "b": ["x", "y"]})).isna().to_numpy().any())
        False
        """
        from tabgan.synthesizers.impute import impute_table

        self._check_fitted()
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        tables = impute_table(self, X, 1 if n is None else n, seed)
        return tables[0] if n is None else tables

    def sample_to(
        self,
        folder: str | os.PathLike[str],
        n_samples: int,
        random_state: Any = None,
        *,
        conditions: Conditions = None,
        columns: Sequence[Hashable] | None = None,
        n_jobs: int | None = None,
        resume: bool = False,
        verbose: int = 0,
    ) -> Parts:
        """Write the rows of `sample` to a folder of Parquet files, of any number, made by several processes.

        Part i holds the accepted rows of the i-th few blocks, so that the bytes of all parts are the same for every
        number of workers, and their rows one after another those of `sample`.

        Parameters
        ----------
        folder : path
            Made if it is not there. Parts are part-000000.parquet and so on; _tabgan.json says of which run.
        n_samples, random_state, conditions
            As in `sample`.
        columns : sequence of column's names, optional
            Which to write; all by default.
        n_jobs : int, optional
            Processes, each with one thread and a model of its own; -1 is one for each core. A part whose process dies
            is made again.
        resume : bool, default False
            Go on with the parts of the same run that are there.
        verbose : int, default 0
            1 shows on a terminal how far it is.

        Returns
        -------
        Parts
            The folder, how many parts and rows it holds, and from how many candidates these were accepted.

        Raises
        ------
        InputError
            The request is one that `sample` would refuse; the folder holds parts, of another run if `resume` is set; a
            column is of identifiers, which count on from row to row.
        TabganError
            The disk is full, or workers die again and again. Finished parts are kept.
        """
        self._check_fitted()
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        told: dict[str, Any] = dict(conditions=conditions, columns=columns)
        return write_parts(self, folder, n_samples, seed, n_jobs=n_jobs, resume=resume, verbose=verbose, **told)

    def _blocks(
        self,
        n_samples: int,
        random_state: Any,
        conditions: Any,
        known: Any,
        balance: Any,
        give: Callable[[Any], Any] = lambda rows: rows,
    ) -> RowBlocks:
        self._check_fitted()
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        request = Request(self.schema_, self.constraints_, self.label_, n_samples, seed, conditions, known, balance)
        empty = self.schema_.decode(np.empty((0, len(self.schema_))))

        def choose(places: Places, block: int, n_candidates: int) -> Candidates:
            return self._choose(request, seed, block, n_candidates, places)

        fill = self.schema_.fresh(seed)
        complete = give if fill is None else lambda block: give(fill(block))
        return RowBlocks(
            choose,
            self._few(request.n_samples),
            empty,
            request.n_samples,
            request.groups,
            request.index,
            complete,
            request.list_rules(),
        )

    def _check_fitted(self) -> None:
        if not hasattr(self, "schema_"):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(f"this {type(self).__name__} is not fitted, and has no rows to give; call fit first")

    @np.errstate(over="ignore", invalid="ignore")  # near the largest double
    def _choose(
        self, request: Request, seed: int, block: int, n_candidates: int = BLOCK_ROWS, places: Places | None = None
    ) -> Candidates:
        """Return which of the first candidates of a block are accepted; `places` knows for which ones rows wait."""
        wanted = request.wanted(None if places is None else places.open)
        rows = self.schema_.round(self._make(seed, block, request.given(block), n_candidates, wanted))
        chosen = request.choose(rows)
        return chosen._replace(rows=self.schema_.decode(chosen.rows))

    def _few(self, n_samples: int) -> Sequence[int]:
        """Return numbers of candidates, less than a block, that `_make` can make alone and that may be enough."""
        return ()

    @abstractmethod
    def _make(
        self, seed: int, block: int, given: NDArray[np.int64] | None, n_candidates: int, wanted: Wanted
    ) -> NDArray[np.float64]:
        """Return the good ones of the first candidates of a block, but for some of levels that are not wanted."""


class GeneratedRows(RowSampler):
    """Gives the rows of a `RowGenerator`."""

    row_generator_: RowGenerator

    def _few(self, n_samples: int) -> Sequence[int]:
        rows = self.row_generator_
        share = 1.0 if rows.sieve is None else rows.sieve.acceptance_
        return () if rows.draws.whole else [size for size in FEW if size * share >= n_samples]

    def _make(
        self, seed: int, block: int, given: NDArray[np.int64] | None, n_candidates: int, wanted: Wanted
    ) -> NDArray[np.float64]:
        return self.row_generator_.make(seed, block, given, n_candidates, wanted)
