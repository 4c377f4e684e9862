"""Pictures with characters beyond the default font."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import pytest
from matplotlib import font_manager, rcParams
from matplotlib.figure import Figure

from tabgan import TabganWarning, figures
from tabgan.figures import save_figure, style


def titled(text: str) -> Figure:
    figure = Figure()
    figure.suptitle(text)
    return figure


@pytest.mark.parametrize("suffix", figures.SUFFIXES)
def test_characters_that_no_font_has_are_told(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(figures, "FONTS", ("DejaVu Sans",))
    message = f"needs a font .* but .*{suffix} shows boxes; install one"
    with style(), pytest.warns(TabganWarning, match=message) as caught:
        save_figure(titled("故障"), tmp_path / f"plot{suffix}")
    assert len(caught) == 1
    assert (tmp_path / f"plot{suffix}").stat().st_size > 0
    with style():
        save_figure(titled("fault"), tmp_path / f"plain{suffix}")


def test_other_warnings_of_a_picture_are_kept(tmp_path):
    figure = titled("fault")
    figure.draw = lambda renderer: warnings.warn("of the artist", UserWarning, stacklevel=1)
    with pytest.warns(UserWarning, match="of the artist"):
        save_figure(figure, tmp_path / "plot.png")


def test_a_collection_is_known_by_its_first_font(monkeypatch):
    present = [SimpleNamespace(name=name) for name in ("DejaVu Sans", "Noto Sans CJK JP", "Other")]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", present)
    with style():
        assert rcParams["font.family"] == ["DejaVu Sans", "Noto Sans CJK JP"]
