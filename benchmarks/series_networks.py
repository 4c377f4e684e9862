"""Networks that judge windows: the scores of the papers, as their code takes them, and a detector unlike trees.

What the papers' scores cannot see: real and judged windows are the learned ones, so that copies win; their
discriminator, a few GRU units, misses what trees see at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from scipy.linalg import sqrtm
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

Windows = np.ndarray
BATCH, MOST = 128, 1500


class Gru(nn.Module):
    def __init__(self, n_inputs: int, n_hidden: int) -> None:
        super().__init__()
        self.rnn, self.out = nn.GRU(n_inputs, n_hidden, batch_first=True), nn.Linear(n_hidden, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.rnn(x)[0])[..., 0]


def discriminative(real: Windows, made: Windows, seed: int = 0, iterations: int = 2000) -> float:
    """Return |accuracy - 1/2| of a GRU of half as many units as channels; a fifth of the windows is for the test."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    a, b = (as_tensor(x[rng.permutation(len(x))]) for x in (real, made))
    n, m = int(len(a) * 0.8), int(len(b) * 0.8)
    net = Gru(a.shape[2], max(1, a.shape[2] // 2))
    adam = torch.optim.Adam(net.parameters())
    label = torch.cat([torch.ones(BATCH), torch.zeros(BATCH)])
    for _ in range(iterations):
        x = torch.cat([a[rng.integers(0, n, BATCH)], b[rng.integers(0, m, BATCH)]])
        descend(adam, binary_cross_entropy_with_logits(net(x)[:, -1], label))
    with torch.no_grad():
        right = torch.cat([net(a[n:])[:, -1] > 0, net(b[m:])[:, -1] <= 0]).float().mean()
    return abs(float(right) - 0.5)


def predictive(real: Windows, made: Windows, seed: int = 0, iterations: int = 5000) -> float:
    """Return the error on real windows of a GRU that learned, of made ones, the last channel from the others."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    a, b = as_tensor(real), as_tensor(made)
    net = Gru(a.shape[2] - 1, max(1, a.shape[2] // 2))
    adam = torch.optim.Adam(net.parameters())

    def error(x: torch.Tensor) -> torch.Tensor:
        return (net(x[:, :-1, :-1]).sigmoid() - x[:, 1:, -1]).abs().mean()

    for _ in range(iterations):
        descend(adam, error(b[rng.integers(0, len(b), BATCH)]))
    with torch.no_grad():
        return float(error(a))


def correlational(real: Windows, made: Windows, seed: int = 0) -> float:
    """Return a tenth of the sum of differences of correlations; mean of 5 draws of a fifth of the windows."""
    rng, size, found = np.random.default_rng(seed), len(real) // 5, []
    for _ in range(5):
        rows = [x[rng.integers(0, len(x), size)].reshape(-1, x.shape[2]) for x in (real, made)]
        a, b = (np.nan_to_num(np.corrcoef(r.T)) for r in rows)
        found.append(np.abs(a - b).sum() / 10)
    return float(np.mean(found))


def context_fid(real: Windows, made: Windows, ts2vec: Path, seed: int = 0) -> float:
    """Return the Frechet distance of codes by TS2Vec (Yue et al. 2022), of which `ts2vec` is a copy."""
    sys.path[:0] = [str(ts2vec), str(ts2vec.parent)]  # the folder with ts2vec.py, or the package
    try:
        from ts2vec.ts2vec import TS2Vec
    except ImportError:
        from ts2vec import TS2Vec

    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - TS2Vec draws from it
    sizes = {"input_dims": real.shape[-1], "output_dims": 320, "max_train_length": 3000, "batch_size": 8, "lr": 0.001}
    model = TS2Vec(device="cpu", **sizes)
    model.fit(real.astype(np.float32), verbose=False)
    codes = [model.encode(x.astype(np.float32), encoding_window="full_series", batch_size=256) for x in (real, made)]
    (a, b), (A, B) = [c.mean(0) for c in codes], [np.cov(c, rowvar=False) for c in codes]
    return float(((a - b) ** 2).sum() + np.trace(A + B - 2 * sqrtm(A @ B).real))


class Convolutional(nn.Module):
    """Two convolutions; the last state of a GRU, and the mean and the maximum over time."""

    def __init__(self, n_inputs: int, width: int = 48) -> None:
        super().__init__()
        layers = [nn.Conv1d(n_inputs, width, 3, padding=1), nn.LeakyReLU(0.2)]
        self.conv = nn.Sequential(*layers, nn.Conv1d(width, width, 3, padding=1), nn.LeakyReLU(0.2))
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.out = nn.Sequential(nn.Linear(width * 3, width), nn.LeakyReLU(0.2), nn.Linear(width, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        seen = self.conv(x.transpose(1, 2))
        states = self.rnn(seen.transpose(1, 2))[0]
        return self.out(torch.cat([states[:, -1], seen.mean(2), seen.amax(2)], 1))[:, 0]


def convolutional_auc(made: Windows, held: Windows, groups: np.ndarray, steps: int = 400) -> float:
    """Return how well a network tells windows from held-out ones: a block of time is for learning or for the test."""
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    mean, std = held.mean((0, 1)), held.std((0, 1)) + 1e-12
    roughness = np.diff(held, axis=1).std((0, 1)) + 1e-9

    def look(w: Windows) -> torch.Tensor:
        change = np.diff(w, axis=1, prepend=w[:, :1]) / roughness
        return as_tensor(np.concatenate([(w - mean) / std, np.clip(change, -8, 8)], 2))

    inside = np.isin(groups, np.unique(groups)[::2])
    shuffled, half = made[rng.permutation(len(made))], len(made) // 2
    test = held[~inside]
    real, real_test = look(held[inside]), look(test[rng.permutation(len(test))[:MOST]])
    fake, fake_test = look(shuffled[:half]), look(shuffled[half:][:MOST])
    net = Convolutional(real.shape[2])
    adam = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    label = torch.cat([torch.zeros(BATCH), torch.ones(BATCH)])
    for _ in range(steps):
        x = torch.cat([real[rng.integers(0, len(real), BATCH)], fake[rng.integers(0, len(fake), BATCH)]])
        descend(adam, binary_cross_entropy_with_logits(net(x), label))
    with torch.no_grad():
        scores = torch.cat([net(real_test), net(fake_test)]).numpy()
    return float(roc_auc_score(np.repeat([0, 1], [len(real_test), len(fake_test)]), scores))


def as_tensor(windows: Windows) -> torch.Tensor:
    return torch.as_tensor(windows, dtype=torch.float32)


def descend(adam: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    adam.zero_grad()
    loss.backward()
    adam.step()
