"""Tables that are collected before they are written, as files that are written at once ask for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

import pandas as pd


class CollectingWriter(ABC):
    """Keeps blocks of rows until they end; a subclass writes `save`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.blocks: list[pd.DataFrame] = []

    def write(self, block: pd.DataFrame) -> None:
        """Append rows."""
        self.blocks.append(block)

    def close(self, complete: bool) -> None:
        """Write the file if it is complete."""
        if complete:
            self.save(pd.concat(self.blocks, ignore_index=True))

    @abstractmethod
    def save(self, table: pd.DataFrame) -> None:
        """Write the whole table."""
