"""What a file says of networks and of their training, and what a checkpoint does."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from tabgan.forms.language import (
    FLAG,
    TEXT,
    WHOLE,
    Array,
    Form,
    Maybe,
    Named,
    Number,
    Record,
    Size,
    Sizes,
    Text,
    Whole,
    expect,
    find,
    listed,
)
from tabgan.forms.row_forms import scores
from tabgan.forms.schema_forms import Pair
from tabgan.setting_rules import AUTO, MARGINALS, MOST_ITERATIONS
from tabgan.settings import SETTINGS

BETWEEN = ("critic_loss", "unregularized_loss")


class Layers(Form):
    """Linear layers at each second place, each of which takes what the one before makes, with the hidden widths.

    Those of a generator of rows end in the projections that its critic sees; those of a critic that diverged need not
    be finite.
    """

    def __init__(self, takes: Size, makes: Size, projects: bool = False, critic: bool = False) -> None:
        self.takes, self.makes, self.projects, self.critic = takes, makes, projects, critic

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        widths = [find(self.takes, sizes), *sizes["hidden"], find(self.makes, sizes)]
        free = self.critic and sizes["status"] == "diverged"
        fields: dict[str, Form] = {}
        for i, (width_in, width_out) in enumerate(pairwise(widths)):
            for part, shape in (("weight", (width_out, width_in)), ("bias", (width_out,))):
                fields[f"{2 * i}.{part}"] = Array("f", *shape, gaps=True, ends=True) if free else scores(*shape)
        if self.projects:
            sizes["parameters"] = sum(one * two + two for one, two in pairwise(widths))
            sizes["mixed"] = sizes["slots"] + sizes.get("steps", 0)
            sizes["phases"] = sizes["projections"] if sizes["mixed"] else 0
            place = 2 * len(widths) - 3
            fields |= {f"{place}.projection": scores("mixed", "phases"), f"{place}.phase": scores("phases")}
        Record(fields).check(value, sizes, at)


def find_shown(sizes: Sizes) -> int:
    """Return how many numbers the critic of a table's rows sees."""
    waves = 2 * sizes["frequencies"] * sizes["scaled"]
    return int(sizes["rows"] + sizes.get("steps", 0) + waves + sizes["phases"])


def _allows(name: str, value: Any) -> bool:
    """Whether a setting may have a value; of stages any name, as the registry would import them all to say."""
    row = SETTINGS[name]
    return isinstance(value, str) if row.rule is MARGINALS else row.allows(value)


class Parameters(Form):
    """Parameters of a constructor, each "auto" or as its rule says; of those without one more is said by `known`."""

    def __init__(self, known: Mapping[str, Form] | None = None) -> None:
        self.known = known or {}

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, dict), at, "parameters", value)
        for name, one in value.items():
            if name in self.known:
                self.known[name].check(one, sizes, f"{at}/{name}")
            elif name in SETTINGS:
                expect(not isinstance(one, np.ndarray), f"{at}/{name}", "no array", one)
                expect(one == AUTO or _allows(name, one), f"{at}/{name}", "as its rule says", one)


class Resolved(Form):
    """The settings of a fit, in which no "auto" is left; those that are sizes become known."""

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, dict), at, "settings", value)
        for name, one in value.items():
            expect(not isinstance(one, np.ndarray), f"{at}/{name}", "no array", one)
            is_own = name in ("scaler", "objective") or (name == "hidden" and one == [])  # of modules of the user's
            fine = isinstance(one, (str, type(None), list)) if is_own else name in SETTINGS and _allows(name, one)
            expect(fine and one != AUTO, f"{at}/{name}", "as its rule says", one)
        expect({"latent_dim", "hidden"} <= value.keys(), at, "with latent_dim and hidden", list(value))
        sizes["latents"], sizes["hidden"] = value["latent_dim"], value["hidden"]
        sizes["frequencies"], sizes["projections"] = len(value.get("frequencies", [])), value.get("n_projections", 0)


def _best(history: dict[str, Any], sizes: Sizes, at: str) -> None:
    sizes.parents.maps[0]["status"] = history.get("status", "finished")
    n = len(history["critic_loss"])
    expect(history.get("best_iteration", 0) <= n, f"{at}/best_iteration", f"at most {n}")
    if history.get("status") != "diverged":
        fine = all(bool(np.isfinite(history[name]).all()) for name in BETWEEN)
        expect(fine, at, "of finite losses")


HISTORY = Record(
    {
        "critic_loss": Array("f", "iterations", gaps=True, ends=True),
        "unregularized_loss": Array("f", "iterations", gaps=True, ends=True),
        "distance": Array("f", "checks", 2),
        "best_iteration?": WHOLE,
        "status?": Text("training", "finished", "no gain", "out of time", "interrupted", "diverged"),
        "floor?": Number(0),
        "noise?": Number(0),
        "n_held_aside?": WHOLE,
        "collapsed?": listed(Whole(1, "columns")),
        "step?": TEXT,
        "device?": TEXT,
    },
    _best,
    own=True,
)
MEMORISATION = Record(
    {
        "ratio": Maybe(Number(0)),
        "noise": Maybe(Number(0)),
        "copies": Maybe(Number(0)),
        "natural_copies": Maybe(Number(0)),
        "held_aside": FLAG,
        "closest_ratio": Maybe(Number(0)),
        "closest_noise": Maybe(Number(0)),
    }
)


LARGEST_SEED = 2**32 - 1
_RUN = Record(
    {"seed?": Whole(0, LARGEST_SEED), "data?": Record({"columns?": Record({}, more=True)}, more=True)}, more=True
)
CHECKPOINT = Record({"run?": _RUN, "trainer?": Record({"done?": WHOLE}, more=True)}, more=True)
"""What all checkpoints have in common; `check_trainer` knows more, once there are networks."""


def check_trainer(state: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    """Raise FormError unless the state of a trainer is like the `own` state of one of the same run."""
    best = _like(own["best"])
    form = Record(
        {
            "done": Whole(0, MOST_ITERATIONS, "done"),
            "tensors": Record({name: _like(array) for name, array in own["tensors"].items()}),
            "best": best,
            "best_others": Record({name: _like(array) for name, array in own["best_others"].items()}),
            "rng": _like(own["rng"]),
            "losses": Array("f", "done", 2),
            "checks": listed(Pair(Whole(0, "done"), Number(0))),
            "best_iteration": Whole(0, "done"),
            "seconds": Number(0),
            "snapshots": Named(best),
            "stride": Whole(1),
        }
    )
    sizes: Sizes = ChainMap({})
    form.check(state, sizes, "trainer")
    for at in state["snapshots"]:
        expect(at.isdecimal() and int(at) <= state["done"], "trainer/snapshots", "by iterations", at)


def _like(array: Any) -> Array:
    return Array(array.dtype.kind, *array.shape)
