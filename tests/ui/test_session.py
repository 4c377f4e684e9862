"""From a table to rows by forms; each step is a command that is shown as it was run."""

from __future__ import annotations

import shlex
from datetime import date, timedelta

import pytest

from tabgan.cli.language import translate_to
from tabgan.progress import watched
from tabgan.ui.commands import Choices, Tables, evaluate, fit, split
from tabgan.ui.session import Speech
from tests.ui.conftest import make_table

ALL = {f"keep-{place}": "on" for place in range(4)}


@pytest.fixture
def learned(visitor, small_sieve):
    """A visitor who has a model of a table whose name is awkward."""
    visitor.upload(make_table(), "cancer cells.csv")
    visitor.post("/columns", {**ALL, "kind-0": "continuous", "keep-1": "", "label": "3"})
    visitor.post("/learn", {"keep-aside": "1", "iterations": "60", "seed": "3"})
    assert visitor.session.job.state == "done", visitor.session.job.outcomes
    return visitor


def test_each_step_is_the_command_that_is_shown(learned):
    conditions = {"column-0": "0", "operator-0": ">", "value-0": "12"}
    learned.post("/rows", {"n": "40", "suffix": ".csv", "balance": "2", **conditions})
    learned.post("/look")
    assert learned.session.job.state == "done", learned.session.job.outcomes
    assert "The first of 40 rows" in learned.see("/rows").text
    assert learned.see("/files/rows.csv").text.count("\n") == 41
    assert learned.see("/files/cancer%20cells-train.csv").status_code == 404
    shown = [shlex.split(line) for line in learned.session.log]
    called = learned.session.called
    assert shown == [["tabgan", *(called.get(a, a) for a in ran)] for ran in learned.session.worker.ran]
    assert [line[1] for line in shown] == ["schema", "schema", "split", "fit", "generate", "evaluate"]
    fit = ["cancer cells-train.csv", "--drop=mean_texture", "--continuous=mean_radius", "--label=diagnosis"]
    assert shown[3][2:6] == fit
    assert shown[4][4:8] == ["--where", "mean_radius>12", "--balance=diagnosis", "-o"]
    assert shlex.join(shown[3]) in learned.see("/learn").text.replace("&#39;", "'")


def test_the_curves_of_a_fit_are_those_of_its_model(learned):
    from tabgan.synthesizers.stored_rows import load_rows

    history, course = load_rows(learned.session.folder / "model.tabgan").history_, learned.session.job.course
    assert course.checks == [tuple(check) for check in history.distance]
    at, means, _, generators = zip(*course.points, strict=True)
    counted = [b - a for a, b in zip([0, *at], at, strict=False)]
    whole = sum(n * mean for n, mean in zip(counted, means, strict=True))
    assert whole == pytest.approx(history.critic_loss.sum(), rel=1e-4)
    assert learned.see("/learn").text.count("<figure>") == 3
    assert len(set(generators)) == len(at)


@pytest.mark.parametrize(("spoken", "lang", "asked"), [("en", "zh", "zh"), ("zh", "en", "en"), ("zh", "zh", "")])
def test_commands_speak_the_language_of_the_page(visitor, spoken, lang, asked):
    visitor.session.speech = Speech(spoken, translate_to)
    visitor.see(f"/table?lang={lang}")
    refused = visitor.upload(b"MZ", "no.exe").text
    visitor.upload(b"", "empty.csv")
    assert visitor.session.log[-1].partition("--lang=")[2] == asked
    page = visitor.see("/table").text
    assert "Error: " not in page
    said = {"zh": ("empty.csv 是空文件", "没有这样的后缀"), "en": ("empty.csv is empty", "no.exe has none")}[lang]
    assert (said[0] in page, said[1] in refused) == (True, True)
    said = {"zh": "没有这份报告", "en": "there is no such report"}[lang]
    assert said in visitor.see("/seen/judge").text
    assert {"zh": "没有这个页面", "en": "there is no such page"}[lang] in visitor.see("/nothing").text


def test_a_form_is_shown_as_it_was_filled_in_until_the_next_table(visitor):
    visitor.upload(make_table(), "t.csv")
    visitor.post("/table", {"missing": "n.a.", "dates": "dayfirst", "header": "no-header"})
    page = visitor.see("/table").text
    for shown in ('name="missing" value="n.a."', '"dayfirst" selected', 'value="no-header" checked', "open>"):
        assert shown in page
    visitor.upload(make_table(1), "u.csv")
    assert 'name="missing" value=""' in visitor.see("/table").text


def test_what_came_of_later_steps_is_void_when_an_earlier_one_is_repeated(visitor):
    visitor.upload(make_table(), "t.csv")
    visitor.post("/columns", ALL)
    visitor.session.ended["learn"] = visitor.session.job
    assert visitor.see("/rows").status_code == 200
    visitor.post("/columns", ALL)
    assert visitor.session.reached == 3
    assert visitor.see("/files/model.tabgan").status_code == 404
    assert visitor.see("/rows").headers["Location"] == "/learn"


