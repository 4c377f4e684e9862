"""The WGAN-GP synthesizer of time series: a chain of innovations, each given its past."""

from __future__ import annotations

import os
import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from tabgan.errors import InputError, TabganWarning
from tabgan.gan.checkpoint import resumes
from tabgan.gan.device import resolve_device, use_threads
from tabgan.gan.history import History
from tabgan.gan.networks import build_gated, build_mlp
from tabgan.gan.objectives import make_objective
from tabgan.persistence import State
from tabgan.registry import register_own
from tabgan.seeds import Use, numpy_rng, torch_rng, whole_seed
from tabgan.series.chain import Chain, Draw, Steps, Stretch
from tabgan.series.guide import Guide
from tabgan.settings import AUTO, SETTINGS, Settings
from tabgan.spelling import spell
from tabgan.synthesizers.fit_report import divergence, kept_when_it_fails
from tabgan.synthesizers.resolve import resolve_settings
from tabgan.synthesizers.series_synthesizer import BURN, PIECE, SeriesSynthesizer
from tabgan.synthesizers.training import open_checkpoint, train

Floats = NDArray[np.float64]

OWN = {
    "hidden": (256, 256), "critic_lr": 2e-3, "generator_lr": 2e-3, "batch_size": 128, "frequencies": (),
    "n_projections": 0, "held_aside": 0.0, "marginals": "minmax", "calibrate": False, "threads": 1,
}  # fmt: skip
"""What "auto" is for series, where that is not the preset's."""

DAYS = 3  # of the shortest season, that a step is given
LEAST_CONTEXT, MOST_CONTEXT = 25, 97  # steps
DAY = 24  # steps that the guide chooses at once, and that the sieve looks at
PARTS = 40  # of the learned series: every fourth is for tests
CANDIDATES, FEW_CANDIDATES = 10, 5  # of long series, and of windows, which are sieved, too
JUDGED = 2000  # windows
NO_GAIN = 0.02  # of an AUC: the network must lower it by more, or it added nothing
REACH = 3.0  # standard deviations


