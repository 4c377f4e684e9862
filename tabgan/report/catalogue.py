"""The Chinese of the page, by English template; whoever says the same elsewhere takes it from here."""

from __future__ import annotations

import json
from importlib.resources import files

LANGUAGES = {"en": "en", "zh": "zh-CN"}
"""What `lang` can be, and what browsers call it."""


def read_catalogue(lang: str, room: str = "tabgan.report") -> dict[str, str]:
    """Return the translations of a language by English template, those of a room; none for English."""
    if lang == "en":
        return {}
    known: dict[str, str] = json.loads((files(room) / f"{lang}.json").read_text(encoding="utf-8"))
    return known
