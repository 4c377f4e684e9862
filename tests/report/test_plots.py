"""Plots show what they should: the curves and shares are read back off the axes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, evaluate
from tabgan.gan.history import History
from tabgan.report.plots import check_plot_path, plot_loss, plot_marginals, save_figure

rng = np.random.default_rng(0)
REAL = pd.DataFrame(
    {"smooth": rng.normal(size=500), "few": rng.integers(0, 3, 500), "$x_1$ <b>流量</b>": rng.pareto(1, 500)}
)
LIKE = REAL.sample(300, random_state=0)


def history(n: int = 200, seconds: float | None = 75.0) -> History:
    loss = rng.normal(size=n)
    return History(loss, loss - 0.5, np.empty((0, 2)), seconds=seconds)


def test_the_loss_plot_has_the_two_curves_and_the_elapsed_time():
    run = history()
    axes = plot_loss(run).axes[0]
    total, total_mean, unregularized, unregularized_mean = axes.lines
    assert np.array_equal(total.get_ydata(), run.critic_loss)
    assert np.array_equal(unregularized.get_ydata(), run.unregularized_loss)
    for loss, mean in ((run.critic_loss, total_mean), (run.unregularized_loss, unregularized_mean)):
        np.testing.assert_allclose(mean.get_ydata()[1:], (loss[1:] + loss[:-1]) / 2)
    assert total.get_xdata()[[0, -1]].tolist() == [1, 200]
    assert axes.get_title() == "Iteration: 200, elapsed: 1:15"
    assert plot_loss(history(seconds=None)).axes[0].get_title() == "Iteration: 200"


def test_the_loss_plot_of_a_run_that_diverged_or_never_began():
    run = history()
    run.critic_loss[150:] = np.nan
    assert np.isfinite(plot_loss(run).axes[0].get_ylim()).all()
    plot_loss(history(0))
    plot_loss(History(np.full(3, np.nan), np.full(3, np.nan), np.empty((0, 2))))


def test_the_marginals_are_shares_of_rows():
    figure = plot_marginals(REAL, LIKE, evaluate(REAL, LIKE))
    smooth, few, odd = figure.axes
    assert smooth.get_title().startswith("smooth\nKS 0.0")
    heights = [bar.get_height() for bar in few.patches]
    assert heights == pytest.approx([(table["few"] == value).mean() for table in (REAL, LIKE) for value in range(3)])
    assert "$x_1$ <b>流量</b>" in odd.get_title()
    assert "beyond" in odd.get_xlabel()


def test_of_many_columns_those_that_differ_most_are_drawn():
    real = pd.DataFrame(rng.normal(size=(100, 50)), columns=[f"c{i}" for i in range(50)])
    off = real.assign(c49=real["c49"] + 3)
    figure = plot_marginals(real, off, evaluate(real, off))
    assert len(figure.axes) == 36
    assert figure.axes[0].get_title().startswith("c49")
    assert "36 of 50 columns" in figure.get_suptitle()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_figures_are_written_whole(tmp_path, suffix):
    path = tmp_path / f"plot{suffix}"
    save_figure(plot_marginals(REAL.iloc[:, :2], LIKE.iloc[:, :2], evaluate(REAL.iloc[:, :2], LIKE.iloc[:, :2])), path)
    assert path.stat().st_size > 2000
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match="exists"):
        save_figure(plot_loss(history()), path)


def test_other_kinds_of_picture_are_refused():
    with pytest.raises(InputError, match=r"one of \.png \.svg \.pdf, but plot\.bmp has none"):
        check_plot_path("plot.bmp")
