"""Which of the generators of a training makes the series."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from tabgan import TabganWarning, TimeSeriesSynthesizer
from tabgan.synthesizers.series_generator import SeriesGenerator

pytestmark = pytest.mark.usefixtures("small_chain")

X = np.sin(np.arange(700) / 4)[:, None] + 0.3 * np.random.default_rng(0).normal(size=(700, 2))


def learn(**settings: object) -> TimeSeriesSynthesizer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TabganWarning)
        return TimeSeriesSynthesizer(hidden=(8,), sieve=False, random_state=0, **settings).fit(X)


def spoil(parameters: torch.Tensor) -> torch.Tensor:
    """Return parameters of a generator whose scores hardly vary, whatever is given."""
    return torch.cat([parameters[:-4] * 0, parameters.new_tensor([0, 0, -3, -3])])


@pytest.mark.parametrize("good", [1, None])
def test_the_generator_is_kept_whose_windows_are_told_least(monkeypatch, good):
    found: dict[str, object] = {}

    def choose(made, members, steps, stretches, seed):
        fine = parameters_to_vector(made.generator.parameters()).clone()
        each = [spoil(fine)] * 3
        each[-1 if good is None else good] = fine
        vector_to_parameters(each[-1].clone(), made.generator.parameters())
        found["best"] = real(made, torch.stack(each[:-1]).numpy().astype(np.float16), steps, stretches, seed)
        found["off"] = (parameters_to_vector(made.generator.parameters()) - fine).abs().max()
        return found["best"]

    real = SeriesGenerator.choose
    monkeypatch.setattr(SeriesGenerator, "choose", choose)
    model = learn(iterations=30)
    assert found["best"] == good
    assert found["off"] < 1e-2  # half precision
    assert model.history_.best_iteration == {1: 20, None: 30}[good]  # of 10, 20 and 30


def test_a_run_that_goes_on_chooses_among_the_same(tmp_path):
    def stop(*told: object) -> None:
        raise RuntimeError("killed")

    run = {"iterations": 60, "checkpoint": tmp_path / "run.ckpt", "checkpoint_every": "45iterations"}
    with pytest.raises(RuntimeError, match="killed"):
        learn(**run, callbacks=stop)  # in iteration 50
    assert (tmp_path / "run.ckpt").exists()
    saved = []
    for name, more in (("resumed", {**run, "resume": True}), ("whole", {"iterations": 60})):
        learn(**more).save(tmp_path / name)
        saved.append((tmp_path / name).read_bytes())
    assert saved[0] == saved[1]


@pytest.mark.parametrize("context", [10, 24])
def test_a_context_of_less_than_a_day_has_no_sieve_which_looks_at_one(context):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "the model was trained and is kept")
        warnings.filterwarnings("ignore", "the network added nothing")
        model = TimeSeriesSynthesizer(hidden=(8,), iterations=4, context=context, random_state=0).fit(X)
    assert (model.series_generator_.day_guide is None) == (context < 24)
    assert model.sample_series(50).shape == (50, 2)
