"""tune writes options that fit takes; every setting of the library is an option, also in a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan import WGANGPSynthesizer
from tabgan.cli.config import format_config
from tabgan.cli.main import main
from tabgan.settings import PRESETS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

QUICK = ("--iterations", 10, "--no-sieve", "--hidden", "8", "--seed", 0)
OPTIONS = {
    "marginals": ("minmax", "minmax"),
    "smooth": ("3sigma:60", "3sigma:60"),
    "denoise": ("db4:3:sure", "db4:3:sure"),
    "pca": ("0.5", 0.5),
    "calibrate": (False, False),
    "tails": ("extrapolate", "extrapolate"),
    "sieve": (False, False),
    "frequencies": ("none", []),
    "n-projections": ("7", 7),
    "hidden": ("16,8", [16, 8]),
    "batch-size": ("all", 180),
    "preset": ("fast", None),
}


@pytest.fixture
def data(table) -> str:
    table.to_csv("data.csv", index=False)
    return "data.csv"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tabgan_command):
    """Tables are written where the commands run."""


def ok(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def test_fit_takes_what_tune_wrote(tabgan_command, data):
    shown = ok(tabgan_command("tune", data, "--trials", 2, *QUICK, "--marginals", "minmax", "--frequencies", "none"))
    assert "with the default settings (trial 0), seed 0" in shown
    assert "tabgan fit data.csv --config tuned.toml" in shown
    assert Path("tuned.toml").read_text(encoding="utf-8").startswith('# tabgan tune "data.csv": AUC 0.')
    assert tabgan_command("tune", data, "--trials", 1).exit_code == 2  # tuned.toml exists and is kept
    found = json.loads(ok(tabgan_command("tune", data, "--trials", 2, "--json", *QUICK, "-o", "b.toml")))
    assert len(found["trials"]) == 2
    assert found["score"] == min(trial["score"] for trial in found["trials"])
    settings = json.loads(ok(tabgan_command("fit", data, "--config", "b.toml", "--dry-run", "--json")))["settings"]
    for name, value in (found["best"] | {"sieve": False, "hidden": [8]}).items():
        assert settings[name] == value
    ok(tabgan_command("fit", data, "--config", "tuned.toml"))
    info = json.loads(ok(tabgan_command("info", "--json")))
    assert (info["seed"], info["settings"]["marginals"], info["settings"]["frequencies"]) == (0, "minmax", [])


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_means_the_same_typed_and_in_a_file(tabgan_command, data, name):
    value, expected = OPTIONS[name]
    flag = [f"--{name}" if value else f"--no-{name}"] if isinstance(value, bool) else [f"--{name}", value]
    Path("options.toml").write_text(format_config({name: value}), encoding="utf-8")
    plans = [
        json.loads(ok(tabgan_command("fit", data, *more, "--dry-run", "--json")))["settings"]
        for more in (flag, ["--config", "options.toml"])
    ]
    assert plans[0] == plans[1]
    key = name.replace("-", "_")
    assert plans[0].get(key) == (expected if key in plans[0] else None)
    assert plans[0] != json.loads(ok(tabgan_command("fit", data, "--dry-run", "--json")))["settings"]


def test_rules_and_label_reach_the_model(tabgan_command):
    rng = np.random.default_rng(0)
    low = rng.normal(size=120).round(2)
    table = pd.DataFrame({"low": low, "high": low + rng.exponential(size=120).round(2), "class": ["a", "b", "b"] * 40})
    table.to_csv("data.csv", index=False)
    Path("rules.toml").write_text('label = "class"\nconstraint = ["low <= high"]\nhidden = "auto"\n', encoding="utf-8")
    ok(tabgan_command("fit", "data.csv", "--config", "rules.toml", *QUICK[:3], "-o", "file.tabgan", "--seed", 0))
    typed = ("--label", "class", "--constraint", "low <= high")
    ok(tabgan_command("fit", "data.csv", *typed, *QUICK[:3], "-o", "typed.tabgan", "--seed", 0))
    assert Path("file.tabgan").read_bytes() == Path("typed.tabgan").read_bytes()
    shown = ok(tabgan_command("info", "typed.tabgan"))
    assert "label:       class" in shown
    assert "constraints: low <= high" in shown
    refused = tabgan_command("fit", "data.csv", "--label", "klass")
    assert refused.exit_code == 2
    assert "--label must be a column of the table, but is 'klass'; its columns are low, high, class" in refused.stderr


def test_every_parameter_of_the_library_is_an_option():
    known = set(WGANGPSynthesizer().get_params())
    left_out = {"verbose", "checkpoint", "warm_start", "betas", "lr_decay", "ema_decay", "kinds", "callbacks"}
    left_out |= {"generator", "critic", "scaler"}  # objects, not text; for scalers there is import-matlab
    options = {name: {option.name for option in main.commands[name].params} for name in ("fit", "tune")}
    assert known - left_out <= options["fit"]
    # Trials begin anew, have their own ends, one process each, and are compared with rows as they are.
    apart = {"n_jobs", "patience", "max_seconds", "checkpoint_every", "resume", "smooth", "denoise", "log_dir"}
    assert known - left_out - apart <= options["tune"]
    presets = next(option for option in main.commands["fit"].params if option.name == "preset")
    assert set(PRESETS) <= set(presets.type.choices)


@pytest.mark.parametrize("budget", ["ten", "0m", "-5s", "1d"])
def test_a_budget_is_a_duration(tabgan_command, data, budget):
    refused = tabgan_command("tune", data, "--budget", budget)
    assert refused.exit_code == 2
    assert "is no duration; write 90s, 10m or 1h" in refused.stderr


SCALARS = st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**63), 2**63 - 1) | st.booleans()
SCALARS |= st.floats(allow_nan=False, allow_infinity=False)


@given(st.dictionaries(st.sampled_from(["a", "b", "c-d"]), SCALARS | st.lists(SCALARS)))
def test_a_config_is_toml(values):
    assert tomllib.loads(format_config(values)) == values
