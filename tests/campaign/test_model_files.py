"""Whatever is changed in a model file or a checkpoint, commands go well or say in a line that it cannot be used."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tabgan
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tests.campaign.conftest import Cases
from tests.campaign.model_edits import problem, read, spoil, try_and_say
from tests.campaign.probe import run_forked

pytestmark = pytest.mark.long
AT_ONCE = 4  # edits in one process
OLD = Path(__file__).parents[1] / "fixtures" / "version_1"
SMALL = {"iterations": 3, "hidden": (6,), "latent_dim": 3, "random_state": 0, "n_projections": 4, "snapshots": 2}
PLAIN = {**SMALL, "sieve": False, "copula": False}
FIT = ["data.csv", "-o", "m.tabgan", "--iterations", 6, "--hidden", 6, "--latent-dim", 3, "--no-sieve", "--no-copula",
       "--seed", 0, "--resume", "--overwrite", "--quiet"]  # fmt: skip


def make_table(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "sold": rng.integers(0, 20, n),
            "price": rng.normal(size=n).round(3),
            "kind": rng.choice(["x", "y"], n),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 99, n), "D"),
            "on": rng.random(n) < 0.3,
            "unit": "kg",
            "id": [f"P-{i:05d}" for i in range(n)],
        }
    )
    table["ordered"] = table["sold"] + rng.integers(0, 5, n)
    table["land"] = table["kind"].map({"x": "it", "y": "ch"})
    table.loc[3, "price"] = np.nan
    return table


def make_models() -> dict[str, Callable[[], tabgan.persistence.Model]]:
    """Return what fits a model of each kind, by the name of its file."""
    table, whole = make_table(), make_table()[["sold", "ordered", "kind"]]
    priced = whole.assign(price=np.arange(40) ** 1.5)
    real = pd.DataFrame(np.random.default_rng(1).normal(size=(40, 3)), columns=["a", "b", "c"])
    n, rng = 220, np.random.default_rng(0)
    hours = pd.date_range("2024-01-01", periods=n, freq="h", name="time")
    noise = rng.normal(size=n)
    series = pd.DataFrame({"x": np.sin(np.arange(n) / 4) + noise / 9, "y": noise.cumsum().round(1)}, index=hours)
    stamped, gan = series.reset_index(), tabgan.WGANGPSynthesizer
    of_series = {"iterations": 3, "hidden": (6,), "latent_dim": 3, "random_state": 0, "sieve": False}
    days = series.set_index(pd.date_range("2024-01-01", periods=n, name="day"))
    network = {"epochs": 1, "members": 1, "hidden": 3, "random_state": 0}
    vine = (
        {"vine": lambda: tabgan.VineCopulaSynthesizer(random_state=0).fit(whole)} if find_spec("pyvinecopulib") else {}
    )
    return vine | {
        "rows": lambda: gan(**PLAIN, kinds={"id": "id"}, constraints=["sold <= ordered"]).fit(table),
        "sieve": lambda: gan(**SMALL, label="kind").fit(whole),
        "pca": lambda: gan(**PLAIN, pca=0.9, smooth="3sigma", denoise="haar:1").fit(real),
        "minmax": lambda: gan(**PLAIN, marginals="minmax", objective="gan").fit(whole),
        "target": lambda: gan(**PLAIN, target="ordered").fit(whole),
        "label": lambda: gan(**PLAIN, target="kind", denoise="haar:1").fit(priced),
        "series": lambda: tabgan.TimeSeriesSynthesizer(**of_series).fit(stamped),
        "series-var": lambda: tabgan.VARSynthesizer(random_state=0).fit(stamped),
        "series-boot": lambda: tabgan.StationaryBootstrap(random_state=0).fit(stamped),
        "signal": lambda: tabgan.SignalSynthesizer(iterations=3, sieve=False, random_state=0).fit(
            stamped[["time", "x"]]
        ),
        "lstm": lambda: DWTPCALSTMForecaster(**network).fit(days, "x", ["y"]),
        "svm": lambda: DWTPCALSTMForecaster("dwt-pca-svm", **network).fit(days, "x"),
        "linear": lambda: DWTPCALSTMForecaster("linear").fit(days, "x"),
    }


@pytest.fixture(scope="module")
def models(
    tmp_path_factory: pytest.TempPathFactory, small_sieve: None, small_chain: None, small_teachers: None
) -> list[Path]:
    """One small model file of each kind, and those of the first version."""
    folder = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, fit in make_models().items():
            fit().save(folder / f"{name}.tabgan")
    return [*sorted(folder.glob("*.tabgan")), *sorted(OLD.glob("*.tabgan"))]


def try_all(
    cases: Iterator[int], files: list[Path], folder: Path, sealed: bool, resume: tuple[object, ...] = ()
) -> list[str]:
    """Return what goes wrong, of some edits of a file and some of the next."""
    wrong = []
    for case in cases:
        seeds = range(case * AT_ONCE, (case + 1) * AT_ONCE)
        outcome = run_forked(try_and_say, files[case % len(files)], folder, seeds, sealed, resume, folder=folder)
        if outcome.code:
            wrong.append(
                outcome.said.decode(errors="replace") or f"{files[case % len(files)].name}, {seeds}: {outcome}"
            )
    return wrong


def test_edits_with_a_right_checksum(cases: Cases, models: list[Path], tmp_path: Path) -> None:
    assert not (wrong := try_all(cases(0.13, AT_ONCE), models, tmp_path, sealed=True)), "\n".join(wrong)


def test_bytes_that_were_changed_are_always_noticed(cases: Cases, models: list[Path], tmp_path: Path) -> None:
    assert not (wrong := try_all(cases(0.04, AT_ONCE), models, tmp_path, sealed=False)), "\n".join(wrong)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a fit writes down, to be gone on with by the command `FIT`."""
    folder = tmp_path_factory.mktemp("checkpoint")
    make_table()[["sold", "ordered", "kind"]].to_csv(folder / "data.csv", index=False)
    path = folder / "run.ckpt"
    tabgan.WGANGPSynthesizer(checkpoint=path, checkpoint_every="2iterations", **{**PLAIN, "iterations": 4}).fit(
        pd.read_csv(folder / "data.csv")
    )
    return path


def test_edits_of_checkpoints(cases: Cases, checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes((checkpoint.parent / "data.csv").read_bytes())
    assert not (wrong := try_all(cases(0.04, AT_ONCE), [checkpoint], tmp_path, sealed=True, resume=(*FIT,))), "\n".join(
        wrong
    )


def spoil_all(files: list[Path], folder: Path) -> int:
    """Let the first number of each array of floats be none, one after the other; return how many were taken."""
    taken = 0
    for path in files:
        manifest, arrays = read(path)
        gaps = any(column["missing"] for column in manifest.get("schema", {"columns": []})["columns"])
        for name, array in arrays.items():
            may_be_a_gap = name == "encoder/constants" or name.startswith(("encoder/levels/", "combinations/"))
            if array.dtype.kind == "f" and array.size and not (may_be_a_gap and gaps):
                spoil(path, to := folder / path.name, name)
                if wrong := problem(["load", to], refused=True):
                    sys.stdout.write(f"{path.name}, {name}: {wrong}\n")
                    taken += 1
    return taken


def test_every_number_that_is_none_is_noticed(models: list[Path], tmp_path: Path) -> None:
    outcome = run_forked(spoil_all, models, tmp_path, folder=tmp_path)
    assert (outcome.code, outcome.said) == (0, b"")
