"""Series of blocks of the learned ones: a baseline that any model of series should be more useful than."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from tabgan.persistence import State
from tabgan.registry import register_own
from tabgan.seeds import Use, numpy_rng
from tabgan.series.time_columns import Time
from tabgan.synthesizers.series_intake import count
from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer

Floats = NDArray[np.float64]


class StationaryBootstrap(SeriesSynthesizer):
    """Puts blocks of the learned series one behind the other: nothing is new within a block.

    Before each step a block ends by chance, and the next begins at any learned step, so that lengths are geometric;
    behind the end of a stretch a block goes on at its begin. With a label or static columns a block has those that are
    asked for. It needs no training, and copies: what it is for is to be compared with, and to fill up where privacy
    does not matter. Columns that are known in advance have no influence on it.

    Parameters
    ----------
    time, entity, static, known_future, label, step, gaps
        As of `TimeSeriesSynthesizer`.
    block : int, default 24
        Steps of a block, on average.
    random_state : int, RandomState, Generator or None
        Seed.

    Attributes
    ----------
    clock_, roles_, readings_, covariates_, stretches_, context_, schema_, seed_, n_samples_
        As of every `SeriesSynthesizer`.

    References
    ----------
    Politis, Romano (1994). The stationary bootstrap. Journal of the American Statistical Association 89(428).

    Examples
    --------
    >>> import numpy as np
    >>> steps = np.arange(300.0)[:, None] % 70
    >>> model = StationaryBootstrap(block=50, random_state=0).fit(steps)
    >>> bool((np.diff(model.sample_series(1000), axis=0) == 1).mean() > 0.9)
    True
    """

    def __init__(
        self,
        *,
        time: Time | None = None,
        entity: Hashable | None = None,
        static: Sequence[Hashable] = (),
        known_future: Sequence[Hashable] = (),
        label: Hashable | None = None,
        step: str = "auto",
        gaps: str = "split",
        block: int = 24,
        random_state: Any = None,
    ) -> None:
        self.time, self.entity, self.static, self.known_future = time, entity, static, known_future
        self.label, self.step, self.gaps, self.block, self.random_state = label, step, gaps, block, random_state

    def _choose_context(self, longest: int) -> int:
        count("block", self.block, 1)
        return 1

    def _learn(self, earlier: dict[str, Any]) -> None:
        """There is nothing to learn: the stretches are kept."""

    def _run(self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator) -> Floats:
        """Go on from the learned step that is nearest to the last one, until the block ends."""
        learned = self.stretches_
        scale = learned.values.std(0)
        scale = np.where(scale > 0, scale, 1.0)
        place = KDTree(learned.values / scale).query(first[:, -1] / scale)[1]
        alike, wanted = self._kinds(covariates)
        order = np.argsort(alike, kind="stable")
        begins = np.searchsorted(alike[order], np.arange(alike.max() + 2))
        after = np.arange(1, len(alike) + 1)
        after[learned.begins + learned.lengths - 1] = learned.begins
        made = np.empty((*covariates.shape[:2], learned.values.shape[1]))
        for i, kind in enumerate(wanted.T):
            ends, where = rng.random((2, len(kind)))
            place = after[place]
            low, high = begins[kind], begins[kind + 1]
            new = order[low + (where * (high - low)).astype(np.int64)]
            place = np.where((ends < 1 / self.block) | (alike[place] != kind), new, place)
            made[:, i] = learned.values[place]
        return made

    def _kinds(self, covariates: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Number the combinations of static columns and label: of learned steps, and the nearest of those to make."""
        widths = [width or 1 for width in self.covariates_.widths]
        skipped = sum(widths[: len(self.roles_.known)])
        kinds, alike = np.unique(self.covariates_(self.stretches_.beside)[:, skipped:], axis=0, return_inverse=True)
        m, n_steps = covariates.shape[:2]
        if len(kinds) == 1:
            return np.zeros(len(alike), np.int64), np.zeros((m, n_steps), np.int64)
        wanted = KDTree(kinds).query(covariates[..., skipped:])[1]
        return alike.reshape(-1).astype(np.int64), wanted

    def _run_long(self, first: Floats, time: NDArray[np.int64], covariates: Floats, seed: int, chunk: int) -> Floats:
        """Run in one go: a block may cross the end of a piece."""
        return self._run(first, time, covariates, numpy_rng(seed, Use.ROLL, chunk, 1))

    def _learned_state(self) -> State:
        return {}

    def _set_learned_state(self, state: State) -> None:
        pass


register_own("model", StationaryBootstrap)
