"""The WGAN-GP synthesizer for tables of numbers."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import torch
from torch import nn

from tabgan.bundle import State
from tabgan.errors import DivergenceError, TabganWarning
from tabgan.gan.device import one_thread, resolve_device
from tabgan.gan.draw import draw_rows
from tabgan.gan.history import History
from tabgan.gan.networks import build_mlp
from tabgan.gan.objectives import WGANGP, Objective, VanillaGAN, WGANClip
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import Report, Trainer, TrainingOptions
from tabgan.preprocessing.calibration import Calibrator
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.progress import Progress
from tabgan.synthesizers.base import BLOCK_ROWS, BaseSynthesizer
from tabgan.synthesizers.settings import Settings, resolve_settings

CALIBRATION_BLOCKS = 4
INITIALISE, TRAIN, SPREAD, CALIBRATE, SAMPLE = range(5)  # uses of one seed, each with random numbers of its own


class WGANGPSynthesizer(BaseSynthesizer):
    """Learns a table of numbers with a Wasserstein GAN with gradient penalty, and samples rows like it.

    Columns are scaled to [-1, 1], a generator is trained against a critic (Gulrajani et al. 2017), and generated rows
    are calibrated to the real marginals and scaled back. Settings that are "auto" are the preset's, or the objective's
    own.

    Parameters
    ----------
    iterations : int or "auto"
        Generator steps.
    batch_size : int, None or "auto"
        Rows in a step; None is the whole table, shuffled. More than the table has is the whole table too.
    n_critic : int or "auto"
        Critic steps before each generator step.
    gp_weight : float or "auto"
        Weight of the gradient penalty (lambda).
    latent_dim : int or "auto"
        Normal random numbers that the generator makes a row from.
    hidden : tuple of int, default (128, 128)
        Widths of the hidden layers, of both networks.
    critic_lr, generator_lr : float or "auto"
        Learning rates.
    betas : (float, float) or "auto"
        Adam's decay rates of the gradient and of its square.
    objective : {"wgan-gp", "wgan", "gan"}
        Gradient penalty, weight clipping, or the first GAN.
    preset : {"balanced", "fast", "matlab"} or None
        Where "auto" comes from; None is "balanced". "matlab" is the MATLAB program: linear scaling, whole-table batch,
        no calibration.
    marginals : {"quantile", "minmax"} or "auto"
        Make columns normal by their ranks before they are scaled to [-1, 1], or only scale them.
    calibrate : bool or "auto"
        Map each generated column on the real one by rank.
    lr_decay : bool or "auto"
        Lower the learning rates linearly to 2%.
    ema_decay : float or "auto"
        Decay of the moving average of the generator that is kept; 0 is no average.
    device : str, default "auto"
        "cpu", "cuda", "cuda:N" or "mps" to train on; "auto" is the first CUDA GPU, else the CPU. Rows are always
        generated on the CPU.
    random_state : int, RandomState, Generator or None
        Seed of everything random; None is a fresh one, kept in `seed_`.
    verbose : int, default 0
        1 shows a progress line when standard error is a terminal.

    Attributes
    ----------
    settings_ : Settings
        All settings, with "auto" resolved.
    history_ : History
        Losses, distances and how training ended.
    generator_, critic_ : torch.nn.Sequential
        The generator that is kept, and the last critic; on the CPU.
    encoder_ : TableEncoder
        Scaling to [-1, 1] and back.
    calibrator_ : Calibrator or None
        The maps of generated columns to real ones.
    schema_, seed_, n_samples_, n_features_in_, feature_names_in_
        Of the training table.

    References
    ----------
    Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville (2017). Improved Training of Wasserstein GANs. arXiv 1704.00028.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(100, 3)).round(2)
    >>> model = WGANGPSynthesizer(iterations=10, random_state=0).fit(X)
    >>> model.sample(1000).shape
    (1000, 3)
    """

    def __init__(
        self,
        *,
        iterations: int | str = "auto",
        batch_size: int | str | None = "auto",
        n_critic: int | str = "auto",
        gp_weight: float | str = "auto",
        latent_dim: int | str = "auto",
        hidden: Sequence[int] = (128, 128),
        critic_lr: float | str = "auto",
        generator_lr: float | str = "auto",
        betas: tuple[float, float] | str = "auto",
        objective: str = "wgan-gp",
        preset: str | None = None,
        marginals: str = "auto",
        calibrate: bool | str = "auto",
        lr_decay: bool | str = "auto",
        ema_decay: float | str = "auto",
        device: str = "auto",
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.iterations = iterations
        self.batch_size = batch_size
        self.n_critic = n_critic
        self.gp_weight = gp_weight
        self.latent_dim = latent_dim
        self.hidden = hidden
        self.critic_lr = critic_lr
        self.generator_lr = generator_lr
        self.betas = betas
        self.objective = objective
        self.preset = preset
        self.marginals = marginals
        self.calibrate = calibrate
        self.lr_decay = lr_decay
        self.ema_decay = ema_decay
        self.device = device
        self.random_state = random_state
        self.verbose = verbose

    def _fit(self, X: np.ndarray) -> None:
        self.settings_ = resolve_settings(self.get_params(), len(X))
        device = resolve_device(self.device)
        self.encoder_ = TableEncoder(self.settings_.marginals, seed=[self.seed_, SPREAD])
        real = self.encoder_.fit_transform(X)
        self._train(torch.as_tensor(real, dtype=torch.float32, device=device))
        self.calibrator_ = None
        if self.settings_.calibrate:
            draws = [self._generate(self.seed_, CALIBRATE, block) for block in range(CALIBRATION_BLOCKS)]
            self.calibrator_ = Calibrator().fit(np.concatenate(draws), real)
        self._say_how_it_ended()

    def _train(self, rows: torch.Tensor) -> None:
        """Train both networks on encoded rows; keep the best generator and the last critic."""
        self._build_networks(rows.shape[1])
        rng = torch_generator(self.seed_, TRAIN, rows.device)
        step = AutogradStep(
            self.generator_.to(rows.device), self.critic_.to(rows.device), make_objective(self.settings_), rng
        )
        options = TrainingOptions(**{f.name: getattr(self.settings_, f.name) for f in fields(TrainingOptions)})
        trainer = Trainer(step, rows, options, rng)
        with one_thread(), Progress(self.settings_.iterations, "iteration") as progress:
            self.history_ = trainer.run(_reporter(progress, self.settings_.objective) if self.verbose else None)
        nn.utils.vector_to_parameters(trainer.best, self.generator_.parameters())
        for parameter in (*self.generator_.parameters(), *self.critic_.parameters()):
            parameter.requires_grad_(False)
            parameter.data, parameter.grad = parameter.data.cpu().clone(), None  # no views of the flat tensors any more

    def _build_networks(self, n_columns: int) -> None:
        rng = torch_generator(self.seed_, INITIALISE)
        hidden, latent_dim = self.settings_.hidden, self.settings_.latent_dim
        self.generator_ = build_mlp([latent_dim, *hidden, n_columns], rng, bounded=True)
        self.critic_ = build_mlp([n_columns, *hidden, 1], rng)

    def _say_how_it_ended(self) -> None:
        history, best = self.history_, self.history_.best_iteration
        if history.status == "interrupted":
            warnings.warn(
                f"interrupted in iteration {len(history) + 1}; the best generator so far, of iteration {best}, is kept",
                TabganWarning,
                4,
            )
        if history.status == "diverged":
            raise divergence(history, self.settings_)

    def _generate(self, seed: int, use: int, block: int) -> np.ndarray:
        """Return the generator's rows from the latents of one block, encoded."""
        # torch's generators take 32 bits of a seed. Counting on from the use's own number, no block repeats another,
        # as one pair in 2^32 would if each had a hash of its own.
        (first,) = np.random.SeedSequence([seed, use]).generate_state(1)
        rng = torch.Generator().manual_seed((int(first) + block) % 2**32)
        return draw_rows(self.generator_, BLOCK_ROWS, rng).numpy().astype(np.float64)

    def _sample_block(self, seed: int, block: int) -> np.ndarray:
        rows = self._generate(seed, SAMPLE, block)
        # Each column is decoded in the order of its values: a polyline is looked up ten times faster that way.
        order = rows.argsort(axis=0)
        rows = np.take_along_axis(rows, order, axis=0)
        if self.calibrator_ is not None:
            rows = self.calibrator_.transform(rows)
        decoded = self.encoder_.inverse_transform(rows)
        for column, places in zip(self.encoder_.varying_, order.T, strict=True):
            decoded[places, column] = decoded[:, column].copy()
        return decoded

    def _get_state(self) -> State:
        return {
            "settings": asdict(self.settings_),
            "encoder": self.encoder_.get_state(),
            "calibrator": self.calibrator_ and self.calibrator_.get_state(),
            "generator": {name: value.numpy() for name, value in self.generator_.state_dict().items()},
            "critic": {name: value.numpy() for name, value in self.critic_.state_dict().items()},
            "history": self.history_.get_state(),
        }

    def _set_state(self, state: State) -> None:
        settings = state["settings"]
        self.settings_ = Settings(**settings | {name: tuple(settings[name]) for name in ("hidden", "betas")})
        self.encoder_ = TableEncoder.from_state(state["encoder"])
        self.calibrator_ = state["calibrator"] and Calibrator.from_state(state["calibrator"])
        self._build_networks(len(self.encoder_.varying_))
        for network, arrays in ((self.generator_, state["generator"]), (self.critic_, state["critic"])):
            network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
            network.requires_grad_(False)
        self.history_ = History.from_state(state["history"])


