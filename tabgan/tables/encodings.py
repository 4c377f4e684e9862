"""How the text of a file is encoded: what its first bytes say, and which reading of them looks like text."""

from __future__ import annotations

import codecs
import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from tabgan.errors import InputError
from tabgan.spelling import spell
from tabgan.tables.bounds import PACKED

CHUNK = 1 << 20
SAMPLE = 1 << 16  # bytes of lines with letters other than English ones, by which encodings are judged
LEAST = 0.8  # how much of these letters must look like text
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""What files begin with that say how they are encoded; UTF-32 before UTF-16, whose mark its own begins with."""

_LETTERS = set("àâäåæçèéêëìíîïñòóôöøùúûüßœÿáãõÀÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÙÚÛÜŒÁÃÕ")
_SIGNS = set("°µ²³±€£§½¼¾·×÷«»’‘“”„–—…™®©ªºØ‰•\xa0¿¡´")
_WESTERN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸƒ]+")


class Encoding(NamedTuple):
    """Python's name of an encoding, the mark that the file begins with, and, if it was made out by letters, some."""

    name: str
    mark: bytes = b""
    letters: str = ""

    @property
    def guessed(self) -> bool:
        return bool(self.letters)


class _Unpacked(gzip.GzipFile):
    """A gzipped file of which no more is read than `PACKED` allows."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(CHUNK), b""))
        data = super().read(size)
        path = Path(str(self.name))
        PACKED.check(self.tell(), path, f"unpack it, and name {path.stem}")
        return data


def open_bytes(path: Path) -> IO[bytes]:
    """Return what reads a file, unpacked if its name says that it is gzipped."""
    return _Unpacked(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def pack(raw: IO[bytes], path: Path) -> IO[bytes]:
    """Return the file that writes into a new one, which is gzipped if its name says so."""
    # Neither name nor time in the gzip header: equal rows give equal bytes.
    return gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if path.suffix.lower() == ".gz" else raw  # type: ignore[return-value]


def find_encoding(path: Path, asked: str | None = None, *, all_of_it: bool = False) -> Encoding:
    """Return how a file is encoded: as is `asked`, as its mark says, or as its first lines look.

    A file whose first megabyte is plain English letters is taken for UTF-8; with `all_of_it`, lines with other letters
    are looked for to its end. InputError if no encoding makes text of it.
    """
    with open_bytes(path) as file:
        head = file.read(CHUNK)
        mark = next(filter(head.startswith, MARKS), b"")
        if asked is not None:
            return _asked(asked, mark)
        if mark:
            return Encoding(MARKS[mark], mark)
        if b"\0" in head:
            name = _find_wide(path, head)
            return Encoding(name, letters=head[:80].decode(name, "ignore").split()[0][:20])
        lines = _strange_lines(_chunks(file, head) if all_of_it else iter([head]))
    if not lines or _decodes(b"\n".join(lines), "utf-8"):
        return Encoding("utf-8")
    name = _judge(path, lines)
    return Encoding(name, letters=_show(lines[0].decode(name, "replace")))


def _asked(asked: str, mark: bytes) -> Encoding:
    try:
        name = codecs.lookup(asked).name
        b"".decode(name)  # which others than encodings of text refuse
    except (LookupError, TypeError):
        raise InputError(
            f"{spell('encoding')} must be one that Python knows, such as utf-8, gb18030, big5, shift_jis or cp1252, "
            f"but is {asked!r}; give such a one"
        ) from None
    name = name.removesuffix("-sig")
    if mark and MARKS[mark].startswith(name):
        return Encoding(MARKS[mark], mark)
    return Encoding(f"{name}-le" if name in ("utf-16", "utf-32") else name)


def _chunks(file: IO[bytes], first: bytes) -> Iterator[bytes]:
    while first:
        yield first
        first = file.read(CHUNK)


def _strange_lines(chunks: Iterator[bytes]) -> list[bytes]:
    """Return lines, whole ones, that have other bytes than ASCII, about `SAMPLE` bytes."""
    lines: list[bytes] = []
    size, rest = 0, b""
    for chunk in chunks:
        if chunk.isascii() and rest.isascii():
            rest = b""
            continue
        *whole, rest = re.split(rb"[\r\n]+", rest + chunk)
        for line in whole:
            if not line.isascii():
                lines.append(line[:SAMPLE])
                size += len(lines[-1])
        if size > SAMPLE:
            return lines
    # A line that the sample cuts may end within a letter.
    return lines + ([rest.rstrip()] if rest and not rest.isascii() and not (lines and len(rest) > SAMPLE) else [])


def _decodes(sample: bytes, name: str) -> bool:
    """Whether a sample, of which the last letter may be cut off, is of an encoding."""
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _find_wide(path: Path, head: bytes) -> str:
    """Return which of UTF-16 and UTF-32 without a mark makes text of bytes with NUL among them."""
    for name in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        try:
            text = codecs.getincrementaldecoder(name)().decode(head)
        except UnicodeDecodeError:
            continue
        # Texts in a script have nearly all letters in few pages of 256, and lines; the wrong order of bytes has not.
        pages = {letter: text.count(letter) for letter in set(text)}
        plain = sum(count for letter, count in pages.items() if "\t" <= letter < "\x7f")
        if "\0" not in text and plain * 4 > len(text) and re.search(r"[\r\n]", text):
            return name
    raise InputError(f"a text table has no NUL characters, but {path} has; save it as CSV UTF-8")


def _judge(path: Path, lines: Sequence[bytes]) -> str:
    """Return the encoding in which lines look most like text; InputError if they do in none."""
    sample = b"\n".join(lines)
    scores = {name: score(sample, name) for name in _JUDGES}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < LEAST:
        example = _show(lines[0].decode("latin-1")).encode("latin-1")
        raise InputError(
            f"a text table must be encoded in UTF-8, or in another way that can be made out, but what {path} has, such "
            f"as {str(example)[1:]}, looks like text in none that was tried; save it as CSV UTF-8, or give "
            f"{spell('encoding', 'cp1251')}, or what it is"
        )
    return best


def _show(line: str) -> str:
    """Return a word of a line that has other letters than ASCII."""
    return re.findall(r"[\w°²³]*[^\x00-\x7f][\w°²³]*", line)[0][:20]


def score(sample: bytes, name: str) -> float:
    """Return how much of what is not ASCII in a sample looks like text in an encoding, from 0 to 1.

    Examples
    --------
    >>> sample = "Köln;Nürnberg".encode("cp1252")
    >>> [round(score(sample, name), 1) for name in ("cp1252", "gb18030")]
    [1.0, 0.0]
    """
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return 0.0
    return _JUDGES[name](text)


def _judge_western(text: str) -> float:
    """Accents stand in words of English letters, one or two together; other signs do not stand within words."""
    good = total = 0
    for word in _WESTERN.findall(text):
        accents = [letter for letter in word if not letter.isascii()]
        total += len(accents)
        inner = sum(c.isupper() for c in word[1:] if not c.isascii()) if word[:1].islower() else 0
        if len(accents) <= max(1, len(word) * 2 / 3) and not re.search(r"[^\x00-\x7f]{3}", word) and not inner:
            good += sum(letter in _LETTERS for letter in accents)
    for match in re.finditer(r"[^\x00-\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸƒ]", text):
        around = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        total += 1
        good += (
            match[0] in _SIGNS
            and all(c.isascii() for c in around)
            and not (match[0] not in "’·" and all(c.isalpha() for c in around))
        )
    return good / max(total, 1)


def _judge_asian(name: str, common: Callable[[bytes], float]) -> Callable[[str], float]:
    """Characters are among the common ones of their encoding, of which its first pages are; few touch letters."""

    def judge(text: str) -> float:
        good = total = 0.0
        for match in re.finditer(r"[^\x00-\x7f]+", text):
            run = match[0]
            around = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
            touches = sum(c.isascii() and c.isalpha() for c in around)
            # One character between two letters is hardly ever a word, but what two letters of Europe look like.
            worth = 0.0 if touches == 2 and len(run) == 1 else 1.0
            total += len(run)
            good += worth * sum(common(character.encode(name)) for character in run)
        return good / max(total, 1)

    return judge


def _common_gb(code: bytes) -> float:
    """Of GB 2312: signs, and the 3,755 characters of the first level; others of it are rarer; the rest hardly occur."""
    if len(code) != 2 or code[1] < 0xA1:
        return 0.0
    return (
        1.0
        if 0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA2, 0xA3, 0xA6)
        else 0.5
        if 0xD8 <= code[0] <= 0xF7
        else 0.2
    )


def _common_big5(code: bytes) -> float:
    """Of Big5: signs, and the 5,401 characters of the first level."""
    if len(code) != 2:
        return 0.0
    return 1.0 if 0xA4 <= code[0] <= 0xC6 else 0.9 if code[0] >= 0xA1 and code[0] <= 0xA3 else 0.3


def _common_jis(code: bytes) -> float:
    """Of Shift-JIS: kana, and kanji of the first level; kana of half width, of one byte, are what others look like."""
    if len(code) != 2:
        return 0.2
    return 1.0 if 0x81 <= code[0] <= 0x97 else 0.3


_JUDGES: dict[str, Callable[[str], float]] = {
    "gb18030": _judge_asian("gb18030", _common_gb),
    "cp1252": _judge_western,
    "big5": _judge_asian("big5", _common_big5),
    "cp932": _judge_asian("cp932", _common_jis),
}
"""How much a text looks like one, by the encoding; of equals the first is taken."""
