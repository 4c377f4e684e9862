"""Finished lines said in another language: which template a line was made from is found out by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from string import Formatter
from typing import NamedTuple

MOST_LETTERS = 4000
"""Of a line that is looked at; longer ones hold data."""
LEAST_LETTERS = 12
"""Of a template of the page, whose texts stand in places of their own there, that a whole line may be made from."""
MUST, MAY = "zh", "zh?"
"""What stands in a hole of a translation that must be a known phrase, too, or may be one."""
_NUMBER = r"[-+]?(?:[\d,]*\d(?:\.\d+)?(?:e[-+]?\d+)?%?|nan|inf)"
_WORD = r"[^\s:]+"
_CUTS = ((re.compile("; "), "；"), (re.compile(r"(?<=\.) "), ""))
"""Where clauses and sentences end, and what stands there in the translation."""
_TOUCHING = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]")


class _Part(NamedTuple):
    """Letters of a template, and the hole behind them."""

    words: str
    name: str | None
    spec: str

    @property
    def holds(self) -> str:
        """What may stand in the hole, as a regular expression: formats are of numbers, and `w` is a word."""
        return _WORD if self.spec == "w" else _NUMBER if self.spec else ".*?"


def _parse(template: str) -> list[_Part]:
    return [_Part(words, name, spec or "") for words, name, spec, _ in Formatter().parse(template)]


class _Template:
    """A template and its translation."""

    def __init__(self, known: str, said: str, least: int) -> None:
        self.parts, self.said = _parse(known), _parse(said)
        self.probe = max((part.words for part in self.parts), key=len)
        words = "".join(part.words for part in self.parts)
        holes = [part.spec for part in self.parts if part.name is not None]
        must = any(part.spec == MUST for part in self.said)
        self.weight = len(words)
        self.is_head = must and len(self.parts) == 1
        self.is_line = must or sum(map(str.isalpha, words)) >= least
        self.is_phrase = self.is_line or all(holes)
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
        for part in self.parts:
            yield re.escape(part.words)
            if part.name is not None:
                yield f"(?P={part.name})" if part.name in seen else f"(?P<{part.name}>{part.holds})"
                seen.add(part.name)


class Templates:
    """Translations by English template; what they lack is not translated.

    A hole is copied as it is, since it holds names and values. Where the translation has `{name:zh}` it must be a known
    phrase, or nothing, and is translated, too; where it has `{name:zh?}` it is if it is one. Of those `beside`, only
    templates of some length are those of whole lines.

    Examples
    --------
    >>> known = Templates({"{what} of {path}, {more}": "{path} 的{what:zh?} / {more:zh}", "rows": "行", "stop": "停止"})
    >>> known.say("rows of good, stop"), known.say("rows of good, go")
    ('good 的行 / 停止', None)
    """

    def __init__(self, translations: Mapping[str, str], beside: Mapping[str, str] | None = None) -> None:
        beside = {known: said for known, said in (beside or {}).items() if known not in translations}
        self.phrases = {known: said for known, said in (beside | {**translations}).items() if "{" not in known}
        made = [
            _Template(known, said, least)
            for some, least in ((translations, 0), (beside, LEAST_LETTERS))
            for known, said in some.items()
            if "{" in known
        ]
        self.templates = sorted((one for one in made if one.weight), key=lambda one: (not one.is_head, -one.weight))
        self.say = lru_cache(1000)(self._say)

    def _say(self, text: str, is_phrase: bool = False) -> str | None:
        """Return a line, or a phrase in one, in the other language; None if it is not known."""
        if len(text) > MOST_LETTERS or not text.strip():
            return None
        if (known := self.phrases.get(text)) is not None:
            return known
        for template in self.templates:
            if (template.is_phrase if is_phrase else template.is_line) and (values := template.match(text)) is not None:
                said = self._fill(template.said, values)
                if said is not None or template.is_head:
                    return said
        return self._say_clauses(text)

    def _say_clauses(self, text: str) -> str | None:
        for cut, between in _CUTS:
            clauses = cut.split(text)
            said = [self.say(clause) for clause in clauses] if clauses[1:] else [None]
            if None not in said:
                return between.join(map(str, said))
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
