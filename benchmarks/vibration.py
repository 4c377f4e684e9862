"""Bearing vibration: how well generated windows can be told from real ones, and whether they help a classifier.

    python benchmarks/vibration.py cwru_12k_load0.npz [--seeds 1,2] [--kinds real,tabgan,sieved,ar,shift,flat]
                                   [--help-classifier]

The file has ten recordings of 121,200 samples at 12 kHz, one for each condition of a bearing, of the Case Western
Reserve University bearing data centre (drive end, no load; the first of two channels is taken). The first half in time
is learned, the second judges, in windows of 1,024; a class's windows are as many as the second half has (59). The class
is given to the detectors.

trees   AUC of boosted trees on 90 features (spectrum in bands, envelope spectrum at the bearing's frequencies, both
        autocorrelations, peaks), five folds of blocks of time; .5 cannot be told.
conv    AUC of a convolutional network on raw windows, 60% of the time learned.
LSD     distance of the mean log-spectra, dB. ESD: of the spectra of the envelope.
near    distance to the nearest 256 learned samples over that of the windows of the second half; 0 is a copy.

Kinds: "real", the first half itself (the ceiling); "tabgan", SignalSynthesizer without sieve; "sieved", as it is by
default; "ar", an autoregression of 128 lags whose innovations are drawn one by one; "shift", learned windows, each
turned round by a random number of samples; "flat", a WGAN-GP whose rows are whole windows. Nothing here is the
package's own evaluator.

--help-classifier: accuracy of a small convolutional network on the second half, windows standardised, that learned 5
windows of each class, and these with 200 more of each: shifted ones, or the sieved ones of the whole first half.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from scipy.linalg import solve_toeplitz
from scipy.signal import hilbert, lfilter
from scipy.stats import kurtosis
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from torch import nn

from tabgan import SignalSynthesizer, WGANGPSynthesizer

NAMES = [
    "Normal_0",
    "B007_0",
    "B014_0",
    "B021_0",
    "IR007_0",
    "IR014_0",
    "IR021_0",
    "OR007_at_6_0",
    "OR014_at_6_0",
    "OR021_at_6_0",
]
RATE, LENGTH, HALF = 12_000, 1024, 60_600
SHAFT = 29.95  # Hz
LINES = (SHAFT, 3.585 * SHAFT, 5.415 * SHAFT, 2.357 * SHAFT)  # shaft, outer race, inner race, ball
LAGS = np.r_[1:11, 15, 20, 30, 40, 50]
ENVELOPE_LAGS = np.r_[2, 5, 10, 20, 35, 50, 60, 74, 85, 100, 112, 125, 148, 170, 200, 300, 400]
EDGES = np.unique(np.round(np.geomspace(1, LENGTH // 2 + 1, 46)).astype(int))
TAPER = np.hanning(LENGTH)
Windows = list[np.ndarray]  # for each class, of shape (n, LENGTH)


def cut(recording: np.ndarray) -> np.ndarray:
    """Return the windows of a recording, which do not overlap."""
    return recording[: len(recording) // LENGTH * LENGTH].reshape(-1, LENGTH)


def power(w: np.ndarray) -> np.ndarray:
    """Return spectra of windows."""
    return np.abs(np.fft.rfft((w - w.mean(1, keepdims=True)) * TAPER, axis=1)) ** 2 / (TAPER**2).sum()


def envelope(w: np.ndarray) -> np.ndarray:
    """Return how loud windows are at each sample."""
    return np.abs(hilbert(w - w.mean(1, keepdims=True), axis=1))


def envelope_power(w: np.ndarray) -> np.ndarray:
    """Return spectra of the envelope by its mean."""
    e = envelope(w)
    return np.abs(np.fft.rfft((e / e.mean(1, keepdims=True) - 1) * TAPER, axis=1)) ** 2 / (TAPER**2).sum()


def repeats(w: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Return autocorrelations of windows."""
    r = np.fft.irfft(np.abs(np.fft.rfft(w - w.mean(1, keepdims=True), 2 * LENGTH, axis=1)) ** 2, axis=1)
    return r[:, lags] / r[:, :1]


