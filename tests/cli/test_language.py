"""The command line speaks Chinese where that is asked for, and what is for programs stays as it is."""

from __future__ import annotations

import io
import json
import sys

import click
import pytest

from tabgan.cli.language import ask_language, read_templates, speaking, translate
from tabgan.cli.main import main
from tabgan.cli.showing import show
from tabgan.cli.templates import Templates
from tabgan.cli.terminal import shown_streams
from tabgan.report.shown import Rows
from tabgan.text import measure
from tests.conftest import ROOT

DATA = str(ROOT / "data" / "breast_cancer.csv")


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


@pytest.mark.parametrize(
    ("arguments", "surroundings", "lang"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_TW.UTF-8", "LC_ALL": "", "LC_MESSAGES": "en_GB"}, "en"),
        ([], {"LANG": "C", "LC_MESSAGES": "zh"}, "zh"),
        (["fit", "--lang", "zh"], {}, "zh"),
        (["--lang=en", "fit"], {"LANG": "zh_CN"}, "en"),
        (["fit", "--lang", "de"], {}, "en"),
        (["fit", "--lang"], {}, "en"),
    ],
)
def test_the_option_wins_over_the_surroundings(monkeypatch, arguments, surroundings, lang):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert ask_language(arguments) == lang


def test_errors_and_what_is_wrong_with_options_are_said_in_it(tabgan_command, chinese):
    assert (
        tabgan_command("fit", "none.csv").stderr == "错误：无法读取 none.csv：没有这个文件或文件夹；请检查名称和位置\n"
    )
    assert "错误：没有选项 --foo" in tabgan_command("fit", "--foo").stderr.replace("'", "")
    assert "用法：" in tabgan_command("fit").stderr
    assert tabgan_command("fit", "none.csv", "--lang", "en").stderr.startswith("Error: cannot read none.csv")


def test_a_file_of_options_may_ask_for_it(tabgan_command, tmp_path):
    (tmp_path / "mine.toml").write_text('lang = "zh"\n')
    assert tabgan_command("fit", "none.csv", "--config", "mine.toml").stderr.startswith("错误：无法读取")
    assert tabgan_command("fit", "none.csv").stderr.startswith("Error: cannot read")  # the next one in this process


def test_results_are_said_in_it_but_not_those_for_programs(tabgan_command, chinese):
    said = tabgan_command("split", DATA, "-o", "a.csv", "b.csv")
    assert "569 行 × 10 列，随机划分（随机种子 0）\n用于学习：    379 行，a.csv\n" in said.stdout
    told = tabgan_command("split", DATA, "-o", "c.csv", "d.csv", "--json").stdout
    assert json.loads(told)["train"] == {"file": "c.csv", "rows": 379}
    plain = tabgan_command("split", DATA, "-o", "c.csv", "d.csv", "--json", "--overwrite", "--lang", "en").stdout
    assert told == plain


def test_warnings_are_said_in_it(tabgan_command, tmp_path, chinese):
    (tmp_path / "gaps.csv").write_text("a,b\n" + "".join(f"{i % 7 + 0.5},\n" for i in range(60)))
    assert "警告：列 'b' 中没有任何值" in tabgan_command("fit", "gaps.csv", "--dry-run").stderr


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "错误"), ("gbk", "错误"), ("ascii", "Error"), ("cp1252", "Error")]
)
def test_a_stream_that_cannot_write_it_gets_english(monkeypatch, encoding, said):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding))
    with shown_streams(), speaking("zh"):
        click.echo("Error: cannot read none.csv: Permission denied; check its name and place", err=True)
    assert raw.getvalue().decode("utf-8" if encoding == "ascii" else encoding).startswith(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("row 5/9 | 3/s | 0:01 left       ", "行 5/9 | 每秒 3 | 还需 0:01"),
        ("iteration 50/90 | 8/s | 0:05 left | critic lo", "迭代 50/90 | 每秒 8 | 还需 0:05"),  # cut by the terminal
        (
            "iteration 50/90 | 8/s | 0:05 left | critic loss -0.1234",
            "迭代 50/90 | 每秒 8 | 还需 0:05",
        ),  # wider in Chinese
        ("      ", ""),
    ],
)
def test_a_line_of_progress_fits_and_covers_the_one_before(monkeypatch, line, said):
    raw = io.BytesIO()
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, "utf-8"))
    with shown_streams(), speaking("zh"):
        sys.stderr.write("\r" + line)
    written = raw.getvalue().decode()
    assert written.rstrip() == f"\r{said}".rstrip()
    assert measure(written[1:]) == 49


def test_a_line_of_progress_in_a_log_may_end_with_what_is_not_translated(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, "utf-8"))
    with shown_streams(), speaking("zh"):
        sys.stderr.write("score 3/9 | 2/s | 0:03 left | marginals: real\n")
        sys.stderr.write("dwt-pca-lstm epoch 2/6 | 1/s | 0:05 left | error 0.742\n")
    assert raw.getvalue().decode().splitlines() == [
        "评分 3/9 | 每秒 2 | 还需 0:03 | marginals: real",
        "dwt-pca-lstm 轮 2/6 | 每秒 1 | 还需 0:05 | 误差 0.742",
    ]


