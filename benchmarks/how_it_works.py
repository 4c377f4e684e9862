"""The pictures of docs/how-it-works.md that explain the game: distances, critics, clipping and the gradient penalty.

    python benchmarks/how_it_works.py [--to docs/images] [--only distance,critics,surfaces,fits]

Writes how-*.png and prints the numbers that the page quotes. Critics are trained by the objectives of the package; all
is drawn from fixed seeds, on one thread.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from PIL import Image
from scipy.stats import wasserstein_distance
from torch import Tensor, nn

from tabgan import WGANGPSynthesizer
from tabgan.figures import FAINT, FINE, INK, REAL, SOFT, SYNTHETIC, style
from tabgan.gan.networks import FlatParameters, build_mlp
from tabgan.gan.objectives import WGANGP, Objective, VanillaGAN, WGANClip

ROOT = Path(__file__).resolve().parent.parent
GAN = VanillaGAN(label_smoothing=0, label_flip=0)  # the first one, before the usual repairs
CLIP = 0.01  # of WGANClip, and of its paper
STEPS = 1500  # of the critics whose rows do not change

Draw = Callable[[torch.Generator], tuple[Tensor, Tensor]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only", default=",".join(PICTURES))
    args = parser.parse_args()
    torch.set_num_threads(1)
    for name in args.only.split(","):
        with style():
            figure = PICTURES[name]()
            figure.savefig(picture := BytesIO(), dpi=110)
        few = Image.open(picture).convert("RGB").quantize(64, dither=Image.Dither.NONE)  # small files
        few.save(args.to / f"how-{name}.png", optimize=True)


def draw_distance() -> Figure:
    """Earth to move in one dimension, and two distances against the shift of two uniform distributions."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    rng = np.random.default_rng(0)
    real, rows = rng.normal(0, 1, 400), rng.normal(2, 0.6, 400)
    shares = np.arange(1, 401) / 400
    left.fill_betweenx(shares, np.sort(real), np.sort(rows), color=FAINT, step="pre")
    left.step(np.sort(real), shares, color=REAL, label="real")
    left.step(np.sort(rows), shares, color=SYNTHETIC, label="generated")
    left.set(xlabel="value", ylabel="share of rows below", title="W1 is the grey area")
    left.legend(frameon=False, loc="upper left")
    area = np.abs(np.sort(real) - np.sort(rows)).mean()
    print(f"distance: grey area {area:.4f}, scipy {wasserstein_distance(real, rows):.4f}")
    shift = np.linspace(0, 3, 301)
    right.plot(shift, shift, color=REAL, label="W1 = θ")
    right.plot(shift, np.minimum(shift, 1) * np.log(2), color=SYNTHETIC, label="JS = min(θ, 1) ln 2")
    right.axvline(1, color=FAINT, lw=FINE, zorder=0)
    right.annotate("no overlap from here on", (1.05, 0.1), color=SOFT)
    right.set(xlabel="shift θ of [0, 1] to [θ, 1 + θ]", ylabel="distance", title="Two uniform distributions")
    right.legend(frameon=False)
    return figure


def train_critic(objective: Objective, draw: Draw, rate: float) -> nn.Sequential:
    """Train a critic of three hidden layers on real and generated rows whose distributions stay as they are."""
    rng = torch.Generator().manual_seed(0)
    critic = build_mlp([2, 64, 64, 64, 1], rng)
    parameters = FlatParameters(critic)
    optimizer = objective.optimizer(parameters, (0.5, 0.9))
    for _ in range(STEPS):
        real, fake = draw(rng)
        uniform = torch.rand(objective.n_uniform, len(real), 1, generator=rng)
        parameters.grad.zero_()
        objective.critic_loss(critic, real, fake, uniform).total.backward()
        optimizer.step(torch.tensor(rate))
        objective.after_critic_step(parameters.flat)
    return critic


def slopes(critic: nn.Module, points: Tensor) -> np.ndarray:
    """Return the length of the critic's gradient at each point."""
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(points).sum(), points)
    return gradient.norm(dim=1).numpy()


def draw_critics() -> Figure:
    """What three critics, trained for long, say along the line on which real and generated rows lie apart."""

    def draw(rng: torch.Generator) -> tuple[Tensor, Tensor]:
        real, fake = 0.5 * torch.randn(2, 256, 2, generator=rng)
        return real, fake + torch.tensor([4.0, 0.0])

    line = torch.linspace(-1.5, 5.5, 281)
    points = torch.stack([line, torch.zeros_like(line)], dim=1)
    rows = draw(torch.Generator().manual_seed(1))[1]
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for axes, (name, objective, rate) in zip(figure.subplots(1, 3), CRITICS, strict=True):
        critic = train_critic(objective, draw, rate)
        to_axis = torch.sigmoid if objective is GAN else nn.Identity()
        lengths, chance = slopes(critic, rows), torch.sigmoid(critic(rows)).detach().numpy().ravel()
        print(f"critics: {name}, gradient of the score at generated rows {np.median(lengths):.2g}", end=", ")
        print(f"of ln(1 - D) {np.median(chance * lengths):.2g}")
        axes.axvspan(-1, 1, color=REAL, alpha=0.15, lw=0)
        axes.axvspan(3, 5, color=SYNTHETIC, alpha=0.15, lw=0)
        axes.plot(line, to_axis(critic(points)).detach(), color=INK)
        axes.set(title=name, xlabel="first column", ylabel="D, chance of being real" if objective is GAN else "score")
    return figure


