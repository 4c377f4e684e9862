"""New workbooks without a time of day: equal contents give equal bytes."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIRST = (1980, 1, 1, 0, 0, 0)  # of the days that a ZIP file can write


class _Undated(ZipFile):
    """A new archive whose members are all of one day."""

    def writestr(self, name: Any, data: Any, *_: Any, **__: Any) -> None:  # type: ignore[override]
        with self.open(self._describe(name), "w") as member:
            member.write(data.encode() if isinstance(data, str) else data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        with Path(filename).open("rb") as source, self.open(self._describe(arcname), "w", force_zip64=True) as member:
            shutil.copyfileobj(source, member, 1 << 16)

    def _describe(self, name: str) -> ZipInfo:
        info = ZipInfo(name, FIRST)
        info.compress_type = ZIP_DEFLATED
        return info


def save_book(book: Any, path: Path) -> None:
    """Save a new workbook of openpyxl."""
    from openpyxl.writer.excel import ExcelWriter

    book.properties.created = book.properties.modified = datetime(*FIRST)
    with _Undated(path, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
