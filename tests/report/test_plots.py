"""Plots show what they should: the curves are read back off the axes."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan import InputError
from tabgan.figures import check_plot_path, save_figure
from tabgan.gan.history import History
from tabgan.preprocessing.pca import PCAStage
from tabgan.report.plots import plot_history, plot_scree

rng = np.random.default_rng(0)


def history(n: int = 200, seconds: float | None = 75.0) -> History:
    loss = rng.normal(size=n)
    return History(loss, loss - 0.5, np.empty((0, 2)), seconds=seconds)


def test_the_loss_plot_has_the_two_curves_and_the_elapsed_time():
    run = history()
    axes = plot_history(run).axes[0]
    total, total_mean, unregularized, unregularized_mean = axes.lines
    assert np.array_equal(total.get_ydata(), run.critic_loss)
    assert np.array_equal(unregularized.get_ydata(), run.unregularized_loss)
    for loss, mean in ((run.critic_loss, total_mean), (run.unregularized_loss, unregularized_mean)):
        np.testing.assert_allclose(mean.get_ydata()[1:], (loss[1:] + loss[:-1]) / 2)
    assert total.get_xdata()[[0, -1]].tolist() == [1, 200]
    assert axes.get_title("left") == "Iteration: 200, elapsed: 1:15"
    assert plot_history(history(seconds=None)).axes[0].get_title("left") == "Iteration: 200"


def test_the_loss_plot_of_a_run_that_diverged_or_never_began():
    run = history()
    run.critic_loss[150:] = np.nan
    assert np.isfinite(plot_history(run).axes[0].get_ylim()).all()
    plot_history(history(0))
    plot_history(History(np.full(3, np.nan), np.full(3, np.nan), np.empty((0, 2))))


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_figures_are_written_whole(tmp_path, suffix):
    path = tmp_path / f"plot{suffix}"
    save_figure(plot_history(history()), path)
    assert path.stat().st_size > 2000
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match="exists"):
        save_figure(plot_history(history()), path)


def test_other_kinds_of_picture_are_refused():
    with pytest.raises(InputError, match=r"one of \.png \.svg \.pdf, but plot\.bmp has none"):
        check_plot_path("plot.bmp")


def test_the_scree_plot_has_all_components_and_says_what_the_kept_ones_hold():
    X = rng.normal(size=(500, 4)) * [4, 2, 1, 1]
    stage = PCAStage(0.8).fit(X)
    axes = plot_scree(stage).axes[0]
    shares = np.sort(np.linalg.eigvalsh(np.cov(X.T)))[::-1]
    shares /= shares.sum()
    np.testing.assert_allclose([bar.get_height() for bar in axes.patches], shares)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), shares.cumsum())
    assert axes.get_title("left") == f"2 of 4 components hold {shares[:2].sum():.1%} of the variance"
    kept, left_out = axes.containers
    assert (len(kept), len(left_out)) == (2, 2)


def test_the_distance_stands_below_with_the_iteration_that_is_kept():
    run = history()
    run.distance = np.array([[50, 0.4], [100, 0.2], [150, 0.3], [200, 0.25]])
    run.best_iteration, run.floor, run.noise = 100, 0.1, 0.02
    _, axes = plot_history(run).axes
    distance, kept = axes.lines
    assert np.array_equal(distance.get_xydata(), run.distance)
    assert list(kept.get_xdata()) == [100, 100]
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    np.testing.assert_allclose([band.y0, band.y1], [0.08, 0.12])
    assert "kept: iteration 100" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_model_is_drawn_as_its_history(model, tmp_path):
    figure = plot_history(model, tmp_path / "loss.png")
    assert np.array_equal(figure.axes[1].lines[0].get_xydata(), model.history_.distance)
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="exists"):
        plot_history(model.history_, tmp_path / "loss.png")


def test_a_history_is_a_table_of_all_its_series(model):
    frame, run = model.history_.to_frame(), model.history_
    assert list(frame) == ["critic_loss", "unregularized_loss", "wasserstein", "distance"]
    assert (frame.index.name, frame.index[0], len(frame)) == ("iteration", 1, len(run))
    assert np.array_equal(frame["critic_loss"], run.critic_loss)
    assert np.array_equal(frame["wasserstein"], -run.unregularized_loss)
    measured = frame["distance"].dropna()
    assert np.array_equal(np.column_stack([measured.index, measured]), run.distance)
