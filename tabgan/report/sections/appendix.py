"""What was left out, and what the numbers were made with."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from tabgan.evaluation.result import EvaluationResult
from tabgan.report.sections.scores import TITLES
from tabgan.report.sections.section import Section
from tabgan.report.words import Words

if TYPE_CHECKING:
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer


def make_appendix(result: EvaluationResult, model: WGANGPSynthesizer | None, words: Words) -> Section:
    """Return the section with notes, families that were skipped, settings, versions and times."""
    seconds = {words(TITLES[name]) if name in TITLES else words("all"): s for name, s in result.seconds.items()}
    settings = {words("seed of the evaluation"): result.random_state}
    settings |= {} if model is None else asdict(model.settings_)
    view = {
        "notes": [words(note) for note in result.notes],
        "skipped": [(words(TITLES[name]), words(reason)) for name, reason in result.skipped.items()],
        "settings": [(name, _write(value)) for name, value in settings.items()],
        "versions": list(result.versions.items()),
        "seconds": [(name, f"{value:.1f}") for name, value in seconds.items()],
    }
    return Section("appendix", words("Notes and settings"), "", view)


def _write(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
