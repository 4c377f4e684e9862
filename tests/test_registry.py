"""What others bring is found by its name, and only what was registered is."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from tabgan import BundleError, InputError, load, register, registry
from tabgan.errors import TabganWarning
from tabgan.persistence import load_bundle, save_bundle
from tabgan.registry import registered
from tests.test_version_1 import FILES as VERSION_1


@pytest.fixture
def fresh(monkeypatch):
    """Registries as they were before, also after the test."""
    for kind in registry.HOMES:
        registered(kind)  # what is imported later would be forgotten after the test
    monkeypatch.setattr(registry, "_found", {kind: dict(found) for kind, found in registry._found.items()})
    registry._load_extensions.cache_clear()
    yield monkeypatch
    registry._load_extensions.cache_clear()


def test_what_is_registered_is_found_by_its_name_after_ours(fresh):
    class Thing:
        name = "thing"
        _from_state = summarise = None

    assert register("model", Thing) is Thing
    register("model", Thing, "other")
    assert list(registered("model"))[-2:] == ["thing", "other"]
    with pytest.raises(InputError, match=r"must be one of objective, column type, .*, but is 'stages'"):
        register("stages", Thing)
    for kind in set(registry.HOMES) - {"model"}:
        with pytest.raises(InputError, match=f"what is registered as '{kind}' must have .*, but <class"):
            register(kind, Thing)


@pytest.mark.parametrize(
    ("kind", "name", "home"),
    [
        ("objective", "wgan-gp", "tabgan.gan.objectives"),
        ("format", "csv", "tabgan.tables.formats"),
        ("score", "marginals", "tabgan.evaluation.families"),
    ],
)
def test_what_took_one_of_our_names_before_ours_were_imported_keeps_it(kind, name, home):
    code = f"""
import importlib
from unittest.mock import Mock
from tabgan.registry import register, registered
own = register({kind!r}, Mock(), {name!r})
importlib.import_module({home!r})
assert registered({kind!r})[{name!r}] is own
assert len(registered({kind!r})) > 1
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_extensions_that_are_installed_register_themselves(fresh, tmp_path):
    (tmp_path / "an_extension.py").write_text(
        "import tabgan\nfrom unittest.mock import Mock\ntabgan.register('format', Mock(), 'x')\n"
    )
    fresh.syspath_prepend(tmp_path)
    points = [EntryPoint("one", "an_extension", registry.GROUP), EntryPoint("two", "no_such_module", registry.GROUP)]
    fresh.setattr(registry, "entry_points", lambda group: points if group == registry.GROUP else [])
    with pytest.warns(TabganWarning, match=r"the extension no_such_module is left out .ModuleNotFoundError"):
        assert "x" in registered("format")
    del sys.modules["an_extension"]


@pytest.mark.parametrize("name", ["os.system", "tabgan.errors", "Bootstrap2", 3, None])
def test_a_file_names_a_registered_class_or_is_refused(name, tmp_path):
    state = load_bundle(VERSION_1 / "matlab.tabgan")
    save_bundle(tmp_path / "odd.tabgan", state | {"class": name})
    with pytest.raises(BundleError, match=r"models that can be read are .*WGANGPSynthesizer"):
        load(tmp_path / "odd.tabgan")
