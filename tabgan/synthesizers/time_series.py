"""The WGAN-GP synthesizer of time series: a chain of innovations, each given its past."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tabgan.errors import InputError, warn
from tabgan.gan.checkpoint import resumes
from tabgan.gan.device import resolve_device
from tabgan.gan.history import History
from tabgan.gan.networks import Generator, build_gated, build_mlp
from tabgan.gan.objectives import make_objective
from tabgan.persistence import State
from tabgan.registry import register_own
from tabgan.seeds import Use, torch_rng
from tabgan.series.chain import Chain, Stretch
from tabgan.series.time_columns import Time
from tabgan.setting_rules import AUTO
from tabgan.settings import SETTINGS, Settings
from tabgan.spelling import allowed, show, spell
from tabgan.synthesizers.fit_report import kept_when_it_fails, say_how_it_ended
from tabgan.synthesizers.reports import Callback
from tabgan.synthesizers.resolve import resolve_settings
from tabgan.synthesizers.series_generator import CANDIDATES, SeriesGenerator
from tabgan.synthesizers.series_summary import describe_chain
from tabgan.synthesizers.series_synthesizer import BURN, SeriesSynthesizer
from tabgan.synthesizers.training import open_checkpoint, train

Floats = NDArray[np.float64]

OWN = {name: setting.series for name, setting in SETTINGS.items() if setting.series is not ...}
"""What "auto" is for series, where that is not the preset's."""

DAYS = 3  # of the shortest season, that a step is given
LEAST_CONTEXT, MOST_CONTEXT = 25, 97  # steps
REACH = 3.0  # standard deviations


