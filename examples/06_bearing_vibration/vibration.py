"""Windows of bearing vibration for each fault, and whether they help a classifier that has few.

    python examples/06_bearing_vibration/vibration.py [--steps 24000] [--few 3] [--more 40] [--seeds 5]
                                                      [--output vibration]

The recordings are simulated (bearing.py). What is learned and what judges are recordings of their own. The folder gets
a picture of real and generated windows, the model, and scores.csv.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from bearing import FAULTS, RATE, simulate
from scipy.signal import hilbert, welch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tabgan import SignalSynthesizer

LENGTH = 1024


def learn(recordings: dict[str, np.ndarray]) -> SignalSynthesizer:
    """Return a model of all recordings, one below another, their faults in a column."""
    parts = [pd.DataFrame({"g": x, "fault": fault}) for fault, x in recordings.items()]
    return SignalSynthesizer(label="fault", random_state=0).fit(pd.concat(parts, ignore_index=True))


def make(model: SignalSynthesizer, n: int) -> dict[str, np.ndarray]:
    """Return n windows for each fault."""
    rows, asked = pd.DataFrame(), n * len(FAULTS)
    while rows.empty or rows.groupby("fault").size().reindex(list(FAULTS), fill_value=0).min() < n * LENGTH:
        rows, asked = model.sample(asked, length=LENGTH), 2 * asked
    windows, faults = rows["g"].to_numpy().reshape(-1, LENGTH), rows["fault"].to_numpy()[::LENGTH]
    return {fault: windows[faults == fault][:n] for fault in FAULTS}


def spectra(windows: np.ndarray) -> np.ndarray:
    """Return log-spectra of windows, and of their loudness, below 1 kHz: faults differ in how often they strike."""
    loud = np.abs(hilbert(windows, axis=1))
    loud = np.abs(np.fft.rfft((loud - loud.mean(1, keepdims=True)) * np.hanning(LENGTH), axis=1))[:, 1:86]
    return np.log(np.c_[welch(windows, RATE, nperseg=256, axis=-1)[1], loud] + 1e-9)


def accuracy(some: dict[str, np.ndarray], judged: dict[str, np.ndarray]) -> float:
    """Return how many unseen windows a logistic regression on spectra names rightly that learned some windows."""
    learned, unseen = (
        (spectra(np.concatenate(list(w.values()))), np.repeat(list(w), [len(x) for x in w.values()]))
        for w in (some, judged)
    )
    return float(make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(*learned).score(*unseen))


def draw(real: dict[str, np.ndarray], made: dict[str, np.ndarray], path: Path) -> None:
    """Draw a real and a generated window of each fault, and their mean spectra."""
    figure, axes = plt.subplots(len(FAULTS), 3, figsize=(12, 8), sharex="col", layout="constrained")
    for row, fault in zip(axes, FAULTS, strict=True):
        for ax, (name, windows) in zip(row, {"real": real[fault], "generated": made[fault]}.items(), strict=False):
            ax.plot(np.arange(LENGTH) / RATE * 1000, windows[0], linewidth=0.6)
            ax.set_title(f"{fault}, {name}", fontsize=9)
            row[2].plot(np.fft.rfftfreq(512, 1 / RATE), spectra_mean(windows), label=name)
        row[2].legend(fontsize=7)
    axes[-1][0].set_xlabel("milliseconds")
    axes[-1][2].set_xlabel("Hz")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def spectra_mean(windows: np.ndarray) -> np.ndarray:
    """Return the mean spectrum of windows, in dB."""
    return 10 * np.log10(welch(windows, RATE, nperseg=512, axis=-1)[1].mean(0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=24_000, help="samples of each recording that is learned")
    parser.add_argument("--few", type=int, default=3, help="real windows of each fault that the classifier has")
    parser.add_argument("--more", type=int, default=40, help="windows of each fault that are added")
    parser.add_argument("--seeds", type=int, default=5, help="draws of the few windows")
    parser.add_argument("--output", type=Path, default=Path("vibration"))
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    recordings = {fault: simulate(fault, args.steps, i) for i, fault in enumerate(FAULTS)}
    judged = {fault: simulate(fault, 60 * LENGTH, 100 + i).reshape(-1, LENGTH) for i, fault in enumerate(FAULTS)}
    model = learn(recordings)
    for fault, signal in zip(sorted(FAULTS), model.signals_, strict=True):
        print(f"{fault}: {signal.linear.describe()}")
    model.save(args.output / "model.tabgan", overwrite=True)
    made = make(model, args.more)
    draw(judged, made, args.output / "windows.png")
    whole = {fault: x[: len(x) // LENGTH * LENGTH].reshape(-1, LENGTH) for fault, x in recordings.items()}
    scores = []
    for seed in range(args.seeds):
        rng = np.random.default_rng(seed)
        few = {fault: x[rng.choice(len(x), args.few, replace=False)] for fault, x in whole.items()}
        shifted = {
            fault: np.stack([np.roll(x[rng.integers(len(x))], rng.integers(LENGTH)) for _ in range(args.more)])
            for fault, x in few.items()
        }
        for name, added in {"real only": None, "with shifts": shifted, "with generated": made}.items():
            some = few if added is None else {fault: np.concatenate([few[fault], added[fault]]) for fault in FAULTS}
            scores.append((name, accuracy(some, judged)))
    table = (
        pd.DataFrame(scores, columns=["learned", "accuracy"]).groupby("learned", sort=False).agg(["mean", "min", "max"])
    )
    table.columns = ["accuracy", "least", "most"]
    table.round(3).to_csv(args.output / "scores.csv")
    print(table.round(3).to_string())
    print("The generated windows know the whole recording, shifts the few windows alone.")


if __name__ == "__main__":
    main()
