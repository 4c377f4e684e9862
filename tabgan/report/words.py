"""The page in other languages: every English text has its translation in a catalogue."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from tabgan.errors import InputError
from tabgan.evaluation.features import say_name
from tabgan.evaluation.phrase import Phrase
from tabgan.report.catalogue import LANGUAGES, read_catalogue


class Words:
    """Says English texts in the language of a page, "en" or "zh"; what the catalogue lacks stays English.

    Examples
    --------
    >>> Words("zh")("{count:,} rows", count=2000)
    '2,000 行'
    """

    def __init__(self, lang: str, catalogue: Mapping[str, str] | None = None) -> None:
        if lang not in LANGUAGES:
            raise InputError(
                f"a page's language is one of {', '.join(LANGUAGES)}, but {lang!r} was received; give one of these"
            )
        self.tag = LANGUAGES[lang]
        self.catalogue = read_catalogue(lang) if catalogue is None else catalogue

    def __call__(self, template: str, **values: Any) -> str:
        """Return a text or `Phrase` in the language, values filled in."""
        phrase = template if isinstance(template, Phrase) else Phrase(template, **values)
        return phrase.translated(self.catalogue)

    def called(self, name: Hashable) -> str:
        """Return what a column is called: a name stays as it is, whatever the language."""
        said = say_name(name)
        return self(said) if isinstance(said, Phrase) else said
