"""Handwritten digits: the first GAN, the WGAN that clips weights and the WGAN-GP, with networks of one's own.

python examples/05_digits/digits.py [--objectives gan wgan wgan-gp] [--every 300] [--output digits]
python examples/05_digits/digits.py --csv train.csv --cols 2-785 --widths 256 512 1024 --head 1024

Without --csv these are scikit-learn's 1,797 digits of 8x8 pixels; a csv file has a label in its first column and square
images in --cols. The folder gets a grid of generated digits every so many iterations, a loss curve and a model for each
objective, and scores.csv. A run that was stopped goes on where it was when the same command is given again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import torch
from networks import Critic, Generator
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from tabgan import WGANGPSynthesizer, load
from tabgan.columns import select_columns
from tabgan.report.plots import plot_history

SEED = 26  # the text's, as are batch size, dropout, and the numbers of "gan"
N_LATENTS = 256
SHOWN = 64  # digits of a grid
SCORED = 1000  # generated digits that the classifier looks at
OBJECTIVES = {
    # Label smoothing 0.1, 5% label flips and AdamW with weight decay 1e-6 are what objective="gan" is.
    "gan": {"critic_lr": 1e-4, "generator_lr": 1e-4, "betas": (0.9, 0.999)},
    "wgan": {"critic_lr": 5e-5, "generator_lr": 5e-5},
    "wgan-gp": {"critic_lr": 1e-4, "generator_lr": 1e-4, "betas": (0.0, 0.9), "gp_weight": 10.0, "gp_share": 1.0},
}


def read_digits(path: Path | None, cols: str | None) -> tuple[pd.DataFrame, np.ndarray]:
    """Return images, one in each row, and their labels."""
    if path is None:
        digits = load_digits()
        return pd.DataFrame(digits.data.astype(int), columns=digits.feature_names), digits.target
    table = pd.read_csv(path)
    return table.iloc[:, select_columns(cols, list(table.columns))], table.iloc[:, 0].to_numpy()


def write_grid(images: pd.DataFrame, side: int, ends: tuple[float, float], path: Path) -> None:
    """Write images beside and below each other, eight in a row, two pixels apart, each pixel as a small square."""
    zoom = max(1, 32 // side)
    tiles = images.to_numpy(float).reshape(-1, 8, side, side).repeat(zoom, 2).repeat(zoom, 3)
    tiles = np.pad(tiles, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=ends[1])
    grid = tiles.transpose(0, 2, 1, 3).reshape(len(tiles) * tiles.shape[2], -1)
    matplotlib.image.imsave(path, grid, cmap="gray_r", vmin=ends[0], vmax=ends[1])


def make_networks(objective: str, images: pd.DataFrame, args: argparse.Namespace) -> tuple[Generator, Critic]:
    """Return networks that begin the same each time."""
    shown = torch.from_numpy(np.flatnonzero(images.min() < images.max()))
    side = int(images.shape[1] ** 0.5)
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        generator = Generator(N_LATENTS, shown, side**2, tuple(args.widths), args.dropout)
        return generator, Critic(shown, side, args.head, batch_norm=objective != "wgan-gp")


def train(objective: str, images: pd.DataFrame, args: argparse.Namespace) -> WGANGPSynthesizer:
    """Train in stages, each of which goes on from the last one's checkpoint, and write a grid after each."""
    generator, critic = make_networks(objective, images, args)
    side, ends = int(images.shape[1] ** 0.5), (images.to_numpy().min(), images.to_numpy().max())
    for iterations in (*range(args.every, args.iterations, args.every), args.iterations):
        grid = args.output / f"{objective}-{iterations}.png"
        if grid.exists() and iterations < args.iterations:  # from before the run was stopped
            continue
        model = WGANGPSynthesizer(
            generator=generator,
            critic=critic,
            latent_dim=N_LATENTS,
            objective=objective,
            **OBJECTIVES[objective],
            iterations=iterations,
            batch_size=64,
            marginals="minmax",
            calibrate=False,
            sieve=False,
            lr_decay=False,
            kinds=dict.fromkeys(images.columns, "integer"),
            checkpoint=args.output / f"{objective}.ckpt",
            resume=(args.output / f"{objective}.ckpt").exists(),
            device=args.device,
            threads=args.threads,
            random_state=SEED,
            verbose=1,
        ).fit(images)
        write_grid(model.sample(SHOWN), side, ends, grid)
    model.save(args.output / f"{objective}.tabgan")
    plot_history(model, args.output / f"{objective}-loss.png", overwrite=True)
    return load(args.output / f"{objective}.tabgan", generator=generator, critic=critic)


def score(images: pd.DataFrame, classifier: MLPClassifier, top: float) -> dict[str, float]:
    """Return how sure a classifier is of images, and how they spread over the digits."""
    shares = classifier.predict_proba(images.to_numpy() / top)
    found = np.bincount(shares.argmax(axis=1), minlength=10) / len(images)
    entropy = -(found[found > 0] * np.log(found[found > 0])).sum()
    return {
        "confidence": shares.max(axis=1).mean(),
        "classes of 10": np.exp(entropy),
        **{str(digit): share for digit, share in enumerate(found)},
    }


def main() -> None:
    """Run the example."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objectives", nargs="+", choices=OBJECTIVES, default=list(OBJECTIVES))
    parser.add_argument("--csv", type=Path, help="a file with a label in column 1 (default: the embedded digits)")
    parser.add_argument("--cols", default="2-785", help="the columns of its pixels (2-785)")
    parser.add_argument("--iterations", type=int, default=1500, help="generator steps (1500)")
    parser.add_argument("--every", type=int, default=300, help="steps from one grid to the next (300)")
    parser.add_argument("--widths", type=int, nargs="+", default=[128, 256], help="the generator's layers (128 256)")
    parser.add_argument("--dropout", type=float, default=0.5, help="of the generator's layers (0.5)")
    parser.add_argument("--head", type=int, default=128, help="width of the critic's last layers (128)")
    parser.add_argument("--output", type=Path, default=Path("digits"), help="folder for what is written (digits)")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=1, help="of the CPU; another number is another run (1)")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)

    images, labels = read_digits(args.csv, args.cols)
    side, top = int(images.shape[1] ** 0.5), images.to_numpy().max()
    if side**2 != images.shape[1]:
        parser.error(f"images must be square, but --cols has {images.shape[1]} pixels")

    # Judge and GANs learn the same digits; a third of all is kept for an honest reference..
    learned, unseen, known, true = train_test_split(images, labels, test_size=1 / 3, random_state=SEED, stratify=labels)
    judge = MLPClassifier((128,), early_stopping=True, n_iter_no_change=20, max_iter=500, random_state=SEED)
    judge.fit(learned.to_numpy() / top, known)
    print(f"the judge knows {judge.score(unseen.to_numpy() / top, true):.1%} of {len(unseen):,} unseen real digits")
    write_grid(unseen.head(SHOWN), side, (0, top), args.output / "real.png")

    scores = {"real, unseen": score(unseen, judge, top)}
    for objective in args.objectives:
        model = train(objective, learned, args)
        scores[objective] = score(model.sample(SCORED), judge, top)
    table = pd.DataFrame(scores).T.round(3)
    print(table.to_string())
    table.to_csv(args.output / "scores.csv", index_label="digits")


if __name__ == "__main__":
    main()
