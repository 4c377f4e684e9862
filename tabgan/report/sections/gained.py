"""What generated rows gain: by choice, by learner and by class, in pictures and in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tabgan.augmentation.amounts import BALANCE
from tabgan.augmentation.gains import Gain
from tabgan.augmentation.rivals import LEARNER_NAMES
from tabgan.augmentation.trials import BARE
from tabgan.augmentation.words import name_score, write_numbers
from tabgan.evaluation.phrase import Phrase
from tabgan.report.charts.intervals import NARROW, WIDE, Row, Shares, draw_intervals, draw_shape, draw_shares, is_cut
from tabgan.report.sections.scores import Section
from tabgan.report.svg import draw
from tabgan.report.words import Words
from tabgan.text import clean

if TYPE_CHECKING:
    from tabgan.augmentation.augmenter import Augmenter

MOST_SHOWN = 30  # classes
AMOUNT, LATEST = "synthetic hollow", "synthetic"


def make_gains(augmenter: Augmenter, words: Words) -> Section | None:
    """Return the section of all that was tried beside the estimator as it is; None if nothing was."""
    if not augmenter.rivals_:
        return None
    single = len(augmenter.amounts_) == 1
    tried = [] if single else [("synthetic", words("amount chosen in other folds"), augmenter.gain_)]
    for amount, gain in augmenter.amounts_.items():
        tried.append((LATEST if single else AMOUNT, words(name_amount(amount)), gain))
    for rival, gain in augmenter.rivals_.items():
        if rival in LEARNER_NAMES.values() and gain.mean == gain.low == gain.high == 0:
            continue  # the learner itself
        said = Phrase("no rows: the learner as it is") if rival == BARE else Phrase(rival)
        tried.append(("bare" if rival == BARE else "real", words(said), gain))
    least = find_decimals([gain for _, _, gain in tried])
    rows = [_make_row(name, gain, words, who, write_numbers(gain.score, least=least)[0]) for who, name, gain in tried]
    legend = [("synthetic", words("with generated rows"))]
    if not single:
        legend = [("synthetic", words("with generated rows, as many as the other folds choose"))]
        legend.append((AMOUNT, words("with one amount of them")))
    legend += [("real", words("without the generator")), ("bare", words("the learner as it is"))]
    lead = words("How much each choice changes the score of the learner as it is, and 95% intervals of that change.")
    view = _show(rows, augmenter, words, words("choice"), legend)
    return Section("gains", words("What was tried"), lead, view, "gains.html.j2")


def make_learners(augmenter: Augmenter, words: Words) -> Section | None:
    """Return the section of what other learners gain, each over itself."""
    gains = {name: gain for name, gain in augmenter.learners_.items() if gain.n_fits}
    if not gains:
        return None
    rows = [
        _make_row(words(name), gain, words, "synthetic", " → ".join(write_numbers(gain.score - gain.mean, gain.score)))
        for name, gain in gains.items()
    ]
    amount = words(name_amount(next(reversed(augmenter.amounts_))))
    lead = words("What other learners gain by the same rows ({amount}), each over itself.", amount=amount)
    view = _show(rows, augmenter, words, words("learner"), [], both=True)
    return Section("learners", words("Other learners"), lead, view, "gains.html.j2")


def make_recalls(augmenter: Augmenter, words: Words) -> Section | None:
    """Return the section of the share of each class that is found; None for numbers."""
    recalls = augmenter.recalls_
    if not len(recalls):
        return None
    marks = ["real", *[AMOUNT] * (recalls.shape[1] - 2), *[LATEST] * (recalls.shape[1] > 1)]
    names = [words("without generated rows"), *(words(name_amount(name)) for name in recalls.columns[1:])]
    classes = [clean(name) for name in recalls.index]
    shares = recalls.to_numpy(float)
    order = list(range(len(classes)))
    if len(classes) > MOST_SHOWN:
        changed = np.nan_to_num(np.abs(shares[:, 1:] - shares[:, :1])).max(axis=1, initial=0.0)
        order = sorted(np.argsort(-changed, kind="stable")[:MOST_SHOWN].tolist())
    rows = [
        Shares(
            classes[place],
            shares[place],
            " → ".join(_write_share(share) for share in (shares[place, 0], shares[place, -1])),
            "; ".join(f"{name} {_write_share(share)}" for name, share in zip(names, shares[place], strict=True)),
        )
        for place in order
    ]
    label, heading = words("Share of each class that is found"), words("without → with")
    view = {
        "pictures": [draw_shares(rows, marks, label, heading, layout) for layout in (WIDE, NARROW)],
        "legend": _make_legend(zip(marks, names, strict=True)),
        "left_out": words("The {count} classes that change most; all are in the table.", count=MOST_SHOWN)
        if len(order) < len(classes)
        else "",
        "header": [words("class"), *names],
        "table": _tabulate_shares(classes, recalls),
    }
    lead = words("The share of each class's rows that the learner finds among rows that it has not learned.")
    return Section("recalls", words("Class by class"), lead, view, "gains.html.j2")


def _tabulate_shares(classes: Sequence[str], recalls: pd.DataFrame) -> list[list[str]]:
    shares = recalls.to_numpy(float).tolist()
    return [[name, *map(_write_share, row)] for name, row in zip(classes, shares, strict=True)]


def name_amount(amount: str | int) -> Phrase:
    """Return what an amount is called.

    Examples
    --------
    >>> name_amount("3x"), name_amount("balance+3x"), name_amount(2000)
    ('3x generated rows', 'classes filled up, and 3x', '2,000 generated rows')
    """
    filled, _, more = str(amount).rpartition("+")
    if more == BALANCE:
        return Phrase("classes filled up")
    if filled:
        return Phrase("classes filled up, and {more}", more=more)
    if more.endswith("x"):
        return Phrase("{more} generated rows", more=more)
    return Phrase("{count:,} generated rows", count=int(more))


def find_decimals(gains: Sequence[Gain]) -> int:
    """Return how many decimals of scores show what most choices change.

    Examples
    --------
    >>> find_decimals([Gain(0.9, 0.05)]), find_decimals([Gain(0.9, 0.0002)])
    (3, 5)
    """
    sizes = [abs(gain.mean) for gain in gains if math.isfinite(gain.mean) and gain.mean]
    usual = float(np.median(sizes)) if sizes else 1.0
    return min(max(3, 1 - math.floor(math.log10(usual))), 7) if usual < 0.005 else 3


def _make_row(name: str, gain: Gain, words: Words, who: str, said: str) -> Row:
    values = dict(zip(("mean", "low", "high"), _write_gain(gain), strict=True))
    tip = "" if who == "bare" else words("{name}: {mean}, 95% interval {low} to {high}", name=name, **values)
    return Row(name, gain, said, who, tip)


def _write_gain(gain: Gain) -> list[str]:
    return write_numbers(gain.mean, gain.low, gain.high, sign=True)


def _show(
    rows: Sequence[Row], augmenter: Augmenter, words: Words, first: str, legend: Any, both: bool = False
) -> dict[str, Any]:
    """Return what a template shows of gains: the picture twice, for wide and for narrow screens, and the numbers."""
    score = words(name_score(augmenter))
    label = words("Change in {score}, with 95% intervals; all numbers are in the table below", score=score)
    below, heading = words("change in {score}", score=score), words("without → with") if both else score
    return {
        "pictures": [draw_intervals(rows, label, below, heading, layout) for layout in (WIDE, NARROW)],
        "legend": _make_legend(legend),
        "left_out": words("An arrow points to what lies outside the picture.") if is_cut(rows) else "",
        "header": [first, score, words("change"), words("95% interval"), words("folds")],
        "table": [_tabulate(row, words) for row in rows],
    }


def _tabulate(row: Row, words: Words) -> list[str]:
    mean, low, high = _write_gain(row.gain)
    if row.who == "bare":
        return [row.name, row.said, "–", "–", str(row.gain.n_fits)]
    reach = words("{low} to {high}", low=low, high=high) if math.isfinite(row.gain.low) else "–"
    return [row.name, row.said, mean, reach, str(row.gain.n_fits)]


def _make_legend(entries: Any) -> list[dict[str, Any]]:
    return [
        {"mark": draw(16, 16, said, [draw_shape(who, 8, 8)], class_="legend-mark"), "said": said}
        for who, said in entries
    ]


def _write_share(share: float) -> str:
    return f"{share:.2f}" if math.isfinite(share) else "–"
