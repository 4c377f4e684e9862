"""Ensembles of small networks, each trained until a part that is later in time says stop."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from tabgan.gan.device import use_threads
from tabgan.persistence import State
from tabgan.progress import Progress
from tabgan.seeds import member_seeds

BP_NODES = 20
BATCH = 64
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-3
LARGEST_GRADIENT = 1.0
DECAY = 0.98
"""Weights are averaged over the steps, exponentially; what is judged and kept is the average."""


class RecurrentStream(nn.Module):
    """An LSTM or a simple RNN over the steps of a sequence, and a linear layer on its last state."""

    def __init__(self, cell: str, width: int, hidden: int) -> None:
        super().__init__()
        self.cell = (nn.LSTM if cell == "lstm" else nn.RNN)(width, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map sequences of shape (m, window, width) to (m,)."""
        return self.out(self.cell(x)[0][:, -1])[:, 0]


class Streams(nn.Module):
    """One network for each stream of inputs; the forecast is the sum of their outputs."""

    def __init__(self, cell: str, widths: Sequence[int], hidden: int) -> None:
        super().__init__()
        self.streams = nn.ModuleList(RecurrentStream(cell, width, hidden) for width in widths)

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """Map one tensor of shape (m, window, width) a stream to (m,)."""
        return sum(stream(x) for stream, x in zip(self.streams, inputs, strict=True))


class Perceptron(nn.Module):
    """One hidden layer of 20 sigmoid nodes on all inputs, as trained by back-propagation (BP)."""

    def __init__(self, n_inputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(n_inputs, BP_NODES), nn.Sigmoid(), nn.Linear(BP_NODES, 1))

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """Map one tensor of shape (m, window, width) a stream to (m,)."""
        return self.layers(torch.cat([x.flatten(1) for x in inputs], 1))[:, 0]


def build_network(cell: str, window: int, widths: Sequence[int], hidden: int) -> nn.Module:
    """Return the network of a kind: "lstm", "rnn" or "bp"."""
    return Perceptron(window * sum(widths)) if cell == "bp" else Streams(cell, widths, hidden)


class Training(NamedTuple):
    """How `members` networks of width `hidden` are trained: for at most `epochs`, or `patience` without a better one on
    the latest share `stopping` of the rows; `label` is what the line of progress says, empty for none.
    """

    hidden: int
    epochs: int
    patience: int
    members: int
    stopping: float
    label: str


class Ensemble:
    """Networks of a cell ("lstm", "rnn", "bp") that differ in their seeds; their forecast is the mean."""

    def __init__(self, cell: str, window: int, widths: Sequence[int], hidden: int) -> None:
        self.shape = (cell, window, tuple(widths), hidden)
        self.networks: list[nn.Module] = []

    @classmethod
    def fit(
        cls,
        cell: str,
        streams: Sequence[NDArray[np.float64]],
        target: NDArray[np.float64],
        settings: Training,
        seed: int,
    ) -> Ensemble:
        """Train on streams of shape (m, window, width), rows in the order of time, and targets of shape (m,)."""
        ensemble = cls(cell, streams[0].shape[1], [s.shape[2] for s in streams], settings.hidden)
        inputs, wanted = _tensors(streams), torch.as_tensor(target, dtype=torch.float32)
        with use_threads(1), Progress(settings.members * settings.epochs, f"{settings.label} epoch") as progress:
            for member, own in enumerate(member_seeds(seed, settings.members)):
                with torch.random.fork_rng(devices=[]):
                    torch.manual_seed(own)
                    ensemble.networks.append(build_network(*ensemble.shape))
                    for epoch, error in _train(ensemble.networks[-1], inputs, wanted, settings):
                        if settings.label:
                            progress.update(member * settings.epochs + epoch, f"error {error:.3f}")
        return ensemble

    def predict(self, streams: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the mean output of the networks, of shape (m,)."""
        inputs = _tensors(streams)
        with torch.no_grad(), use_threads(1):
            outputs = [network(inputs).numpy() for network in self.networks]
        return np.stack(outputs).mean(axis=0, dtype=np.float64)

    def get_state(self) -> State:
        """Return the networks as nested dicts of arrays and JSON values."""
        cell, window, widths, hidden = self.shape
        weights = {
            str(i): {name: value.numpy() for name, value in network.state_dict().items()}
            for i, network in enumerate(self.networks)
        }
        return {"cell": cell, "window": window, "widths": list(widths), "hidden": hidden, "networks": weights}

    @classmethod
    def from_state(cls, state: State) -> Ensemble:
        """Make the ensemble that `get_state` described."""
        ensemble = cls(state["cell"], state["window"], state["widths"], state["hidden"])
        for i in range(len(state["networks"])):
            with torch.random.fork_rng(devices=[]):
                network = build_network(*ensemble.shape)
            network.load_state_dict({k: torch.as_tensor(v) for k, v in state["networks"][str(i)].items()})
            ensemble.networks.append(network)
        return ensemble


def _train(
    network: nn.Module, inputs: Sequence[Tensor], wanted: Tensor, settings: Training
) -> Iterator[tuple[int, float]]:
    """Train a network and leave it as it was best; yield each epoch and its error on the rows held back."""
    n_train = len(wanted) - max(1, round(settings.stopping * len(wanted)))
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(DECAY))
    loss = nn.SmoothL1Loss()
    least, best_epoch, best = float("inf"), 0, network.state_dict()
    for epoch in range(1, settings.epochs + 1):
        for rows in torch.randperm(n_train).split(BATCH):
            optimizer.zero_grad()
            loss(network([x[rows] for x in inputs]), wanted[rows]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
            optimizer.step()
            average.update_parameters(network)
        with torch.no_grad():
            error = float((average([x[n_train:] for x in inputs]) - wanted[n_train:]).abs().mean())
        if error < least:
            least, best_epoch, best = error, epoch, copy.deepcopy(average.module.state_dict())
        yield epoch, error
        if epoch - best_epoch >= settings.patience:
            break
    network.load_state_dict(best)


def _tensors(streams: Sequence[NDArray[np.float64]]) -> list[Tensor]:
    return [torch.as_tensor(stream, dtype=torch.float32) for stream in streams]
