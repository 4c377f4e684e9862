"""What an export refuses and says, networks of one's own, and the polylines."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from tabgan import DWTPCALSTMForecaster, InputError, WGANGPSynthesizer
from tabgan.errors import TabganWarning
from tabgan.gan.sampling import TorchDraws
from tabgan.interop.folders import export_matlab, export_numpy, replacing_folder
from tabgan.interop.onnx_file import export_onnx
from tabgan.interop.spec import describe_generator, tidy_polyline
from tabgan.preprocessing import sieve
from tests.latents import from_latents

FOLDERS = [export_matlab, export_numpy]


class Residual(nn.Module):
    """A network that is none of ours."""

    def __init__(self, width_in: int, width_out: int) -> None:
        super().__init__()
        self.first, self.norm = nn.Linear(width_in, width_in), nn.LayerNorm(width_in)
        self.last = nn.Linear(width_in, width_out)

    def forward(self, x):
        return self.last(nn.functional.gelu(x + self.norm(self.first(x))))


class Undecided(nn.Linear):
    """A network that torch cannot export: what it does depends on the values."""

    def forward(self, x):
        return super().forward(x) if x.sum() > 0 else x[:, :1]


class Own(nn.Module):
    """A generator around a network of one's own."""

    def __init__(self, module: nn.Module, output: nn.Module, n_inputs: int) -> None:
        super().__init__()
        self.module, self.output, self.n_inputs = module, output, n_inputs


@pytest.fixture
def own(model):
    """Give the model another network, for as long as the test runs."""
    before, network = model.row_generator_.draws, model.generator_

    def give(kind: type[nn.Module]) -> WGANGPSynthesizer:
        width_out = network.output.layout.n_made
        torch.manual_seed(0)
        own = Own(kind(network.n_inputs, width_out), network.output, network.n_inputs)
        model.row_generator_.draws = TorchDraws(own, before.members)
        return model

    with torch.random.fork_rng():
        yield give
    model.row_generator_.draws = before


