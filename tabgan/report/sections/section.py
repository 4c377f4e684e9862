"""What a section of the page is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading.

    Attributes
    ----------
    id : str
        What links to it name.
    title : str
        Its heading, in the language of the page.
    lead : str
        A sentence or two under the heading.
    view : dict
        What its template shows.
    """

    id: str
    title: str
    lead: str = ""
    view: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """The file that shows it."""
        return f"{self.id}.html.j2"
