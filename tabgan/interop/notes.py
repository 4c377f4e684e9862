"""What an exported generator lacks of what `sample` does."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from tabgan.errors import TabganWarning
from tabgan.synthesizers.row_generator import RowGenerator


def list_notes(maker: RowGenerator) -> list[str]:
    """Return a sentence for each."""
    notes = []
    if maker.sieve is not None:
        notes.append(
            "the sieve is not in the export: its rows are candidates, of which sample accepts "
            f"{100 * maker.sieve.acceptance_:.2g}%; fit with --no-sieve to see how good these are"
        )
    constraints = maker.constraints
    if checked := [rule.text for rule in constraints.rules if rule not in [s.rule for s in constraints.solved]]:
        notes.append(
            f"rows that break {'; '.join(checked)} are not left out of the export, as sample does; leave them out"
        )
    names = maker.schema.names
    rare = [str(names[levels.column]) for levels in maker.decoder.encoder.levels_ if levels.rest == "rare"]
    if rare:
        notes.append(
            f"rare levels are not drawn in the export: those of {', '.join(rare)} come back as their most frequent one"
        )
    return notes


def warn_of(notes: Iterable[str]) -> None:
    """Warn of each, where the export was called."""
    for note in notes:
        warnings.warn(note, TabganWarning, stacklevel=3)
