"""The WGAN-GP synthesizer for tables."""

from __future__ import annotations

import os
import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import TabganWarning
from tabgan.evaluation.closeness import Memorisation
from tabgan.gan.checkpoint import resumes
from tabgan.gan.custom import describe_modules
from tabgan.gan.device import resolve_device
from tabgan.gan.history import History
from tabgan.gan.objectives import Objective, estimates_distance, make_objective
from tabgan.gan.perceptron import PerceptronDraws
from tabgan.persistence import State, load_bundle
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.preprocessing.series import smooth_series
from tabgan.registry import register_own
from tabgan.schema import Schema
from tabgan.seeds import Use
from tabgan.settings import Settings
from tabgan.synthesizers.continuation import check_same_columns, sees_the_same
from tabgan.synthesizers.fit_report import (
    describe_combinations,
    describe_encoding,
    describe_gap_ties,
    describe_training,
    kept_when_it_fails,
    say_how_it_ended,
)
from tabgan.synthesizers.networks import (
    NO_MEMBERS,
    build_networks,
    check_width,
    draw_from,
    load_networks,
    take_over,
)
from tabgan.synthesizers.reports import Callback
from tabgan.synthesizers.resolve import resolve_settings
from tabgan.synthesizers.row_generator import RowGenerator
from tabgan.synthesizers.row_learner import RowLearner
from tabgan.synthesizers.row_sampler import GeneratedRows
from tabgan.synthesizers.row_synthesizer import RowSynthesizer
from tabgan.synthesizers.scaling import place_scaler
from tabgan.synthesizers.stored_rows import NUMPY, TORCH
from tabgan.synthesizers.targets import describe_target
from tabgan.synthesizers.training import Trained, hold_aside, open_checkpoint, train


