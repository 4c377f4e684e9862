"""Fast signals, such as vibration: a long autoregression from a real past, driven by blocks of real innovations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tabgan.series.autoregression import STRIDE, Autoregression
from tabgan.series.residuals import ResidualBlocks

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FastSignal:
    """One kind of signal: its autoregression, as long as foretells best, and blocks of its own innovations.

    No GAN is in it: on vibration, one for the blocks added nothing that could be measured.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> hum = np.sin(np.arange(6000) / 3)[:, None] + rng.normal(0, 0.1, (6000, 1))
    >>> signal = FastSignal.learn([hum], seed=0, iterations=20)
    >>> signal.run(np.stack([hum[: signal.need]] * 3), 256, rng).shape
    (3, 256, 1)
    """

    linear: Autoregression
    residuals: ResidualBlocks

    @classmethod
    def learn(
        cls, segments: Sequence[Array], seed: int, *, order: int | Literal["auto"] = "auto", iterations: int = 500
    ) -> FastSignal:
        """Learn from segments of shape (n_steps, n_channels).

        `order` is that of `Autoregression.learn`, `iterations` are those of the network of `ResidualBlocks.learn`.

        Raises
        ------
        InputError
            The segments are too short.
        """
        linear = Autoregression.learn(segments, order)
        left = [linear.residuals(x) for x in segments if len(x) > linear.order]
        return cls(linear, ResidualBlocks.learn(left, seed, iterations=iterations))

    @property
    def need(self) -> int:
        """How many steps of the past count."""
        return self.linear.order + self.residuals.memory

    def run(self, past: Array, n_steps: int, rng: np.random.Generator) -> Array:
        """Go on after a past of shape (n_series, at least `need`, n_channels): (n_series, n_steps, n_channels).

        The same generator gives a longer run the same beginning.
        """
        past = past[:, past.shape[1] - self.need :]
        before = np.stack([self.linear.residuals(x) for x in past])
        whole = -(-n_steps // STRIDE) * STRIDE  # so that a longer run begins as a shorter one to the last bit
        innovations = self.residuals.roll(before, whole, rng)
        return self.linear.run(past, innovations)[:, :n_steps]

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values."""
        return {"linear": self.linear.get_state(), "residuals": self.residuals.get_state()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FastSignal:
        """Return what `get_state` was called on."""
        return cls(Autoregression.from_state(state["linear"]), ResidualBlocks.from_state(state["residuals"]))
