"""Fast signals, such as vibration: a long autoregression from a real past, driven by blocks of real innovations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.seeds import Use, numpy_rng, whole_seed
from tabgan.series.autoregression import STRIDE, Autoregression
from tabgan.series.residuals import ResidualBlocks

Array = NDArray[np.float64]

BURN_IN = 512  # steps that are made and thrown away, after the learned past
TOGETHER = 128  # windows that are made at once, whatever was asked for


@dataclass(frozen=True)
class Machine:
    """One kind of signal, such as a machine in one condition.

    Parameters
    ----------
    linear : Autoregression
    residuals : ResidualBlocks
    pasts : list of arrays of shape (n_steps, n_channels)
        Learned segments, in which runs start.
    """

    linear: Autoregression
    residuals: ResidualBlocks
    pasts: list[Array]

    @classmethod
    def learn(cls, segments: Sequence[Array], seed: int, *, order: int | Literal["auto"], iterations: int) -> Machine:
        """Learn one kind of signal from its segments."""
        linear = Autoregression.learn(segments, order)
        left = [linear.residuals(x) for x in segments if len(x) > linear.order]
        residuals = ResidualBlocks.learn(left, seed, iterations=iterations)
        return cls(linear, residuals, [x for x in segments if len(x) >= linear.order + residuals.memory])

    def roll(self, length: int, seed: int, block: int, burn_in: int) -> Array:
        """Make windows of a block, (TOGETHER, length, n_channels)."""
        rng = numpy_rng(seed, Use.FAST_WINDOWS, block)
        need = self.linear.order + self.residuals.memory
        starts = np.array([len(x) - need + 1 for x in self.pasts])
        which = np.searchsorted(starts.cumsum(), rng.integers(starts.sum(), size=TOGETHER), side="right")
        past = np.stack([self.pasts[i][at : at + need] for i, at in zip(which, rng.integers(starts[which]), strict=True)])
        before = np.stack([self.linear.residuals(x) for x in past])
        n_steps = -(-(burn_in + length) // STRIDE) * STRIDE  # whole strides: a longer window begins as a shorter one
        innovations = self.residuals.roll(before, n_steps, rng)
        return self.linear.run(past, innovations)[:, burn_in : burn_in + length]


@dataclass(frozen=True)
class FastSignal:
    """Windows of fast signals, of one kind or of several that a label tells apart.

    Each label has an autoregression of its own, as long as foretells best, and blocks of its own innovations. Windows
    start from places that were learned, and go on from there. No GAN is in it: on vibration it added nothing.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> hum = np.sin(np.arange(6000) / 3)[:, None] + rng.normal(0, 0.1, (6000, 1))
    >>> signal = FastSignal.learn([hum], iterations=20)
    >>> signal.roll(3, 256, seed=1).shape
    (3, 256, 1)
    """

    labels: list[Any]
    shares: Array  # of the learned steps, by label
    machines: list[Machine]

    @classmethod
    def learn(
        cls,
        segments: Sequence[Array],
        labels: Sequence[Any] | None = None,
        seed: int = 0,
        *,
        order: int | Literal["auto"] = "auto",
        iterations: int = 500,
    ) -> FastSignal:
        """Learn signals of shape (n_steps, n_channels).

        Parameters
        ----------
        segments : sequence of arrays of shape (n_steps, n_channels)
            Stretches without gaps.
        labels : sequence, one for each segment, optional
            What kind of signal each is, as strings, numbers or booleans.
        seed : int, default 0
        order : int or "auto", default "auto"
            See `Autoregression.learn`.
        iterations : int, default 500
            Steps of the network that foretells mean and scale of the innovations.

        Raises
        ------
        InputError
            The segments of a label are too short.
        """
        own = list(labels) if labels is not None else [None] * len(segments)
        known = list(dict.fromkeys(own))
        machines, steps = [], []
        for place, label in enumerate(known):
            parts = [np.asarray(x, float) for x, name in zip(segments, own, strict=True) if name == label]
            fresh = whole_seed(seed, Use.FAST_RESIDUALS, place)
            try:
                machines.append(Machine.learn(parts, fresh, order=order, iterations=iterations))
            except InputError as error:
                raise InputError(f"{f'label {label!r}: ' if label is not None else ''}{error}") from None
            steps.append(sum(len(x) for x in parts))
        return cls(known, np.asarray(steps) / sum(steps), machines)

    def roll(self, n: int, length: int, seed: int, label: Any = None, *, burn_in: int = BURN_IN) -> Array:
        """Return windows of shape (n, length, n_channels), of one label or of all, as often as they were learned.

        Fewer or shorter windows from the same seed are the beginning of more and longer ones.

        Raises
        ------
        InputError
            The label was not learned.
        """
        if label is not None and label not in self.labels:
            raise InputError(f"label must be one of {self.labels}, which were learned; it is {label!r}")
        which = self.draw_labels(n, seed) if label is None else np.full(n, self.labels.index(label))
        out = np.empty((n, length, len(self.machines[0].linear.mean)))
        for place, machine in enumerate(self.machines):
            rows = np.flatnonzero(which == place)
            own = whole_seed(seed, Use.FAST_WINDOWS, place)
            for block, i in enumerate(range(0, len(rows), TOGETHER)):
                some = rows[i : i + TOGETHER]
                out[some] = machine.roll(length, own, block, burn_in)[: len(some)]
        return out

    def draw_labels(self, n: int, seed: int) -> NDArray[np.intp]:
        """Return the places in `labels` of the windows that `roll` makes of all labels."""
        return np.asarray(numpy_rng(seed, Use.WINDOW_LABELS).choice(len(self.labels), size=n, p=self.shares))

    def describe(self) -> str:
        """Say what was chosen for each label, a line each."""
        return "\n".join(
            f"{'' if name is None else f'{name}: '}{machine.linear.describe()}"
            for name, machine in zip(self.labels, self.machines, strict=True)
        )

    def get_state(self) -> dict[str, Any]:
        """Return all of it as a dict of arrays and JSON values. It holds the learned segments."""
        machines = {
            str(i): {
                "linear": x.linear.get_state(),
                "residuals": x.residuals.get_state(),
                "pasts": {str(j): past for j, past in enumerate(x.pasts)},
            }
            for i, x in enumerate(self.machines)
        }
        return {"labels": self.labels, "shares": self.shares, "machines": machines}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FastSignal:
        """Return what `get_state` was called on."""
        machines = [
            Machine(
                Autoregression.from_state(x["linear"]),
                ResidualBlocks.from_state(x["residuals"]),
                [np.asarray(x["pasts"][str(j)]) for j in range(len(x["pasts"]))],
            )
            for x in (state["machines"][str(i)] for i in range(len(state["machines"])))
        ]
        return cls(list(state["labels"]), np.asarray(state["shares"]), machines)
