"""Pictures with characters beyond the default font."""

from __future__ import annotations

import errno
import io
import logging
import re
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
from matplotlib import font_manager, rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry

from tabgan import TabganWarning, figures, fonts
from tabgan.errors import InputError
from tabgan.figures import Picture, save_figure, style, styled


def titled(text: str) -> Figure:
    figure = Picture()
    figure.suptitle(text)
    return figure


def named(*names: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(name=name, fname=f"/{name}.ttf") for name in names]


@pytest.fixture
def old_list(monkeypatch):
    """A list of fonts that was written before others were installed: their files, and what was read of them."""
    known = [font for font in font_manager.fontManager.ttflist if font.name == fonts.DEFAULT]
    state = SimpleNamespace(files=[], read=[], looks=0)

    def find() -> list[str]:
        state.looks += 1
        return [known[0].fname, *state.files]

    def add(path: str) -> None:
        state.read.append(Path(path).name)
        if "broken" in path:
            raise RuntimeError("no font")
        name = Path(path).stem.split("-")[0]
        font_manager.fontManager.ttflist.append(FontEntry(fname=known[0].fname, name=name))

    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(known))
    monkeypatch.setattr(font_manager.fontManager, "addfont", add)
    monkeypatch.setattr(font_manager, "findSystemFonts", find)
    fonts._look_anew.cache_clear()
    yield state
    fonts._look_anew.cache_clear()


@pytest.mark.parametrize("suffix", figures.SUFFIXES)
def test_characters_that_no_font_has_are_told(tmp_path, old_list, suffix):
    message = f"needs a font .* but .*{suffix} shows boxes; install one"
    with style(), pytest.warns(TabganWarning, match=message) as caught:
        save_figure(titled("故障"), tmp_path / f"plot{suffix}")
    assert len(caught) == 1
    assert (tmp_path / f"plot{suffix}").stat().st_size > 0
    with style():
        save_figure(titled("fault"), tmp_path / f"plain{suffix}")


def test_a_font_installed_after_the_list_was_written_is_found(old_list):
    old_list.files = ["/fonts/Other-Bold.ttf", "/fonts/A-broken-cjk.ttc", "/fonts/SimHei-1.ttf", "/fonts/Wide.ttf"]
    figure = styled(titled)("故障")
    assert old_list.read == ["A-broken-cjk.ttc", "SimHei-1.ttf"]  # the likely ones, and no further
    assert figure.texts[0].get_fontfamily() == [fonts.DEFAULT, "SimHei"]
    with style():
        assert rcParams["font.family"] == [fonts.DEFAULT, "SimHei"]


def test_directories_are_looked_at_once_and_only_for_texts_that_need_it(tmp_path, old_list):
    styled(titled)("Größe, °C, µg/m³")
    assert old_list.looks == 0
    with pytest.warns(TabganWarning, match="needs a font"):
        save_figure(styled(titled)("故障"), tmp_path / "first.png")
    with pytest.warns(TabganWarning, match="needs a font"):
        save_figure(titled("流量"), tmp_path / "second.png")
    assert old_list.looks == 1


def test_other_warnings_of_a_picture_are_kept(tmp_path):
    figure = titled("fault")
    figure.draw = lambda renderer: warnings.warn("of the artist", UserWarning, stacklevel=1)
    with pytest.warns(UserWarning, match="of the artist"):
        save_figure(figure, tmp_path / "plot.png")


def test_a_collection_is_known_by_its_first_font(monkeypatch):
    monkeypatch.setattr(font_manager.fontManager, "ttflist", named("DejaVu Sans", "Noto Sans CJK JP", "Other"))
    with style():
        assert rcParams["font.family"] == ["DejaVu Sans", "Noto Sans CJK JP"]


def test_a_face_that_a_font_lacks_is_not_logged(caplog):
    """Matplotlib 3.11 says so of each Chinese font that has no bold face."""
    log = logging.getLogger("matplotlib.font_manager")
    with style():
        log.warning("findfont: Failed to find font weight bold for WenQuanYi Micro Hei, now using 400.")
    assert caplog.messages == []
    log.warning("later")
    assert caplog.messages == ["later"]


def test_nor_where_a_user_saves_a_figure(caplog):
    def look(renderer: object) -> None:
        logging.getLogger("matplotlib.font_manager").warning("findfont: Failed to find font weight bold")

    figure = styled(titled)("fault")
    figure.texts[0].draw = look
    figure.savefig(io.BytesIO())
    assert caplog.messages == []


def test_a_notebook_shows_every_figure(model):
    """No pyplot, which tells notebooks of figures, is imported; so each is one that shows itself."""
    display = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    shown, _ = display.format(model.history_.plot())
    assert shown["image/png"].startswith(b"\x89PNG")
    package = Path(figures.__file__).parent
    assert [path.name for path in package.rglob("*.py") if re.search(r"\bFigure\(\w+=", path.read_text("utf-8"))] == []


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_disk_that_is_full_is_said_whatever_is_drawn(tmp_path, monkeypatch, suffix):
    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    figure = titled("full")
    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(InputError, match=rf"cannot write .*a\.{suffix}: No space left on device; free some space"):
        save_figure(figure, tmp_path / f"a.{suffix}")
    assert not any(tmp_path.iterdir())
