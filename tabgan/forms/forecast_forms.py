"""What a file says of a forecaster: the series, its inputs, and what learned them."""

from __future__ import annotations

from typing import Any

from tabgan.forms.language import (
    ANY,
    FLAG,
    POSITIVE,
    TEXT,
    WHOLE,
    Array,
    Choice,
    Each,
    Form,
    Maybe,
    Number,
    Record,
    Sizes,
    Text,
    Whole,
    expect,
    listed,
)
from tabgan.forms.row_forms import PCA, scores
from tabgan.forms.schema_forms import NAME
from tabgan.forms.series_forms import CLOCK, TOLD

GATES = {"lstm": 4, "rnn": 1}
BP_NODES = 20
NAMES = Choice(lambda value: listed(NAME) if isinstance(value, list) else Maybe(NAME))
COLUMNS = Record(
    {
        "target": NAME,
        "factors": listed(NAME),
        "known_future": listed(NAME),
        "time?": NAMES,
        "date?": NAMES,
        "entity?": NAMES,
        "container?": TEXT,
    }
)
PARAMS = Record(
    {
        "variant": TEXT,
        "window?": Maybe(Whole(2, 10**5)),
        "wavelet?": TEXT,
        "level?": Maybe(Whole(1, 12)),
        "n_components?": Number(1e-9, 10**6),
        "hidden?": Whole(1, 10**6),
        "epochs?": Whole(1),
        "patience?": Whole(1),
        "members?": Whole(1),
        "stopping?": Number(1e-9, 1),
        "calibration?": Number(0, 1),
        "causal?": FLAG,
        "logarithm?": Maybe(FLAG),
    }
)


def _levels(clock_of: str) -> dict[str, Form]:
    return {
        "values": Array("f", clock_of, low=-1e150, high=1e150),
        "lagged": scores(clock_of, "lagged"),
        "known": Array("f", "known times", "known", low=-1e150, high=1e150),
        "filled": Array("b", clock_of),
    }


def _some(series: dict[str, Any], sizes: Sizes, at: str) -> None:
    expect(len(series["values"]) > 0, f"{at}/values", "some")
    expect(len(series["known"]) >= len(series["values"]), f"{at}/known", "as long as values", len(series["known"]))


SERIES = Choice(
    lambda state: (
        Record(
            {"step": Text("day", "hour"), "begin": TEXT, "n_times": Whole(1, 2**53, "known times")} | _levels("times"),
            _some,
        )
        if isinstance(state, dict) and "step" in state
        else Record(
            {"times": Whole(1, 2**53, "known times"), "clock": CLOCK, "told?": Maybe(TOLD)} | _levels("times"), _some
        )
    )
)
INPUTS = Record(
    {
        "change": POSITIVE,
        "noise": Number(0),
        "n_given": Whole(0, "inputs"),
        "n_smoothed": Whole(0, "times"),
        "positive": FLAG,
        "smoother": Record(
            {
                "n_sigma": POSITIVE,
                "neighbours": Whole(1, 10**6),
                "window": Maybe(Whole(1, 10**6)),
                "mean": scores(1),
                "std": scores(1),
            }
        ),
        "pca?": PCA,
    }
)
SVM = Record(
    {
        "vectors": scores("vectors", "flat"),
        "weights": scores("vectors"),
        "gamma": POSITIVE,
        "intercept": Number(-1e6, 1e6),
    }
)


def _networks(learner: dict[str, Any], sizes: Sizes, at: str) -> None:
    cell, hidden = learner["cell"], learner["hidden"]
    fields: dict[str, Form] = {}
    if cell == "bp":
        n_inputs = learner["window"] * sum(learner["widths"])
        fields |= {"layers.0.weight": scores(BP_NODES, n_inputs), "layers.0.bias": scores(BP_NODES)}
        fields |= {"layers.2.weight": scores(1, BP_NODES), "layers.2.bias": scores(1)}
    else:
        gates = GATES[cell] * hidden
        for i, width in enumerate(learner["widths"]):
            own: dict[str, tuple[int, ...]] = {"weight_ih_l0": (gates, width), "weight_hh_l0": (gates, hidden)}
            own |= {"bias_ih_l0": (gates,), "bias_hh_l0": (gates,)}
            fields |= {f"streams.{i}.cell.{name}": scores(*shape) for name, shape in own.items()}
            fields |= {f"streams.{i}.out.weight": scores(1, hidden), f"streams.{i}.out.bias": scores(1)}
    Each(Record(fields), least=1).check(learner["networks"], sizes, f"{at}/networks")


ENSEMBLE = Record(
    {
        "cell": Text("lstm", "rnn", "bp"),
        "window": Whole(1, 10**5),
        "widths": listed(Whole(1, 10**6), least=1),
        "hidden": Whole(1, 10**6),
        "networks": ANY,
    },
    _networks,
)
LEARNER = Choice(
    lambda state: (
        ENSEMBLE
        if isinstance(state, dict) and "networks" in state
        else SVM
        if isinstance(state, dict) and "vectors" in state
        else Record({})
    )
)
PART = {
    "params": PARAMS,
    "columns": COLUMNS,
    "n_learned?": WHOLE,
    "series?": SERIES,
    "inputs?": ANY,
    "learner?": LEARNER,
}


def _agree(part: dict[str, Any], sizes: Sizes, at: str) -> None:
    expect({"series", "learner", "n_learned"} <= part.keys(), at, "with a series and a learner", list(part))
    n, learner = part["n_learned"], part["learner"]
    expect(2 <= n <= sizes["times"], f"{at}/n_learned", f"at most {sizes['times']}", n)
    kind = {"linear": "ridge"}.get(part["params"]["variant"], part["params"]["variant"].rpartition("-")[2])
    found = learner.get("cell", "svm" if "vectors" in learner else "ridge")
    expect(kind == found, f"{at}/learner", f"of the variant {part['params']['variant']}", found)
    if found != "ridge":
        expect("inputs" in part, f"{at}/inputs", "there", None)
        factors = {"factor_mean": scores("inputs"), "factor_std": Array("f", "inputs", low=1e-300)}
        fields = {**INPUTS.fields, **factors}
        ordered = {name: fields[name] for name in sorted(fields, key=lambda name: not name.startswith("factor"))}
        Record(ordered).check(part["inputs"], sizes, f"{at}/inputs")
        _widths(part, sizes, at)


def _widths(part: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Check that a learner takes as many inputs as are made of given factors, their components, and the calendar."""
    inputs, learner, given = part["inputs"], part["learner"], sizes["lagged"] + sizes["known"]
    expect(inputs["n_given"] == given, f"{at}/inputs/n_given", f"{given}", inputs["n_given"])
    kept = given
    if "pca" in inputs:
        kept, width = inputs["pca"]["components"].shape
        expect(width == given, f"{at}/inputs/pca", f"of {given} factors", width)
    streams = 1 + part["params"]["variant"].startswith("dwt")
    width = 1 + kept + int(sizes["inputs"]) - given
    if "widths" in learner:
        found = learner["widths"]
        expect(found == [width] * streams, f"{at}/learner/widths", f"{streams} of {width}", found)
    else:
        expect(sizes["flat"] % (width * streams) == 0, f"{at}/learner/vectors", f"times {width}", sizes["flat"])


def check_entities(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    if "parts" in state:
        expect(isinstance(state.get("entities"), list), f"{at}/entities", "listed", None)
        Each(Record(PART, _agree, own=True), len(state["entities"]), least=1).check(
            state["parts"], sizes, f"{at}/parts"
        )
    else:
        _agree(state, sizes, at)
