"""What happened during training, iteration by iteration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["finished", "interrupted", "diverged"]


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
        Iteration, and the sliced Wasserstein distance between generated and training rows (both encoded) then.
    status : {"finished", "interrupted", "diverged"}
        How the run ended.
    seconds : float or None
        How long it took. It is not saved with a model, so that the same seed gives the same file.
    """

    critic_loss: np.ndarray
    unregularized_loss: np.ndarray
    distance: np.ndarray
    status: Status = "finished"
    seconds: float | None = None

    def __len__(self) -> int:
        return len(self.critic_loss)

    @property
    def wasserstein(self) -> np.ndarray:
        """Mean D(real) - mean D(fake), the critic's estimate of the Wasserstein-1 distance.

        For objective "gan" it is minus the loss, and no distance.
        """
        return -self.unregularized_loss

    @property
    def best_iteration(self) -> int:
        """The iteration with the smallest distance, whose generator is kept; 0 when none was measured."""
        return int(self.distance[self.distance[:, 1].argmin(), 0]) if len(self.distance) else 0

    @property
    def best_distance(self) -> float:
        """The smallest distance; NaN when none was measured."""
        return float(self.distance[:, 1].min()) if len(self.distance) else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Return the losses as a DataFrame with one row per iteration, counted from 1."""
        import pandas as pd

        losses = {"critic_loss": self.critic_loss, "wasserstein": self.wasserstein}
        return pd.DataFrame(losses, index=pd.RangeIndex(1, len(self) + 1, name="iteration"))

    def get_state(self) -> dict[str, Any]:
        """Return everything but the seconds as a dict of arrays and JSON values."""
        return {
            "critic_loss": self.critic_loss,
            "unregularized_loss": self.unregularized_loss,
            "distance": self.distance,
            "status": self.status,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> History:
        """Make the history that `get_state` described."""
        return cls(**state)
