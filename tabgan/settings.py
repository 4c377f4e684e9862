"""Every parameter of a synthesizer in one row: its default in each preset, its rule, what it is, how it is typed.

The presets, the checks, the options of `tabgan fit` and `tabgan tune`, what `tune` searches and the table in
docs/settings.md are made of these rows; a test holds the constructors of `WGANGPSynthesizer` and
`TimeSeriesSynthesizer`, and `Settings`, to them. To add a setting, write its row, a field of `Settings` if a model
depends on it, and the constructor's parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabgan.setting_rules import (
    AUTO,
    BATCH,
    COMPONENTS,
    CONTEXT,
    COUNT,
    DECAY,
    DENOISE,
    FLAG,
    LEARN_ROWS,
    MARGINALS,
    POSITIVE,
    SEASONS,
    SMOOTH,
    STEPS,
    WAVES,
    WIDTHS,
    Rule,
    number,
    one_of,
    read_components,
    read_counts,
    read_seasons,
    several,
    up_to,
)

PRESET_NAMES = ("matlab", "fast", "balanced", "best")


class Presets(dict[str, Any]):
    """What "auto" stands for in each preset."""


def of(balanced: Any, **others: Any) -> Presets:
    """Return a value of all presets, but for those named."""
    return Presets({preset: others.get(preset, balanced) for preset in PRESET_NAMES})


@dataclass(frozen=True)
class Setting:
    """A parameter of `WGANGPSynthesizer` or of `TimeSeriesSynthesizer`; most are of both."""

    name: str
    reads: Callable[[str], Any] | None  # makes a value of what is typed; bool: a flag; None: it is no option
    default: Any  # with `Presets` the constructor's is "auto"
    rule: Rule | None  # None where what uses a value checks it, as an objective does with its own
    help: str
    metavar: str = ""  # what a value is called in --help, if not N or X
    option: str = ""  # the option's name; the setting's with dashes if left out
    word: tuple[str, Any] | None = None  # what is typed for a value that is no number
    none: str = ""  # what None stands for, if it is allowed
    left_out: str = ""  # what the default is, where its value does not say it
    doublings: tuple[int, int] | None = None  # how often `tune` doubles it, at least and at most
    only: str = ""  # "table" or "series", if only the synthesizer of these has it
    series: Any = ...  # what "auto" is for series, where it is not the preset's

    def __post_init__(self) -> None:
        object.__setattr__(self, "option", self.option or self.name.replace("_", "-"))

    @property
    def constructor_default(self) -> Any:
        return AUTO if isinstance(self.default, Presets) else self.default

    def allows(self, value: Any) -> bool:
        """Whether the rule holds; None is allowed where it stands for something."""
        return self.rule is None or bool(self.none and value is None) or self.rule.holds(value)

    def describe_rule(self, none: str = "None") -> str:
        """Return in words what is allowed, where None is called so; nothing if it has no name."""
        words = self.rule.words if self.rule else ""
        return f"{words}, or {none} for {self.none}" if none and self.none else words

    def typed(self, value: Any) -> str:
        """Return what one types for a value.

        Examples
        --------
        >>> SETTINGS["hidden"].typed((64, 32)), SETTINGS["batch_size"].typed(None), SETTINGS["gp_weight"].typed(0.3)
        ('64,32', 'all', '0.3')
        """
        if self.word and value == self.word[1]:
            return self.word[0]
        if isinstance(value, bool):
            return "on" if value else "off"
        return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)

    def describe_default(self) -> str:
        """Return the default of the balanced preset and others than it, or the only one; nothing if it is nothing.

        Examples
        --------
        >>> SETTINGS["sieve"].describe_default()
        'on; matlab, fast: off'
        """
        own = "" if self.only or self.series is ... else f"; series: {self.typed(self.series)}"
        if self.left_out or not isinstance(self.default, Presets):
            return (self.left_out or ("" if self.default in (None, (), False) else self.typed(self.default))) + own
        typed = {preset: self.typed(value) for preset, value in self.default.items()}
        others = dict.fromkeys(value for value in typed.values() if value != typed["balanced"])
        apart = [f"{', '.join(name for name in typed if typed[name] == other)}: {other}" for other in others]
        return "; ".join([typed["balanced"], *apart]) + own


_S = Setting
# fmt: off
GROUPS: dict[str, tuple[Setting, ...]] = {
    "Table": (
        _S("label", str, None, None,
           "Column of labels, given to the generator: generate --where and --balance, or --label of series, then make "
           "rows of them at once.", "COLUMN"),
        _S("target", str, None, None,
           "Column that matters: a number is pulled towards what learners say of it; of a label, as which classes are "
           "taken, rows are kept that learners confirm.", "COLUMN", only="table"),
        _S("learn_rows", int, None, LEARN_ROWS,
           "Learn N rows of DATA at most, always the same ones; what each column is follows from all.",
           none="all rows, or 1,000,000 of a table in parts", left_out="1,000,000 of a folder or a pattern, else all",
           only="table"),
        _S("constraints", str, (), None,
           'What all rows keep, such as "start <= end" or "net + tax == gross"; auto: all that is seen. May be '
           "given several times.", "RULE", option="constraint", only="table"),
        _S("marginals", str, of("quantile", matlab="minmax"), MARGINALS,
           "Make columns normal by rank before they are scaled to [-1, 1], or only scale them.",
           "quantile|minmax|STAGE", only="table", series="minmax"),
        _S("tails", str, "observed", one_of("observed", "extrapolate"),
           "Keep numbers in the range that was seen, or let them go beyond it.", only="table"),
        _S("pca", read_components, None, COMPONENTS,
           "Turn numbers into N principal components, or as many as hold this share of the variance.",
           "N|SHARE", none="no components"),
    ),
    "Training": (
        _S("preset", str, None, one_of(*PRESET_NAMES), "Where settings left out come from.",
           none="balanced", left_out="balanced"),
        _S("iterations", int, of(3000, fast=1000, best=6000), STEPS,
           "Generator steps; presets count steps of 256 rows."),
        _S("batch_size", int, of(AUTO, matlab=None), BATCH, "Rows in a step; all: all that are learned.",
           "N|all", word=("all", None), none="the whole table", left_out="128, or 256 of many rows; matlab: all",
           doublings=(-2, 2), series=128),
        _S("n_critic", int, of(5, best=8), up_to(1000), "Critic steps before each generator step.", doublings=(-2, 1)),
        _S("gp_weight", float, of(0.3, matlab=10.0), None, "Weight of the gradient penalty (lambda).",
           doublings=(-3, 3)),
        _S("gp_share", float, of(0.25, matlab=1.0), None,
           "Share of a batch that the penalty is taken over; less is faster."),
        _S("latent_dim", int, of(32, matlab=100), up_to(10_000), "Random numbers a row is made from.",
           doublings=(-2, 2)),
        _S("hidden", read_counts, of((128, 128)), WIDTHS, "Widths of both networks' hidden layers.",
           "N,N,...|auto", word=("auto", AUTO), doublings=(-1, 1), series=(256, 256)),
        _S("frequencies", read_counts, of((1, 2, 4), matlab=()), WAVES,
           "Of the waves that the critic sees beside each number.", "N,N,...|none", word=("none", ()),
           only="table", series=()),
        _S("n_projections", int, of(128, matlab=0), up_to(10_000, 0),
           "Random projections of a row that the critic sees beside it.", doublings=(-2, 2), only="table", series=0),
        _S("critic_lr", float, of(3e-3, matlab=1e-4), POSITIVE, "Learning rate of the critic.", doublings=(-2, 2),
           series=2e-3),
        _S("generator_lr", float, of(3e-3, matlab=1e-4), POSITIVE, "Learning rate of the generator.", series=2e-3),
        _S("objective", str, "wgan-gp", None,
           "Gradient penalty, weight clipping, the first GAN, or one that an installed package brings.",
           "wgan-gp|wgan|gan|NAME"),
        _S("held_aside", float, of(0.1, matlab=0.0), number(lambda v: 0 <= v <= 0.5, "a number in [0, 0.5]"),
           "Share of the rows that is not learned, to compare with.", only="table", series=0.0),
        _S("threads", int, AUTO, up_to(1024), "Threads of the CPU.", left_out="1, or 2 for wide layers", series=1),
        _S("device", str, AUTO, None, "Where to train.",
           "auto|cpu|cuda|cuda:N", left_out="auto, a CUDA GPU when there is one"),
        _S("random_state", int, None, None, "Seed of everything random; the same seed gives the same model file.",
           option="seed", left_out="a fresh one"),
    ),
    "Generated rows": (
        _S("calibrate", bool, of(True, matlab=False), FLAG,
           "Give each generated column the real column's distribution.", only="table", series=False),
        _S("snapshots", int, of(8, matlab=1), up_to(1000), "How many averages of the run make rows.", only="table",
           series=4),
        _S("combinations", bool, of(True, matlab=False), FLAG,
           "Give columns of which few combinations occur together, such as a code and its name, only those that do.",
           only="table", series=False),
        _S("copula", bool, of(True, matlab=False, fast=False), FLAG,
           "Mix in rows of a Gaussian copula, as many as make held-aside rows likelier.", only="table", series=False),
        _S("sieve", bool, of(True, matlab=False, fast=False), FLAG,
           "Refuse generated rows that a detector says are too many; generating takes longer."),
    ),
    "Time series": (
        _S("time", str, None, None, "Column of the times of rows, or those of dates and hours.", "COLUMNS",
           left_out="the first column of dates in order", only="series"),
        _S("entity", str, None, None, "Column that tells several series apart, such as the pump.", "COLUMN",
           only="series"),
        _S("static", str, (), None, "Columns that do not change within a series, such as the pump's model.", "COLUMNS",
           only="series"),
        _S("known_future", str, (), None,
           "Columns that are known in advance, such as holidays; generate is given them.", "COLUMNS", only="series"),
        _S("step", str, AUTO, None, "How far apart rows are; stamps may then be off by a quarter of it.",
           "10min|h|D|B|W|MS", left_out="the commonest", only="series"),
        _S("calendar", read_seasons, AUTO, SEASONS, "Seasons, in steps.", "N,N,...|none", word=("none", ()),
           left_out="day, week and year", only="series"),
        _S("context", int, AUTO, CONTEXT, "How many steps a step is given.", "N|auto", word=("auto", AUTO),
           left_out="three of the shortest season and one, from 25 to 97", only="series"),
        _S("gaps", str, "split", one_of("split", "refuse"), "A gap in time ends a stretch, or the fit.", only="series"),
        _S("smooth", str, None, SMOOTH,
           "Rows are in the order of time: replace outliers of continuous columns by an average of those before.",
           "3sigma[:WINDOW]", none="no smoothing"),
        _S("denoise", str, None, DENOISE,
           "Then denoise them: WAVELET[:LEVEL[:THRESHOLD[:MODE]]], with universal, sure, bayes or a number, and soft, "
           "hard or garrote. Generated rows look like the smooth ones.", "db4:3[:...]", none="no denoising"),
    ),
    "Run": (
        _S("patience", int, None, COUNT, "Stop after N checks (50 iterations each) without gain.",
           none="no early stop"),
        _S("max_seconds", float, None, POSITIVE, "Stop after so many seconds of training.", none="no limit"),
        _S("checkpoint_every", str, "30s", None, "Write the state of the training to OUTPUT.ckpt every so often.",
           "30s|500iterations", left_out="never, or 30s with --resume"),
        _S("resume", bool, False, FLAG,
           "Go on from OUTPUT.ckpt, if it is there, as if never stopped; --iterations, --patience and --max-seconds "
           "may be raised."),
        _S("n_jobs", int, None, None,
           "Processes that share each batch of 2,048 rows or more; how many they are changes no bit of the model.", "K",
           option="workers", left_out="1", only="table"),
        _S("log_dir", Path, None, None, "Write losses, distance and learning rates to DIR for TensorBoard.", "DIR"),
    ),
    "Python": (
        _S("betas", None, of((0.5, 0.9), matlab=(0.0, 0.9)), several(DECAY, range(2, 3), "two numbers in [0, 1)"),
           "Adam's decay rates of the gradient and of its square."),
        _S("lr_decay", None, of(True, matlab=False), FLAG, "Lower the learning rates linearly to 2%."),
        _S("ema_decay", None, of(0.999, matlab=0.0), DECAY,
           "Decay of the moving average of the generator that is kept; 0 is no average."),
        _S("kinds", None, None, None, "Kinds of columns by name; on the command line --categorical and others."),
        _S("scaler", None, None, None, "A fitted scaler in place of the extremes; tabgan import-matlab has one.",
           only="table"),
        _S("warm_start", None, False, None, "Train the networks of the fit before further.", only="table"),
        _S("checkpoint", None, None, None, "File for the state of the training; tabgan fit has it beside the model."),
        _S("generator", None, None, None, "A network of your own.", only="table"),
        _S("critic", None, None, None, "A network of your own.", only="table"),
        _S("callbacks", None, (), None, "Functions that are told of every 50 iterations; True ends the run."),
        _S("verbose", None, 0, None, "1 shows how far it is, off terminals every ten seconds."),
    ),
}
# fmt: on
"""The settings by the heading of their options in `--help`; the last have none.

