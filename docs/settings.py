"""Write the tables of docs/settings.md, in both languages, from the table of settings: `python docs/settings.py`."""

from __future__ import annotations

import re
from pathlib import Path

from tabgan.cli.language import speaking, translate
from tabgan.gan.objectives import WGANGP
from tabgan.settings import GROUPS, PRESETS, Setting

DOCS = Path(__file__).parent
PAGES = {"en": DOCS / "settings.md", "zh": DOCS / "zh" / "settings.md"}
MARK = "<!-- table -->\n\n"
HEADERS = {
    "en": "| setting | option | of | default | values | |",
    "zh": "| 设置 | 选项 | 用于 | 默认值 | 可取的值 | |",
}
USED_FOR = {"": "both", "table": "tables", "series": "series"}
PRESET = re.compile(rf"(?:{'|'.join([*PRESETS, 'series'])})\b[\w, ]*: ")
OTHERS = re.compile(rf"; (?={PRESET.pattern})")
CHINESE = {
    "both": "两者",
    "tables": "表格",
    "series": "序列",
    "128, or 256 of many rows": "128，行多时为 256",
    "1, or 2 for wide layers": "1，隐藏层宽时为 2",
    "on": "开",
    "off": "关",
    "none": "无",
    "a finite number of at least 0": "不小于 0 的有限的数",
    "a number in (0, 1]": "(0, 1] 之间的数",
    "a whole number of at least 1, or a share of the variance in (0, 1), or None for no components": (
        "不小于 1 的整数，或 (0, 1) 之间的方差比例；None 表示不用主成分"
    ),
    "matlab, fast, balanced or best, or None for balanced": "matlab、fast、balanced 或 best，None 为 balanced",
    "Adam's decay rates of the gradient and of its square.": "Adam 对梯度及其平方的衰减率。",
    "Lower the learning rates linearly to 2%.": "学习率线性降到 2%。",
    "Decay of the moving average of the generator that is kept; 0 is no average.": (
        "所保留的生成器滑动平均的衰减率；0 为不取平均。"
    ),
    "Kinds of columns by name; on the command line --categorical and others.": (
        "按列名给出的类型；命令行上为 --categorical 等。"
    ),
    "A fitted scaler in place of the extremes; tabgan import-matlab has one.": (
        "用已有的缩放设置代替最大值和最小值；tabgan import-matlab 就是这样。"
    ),
    "Train the networks of the fit before further.": "继续训练上一次训练的网络。",
    "File for the state of the training; tabgan fit has it beside the model.": (
        "保存训练状态的文件；tabgan fit 把它放在模型旁边。"
    ),
    "A network of your own.": "您自己的网络。",
    "Functions that are told of every 50 iterations; True ends the run.": (
        "每 50 次迭代调用一次的函数；返回 True 则结束训练。"
    ),
    "1 shows how far it is, off terminals every ten seconds.": "1 显示进度，不在终端上时每十秒一行。",
}
"""What only this page says."""


def make_table(lang: str = "en") -> str:
    """Return what stands below the mark of the page."""
    parts = []
    with speaking(lang):
        for heading, group in GROUPS.items():
            parts += [f"### {say(heading, lang)}", "", HEADERS[lang], "|---|---|---|---|---|---|"]
            parts += [make_row(setting, lang) for setting in group]
            parts.append("")
    return "\n".join(parts)


def make_row(setting: Setting, lang: str) -> str:
    """Return the row of a setting."""
    option = f"`--{setting.option}`" if setting.reads else ""
    rule = WGANGP.RULES[setting.name].words if setting.name in WGANGP.RULES else setting.describe_rule()
    said = [USED_FOR[setting.only], setting.describe_default(), rule, setting.help]
    cells = [f"`{setting.name}`", option, *(say(text, lang) for text in said)]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def say(text: str, lang: str) -> str:
    """Return a text in the language, of defaults with their presets each part by itself, or as it is."""
    if lang == "en":
        return text
    parts = [part.rpartition(": ") if PRESET.match(part) else ("", "", part) for part in OTHERS.split(text)]
    return "；".join(f"{name(presets)}{CHINESE.get(value, translate(value))}" for presets, _, value in parts)


def name(presets: str) -> str:
    """Return the presets, or series, that a default is of."""
    return f"{'、'.join(CHINESE.get(one, one) for one in presets.split(', '))}：" if presets else ""


if __name__ == "__main__":
    for lang, page in PAGES.items():
        before = page.read_text(encoding="utf-8").partition(MARK)[0]
        page.write_text(before + MARK + make_table(lang), encoding="utf-8")