def test_a_series_is_forecast_beside_the_steps(visitor):
    assert visitor.see("/forecast").headers["Location"] == "/table"
    days = "\n".join(f"{date(2024, 1, 1) + timedelta(day)},{day % 7},{day % 5}" for day in range(120))
    visitor.upload(f"day,flow,rain\n{days}\n".encode(), "pump a.csv")
    visitor.post("/forecast", {"horizon": "3", "variant": "linear"})
    assert "required" in visitor.see("/forecast").text
    assert visitor.session.job.state == "failed"
    asked = {"target": "1", "factor-1": "1", "factor-2": "1", "time": "0", "horizon": "3", "variant": "linear"}
    visitor.post("/forecast", asked)
    assert visitor.session.job.state == "done", visitor.session.job.outcomes
    columns = ["--target=flow", "--factors=rain", "--time=day"]
    assert shlex.split(visitor.session.log[-1])[1:8] == [
        "forecast",
        "pump a.csv",
        *columns,
        "--horizon=3",
        "--variant=linear",
    ]
    assert visitor.see("/seen/forecast").text.startswith("<?xml")
    assert visitor.see("/files/forecast.csv").text.count("\n") == 4
    visitor.post("/columns", {"keep-1": "on"})
    assert "/seen/forecast" in visitor.see("/forecast").text
    visitor.upload(make_table(1), "t.csv")
    assert visitor.see("/seen/forecast").status_code == 404


def test_a_number_that_others_shall_predict_is_a_target(visitor):
    visitor.upload(make_table(), "t.csv")
    for place, chosen in {"0": Choices({}, [], target="mean_radius"), "3": Choices({}, [], label="diagnosis")}.items():
        visitor.post("/columns", {**ALL, "label": place})
        assert visitor.session.choices == chosen
    tables = Tables("t.csv", "t-train.csv", "t-test.csv", is_split=True)
    number = Choices(target="x y")
    assert fit(tables, number, {}) == ["fit", "t-train.csv", "--target=x y", "-o", "model.tabgan", "--overwrite"]
    assert split(tables, number) == ["split", "t.csv", "--overwrite"]
    assert "--target=x y" in evaluate(tables, number, "rows.csv")


def test_a_part_of_a_table_has_nothing_beside_it_any_more():
    read = ("--sheet=2", "--decimal=comma")
    assert Tables("a.xlsx", "b.xlsx", "c.xlsx", read, is_split=False).read_as_learned() == list(read)
    assert Tables("a.xlsx", "b.xlsx", "c.xlsx", read, is_split=True).read_as_learned() == ["--decimal=comma"]


def test_a_broken_file_is_told_and_can_be_replaced(visitor):
    visitor.upload(b"\x00\x01\x02" * 50, "broken.csv")
    assert visitor.session.job.state == "failed"
    page = visitor.see("/table").text
    assert 'class="finding poor"' in page
    assert "broken.csv" in page
    assert visitor.see("/columns").headers["Location"] == "/table"
    assert "no.exe" in visitor.upload(b"MZ", "no.exe").text
    visitor.upload(b"a;b\n1,5;2\n2,5;3\n", "fine.csv")
    assert [column["kind"] for column in visitor.session.found] == ["continuous", "integer"]
    visitor.post("/table", {"header": "no-header", "dates": "monthfirst", "matrix": "--sheet", "missing": "b"})
    assert len(visitor.session.found) == 2
    assert visitor.session.log[-1].endswith("--missing=b --no-header --monthfirst --json")


def test_a_column_that_cannot_be_learned_is_left_out_unless_it_is_wanted(visitor):
    rows = "\n".join(f"word number {i} of many,{i * i},1" for i in range(60))
    visitor.upload(f"text,x,one\n{rows}\n".encode(), "t.csv")
    kinds = [column["kind"] for column in visitor.session.found]
    assert kinds[0] in ("drop", "id")
    assert list(visitor.session.choices.dropped) == ["text"] * (kinds[0] == "drop")


def test_names_of_columns_are_only_shown(visitor):
    name = '<img src=x onerror=alert(1)>","--where'
    visitor.upload(f'"{name.replace(chr(34), chr(34) * 2)}",b\n'.encode() + b"1,2\n3,4\n5,6\n" * 9, "t.csv")
    page = visitor.see("/columns").text
    assert "<img" not in page
    assert "&lt;img" in page
    visitor.post("/columns", {"keep-1": "on"})
    assert visitor.session.job.state == "done", visitor.session.job.outcomes
    assert [column["name"] for column in visitor.session.columns] == ["b"]


def test_a_form_for_a_table_that_is_gone_changes_nothing(visitor):
    visitor.upload(make_table(), "first.csv")
    visitor.upload(make_table(1), "second.csv")
    answer = visitor.post("/columns", {"revision": "1", **ALL})
    assert answer.status_code == 409
    assert "another tab" in answer.text
    assert len(visitor.session.log) == 2


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"suffix": ".exe"}, ".exe"),
        ({"column-0": "99"}, "99"),
        ({"column-0": "0", "operator-0": "|"}, "comparison"),
        ({"balance": "-1"}, "-1"),
    ],
)
def test_a_form_that_no_page_has_is_refused(visitor, form, said):
    visitor.upload(make_table(1), "t.csv")
    answer = visitor.post("/rows", {"n": "5", **form})
    assert answer.status_code == 409
    assert said in answer.text
    assert len(visitor.session.log) == 1


def test_who_watches_hears_what_commands_measure(capsys):
    from tabgan.progress import Progress

    heard = []
    with watched(heard.append), Progress(10, "row") as progress:
        progress.update(5, "a note", loss=0.5)
    Progress(10, "row").update(6)
    assert heard == [{"unit": "row", "done": 5, "total": 10, "loss": 0.5}]
