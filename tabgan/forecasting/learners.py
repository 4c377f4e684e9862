"""What learns from the inputs: small networks, each trained until a later part says stop, or a support vector machine.

Streams are arrays of shape (m, window, width), rows in the order of time; targets and forecasts have shape (m,).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVR
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from tabgan.gan.device import use_threads
from tabgan.persistence import State
from tabgan.progress import Progress
from tabgan.seeds import member_seeds

PENALTY = 10.0  # of support vectors
BP_NODES = 20
BATCH = 64
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-3
LARGEST_GRADIENT = 1.0
DECAY = 0.98  # of the average of the weights over the steps, which is what is judged and kept

Arrays = Sequence[NDArray[np.float64]]


class RecurrentStream(nn.Module):
    """An LSTM or a simple RNN over the steps of a sequence, and a linear layer on its last state."""

    def __init__(self, cell: str, width: int, hidden: int) -> None:
        super().__init__()
        self.cell = (nn.LSTM if cell == "lstm" else nn.RNN)(width, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        forecast: Tensor = self.out(self.cell(x)[0][:, -1])[:, 0]
        return forecast


class Streams(nn.Module):
    """One network for each stream of inputs; the forecast is the sum of their outputs."""

    def __init__(self, cell: str, widths: Sequence[int], hidden: int) -> None:
        super().__init__()
        self.streams = nn.ModuleList(RecurrentStream(cell, width, hidden) for width in widths)

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        return torch.stack([stream(x) for stream, x in zip(self.streams, inputs, strict=True)]).sum(0)


class Perceptron(nn.Module):
    """One hidden layer of 20 sigmoid nodes on all inputs, as trained by back-propagation (BP)."""

    def __init__(self, n_inputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(n_inputs, BP_NODES), nn.Sigmoid(), nn.Linear(BP_NODES, 1))

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        forecast: Tensor = self.layers(torch.cat([x.flatten(1) for x in inputs], 1))[:, 0]
        return forecast


class Training(NamedTuple):
    """How networks are trained, as `DWTPCALSTMForecaster` says; the label is that of the line of progress, if any."""

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

    def _add(self) -> nn.Module:
        cell, window, widths, hidden = self.shape
        self.networks.append(Perceptron(window * sum(widths)) if cell == "bp" else Streams(cell, widths, hidden))
        return self.networks[-1]

    @classmethod
    def fit(cls, cell: str, streams: Arrays, target: NDArray[np.float64], settings: Training, seed: int) -> Ensemble:
        """Train the networks."""
        ensemble = cls(cell, streams[0].shape[1], [s.shape[2] for s in streams], settings.hidden)
        inputs, wanted = _tensors(streams), torch.as_tensor(target, dtype=torch.float32)
        with use_threads(1), Progress(settings.members * settings.epochs, f"{settings.label} epoch") as progress:
            for member, own in enumerate(member_seeds(seed, settings.members)):
                with torch.random.fork_rng(devices=[]):
                    torch.manual_seed(own)
                    for epoch, error in _train(ensemble._add(), inputs, wanted, settings):
                        if settings.label:
                            progress.update(member * settings.epochs + epoch, f"error {error:.3f}")
        return ensemble

    def predict(self, streams: Arrays) -> NDArray[np.float64]:
        """Return the mean output of the networks."""
        inputs = _tensors(streams)
        with torch.no_grad(), use_threads(1):
            outputs = [network(inputs).numpy() for network in self.networks]
        return np.stack(outputs).mean(axis=0, dtype=np.float64)

    def get_state(self) -> State:
        """Return the networks as nested dicts of arrays and JSON values."""
        cell, window, widths, hidden = self.shape
        weights = [{name: value.numpy() for name, value in network.state_dict().items()} for network in self.networks]
        networks = {str(i): network for i, network in enumerate(weights)}
        return {"cell": cell, "window": window, "widths": list(widths), "hidden": hidden, "networks": networks}

    @classmethod
    def from_state(cls, state: State) -> Ensemble:
        """Make the ensemble that `get_state` described."""
        ensemble = cls(state["cell"], state["window"], state["widths"], state["hidden"])
        with torch.random.fork_rng(devices=[]):
            for i in range(len(state["networks"])):
                weights = state["networks"][str(i)]
                ensemble._add().load_state_dict({name: torch.as_tensor(value) for name, value in weights.items()})
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


def _tensors(streams: Arrays) -> list[Tensor]:
    return [torch.as_tensor(stream, dtype=torch.float32) for stream in streams]


class SupportVectors(NamedTuple):
    """SVR with a radial basis function on all inputs, flattened: scikit-learn's, as the arrays its forecast needs."""

    vectors: NDArray[np.float64]
    weights: NDArray[np.float64]  # the dual coefficients
    intercept: float
    gamma: float

    @classmethod
    def fit(cls, streams: Arrays, target: NDArray[np.float64]) -> SupportVectors:
        """Learn from streams and targets."""
        X = _flatten(streams)
        gamma = float(1 / (X.shape[1] * X.var()))  # scikit-learn's gamma="scale", kept as a number
        svr = SVR(C=PENALTY, gamma=gamma).fit(X, target)
        return cls(svr.support_vectors_, svr.dual_coef_[0], float(svr.intercept_[0]), gamma)

    def predict(self, streams: Arrays) -> NDArray[np.float64]:
        """Return the sum over the support vectors of weight times kernel, plus intercept."""
        kernel: NDArray[np.float64] = rbf_kernel(_flatten(streams), self.vectors, self.gamma)
        return kernel @ self.weights + self.intercept

    def get_state(self) -> State:
        """Return all that was learned as a dict of arrays and JSON values."""
        return self._asdict()

    @classmethod
    def from_state(cls, state: State) -> SupportVectors:
        """Make the regression that `get_state` described."""
        return cls(**state)


def _flatten(streams: Arrays) -> NDArray[np.float64]:
    return np.concatenate([stream.reshape(len(stream), -1) for stream in streams], axis=1)
