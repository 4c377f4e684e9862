"""What the critic and the generator minimise. An objective is a value; nobody asks which one it is.

To add one, write a subclass of `Objective`, which needs no derivatives, or of `ScoreObjective` if its losses are
functions of scores and it knows their slopes, which is faster; then `register("objective", MyObjective)`. Its own
settings are the fields of a frozen dataclass.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from tabgan.errors import BundleError, InputError
from tabgan.gan.networks import Adam, FlatParameters, Optimizer, RMSprop
from tabgan.registry import register_own, registered
from tabgan.setting_rules import Rule, number
from tabgan.spelling import spell

Critic = Callable[[Tensor], Tensor]


class CriticLoss(NamedTuple):
    """What the critic minimises, with and without its penalty: MATLAB's ``lossD`` and ``lossDUnregularized``."""

    total: Tensor
    unregularized: Tensor


@dataclass(frozen=True)
class Objective(ABC):
    """What training needs of an objective.

    On CUDA its losses become part of a graph: they must not look at a value on the host, as ``.item()`` does.

    Attributes
    ----------
    name : str
        What it is called in `objective=` and in model files; of a subclass that says nothing the name of the class.
    DEFAULTS : mapping
        What its paper sets settings of the training to that are "auto", such as n_critic or betas.
    RULES : mapping of str to (callable, str)
        For its own settings: whether a value is allowed, and what is.
    estimates_distance : bool
        Whether minus the critic's loss without penalty estimates a distance between real and generated rows.
    n_uniform : int
        How many uniform random numbers the critic's loss needs for each row of the batch.
    is_penalised : bool
        Whether the critic's loss has the gradient of each row's score in it; such scores must not depend on other rows.
    """

    name: ClassVar[str]
    DEFAULTS: ClassVar[Mapping[str, Any]] = {}
    RULES: ClassVar[Mapping[str, Rule]] = {}
    estimates_distance: ClassVar[bool] = False
    n_uniform: ClassVar[int] = 0

    def __init_subclass__(cls) -> None:
        cls.name = vars(cls).get("name", cls.__name__)

    def __post_init__(self) -> None:
        if broken := [(name, rule) for name, (holds, rule, *_) in self.RULES.items() if not holds(getattr(self, name))]:
            said = "; ".join(f"{name} must be {rule}, but is {getattr(self, name)!r}" for name, rule in broken)
            raise InputError(f"{said}; leave it out of {type(self).__name__}(...) for its default")

    @property
    def is_penalised(self) -> bool:
        return False

    @abstractmethod
    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, uniform: Tensor) -> CriticLoss:
        """Return the critic's loss on rows of shape (batch_size, n_columns); `uniform` (n_uniform, batch_size, 1)."""

    @abstractmethod
    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        """Return the generator's loss on rows of shape (batch_size, n_columns), a scalar."""

    def after_critic_step(self, parameters: Tensor) -> None:  # noqa: B027 - most have nothing to do
        """Change the critic's flat parameters in place after each of its steps; here, do nothing."""

    def optimizer(self, parameters: FlatParameters, betas: tuple[float, float]) -> Optimizer:
        """Return the optimizer that the objective's paper uses; here, Adam."""
        return Adam(parameters, betas)


def find_objective(objective: str | Objective) -> type[Objective] | Objective:
    """Return the class that is registered by a name, or a value as it is; raise InputError if it is neither."""
    known: Mapping[str, type[Objective]] = registered("objective")
    if isinstance(objective, Objective):
        return objective
    if isinstance(objective, str) and objective in known:
        return known[objective]
    raise InputError(
        f"{spell('objective')} must be one of {', '.join(known)}, or a value of such a class, but is {objective!r}; "
        "choose one, or register its class"
    )


def make_objective(objective: str | Objective, settings: Mapping[str, Any]) -> Objective:
    """Return an objective by name or as it is, with those of the settings of the training that it has, too."""
    found = find_objective(objective)
    shared = {field.name: settings[field.name] for field in fields(found) if field.name in settings}
    return replace(found, **shared) if isinstance(found, Objective) else found(**shared)


