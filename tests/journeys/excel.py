"""A Chinese engineer with a workbook: README.zh-CN.md, docs/zh/tutorial.md and docs/zh/excel.md."""

from __future__ import annotations

from openpyxl import load_workbook

from tests.journeys.user import User, Who

WHO = Who(extras="excel", lang="zh_CN.UTF-8")

WORKBOOK = """
import datetime, openpyxl, numpy as np

rng = np.random.default_rng(0)
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "水泵"
sheet.append(["日期", "流量", "扬程", "效率", "工况"])
for row in range(240):
    flow = 80 + 10 * rng.normal()
    state = "故障" if rng.random() < 0.25 else "正常"
    efficiency = 0.78 - 0.08 * (state == "故障") + 0.01 * rng.normal()
    date = datetime.datetime(2025, 1, 1) + datetime.timedelta(days=row // 4)
    sheet.append([date, round(flow, 1), round(45 - 0.1 * flow + rng.normal(), 2), round(efficiency, 3), state])
for row in sheet.iter_rows(min_row=2):
    row[0].number_format, row[3].number_format = "yyyy-mm-dd", "0.0%"
book.save("特征.xlsx")
"""


def journey(user: User) -> None:
    user.python(WORKBOOK, "book.py")

    user.types("tabgan schema 特征.xlsx")
    user.types("tabgan split 特征.xlsx --test 1/3 --by label 工况 --seed 0 -o train.xlsx test.xlsx")
    assert "学习了 160 行 × 5 列" in user.types("tabgan fit train.xlsx --label 工况 --iterations 300 --seed 0")
    user.types("tabgan generate -n 379 -o synth.xlsx")
    user.types("tabgan generate -n 200 -o 故障.xlsx --where 工况=故障")
    user.types(
        "tabgan evaluate train.xlsx synth.xlsx --holdout test.xlsx --target 工况 --report report.html --lang zh "
        "--model model.tabgan"
    )

    header, *rows = load_workbook(user / "故障.xlsx").active.iter_rows()
    assert [cell.value for cell in header] == ["日期", "流量", "扬程", "效率", "工况"]
    assert len(rows) == 200
    assert {row[4].value for row in rows} == {"故障"}
    assert {row[3].number_format for row in rows} == {"0.0%"}
    assert {row[0].number_format for row in rows} == {"yyyy-mm-dd"}
    assert all(row[0].is_date and 0.5 < row[3].value < 1 for row in rows)

    page = (user / "report.html").read_text(encoding="utf-8")
    assert 'lang="zh' in page
    for word in ("结论", "逐列分布", "流量", "故障"):
        assert word in page
