"""What `tabgan augment` prints of what rows gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabgan.cli import options
from tabgan.cli.showing import append_summary, show
from tabgan.report.shown import Rows, Said
from tabgan.tables.places import STREAM

if TYPE_CHECKING:
    from tabgan.augmentation.augmenter import Augmenter
    from tabgan.augmentation.gains import Gain
    from tabgan.augmentation.supervised import Supervised


def tell_gains(
    problem: Supervised, model: Augmenter, written: int, output: Path | str, report: Path | None, given: dict[str, Any]
) -> None:
    """Print what was found, for people or for machines."""
    from tabgan.augmentation.rivals import LEARNER_NAMES
    from tabgan.augmentation.words import say_verdict

    said = [str(sentence) for sentence in say_verdict(model, LEARNER_NAMES[given["learner"]])]
    if given["as_json"]:
        options.print_json(_summary(problem, model, said, output, report) | {"written": written})
    parts = format_gains(model, said)
    append_summary(given["github_summary"], f"tabgan augment: {problem.target}", parts)
    if not (given["quiet"] or given["as_json"]):
        if model.amount_:
            rows = len(problem.table)
            spread = f", as {written:,} with weights" if written != model.amount_ else ""
            parts += [f"{rows:,} real rows and {model.amount_:,} generated ones{spread}: {output}"]
        show(*parts, *([f"report: {report}"] if report else []), err=output == STREAM)


def format_gains(model: Augmenter, said: Sequence[str]) -> list[str | Rows]:
    """Return what was found of generated rows, as texts and tables."""
    from tabgan.augmentation.words import name_score
    from tabgan.report.augmenting import LEVELS

    tables = ["", *_tabulate(model, str(name_score(model))), ""] if model.rivals_ else []
    return [*tables, Said(said[0], LEVELS[model.verdict_]), *said[1:]]


def _tabulate(model: Augmenter, score: str) -> list[str | Rows]:
    """Return all that was tried, with gains and intervals, and what other learners gain."""
    from tabgan.augmentation.trials import BARE

    ours = [(f"with generated rows: {name}", gain) for name, gain in model.amounts_.items()]
    others = [(name, gain) for name, gain in model.rivals_.items() if name == BARE or not _is_itself(gain)]
    gains = [_line(name, gain) for name, gain in (*ours, *others)]
    tried = Rows(["", score, "gain", "95% interval"], gains, ours=True)
    most = list(model.amounts_)[-1]
    learners = [_line(name, gain) for name, gain in model.learners_.items()]
    return [tried, "", Rows([f"learners with rows: {most}", score, "gain", "95% interval"], learners, ours=True)]


def _is_itself(gain: Gain) -> bool:
    """Whether a choice is no other than to add no rows, as the learner's own name among the rivals is."""
    return gain.mean == gain.low == gain.high == 0


def _line(name: str, gain: Gain) -> list[str]:
    from tabgan.augmentation.words import write_numbers

    mean, low, high = write_numbers(gain.mean, gain.low, gain.high, sign=True)
    told = ["", ""] if _is_itself(gain) else [mean, f"{low} to {high}"]
    return [name, write_numbers(gain.score)[0], *told]


def _summary(
    problem: Supervised, model: Augmenter, said: list[str], output: Path | str, report: Path | None
) -> dict[str, Any]:
    def plain(gains: dict[str, Gain]) -> dict[str, Any]:
        return {name: {k: None if v != v else v for k, v in asdict(gain).items()} for name, gain in gains.items()}

    return {
        "target": str(problem.target),
        "task": "classes" if problem.n_classes else "numbers",
        "rows": len(problem.table),
        "verdict": model.verdict_,
        "amount": model.amount_,
        "asked": model.chosen_,
        "gain": plain({"gain": model.gain_})["gain"],
        "amounts": plain(model.amounts_),
        "rivals": plain(model.rivals_),
        "learners": plain(model.learners_),
        "said": said,
        "output": str(output) if model.amount_ else None,
        "report": report and str(report),
        "seed": model.seed_,
    }