def objective_to_json(objective: Objective) -> dict[str, Any]:
    """Return what a model file holds of a value; of a name it holds the name."""
    return {"objective": objective.name, "settings": asdict(objective)}


def objective_from_json(saved: str | dict[str, Any]) -> str | Objective:
    """Return a name or a value as it was saved; raise BundleError if it is not registered."""
    if (found := _find_saved(saved)) is None:
        raise BundleError(
            f"the objective that this model was trained with is not registered, {saved!r}; import the module that has "
            'it, or call tabgan.registry.register("objective", its class) first'
        )
    if isinstance(saved, str):
        return saved
    return found(**{k: tuple(v) if isinstance(v, list) else v for k, v in saved["settings"].items()})


def estimates_distance(saved: str | dict[str, Any]) -> bool:
    """Whether the objective of a model file does; of one that is not registered nobody knows."""
    found = _find_saved(saved)
    return found is not None and found.estimates_distance


def _find_saved(saved: str | dict[str, Any]) -> type[Objective] | None:
    return registered("objective").get(saved if isinstance(saved, str) else saved["objective"])


def gradient_penalty(critic: Critic, points: Tensor) -> Tensor:
    """Return mean (|dD/dx| - 1)^2 over `points`, of shape (batch_size, n_columns), one norm per row."""
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    penalty: Tensor = ((gradient.norm(2, dim=1) - 1) ** 2).mean()
    return penalty