def torch_generator(seed: int, use: int, device: torch.device | str = "cpu") -> torch.Generator:
    """Return a torch generator for one use of a seed, as ``numpy.random.default_rng([seed, use])`` is numpy's."""
    (state,) = np.random.SeedSequence([seed, use]).generate_state(1, np.uint64)
    return torch.Generator(device).manual_seed(int(state))


def make_objective(settings: Settings) -> Objective:
    """Return the objective that the settings name."""
    objectives: dict[str, Objective] = {"wgan-gp": WGANGP(settings.gp_weight), "wgan": WGANClip(), "gan": VanillaGAN()}
    return objectives[settings.objective]


def divergence(history: History, settings: Settings) -> DivergenceError:
    """Return the error that says where losses or rows stopped being finite, and what to change."""
    wrong = np.flatnonzero(~np.isfinite(history.critic_loss))  # iterations, from 0; none when only the rows are wrong
    iteration = int(wrong[0]) + 1 if len(wrong) else len(history)
    what = f"the critic's loss is {history.critic_loss[wrong[0]]}" if len(wrong) else "generated rows are not"
    before = ""
    if iteration > 1:
        loss, wasserstein = history.critic_loss[iteration - 2], history.wasserstein[iteration - 2]
        before = f" (before: critic loss {loss:.4g}, Wasserstein estimate {wasserstein:.4g})"
    best = history.best_iteration
    kept = (
        f"the best generator so far, of iteration {best}, is kept" if best else "there is no good generator yet to keep"
    )
    message = (
        f"losses and rows must stay finite, but {what} in iteration {iteration}{before}; "
        f"lower critic_lr and generator_lr (now {settings.critic_lr:g} and {settings.generator_lr:g}); {kept}"
    )
    return DivergenceError(message, iteration, best)


def _reporter(progress: Progress, objective: str) -> Report:
    def report(iteration: int, critic_loss: float, unregularized_loss: float) -> None:
        estimate = "" if objective == "gan" else f" | Wasserstein {-unregularized_loss:.4f}"
        progress.update(iteration, f"critic loss {critic_loss:.4f}{estimate}")

    return report
