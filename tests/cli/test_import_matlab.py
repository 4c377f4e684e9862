"""`tabgan import-matlab`, `tabgan scaler`, and the options of .mat files in all commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.io

from tabgan import MapMinMaxScaler, WGANGPSynthesizer
from tabgan.cli.main import main
from tabgan.interop.matlab import load_scaler

X = np.random.default_rng(0).normal(size=(60, 3)).round(3)
QUICK = ["--iterations", 5, "--no-sieve", "--seed", 0, "--hidden", "8"]


@pytest.fixture
def workspace(tabgan_command):
    """A folder as a MATLAB program leaves it: features x samples, and the settings."""
    scipy.io.savemat("features.mat", {"X": X.T})
    scipy.io.savemat("ps_output.mat", {"ps_output": MapMinMaxScaler().fit(np.vstack([X, X - 1, X + 1])).to_matlab()})
    return tabgan_command


def test_a_fit_takes_the_scaling_of_matlab_and_gives_it_back(workspace):
    result = workspace("import-matlab", "ps_output.mat", "features.mat", "--transpose", *QUICK)
    assert result.exit_code == 0, result.output
    first, header, *rows = result.stdout.splitlines()
    assert first == "ps_output.mat: 3 rows scaled to [-1, 1]"
    assert header.split() == ["row", "xmin", "xmax"]
    assert rows[0].split() == ["1", f"{X[:, 0].min() - 1:.4g}", f"{X[:, 0].max() + 1:.4g}"]
    assert "learned 60 rows x 3 columns" in result.stdout
    shown = json.loads(workspace("info", "--json").stdout)
    assert shown["settings"]["marginals"] == "minmax"
    assert shown["settings"]["scaler"].startswith("given, checksum ")
    assert workspace("scaler", "model.tabgan", "-o", "again.mat").stdout == (
        "ps_output (3 rows, of columns) and marginals: again.mat\n"
    )
    np.testing.assert_array_equal(load_scaler("again.mat").xmin_, load_scaler("ps_output.mat").xmin_)
    assert workspace("generate", "-n", 5, "-o", "synth.mat", "--quiet").exit_code == 0
    assert scipy.io.loadmat("synth.mat")["data"].shape == (5, 3)


def test_it_is_the_fit_of_the_library(workspace):
    given = ["--transpose", *QUICK, "--quiet", "--preset", "matlab", "-o", "a.tabgan"]
    assert workspace("import-matlab", "ps_output.mat", "features.mat", *given).stdout == ""
    scaler = load_scaler("ps_output.mat")
    model = WGANGPSynthesizer(
        scaler=scaler, preset="matlab", iterations=5, sieve=False, hidden=(8,), random_state=0, kinds=None
    ).fit(pd.DataFrame(X, columns=[1, 2, 3]))
    pd.testing.assert_frame_equal(WGANGPSynthesizer.load("a.tabgan").sample(20), model.sample(20))


def test_it_has_all_options_of_fit():
    fit, more = (main.commands[name] for name in ("fit", "import-matlab"))
    assert {p.name for p in more.params} - {p.name for p in fit.params} == {"settings_file", "settings_variable"}
    assert {p.name for p in fit.params} <= {p.name for p in more.params}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("import-matlab none.mat features.mat", "cannot read none.mat"),
        ("import-matlab features.mat features.mat", "must hold one struct of mapminmax's settings"),
        (
            "import-matlab ps_output.mat features.mat",
            "--transpose for 60 rows of 3, or --no-transpose for 3",
        ),
        ("import-matlab ps_output.mat features.mat --transpose --cols 1-2", "has 3 rows and the table 2 such columns"),
        ("import-matlab ps_output.mat features.mat --transpose --cols 1-2 --dry-run", "has 3 rows and the table 2"),
        ("import-matlab ps_output.mat features.mat --transpose --marginals quantile", "but marginals is 'quantile'"),
        ("import-matlab ps_output.mat features.mat -o ps_output.mat --overwrite", "ps_output.mat is named twice"),
        ("import-matlab ps_output.mat features.mat --settings-variable X", "must hold such a struct X"),
        ("scaler none.tabgan -o new.mat", "there is no model file none.tabgan"),
        ("scaler none.tabgan -o ps_output.mat", "ps_output.mat exists and is kept"),
    ],
)
def test_mistakes_are_one_line(workspace, arguments, message):
    result = workspace(*arguments.split())
    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]
    assert sorted(path.name for path in Path().iterdir()) == ["features.mat", "ps_output.mat"]


@pytest.mark.parametrize(
    "arguments",
    [
        "fit {} --dry-run",
        "schema {}",
        "tune {} --trials 1",
        "evaluate {} {}",
        "forecast {} --target 1 -o f.csv",
        "backtest {} --target 1 --train 40",
        "import-matlab ps_output.mat {}",
    ],
)
def test_every_command_asks_which_way_round_a_matrix_is(workspace, arguments):
    result = workspace(*arguments.format("features.mat", "features.mat").split())
    assert result.exit_code == 2
    assert "X in features.mat is 3x60" in result.stderr
    name = arguments.split()[0]
    assert {"variable", "transpose"} <= {p.name for p in main.commands[name].params}


def test_wide_matrices_are_turned_round(workspace):
    assert "60 rows x 3 columns" in workspace("schema", "features.mat", "--transpose").stdout
    assert "3 rows x 60 columns" in workspace("schema", "features.mat", "--no-transpose").stdout
    plan = workspace("fit", "features.mat", "--dry-run", "--transpose", "--variable", "X").stdout
    assert "60 rows x 3 columns" in plan
    judged = workspace(
        "evaluate", "features.mat", "features.mat", "--transpose", "--synth-transpose", "--only", "marginals", "--quiet"
    )
    assert judged.exit_code == 0, judged.output


@pytest.mark.parametrize("shape", [(1, 9, 40), (40, 1, 9), (1, 9, 1, 40)])
def test_pages_of_samples_are_read_and_said(tabgan_command, shape):
    """A 1x9xN array, as the program that tabgan began as has its data, is N rows of 9 columns."""
    rows = np.random.default_rng(0).normal(size=(40, 9))
    last = shape[-1] == 40
    scipy.io.savemat("samples.mat", {"X": (rows.T if last else rows).reshape(shape)})
    result = tabgan_command("fit", "samples.mat", "--cols", "1-9", *QUICK)
    assert result.exit_code == 0, result.output
    assert "learned 40 rows x 9 columns" in result.stdout
    option = "--no-transpose" if last else "--transpose"
    size = "x".join(map(str, shape))
    (said,) = [line for line in result.stderr.splitlines() if line.startswith("Warning: X in samples.mat")]
    assert f"is {size}, and is read as 40 rows x 9 columns; {option} reads it as 9 rows x 40 columns" in said
    turned = tabgan_command("schema", "samples.mat", option)
    assert "9 rows x 40 columns" in turned.stdout
    assert turned.stderr == ""


def test_an_array_that_may_be_either_is_refused_with_the_remedy(tabgan_command):
    scipy.io.savemat("samples.mat", {"X": np.arange(81.0).reshape(1, 9, 9)})
    result = tabgan_command("fit", "samples.mat")
    assert result.exit_code == 2
    assert "X in samples.mat is 1x9x9" in result.stderr
    assert "say --transpose for 9 rows of 9, or --no-transpose" in result.stderr
