"""The table of settings is the one place: constructor, docstring, `Settings`, options and docs are held to it."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from tabgan import WGANGPSynthesizer
from tabgan.cli.main import main
from tabgan.gan.objectives import WGANGP
from tabgan.settings import AUTO, GROUPS, PRESETS, SETTINGS, Presets, Settings
from tabgan.synthesizers.tune import scale

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
OPTIONS = {name: {option.name: option for option in main.commands[name].params} for name in ("fit", "tune")}


def make_page() -> str:
    """What stands between the marks of the page."""
    parts = []
    for heading, group in GROUPS.items():
        parts += [f"### {heading}", "", "| setting | option | default | values | |", "|---|---|---|---|---|"]
        for setting in group:
            option = f"`--{setting.option}`" if setting.reads else ""
            rule = WGANGP.RULES[setting.name].words if setting.name in WGANGP.RULES else setting.describe_rule()
            cells = [f"`{setting.name}`", option, setting.describe_default(), rule, setting.help]
            parts.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
        parts.append("")
    return "\n".join(parts)


def test_the_constructor_has_each_setting_with_its_default():
    parameters = inspect.signature(WGANGPSynthesizer).parameters
    assert {name: parameter.default for name, parameter in parameters.items()} == {
        setting.name: setting.constructor_default for setting in SETTINGS.values()
    }
    assert vars(WGANGPSynthesizer()).keys() == parameters.keys()
    assert vars(WGANGPSynthesizer(gp_weight=3.0))["gp_weight"] == 3.0


def test_the_docstring_has_each_setting_and_no_other():
    section = re.search(r"Parameters\n-+\n(.*?)\n\nAttributes", inspect.getdoc(WGANGPSynthesizer) or "", re.DOTALL)
    assert section is not None
    described = re.findall(r"^(\w.*?) : (.*)$", section[1], re.MULTILINE)
    types = {name: kind for names, kind in described for name in names.split(", ")}
    assert types.keys() == SETTINGS.keys()
    for name, setting in SETTINGS.items():
        assert ('"auto"' in types[name]) == (setting.constructor_default == AUTO), name


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


def test_what_is_searched_keeps_the_rule_however_often_it_is_doubled():
    numbers = PRESETS["balanced"] | {"batch_size": 128}
    rest = {field.name: numbers.get(field.name, SETTINGS[field.name].default) for field in fields(Settings)}
    defaults = Settings(**rest)
    for name, setting in SETTINGS.items():
        for times in setting.doublings or ():
            for found, value in scale(defaults, {name: times}).items():
                assert SETTINGS[found].allows(value)
                assert value != getattr(defaults, found)


def test_the_page_is_made_of_the_table():
    text = PAGE.read_text(encoding="utf-8")
    after, expected = text.partition("<!-- table -->\n\n")[2], make_page()
    assert after == expected, f"write this into {PAGE.name} after <!-- table -->:\n\n{expected}"
