"""The networks of the forecasters: one stream of inputs or two, whose outputs are added."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

BP_NODES = 20


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
