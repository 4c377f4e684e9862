"""Do classical augmentations help a classifier that has few windows?

    python benchmarks/augmentation.py [--results FILE] [--data NAME] [--windows 5] [--seeds 0,1,2]
    python benchmarks/augmentation.py --show FILE

bearings: ten recordings (../shared/data/cwru_vibration, 12 kHz, drive end), a class each, are cut into windows of 1,024
samples; a few a class are drawn from the first half of each in time, and the second half judges, 590 windows in all.
shapes: cylinder, bell and funnel (Saito 1994) in windows of 128 steps with noise of variance 1, which begin and end
anywhere; simulated, 300 a class judge. Where bearings do the same all the time, these do something once.

Each method makes 200 windows more of each class. A small convolutional network learns both for 250 steps; in "real
only, spectra" a support vector machine learns spectra of the real windows. "WGAN-GP" is tabgan's own, a window a row,
fitted for a minute. Every window is standardised. Seeds are those of the draw, of the augmentation and of the network.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from torch import nn

from tabgan import TabganWarning, WGANGPSynthesizer
from tabgan.augmentation import METHODS, BlockBootstrap, augment

LENGTH, HALF, MORE = 1024, 60_600, 200
Predict = Callable[[np.ndarray], np.ndarray]
MEASURED = ("accuracy", "seconds")
SPECTRA, GAN = "real only, spectra", "WGAN-GP"
CHOICES = {
    "real only": None,
    SPECTRA: None,
    **dict(zip(METHODS, METHODS, strict=True)),
    "phases, values kept": METHODS["phases"](keep_values=True),
    "blocks of 64": BlockBootstrap(block=64),
    "shift, scaling, jitter": ["shift", "scaling", "jitter"],
    GAN: None,
}


def main() -> None:
    args = parse_arguments()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore", TabganWarning)  # few rows
    if args.show:
        show(read_results(args.show))
        return
    learned, judged = read_bearings(args.shared) if args.data == "bearings" else draw_shapes()
    done = [{**row, **dict.fromkeys(MEASURED)} for row in read_results(args.results)]
    for count, seed in itertools.product(map(int, args.windows.split(",")), map(int, args.seeds.split(","))):
        for method in args.methods.split(";") if args.methods else CHOICES:
            row = {"data": args.data, "method": method, "windows": count, "seed": seed}
            if {**row, **dict.fromkeys(MEASURED)} not in done:
                row |= measure(learned, judged, method, count, seed)
                print(json.dumps(row), flush=True)
                if args.results:
                    with args.results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(row) + "\n")


def read_bearings(shared: Path) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return for each recording the windows of its first and of its second half in time."""
    with np.load(shared / "data" / "cwru_vibration" / "cwru_12k_load0.npz") as file:
        recordings = [file[name][:, 0].astype(np.float64) for name in file.files]
    halves = ([r[:HALF] for r in recordings], [r[HALF:] for r in recordings])
    learned, judged = ([h[: len(h) // LENGTH * LENGTH].reshape(-1, LENGTH) for h in half] for half in halves)
    return learned, judged


def draw_shapes(many: int = 300) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return so many windows of each shape to draw from, and as many to judge."""
    rng, time = np.random.default_rng(0), np.arange(128)
    halves: list[list[np.ndarray]] = [[], []]
    for half in halves:
        for shape in ("cylinder", "bell", "funnel"):
            start = rng.integers(16, 33, size=(many, 1))
            width = rng.integers(32, 97, size=(many, 1))
            ramp = {"cylinder": 1.0, "bell": (time - start) / width, "funnel": (start + width - time) / width}[shape]
            within = (time >= start) & (time <= start + width)
            height = 6 + rng.standard_normal((many, 1))
            half.append(height * within * ramp + rng.standard_normal((many, 128)))
    return halves[0], halves[1]


def measure(learned: list[np.ndarray], judged: list[np.ndarray], method: str, count: int, seed: int) -> dict:
    """Return the accuracy of a network that learned so many windows a class and what a method made of them."""
    rng = np.random.default_rng(100 + seed)
    X = np.concatenate([w[np.sort(rng.choice(len(w), count, replace=False))] for w in learned])
    y = np.repeat(np.arange(len(learned)), count)
    start = time.perf_counter()
    more, labels = make_more(X, y, method, seed)
    seconds = time.perf_counter() - start
    X, y = standardise(np.concatenate([X, more])), np.concatenate([y, labels])
    learned_by = learn_spectra if method == SPECTRA else train
    predict = learned_by(X, y, seed)
    right = [predict(standardise(windows)) == place for place, windows in enumerate(judged)]
    return dict(zip(MEASURED, (float(np.concatenate(right).mean()), round(seconds, 3)), strict=True))


def make_more(X: np.ndarray, y: np.ndarray, method: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    if method == GAN:
        model = WGANGPSynthesizer(preset="fast", max_seconds=60, sieve=False, random_state=seed).fit(X, y)
        table = model.sample(MORE * len(np.unique(y)))
        return table[:, :-1], table[:, -1].astype(int)
    if (choice := CHOICES[method]) is None:
        return X[:0], y[:0]
    return augment(X, y, MORE, choice, random_state=seed)


def learn_spectra(X: np.ndarray, y: np.ndarray, seed: int) -> Predict:
    """Let a support vector machine learn the logarithm of the power in bands of frequency, which no shift changes."""

    def spectra(windows: np.ndarray) -> np.ndarray:
        power = np.abs(np.fft.rfft(windows * np.hanning(windows.shape[1]), axis=1))[:, 1:] ** 2
        bands = np.array_split(power, min(96, power.shape[1] // 2), axis=1)
        return np.log(np.stack([band.mean(1) for band in bands], axis=1) + 1e-10)

    machine = make_pipeline(StandardScaler(), SVC(C=10)).fit(spectra(X), y)
    return lambda windows: machine.predict(spectra(windows))


def standardise(windows: np.ndarray) -> np.ndarray:
    return (windows - windows.mean(1, keepdims=True)) / (windows.std(1, keepdims=True) + 1e-9)


def as_batch(windows: np.ndarray) -> torch.Tensor:
    return torch.as_tensor(windows, dtype=torch.float32)[:, None]


class Network(nn.Module):
    """Three convolutions, the mean and the maximum over time, and two layers."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        sizes = [(1, 24, 32, 4, 14), (24, 32, 9, 4, 4), (32, 48, 5, 2, 2)]
        self.body = nn.Sequential(*(m for s in sizes for m in (nn.Conv1d(*s), nn.BatchNorm1d(s[1]), nn.ReLU())))
        self.head = nn.Sequential(nn.Linear(96, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, classes))

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        seen = self.body(windows)
        return self.head(torch.cat([seen.mean(2), seen.amax(2)], 1))


def train(X: np.ndarray, y: np.ndarray, seed: int, steps: int = 250, batch: int = 64) -> Predict:
    torch.manual_seed(seed)
    network, windows, labels = Network(int(y.max()) + 1), as_batch(X), torch.as_tensor(y)
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(1 - step / steps, 1e-3))
    for _ in range(steps):
        drawn = torch.randint(len(windows), (batch,))
        loss = nn.functional.cross_entropy(network(windows[drawn]), labels[drawn])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    network.eval().requires_grad_(False)
    return lambda windows: network(as_batch(windows)).argmax(1).numpy()


def read_results(path: Path | None) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path and path.exists() else []


def show(results: list[dict]) -> None:
    counts = sorted({(r["data"], r["windows"]) for r in results})
    print("| method | " + " | ".join(f"{data}, {count} windows" for data, count in counts) + " | seconds |")
    print("|---|" + "---|" * (len(counts) + 1))
    for method in dict.fromkeys(r["method"] for r in results):
        own = [r for r in results if r["method"] == method]
        cells = []
        for data, count in counts:
            values = [r["accuracy"] for r in own if (r["data"], r["windows"]) == (data, count)]
            cells.append(f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})" if values else "")
        print(f"| {method} | {' | '.join(cells)} | {min(r['seconds'] for r in own):.2f} |")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, help="a file of lines of JSON; what it holds is not measured again")
    parser.add_argument("--data", choices=("bearings", "shapes"), default="bearings")
    parser.add_argument("--windows", default="5", help="windows a class, with commas")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--methods", help=f"with semicolons: {'; '.join(CHOICES)}")
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--show", type=Path, metavar="FILE", help="only print the table of a file of results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