class TimeSeriesSynthesizer(SeriesSynthesizer):
    """Learns time series with a chain: a conditional WGAN-GP on the innovations of each step, given its past.

    A ridge regression on the steps before takes the linear part away; what it leaves is whitened and brought to normal
    scores, which a generator that begins as "independent of everything" learns, given the past and the clock. Sensors
    that stand still, changes that have a grain and channels that are multiples of one another are learned as such. Of
    four generators on the way of the training the one is kept whose windows trees tell least from learned ones.

    Parameters
    ----------
    time : column's name, those of two, or None
        Where the stamps are: dates, or numbers that count; or dates and hours, in this order. None is a DatetimeIndex,
        or the first column of dates that never decrease, which a warning says; without any, rows are equal steps.
    entity : column's name or None
        What tells several series of one table apart, such as the pump.
    static : sequence of column's names
        What does not change within an entity.
    known_future : sequence of column's names
        What is known in advance, such as holidays; `sample_series` is given it.
    label : column's name or None
        Classes, such as faults, that `sample_series` can be asked for.
    step : str, default "auto"
        The commonest difference of times, or a pandas offset such as "10min", "h", "B" (business days) or "MS": then
        stamps may be off by a quarter of it.
    calendar : sequence of float, or "auto"
        Seasons, in steps. "auto" is day, week and year where the learned time holds one and a half of them.
    context : int or "auto"
        How many steps a step is given. "auto" is three of the shortest season and one, from 25 to 97.
    gaps : {"split", "refuse"}
        What a gap in time does: end a stretch, or end the fit.
    sieve : bool or "auto"
        Let windows through as often as a detector says that real ones like them are, and choose among 10 ways to go on
        every 24 steps of a long series.
    preset, iterations, batch_size, n_critic, gp_weight, gp_share, latent_dim, hidden, critic_lr, generator_lr, betas
        As of `WGANGPSynthesizer`; "auto" is the preset's, but for layers of 256,256, rates of 2e-3 and batches of 128.
    lr_decay, ema_decay, objective, patience, max_seconds, threads, kinds
        As there.
    smooth, denoise, pca
        As there, of the channels, stretch by stretch; components have no grain.
    checkpoint, checkpoint_every, resume, log_dir, callbacks, device, random_state, verbose
        As there.

    Attributes
    ----------
    generator_, critic_ : torch.nn.Module
        The networks, on the CPU.
    history_ : History
        Losses, distances and how training ended.
    series_generator_ : SeriesGenerator
        From random numbers to series: the chain, and how well trees tell its windows from real ones.
    settings_, clock_, roles_, readings_, covariates_, stretches_, context_, schema_, seed_, n_samples_
        As of every `SeriesSynthesizer`.

    Examples
    --------
    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 5)[:, None] + 0.1 * np.random.default_rng(0).normal(size=(400, 2))
    >>> model = TimeSeriesSynthesizer(random_state=0).fit(wave)  # doctest: +SKIP
    >>> model.sample(5, length=24).shape, model.sample_series(1000).shape  # doctest: +SKIP
    ((5, 24, 2), (1000, 2))
    """

    def __init__(
        self,
        *,
        time: Time | None = None,
        entity: Hashable | None = None,
        static: Sequence[Hashable] = (),
        known_future: Sequence[Hashable] = (),
        label: Hashable | None = None,
        step: str = "auto",
        calendar: Sequence[float] | str = "auto",
        context: int | str = "auto",
        gaps: str = "split",
        preset: str | None = None,
        sieve: bool | str = "auto",
        iterations: int | str = "auto",
        batch_size: int | str | None = "auto",
        n_critic: int | str = "auto",
        gp_weight: float | str = "auto",
        gp_share: float | str = "auto",
        latent_dim: int | str = "auto",
        hidden: Sequence[int] | str = "auto",
        critic_lr: float | str = "auto",
        generator_lr: float | str = "auto",
        betas: tuple[float, float] | str = "auto",
        lr_decay: bool | str = "auto",
        ema_decay: float | str = "auto",
        objective: Any = "wgan-gp",
        smooth: str | None = None,
        denoise: str | None = None,
        pca: float | None = None,
        patience: int | None = None,
        max_seconds: float | None = None,
        threads: int | str = "auto",
        kinds: Mapping[Any, str] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: str = "30s",
        resume: bool = False,
        log_dir: str | os.PathLike[str] | None = None,
        callbacks: Callback | Sequence[Callback] = (),
        device: str = "auto",
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.__dict__.update({name: value for name, value in locals().items() if name != "self"})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # what the constructor stores

    @property
    def seasons_(self) -> tuple[float, ...]:
        """The seasons, in steps."""
        return super().seasons_ if isinstance(self.calendar, str) else tuple(map(float, self.calendar))

    def _choose_context(self, longest: int) -> int:
        for name in ("context", "calendar"):
            value = getattr(self, name)
            if not ((isinstance(value, str) and value == AUTO) or SETTINGS[name].allows(value)):
                raise InputError(f"{spell(name)} must be {allowed(name)}, but is {show(name, value)}")
        if self.context != AUTO:
            return int(self.context)
        seasons = self.clock_.seasons if self.clock_ and isinstance(self.calendar, str) else self.seasons_asked
        chosen = LEAST_CONTEXT
        for days in (DAYS, 1):
            wanted = round(days * min(seasons, default=0)) + 1
            if LEAST_CONTEXT <= wanted <= MOST_CONTEXT:
                chosen = wanted
                break
        return max(3, min(chosen, (longest - 2) // 2))

    @property
    def seasons_asked(self) -> tuple[float, ...]:
        return () if isinstance(self.calendar, str) else tuple(self.calendar)

    def _learn(self, earlier: dict[str, Any]) -> None:
        self.settings_ = own = self._resolve()
        device = resolve_device(self.device)
        chain = Chain(self.context_, self.seasons_, REACH, self.readings_.grained)
        steps = chain.learn(self._stretches(), self.seed_, own.pca)
        rows = np.concatenate([steps.scores, steps.given], 1).astype(np.float32)
        n_scores, n_given = steps.scores.shape[1], steps.given.shape[1]
        generator, critic = self._build(n_scores, n_given, torch_rng(self.seed_, Use.INITIALISE))
        names = [*(f"score {i}" for i in range(n_scores)), *(f"given {i}" for i in range(n_given))]
        identity: Any = (own, names, rows, self.seed_, device.type, earlier, {})
        run = train(
            generator, critic, rows, np.zeros(len(rows), bool), device, own,
            make_objective(self.objective, vars(own)), self.seed_,
            show_progress=bool(self.verbose),
            checkpoint=open_checkpoint(self.checkpoint, self.checkpoint_every, self.resume, *identity),
            resume=resumes(self.checkpoint, self.resume),
            log_dir=self.log_dir,
            callbacks=self.callbacks,
        )  # fmt: skip
        self.history_ = run.history
        self.generator_, self.critic_ = generator, critic
        self.series_generator_ = made = SeriesGenerator(chain, generator)
        with kept_when_it_fails("the latest generator is taken, whether or not it is the best"):
            if (best := made.choose(run.members, steps, self.stretches_, self.seed_)) is not None:
                self.history_.best_iteration = int(run.iterations[best])
        with kept_when_it_fails("its runs are not corrected"):
            made.settle(steps, self.seed_)
        with kept_when_it_fails("whether the network added something is not known, and no window is sieved"):
            made.judge(steps, self.stretches_, self.seed_, own.sieve)
        if made.network_added is False:
            words = "the network added nothing: trees tell windows from learned ones with an AUC of"
            warn(f"{words} {made.auc:.2f} with it, {made.linear_auc:.2f} without")
        say_how_it_ended(self.history_, None, own)

    def _resolve(self) -> Settings:
        usual = {name: setting.constructor_default for name, setting in SETTINGS.items()}
        own = self.get_params()
        asked = {name: value for name, value in own.items() if name in usual and not (name in OWN and value == AUTO)}
        return resolve_settings(usual | OWN | asked, int(self.stretches_.lengths.sum()))

    @classmethod
    def summarise(cls, state: State) -> dict[str, Any]:
        """Return what `SeriesSynthesizer` says, and settings, training and how well trees tell windows."""
        about = super().summarise(state)
        del about["params"]
        return about | describe_chain(state)

    def _stretches(self) -> list[Stretch]:
        every = self.stretches_
        covariates = every.parts(self.covariates_(every.beside))
        return [Stretch(*one) for one in zip(every.parts(every.values), every.starts.tolist(), covariates, strict=True)]

    def _run(self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator) -> Floats:
        channels = self.series_generator_.chain.channels
        return channels.backward(
            self.series_generator_.run_days(channels.forward(first), time, covariates, rng, CANDIDATES)
        )

    def _run_windows(
        self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator
    ) -> tuple[Floats, NDArray[np.bool_]]:
        channels = self.series_generator_.chain.channels
        made, kept = self.series_generator_.run_windows(channels.forward(first), time, covariates, BURN, rng)
        return channels.backward(made), kept

    def _learned_state(self) -> State:
        return {
            "settings": asdict(self.settings_),
            "series_generator": self.series_generator_.get_state(),
            "generator": {name: value.numpy() for name, value in self.generator_.state_dict().items()},
            "critic": {name: value.numpy() for name, value in self.critic_.state_dict().items()},
            "history": self.history_.get_state(),
        }

    def _set_learned_state(self, state: State) -> None:
        settings = state["settings"]
        self.settings_ = Settings(**settings | {k: tuple(v) for k, v in settings.items() if isinstance(v, list)})
        chain = state["series_generator"]["chain"]
        self.generator_, self.critic_ = self._build(len(chain["scale"]), len(chain["bias"]) - 1, torch.Generator())
        for name, network in (("generator", self.generator_), ("critic", self.critic_)):
            network.load_state_dict({key: torch.from_numpy(array) for key, array in state[name].items()})
            network.eval().requires_grad_(False)
        self.series_generator_ = SeriesGenerator.from_state(state["series_generator"], self.generator_)
        self.history_ = History(**state["history"])

    def _build(self, n_scores: int, n_given: int, rng: torch.Generator) -> tuple[Generator, nn.Sequential]:
        """Return new networks."""
        own = self.settings_
        generator = build_gated(n_scores, n_given, own.latent_dim, own.hidden, rng)
        return generator, build_mlp([n_scores + n_given, *own.hidden, 1], rng)


register_own("model", TimeSeriesSynthesizer)
