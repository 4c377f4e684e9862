"""The scores of papers on generated windows, as their code computes them, and what each of them cannot see.

Discriminative and predictive score: Yoon, Jarrett and van der Schaar 2019, "Time-series Generative Adversarial
Networks"; correlational score: Ni et al. 2020, "Conditional Sig-Wasserstein GANs for Time Series Generation";
Context-FID: Jeha et al. 2022, "PSA-GAN". Protocol: Yuan and Qiao 2024, "Diffusion-TS".
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import Family, Measured, Spec
from tabgan.evaluation.series.compared import ComparedSeries
from tabgan.evaluation.series.nets import Gru, own_torch
from tabgan.evaluation.series.statistics import flat
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng, whole_seed

TOLD, PREDICTED, BATCH = 2000, 5000, 128
"""Iterations of the discriminative and of the predictive score."""

REPEATS = 3
"""Of the discriminative score of the synthetic windows, as one is mostly luck."""

CAUTION = (
    "The papers learn and judge on the same windows, so copies get the best scores of all. Their numbers are not those "
    "of the other families, and comparing them takes the same windows: stride 1, each channel between 0 and 1."
)
DISCRIMINATIVE_NOTE = (
    "A GRU of half as many units as there are channels sees little: on Google stocks windows of independent Gaussian "
    "draws with the right mean and covariance get .016, where Diffusion-TS reports .067. What was learned is judged, "
    "so that copies get 0."
)
PREDICTIVE_NOTE = (
    "The last channel is predicted from the others without its own past: on the papers' Energy data that target is "
    "pure noise, and every generator gets the same."
)
CORRELATIONAL_NOTE = "Correlations at lag 0 only: windows with their steps in any order get the same."
CONTEXT_NOTE = "The encoder learns the windows that are judged, and copies get 0."

SPECS = {
    "discriminative": Spec(
        "discriminative score",
        "How far the accuracy of a small GRU that tells windows apart is from a half, as in TimeGAN.",
        "lower",
        (0.0, 0.5),
        headline=True,
    ),
    "predictive": Spec(
        "predictive score",
        "Mean absolute error, on all real windows, of a small GRU that predicts the last channel from the others.",
        "lower",
        headline=True,
    ),
    "correlational": Spec(
        "correlational score",
        "A tenth of the sum of differences of correlations between channels at lag 0.",
        "lower",
        (0.0, np.inf),
        headline=True,
    ),
    "context_fid": Spec(
        "Context-FID", "Fréchet distance of TS2Vec codes of windows.", "lower", (0.0, np.inf), headline=True
    ),
}


def measure(series: ComparedSeries, who: str, seed: int) -> dict[str, Measured]:
    """Return the papers' scores; networks judge the synthetic windows and the ceiling, which are learned windows."""
    real, made = _real_windows(series), series.scaled(who)
    found = {
        "correlational": Measured(correlational(real, made, seed), note=Phrase(CORRELATIONAL_NOTE)),
    }
    if who not in ("synthetic", "real"):
        return found
    repeats = REPEATS if who == "synthetic" else 1
    told = [discriminative(real, made, whole_seed(seed, Use.PAPERS, repeat)) for repeat in range(repeats)]
    spread = float(np.std(told, ddof=1) / np.sqrt(repeats)) if repeats > 1 else np.nan
    found["discriminative"] = Measured(float(np.mean(told)), spread, note=Phrase(DISCRIMINATIVE_NOTE))
    if real.shape[2] > 1:
        error = predictive(real, made, whole_seed(seed, Use.PAPERS, REPEATS))
        found["predictive"] = Measured(error, note=Phrase(PREDICTIVE_NOTE))
    found["context_fid"] = _context_fid(real, made, whole_seed(seed, Use.PAPERS, REPEATS + 1))
    return found


def _real_windows(series: ComparedSeries) -> Floats:
    """All real windows: the papers keep none aside."""
    own = series.scaled("train")
    return own if series.has_holdout else np.concatenate([own, series.scaled("reference")])