def features(w: np.ndarray) -> np.ndarray:
    """Return 90 features of windows."""
    v = w - w.mean(1, keepdims=True)
    rms, spectrum, slow = v.std(1), power(w), envelope_power(w)
    at = [round(line * k / RATE * LENGTH) for line in LINES for k in (1, 2, 3)]
    ranges = ((1, 8), (8, 20), (20, 50), (50, 150), (150, 500))
    parts = [
        np.log(rms),
        np.log(kurtosis(v, 1) + 3),
        np.log(np.abs(v).max(1) / rms),
        (v**3).mean(1) / rms**3,
        *(np.log(spectrum[:, a:b].mean(1) + 1e-12) for a, b in pairwise(EDGES)),
        *(np.log(slow[:, max(i - 1, 1) : i + 2].max(1) + 1e-6) for i in at),
        *(np.log(slow[:, a:b].mean(1)) for a, b in ranges),
    ]
    return np.c_[np.stack(parts, 1), repeats(w, LAGS), repeats(envelope(w), ENVELOPE_LAGS)]


def tell_by_trees(held: Windows, made: Windows, folds: int = 5) -> tuple[float, np.ndarray]:
    """Return the AUC of boosted trees over all classes, and within each."""
    X, y, fold, label = [], [], [], []
    for i, pair in enumerate(zip(held, made, strict=True)):
        known = features(pair[0])
        for is_made, w in enumerate(pair):
            X.append((features(w) - known.mean(0)) / (known.std(0) + 1e-9))
            y.append(np.full(len(w), is_made))
            fold.append(np.arange(len(w)) * folds // len(w))
            label.append(np.full(len(w), i))
    rows, truth, part, of = (np.concatenate(z) for z in (X, y, fold, label))
    rows, scores = np.c_[rows, of], np.zeros(len(rows))
    for k in range(folds):
        model = HistGradientBoostingClassifier(
            max_iter=80, learning_rate=0.12, max_leaf_nodes=12, min_samples_leaf=8, l2_regularization=1.0,
            categorical_features=[rows.shape[1] - 1], random_state=0, early_stopping=False,
        ).fit(rows[part != k], truth[part != k])  # fmt: skip
        scores[part == k] = model.decision_function(rows[part == k])
    own = [roc_auc_score(truth[of == i], scores[of == i]) for i in range(len(held))]
    return float(roc_auc_score(truth, scores)), np.array(own)


class Ear(nn.Module):
    """A small convolutional network on raw windows, which may be given a class."""

    def __init__(self, n_out: int, n_given: int = 0) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for ins, outs, size, stride in ((1, 24, 32, 4), (24, 32, 9, 4), (32, 48, 5, 2)):
            layers += [
                nn.Conv1d(ins, outs, size, stride, size // 2 - (size == 32) * 2),
                nn.BatchNorm1d(outs),
                nn.ReLU(),
            ]
        self.hear = nn.Sequential(*layers)
        self.say = nn.Sequential(nn.Linear(96 + n_given, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, n_out))

    def forward(self, x: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
        heard = self.hear(x[:, None])
        return self.say(torch.cat([heard.mean(2), heard.amax(2), given], 1))

    def learn(self, steps: int, loss_of: Callable[[], torch.Tensor]) -> Ear:
        adam = torch.optim.AdamW(self.parameters(), 3e-3, weight_decay=1e-2)
        for i in range(steps):
            adam.param_groups[0]["lr"] = 3e-3 * (1 - i / steps) + 1e-5
            loss = loss_of()
            adam.zero_grad()
            loss.backward()
            adam.step()
        return self.eval()


def tell_by_ear(held: Windows, made: Windows, seed: int = 0) -> float:
    """Return the AUC of a convolutional network on raw windows."""
    torch.manual_seed(seed)
    sides: dict[bool, list[tuple[np.ndarray, int, int]]] = {True: [], False: []}
    for i, (real, own) in enumerate(zip(held, made, strict=True)):
        for is_made, w in enumerate((real, own)):
            k = int(len(w) * 0.6)
            sides[True].append((w[:k] / real.std(), i, is_made))
            sides[False].append((w[k:] / real.std(), i, is_made))

    def tensors(parts: list[tuple[np.ndarray, int, int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        sizes = [len(w) for w, _, _ in parts]
        x = torch.as_tensor(np.concatenate([w for w, _, _ in parts]), dtype=torch.float32)
        classes = torch.as_tensor(np.repeat([i for _, i, _ in parts], sizes))
        return x, torch.eye(len(held))[classes], torch.as_tensor(np.repeat([y for _, _, y in parts], sizes)).float()

    (x, given, y), (x_test, given_test, y_test) = tensors(sides[True]), tensors(sides[False])
    real_rows, made_rows = (y == 0).nonzero()[:, 0], (y == 1).nonzero()[:, 0]
    net = Ear(1, len(held))

    def loss_of() -> torch.Tensor:
        rows = torch.cat([r[torch.randint(len(r), (64,))] for r in (real_rows, made_rows)])
        return nn.functional.binary_cross_entropy_with_logits(net(x[rows], given[rows])[:, 0], y[rows])

    net.learn(300, loss_of)
    with torch.no_grad():
        return float(roc_auc_score(y_test.numpy(), net(x_test, given_test)[:, 0].numpy()))


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """Return the distance of two mean spectra in dB."""
    return float(np.sqrt(np.mean((10 * np.log10(a / b)) ** 2)))


def likeness(w: np.ndarray, recording: np.ndarray, length: int = 256) -> np.ndarray:
    """Return how well the first samples of each window correlate with the piece of a recording that fits best."""
    n = 1 << int(np.ceil(np.log2(len(recording) + length)))
    start = w[:, :length] - w[:, :length].mean(1, keepdims=True)
    start /= np.sqrt((start**2).sum(1, keepdims=True)) + 1e-12
    sums, squares = np.r_[0, np.cumsum(recording)], np.r_[0, np.cumsum(recording**2)]
    scale = squares[length:] - squares[:-length] - (sums[length:] - sums[:-length]) ** 2 / length
    transform = np.fft.rfft(recording, n)
    r = [np.fft.irfft(transform * np.conj(np.fft.rfft(z, n)), n)[: len(recording) - length + 1] for z in start]
    return np.minimum(np.abs(np.array(r)) / np.sqrt(np.maximum(scale, 1e-12)), 1).max(1)


def nearness(held: Windows, made: Windows, learned: Windows, n: int = 15) -> np.ndarray:
    """Return distances to the nearest learned piece, of generated windows over those of held-out ones."""
    far = [
        [np.median(np.sqrt(1 - likeness(w[:n], r))) for w, r in zip(side, learned, strict=True)]
        for side in (made, held)
    ]
    return np.array(far[0]) / np.array(far[1])


def judge(kind: str, held: Windows, made: Windows, learned: Windows, seconds: float) -> None:
    """Print a line of the table."""
    auc, own = tell_by_trees(held, made)
    pairs = list(zip(held, made, strict=True))
    lsd = np.mean([apart(power(a).mean(0)[2:-2], power(b).mean(0)[2:-2]) for a, b in pairs])
    esd = np.mean([apart(envelope_power(a).mean(0)[1:90], envelope_power(b).mean(0)[1:90]) for a, b in pairs])
    near = nearness(held, made, learned)
    numbers = f"{auc:6.3f} {tell_by_ear(held, made):6.3f} {lsd:5.2f} {esd:5.2f} {near.mean():5.2f} {near.min():5.2f}"
    print(f"{kind:8s} {numbers} {seconds:5.0f} s   {' '.join(f'{v:.2f}' for v in own)}", flush=True)


def of_synthesizer(learned: Windows, n: int, seed: int, sieve: bool) -> Windows:
    """Return windows of SignalSynthesizer, one fit of all classes."""
    import pandas as pd

    table = pd.DataFrame({"x": np.concatenate(learned), "condition": np.repeat(NAMES, [len(x) for x in learned])})
    model = SignalSynthesizer(label="condition", entity=None, sieve=sieve, random_state=seed).fit(table)
    found: Windows = [np.zeros((0, LENGTH))] * len(NAMES)
    batch = 0
    while min(map(len, found)) < n:
        rows = model.sample(n * len(NAMES), length=LENGTH, random_state=1000 * seed + batch)
        x, kind = rows["x"].to_numpy().reshape(-1, LENGTH), rows["condition"].to_numpy()[::LENGTH]
        found = [np.concatenate([old, x[kind == name]]) for old, name in zip(found, NAMES, strict=True)]
        batch += 1
    return [w[:n] for w in found]


def of_short_ar(learned: Windows, n: int, seed: int) -> Windows:
    """Return windows of AR(128) whose innovations are drawn one by one."""
    made, rng, order, burn = [], np.random.default_rng(seed), 128, 1024
    for recording in learned:
        x = recording - recording.mean()
        r = np.fft.irfft(np.abs(np.fft.rfft(x, 2 * len(x))) ** 2)[: order + 1]
        whiten = np.r_[1, -solve_toeplitz(r[:order] * np.r_[1 + 1e-7, np.ones(order - 1)], r[1:])]
        e = rng.choice(lfilter(whiten, 1, x)[order:], (n, burn + LENGTH))
        made.append(lfilter([1], whiten, e, axis=1)[:, burn:] + recording.mean())
    return made


def of_shifts(windows: Windows, n: int, seed: int) -> Windows:
    """Return windows turned round by a random number of samples."""
    rng = np.random.default_rng(seed)
    return [np.stack([np.roll(w[rng.integers(len(w))], rng.integers(LENGTH)) for _ in range(n)]) for w in windows]


def of_flat(learned: Windows, n: int, seed: int) -> Windows:
    """Return rows of a WGAN-GP of whole windows, one for each class."""
    rng = np.random.default_rng(seed)
    crops = [np.stack([x[i : i + LENGTH] for i in rng.integers(len(x) - LENGTH, size=600)]) for x in learned]
    fit = dict(iterations=250, hidden=(256, 256), batch_size=64, sieve=False, random_state=seed)
    return [WGANGPSynthesizer(**fit).fit(w).sample(n) for w in crops]


def classify(windows: Windows, held: Windows, seed: int) -> float:
    """Return the accuracy on held-out windows of a network that learned some."""
    torch.manual_seed(seed)

    def tensors(some: Windows) -> tuple[torch.Tensor, torch.Tensor]:
        x = np.concatenate(some)
        x = (x - x.mean(1, keepdims=True)) / (x.std(1, keepdims=True) + 1e-9)
        return torch.as_tensor(x).float(), torch.as_tensor(np.repeat(np.arange(len(some)), [len(w) for w in some]))

    (x, y), (x_test, y_test), net = tensors(windows), tensors(held), Ear(len(held))
    none = torch.zeros(len(x_test), 0)

    def loss_of() -> torch.Tensor:
        rows = torch.randint(len(x), (64,))
        return nn.functional.cross_entropy(net(x[rows], none[:64]), y[rows])

    net.learn(250, loss_of)
    with torch.no_grad():
        return float((net(x_test, none).argmax(1) == y_test).float().mean())


def help_classifier(learned: Windows, held: Windows, sieved: Windows, seeds: list[int]) -> None:
    """Print accuracies with 5 windows of each class, and with 200 more."""
    for seed in seeds:
        rng = np.random.default_rng(100 + seed)
        few = [cut(x)[np.sort(rng.choice(len(cut(x)), 5, replace=False))] for x in learned]
        more = {"real only": None, "shift": of_shifts(few, 200, seed), "sieved": sieved}
        for name, added in more.items():
            windows = few if added is None else [np.concatenate(pair) for pair in zip(few, added, strict=True)]
            print(f"5 windows a class, seed {seed}, {name:9s} {classify(windows, held, seed):.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--kinds", default="real,tabgan,sieved,ar,shift,flat")
    parser.add_argument("--help-classifier", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    with np.load(args.file) as file:
        recordings = [file[name][:, 0].astype(float) for name in NAMES]
    learned, held = [x[:HALF] for x in recordings], [cut(x[HALF:]) for x in recordings]
    n = len(held[0])
    kinds: dict[str, Callable[[int], Windows]] = {
        "real": lambda seed: [cut(x) for x in learned],
        "tabgan": lambda seed: of_synthesizer(learned, n, seed, sieve=False),
        "sieved": lambda seed: of_synthesizer(learned, n, seed, sieve=True),
        "ar": lambda seed: of_short_ar(learned, n, seed),
        "shift": lambda seed: of_shifts([cut(x) for x in learned], n, seed),
        "flat": lambda seed: of_flat(learned, n, seed),
    }
    print("kind      trees   conv   LSD   ESD  near   min   CPU     trees within each class")
    seeds = [int(seed) for seed in args.seeds.split(",")]
    for kind in filter(None, args.kinds.split(",")):
        for seed in seeds[:1] if kind == "real" else seeds:
            start = time.process_time()
            made = kinds[kind](seed)
            judge(kind, held, made, learned, time.process_time() - start)
    if args.help_classifier:
        help_classifier(learned, held, of_synthesizer(learned, 200, seeds[0], sieve=True), seeds)


if __name__ == "__main__":
    main()