The preset "matlab" is the MATLAB program and nothing more; what that does not show is as in Gulrajani et al. 2017,
algorithm 1.
"""

SETTINGS = {setting.name: setting for group in GROUPS.values() for setting in group}
"""All of them by name."""

PRESETS: dict[str, dict[str, Any]] = {
    preset: {s.name: s.default[preset] for s in SETTINGS.values() if isinstance(s.default, Presets)}
    for preset in PRESET_NAMES
}


@dataclass(frozen=True)
class Settings:
    """Every choice of a fit, with nothing left to "auto". `WGANGPSynthesizer` says what each means.

    A field that came after model files were first written has a default: what those were fitted with.
    """

    objective: str
    marginals: str
    tails: str
    pca: float | None
    calibrate: bool
    sieve: bool
    iterations: int
    batch_size: int
    n_critic: int
    gp_weight: float
    gp_share: float
    latent_dim: int
    hidden: tuple[int, ...]
    frequencies: tuple[int, ...]
    n_projections: int
    critic_lr: float
    generator_lr: float
    betas: tuple[float, float]
    lr_decay: bool
    ema_decay: float
    held_aside: float
    patience: int | None
    max_seconds: float | None
    threads: int
    smooth: str | None = None
    denoise: str | None = None
    scaler: str | None = None  # names one that was given
    snapshots: int = 1
    copula: bool = False
    combinations: bool = False
