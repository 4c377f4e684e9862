"""What a model file holds of a fitted synthesizer, beside what all synthesizers share."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import Any

import torch

from tabgan.bundle import State
from tabgan.errors import BundleError, InputError
from tabgan.evaluation.closeness import Memorisation
from tabgan.gan.custom import StoredCritic, describe_modules
from tabgan.gan.history import History
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.sieve import Sieve
from tabgan.synthesizers.maker import RowMaker
from tabgan.synthesizers.settings import Settings
from tabgan.synthesizers.training import build_networks

MOST_SHOWN = 300  # characters of a module, in a message


def get_state(model: Any) -> State:
    """Return what `fit` learned as nested dicts of arrays and JSON values."""
    return {
        "settings": asdict(model.settings_),
        "encoder": model.encoder_.get_state(),
        "memorisation": asdict(model.memorisation_),
        "decoder": model.maker_.decoder.get_state(),
        "sieve": model.maker_.sieve and model.maker_.sieve.get_state(),
        "modules": describe_modules(model.generator_, model.critic_),
        "generator": {name: value.numpy() for name, value in model.generator_.state_dict().items()},
        "critic": {name: value.numpy() for name, value in model.critic_.state_dict().items()},
        "history": model.history_.get_state(),
    }


def set_state(model: Any, state: State) -> None:
    """Give the model back what `get_state` returned."""
    settings = state["settings"]
    model.settings_ = Settings(**settings | {k: tuple(v) for k, v in settings.items() if isinstance(v, list)})
    model.encoder_ = TableEncoder.from_state(state["encoder"])
    _load_networks(model, state)
    sieve = state["sieve"] and Sieve.from_state(state["sieve"])
    decoder = Decoder.from_state(model.encoder_, state["decoder"])
    model.memorisation_ = Memorisation(**state["memorisation"])
    model.maker_ = RowMaker(model.generator_, decoder, model.schema_, model.constraints_, sieve)
    model.history_ = History.from_state(state["history"])


def _load_networks(model: Any, state: State) -> None:
    """Build the networks, of modules that the user gives where they were the user's, and fill them."""
    modules = state.get("modules", {})
    for name in ("generator", "critic"):
        described, given = modules.get(name), getattr(model, name)
        if described is None and given is not None:
            raise InputError(f"the {name} of this model is tabgan's own, but {name}= is given; leave it out")
        if name == "generator" and described is not None and given is None:
            raise BundleError(
                f"a model file holds no code, and the generator of this one is a {described['class']} of yours; in "
                f"Python, tabgan.load(path, generator={described['class']}(...)) takes one that shows itself as "
                f"{textwrap.shorten(described['shown'], MOST_SHOWN, placeholder=' ...')}"
            )
    own = (model.generator, model.critic)
    model.generator_, model.critic_ = build_networks(model.encoder_, model.settings_, state["seed"], *own)
    if "critic" in modules and model.critic is None:
        model.critic_ = StoredCritic(state["critic"], modules["critic"])
    for name in ("generator", "critic"):
        network = getattr(model, f"{name}_").eval().requires_grad_(False)
        try:
            network.load_state_dict({key: torch.from_numpy(array) for key, array in state[name].items()})
        except RuntimeError as error:
            if name not in modules:
                raise
            shown = textwrap.shorten(modules[name]["shown"], MOST_SHOWN, placeholder=" ...")
            raise InputError(
                f"the {name} must be a module as this model was trained with, which shows itself as {shown}, but other "
                f"parts or shapes are given ({textwrap.shorten(str(error), 200)}); build it as it was"
            ) from error
