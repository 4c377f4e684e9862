"""The table of settings is the one place: constructors, docstrings, `Settings`, options and docs are held to it."""

from __future__ import annotations

import inspect
import re
import runpy
from dataclasses import fields
from pathlib import Path

import click
import pytest

from tabgan import TimeSeriesSynthesizer, WGANGPSynthesizer
from tabgan.cli.main import main
from tabgan.setting_rules import AUTO
from tabgan.settings import GROUPS, PRESETS, SETTINGS, Presets, Setting, Settings
from tabgan.synthesizers.tune import scale

DOCS = Path(__file__).resolve().parents[1] / "docs"
SYNTHESIZERS = {"table": WGANGPSynthesizer, "series": TimeSeriesSynthesizer}
OPTIONS = {name: {option.name: option for option in main.commands[name].params} for name in ("fit", "tune")}


def settings_of(learned: str) -> dict[str, Setting]:
    """Those of the synthesizer of tables, or of series."""
    return {name: setting for name, setting in SETTINGS.items() if setting.only in ("", learned)}


@pytest.mark.parametrize("learned", SYNTHESIZERS)
def test_the_constructor_has_each_setting_with_its_default(learned):
    synthesizer = SYNTHESIZERS[learned]
    parameters = inspect.signature(synthesizer).parameters
    assert {name: parameter.default for name, parameter in parameters.items()} == {
        name: setting.constructor_default for name, setting in settings_of(learned).items()
    }
    assert vars(synthesizer()).keys() == parameters.keys()
    assert vars(synthesizer(gp_weight=3.0))["gp_weight"] == 3.0


@pytest.mark.parametrize("learned", SYNTHESIZERS)
def test_the_docstring_has_each_setting_and_no_other(learned):
    section = re.search(r"Parameters\n-+\n(.*?)\n\nAttributes", inspect.getdoc(SYNTHESIZERS[learned]) or "", re.DOTALL)
    assert section is not None
    described = re.findall(r"^(\w[\w, ]*)(?: : (.*))?$", section[1], re.MULTILINE)
    types = {name: kind for names, kind in described for name in names.split(", ")}
    assert types.keys() == settings_of(learned).keys()
    for name, kind in types.items():
        assert not kind or ('"auto"' in kind) == (SETTINGS[name].constructor_default == AUTO), name


def test_every_field_of_settings_is_a_setting_and_presets_fill_them():
    names = {field.name for field in fields(Settings)}
    assert names <= SETTINGS.keys()
    for preset in PRESETS.values():
        assert preset.keys() == {name for name, setting in SETTINGS.items() if isinstance(setting.default, Presets)}
        assert preset.keys() <= names


@pytest.mark.parametrize("name", SETTINGS)
def test_what_a_preset_says_keeps_the_rule(name):
    setting = SETTINGS[name]
    for value in setting.default.values() if isinstance(setting.default, Presets) else [setting.default]:
        assert setting.allows(value) or value in (None, AUTO)


def test_each_setting_that_is_read_is_an_option_with_its_help():
    for command, headings in {"fit": list(GROUPS)[:-1], "tune": list(GROUPS)[:3]}.items():
        expected = {setting.name for heading in headings for setting in GROUPS[heading] if setting.reads}
        assert expected <= OPTIONS[command].keys()
        assert not {setting.name for setting in GROUPS["Python"]} & OPTIONS[command].keys()
        for name in expected:
            option = OPTIONS[command][name]
            assert isinstance(option, click.Option)
            assert (option.help or "").startswith(SETTINGS[name].help)
            assert option.opts == [f"--{SETTINGS[name].option}"]


@pytest.mark.parametrize("name", [s.name for s in SETTINGS.values() if s.reads not in (None, bool) and s.default != ()])
def test_what_is_typed_comes_back(name):
    """A value of each preset is typed and read as itself."""
    setting, option = SETTINGS[name], OPTIONS["fit"][name]
    values = list(setting.default.values()) if isinstance(setting.default, Presets) else [setting.default]
    for value in values:
        if value not in (None, AUTO) or (setting.word and value == setting.word[1]):
            assert option.type.convert(setting.typed(value), option, None) == value


def test_what_auto_is_for_series_keeps_the_rule():
    own = {name: setting.series for name, setting in SETTINGS.items() if setting.series is not ...}
    assert "hidden" in own
    for name, value in own.items():
        assert SETTINGS[name].allows(value), name
        assert SETTINGS[name].constructor_default == AUTO, name


def test_what_is_searched_keeps_the_rule_however_often_it_is_doubled():
    numbers = PRESETS["balanced"] | {"batch_size": 128}
    rest = {field.name: numbers.get(field.name, SETTINGS[field.name].default) for field in fields(Settings)}
    defaults = Settings(**rest)
    for name, setting in SETTINGS.items():
        for times in setting.doublings or ():
            for found, value in scale(defaults, {name: times}).items():
                assert SETTINGS[found].allows(value)
                assert value != getattr(defaults, found)


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.translations)])
def test_the_page_is_made_of_the_table(lang):
    made = runpy.run_path(str(DOCS / "settings.py"))
    _, mark, table = made["PAGES"][lang].read_text(encoding="utf-8").partition(made["MARK"])
    assert mark
    assert table == made["make_table"](lang), "python docs/settings.py"
