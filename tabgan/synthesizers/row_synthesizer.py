"""Synthesizers of single rows."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from tabgan.seeds import resolve_seed
from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.part_folder import Parts, write_parts
from tabgan.synthesizers.row_sampler import RowSampler


class RowSynthesizer(RowSampler, BaseSynthesizer):
    """Template of the synthesizers of single rows; a subclass writes `_sample_block`, too."""

    def sample_to(
        self,
        folder: str | os.PathLike[str],
        n_samples: int,
        random_state: Any = None,
        *,
        conditions: Mapping[Any, Any] | str | Sequence[str] | None = None,
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
        check_is_fitted(self)
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        told: dict[str, Any] = dict(conditions=conditions, columns=columns)
        return write_parts(self, folder, n_samples, seed, n_jobs=n_jobs, resume=resume, verbose=verbose, **told)

    @abstractmethod
    def _sample_block(self, seed: int, block: int, given: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Return at most BLOCK_ROWS rows, the good ones of as many candidates, like those that `_fit` was given.

        `given` holds the codes of the label that the candidates are to have, of shape (BLOCK_ROWS,), in a model with a
        label.
        """
