"""Sentences with values in them that can be said in another language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any


class Phrase(str):
    """A text that knows the template and the values it was made of.

    Examples
    --------
    >>> phrase = Phrase("{count:,} rows of {file}", count=2000, file="a.csv")
    >>> phrase, phrase.translated({"{count:,} rows of {file}": "{file} 的 {count:,} 行"})
    ('2,000 rows of a.csv', 'a.csv 的 2,000 行')
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Phrase:
        phrase = super().__new__(cls, template.format(**values) if values else template)
        phrase.template, phrase.values = template, values
        return phrase

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Phrase, self.template, **self.values), ()

    def translated(self, catalogue: Mapping[str, str]) -> str:
        """Return the text by the catalogue's template; values that are phrases are translated too."""
        said = {k: v.translated(catalogue) if isinstance(v, Phrase) else v for k, v in self.values.items()}
        template = catalogue.get(self.template, self.template)
        return template.format(**said) if said else template
