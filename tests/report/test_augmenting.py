"""The page of whether generated rows help: whole, escaped, and with the numbers that were found."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge

from tabgan import Augmenter, InputError
from tabgan.augmentation.gains import Gain
from tabgan.augmentation.words import say_verdict
from tabgan.report.augmenting import render_augmentation_report, write_augmentation_report
from tabgan.report.sections.gained import MOST_SHOWN, make_gains, make_learners, make_recalls, name_amount
from tabgan.report.words import Words
from tests.augmentation.conftest import make_found, make_gain, make_untried
from tests.report.conftest import NAMES
from tests.report.test_page import Page

HOSTILE = "</svg><script>alert('1')</script> {{ 7*7 }} {x}"
HELPS = make_gain(0.92, 0.02, 0.01)
EN = Words("en")


def render(found, learner="my model", target="kind", **options) -> str:
    return render_augmentation_report(found, learner=learner, target=target, **options)


def ids(page: str) -> list[str]:
    return [name for name in Page(page).values("id") if name not in ("theme", "tip", "content")]


def test_all_sections_are_there_and_the_verdict_is_that_of_the_words():
    found = make_found(HELPS, amount_=642, chosen_="3x")
    page = render(found)
    assert ids(page) == ["top", "gains", "learners", "recalls", "measured"]
    text = " ".join(Page(page).text)
    for said in say_verdict(found, "my model"):
        assert said in text
    for said in ("my model predicts kind", "214 rows", "9 features, judged by balanced accuracy in 10 folds"):
        assert said in text
    assert "Augmenter(estimator=LogisticRegression(), random_state=0).fit(X, y)" in text


@pytest.mark.parametrize(
    ("verdict", "level", "word"),
    [
        ("helps", "good", "Generated rows help"),
        ("harms", "poor", "Generated rows harm"),
        ("cannot tell", "unknown", "Cannot tell"),
    ],
)
def test_the_verdict_has_its_colour(verdict, level, word):
    gain = {"helps": HELPS, "harms": make_gain(0.88, -0.02, 0.01)}.get(verdict, make_gain(0.9, 0.0, 0.01))
    page = render(make_found(gain))
    assert f'<div class="verdict {level}">' in page
    assert re.search(f"</svg>\\s*{word}</p>", page)


def test_what_was_not_tried_has_no_pictures_and_numbers_no_classes():
    page = render(make_untried())
    assert ids(page) == ["top", "measured"]
    assert "was not tried" in page
    page = render(make_found(HELPS, estimator=Ridge(), recalls_=pd.DataFrame()))
    assert ids(page) == ["top", "gains", "learners", "measured"]
    assert "the number that the teacher says" in page


def test_numbers_on_the_page_are_those_that_were_found():
    found = make_found(HELPS, {"SMOTE": make_gain(0.91, 0.01, 0.03)}, amount_=642, chosen_="3x")
    rows = make_gains(found, EN).view["table"]
    assert [row[0] for row in rows[:3]] == ["amount chosen in other folds", "1x generated rows", "3x generated rows"]
    assert [row[0] for row in rows[3:]] == ["SMOTE", "no rows: the learner as it is", "no model: a guess"]
    gains = [found.gain_, *found.amounts_.values(), *found.rivals_.values()]
    for row, gain in zip(rows, gains, strict=True):
        assert float(row[1]) == pytest.approx(gain.score, abs=5e-4)
        if row[2] != "–":
            assert float(row[2]) == pytest.approx(gain.mean, abs=5e-4)
            assert [float(end) for end in row[3].split(" to ")] == pytest.approx([gain.low, gain.high], abs=5e-4)
        assert row[4] == str(gain.n_fits)
    learners = make_learners(found, EN).view["table"]
    assert [(row[0], row[1], row[2]) for row in learners] == [(n, "0.790 → 0.800", "+0.010") for n in found.learners_]
    shares = make_recalls(found, EN).view["table"]
    assert shares == [["no", "0.80", "0.81", "0.83"], ["yes", "0.60", "0.62", "–"]]
    page = render(found)
    for row in (*rows, *learners, *shares):
        assert all(cell in page for cell in row)


def test_one_amount_that_was_asked_for_has_one_line():
    found = make_found(HELPS, amount="200", amounts_={"200": HELPS}, amount_=200, chosen_=200)
    section = make_gains(found, EN)
    assert section.view["table"][0][0] == "200 generated rows"
    assert len(section.view["legend"]) == 3
    assert [str(name_amount(a)) for a in ("balance", "balance+200")] == [
        "classes filled up",
        "classes filled up, and 200",
    ]


def test_a_rival_that_is_the_learner_itself_has_no_line():
    found = make_found(HELPS, {"a random forest": make_gain(0.9, 0.0, 0.0), "SMOTE": make_gain(0.9, 0.0, 0.0)})
    names = [row[0] for row in make_gains(found, EN).view["table"]]
    assert "a random forest" not in names
    assert "SMOTE" in names


def test_names_are_text():
    recalls = pd.DataFrame({"no rows": 0.5, "1x": 0.6, "3x": 0.7}, index=[*NAMES, HOSTILE])
    found = make_found(HELPS, recalls_=recalls, scoring=HOSTILE, estimator=LogisticRegression(solver=HOSTILE))
    page = render(found, HOSTILE, HOSTILE)
    parsed = Page(page)
    assert parsed.tags["script"] == 1
    assert HOSTILE in "".join(parsed.text)
    assert "x" * 300 not in "".join(Page(re.sub("<title>.*?</title>", "", page)).text)
    assert not {name for _, name, _ in parsed.attributes if name.startswith("on") or name in ("src", "style")}
    assert "\x00" not in page


@pytest.mark.parametrize("scale", [1e-6, 1e-4, 1.0, 5.0, 1e5])
def test_pictures_are_well_formed_whatever_was_gained(scale):
    scaled = make_gain(0.9 + 0.02 * scale, 0.02 * scale, 0.01 * scale)
    rivals = {"SMOTE": Gain(0.9, 0.1, n_fits=1), "boosted trees": make_gain(-900.0, -901.0, 2000.0)}
    found = make_found(scaled, rivals, learners_={"boosted trees": Gain(), "a random forest": scaled})
    page = render(found)
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.get("aria-hidden") == "true" or (root.get("role") == "img" and root.get("aria-label"))
        assert not re.search(r'[ "(LMHV]-?(nan|inf)', picture)
        width = float((root.get("viewBox") or "0 0 20 20").split()[2])
        places = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", picture)]
        assert all(-8 <= place <= width + 8 for place in places)
    assert ("An arrow points to what lies outside the picture." in page) == (scale < 1e3)


def test_nothing_that_changes_makes_a_picture():
    flat = make_gain(0.9, 0.0, 0.0)
    same = {"amounts_": {"1x": flat}, "rivals_": {"no rows": flat}, "learners_": {"boosted trees": flat}}
    assert "nan" not in re.sub("<style>.*?</style>", "", render(make_found(flat, **same)), flags=re.DOTALL)


def test_of_many_classes_those_that_change_most_are_drawn():
    rng = np.random.default_rng(0)
    recalls = pd.DataFrame(rng.random((45, 3)), columns=["no rows", "1x", "3x"], index=[f"c{i:02}" for i in range(45)])
    section = make_recalls(make_found(HELPS, recalls_=recalls), EN)
    assert section is not None
    drawn = re.findall(r">(c\d\d)<", section.view["pictures"][0])
    changes = (recalls[["1x", "3x"]].sub(recalls["no rows"], axis=0)).abs().max(axis=1)
    assert set(drawn) == set(changes.nlargest(MOST_SHOWN).index)
    assert len(section.view["table"]) == 45
    assert "30 classes that change most" in section.view["left_out"]


@pytest.mark.translations
def test_chinese_pages_have_no_english_left():
    page = render(make_found(HELPS, {"a random forest": make_gain(0.94, 0.04, 0.01)}), "模型", "类别", lang="zh")
    text = " ".join(Page(re.sub("<(style|script|pre).*?</.*?>", "", page, flags=re.DOTALL)).text)
    for word in ("rows", "learner", "folds", "gain", "forest", "the ", "score", "better"):
        assert word not in text.replace("Inference for the Generalization Error", ""), word


def test_the_page_is_written_once_and_only_of_what_is_fitted(tmp_path):
    found, path = make_found(HELPS), tmp_path / "gains.html"
    write_augmentation_report(found, path, learner="my model", target="kind")
    assert path.read_bytes() == render(found).encode()
    with pytest.raises(InputError, match="exists and is kept"):
        write_augmentation_report(found, path, learner="my model", target="kind")
    write_augmentation_report(found, path, learner="my model", target="kind", lang="zh", overwrite=True)
    with pytest.raises(InputError, match="language is one of en, zh"):
        render(found, lang="fr")
    with pytest.raises(NotFittedError):
        render(Augmenter(Ridge()))
