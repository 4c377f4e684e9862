"""What the numbers were made with: the model's training, notes, settings, versions and times."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tabgan.evaluation.closeness import Memorisation
from tabgan.evaluation.scored import ScoredResult
from tabgan.evaluation.scores import find_families
from tabgan.gan.history import History
from tabgan.progress import format_duration
from tabgan.report.charts.curves import draw_curves, thin
from tabgan.report.sections.scores import Section
from tabgan.report.ticks import write_number
from tabgan.report.words import Words

if TYPE_CHECKING:
    from tabgan.persistence import Model


def make_training(model: Model | None, words: Words) -> Section | None:
    """Return the section with the curves of a run, and how close its rows come to learned ones; None without a run."""
    history: History | None = getattr(model, "history_", None)
    memorisation: Memorisation | None = getattr(model, "memorisation_", None)
    if history is None or not len(history):
        return None
    below = words("iteration")
    charts = []
    if len(history.distance):
        band = (history.floor - history.noise, history.floor + history.noise)
        best = float(history.best_iteration) or None
        curve = (history.distance[:, 0], history.distance[:, 1], "synthetic")
        title = words("Sliced Wasserstein distance to real rows")
        said = words("band: what a perfect generator would get; line: the generator that is kept")
        charts.append({"title": title, "said": said, "chart": draw_curves([curve], band, best, below, title)})
    title = words("Critic's loss, and its estimate of the Wasserstein distance")
    curves = [(*thin(history.critic_loss), "real"), (*thin(history.wasserstein), "synthetic")]
    charts.append(
        {
            "title": title,
            "said": words("blue: the loss; orange: the estimate"),
            "chart": draw_curves(curves, None, None, below, title),
        }
    )
    best_distance = history.best_distance
    facts = {
        "iterations": f"{len(history):,}",
        "how it ended": words(history.status),
        "what the course says": words(history.conclusion),
        "generator kept": f"{history.best_iteration:,}" if history.best_iteration else "",
        "its distance": write_number(best_distance) if math.isfinite(best_distance) else "",
        "training time": "" if history.seconds is None else format_duration(history.seconds),
    }
    if memorisation is not None:
        facts["closeness to learned rows"] = words(memorisation.describe())
    shown = [(words(name), value) for name, value in facts.items() if value]
    return Section("training", words("Training"), "", {"charts": charts, "facts": shown})


def make_appendix(result: ScoredResult, model: Model | None, words: Words) -> Section:
    """Return the section with notes, families that were skipped, settings and versions: equal results, equal pages."""
    families = find_families(result.kind)
    titles = {name: words(spec.title) for family in families.values() for name, spec in family.specs.items()}
    titles |= {name: words(family.title) for name, family in families.items()}
    settings = {words("seed of the evaluation"): result.random_state}
    if model is not None:
        summary = model.summary()
        settings |= {words("model"): summary["class"], **(summary.get("settings") or summary["params"])}
    view = {
        "notes": [words(note) for note in result.notes],
        "skipped": [(titles[name], words(reason)) for name, reason in result.skipped.items()],
        "settings": [(name, _write(value)) for name, value in settings.items()],
        "versions": list(result.versions.items()),
    }
    return Section("appendix", words("Notes and settings"), "", view)


def _write(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