def test_words_in_cells_that_are_ours_are_translated(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "utf-8"))
    table = Rows(["learners with rows: 3x", "gain"], [["a random forest", "-0.002 to +0.001"]], ours=True)
    with shown_streams(), speaking("zh"):
        show(table, Rows(["gain", "mine"], [["a random forest", "5"]]))
        show(Rows(["column", "learned as"], [["not learned", "not learned"]], ours=["learned as"]))
    assert raw.getvalue().decode().split() == [
        *("各学习器，加入行：3x", "增益", "随机森林", "-0.002", "到", "+0.001"),
        *("gain", "mine", "a", "random", "forest", "5"),
        *("列", "学习方式", "not", "learned", "不学习"),
    ]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("a.toml", "值无效（第 1 行第 5 列）"),
        ("a.json", "这里应有一个值（第 1 行第 1 列，第 0 个字符）"),
    ],
)
def test_what_parsers_say_is_translated(tabgan_command, chinese, tmp_path, config, said):
    (tmp_path / config).write_text("a = =")
    assert said in tabgan_command("fit", "a.csv", "--config", config).stderr


def test_names_and_cells_are_not_translated():
    known = read_templates("zh")
    assert known.say("Error: columns exists and is kept; give another name, or --overwrite to replace it") == (
        "错误：columns 已存在，不会覆盖；请换一个名称，或用 --overwrite 覆盖它"
    )
    assert known.say("Warning: something that nobody has translated") is None
    assert known.say("columns: something that nobody has translated") is None


def test_a_line_of_which_a_part_is_not_known_stays_english():
    known = Templates({"cannot write {path}; {remedy}": "无法写入 {path}；{remedy:zh}", "go": "走"})
    assert known.say("cannot write a.csv; go") == "无法写入 a.csv；走"
    assert known.say("cannot write a.csv; stay") is None
    assert known.say("go; go") == "走；走"
    assert known.say("go; stay") is None


def test_letters_that_a_phrase_brings_stand_apart():
    known = Templates({"of {rows} left": "还有{rows:zh}", "{n:,} rows": "{n} 行", "row: {name}": "{name} 行"})
    assert known.say("of 7 rows left") == "还有 7 行"
    assert known.say("row: 流量1") == "流量1 行"


def test_english_is_not_looked_at(monkeypatch):
    monkeypatch.setattr("tabgan.cli.language.read_templates", None)
    assert translate("Error: columns") == "Error: columns"


def test_all_commands_have_the_option():
    for name, command in main.commands.items():
        assert "--lang" in [spelt for option in command.params for spelt in option.opts], name


def test_help_is_said_in_it(tabgan_command, chinese):
    assert "  fit       学习 DATA 的行，写出模型文件。\n" in tabgan_command("--help").stdout
    said = tabgan_command("fit", "--help").stdout
    assert "读取文件：\n" in said
    assert "  --drop COLUMNS         略去哪些列，如标识。\n" in said
    assert "  tabgan fit data.csv --cols 1-9\n" in said
    assert "[默认：model.tabgan]" in said
    assert (
        tabgan_command("--lang", "en", "fit", "--help").stdout == tabgan_command("fit", "--help", "--lang", "en").stdout
    )


def test_headers_of_results_are_said_in_it_but_not_names_of_the_users(capsys):
    with shown_streams(), speaking("zh"):
        show(Rows(["column", "kind"], [["kind", "integer"]]), Rows(["column", "mine"], [["real", "1"]]))
    assert capsys.readouterr().out == "列       类型\nkind  integer\ncolumn  mine\nreal       1\n"


def test_a_line_of_many_clauses_does_not_go_deep():
    known = Templates({"go": "走", "{first}, {rest}": "{first:zh}、{rest:zh}"})
    assert known.say("go; go; go") == "走；走；走"
    assert known.say("; ".join(["go"] * 900)) is None
    assert known.say(", ".join(["go"] * 900)) is None


def test_the_last_hole_of_a_sentence_does_not_take_the_next_one():
    known = Templates({"Most they tell in {column}.": "主要在 {column} 中。", "Nobody knows why.": "原因不明。"})
    assert known.say("Most they tell in rows. Nobody knows why.") == "主要在 rows 中。原因不明。"
    assert known.say("Most they tell in a.b. c.") == "主要在 a.b. c 中。"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  code and name stand for each other  --constraint 'code -> name'", "  code 与 name 一一对应  --constraint"),
        ("  name follows from code  --constraint 'code -> name'", "  name 由 code 推出  --constraint"),
        ("Warning: offsets of column 'time' go from +01:00 to +02:00, such as in 'x': they follow the clocks of "
         "Europe/Berlin, and so do those that follow", "Europe/Berlin 的时钟"),
        ("Warning: offsets of column 'time' go from +01:00 to +02:00, such as in 'x': they follow no zone's clocks; "
         "the last one stays", "最后一个偏移"),
        ("Error: rows must be found among 507,904 candidates, but 0 of these (0%) were accepted, and gave 0 of the 9 "
         "rows asked for; known rows that got none: 2, 3, ...; rows also have to keep code -> name; change or "
         "leave out these rows, or widen the conditions", "2, 3, ...；各行还必须满足 code -> name；请修改"),
        ("Error: a run goes on with the table it began with, but m.ckpt is of another one, with columns a, b, c and 2 "
         "more; fit with that one, or without --resume", "属于另一张表（有列 a, b, c and 2 more）"),
    ],
)  # fmt: skip
def test_what_is_found_in_a_table_is_said_in_it(line, said):
    with speaking("zh"):
        assert said in translate(line)
