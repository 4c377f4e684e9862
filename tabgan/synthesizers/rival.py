"""Whether a network pays on a table: a fitted GAN beside a vine copula that learned the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.evaluation.likelihood import log_ratio
from tabgan.preprocessing.series import smooth_series
from tabgan.spelling import spell
from tabgan.synthesizers.training import hold_aside
from tabgan.synthesizers.vine import import_pyvinecopulib
from tabgan.synthesizers.vine_rows import VineRows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer

Floats = NDArray[np.float64]

N_GENERATED = 12_000  # rows of each that the detector learns
MOST_BLOCKS = 50  # of candidates
LEAST_HELD = 20  # rows from which their mean has an error that can be believed
CLEAR = 2  # standard errors


@dataclass(frozen=True)
class Rival:
    """How much nearer to real rows a GAN is than a vine copula.

    Attributes
    ----------
    n_held : int
        Real rows that neither has learned.
    gain : float or None
        Nats by which such a row is likelier, on average, under the GAN; negative where the vine is nearer. None when
        there are fewer than 20 rows.
    error : float or None
        Its standard error by the chance of which rows were held aside.
    """

    n_held: int
    gain: float | None = None
    error: float | None = None

    @property
    def nearer(self) -> str | None:
        """Which is nearer by two standard errors: "gan" or "vine"; None when that cannot be told."""
        if self.gain is None or self.error is None or abs(self.gain) <= CLEAR * self.error:
            return None
        return "gan" if self.gain > 0 else "vine"

    def describe(self) -> str:
        """Return the finding in a sentence."""
        if self.gain is None:
            return (
                f"rival: cannot tell whether a vine copula is nearer to real rows, as {self.n_held} rows were held "
                f"aside and {LEAST_HELD} are needed; set {spell('held_aside', 0.2)}, or more"
            )
        figures = f"{abs(self.gain):.2f} nats a row, error {self.error:.2f}, on {self.n_held:,} held-aside rows"
        if self.nearer == "gan":
            return f"rival: nearer to real rows than a vine copula, by {figures}"
        if self.nearer == "vine":
            return f"rival: does not beat a vine copula, which is nearer to real rows by {figures}"
        return f"rival: cannot tell whether it beats a vine copula ({self.gain:+.2f}{figures[figures.index(' ') :]})"


def compare_with_vine(model: WGANGPSynthesizer, X: ArrayLike) -> Rival:
    """Fit a vine copula under a sieve to the rows that a GAN has learned, and say which of the two is nearer to others.

    Both are compared on the rows that were held aside. The GAN has not trained on these, but it knows the ranks of
    their values, and so the vine is told these, too; that the best generator was chosen by them is in its favour. The
    vine is that of `VineCopulaSynthesizer`. No density is needed for that: a detector learns, from
    12,000 generated rows of each, which of the two made a row; its odds are the ratio of the densities, and the mean of
    their logarithm over real rows is the difference of the two Kullback-Leibler divergences from these. Only its noise
    by the chance of which rows were held aside is large.

    Parameters
    ----------
    model : WGANGPSynthesizer
        Fitted.
    X : DataFrame or array-like of shape (n_samples, n_columns)
        The table that it was fitted to, its label as the last column if that was given as `y`.

    Raises
    ------
    InputError
        It is another table; or pyvinecopulib is not installed.
    """
    import_pyvinecopulib()
    rows = model.schema_.to_matrix(X)
    if len(rows) != model.n_samples_:
        raise InputError(
            f"the table must be the one that was learned, of {model.n_samples_:,} rows, but has {len(rows):,}; give "
            "that one"
        )
    rows = smooth_series(rows, model.schema_, model.constraints_, model.smooth, model.denoise)
    held = hold_aside(len(rows), model.settings_.held_aside, model.seed_)
    if held.sum() < LEAST_HELD:
        return Rival(int(held.sum()))
    vine = VineRows.fit(rows, ~held, model.schema_, model.constraints_, model.seed_, sieve=True)
    theirs, ours = _gather(vine, model.seed_), model.schema_.to_matrix(model.sample(N_GENERATED))
    gains = log_ratio(theirs, ours[: len(theirs)], rows[held])
    return Rival(int(held.sum()), float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains))))


def _gather(vine: VineRows, seed: int) -> Floats:
    """Return rows of a vine that keep the constraints; fewer than 12,000 where these or the sieve refuse most."""
    kept: list[Floats] = []
    while sum(map(len, kept)) < N_GENERATED and len(kept) < MOST_BLOCKS:
        rows = vine.make(seed, len(kept))
        kept.append(rows[vine.constraints.holds(rows)])
    return np.concatenate(kept)[:N_GENERATED]
