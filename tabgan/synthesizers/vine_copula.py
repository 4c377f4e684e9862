"""A vine copula as a synthesizer of rows: the rival that no GAN should lose to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tabgan.persistence import State
from tabgan.preprocessing.sieve import Sieve
from tabgan.registry import register_own
from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.row_synthesizer import RowSynthesizer
from tabgan.synthesizers.vine import Vine
from tabgan.synthesizers.vine_rows import VineRows


class VineCopulaSynthesizer(RowSynthesizer):
    """Learns a table with a vine copula, without any network, and samples rows like it.

    Every column becomes normal by its ranks, labels and repeated values spread within their steps. A regular vine
    (Aas et al. 2009) says how these go together: a tree of pairs after the other, each pair's density by local
    likelihood (Nagler 2017). The same sieve as that of `WGANGPSynthesizer` refuses rows that are too frequent. A fit
    takes seconds. On tables of plain numbers it is a strong rival; columns that are tied to each other, and a target
    that follows from the others, are learned better by a GAN. Needs pyvinecopulib: ``pip install
    'tabgan-wgangp[vine]'``.

    Parameters
    ----------
    kinds : mapping of column name to kind, optional
        As of `WGANGPSynthesizer`.
    constraints : str or sequence of str, default ()
        Rules that the rows keep, such as "start <= end".
    sieve : bool, default True
        Let generated rows through as often as a detector says that real ones like them are.
    random_state : int, RandomState, Generator or None
        Seed.

    Attributes
    ----------
    rows_ : VineRows
        From a seed to rows: the copula, the ranks of the columns, and the sieve.
    schema_, seed_, n_samples_, constraints_, label_, n_features_in_, feature_names_in_
        As of every `BaseSynthesizer`.

    References
    ----------
    Aas, Czado, Frigessi, Bakken (2009). Pair-copula constructions of multiple dependence. Insurance: Mathematics and
    Economics 44(2).

    Nagler, Schellhase, Czado (2017). Nonparametric estimation of simplified vine copula models. Dependence Modeling 5.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(100, 3)).round(2)
    >>> model = VineCopulaSynthesizer(random_state=0).fit(X)  # doctest: +SKIP
    >>> model.sample(1000).shape  # doctest: +SKIP
    (1000, 3)
    """

    LIBRARIES: ClassVar[Sequence[str]] = (*BaseSynthesizer.LIBRARIES, "pyvinecopulib")

    def __init__(
        self,
        *,
        kinds: Mapping[Any, str] | None = None,
        constraints: str | Sequence[str] = (),
        sieve: bool = True,
        random_state: Any = None,
    ) -> None:
        self.kinds, self.constraints, self.sieve, self.random_state = kinds, constraints, sieve, random_state

    def _fit(self, X: NDArray[np.float64], earlier: dict[str, Any]) -> None:
        every = np.ones(len(X), bool)
        self.rows_ = VineRows.fit(X, every, self.schema_, self.constraints_, self.seed_, self.sieve)

    def _sample_block(self, seed: int, block: int, given: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        return self.rows_.make(seed, block)

    def _learned_state(self) -> State:
        sieve = self.rows_.sieve
        return {"vine": self.rows_.vine.get_state(), "sieve": sieve and sieve.get_state()}

    def _set_learned_state(self, state: State) -> None:
        sieve = state["sieve"] and Sieve.from_state(state["sieve"])
        self.rows_ = VineRows(Vine.from_state(state["vine"]), self.schema_, self.constraints_, sieve)


register_own("model", VineCopulaSynthesizer)
