"""What several tests need: a small table, a small model, the command line, the real tables."""

from __future__ import annotations

import gc
import itertools
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings
from sklearn.linear_model import LinearRegression, LogisticRegression
from threadpoolctl import threadpool_limits

from tabgan import SignalSynthesizer, WGANGPSynthesizer, name_clash
from tabgan import settings as presets
from tabgan.cli.main import main
from tabgan.evaluation import detector, likelihood, predictions
from tabgan.evaluation.families import detection, digits, predictability
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.gan.batches import Batches
from tabgan.preprocessing import decoder, sieve
from tabgan.series import chain, guide, states
from tabgan.synthesizers import row_learner, series_generator, series_synthesizer
from tabgan.teaching import teacher

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

os.environ.update({name: "C.UTF-8" for name in ("LC_ALL", "LC_MESSAGES", "LANG") if "zh" in os.environ.get(name, "")})
torch.set_num_threads(1)  # tests run side by side
threadpool_limits(1)
settings.register_profile("tabgan", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tabgan")
gc.freeze()  # what is imported stays: the collector need not look at it, many times


def pytest_collection_modifyitems(items):
    """What takes longest begins first, lest one worker end with it while the others have nothing left to do."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    """200 rows: floats with two decimals, floats with all, integers, and columns that depend on each other."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=200)
    return pd.DataFrame(
        {
            "price": (10 + 3 * a).round(2),
            "流量": np.exp(a + 0.1 * rng.normal(size=200)),
            "count": rng.poisson(3, 200),
        }
    )


@pytest.fixture(scope="session")
def model(table: pd.DataFrame) -> WGANGPSynthesizer:
    """A model that has barely learned `table`, with a generator and nothing beside it."""
    return WGANGPSynthesizer(iterations=60, snapshots=1, copula=False, sieve=False, random_state=3).fit(table)


@pytest.fixture(scope="module")
def small_sieve():
    """What follows training is quickly fitted, for tests of many fits; its own tests show what it does."""
    with pytest.MonkeyPatch.context() as context:
        context.setattr(row_learner, "CALIBRATION_BLOCKS", 1)
        context.setattr(decoder, "LEVEL_DRAWS", 2000)
        context.setattr(likelihood, "TREES", 10)
        for name, value in {
            "ROUNDS": 2,
            "TREES": 5,
            "LEAST_GENERATED": 2000,
            "LEAST_FOLDED": 500,
            "POOL": 2000,
        }.items():
            context.setattr(sieve, name, value)
        yield


@pytest.fixture(scope="module")
def small_detectors():
    """Few trees, tried once, for tests of many evaluations; the tests of families show the rest."""
    with pytest.MonkeyPatch.context() as context:
        context.setattr(detection, "REPEATS", 1)
        context.setattr(detector, "ROUNDS", 10)
        context.setattr(predictions, "ROUNDS", 10)
        context.setattr(predictability, "ROUNDS", 10)
        context.setattr(digits, "ROUNDS", 10)
        yield


@pytest.fixture(scope="module")
def small_chain():
    """Chains of series that are quickly learned and asked for few ways to go on; their own tests show what they do."""
    with pytest.MonkeyPatch.context() as context:
        for module, values in {
            chain: {"ROUNDS": 1, "RUNS": 20},
            guide: {"TREES": 5},
            states: {"STEPS": 20},
            series_synthesizer: {"SERIES_TOGETHER": 2, "TOGETHER": 48 * 64, "MOST_TOGETHER": 64, "PIECE": 96},
            series_generator: {"JUDGED": 100, "TRIED": 100, "CANDIDATES": 2, "FEW_CANDIDATES": 2},
        }.items():
            for name, value in values.items():
                context.setattr(module, name, value)
        yield


@pytest.fixture(scope="module")
def small_teachers():
    """Teachers that choose among no more than one learner; their own tests show how they choose."""
    with pytest.MonkeyPatch.context() as context:
        context.setattr(teacher, "number_learners", lambda: {"line": LinearRegression()})
        context.setattr(teacher, "class_learners", lambda n_classes: {"line": LogisticRegression()})
        yield


@pytest.fixture
def quick(tmp_path, monkeypatch, small_sieve, small_detectors, small_chain, small_teachers):
    """An empty folder with data/ in it, where what names no number of iterations or epochs is learned quickly."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    for preset in presets.PRESETS.values():
        monkeypatch.setitem(preset, "iterations", 20)
    monkeypatch.setattr(name_clash, "find_clashing", list)
    monkeypatch.setitem(SignalSynthesizer.__init__.__kwdefaults__, "iterations", 50)
    defaults = DWTPCALSTMForecaster.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "epochs", 2)
    monkeypatch.setitem(defaults, "members", 1)


@pytest.fixture
def tabgan_command(tmp_path, monkeypatch):
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(main, [str(a) for a in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def spoil_iterations(monkeypatch):
    """Give every trainer rows that are not finite after some iterations."""

    def spoil(iterations: int) -> None:
        draw, count = Batches.draw, itertools.count()

        def bad_draw(self):
            draw(self)
            if next(count) >= iterations:
                self.real.fill_(float("nan"))

        monkeypatch.setattr(Batches, "draw", bad_draw)

    return spoil


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tables that stands beside the repository for its maintainers."""
    if not SHARED.is_dir():
        pytest.skip("../shared, with the real tables, is not here")
    return SHARED
