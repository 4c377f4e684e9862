"""What TensorBoard reads is what the history holds."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tabgan import InputError, WGANGPSynthesizer

QUICK = dict(preset="fast", hidden=(8,), random_state=0)


def read_scalars(folder) -> dict[str, list[tuple[int, float]]]:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(folder)).Reload()
    return {name: [(e.step, e.value) for e in events.Scalars(name)] for name in events.Tags()["scalars"]}


def test_scalars_are_those_of_the_history_and_change_no_byte(table, tmp_path):
    model = WGANGPSynthesizer(**QUICK, iterations=120, log_dir=tmp_path / "runs").fit(table)
    scalars, frame = read_scalars(tmp_path / "runs"), model.history_.to_frame()
    for name in ("critic_loss", "unregularized_loss", "wasserstein", "distance"):
        steps, values = zip(*scalars.pop(name), strict=True)
        assert steps == (50, 100, 120)
        np.testing.assert_allclose(values, frame.loc[list(steps), name], rtol=1e-6)
    assert [step for step, _ in scalars.pop("generator_loss")] == [50, 100, 120]
    for name in ("critic_lr", "generator_lr"):
        expected = [0.003 * (1 - done / 120) for done in (49, 99, 119)]
        np.testing.assert_allclose([value for _, value in scalars.pop(name)], np.maximum(expected, 6e-5), rtol=1e-5)
    assert scalars == {}
    model.save(tmp_path / "logged.tabgan")
    WGANGPSynthesizer(**QUICK, iterations=120).fit(table).save(tmp_path / "plain.tabgan")
    assert (tmp_path / "logged.tabgan").read_bytes() == (tmp_path / "plain.tabgan").read_bytes()


def test_a_run_that_goes_on_counts_on(table, tmp_path):
    both = dict(QUICK, checkpoint=tmp_path / "m.ckpt", log_dir=tmp_path / "runs")
    WGANGPSynthesizer(**both, iterations=50).fit(table)
    model = WGANGPSynthesizer(**both, iterations=100, resume=True).fit(table)
    model.set_params(warm_start=True, checkpoint=None, resume=False, iterations=50).fit(table)
    assert [step for step, _ in read_scalars(tmp_path / "runs")["distance"]] == [50, 100, 150]


def test_the_command_line_logs(tabgan_command, table, tmp_path):
    table.to_csv(tmp_path / "data.csv", index=False)
    arguments = ("--preset", "fast", "--iterations", 20, "--hidden", 8, "--log-dir", "runs", "--quiet")
    assert tabgan_command("fit", "data.csv", *arguments).exit_code == 0
    assert set(read_scalars(tmp_path / "runs")) >= {"critic_loss", "distance"}


def test_without_tensorboard_it_says_how_to_get_it(table, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(InputError, match=r"pip install 'tabgan-wgangp\[tensorboard\]'"):
        WGANGPSynthesizer(**QUICK, iterations=5, log_dir=tmp_path).fit(table)


def test_a_folder_that_is_a_file_is_refused(table, tmp_path):
    (tmp_path / "runs").write_text("mine")
    with pytest.raises(InputError, match=r"log_dir must be a folder to write to, but .*runs is not"):
        WGANGPSynthesizer(**QUICK, iterations=5, log_dir=tmp_path / "runs").fit(table)