class TimeSeriesSynthesizer(SeriesSynthesizer):
    """Learns time series with a chain: a conditional WGAN-GP on the innovations of each step, given its past.

    A ridge regression on the steps before takes the linear part away; what it leaves is whitened and brought to normal
    scores, which a generator that begins as "independent of everything" learns, given the past and the clock. Sensors
    that stand still, changes that have a grain and channels that are multiples of one another are learned as such.

    Parameters
    ----------
    time : column's name or None
        Where the stamps are; None is a DatetimeIndex, or the first column of dates that never decrease, which a warning
        says; without any, rows are equal steps.
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
    checkpoint, checkpoint_every, resume, log_dir, device, random_state, verbose
        As there.

    Attributes
    ----------
    chain_ : Chain
        All of it but the networks.
    generator_, critic_ : torch.nn.Module
        The networks, on the CPU.
    history_ : History
        Losses, distances and how training ended.
    network_added_ : bool or None
        Whether windows with the network are harder to detect than those of the linear chain it began as; else that is
        what samples. None if that is not known.
    linear_auc_, auc_ : float
        How well trees tell windows of the linear chain, and of the one with the network, from learned ones.
    settings_, clock_, roles_, readings_, covariates_, stretches_, context_, schema_, seed_, n_samples_
        As of every `SeriesSynthesizer`.

    Examples
    --------
    >>> import numpy as np
    >>> wave = np.sin(np.arange(400) / 5)[:, None] + 0.1 * np.random.default_rng(0).normal(size=(400, 2))
    >>> model = TimeSeriesSynthesizer(iterations=10, sieve=False, random_state=0).fit(wave)
    >>> model.sample(5, length=24).shape, model.sample_series(1000).shape
    ((5, 24, 2), (1000, 2))
    """

    def __init__(
        self,
        *,
        time: Hashable | None = None,
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
        if self.context != AUTO:
            if not SETTINGS["iterations"].allows(self.context) or self.context < 3:
                raise InputError(f"{spell('context')} must be a whole number of at least 3, but is {self.context!r}")
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
        rng = torch_rng(self.seed_, Use.INITIALISE)
        generator = build_gated(n_scores, n_given, own.latent_dim, own.hidden, rng)
        critic = build_mlp([n_scores + n_given, *own.hidden, 1], rng)
        names = [*(f"score {i}" for i in range(n_scores)), *(f"given {i}" for i in range(n_given))]
        identity = (own, names, rows, self.seed_, device.type, earlier, {})
        self.history_ = train(
            generator, critic, rows, np.zeros(len(rows), bool), device, own,
            make_objective(self.objective, vars(own)), self.seed_,
            show_progress=bool(self.verbose),
            checkpoint=open_checkpoint(self.checkpoint, self.checkpoint_every, self.resume, *identity),
            resume=resumes(self.checkpoint, self.resume),
            log_dir=self.log_dir,
        )  # fmt: skip
        self.chain_, self.generator_, self.critic_ = chain, generator, critic
        self.network_added_, self.window_guide_, self.day_guide_ = None, None, None
        self.auc_ = self.linear_auc_ = None
        with kept_when_it_fails("its runs are not corrected"):
            draw = self._draw_by(numpy_rng(self.seed_, Use.CORRECT))
            chain.correct(steps, draw)
            chain.settle(steps, draw, numpy_rng(self.seed_, Use.SETTLE))
        with kept_when_it_fails("whether the network added something is not known, and no window is sieved"):
            self._judge(steps)
        if self.history_.status == "diverged":
            raise divergence(self.history_, own)

    def _resolve(self) -> Settings:
        usual = {name: setting.constructor_default for name, setting in SETTINGS.items()}
        own = self.get_params()
        asked = {name: value for name, value in own.items() if name in usual and not (name in OWN and value == AUTO)}
        return resolve_settings(usual | OWN | asked, int(self.stretches_.lengths.sum()))

    def _stretches(self) -> list[Stretch]:
        every = self.stretches_
        covariates = every.parts(self.covariates_(every.beside))
        return [Stretch(*one) for one in zip(every.parts(every.values), every.starts.tolist(), covariates, strict=True)]

    def _draw_by(self, rng: np.random.Generator, linear: bool = False) -> Draw:
        """Return what draws scores, given the past: by the network, or normal ones."""
        generator, n_scores = self.generator_, self.generator_.output.layout.n_numbers
        n_free = generator.n_inputs - generator.output.layout.n_given
        if linear or self.network_added_ is False:
            return lambda given: rng.standard_normal((len(given), n_scores))

        def draw(given: Floats) -> Floats:
            noise = rng.standard_normal((len(given), n_free), dtype=np.float32)
            with torch.no_grad(), use_threads(1):
                rows = generator(torch.from_numpy(np.concatenate([noise, given.astype(np.float32)], 1)))
            made: Floats = rows[:, :n_scores].numpy().astype(np.float64)
            return made

        return draw

    def _judge(self, steps: Steps) -> None:
        """Ask trees how well they tell windows of both chains from real ones; what they have learned is the sieve."""
        rng = numpy_rng(self.seed_, Use.GUIDE)
        n = min(JUDGED, len(steps.past) // 2)
        pick = rng.choice(len(steps.past), n)
        first, time = steps.past[pick], steps.time[pick]
        known = np.repeat(steps.covariates[pick][:, None], BURN + DAY, 1)
        linear = self.chain_.as_linear()
        made = self.chain_.run(first, time, known, self._draw_by(numpy_rng(self.seed_, Use.GUIDE, 0)), rng)
        plain = linear.run(first, time, known, self._draw_by(numpy_rng(self.seed_, Use.GUIDE, 1), True), rng)
        real = self._real_windows(DAY, n, rng)
        self.auc_, self.linear_auc_ = (Guide.learn(*real, x[:, BURN:], self._guide_seed(0)).auc for x in (made, plain))
        self.network_added_ = self.auc_ < self.linear_auc_ - NO_GAIN
        if not self.network_added_:
            self.chain_, made = linear, plain
            words = "the network added nothing: the linear chain is as hard to detect, and is what samples"
            warnings.warn(TabganWarning(f"{words} (AUC {self.linear_auc_:.2f}, {self.auc_:.2f} with it)"), stacklevel=7)
        if self.settings_.sieve:
            self.day_guide_ = Guide.learn(*self._real_windows(BURN + DAY, n, rng), made, self._guide_seed(1))
            burnt = np.concatenate([first, made[:, :BURN]], 1)[:, -self.context_ :]
            days = self._run_days(burnt, time + BURN, known[:, BURN:], rng, FEW_CANDIDATES)
            self.window_guide_ = Guide.learn(*real, days, self._guide_seed(2))

    def _guide_seed(self, which: int) -> int:
        return whole_seed(self.seed_, Use.GUIDE, which)

    def _real_windows(self, length: int, most: int, rng: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
        """Return standardised windows of the learned series, and which of them are in parts for the test."""
        places = self.stretches_.draw(rng, most, length)
        assert places is not None
        step = self.stretches_.begins[places[:, 0]] + places[:, 1]
        is_test = step * PARTS // (len(self.stretches_.values) + 1) % 4 == 3
        return self.chain_.channels.forward(self.stretches_.pasts(places, length)), is_test

    def _run(self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator) -> Floats:
        channels = self.chain_.channels
        made = self.chain_.run(channels.forward(first), time, covariates, self._draw_by(rng), rng)
        return channels.backward(made)

    def _run_windows(
        self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator
    ) -> tuple[Floats, NDArray[np.bool_]]:
        if self.day_guide_ is None or self.window_guide_ is None:
            return super()._run_windows(first, time, covariates, rng)
        channels, k = self.chain_.channels, self.context_
        state = channels.forward(first)
        burnt = self.chain_.run(state, time, covariates[:, :BURN], self._draw_by(rng), rng)
        state = np.concatenate([state, burnt], 1)[:, -k:]
        made = self._run_days(state, time + BURN, covariates[:, BURN:], rng, FEW_CANDIDATES)
        kept = np.ones(len(made), bool)
        if made.shape[1] == DAY:
            kept = self.window_guide_.accept(made, rng)
        return channels.backward(made), kept

    def _run_long(self, first: Floats, time: NDArray[np.int64], covariates: Floats, seed: int, chunk: int) -> Floats:
        if self.day_guide_ is None:
            return super()._run_long(first, time, covariates, seed, chunk)
        channels, made = self.chain_.channels, []
        state = channels.forward(first)
        for piece, begin in enumerate(range(0, covariates.shape[1], PIECE)):
            rng = numpy_rng(seed, Use.ROLL, chunk, 1, piece)
            made.append(self._run_days(state, time + begin, covariates[:, begin : begin + PIECE], rng, CANDIDATES))
            state = np.concatenate([state, made[-1]], 1)[:, -self.context_ :]
        return channels.backward(np.concatenate(made, 1))

    def _run_days(
        self, state: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator, n_candidates: int
    ) -> Floats:
        """Return standardised steps after standardised windows, each 24 chosen among candidates by the guide.

        The last ones are chosen among as many steps, of which those not asked for are left out: fewer steps are the
        beginning of more.
        """
        assert self.day_guide_ is not None
        m, n_steps = covariates.shape[:2]
        made = []
        for begin in range(0, n_steps, DAY):
            ahead = covariates[:, np.arange(begin, begin + DAY).clip(max=n_steps - 1)]
            several = [np.repeat(x, n_candidates, 0) for x in (state, time + begin, ahead)]
            ways = self.chain_.run(*several, self._draw_by(rng), rng).reshape(m, n_candidates, DAY, -1)
            past = np.repeat(state[:, None, -BURN:], n_candidates, 1)
            chosen = self.day_guide_.choose(np.concatenate([past, ways], 2), rng)
            made.append(ways[np.arange(m), chosen])
            state = np.concatenate([state, made[-1]], 1)[:, -self.context_ :]
        return np.concatenate(made, 1)[:, :n_steps]

    def _learned_state(self) -> State:
        return {
            "settings": asdict(self.settings_),
            "chain": self.chain_.get_state(),
            "guides": {
                "window": self.window_guide_ and self.window_guide_.get_state(),
                "day": self.day_guide_ and self.day_guide_.get_state(),
            },
            "aucs": [self.auc_, self.linear_auc_],
            "network_added": self.network_added_,
            "generator": {name: value.numpy() for name, value in self.generator_.state_dict().items()},
            "critic": {name: value.numpy() for name, value in self.critic_.state_dict().items()},
            "history": self.history_.get_state(),
        }

    def _set_learned_state(self, state: State) -> None:
        settings = state["settings"]
        self.settings_ = Settings(**settings | {k: tuple(v) for k, v in settings.items() if isinstance(v, list)})
        self.chain_ = Chain.from_state(state["chain"])
        n_scores, n_given = len(self.chain_.scale), len(self.chain_.bias) - 1
        rng, own = torch.Generator(), self.settings_
        self.generator_ = build_gated(n_scores, n_given, own.latent_dim, own.hidden, rng)
        self.critic_ = build_mlp([n_scores + n_given, *own.hidden, 1], rng)
        for name, network in (("generator", self.generator_), ("critic", self.critic_)):
            network.load_state_dict({key: torch.from_numpy(array) for key, array in state[name].items()})
            network.eval().requires_grad_(False)
        guides = state["guides"]
        self.window_guide_, self.day_guide_ = (guides[k] and Guide.from_state(guides[k]) for k in ("window", "day"))
        self.auc_, self.linear_auc_ = state["aucs"]
        self.network_added_ = state["network_added"]
        self.history_ = History(**state["history"])


register_own("model", TimeSeriesSynthesizer)
