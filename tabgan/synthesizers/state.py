"""What a model file holds of a fitted synthesizer, beside what all synthesizers share."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import torch

from tabgan.bundle import State
from tabgan.gan.history import History
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.sieve import Sieve
from tabgan.synthesizers.maker import RowMaker
from tabgan.synthesizers.memorisation import Memorisation
from tabgan.synthesizers.settings import Settings
from tabgan.synthesizers.training import build_networks


def get_state(model: Any) -> State:
    """Return what `fit` learned as nested dicts of arrays and JSON values."""
    return {
        "settings": asdict(model.settings_),
        "encoder": model.encoder_.get_state(),
        "memorisation": asdict(model.memorisation_),
        "decoder": model.maker_.decoder.get_state(),
        "sieve": model.maker_.sieve and model.maker_.sieve.get_state(),
        "generator": {name: value.numpy() for name, value in model.generator_.state_dict().items()},
        "critic": {name: value.numpy() for name, value in model.critic_.state_dict().items()},
        "history": model.history_.get_state(),
    }


def set_state(model: Any, state: State) -> None:
    """Give the model back what `get_state` returned."""
    settings = state["settings"]
    model.settings_ = Settings(**settings | {k: tuple(v) for k, v in settings.items() if isinstance(v, list)})
    model.encoder_ = TableEncoder.from_state(state["encoder"])
    model.generator_, model.critic_ = build_networks(model.encoder_, model.settings_, state["seed"])
    sieve = state["sieve"] and Sieve.from_state(state["sieve"])
    decoder = Decoder.from_state(model.encoder_, state["decoder"])
    model.memorisation_ = Memorisation(**state["memorisation"])
    model.maker_ = RowMaker(model.generator_, decoder, model.schema_, model.constraints_, sieve)
    for network, arrays in ((model.generator_, state["generator"]), (model.critic_, state["critic"])):
        network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        network.requires_grad_(False)
    model.history_ = History.from_state(state["history"])
