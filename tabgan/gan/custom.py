"""Networks of the user's own in the place of ours: any modules, with buffers, dropout and all."""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from tabgan.errors import InputError
from tabgan.gan.device import repeatable
from tabgan.gan.output import RowOutput

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)
MOST_TRIED = 8  # rows of the batch that shapes are tried with


class CustomGenerator(nn.Module):
    """A module of the user's, and a `RowOutput` that leaves its numbers as they are.

    The module maps latents of shape (n, n_inputs), free ones, then the block that is given, to n rows: numbers in
    [-1, 1], then the scores of the levels.
    """

    def __init__(self, module: nn.Module, output: RowOutput, n_inputs: int) -> None:
        super().__init__()
        self.module, self.output, self.n_inputs = module, output, n_inputs

    @property
    def n_latents(self) -> int:
        """How many numbers a row is made from, noise included."""
        return self.n_inputs + self.output.n_noise

    def forward(self, latent: Tensor) -> Tensor:
        x = self.module(latent[:, : self.n_inputs]).flatten(1)
        rows: Tensor = self.output(x, latent[:, self.n_inputs - self.output.n_passed :])
        return rows


class CustomCritic(nn.Module):
    """A module of the user's, which maps rows of shape (n, width) to scores of shape (n, 1)."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, rows: Tensor) -> Tensor:
        scores: Tensor = self.module(rows)
        return scores


class StoredCritic(nn.Module):
    """What a model file holds of a critic whose code is not at hand: it can be saved again."""

    def __init__(self, arrays: Mapping[str, Any], description: dict[str, str]) -> None:
        super().__init__()
        self.arrays, self.description = arrays, description

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        return {name: torch.from_numpy(array) for name, array in self.arrays.items()}

    def load_state_dict(self, *args: Any, **kwargs: Any) -> None:
        """There is nothing to fill."""


def is_custom(network: nn.Module) -> bool:
    """Whether a network is the user's."""
    return isinstance(network, (CustomGenerator, CustomCritic))


def describe_modules(generator: nn.Module, critic: nn.Module) -> dict[str, dict[str, str]]:
    """Return the class of each network that is the user's, and how it shows itself, as text in one line."""
    described = {}
    for name, network in (("generator", generator), ("critic", critic)):
        if isinstance(network, StoredCritic):
            described[name] = network.description
        elif isinstance(network, (CustomGenerator, CustomCritic)):
            shown = re.sub(r" at 0x[0-9a-fA-F]+", "", repr(network.module))  # an address would differ from run to run
            shown = " ".join(shown.split())
            described[name] = {"class": type(network.module).__qualname__, "shown": shown}
    return described


def copy_module(name: str, module: Any) -> nn.Module:
    """Return a copy of a user's module on the CPU, to be trained in its place."""
    if not isinstance(module, nn.Module):
        raise InputError(
            f"{name} must be None or an instance of torch.nn.Module, but is {textwrap.shorten(repr(module), 60)}; "
            f"build the module first, as in {name}=MyModule()"
        )
    parameters, what = list(module.parameters()), f"{name}={type(module).__qualname__}"
    if any(map(is_lazy, [*parameters, *module.buffers()])):
        raise InputError(
            f"the parameters of {name} must have shapes, but some of {what} are lazy; call it once before the fit"
        )
    if others := {str(p.dtype) for p in parameters} - {"torch.float32"}:
        raise InputError(
            f"the parameters of {name} must be torch.float32, but of {what} are {', '.join(sorted(others))}; "
            "call its .float()"
        )
    if slashes := [key for key in module.state_dict() if "/" in key]:
        raise InputError(f"names of parts must have no slash, but of {what} one is {slashes[0]!r}; rename it")
    try:
        return copy.deepcopy(module).cpu()
    except (RuntimeError, TypeError) as error:
        raise InputError(
            f"{name} must be a module that copy.deepcopy can copy, but {what} is not "
            f"({textwrap.shorten(str(error), 120)}); leave out what cannot be copied"
        ) from error