def test_onnx_takes_a_network_of_ones_own(own, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    model = own(Residual)
    path = export_onnx(model, tmp_path / "own.onnx")
    latents = np.random.default_rng(0).standard_normal((500, path.n_latents)).astype(np.float32)
    expected = from_latents(model.row_generator_, latents)
    session = onnxruntime.InferenceSession(tmp_path / "own.onnx", providers=["CPUExecutionProvider"])
    (rows,) = session.run(None, {"latents": latents.astype(np.float64)})
    assert (np.ptp(expected, axis=0) > 0).all()
    np.testing.assert_allclose(rows / np.ptp(expected, axis=0), expected / np.ptp(expected, axis=0), rtol=0, atol=1e-5)


def test_a_network_that_torch_cannot_export_is_named(own, tmp_path):
    with pytest.raises(InputError, match=r"torch\.onnx\.export translates, but Undecided is not \("):
        export_onnx(own(Undecided), tmp_path / "own.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("export", FOLDERS)
def test_only_our_perceptron_is_written_to_folders(own, tmp_path, export):
    with pytest.raises(InputError, match="but this one is made of Residual; write it to ONNX with export_onnx"):
        export(own(Residual), tmp_path / "own")
    assert list(tmp_path.iterdir()) == []


def test_a_forecaster_has_no_generator():
    with pytest.raises(
        InputError, match="this model is a DWTPCALSTMForecaster, which has none; name the model file of"
    ):
        describe_generator(DWTPCALSTMForecaster())


@pytest.mark.parametrize("missing", ["onnx", "onnxscript"])
def test_without_the_extra_the_remedy_is_named(own, tmp_path, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(
        InputError, match=rf"need {missing}, which is not installed; pip install 'tabgan-wgangp\[onnx\]'"
    ):
        export_onnx(own(Residual), tmp_path / "own.onnx")


def test_what_is_not_carried_over_is_said(tmp_path, small_sieve, monkeypatch):
    monkeypatch.setattr(sieve, "_is_clear", lambda gains: True)  # one that pays or not
    rng = np.random.default_rng(0)
    words = rng.choice([f"w{i}" for i in range(40)], 300, p=np.r_[0.4, 0.4, np.full(38, 0.2 / 38)])
    table = pd.DataFrame({"a": rng.normal(size=300), "b": rng.normal(size=300), "word": words, "never": np.nan})
    table["b"] += 3 * table["a"] ** 2  # or there is nothing to sieve
    settings = {"iterations": 40, "hidden": (8,), "copula": True, "sieve": True, "random_state": 0}
    with pytest.warns(TabganWarning, match="column 'never' has no values"):
        model = WGANGPSynthesizer(constraints=["a != b", "a <= 10*b + 1000"], **settings).fit(table)
    with pytest.warns(TabganWarning) as caught:
        path = export_numpy(model, tmp_path / "numpy")
    assert [str(warning.message) for warning in caught] == path.notes.tolist()
    members, copula, sieved, rules, empty, rare = path.notes
    assert members.startswith("one generator is in the export, of 4 whose rows sample mixes; ")
    assert copula.startswith("the copula is not in the export, which makes ")
    assert sieved.startswith("the sieve is not in the export: its rows are candidates, of which sample accepts ")
    assert f" {100 * model.row_generator_.sieve.acceptance_:.2g}%;" in sieved
    assert "a != b" in rules
    assert "<=" not in rules
    assert empty == "columns without a value are 0 in the export, where sample gives gaps: never"
    assert "those of word come back as their most frequent one" in rare


def test_nothing_is_said_when_all_is_carried_over(model, tmp_path):
    assert export_numpy(model, tmp_path / "numpy").notes.tolist() == []


@pytest.mark.parametrize("export", FOLDERS)
def test_a_folder_is_replaced_only_when_told_and_only_if_it_is_ours(model, tmp_path, export):
    folder = tmp_path / "out"
    export(model, folder)
    with pytest.raises(InputError, match="exists and is kept"):
        export(model, folder)
    first = sorted(folder.iterdir())
    (folder / first[0].name).write_text("old")
    (folder / "__pycache__").mkdir()
    export(model, folder, overwrite=True)
    assert sorted(folder.iterdir()) == first
    assert first[0].read_bytes() != b"old"
    (folder / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError, match=r"holds thesis\.docx; move it away"):
        export(model, folder, overwrite=True)
    assert len(list(folder.iterdir())) == 3
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


def test_the_earlier_folder_stays_when_the_new_one_cannot_be_put_in_its_place(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a").write_text("old")
    rename = Path.replace

    def fail(path, target):
        if target == folder and not path.name.endswith(".old"):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    refused = pytest.raises(InputError, match="Input/output error; give another place")
    with refused, replacing_folder(folder, ["a"], overwrite=True) as beside:
        (beside / "a").write_text("new")
    assert (folder / "a").read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


def test_a_folder_does_not_replace_a_file(model, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputError, match="the output must be a folder, but"):
        export_numpy(model, tmp_path / "out", overwrite=True)
    with pytest.raises(InputError, match="needs an existing folder"):
        export_numpy(model, tmp_path / "no" / "out")


def test_an_onnx_file_that_exists_is_kept_unless_told(model, tmp_path):
    file = tmp_path / "model.onnx"
    file.write_text("old")
    with pytest.raises(InputError, match="exists and is kept"):
        export_onnx(model, file)
    export_onnx(model, file, overwrite=True)
    assert file.stat().st_size > 1000


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.floats(-10, 10)), min_size=1, max_size=12),
    st.lists(st.floats(-6, 6), min_size=1, max_size=20),
)
def test_a_tidy_polyline_is_the_old_one(knots, points):
    """Also at its jumps, where numpy takes the value on the right."""
    x, y = np.sort([float(at) for at, _ in knots]), np.array([value for _, value in knots])
    tidy = tidy_polyline(x, y)
    assert tidy.shape[1] >= 2
    assert (np.diff(tidy[0]) > 0).all()
    points = np.array([p for p in points if np.abs(x - p).min() > 1e-9 or p in x])
    np.testing.assert_allclose(np.interp(points, *tidy), np.interp(points, x, y), rtol=1e-6, atol=1e-6)


def test_names_are_text_whatever_they_were(tmp_path):
    model = WGANGPSynthesizer(iterations=2, hidden=(4,), sieve=False, random_state=0)
    path = describe_generator(model.fit(np.random.default_rng(0).normal(size=(50, 2))))
    assert path.columns.tolist() == ["1", "2"]
    assert path.label_name is None
    assert SimpleNamespace(**path.arrays()).slope == 0.2
