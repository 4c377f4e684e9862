"""What happened during training, iteration by iteration, and what to make of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

LEAST_CHECKS = 4  # fewer say nothing about a trend
LEAST_HELD = 200  # rows held aside; to fewer the distance does not fall even where rows still improve

Conclusion = Literal["converged", "still improving", "unknown", "collapsed", "diverged"]
Status = Literal["training", "finished", "no gain", "out of time", "interrupted", "diverged"]


@dataclass
class History:
    """The course of a training run.

    Attributes
    ----------
    critic_loss : ndarray of shape (n_iterations,)
        The critic's loss at the last of its steps in each iteration; MATLAB's ``lossD``.
    unregularized_loss : ndarray of shape (n_iterations,)
        The same without the gradient penalty; MATLAB's ``lossDUnregularized``.
    distance : ndarray of shape (n_checks, 2)
        Iteration, and the sliced Wasserstein distance between generated and real rows (both encoded) then.
    best_iteration : int
        When the generator that is kept was; 0 when none was measured.
    status : {"finished", "no gain", "out of time", "interrupted", "diverged"}
        How the run ended: all iterations done, `patience` or `max_seconds` used up, Ctrl-C, or numbers not finite.
    seconds : float or None
        How long it took. It is not saved with a model, so that the same seed gives the same file.
    floor, noise : float
        Mean and spread of the distance that a perfect generator would have.
    n_held_aside : int
        Rows that were kept from training for the distance; 0 when it was measured on the training rows.
    collapsed : list of int
        Columns, counted from 1, in which generated rows vary far less than real ones.
    step, device : str
        How gradients were made, and on what kind of device.
    """

    critic_loss: NDArray[np.float64]
    unregularized_loss: NDArray[np.float64]
    distance: NDArray[np.float64]
    best_iteration: int = 0
    status: Status = "finished"
    seconds: float | None = None
    floor: float = 0.0
    noise: float = 0.0
    n_held_aside: int = 0
    collapsed: list[int] = field(default_factory=list)
    step: str = ""
    device: str = ""

    def __len__(self) -> int:
        return len(self.critic_loss)

    @property
    def wasserstein(self) -> NDArray[np.float64]:
        """Mean D(real) - mean D(fake), the critic's estimate of the Wasserstein-1 distance.

        Of an objective that does not estimate one it is minus the loss, and no distance.
        """
        return -self.unregularized_loss

    @property
    def best_distance(self) -> float:
        """The distance of the generator that is kept; NaN when none was measured."""
        return float(dict(self.distance).get(self.best_iteration, np.nan))

    @property
    def conclusion(self) -> Conclusion:
        """What the course of the distance shows.

        Training is "still improving" when the smallest distance fell by more than its noise in the last quarter, but
        not when it was ended for lack of gain. It has "converged" when it fell by no more than that in the last half,
        and could have shown it: to at least 200 rows that were held aside. All else is "unknown": of few rows the
        distance is blind, and to rows that were learned it falls as they are learned by heart. Only what does not
        improve any more can have "collapsed": at first all generators vary little.
        """
        if self.status == "diverged":
            return "diverged"
        fell = len(self.distance) >= LEAST_CHECKS and self._fall(0.25) > self.noise
        if fell and self.status != "no gain":
            return "still improving"
        if self.collapsed and len(self.distance) >= LEAST_CHECKS:
            return "collapsed"
        seen = len(self.distance) >= 2 * LEAST_CHECKS and self.n_held_aside >= LEAST_HELD
        return "converged" if seen and self._fall(0.5) <= self.noise else "unknown"

    def _fall(self, share: float) -> float:
        """By how much the smallest distance fell in the last part of the run."""
        distances = self.distance[:, 1]
        earlier, latest = np.split(distances, [len(distances) - int(len(distances) * share)])
        return float(earlier.min() - latest.min())

    def to_frame(self) -> pd.DataFrame:
        """Return all series as a DataFrame with one row per iteration, counted from 1.

        Returns
        -------
        DataFrame of shape (n_iterations, 4)
            Columns critic_loss, unregularized_loss, wasserstein and distance; the last is NaN where none was measured.

        Examples
        --------
        >>> losses = np.array([0.5, 0.25])
        >>> frame = History(losses, losses - 0.25, np.array([[2, 0.125]])).to_frame()
        >>> frame.loc[2].to_dict()
        {'critic_loss': 0.25, 'unregularized_loss': 0.0, 'wasserstein': -0.0, 'distance': 0.125}
        """
        import pandas as pd

        iterations = pd.RangeIndex(1, len(self) + 1, name="iteration")
        measured = {int(iteration): distance for iteration, distance in self.distance}
        return pd.DataFrame(
            {
                "critic_loss": self.critic_loss,
                "unregularized_loss": self.unregularized_loss,
                "wasserstein": self.wasserstein,
                "distance": [measured.get(iteration, np.nan) for iteration in iterations],
            },
            index=iterations,
        )

    def plot(self, path: str | os.PathLike[str] | None = None, overwrite: bool = False) -> Figure:
        """Draw the critic's loss with and without its penalty, and the distance to real rows below it.

        Parameters
        ----------
        path : path, optional
            Picture to write; its suffix, .png, .svg or .pdf, tells the format.
        overwrite : bool, default False
            Replace a file that exists.

        Returns
        -------
        Figure
            Of matplotlib, with one axes, or two when the distance was measured. The broken line is the generator that
            is kept, the band what a perfect one would get, give or take the noise.
        """
        from tabgan.gan.run_picture import draw_history

        return draw_history(self, path, overwrite)

    def after(self, earlier: History) -> History:
        """Return this run as the continuation of an earlier one."""
        shift = np.array([len(earlier), 0.0])
        joined = {
            "critic_loss": np.concatenate([earlier.critic_loss, self.critic_loss]),
            "unregularized_loss": np.concatenate([earlier.unregularized_loss, self.unregularized_loss]),
            "distance": np.concatenate([earlier.distance, self.distance + shift]),
        }
        return History(**{**vars(self), **joined, "best_iteration": len(earlier) + self.best_iteration})

    def get_state(self) -> dict[str, Any]:
        """Return everything but the seconds as a dict of arrays and JSON values."""
        return {name: value for name, value in vars(self).items() if name != "seconds"}
