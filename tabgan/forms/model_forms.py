"""The form of each kind of model file, and of a checkpoint: `check_state` holds a file's state to it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from tabgan.forms.chain_forms import SERIES_GENERATOR
from tabgan.forms.forecast_forms import PART, check_entities
from tabgan.forms.generator_forms import COMBINATIONS, COPULA, DECODER, GRAIN, SIEVE, TABLES, TEACHING, check_tables
from tabgan.forms.language import (
    ANY,
    TEXT,
    Array,
    Choice,
    Form,
    Maybe,
    Named,
    Number,
    Record,
    Sizes,
    Text,
    Whole,
    expect,
    listed,
    plain,
)
from tabgan.forms.network_forms import (
    CHECKPOINT,
    HISTORY,
    LARGEST_SEED,
    MEMORISATION,
    Layers,
    Parameters,
    Resolved,
    find_shown,
)
from tabgan.forms.row_forms import ENCODER, scaler
from tabgan.forms.schema_forms import COLUMN_NAME, NAME, RULES, SCHEMA, Pair
from tabgan.forms.series_forms import SERIES, SIGNALS, VAR
from tabgan.forms.vine_forms import check_vine

PAIRS = Record({"pairs": listed(Pair(NAME, TEXT))})
OBJECTIVE = Choice(lambda value: TEXT if isinstance(value, str) else Named(ANY))
KNOWN: dict[str, Form] = {
    "objective": OBJECTIVE,
    "kinds": Maybe(PAIRS),
    "constraints": Choice(lambda value: TEXT if isinstance(value, str) else listed(TEXT)),
    "label": Maybe(COLUMN_NAME),
    "target": Maybe(COLUMN_NAME),
    "scaler": Maybe(Record({"scaler": scaler("scaled columns")})),
    "gp_weight": Choice(lambda value: TEXT if isinstance(value, str) else Number(0)),
    "burn_in": Whole(0, 10**5),
    "block": Whole(1),
    "order": Choice(lambda value: Text("auto") if isinstance(value, str) else Whole(1, 10**5)),
    "iterations": Choice(lambda value: Text("auto") if isinstance(value, str) else Whole(1, 10**7)),
    "ridge": Number(0),
}
"""Parameters that have no rule in the table, or another one here."""


FILE: dict[str, Form] = {
    "format": TEXT,
    "format_version": Whole(1),
    "class": TEXT,
    "seed": Whole(0, LARGEST_SEED),
    "versions": Named(TEXT),
    "summary?": Named(ANY),
}
TABLE = FILE | {
    "schema": SCHEMA,
    "params": Parameters(KNOWN),
    "constraints": Record({"rules": RULES, "tables?": TABLES}, check_tables),
    "label": Maybe(COLUMN_NAME),
    "target?": Maybe(COLUMN_NAME),
    "n_samples": Whole(1),
    "n_features": Whole(0, "columns"),
}


def _place_of_label(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    place = None if state["label"] is None else sizes["names"].index(state["label"])
    expect(state["encoder"]["label"] == place, f"{at}/encoder/label", f"{place}", state["encoder"]["label"])


def _networks(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Check the networks, unless they are modules of the user's, which torch compares with what a file holds."""
    own = state.get("modules", {})
    forms = {
        "generator": Layers(lambda s: s["latents"] + s["given"], "made", projects=True),
        "critic": Layers(find_shown, 1, critic=True),
    }
    for name, form in forms.items():
        expect(name in state, f"{at}/{name}", "there", None)
        (Named(ANY) if name in own or "generator" in own else form).check(state[name], sizes, f"{at}/{name}")
    if "members" in state and "generator" not in own:
        Array("f", "members", "parameters").check(state["members"], sizes, f"{at}/members")


MODULE = Record({"class": TEXT, "shown": TEXT}, more=True)
WGANGP = Record(
    TABLE
    | {
        "settings": Resolved(),
        "encoder": ENCODER,
        "decoder": DECODER,
        "history": HISTORY,
        "memorisation": Maybe(MEMORISATION),
        "sieve": Maybe(SIEVE),
        "combinations?": Maybe(COMBINATIONS),
        "copula?": Maybe(COPULA),
        "grain?": Maybe(GRAIN),
        "teaching?": Maybe(TEACHING),
        "modules?": Record({"generator?": MODULE, "critic?": MODULE}),
        "draws?": Text("numpy", "torch"),
        "generator": ANY,
        "critic": ANY,
        "members?": ANY,
    },
    _place_of_label,
    _networks,
)
SERIES_TABLE = TABLE | {"series": SERIES}


def _chain(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    forms = {
        "generator": Layers(lambda s: s["latents"] + s["scores"] + s["given"], lambda s: 2 * s["scores"]),
        "critic": Layers(lambda s: s["scores"] + s["given"], 1, critic=True),
    }
    for name, form in forms.items():
        form.check(state[name], sizes, f"{at}/{name}")


TIME_SERIES = Record(
    SERIES_TABLE
    | {
        "settings": Resolved(),
        "series_generator": SERIES_GENERATOR,
        "history": HISTORY,
        "generator": ANY,
        "critic": ANY,
    },
    _chain,
)


def _signals(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    place, n = state["series"]["roles"]["label"], len(state["signals"])
    classes = 1 if place is None else max(sizes["levels"][place], 1)
    expect(n == classes, f"{at}/signals", f"one for each of {classes} classes", n)
    for i, signal in state["signals"].items():
        channels = len(signal["linear"]["mean"])
        expect(channels == sizes["channels"], f"{at}/signals/{i}", f"of {sizes['channels']} channels", channels)


VINE_PART = Record(
    {
        "constants": Array("f", "columns", gaps=True),
        "varying": Array("i", "varying", below="columns", rises=">"),
        "lowest": Array("f", "varying", ends=True),
        "margins": ANY,
        "copula": ANY,
    },
    more=True,
)


def _vine(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    check_vine(state["vine"], sizes, f"{at}/vine")


MODELS: Mapping[str, Form] = {
    "WGANGPSynthesizer": WGANGP,
    "VineCopulaSynthesizer": Record(TABLE | {"vine": VINE_PART, "sieve": Maybe(SIEVE)}, _vine),
    "TimeSeriesSynthesizer": TIME_SERIES,
    "SignalSynthesizer": Record(SERIES_TABLE | {"signals": SIGNALS}, _signals),
    "StationaryBootstrap": Record(SERIES_TABLE),
    "VARSynthesizer": Record(SERIES_TABLE | VAR),
    "DWTPCALSTMForecaster": Record(FILE | PART | {"entities?": listed(ANY), "parts?": ANY}, check_entities),
}
"""By class; what a package beside registers is taken as it is."""


def check_state(state: Mapping[str, Any], kind: str, length: int) -> None:
    """Raise FormError unless the state of a model or a checkpoint is what its class writes, in a file so long."""
    plain(state, length)
    form = CHECKPOINT if kind == "checkpoint" else MODELS.get(str(state.get("class")), Named(ANY))
    sizes: Sizes = ChainMap({})
    form.check(state, sizes, "")
