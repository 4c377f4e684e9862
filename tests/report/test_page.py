"""The page: whole, self-contained, translated, and deaf to what names and levels say."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import asdict
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, WGANGPSynthesizer, evaluate, evaluation
from tabgan.augmentation import words as augmentation_words
from tabgan.augmentation.rivals import GUESS, LEARNER_NAMES
from tabgan.augmentation.words import CHANGED
from tabgan.evaluation.closeness import Memorisation
from tabgan.evaluation.scores import find_families
from tabgan.evaluation.series.making import NAMES
from tabgan.evaluation.verdict import ROWS, SERIES
from tabgan.gan.history import Conclusion, Status
from tabgan.report.augmenting import SHORT, render_gains
from tabgan.report.catalogue import read_catalogue
from tabgan.report.page import render_page, render_report, write_report
from tabgan.report.sections import gained, measured
from tabgan.report.words import Words
from tabgan.synthesizers.resolve import resolve_settings
from tests.augmentation.conftest import make_found, make_gain, make_untried
from tests.report.conftest import make_series_frame, make_series_result

SAYING = (augmentation_words, gained, measured)
"""Modules outside of the evaluation that say something."""
MANY_CLASSES = pd.DataFrame({"no rows": 0.5, "1x": 0.6, "3x": 0.7}, index=range(45))
SECTIONS = ["scores", "marginals", "dependence", "embedding"]
SECTIONS += ["combinations", "rules", "digits", "detection", "coverage", "utility", "predictability", "privacy"]
SECTIONS += ["training", "appendix"]
MADE_UP = re.compile(
    r"what \w+ tells|\{f\} in words|a summary of all|a note|too few rows|^[a-z]+_[a-z0-9]+$|"
    "^(pairs|pearson|digits|detection|recall|coverage|predictability|tstr)$"
)


class Page(HTMLParser):
    """Elements, texts and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[int] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data):
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]


@pytest.fixture(scope="module")
def model(history):
    settings = resolve_settings(WGANGPSynthesizer().get_params(), 500)
    summary = {"class": "WGANGPSynthesizer", "settings": asdict(settings)}
    close = Memorisation(True, 0.9, 0.1, None, None, 0.0, 0.0)
    return SimpleNamespace(history_=history, memorisation_=close, summary=lambda: summary)


@pytest.fixture(scope="module")
def hostile_page(hostile_result, model) -> str:
    return render_report(hostile_result, model=model)


@pytest.fixture(scope="module")
def wide_page(wide_result) -> str:
    return render_report(wide_result, lang="zh")


def test_every_section_is_there_and_links_lead_to_places(hostile_page):
    page = Page(hostile_page)
    ids = page.values("id")
    assert [name for name in ids if name in SECTIONS] == SECTIONS
    assert len(ids) == len(set(ids))
    links = [value for tag, name, value in page.attributes if name == "href"]
    assert links
    assert {link[1:] for link in links} <= set(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)?(-\d+)?", name) for name in ids)  # never made of names of columns


def test_headings_are_in_order(hostile_page):
    headings = Page(hostile_page).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(headings))