class ScoreObjective(Objective):
    """An objective that is a function of the critic's scores, plus `gp_weight` times the gradient penalty.

    The critic's scores have shape (2, batch_size, 1): of real rows, and of generated ones. The generator's have shape
    (batch_size, 1). Losses are means over rows, as large batches are computed in shards. One with a penalty has
    `gp_weight` as a field, and an `n_uniform` of at least 1.
    """

    gp_weight = 0.0
    gp_share = 1.0

    @property
    def is_penalised(self) -> bool:
        return self.gp_weight > 0

    def count_points(self, batch_size: int) -> int:
        """Return at how many points the gradient penalty is taken."""
        return math.ceil(self.gp_share * batch_size) if self.gp_weight else 0

    @abstractmethod
    def score_loss(self, scores: Tensor, uniform: Tensor) -> Tensor:
        """Return the critic's loss without penalty."""

    @abstractmethod
    def score_slopes(self, scores: Tensor, uniform: Tensor, out: Tensor) -> None:
        """Write the derivative of `score_loss` by each score into `out`."""

    @abstractmethod
    def generator_score_loss(self, scores: Tensor) -> Tensor:
        """Return the generator's loss."""

    @abstractmethod
    def generator_slopes(self, scores: Tensor, out: Tensor) -> None:
        """Write the derivative of `generator_score_loss` by each score into `out`."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, uniform: Tensor) -> CriticLoss:
        loss = self.score_loss(critic(torch.cat([real, fake])).unflatten(0, (2, -1)), uniform)
        if not self.gp_weight:
            return CriticLoss(loss, loss)
        n = self.count_points(len(real))
        penalty = gradient_penalty(critic, torch.lerp(fake[:n], real[:n], uniform[0, :n]))
        return CriticLoss(loss + self.gp_weight * penalty, loss)

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        return self.generator_score_loss(critic(fake))


class _Wasserstein(ScoreObjective):
    """The critic minimises mean D(fake) - mean D(real), the generator - mean D(fake)."""

    estimates_distance: ClassVar[bool] = True

    def score_loss(self, scores: Tensor, uniform: Tensor) -> Tensor:
        return (scores[1] - scores[0]).mean()

    def score_slopes(self, scores: Tensor, uniform: Tensor, out: Tensor) -> None:
        out[0].fill_(-1 / scores.shape[1])
        out[1].fill_(1 / scores.shape[1])

    def generator_score_loss(self, scores: Tensor) -> Tensor:
        return -scores.mean()

    def generator_slopes(self, scores: Tensor, out: Tensor) -> None:
        out.fill_(-1 / len(scores))


@dataclass(frozen=True)
class WGANGP(_Wasserstein):
    """Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028, equation 3).

    The critic minimises mean D(fake) - mean D(real) + gp_weight * mean (|dD/dx_hat| - 1)^2, where x_hat lies at random
    between a real and a generated row; the generator minimises - mean D(fake). Adam. With `gp_share` below 1 the
    penalty's mean is taken over that share of the batch: an estimate of the same, noisier and cheaper.
    """

    name: ClassVar[str] = "wgan-gp"
    RULES: ClassVar[Mapping[str, Rule]] = {
        "gp_weight": number(lambda v: v >= 0, "a finite number of at least 0"),
        "gp_share": number(lambda v: 0 < v <= 1, "a number in (0, 1]"),
    }
    n_uniform: ClassVar[int] = 1
    gp_weight: float = 10.0
    gp_share: float = 1.0


@dataclass(frozen=True)
class WGANClip(_Wasserstein):
    """Wasserstein GAN with weight clipping (Arjovsky, Chintala, Bottou 2017, arXiv 1701.07875, algorithm 1).

    As `WGANGP` without the penalty; instead every weight of the critic is held within [-clip, clip] after each of its
    steps. RMSprop; no sigmoid, no logarithm.
    """

    name: ClassVar[str] = "wgan"
    DEFAULTS: ClassVar[Mapping[str, Any]] = dict(n_critic=5, critic_lr=5e-5, generator_lr=5e-5)
    RULES: ClassVar[Mapping[str, Rule]] = {"clip": number(lambda v: v > 0, "a positive finite number")}
    clip: float = 0.01

    def after_critic_step(self, parameters: Tensor) -> None:
        parameters.clamp_(-self.clip, self.clip)

    def optimizer(self, parameters: FlatParameters, betas: tuple[float, float]) -> Optimizer:
        return RMSprop(parameters)


@dataclass(frozen=True)
class VanillaGAN(ScoreObjective):
    """The first GAN (Goodfellow et al. 2014, arXiv 1406.2661), with one-sided label smoothing and label flips.

    The critic's output is a logit. It minimises binary cross-entropy with labels of real rows uniform in [1 -
    label_smoothing, 1] and of generated rows 0; with probability label_flip a row gets the label of the other kind. The
    generator minimises -log D(fake), the non-saturating form. AdamW.
    """

    name: ClassVar[str] = "gan"
    DEFAULTS: ClassVar[Mapping[str, Any]] = dict(n_critic=1, critic_lr=1e-4, generator_lr=1e-4, betas=(0.5, 0.999))
    RULES: ClassVar[Mapping[str, Rule]] = {
        "label_smoothing": number(lambda v: 0 <= v <= 1, "a number in [0, 1]"),
        "label_flip": number(lambda v: 0 <= v <= 1, "a number in [0, 1]"),
        "weight_decay": number(lambda v: v >= 0, "a finite number of at least 0"),
    }
    n_uniform: ClassVar[int] = 3
    label_smoothing: float = 0.1
    label_flip: float = 0.05
    weight_decay: float = 1e-6

    def labels(self, uniform: Tensor) -> Tensor:
        """Return the labels of real, then generated rows."""
        smooth, flip_real, flip_fake = uniform
        ones = 1 - self.label_smoothing * smooth
        return torch.stack([ones * (flip_real >= self.label_flip), ones * (flip_fake < self.label_flip)])

    def score_loss(self, scores: Tensor, uniform: Tensor) -> Tensor:
        return 2 * binary_cross_entropy_with_logits(scores, self.labels(uniform))  # the sum of the two means

    def score_slopes(self, scores: Tensor, uniform: Tensor, out: Tensor) -> None:
        torch.sub(scores.sigmoid(), self.labels(uniform), out=out).div_(scores.shape[1])

    def generator_score_loss(self, scores: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(scores, torch.ones_like(scores))

    def generator_slopes(self, scores: Tensor, out: Tensor) -> None:
        torch.sub(scores.sigmoid(), 1, out=out).div_(len(scores))

    def optimizer(self, parameters: FlatParameters, betas: tuple[float, float]) -> Optimizer:
        return Adam(parameters, betas, self.weight_decay)


for _objective in (WGANGP, WGANClip, VanillaGAN):
    register_own("objective", _objective)
