"""Patterns of codes such as P-00017: which parts are fixed, chosen or random, and which part counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.schema.unseen import LARGEST, Words, mix

Texts = NDArray[Any]
Letters = tuple[str, ...]
"""The letters that may stand in each place of a part."""

MOST_SHAPES = 50
LEAST_OF_SHAPE = 5  # codes, if there is a shape of more
ENOUGH = 100  # codes: every letter that a place can have is among them
MOST_CHOSEN = 1000  # values of a part that is chosen from those that were seen,
LEAST_EACH = 10  # each so many times, on average
MOST_DIGITS = 18  # of a number that counts
_TOKENS = re.compile(r"[0-9]+|[^\W\d_]+|[\W_]+|\d+")
_UUID = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|"
                   r"[0-9A-F]{8}-[0-9A-F]{4}-[1-8][0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12})")  # fmt: skip
_DIGITS, _LOWER, _UPPER = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CLASSES = (_DIGITS, _LOWER, _UPPER, _DIGITS + "abcdef", _DIGITS + "ABCDEF", _DIGITS + _LOWER, _DIGITS + _UPPER,
            _LOWER + _UPPER, _DIGITS + _LOWER + _UPPER)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of a code: one of some texts, or a letter of each alphabet; the number that counts has neither."""

    texts: tuple[str, ...] = ()
    letters: Letters = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many choices each place has."""
        return (len(self.texts),) if self.texts else tuple(map(len, self.letters))

    @property
    def counts(self) -> bool:
        return not (self.texts or self.letters)

    def write(self, choices: Sequence[Words]) -> Texts:
        """Return the texts of choices for each place, arrays of the same length."""
        if self.texts:
            return np.array(self.texts)[choices[0].astype(np.intp)]
        points = [
            np.array([ord(letter) for letter in of], np.uint32)[choice.astype(np.intp)]
            for of, choice in zip(self.letters, choices, strict=True)
        ]
        return np.ascontiguousarray(np.stack(points, 1)).view(f"U{len(points)}").ravel()

    def to_json(self) -> dict[str, Any]:
        return {"texts": list(self.texts)} if self.texts else {"letters": list(self.letters)}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> Part:
        return cls(tuple(state.get("texts", ())), tuple(state.get("letters", ())))


@dataclass(frozen=True)
class Shape:
    """Codes of the same parts, which are so large a share of all."""

    parts: tuple[Part, ...]
    share: float = 1.0
    sizes: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(size for part in self.parts for size in part.sizes))

    @property
    def size(self) -> int:
        """How many codes of the shape there are, whatever counts."""
        size = 1
        for own in self.sizes:
            size *= own
        return size

    @property
    def length(self) -> int:
        """How many letters its longest code has, those that count left out."""
        return sum(max(map(len, part.texts), default=0) + len(part.letters) for part in self.parts)

    @property
    def exact(self) -> int:
        """How many codes can be told apart by places of the end that a number of 62 bits holds."""
        size = 1
        for own in reversed(self.sizes):
            if size * own > LARGEST:
                break
            size *= own
        return size

    def write(self, exact: Words, rows: Words, key: int, numbers: Texts | None) -> Texts:
        """Return codes: their last places say `exact`, a number below that, the others are drawn by the row's number.

        `numbers` are what the part that counts has.
        """
        choices, left, size = [], exact.copy(), 1
        for place, own in reversed(list(enumerate(self.sizes))):
            if size * own <= LARGEST and size:
                choices.append(left % np.uint64(own))
                left = left // np.uint64(own)
                size *= own
            else:
                size = 0
                choices.append(mix(rows, key + 7 * place + 11) % np.uint64(own))
        choices.reverse()
        made: Texts = np.full(len(rows), "", "U1")
        at = 0
        for part in self.parts:
            written = numbers if part.counts and numbers is not None else part.write(choices[at : at + len(part.sizes)])
            made = np.char.add(made, written)
            at += len(part.sizes)
        return made

    def longer(self) -> Shape:
        """Return the shape with one more letter of the last alphabet that has several."""
        parts = list(self.parts)
        for i in range(len(parts) - 1, -1, -1):
            letters = parts[i].letters
            for j in range(len(letters) - 1, -1, -1):
                if len(letters[j]) > 1:
                    parts[i] = Part(letters=(*letters[: j + 1], *letters[j:]))
                    return Shape(tuple(parts), self.share)
        return Shape((*parts, Part(letters=("-", _DIGITS))), self.share)


def is_uuid(texts: Sequence[str]) -> bool:
    """Whether all codes are UUIDs."""
    return all(map(_UUID.fullmatch, texts))


def cut(texts: Sequence[str]) -> list[tuple[str, ...]] | None:
    """Return the parts of codes, of all codes beside each other; None unless all have the same kinds of parts.

    Examples
    --------
    >>> cut(["P-007", "Q-08"]), cut(["P-007", "08-Q"])
    ([('P', 'Q'), ('-', '-'), ('007', '08')], None)
    """
    tokens = [_TOKENS.findall(text) for text in texts]
    if len({tuple(map(_skeleton, found)) for found in tokens}) > 1:
        return None
    return list(zip(*tokens, strict=True))


def _skeleton(token: str) -> str:
    return "0" if token[0] in _DIGITS else "a" if token[0].isalpha() else token


def number_parts(parts: Sequence[Sequence[str]]) -> list[int]:
    """Return which parts of codes are whole numbers that vary, the last one first."""
    return [
        i
        for i in range(len(parts) - 1, -1, -1)
        if parts[i][0][0] in _DIGITS and max(map(len, parts[i])) <= MOST_DIGITS and len(set(parts[i])) > 1
    ]


def shapes_of_parts(parts: Sequence[Sequence[str]], counts: int | None) -> tuple[Shape, ...]:
    """Return the shapes of codes of the same kinds of parts, of which one may count.

    A part of few values is chosen from these; others are made of letters, as many as each code has.
    """
    chosen: dict[int, tuple[str, ...]] = {}
    for i, own in enumerate(parts):
        values = set(own)
        if i != counts and (len(values) == 1 or len(values) <= min(MOST_CHOSEN, len(own) // LEAST_EACH)):
            chosen[i] = tuple(sorted(values))
    spelt = [i for i in range(len(parts)) if i not in chosen and i != counts]
    lengths = list(zip(*([len(text) for text in parts[i]] for i in spelt), strict=True)) or [()] * len(parts[0])
    groups: dict[tuple[int, ...], list[int]] = {}
    for row, found in enumerate(lengths):
        groups.setdefault(found, []).append(row)
    shapes = []
    for rows in sorted(groups.values(), key=len, reverse=True)[:MOST_SHAPES]:
        made = []
        for i, texts in enumerate(parts):
            if i == counts:
                made.append(Part())
            elif i in chosen:
                made.append(Part(chosen[i]) if len(chosen[i]) > 1 else Part(letters=tuple(chosen[i][0])))
            else:
                made.append(Part(letters=_alphabets([texts[row] for row in rows])))
        shapes.append((made, len(rows)))
    return _shared(shapes)


def shapes_of_places(texts: Sequence[str]) -> tuple[Shape, ...]:
    """Return the shapes of codes that have the same length and the same signs: an alphabet for each place."""
    if is_uuid(texts):
        return _shared([([Part(letters=_uuid_letters(texts))], len(texts))])
    groups: dict[str, list[str]] = {}
    for text in texts:
        groups.setdefault(re.sub(r"[^\W_]", "x", text), []).append(text)
    largest = sorted(groups.values(), key=len, reverse=True)[:MOST_SHAPES]
    return _shared([([Part(letters=_alphabets(group))], len(group)) for group in largest])


def _shared(shapes: Sequence[tuple[Sequence[Part], int]]) -> tuple[Shape, ...]:
    """Return shapes with their shares; those of very few codes, which say little of a place, are left out."""
    kept = [(parts, count) for parts, count in shapes if count >= min(LEAST_OF_SHAPE, shapes[0][1])]
    total = sum(count for _, count in kept)
    return tuple(Shape(tuple(parts), count / total) for parts, count in kept)


def _alphabets(texts: Sequence[str]) -> Letters:
    """The letters in each place of texts of one length; where there are few texts, all like those that were seen."""
    places = [set(letters) for letters in zip(*texts, strict=True)]
    every = set().union(*(seen for seen in places if len(seen) > 1))
    if every and len(texts) < ENOUGH:
        every = next((set(known) for known in _CLASSES if every <= set(known)), every)
        places = [seen if len(seen) == 1 else every for seen in places]
        if every == set(_DIGITS) and places[0] == every and not any(text[0] == "0" for text in texts):
            places[0] = every - {"0"}
    return tuple("".join(sorted(seen)) for seen in places)


def _uuid_letters(texts: Sequence[str]) -> Letters:
    """The letters of UUIDs, of the versions that were seen."""
    upper = texts[0] == texts[0].upper() and texts[0] != texts[0].lower()
    hexes, variants = (_CLASSES[4], "89AB") if upper else (_CLASSES[3], "89ab")
    versions = "".join(sorted({text[14] for text in texts}))
    own = {8: "-", 13: "-", 18: "-", 23: "-", 14: versions, 19: variants}
    return tuple(own.get(place, hexes) for place in range(36))
