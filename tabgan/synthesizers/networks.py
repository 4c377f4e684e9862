"""The two networks of a synthesizer: perceptrons of our own, or copies of the user's; new, taken over or loaded."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tabgan.errors import BundleError, InputError
from tabgan.gan.custom import CustomCritic, CustomGenerator, StoredCritic, copy_module
from tabgan.gan.networks import build_generator, build_mlp
from tabgan.gan.output import RowOutput
from tabgan.gan.perceptron import Perceptron, PerceptronDraws
from tabgan.gan.sampling import TorchDraws
from tabgan.persistence import State
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.layout import Layout
from tabgan.seeds import Use, torch_rng
from tabgan.settings import Settings
from tabgan.spelling import spell
from tabgan.synthesizers.stored_rows import NUMPY, TORCH
from tabgan.tables.bounds import MOST_LEARNED

NO_MEMBERS = np.empty((0, 0), np.float16)
MOST_SHOWN = 300  # characters of a module, in a message
MOST_VIEWS = 10_000  # that a file may ask for with fewer numbers of its own


def check_width(layout: Layout) -> None:
    """Raise InputError if the rows of a table would be so wide that a block of them fills the memory."""
    if layout.width > MOST_LEARNED:
        raise InputError(
            f"an encoded row may have at most {MOST_LEARNED:,} numbers and levels, of which rows are made 16,384 at a "
            f"time, but those of this table have {layout.n_numbers:,} numbers and {layout.width - layout.n_numbers:,} "
            "levels; leave out columns, first of all those of many levels"
        )


def build_networks(
    encoder: TableEncoder, settings: Settings, seed: int, generator: Any = None, critic: Any = None
) -> tuple[Any, nn.Module]:
    """Return a generator of rows as the encoder makes them, and a critic: perceptrons, or copies of the user's."""
    rng, layout = torch_rng(seed, Use.INITIALISE), encoder.layout
    views = (settings.frequencies, settings.n_projections, rng, generator is None, encoder.steps_)
    output = RowOutput(layout, *views)
    if generator is None:
        made: nn.Module = build_generator([settings.latent_dim, *settings.hidden], rng, output)
    else:
        n_inputs = settings.latent_dim + layout.n_given
        made = CustomGenerator(copy_module("generator", generator), output, n_inputs)
    if critic is None:
        return made, build_mlp([output.n_shown, *settings.hidden, 1], rng)
    return made, CustomCritic(copy_module("critic", critic))


def draw_from(generator: Any, members: NDArray[Any], by: str = NUMPY) -> PerceptronDraws | TorchDraws:
    """Return the draws of a generator and of other parameters for it; a module of the user's is only drawn by torch."""
    if by == TORCH or isinstance(generator, CustomGenerator):
        return TorchDraws(generator, members)
    arrays = {name: value.numpy() for name, value in generator.state_dict().items()}
    return PerceptronDraws(Perceptron.from_arrays(arrays), generator.output.layout, members)


def take_over(made: tuple[Any, nn.Module], earlier: tuple[Any, nn.Module], same_view: bool) -> None:
    """Begin with the parameters of an earlier generator and critic, unless they are not finite: then with new ones.

    Where the critic does not see rows as it did before (`same_view`), it begins anew, and so do the projections that it
    sees.
    """
    for name, network, before in zip(("generator", "critic"), made, earlier, strict=True):
        if not same_view and network is made[1]:
            continue
        then, now = before.state_dict(), network.state_dict()
        if not same_view:
            output = next(name for name, part in network.named_modules() if part is network.output)
            then |= {key: value for key, value in now.items() if key.startswith(f"{output}.")}
        if {key: value.shape for key, value in then.items()} != {key: value.shape for key, value in now.items()}:
            raise InputError(
                f"{spell('warm_start', True)} goes on with networks of the same widths, but the {name}'s differ: "
                "fit the same columns with the same latent_dim, hidden and modules, or leave it out"
            )
        if all(torch.isfinite(value).all() for value in then.values()):
            network.load_state_dict(then)


def load_networks(
    encoder: TableEncoder, settings: Settings, state: State, generator: Any, critic: Any
) -> tuple[Any, nn.Module]:
    """Return the networks of a model's state, around modules that the user gives where they were the user's.

    Numbers of the generator that are not finite are a BundleError; the critic of a run that diverged may have some.
    """
    modules = state.get("modules", {})
    for name, module in (("generator", generator), ("critic", critic)):
        if name not in modules and module is not None:
            raise InputError(f"the {name} of this model is tabgan's own, but {name}= is given; leave it out")
    if "generator" in modules and generator is None:
        described = modules["generator"]
        raise BundleError(
            f"a model file holds no code, and the generator of this one is a {described['class']} of yours; in "
            f"Python, tabgan.load(path, generator={described['class']}(...)) takes one that shows itself as "
            f"{_shorten(described['shown'])}"
        )
    _check_sizes(settings, state, modules)
    made, judge = build_networks(encoder, settings, state["seed"], generator, critic)
    if "critic" in modules and critic is None:
        judge = StoredCritic(state["critic"], modules["critic"])
    for name, network in (("generator", made), ("critic", judge)):
        _fill(name, network.eval().requires_grad_(False), state[name], modules)
    finite = np.isfinite(state.get("members", 0.0)).all()
    if not (finite and all(torch.isfinite(value).all() for value in made.state_dict().values())):
        raise BundleError("a generator's numbers must be finite, but those of this model are not; fit again")
    return made, judge


def _check_sizes(settings: Settings, state: State, modules: Mapping[str, Any]) -> None:
    """Raise BundleError, before any memory is taken, if networks would have more numbers than the file holds."""
    held = sum(np.size(array) for name in ("generator", "critic") for array in state[name].values())
    widths = [] if "generator" in modules else [settings.latent_dim, *settings.hidden]
    views = settings.n_projections if settings.n_projections > MOST_VIEWS else 0  # of which a file has no numbers
    needed = max(sum(first * second for first, second in pairwise(widths)), views, *widths, 0)
    if needed > held or min(widths, default=1) < 1:
        raise BundleError(f"networks of {needed:,} numbers are described, but only {held:,} are in the file; fit again")


def _fill(name: str, network: nn.Module, arrays: State, modules: Mapping[str, Any]) -> None:
    try:
        network.load_state_dict({key: torch.from_numpy(array) for key, array in arrays.items()})
    except RuntimeError as error:
        if name not in modules:
            raise
        raise InputError(
            f"the {name} must be a module as this model was trained with, which shows itself as "
            f"{_shorten(modules[name]['shown'])}, but other parts or shapes are given "
            f"({textwrap.shorten(str(error), 200)}); build it as it was"
        ) from error


def _shorten(shown: str) -> str:
    return textwrap.shorten(shown, MOST_SHOWN, placeholder=" ...")