def test_nothing_is_loaded_and_only_our_script_runs(hostile_page):
    page = Page(hostile_page)
    assert page.tags["script"] == 1
    assert not page.tags.keys() & {"img", "link", "iframe", "object", "embed", "audio", "video", "base", "form"}
    assert not {
        name for _, name, _ in page.attributes if name.startswith("on") or name in ("src", "style", "xlink:href")
    }
    assert "url(" not in hostile_page
    assert "@import" not in hostile_page
    policy = page.values("content")[0]
    assert policy.startswith("default-src 'none'")
    for name in ("style", "script"):
        inside = re.search(f"<{name}>(.*?)</{name}>", hostile_page, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_names_and_levels_are_text(hostile_page, hostile_table):
    page = Page(hostile_page)
    names = [value for tag, name, value in page.attributes if (tag, name) == ("article", "data-name")]
    assert sorted(names) == sorted(str(name).replace("\x00", "\ufffd") for name in hostile_table)
    text = "".join(page.text)
    assert "<script>alert(1)</script>" in text
    assert "{{ 7*7 }} {count} {% raw %}" in text
    assert "</svg><script>alert(2)</script>" in "".join(page.values("data-tip"))
    seen = re.sub("<title>.*?</title>", "", hostile_page)
    assert "x" * 300 not in "".join(Page(seen).text)  # names are shortened in view, with all of them in titles
    assert "x" * 500 in page.values("title")


def test_pictures_are_well_formed_and_say_what_they_are(hostile_page, wide_page):
    for page in (hostile_page, wide_page):
        pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        assert len(pictures) > 30
        for picture in pictures:
            root = ElementTree.fromstring(picture)
            assert root.get("aria-hidden") == "true" or (root.get("role") == "img" and root.get("aria-label"))
            assert not re.search(r'[ "(LMHV](nan|inf)', picture)


def test_many_columns_are_folded_and_matrices_show_the_worst(wide_page, wide_result):
    page = Page(wide_page)
    assert page.values("lang") == ["zh-CN"]
    assert 'id="folded"' in wide_page
    shown, folded = wide_page.split('id="folded"')
    assert (shown.count('class="card"'), folded.count('class="card"')) == (24, len(wide_result.tables.features) - 24)
    sizes = {len(json.loads(names)) for names in page.values("data-names")}
    assert sizes == {60}
    assert 'id="utility"' not in wide_page
    assert len(wide_page.encode()) < 3_000_000


def test_the_models_own_ratio_is_shown_with_its_interval(hostile_page):
    assert "distance ratio 0.90, 95% interval 0.70 to 1.10" in hostile_page


def test_a_few_scores_of_one_column_make_a_page():
    rng = np.random.default_rng(0)
    result = evaluate(rng.normal(size=(60, 1)), rng.normal(size=(60, 1)), only=["marginals"])
    page = render_report(result)
    assert [name for name in Page(page).values("id") if name in SECTIONS] == ["scores", "marginals", "appendix"]


class Recorder(dict):
    """A catalogue that knows which translations it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, key, default=None):
        self.asked.add(key)
        return default


def written_phrases() -> set[str]:
    """The templates of all phrases in the code of evaluations, and what families and scores are called."""
    families = [*find_families().values(), *find_families("series score").values()]
    found = {said for f in families for said in (f.title, f.question, f.said or f.name, f.caution) if said}
    found |= {said for f in families for spec in f.specs.values() for said in (spec.title, spec.meaning)}
    found |= {said for sentences in (ROWS, SERIES) for said in list(vars(sentences).values())[1:]} | {*NAMES.values()}
    found |= {*CHANGED, *CHANGED.values(), *LEARNER_NAMES.values(), GUESS, *SHORT.values()}
    for path in (*Path(evaluation.__file__).parent.rglob("*.py"), *(Path(room.__file__) for room in SAYING)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase":
                found |= {part.value for part in node.args if isinstance(part, ast.Constant)}
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "template":
                found |= {node.value.value} if isinstance(node.value, ast.Constant) else set()
    return found


@pytest.mark.translations
def test_all_is_translated(hostile_result, wide_result, series_result, model):
    catalogue = Recorder()
    held = make_series_result(make_series_frame(900, 0), make_series_frame(400, 1), make_series_frame(400, 2))
    for result in (hostile_result, wide_result, series_result, held):
        render_page(result, Words("zh", catalogue), model)
    for found in (make_found(make_gain(0.92, 0.02, 0.01), recalls_=MANY_CLASSES), make_untried()):
        render_gains(found, "my model", "kind", Words("zh", catalogue))
    asked = catalogue.asked | written_phrases() | {*Status.__args__, *Conclusion.__args__}
    known = read_catalogue("zh")
    lacking = {template for template in asked if not MADE_UP.search(template)} - known.keys()
    unused = known.keys() - asked - {"{count:,} rows", "not defined for these rows"}
    assert not lacking, "\n".join(["zh.json lacks:", *sorted(lacking)])
    assert not unused, "\n".join(["zh.json has what no page says:", *sorted(unused)])


def test_translations_have_the_values_of_their_texts():
    for template, translation in read_catalogue("zh").items():
        fields = [
            sorted((name, spec) for _, name, spec, _ in Formatter().parse(t) if name) for t in (template, translation)
        ]
        assert fields[0] == fields[1], template


@pytest.mark.translations
def test_chinese_pages_have_no_english_left(wide_page):
    text = " ".join(Page(re.sub("<(style|script)>.*?</.*?>", "", wide_page, flags=re.DOTALL)).text)
    for word in ("synthetic", "real rows", "better", "columns", "variance", "worst"):
        assert word not in text


def test_the_page_is_written_once_and_the_same_each_time(tmp_path, wide_result):
    path = tmp_path / "report.html"
    write_report(wide_result, path)
    assert path.read_bytes() == render_report(wide_result).encode()
    with pytest.raises(InputError, match="exists and is kept"):
        write_report(wide_result, path)
    write_report(wide_result, path, lang="zh", overwrite=True)
    with pytest.raises(InputError, match="language is one of en, zh"):
        write_report(wide_result, path, lang="fr")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_text_has_contrast_in_both_themes(hostile_page):
    themes = [
        dict(re.findall(r"--([a-z-]+): (#\w{6})", block))
        for block in re.findall(r"\{[^{}]*--page: [^{}]*\}", hostile_page)
    ]
    assert len(themes) == 4  # light, dark by preference, dark by choice, paper
    for theme in themes:
        pairs = [(ink, back) for ink in ("ink", "soft", "real", "synthetic-ink", "link") for back in ("page", "card")]
        pairs += [(level, f"{level}-back") for level in ("good", "fair", "poor")] + [("ink", "good-back")]
        for ink, back in pairs:
            light, dark = sorted([_luminance(theme[ink]), _luminance(theme[back])], reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, back)