def eight_clusters(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Rows of two columns in eight clusters on a circle; generated ones are such rows plus noise."""
    parts = []
    for spread in (0.03, 0.5):
        angles = torch.randint(8, (256,), generator=rng) * (2 * np.pi / 8)
        centres = torch.stack([angles.cos(), angles.sin()], dim=1)
        parts.append(centres + spread * torch.randn(256, 2, generator=rng))
    return parts[0], parts[1]


def draw_surfaces() -> Figure:
    """Contours of critics; the generator is held at real rows plus noise, as in figure 1 of Gulrajani et al."""
    side = torch.linspace(-1.7, 1.7, 121)
    real, fake = eight_clusters(torch.Generator().manual_seed(1))
    figure = Figure(figsize=(10, 2.9), layout="constrained")
    for axes, (name, objective, rate) in zip(figure.subplots(1, 4), SURFACES, strict=True):
        critic = train_critic(objective, eight_clusters, rate)
        axes.contour(side, side, critic(torch.cartesian_prod(side, side)).detach().view(121, 121).T, 11, cmap="copper")
        axes.plot(*real.T, ".", color=REAL, ms=3)
        axes.set(title=name, aspect="equal", xticks=[], yticks=[])
        gap, between = (critic(real) - critic(fake)).mean(), slopes(critic, (real + fake) / 2)
        print(f"surfaces: {name}, D(real) - D(fake) {gap:.2g}, gradient between {between.mean():.2g}")
    return figure


def between_rows(model: WGANGPSynthesizer, table: pd.DataFrame) -> Tensor:
    """Return points as the gradient penalty takes them: at random between real and generated rows."""
    rng, generator = torch.Generator().manual_seed(0), model.generator_
    real = generator.output.show(torch.as_tensor(model.encoder_.transform(table.to_numpy()), dtype=torch.float32))
    fake = generator(torch.randn(len(real), generator.n_latents, generator=rng))
    return torch.lerp(fake, real, torch.rand(len(real), 1, generator=rng))


def draw_fits() -> Figure:
    """Weights of the critics of whole fits, and their gradients at points between real and generated rows."""
    table = pd.read_csv(ROOT / "data" / "breast_cancer.csv").iloc[:, :9]
    figure = Figure(figsize=(9, 5.4), layout="constrained")
    panels = figure.subplots(2, len(FITS))
    for (upper, lower), (name, settings) in zip(panels.T, FITS.items(), strict=True):
        model = WGANGPSynthesizer(**settings, iterations=1000, batch_size=128, sieve=False, random_state=0).fit(table)
        weights = torch.cat([p.ravel() for p in model.critic_.parameters()]).numpy()
        lengths = slopes(model.critic_, between_rows(model, table))
        upper.hist(weights, 60, color=REAL)
        upper.set(title=name, xlabel="weights of the critic", yticks=[])
        lower.hist(lengths, np.geomspace(1e-3, 10, 81), color=SYNTHETIC)
        lower.set(xscale="log", xlabel="|gradient| between real and generated", yticks=[])
        lower.set_xticks(powers := [0.001, 0.01, 0.1, 1, 10], [f"{power:g}" for power in powers])
        lower.axvline(1, color=INK, lw=FINE, ls=":")
        low, high = np.quantile(lengths, [0.05, 0.95])
        at_limit, near = np.isclose(np.abs(weights), CLIP).mean(), (np.abs(weights) > 0.8 * CLIP).mean()
        print(f"fits: {name}, weights at ±{CLIP} {at_limit:.0%}, beyond 0.8 of it {near:.0%}", end=", ")
        print(f"largest {np.abs(weights).max():.2g}, gradient {lengths.mean():.2g} ({low:.2g} to {high:.2g})", end=", ")
        print(f"D(real) - D(fake) {model.history_.wasserstein[-100:].mean():.2g}")
    return figure


CLIPPED = WGANClip(CLIP), 5e-5  # and the rate of its paper
CRITICS = [("first GAN", GAN, 1e-3), ("clipping", *CLIPPED), ("gradient penalty", WGANGP(), 1e-3)]
SURFACES = [
    ("clipping at 0.01", *CLIPPED),
    ("clipping at 0.1", WGANClip(0.1), 1e-3),
    ("penalty, weight 10", WGANGP(10), 1e-3),
    ("penalty, weight 0.3", WGANGP(0.3), 1e-3),
]
FITS = {
    "clipping at 0.01": dict(preset="matlab", objective="wgan"),
    "penalty, weight 10": dict(preset="matlab"),
    "penalty, our defaults": dict(),
}
PICTURES = {"distance": draw_distance, "critics": draw_critics, "surfaces": draw_surfaces, "fits": draw_fits}

if __name__ == "__main__":
    main()
