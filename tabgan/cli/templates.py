"""Finished lines said in another language: which template a line was made from is found out by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from string import Formatter
from typing import NamedTuple

MOST_LETTERS = 4000
"""Of a line that is looked at; longer ones hold data."""
MOST_PARTS = 20
"""Of phrases within each other, or one after the other, that are looked at."""
LEAST_LETTERS = 10
"""Of a template that a whole line may be made from, unless its holes or its beginning tell it well."""
MUST, MAY = "zh", "zh?"
"""What stands in a hole of a translation that must be a known phrase, too, or may be one."""
_NUMBER = r"[-+]?(?:[\d,]*\d(?:\.\d+)?(?:e[-+]?\d+)?%?|nan|inf)"
_OF_A_SENTENCE = r"(?:(?!\. [A-Z]).)*?"
"""What may stand in the last hole of a sentence, where the next one is no part of it."""
_QUOTED = r"(?:'[^']*'|\"[^\"]*\")"
_SPECS = {
    "w": "[a-z_]+",
    "p": "[a-z_: ]+",
    "t": r"\S+",
    "s": r"\S+ \S+ .+",
    "d": r"[\d:., -]+",
    "q": f"{_QUOTED}(?:, {_QUOTED})*",
}
"""What may stand in a hole: a word, several, no blank, two or more, a moment, names in quotes."""
_CUTS = ((re.compile("; "), "；"), (re.compile(r"(?<=\.) "), ""), (re.compile(r" \| "), " | "))
"""Where clauses and sentences end, and what stands there in the translation."""
_TOUCHING = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9'\"`-]|[A-Za-z0-9%'\"`)][\u4e00-\u9fff]")


class _Part(NamedTuple):
    """Letters of a template, and the hole behind them."""

    words: str
    name: str | None
    spec: str

    @property
    def holds(self) -> str:
        """What may stand in the hole, as a regular expression; formats are of numbers."""
        return _SPECS.get(self.spec, _NUMBER) if self.spec else ".*?"


def _parse(template: str) -> list[_Part]:
    return [_Part(words, name, spec or "") for words, name, spec, _ in Formatter().parse(template)]


class _Template:
    """A template and its translation."""

    def __init__(self, known: str, said: str, is_own: bool) -> None:
        self.known, self.parts, self.said = known, _parse(known), _parse(said)
        self.probe = max((part.words for part in self.parts), key=len)
        words = "".join(part.words for part in self.parts)
        must = {part.name for part in self.said if part.spec == MUST}
        holes = [part for part in self.parts if part.name is not None]
        self.weight = len(words)
        begins = self.parts[0].words
        ends_open = bool(must) and self.parts[-1].name in must
        self.is_head = ends_open and any(map(str.isalpha, begins))
        self.is_tail = holes[0].name in must and not begins and all(hole.spec for hole in holes[1:])
        precise = bool(must) or ":" in begins or all(hole.spec for hole in holes)
        letters = sum(map(str.isalpha, words))
        self.is_line = letters >= LEAST_LETTERS or (is_own and precise)
        self.is_phrase = self.is_line or bool(must) or all(hole.spec for hole in holes)
        self._pattern: re.Pattern[str] | None = None

    def match(self, text: str) -> dict[str, str] | None:
        """Return what stands in the holes if a text is made from this template."""
        if self.probe not in text:
            return None
        if self._pattern is None:  # few of all are ever needed
            self._pattern = re.compile("".join(self._write()))
        found = self._pattern.fullmatch(text)
        return None if found is None else found.groupdict()

    def _write(self) -> Iterator[str]:
        seen: set[str] = set()
        ends = self.parts[-2] if len(self.parts) > 1 and self.parts[-1] == _Part(".", None, "") else None
        for part in self.parts:
            yield re.escape(part.words)
            if part.name is not None:
                holds = _OF_A_SENTENCE if part is ends and not part.spec else part.holds
                yield f"(?P={part.name})" if part.name in seen else f"(?P<{part.name}>{holds})"
                seen.add(part.name)


class Templates:
    """Translations by English template; what they lack is not translated.

    A hole is copied as it is, since it holds names and values. Where the translation has `{name:zh}` it must be a known
    phrase, or nothing, and is translated, too; where it has `{name:zh?}` it is if it is one. Those `beside` are texts
    with places of their own, so that short ones are never whole lines.

    Examples
    --------
    >>> known = Templates({"{what} of {path}, {so}": "{path} 的{what:zh?} / {so:zh}", "rows": "行", "stop": "停止"})
    >>> known.say("rows of good, stop"), known.say("rows of good, go")
    ('good 的行 / 停止', None)
    """

    def __init__(self, translations: Mapping[str, str], beside: Mapping[str, str] | None = None) -> None:
        beside = {known: said for known, said in (beside or {}).items() if known not in translations}
        self.phrases = {known: said for known, said in (beside | {**translations}).items() if "{" not in known}
        made = [
            _Template(known, said, some is translations)
            for some in (translations, beside)
            for known, said in some.items()
            if "{" in known
        ]
        order = sorted((one for one in made if one.weight), key=lambda one: -one.weight)
        self.templates = sorted(order, key=lambda one: not one.is_head and not one.is_tail)
        self.say = lru_cache(1000)(self._say)
        self._within = 0

    def _say(self, text: str, is_phrase: bool = False) -> str | None:
        """Return a line, or a phrase in one, in the other language; None if it is not known."""
        if len(text) > MOST_LETTERS or not text.strip() or self._within >= MOST_PARTS:
            return None
        self._within += 1
        try:
            said, is_settled = self._say_whole(text, is_phrase)
            return said if is_settled else self._say_clauses(text)
        finally:
            self._within -= 1

    def _say_whole(self, text: str, is_phrase: bool) -> tuple[str | None, bool]:
        """Return a text that one template made, and whether nothing else needs to be tried."""
        if (known := self.phrases.get(text)) is not None:
            return known, True
        for template in self.templates:
            if (template.is_phrase if is_phrase else template.is_line) and (values := template.match(text)) is not None:
                said = self._fill(template.said, values)
                if said is not None or template.is_head:
                    return said, True
        return None, False

    def _say_clauses(self, text: str) -> str | None:
        """Return a text that several templates made, one after the other."""
        for cut, between in _CUTS:
            for found in islice(cut.finditer(text), MOST_PARTS):
                first, _ = self._say_whole(text[: found.start()], False)
                rest = first and self.say(text[found.end() :])
                if first and rest:
                    return f"{first}{between}{rest}"
        return None

    def _fill(self, parts: list[_Part], values: Mapping[str, str]) -> str | None:
        filled = ""
        for words, name, spec in parts:
            filled = _join(filled, words)
            if name is None:
                continue
            value = values[name]
            said = self.say(value, True) if spec in (MUST, MAY) and value else None
            if said is None and value and spec == MUST:
                return None
            filled = _join(filled, value if said is None else said)
        return filled


def _join(before: str, after: str) -> str:
    """Put letters and Chinese characters side by side, a space between them."""
    gap = " " * bool(_TOUCHING.fullmatch(before[-1:] + after[:1]))
    return f"{before}{gap}{after}"