class WGANGPSynthesizer(GeneratedRows, RowSynthesizer):
    """Learns a table with a Wasserstein GAN with gradient penalty, and samples rows like it.

    Numbers are scaled to [-1, 1] and levels made one-hot, a generator is trained against a critic (Gulrajani et al.
    2017), and generated rows are calibrated to the real marginals, scaled back and sieved. Settings that are "auto" are
    the preset's, or the objective's own.

    Parameters
    ----------
    iterations : int or "auto"
        Generator steps.
    batch_size : int, None or "auto"
        Rows in a step, drawn with replacement; None is all that are learned, each once. So are more than there are.
    n_critic : int or "auto"
        Critic steps before each generator step.
    gp_weight : float or "auto"
        Weight of the gradient penalty (lambda).
    gp_share : float or "auto"
        Share of each batch that the penalty is taken over; less is faster. Of a batch that is the whole table, all.
    latent_dim : int or "auto"
        Normal random numbers that the generator makes a row from.
    hidden : tuple of int or "auto"
        Widths of the hidden layers, of both networks.
    frequencies : tuple of int or "auto"
        Of the waves that the critic sees beside each number; () is none.
    n_projections : int or "auto"
        Random projections of a row that the critic sees beside it.
    critic_lr, generator_lr : float or "auto"
        Learning rates.
    betas : (float, float) or "auto"
        Adam's decay rates of the gradient and of its square.
    objective : {"wgan-gp", "wgan", "gan"} or Objective
        Gradient penalty, weight clipping, or the first GAN; or another that is registered, or a value such as
        ``WGANGP(gp_weight=1.0)``.
    preset : {"balanced", "fast", "best", "matlab"} or None
        Where "auto" comes from; None is "balanced". "matlab" is the MATLAB program: scaled linearly, not calibrated.
    label : column name or None
        Categories that the generator is given, so that rows of each can be asked for; see also `fit`.
    target : column name or None
        The column that matters, "y" for that of `fit`. A number is pulled towards what a teacher, a mix of learners,
        says of each row, as far as the teacher knows better; of classes, which so become the label, rows are kept whose
        label the teacher confirms.
    learn_rows : int or None
        How many rows of a table are learned at most, always the same ones, by a schema of all. None is all of them, or
        1,000,000 of a folder, a pattern, a dataset or an iterator of frames, of which no more are held in memory.
    kinds : mapping of column name to kind, optional
        "continuous", "integer", "datetime", "categorical" or "boolean", where it is not to be found out.
    marginals : {"quantile", "minmax"}, name of a registered stage or "auto"
        Make columns normal by their ranks before they are scaled to [-1, 1], or only scale them. Heavy tails and
        repeated values are hard for the networks otherwise. Yours is a `tabgan.preprocessing.stages.Stage`.
    scaler : MapMinMaxScaler or None
        A fitted one for the columns of numbers, in their order, in place of their extremes; see `from_matlab` there.
    tails : {"observed", "extrapolate"}
        Keep numbers within the range that was seen, or let them go beyond it, with tails as long as the outermost 5% of
        the values suggest; but not below zero, if none was.
    smooth : str or None
        "3sigma" or "3sigma:60" (a rolling window): rows are in the order of time, and outliers of continuous columns
        are replaced before they are learned; see `ThreeSigmaSmoother`.
    denoise : str or None
        "db4:3" or "db4:3:sure:soft", that is wavelet[:level[:threshold[:mode]]]: continuous columns are denoised then;
        see `WaveletDenoiser`. Rows are generated like the smooth ones: neither is undone.
    pca : int, float or None
        Turn the columns of numbers into so many principal components, or as many as hold that share of the variance.
    calibrate : bool or "auto"
        Map each generated column of numbers on the real one by rank, make every level as frequent as the real one, and
        give numbers as many decimals as real ones of their size have.
    combinations : bool or "auto"
        Find columns of which few combinations occur together, such as a code and its name, and give rows no others.
    copula : bool or "auto"
        Mix in rows of a Gaussian copula, as many as make the rows that were held aside likelier.
    sieve : bool or "auto"
        Let generated rows through as often as a detector says that real ones like them are. `sample` then takes as many
        times longer as rows are refused.
    lr_decay : bool or "auto"
        Lower the learning rates linearly to 2%.
    ema_decay : float or "auto"
        Decay of the moving average of the generator that is kept; 0 is no average.
    snapshots : int or "auto"
        How many of these averages, from the last 70% of the run, make rows by turns: what one of them does wrong by
        chance is diluted by the others.
    held_aside : float or "auto"
        Share of the rows, none of fewer than 200, that is not trained on but compared with generated rows every 50
        iterations, to keep the generator that comes closest. If none is, all rows are learned, and compared with.
    patience : int or None
        Stop after so many comparisons without gain.
    max_seconds : float or None
        Stop training after so long.
    threads : int or "auto"
        Of the CPU: the same seed gives the same model for the same number. "auto" is 1, or 2 when layers are wide,
        there is more than one core, and batches are too small for processes to share.
    n_jobs : int or None
        Processes that share each batch of 2,048 rows or more: 1, which None is, 2, 4 or 8; -1 is one for each core. How
        many there are changes no bit of a model.
    constraints : str or sequence of str, default ()
        Rules that the rows keep, such as "start <= end" or "net + tax == gross".
    warm_start : bool, default False
        Let `fit` train the networks of the fit before further, with a learning rate that begins anew.
    checkpoint : path or None
        File to write the state of the training to.
    checkpoint_every : str
        How often, such as "30s", which is the default, or "500iterations"; and at an interruption, which waits for
        the end of the iteration, unless there are two.
    resume : bool, default False
        Go on from `checkpoint`, if it is there, as if never stopped. Data and settings must be the same, except that
        `iterations` (over which the learning rate then decays), `max_seconds` and `patience` may be raised.
    generator, critic : torch.nn.Module or None
        Networks of your own; copies of them are trained. None is our perceptron. docs/custom-networks.md has the rules.
    log_dir : path or None
        Write losses, distance and learning rates there for TensorBoard, every 50 iterations.
    callbacks : function or sequence of functions
        Each is called with a dict, every 50 iterations and at the end: "iteration", "iterations", "critic_loss",
        "unregularized_loss", "wasserstein", "distance", "critic_lr", "generator_lr" and "seconds". One that returns
        True ends the training as Ctrl-C does. The logger "tabgan" is told the same, at its level INFO.
    device : str, default "auto"
        "cpu", "cuda" or "cuda:N" to train on; "auto" is the first CUDA GPU, else the CPU, where rows are made.
    random_state : int, RandomState, Generator or None
        Seed of everything random; None is a fresh one, kept in `seed_`.
    verbose : int, default 0
        1 shows progress: on a terminal and in notebooks in place, elsewhere every ten seconds.

    Attributes
    ----------
    settings_ : Settings
        All settings, with "auto" resolved.
    history_ : History
        Losses, distances and how training ended.
    generator_, critic_ : torch.nn.Module
        The generator that is kept, and the last critic; on the CPU.
    encoder_, row_generator_ : TableEncoder, RowGenerator
        Scaling to [-1, 1] and back, and from a seed to rows: draws of the generator, calibration and sieve.
    memorisation_ : Memorisation or None
        How close rows come to learned ones, beside how close they would come anyway; None if that failed.
    schema_, seed_, n_samples_, constraints_, label_, target_, n_features_in_, feature_names_in_
        As of every `BaseSynthesizer`.

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
        gp_share: float | str = "auto",
        latent_dim: int | str = "auto",
        hidden: Sequence[int] | str = "auto",
        frequencies: Sequence[int] | str = "auto",
        n_projections: int | str = "auto",
        critic_lr: float | str = "auto",
        generator_lr: float | str = "auto",
        betas: tuple[float, float] | str = "auto",
        objective: str | Objective = "wgan-gp",
        preset: str | None = None,
        label: Hashable | None = None,
        target: Hashable | None = None,
        learn_rows: int | None = None,
        kinds: Mapping[Any, str] | None = None,
        marginals: str = "auto",
        scaler: MapMinMaxScaler | None = None,
        tails: str = "observed",
        smooth: str | None = None,
        denoise: str | None = None,
        pca: float | None = None,
        calibrate: bool | str = "auto",
        combinations: bool | str = "auto",
        copula: bool | str = "auto",
        sieve: bool | str = "auto",
        lr_decay: bool | str = "auto",
        ema_decay: float | str = "auto",
        snapshots: int | str = "auto",
        held_aside: float | str = "auto",
        patience: int | None = None,
        max_seconds: float | None = None,
        threads: int | str = "auto",
        n_jobs: int | None = None,
        constraints: str | Sequence[str] = (),
        warm_start: bool = False,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: str = "30s",
        resume: bool = False,
        generator: Any = None,
        critic: Any = None,
        log_dir: str | os.PathLike[str] | None = None,
        callbacks: Callback | Sequence[Callback] = (),
        device: str = "auto",
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.__dict__.update({name: value for name, value in locals().items() if name != "self"})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # what the constructor stores

    def _open(self, schema: Schema) -> Schema:
        return schema.without_ends() if self.tails == "extrapolate" else schema

    def _fit(self, X: NDArray[np.float64], earlier: dict[str, Any]) -> None:
        self.settings_ = resolve_settings(self.get_params(), len(X))
        X = smooth_series(X, self.schema_, self.constraints_, self.smooth, self.denoise)
        scaler = place_scaler(self.scaler, self.schema_, X)
        views, settings = bool(self.settings_.n_projections), self.settings_
        self.encoder_ = TableEncoder(
            settings.marginals, settings.pca, settings.tails, self._given, [self.seed_, Use.SPREAD], scaler, views
        )
        reduced = self.constraints_.reduce(X)
        packed = self.encoder_.fit_pack(reduced, self.constraints_.learned.categorical)
        check_width(self.encoder_.layout)
        held = hold_aside(len(X), self.settings_.held_aside, self.seed_)
        run, members, _ = self._train(X, packed, held, earlier)
        self.history_ = run.after(earlier["history_"]) if earlier else run
        parts = [packed, reduced, X, held, members]
        del packed, reduced, X
        self._learn_rows(parts)
        run.collapsed = self.history_.collapsed
        say_how_it_ended(run, self.memorisation_, self.settings_)

    def _train(
        self, X: NDArray[np.float64], packed: NDArray[np.float32], held: NDArray[np.bool_], earlier: dict[str, Any]
    ) -> Trained:
        """Make both networks, and train them on the rows of `X` that are not `held` aside, which come packed."""
        device, own = resolve_device(self.device), (self.generator, self.critic)
        self.generator_, self.critic_ = build_networks(self.encoder_, self.settings_, self.seed_, *own)
        if earlier:
            self._begin_with(earlier)
        modules = describe_modules(self.generator_, self.critic_)
        identity = (self.settings_, self.schema_.names, X, self.seed_, device.type, earlier, modules)
        return train(
            self.generator_,
            self.critic_,
            packed,
            held,
            device,
            self.settings_,
            make_objective(self.objective, vars(self.settings_)),
            self.seed_,
            earlier_iterations=len(earlier["history_"]) if earlier else 0,
            show_progress=bool(self.verbose),
            checkpoint=open_checkpoint(self.checkpoint, self.checkpoint_every, self.resume, *identity),
            resume=resumes(self.checkpoint, self.resume),
            log_dir=self.log_dir,
            n_jobs=self.n_jobs,
            callbacks=self.callbacks,
        )

    def _learn_rows(self, parts: list[Any]) -> None:
        """Learn what lies between the networks and rows; what fails is a warning, as the networks are trained.

        The parts are the rows packed, reduced, and in original units, which are held aside, and parameters of members.
        They are taken out of the list, so that nobody else holds on to them.
        """
        packed, reduced, X, held, members = parts
        parts.clear()
        draws = draw_from(self.generator_, members)
        rows = RowLearner(draws, Decoder(self.encoder_), self.schema_, self.constraints_)
        self.row_generator_: RowGenerator = rows
        self.memorisation_ = None
        with kept_when_it_fails("its rows are not calibrated"):
            self.history_.collapsed = rows.calibrate(packed, reduced, self.settings_, self.seed_)
        with kept_when_it_fails("gaps of columns are not tied"):
            rows.fit_gaps(packed, self.settings_)
        # What follows looks at the two parts of the table by themselves; whoever calls does not keep it.
        packed, learned, others = packed[~held], X[~held], X[held]
        reduced = learned if reduced is X else reduced[~held]
        del X
        with kept_when_it_fails("its numbers have other digits"):
            rows.fit_grain(learned, self.settings_)
        with kept_when_it_fails("no columns are tied"):
            rows.fit_combinations(learned, self.settings_, self.seed_, self._aimed)
        with kept_when_it_fails("no row comes from a copula"):
            rows.mix_copula(packed, reduced, others, self.settings_, self.seed_)
        del packed, reduced
        with kept_when_it_fails("its target is not sharpened"):
            rows.fit_target(self._aimed, learned, self.seed_)
        with kept_when_it_fails("no row is sieved"):
            rows.fit_sieve(learned, others, self.settings_, self.seed_)
        with kept_when_it_fails("whether its rows keep the constraints is not known"):
            rows.try_rules(self.seed_)
        with kept_when_it_fails("whether rows were memorised is not known"):
            self.memorisation_ = rows.compare(learned, others, self.seed_)

    def _count_draws(self, n_samples: int) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TabganWarning)  # the fit says it
            settings = resolve_settings(self.get_params(), n_samples)
        return settings.iterations * settings.n_critic * settings.batch_size

    def _begin_with(self, earlier: dict[str, Any]) -> None:
        """Take over the networks of the fit before, of the same columns."""
        check_same_columns(earlier["schema_"], self.schema_)
        same_view = sees_the_same(earlier["encoder_"], self.encoder_, self.schema_)
        take_over((self.generator_, self.critic_), (earlier["generator_"], earlier["critic_"]), same_view)

    def _choose_seed(self, earlier: dict[str, Any]) -> int:
        if self.random_state is None and self.checkpoint is not None and resumes(self.checkpoint, self.resume):
            run = load_bundle(self.checkpoint, kind="checkpoint").get("run", {})
            if "seed" in run:
                return int(run["seed"])
        return super()._choose_seed(earlier)

    def _learned_state(self) -> State:
        rows = self.row_generator_
        return {
            "settings": asdict(self.settings_),
            "encoder": self.encoder_.get_state(),
            "memorisation": self.memorisation_ and asdict(self.memorisation_),
            **rows.get_state(),
            "modules": describe_modules(self.generator_, self.critic_),
            "members": rows.draws.members,
            "draws": NUMPY if isinstance(rows.draws, PerceptronDraws) else TORCH,
            "generator": {name: value.numpy() for name, value in self.generator_.state_dict().items()},
            "critic": {name: value.numpy() for name, value in self.critic_.state_dict().items()},
            "history": self.history_.get_state(),
        }

    def _set_learned_state(self, state: State) -> None:
        settings = state["settings"]
        self.settings_ = Settings(**settings | {k: tuple(v) for k, v in settings.items() if isinstance(v, list)})
        self.encoder_ = TableEncoder.from_state(state["encoder"])
        own = (self.generator, self.critic)
        self.generator_, self.critic_ = load_networks(self.encoder_, self.settings_, state, *own)
        self.memorisation_ = state["memorisation"] and Memorisation(**state["memorisation"])
        draws = draw_from(self.generator_, state.get("members", NO_MEMBERS), state.get("draws", TORCH))
        self.row_generator_ = RowGenerator.from_state(state, draws, self.encoder_, self.schema_, self.constraints_)
        self.history_ = History(**state["history"])

    @classmethod
    def summarise(cls, state: State) -> dict[str, Any]:
        """Return what `BaseSynthesizer` says, and settings, encoding of the columns, training and what came after."""
        about = super().summarise(state)
        del about["params"]
        close = state["memorisation"] and Memorisation(**state["memorisation"])
        return about | {
            "settings": state["settings"],
            "combinations": describe_combinations(about["columns"], state.get("combinations")),
            "gap_ties": describe_gap_ties([column["name"] for column in about["columns"]], state["encoder"]),
            "teaching": describe_target(state.get("target"), state.get("teaching"), about["columns"]),
            "acceptance": state["sieve"] and state["sieve"]["acceptance"],
            "copula": state.get("copula") and state["copula"]["share"],
            "memorisation": close and {**close.to_dict(), "said": str(close.describe())},
            "columns": describe_encoding(about["columns"], state["encoder"]),
            "training": describe_training(
                History(**state["history"]), estimates_distance(state["params"]["objective"])
            ),
        }


register_own("model", WGANGPSynthesizer)
