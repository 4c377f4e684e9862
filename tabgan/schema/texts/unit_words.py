"""Which words after numbers are units of measurement."""

from __future__ import annotations

import re

_SI = (
    "m g s A K mol cd Hz N Pa J W C V F Ω Ohm ohm ohms S Wb T H lm lx Bq Gy Sv L l bar eV Wh VA VAr var "
    "Ah t B bit b cal M"
)
_WORDS = (
    "h hr hrs hour hours min mins minute minutes sec secs second seconds d day days week weeks month "
    "months yr yrs year years a in inch ft yd mi mile miles oz lb lbs gal rpm RPM rps U psi PSI ppm ppb "
    "dB dBA dBm mmHg kn kt mph kph kmh fps px pt pcs pc bpm IU atm torr Torr deg rad sr ha acre acres sqm "
    "sqft ton tons kgf kip Stk Stück Std EUR USD GBP CHF JPY CNY RMB kr zł Kč Ft € $ £ ¥ ₹ ₽ ₩ % ‰ ° ℃ ℉ "
    "°C °F C F K ′ ″ ' \" rev cycles people persons"
)
_HAN = (
    "米 千米 公里 分米 厘米 毫米 微米 纳米 克 千克 公斤 毫克 微克 斤 吨 升 毫升 度 摄氏度 小时 "
    "分钟 分 秒 毫秒 天 周 个月 年 岁 元 万元 亿元 角 人民币 美元 欧元 港元 日元 平方米 平米 "
    "立方米 亩 公顷 千瓦 千瓦时 瓦 伏 千伏 安 毫安 帕 千帕 兆帕 赫兹 赫 转 个 人 次 件 台 套 "
    "只 条 张 株 辆 万 亿 倍 牛 焦 ㎡ ㎥ ㎜ ㎝ ㎞ ㎏ ㎎ ㎖ ℓ 円 万円 億円 時間 秒間 명 원 "
    "개"
)
_KNOWN = frozenset((*_WORDS.split(), *_HAN.split()))
_PREFIXED = re.compile(rf"(?:da|[yzafpnuµμmcdhkMGTPEZY])?(?:{_SI.replace(' ', '|')})")
_POWER = re.compile(r"(?:[²³⁻¹]+|\^?[-−]?[0-9])$")


def is_unit(words: str) -> bool:
    """Whether what stands after numbers is a unit, or units with signs between them.

    Examples
    --------
    >>> is_unit("kg"), is_unit("m³/h"), is_unit("万元"), is_unit("doors"), is_unit("x")
    (True, True, True, False, False)
    """
    return all(_is_known(_POWER.sub("", word)) for word in re.split(r"[/·*. -]", words.rstrip(".")))


def _is_known(word: str) -> bool:
    return word in _KNOWN or _PREFIXED.fullmatch(word) is not None
