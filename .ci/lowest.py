"""Print, as a pip constraints file, the lowest versions of what tabgan needs to run: pyproject's >= as ==."""

from __future__ import annotations

import re
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOOLS = ("dev", "docs")
"""Extras that serve the work on tabgan, of which any version will do."""
OF_THEIR_TIME = ("pyparsing<3.3",)
"""What the lowest versions need, in ways that newer ones warn of: a warning is an error in the tests."""

project = tomllib.loads((Path(__file__).resolve().parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
needed = project["dependencies"] + [one for name, listed in extras.items() if name not in TOOLS for one in listed]
for requirement in needed:
    name, lowest, marker = re.fullmatch(r"([\w.-]+)(?:\[.*\])?>=([\d.]+)[^;]*(;.*)?", requirement).groups()
    print(f"{name}=={lowest}{marker or ''}")
print(*OF_THEIR_TIME, sep="\n")
