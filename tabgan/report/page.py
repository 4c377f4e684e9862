"""An evaluation as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tabgan.evaluation.result import EvaluationResult
from tabgan.evaluation.scored import ScoredResult
from tabgan.evaluation.series.pictured.sides import make_sides
from tabgan.evaluation.series.series_result import SeriesEvaluationResult
from tabgan.files import replacing
from tabgan.palette import to_css
from tabgan.report.sections.columns import make_dependence, make_embedding, make_marginals
from tabgan.report.sections.origin import make_appendix, make_training
from tabgan.report.sections.over_time import make_along, make_memory, make_stretches, make_together, make_windows
from tabgan.report.sections.scores import Section, make_families, make_scores, show_finding
from tabgan.report.words import Words
from tabgan.text import clean

if TYPE_CHECKING:
    from tabgan.persistence import Model


def write_report(
    result: ScoredResult,
    path: str | os.PathLike[str],
    *,
    lang: str = "en",
    model: Model | None = None,
    overwrite: bool = False,
) -> None:
    """Write an evaluation as one HTML file, which loads nothing from elsewhere.

    Parameters
    ----------
    result : EvaluationResult or SeriesEvaluationResult
        What `evaluate` or `evaluate_series` returned.
    path : str or path-like
        The file.
    lang : {"en", "zh"}, default "en"
        The language of the page.
    model : BaseSynthesizer, optional
        The model that made the rows; its settings are shown, and the curves of its training if it has some.
    overwrite : bool, default False
        Whether a file that exists is replaced.

    Raises
    ------
    InputError
        An unknown language; a file that exists or cannot be written.
    """
    page = render_report(result, lang=lang, model=model)
    with replacing(path, overwrite) as beside:
        beside.write_bytes(page.encode("utf-8"))


def render_report(result: ScoredResult, *, lang: str = "en", model: Model | None = None) -> str:
    """Return the HTML that `write_report` writes.

    Examples
    --------
    >>> import numpy as np
    >>> from tabgan import evaluate
    >>> rng = np.random.default_rng(0)
    >>> page = render_report(evaluate(rng.normal(size=(60, 2)), rng.normal(size=(60, 2)), only=["marginals"]))
    >>> page[:15], "http://" in page.replace("http://www.w3.org/2000/svg", "")
    ('<!doctype html>', False)
    """
    return render_page(result, Words(lang), model)


def render_page(result: ScoredResult, words: Words, model: Model | None = None) -> str:
    """Return the HTML in the words given."""
    if isinstance(result, SeriesEvaluationResult):
        return fill_page(_open_series(result, words), _find_series_sections(result, words, model), words)
    assert isinstance(result, EvaluationResult)
    sections = [
        make_scores(result, words),
        make_marginals(result, words),
        make_dependence(result, words),
        make_embedding(result, words),
        *make_families(result, words),
        make_training(model, words),
        make_appendix(result, model, words),
    ]
    return fill_page(_make_opening(result, words), sections, words)


def _find_series_sections(result: SeriesEvaluationResult, words: Words, model: Model | None) -> list[Section | None]:
    sides = make_sides(result.series)
    return [
        make_scores(result, words),
        make_stretches(sides, words),
        make_memory(sides, words),
        make_together(sides, words),
        make_windows(sides, words, result.random_state),
        make_along(sides, list(result.family("drift").values()), words),
        *make_families(result, words),
        make_training(model, words),
        make_appendix(result, model, words),
    ]


def fill_page(opening: dict[str, Any], sections: Sequence[Section | None], words: Words) -> str:
    """Return the HTML of an opening and sections, those that are None left out."""
    environment = Environment(
        loader=PackageLoader("tabgan.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = Markup(to_css()) + _read("page.css"), _read("page.js")
    page = environment.get_template("page.html.j2").render(
        t=words,
        lang=words.tag,
        opening=opening,
        sections=[section for section in sections if section is not None],
        style=style,
        script=script,
        policy=f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'",
    )
    return clean(page)


def _make_opening(result: EvaluationResult, words: Words) -> dict[str, Any]:
    """What was compared, and the verdict."""
    tables = result.tables
    if tables.has_holdout:
        template = "{synthetic:,} synthetic rows against {reference:,} real rows that were not learned"
    else:
        template = "{synthetic:,} synthetic rows against {reference:,} real rows, a half of the real table"
    return _show_verdict(result, words) | {
        "title": words("Synthetic rows beside real ones"),
        "compared": words(template, synthetic=len(tables.synthetic), reference=len(tables.reference)),
        "learned": words("{count:,} real rows were learned", count=len(tables.train)),
        "columns": words("{count:,} columns", count=len(tables.features)),
        "balance": words(tables.balance) if tables.balance else "",
    }


def _open_series(result: SeriesEvaluationResult, words: Words) -> dict[str, Any]:
    """What was compared, and the verdict, of series."""
    series = result.series
    if series.has_holdout:
        template = (
            "{judged:,} synthetic windows of {window} steps against {reference:,} real ones that were not learned"
        )
    else:
        template = "{judged:,} synthetic windows of {window} steps against {reference:,} of other blocks of time"
    counts = {"judged": len(series.synthetic.windows), "reference": len(series.reference.windows)}
    return _show_verdict(result, words) | {
        "title": words("Synthetic series beside real ones"),
        "compared": words(template, window=series.window, **counts),
        "learned": words("{count:,} real steps were learned", count=sum(map(len, series.train.stretches))),
        "columns": words("{count:,} channels", count=len(series.names)),
    }


def _show_verdict(result: ScoredResult, words: Words) -> dict[str, Any]:
    verdict = result.verdict
    findings = [show_finding(finding, words, result.kind) for finding in verdict.findings]
    return {"level": verdict.level, "summary": words(verdict.summary), "findings": findings} | {
        "balance": "",
        "word": "",
        "more": [],
    }


def _read(name: str) -> Markup:
    return Markup((files("tabgan.report") / "templates" / name).read_text(encoding="utf-8"))


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