def discriminative(real: Floats, made: Floats, seed: int, iterations: int = TOLD) -> float:
    """Return how far the accuracy of a GRU of D // 2 units is from 1/2 on a random fifth of the windows."""
    rng = np.random.default_rng(seed)
    with own_torch(seed):
        one, other = (torch.as_tensor(x[rng.permutation(len(x))], dtype=torch.float32) for x in (real, made))
        a, b = int(0.8 * len(one)), int(0.8 * len(other))
        net = Gru(real.shape[2], max(1, real.shape[2] // 2))
        adam = torch.optim.Adam(net.parameters())
        labels = torch.cat([torch.ones(BATCH), torch.zeros(BATCH)])
        for _ in range(iterations):
            batch = torch.cat([one[rng.integers(0, a, BATCH)], other[rng.integers(0, b, BATCH)]])
            loss = nn.functional.binary_cross_entropy_with_logits(net(batch)[:, -1], labels)
            adam.zero_grad()
            loss.backward()
            adam.step()
        with torch.no_grad():
            right = torch.cat([net(one[a:])[:, -1] > 0, net(other[b:])[:, -1] <= 0]).float().mean()
    return abs(float(right) - 0.5)


def predictive(real: Floats, made: Floats, seed: int, iterations: int = PREDICTED) -> float:
    """Return the mean absolute error on all real windows of a GRU of D // 2 units that learned the others."""
    rng = np.random.default_rng(seed)
    with own_torch(seed):
        one, other = (torch.as_tensor(x, dtype=torch.float32) for x in (real, made))
        net = Gru(real.shape[2] - 1, max(1, real.shape[2] // 2))
        adam = torch.optim.Adam(net.parameters())
        for _ in range(iterations):
            x = other[rng.integers(0, len(other), BATCH)]
            loss = (net(x[:, :-1, :-1]).sigmoid() - x[:, 1:, -1]).abs().mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
        with torch.no_grad():
            return float((net(one[:, :-1, :-1]).sigmoid() - one[:, 1:, -1]).abs().mean())


def correlational(real: Floats, made: Floats, seed: int) -> float:
    """Return a tenth of the sum of |differences| of correlations, as a mean of 5 draws of a fifth of the windows."""
    rng, size, scores = numpy_rng(seed, Use.PAPERS), max(2, len(real) // 5), []
    for _ in range(5):
        steps = [flat(windows[rng.integers(0, len(windows), size)]) for windows in (real, made)]
        with np.errstate(invalid="ignore", divide="ignore"):
            one, other = (np.nan_to_num(np.atleast_2d(np.corrcoef(part.T))) for part in steps)
        scores.append(np.abs(one - other).sum() / 10)
    return float(np.mean(scores))


def _context_fid(real: Floats, made: Floats, seed: int) -> Measured:
    try:
        from ts2vec import TS2Vec  # type: ignore[import-not-found]
    except ImportError:
        return Measured(np.nan, note=Phrase("the optional package ts2vec, whose codes are compared, is not installed"))
    from scipy.linalg import sqrtm

    state = np.random.get_state()  # noqa: NPY002 - ts2vec draws from it
    try:
        np.random.seed(seed)  # noqa: NPY002
        with own_torch(seed):
            model = TS2Vec(
                input_dims=real.shape[2],
                device="cpu",
                batch_size=8,
                lr=0.001,
                output_dims=320,
                max_train_length=3000,
            )
            model.fit(real.astype(np.float32), verbose=False)
            codes = [model.encode(x.astype(np.float32), encoding_window="full_series") for x in (real, made)]
    finally:
        np.random.set_state(state)  # noqa: NPY002
    (m, a), (n, b) = ((c.mean(axis=0), np.cov(c, rowvar=False)) for c in codes)
    distance = ((m - n) ** 2).sum() + np.trace(a + b - 2 * sqrtm(a @ b).real)
    return Measured(float(distance), note=Phrase(CONTEXT_NOTE))


FAMILY = Family(
    "papers",
    "Scores of papers",
    "What would papers report?",
    SPECS,
    measure,
    caution=CAUTION,
    place=9,
    by_default=False,
)
