"""What the page shows of what commands said and made."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("werkzeug")
from tabgan.ui.job import Course, Pace
from tabgan.ui.live import say_progress
from tabgan.ui.pages import find_words, view_job
from tabgan.ui.preview import MOST_READ, MOST_WHOLE, SHOWN, preview
from tabgan.ui.worker import Outcome


def make_job(state: str, **more) -> SimpleNamespace:
    given = {"outcomes": [], "progress": {}, "pace": Pace(), "course": Course(), "seconds": 7.0, "stop_asked": False}
    command = ["generate", "-n", "5"]
    return SimpleNamespace(step="rows", commands=[command], running=command, state=state, **given | more)


def test_how_fast_and_for_how_long_still():
    pace = Pace()
    for done, now in ((50, 9.0), (50, 9.0), (150, 11.0)):
        pace.hear(done, now)
    job = make_job("running", pace=pace, progress={"unit": "iteration", "done": 150, "total": 4000})
    assert say_progress(job, find_words("en")) == "iteration 150 of 4,000 · 50 per second · about 1:17 left"
    assert say_progress(job, find_words("zh")) == "第 150 次迭代，共 4,000 次 · 每秒 50 · 约剩 1:17"
    job.running = ["fit", "--max-seconds=60"]
    assert say_progress(job, find_words("en")).endswith("about 0:58 left")
    job.progress["unit"] = "score"  # of which some take much longer than others
    assert say_progress(job, find_words("en")) == "score 150 of 4,000"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Warning: choose with --sheet Pumps", "choose with “Sheet” Pumps"),
        ("警告：请用 --sheet Pumps 选择", "请用 “Sheet” Pumps 选择"),
        ("Warning: leave it out with --drop x, or --id x", "leave it out with “drop” x, or “id” x"),
        ("Warning: --no-sheet, --where and a--sheet", "--no-sheet, --where and a--sheet"),
    ],
)
def test_messages_call_options_as_the_page_calls_their_fields(application, said, shown):
    job = make_job("done", outcomes=[Outcome(0, "", f"3 of 9\n{said}\n")])
    assert view_job(application.session, job, find_words("en"))["commands"][0]["notes"] == [shown]


@pytest.mark.parametrize(("state", "shown"), [("stopped", []), ("failed", ["it broke"])])
def test_what_was_stopped_is_no_error(application, state, shown):
    job = make_job(state, outcomes=[Outcome(130, "", "Error: it broke")])
    assert view_job(application.session, job, find_words("en"))["commands"][0]["errors"] == shown


def test_of_many_rows_the_first_are_read(tmp_path):
    (path := tmp_path / "rows.csv").write_text("a,b\n" + "1,x y\n" * MOST_READ, encoding="utf-8")
    seen = preview(path)
    assert (seen["names"], seen["rows"]) == (["a", "b"], [["1", "x y"]] * SHOWN)
    assert (tmp_path / "first.csv").stat().st_size <= MOST_READ
    with (path := tmp_path / "rows.parquet").open("wb") as file:
        file.truncate(MOST_WHOLE + 1)
    assert preview(path) == {"names": [], "rows": []}
