"""Functions and the logger are told what the history holds, and may end a run."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from matplotlib.figure import Figure

from tabgan import InputError, TabganWarning, WGANGPSynthesizer
from tabgan.report.plots import plot_history

QUICK = dict(preset="fast", hidden=(8,), sieve=False, copula=False, random_state=0)


def test_functions_are_told_what_the_history_holds(table, tmp_path, caplog):
    caplog.set_level(logging.INFO, "tabgan")
    reports, others = [], []
    model = WGANGPSynthesizer(**QUICK, iterations=70, callbacks=[reports.append, others.append]).fit(table)
    frame = model.history_.to_frame()
    assert reports == others
    assert [(one["iteration"], one["iterations"]) for one in reports] == [(50, 70), (70, 70)]
    for name in frame:
        np.testing.assert_allclose([one[name] for one in reports], frame.loc[[50, 70], name], rtol=1e-6)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "iteration 50 of 70",
        "iteration 70 of 70",
    ]
    caplog.set_level(logging.WARNING, "tabgan")
    model.save(tmp_path / "told.tabgan")
    WGANGPSynthesizer(**QUICK, iterations=70).fit(table).save(tmp_path / "plain.tabgan")
    assert (tmp_path / "told.tabgan").read_bytes() == (tmp_path / "plain.tabgan").read_bytes()
    drawn = model.history_.plot(tmp_path / "loss.png")
    assert isinstance(drawn, Figure)
    assert len(drawn.axes) == len(plot_history(model).axes) == 2
    assert (tmp_path / "loss.png").exists()


def test_one_that_returns_true_ends_the_run(table):
    enough = WGANGPSynthesizer(**QUICK, iterations=500, callbacks=lambda report: report["iteration"] >= 100)
    with pytest.warns(TabganWarning, match="interrupted"):
        model = enough.fit(table)
    assert (len(model.history_), model.history_.status) == (100, "interrupted")
    whole = WGANGPSynthesizer(**QUICK, iterations=50, callbacks=lambda report: True).fit(table)
    assert whole.history_.status == "finished"


@pytest.mark.parametrize("odd", [1, ["print"], [print, None]])
def test_what_is_no_function_is_refused(table, odd):
    with pytest.raises(InputError, match="callbacks must be a function, or a list of them"):
        WGANGPSynthesizer(**QUICK, iterations=5, callbacks=odd).fit(table)
