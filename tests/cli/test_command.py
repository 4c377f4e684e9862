"""Messages of the library speak of parameters, those of a command of its options."""

from __future__ import annotations

import pytest

from tabgan.cli.main import main


@pytest.mark.parametrize(
    ("name", "message", "shown"),
    [
        ("fit", "give overwrite=True to replace it", "give --overwrite to replace it"),
        ("fit", "transpose=True or transpose=False.", "--transpose or --no-transpose."),
        ("fit", "use header=False", "use --no-header"),
        ("fit", "name it with variable=", "name it with --variable"),
        ("fit", "sheet='Data:A3:I', or", "--sheet Data:A3:I, or"),
        ("fit", '''sheet="Joe's:A3:I"''', """--sheet 'Joe'"'"'s:A3:I'"""),
        ("fit", "label=3 and x.overwrite=Truest stay", "label=3 and x.overwrite=Truest stay"),
        (
            "info",
            "overwrite=True and sheet='A' are no options of it",
            "overwrite=True and sheet='A' are no options of it",
        ),
    ],
)
def test_parameters_are_spelt_as_options(name, message, shown):
    assert main.commands[name].spell(message) == shown
