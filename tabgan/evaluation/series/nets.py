"""The small networks that windows are judged with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

WIDTH = 48


class ConvolutionsAndGru(nn.Module):
    """Tells windows of shape (n, n_steps, n_inputs) apart: two convolutions, a GRU, and what is largest of both."""

    def __init__(self, n_inputs: int) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv1d(n_inputs, WIDTH, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv1d(WIDTH, WIDTH, 3, padding=1),
            nn.LeakyReLU(0.2),
        )
        self.gru = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.out = nn.Sequential(nn.Linear(3 * WIDTH, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, 1))

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Return evidence of shape (n,)."""
        found = self.convolutions(windows.transpose(1, 2))
        hidden = self.gru(found.transpose(1, 2))[0]
        evidence: torch.Tensor = self.out(torch.cat([hidden[:, -1], found.mean(dim=2), found.amax(dim=2)], dim=1))
        return evidence[:, 0]


class Gru(nn.Module):
    """A GRU and a number for each step, as the papers' scores take it: (n, n_steps, n_inputs) -> (n, n_steps)."""

    def __init__(self, n_inputs: int, n_hidden: int) -> None:
        super().__init__()
        self.gru, self.out = nn.GRU(n_inputs, n_hidden, batch_first=True), nn.Linear(n_hidden, 1)

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Return a number for each step."""
        numbers: torch.Tensor = self.out(self.gru(windows)[0])
        return numbers[..., 0]


@contextmanager
def own_torch(seed: int) -> Iterator[None]:
    """Seed torch's generator for a while, and use one thread: sums over several depend on how many there are."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)
