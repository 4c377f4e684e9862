"""Detectors of windows: boosted trees on what windows are like, and a small network on windows as they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from torch import nn

from tabgan.evaluation.detector import auc_and_error
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import LEAST_ROWS, NotComputableError
from tabgan.evaluation.series.compared import ComparedSeries, Side
from tabgan.evaluation.series.nets import ConvolutionsAndGru, own_torch
from tabgan.evaluation.series.statistics import describe_windows
from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng, whole_seed

MOST_WINDOWS, MOST_OF_BASELINES = 1500, 600
"""On each side, to learn and to judge."""

TREES, RATE = 60, 0.15
FEW_BLOCKS = 100
"""Up to as many blocks go to the two halves in turn, so that both see all of the time; more go at random."""

STEPS, BATCH = 400, 128


class Split(NamedTuple):
    """Windows to learn and to judge, real and others, and which of the latter they are among those of their side."""

    real: Floats
    other: Floats
    real_judged: Floats
    other_judged: Floats
    places: NDArray[np.intp]  # of other_judged


def split_windows(series: ComparedSeries, who: str, seed: int) -> Split:
    """Draw windows of the reference and of a contestant: a block of time is either for learning or for judging."""
    rng = numpy_rng(seed, Use.DETECTED_WINDOWS)
    most = MOST_WINDOWS if who in ("synthetic", "real") else MOST_OF_BASELINES
    parts: list[Floats] = []
    places: list[NDArray[np.intp]] = []
    for side, windows in (
        (series.reference, series.scaled("reference")),
        (series.contestants[who], series.scaled(who)),
    ):
        halves = _halve_sides(side, rng)
        if who == "real" and not series.has_holdout:
            halves = _halve_blocks(side, series.window) or halves
        for half in halves:
            places.append(rng.permutation(half)[:most])
            parts.append(windows[places[-1]])
    if min(map(len, parts)) < LEAST_ROWS:
        template = "at least {least} windows of either side must be learned and judged, but there are {count}"
        raise NotComputableError(Phrase(template, least=LEAST_ROWS, count=min(map(len, parts))))
    return Split(parts[0], parts[2], parts[1], parts[3], places[3])


Halves = tuple[NDArray[np.intp], NDArray[np.intp]]
"""The places of windows to learn and to judge."""


def _halve_sides(side: Side, rng: np.random.Generator) -> Halves:
    """Blocks to learn and to judge in turn, or many at random."""
    numbers = np.unique(side.blocks)
    half = numbers[::2] if len(numbers) <= FEW_BLOCKS else rng.permutation(numbers)[: len(numbers) // 2]
    inside = np.isin(side.blocks, half)
    return np.flatnonzero(inside), np.flatnonzero(~inside)


def _halve_blocks(side: Side, window: int) -> Halves | None:
    """The first half of each block to learn, and of the second what does not overlap with that.

    Where blocks of both sides are there in turn, whole blocks would not do: those to judge would lie between blocks of
    the other side that were learned, and be taken for these.
    """
    learned, judged = [], []
    for number in np.unique(side.blocks):
        places = np.flatnonzero(side.blocks == number)
        first, second = np.array_split(places, 2)
        if len(second):
            after = side.starts[second] - side.starts[first[-1]]
            learned.append(first)
            judged.append(second[(after <= 0) | (after >= window)])
    halves = np.concatenate(learned), np.concatenate(judged)
    return halves if min(map(len, halves)) >= LEAST_ROWS else None


class Told(NamedTuple):
    """The AUC of trees, its error, and the evidence that judged windows, real and others, are others."""

    auc: float
    error: float
    of_real: Floats
    of_other: Floats
    places: NDArray[np.intp]  # of the others among the windows of their side


def ask_trees(series: ComparedSeries, seed: int, who: str) -> Told:
    """Return what boosted trees tell of a contestant's windows."""
    split = split_windows(series, who, seed)
    model = HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=RATE, early_stopping=False, random_state=whole_seed(seed, Use.DETECTED_WINDOWS)
    )
    model.fit(describe_windows(np.concatenate([split.real, split.other])), _labels(split.real, split.other))
    judged = np.concatenate([split.real_judged, split.other_judged])
    chances = model.predict_proba(describe_windows(judged))[:, 1]
    auc, error = auc_and_error(_labels(split.real_judged, split.other_judged), chances)
    count = len(split.real_judged)
    return Told(auc, error, chances[:count], chances[count:], split.places)


def _labels(real: Floats, other: Floats) -> NDArray[np.bool_]:
    return np.repeat([False, True], [len(real), len(other)])


def tell_by_network(split: Split, seed: int) -> tuple[float, float]:
    """Return the AUC of convolutions and a GRU on windows and their changes, and its error."""
    mean, scale = split.real.mean(axis=(0, 1)), split.real.std(axis=(0, 1)) + 1e-9
    change = np.diff(split.real, axis=1).std(axis=(0, 1)) + 1e-9

    def look(windows: Floats) -> torch.Tensor:
        changes = np.diff(windows, axis=1, prepend=windows[:, :1]) / change
        return torch.as_tensor(
            np.concatenate([(windows - mean) / scale, np.clip(changes, -8, 8)], axis=2), dtype=torch.float32
        )

    real, other, *judged = (look(windows) for windows in split[:4])
    rng = numpy_rng(seed, Use.CONV_DETECTOR)
    with own_torch(whole_seed(seed, Use.CONV_DETECTOR)):
        net = ConvolutionsAndGru(real.shape[2])
        adam = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
        labels = torch.cat([torch.zeros(BATCH), torch.ones(BATCH)])
        for _ in range(STEPS):
            batch = torch.cat([part[rng.integers(len(part), size=BATCH)] for part in (real, other)])
            loss = nn.functional.binary_cross_entropy_with_logits(net(batch), labels)
            adam.zero_grad()
            loss.backward()
            adam.step()
        with torch.no_grad():
            evidence = torch.cat([net(part) for part in judged]).numpy()
    return auc_and_error(_labels(split.real_judged, split.other_judged), evidence.astype(np.float64))