def try_out(generator: Any, critic: nn.Module, batch_size: int, is_penalised: bool) -> None:
    """Pass a small batch through copies of custom networks and check what comes; ours are believed.

    It must have the right shape and be finite, and a critic whose gradient is penalised, which is done row by row, must
    not let the rows of a batch change each other's scores.
    """
    for name, network in (("generator", generator), ("critic", critic)):
        if not any(p.requires_grad for p in network.parameters()):
            raise InputError(
                f"{name} must have parameters to train, but none of {type(network.module).__qualname__} requires a "
                "gradient; add some, or call its .requires_grad_()"
            )
    layout = generator.output.layout
    generator, critic = (copy.deepcopy(network).train() for network in (generator, critic))
    n = min(batch_size, MOST_TRIED)
    with repeatable(0, torch.device("cpu")):
        latent = torch.randn(n, generator.n_latents, generator=torch.Generator().manual_seed(0))
        if isinstance(generator, CustomGenerator):
            given = f" and the label's {layout.n_given} levels" if layout.n_given else ""
            remedy = f"its input is latent_dim{given}; set latent_dim to what it takes"
            made = _call("generator", generator.module, latent[:, : generator.n_inputs], remedy)
            flat = made.flatten(1) if made.ndim > 1 else made
            _check_shape("generator", generator.module, made, flat, (n, layout.n_made))
        rows = generator(latent).detach().requires_grad_()
        if isinstance(critic, CustomCritic):
            if isinstance(list(critic.modules())[-1], nn.Sigmoid):
                raise InputError(
                    f"scores of critic are not squashed, but {type(critic.module).__qualname__} ends with Sigmoid; "
                    "leave it out, as objective='gan' takes the logits, and the others any number"
                )
            scores = _call("critic", critic.module, rows, "a row has a number for each column that varies")
            _check_shape("critic", critic.module, scores, scores, (n, 1))
            if is_penalised:
                _check_rows_apart(critic.module, rows, scores)


def _call(name: str, module: nn.Module, x: Tensor, remedy: str) -> Tensor:
    try:
        made: Tensor = module(x)
    except Exception as error:
        raise InputError(
            f"{name} must take a batch of shape {tuple(x.shape)}, but {type(module).__qualname__} cannot "
            f"({type(error).__name__}: {textwrap.shorten(str(error), 150)}); {remedy}"
        ) from error
    return made


def _check_shape(name: str, module: nn.Module, made: Tensor, flat: Tensor, shape: tuple[int, int]) -> None:
    what = type(module).__qualname__
    if flat.shape != shape:
        wide = (
            "scores" if name == "critic" else "a number for each column of numbers that varies, a score for each level"
        )
        raise InputError(
            f"{name} must make shape {shape} of {shape[0]} rows ({wide}), but {what} makes {tuple(made.shape)}; "
            f"give its last layer {shape[1]} outputs"
        )
    if made.dtype != torch.float32 or not torch.isfinite(made).all():
        said = "not finite" if made.dtype == torch.float32 else str(made.dtype)
        raise InputError(f"{name} must make finite numbers, torch.float32, but those of {what} are {said}; change it")


def _check_rows_apart(module: nn.Module, rows: Tensor, scores: Tensor) -> None:
    """Raise InputError if the scores of some rows have a gradient by others."""
    half = len(rows) // 2
    (gradient,) = torch.autograd.grad(scores[:half].sum(), rows, allow_unused=True)
    if gradient is not None and gradient[half:].any():
        norms = sorted({type(m).__name__ for m in module.modules() if isinstance(m, BATCH_NORMS)})
        raise InputError(
            "the gradient penalty is taken row by row, so that a row's score must not depend on the other rows of its "
            f"batch, but in critic={type(module).__qualname__} it does{' by ' + ' and '.join(norms) if norms else ''}; "
            "take LayerNorm, GroupNorm or InstanceNorm, or none, or objective='wgan' or 'gan'"
        )
