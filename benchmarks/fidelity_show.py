"""The results of fidelity.py as tables in markdown, each beside its bar and what is published."""

from __future__ import annotations

import math

from fidelity_goals import TEN, TEN_BARS
from fidelity_groups import ALL, GROUPS
from fidelity_tables import PUBLISHED, PUBLISHED_BY

Group = dict[str, list[dict]]  # the results of a table, by kind
NUMERIC_COLUMNS = {  # name: (heading, decimals)
    "seconds": ("seconds", 0),
    "ks_mean": ("mean KS", 3),
    "pair_error": ("pair error", 3),
    "c2st_gb": ("detector AUC", 3),
    "dcr_ratio": ("DCR ratio", 2),
    "tstr": ("trained on generated", 3),
    "trtr": ("trained on real", 3),
}
GOAL_COLUMNS = {
    "c2st_gb_rounded": ("detector AUC", 3),
    "tstr": ("trained on generated", 3),
    "dcr_ratio": ("DCR ratio", 2),
    "dcr_p05_ratio": ("of the closest 5%", 2),
    "impossible": ("impossible", 3),
    "cpu_seconds": ("CPU s", 1),
}
DIFFUSION_ROWS = {
    "shape_error": ("Shape error %", 2),
    "trend_error": ("Trend error %", 2),
    "tstr": ("trained on generated", 3),
    "trtr": ("trained on real", 3),
    "c2st_gb": ("detector AUC", 3),
    "dcr_ratio": ("DCR ratio", 2),
    "seconds": ("seconds", 0),
}


def print_tables(results: list[dict]) -> None:
    for title, names in GROUPS.items():
        tables = {name: by_kind(results, name) for name in names}
        if any(tables.values()):
            print(f"\n{title}\n")
            show = {"diffusion": show_diffusion, "goals": show_goals}.get(title, show_numeric)
            show({name: kinds for name, kinds in tables.items() if kinds})


def by_kind(results: list[dict], table: str) -> Group:
    kinds: Group = {}
    for result in results:
        if result["table"] == table:
            kinds.setdefault(result["kind"], []).append(result)
    return kinds


def show_diffusion(tables: dict[str, Group]) -> None:
    """A row per score, a column per tool."""
    kinds = list(dict.fromkeys(kind for table in tables.values() for kind in table))
    print_header("table", "", *PUBLISHED_BY, "bar", *kinds)
    for name, results in tables.items():
        bars = ALL[name].bars or {}
        for score, (heading, decimals) in DIFFUSION_ROWS.items():
            published = PUBLISHED[name].get(score, ["-"] * len(PUBLISHED_BY))
            ours = [mean_and_range(results.get(kind, []), score, decimals) for kind in kinds]
            print_row(name, heading, *published, bars.get(score, "-"), *ours)


def show_numeric(tables: dict[str, Group]) -> None:
    """A row per table and kind, and one with the bars."""
    print_header("table", "rows", "", *(heading for heading, _ in NUMERIC_COLUMNS.values()))
    for name, results in tables.items():
        for kind, runs in results.items():
            cells = [mean_and_range(runs, score, decimals) for score, (_, decimals) in NUMERIC_COLUMNS.items()]
            print_row(name, runs[0]["n_train"], kind, *cells)
        if aims := bars_of(name, results):
            cells = [f"{aims[s]:.{decimals}f}" if s in aims else "-" for s, (_, decimals) in NUMERIC_COLUMNS.items()]
            print_row(name, "", "bar", *cells)


def show_goals(tables: dict[str, Group]) -> None:
    """A row per table and kind, one with the bars where there are any, and the means of the ten small tables."""
    print_header("table", "rows", "", *(heading for heading, _ in GOAL_COLUMNS.values()))
    for name, results in tables.items():
        for kind, runs in results.items():
            show_goal(name, runs[0]["n_train"], kind, {score: values(runs, score) for score in GOAL_COLUMNS})
        if bars := ALL[name].bars:
            show_goal(name, "", "bar", {score: [bar] for score, bar in bars.items()})
    if set(TEN) <= set(tables):
        for kind in dict.fromkeys(kind for name in TEN for kind in tables[name]):
            runs = [tables[name][kind] for name in TEN if kind in tables[name]]
            means = {score: [m for each in runs if (m := mean(each, score)) is not None] for score in GOAL_COLUMNS}
            show_goal(f"mean of {len(runs)}", "", kind, {score: [sum(m) / len(m)] for score, m in means.items() if m})
        show_goal("mean of 10", "", "bar", {score: [bar] for score, bar in TEN_BARS.items()})


def show_goal(name: str, rows: object, kind: str, scores: dict[str, list[float]]) -> None:
    cells = [spread(scores.get(score, []), decimals) for score, (_, decimals) in GOAL_COLUMNS.items()]
    print_row(name, rows, kind, *cells)


def bars_of(name: str, results: Group) -> dict[str, float]:
    """Return the aims; some depend on what the floor, training on real rows and SMOTE give."""
    bars = dict(ALL[name].bars or {})
    share = bars.pop("tstr_share", None)
    if bars and (floor := mean(results.get("floor", []), "ks_mean")) is not None:
        bars["ks_mean"] = floor
    if share is not None:
        real, smote = (mean(results.get(kind, []), score) for kind, score in (("floor", "trtr"), ("smote", "tstr")))
        bars["dcr_ratio"] = 0.9
        bars |= {"tstr": max(share * real, -math.inf if smote is None else smote)} if real is not None else {}
    return bars


def values(runs: list[dict], score: str) -> list[float]:
    return [run[score] for run in runs if run.get(score) is not None]


def mean(runs: list[dict], score: str) -> float | None:
    found = values(runs, score)
    return sum(found) / len(found) if found else None


def mean_and_range(runs: list[dict], score: str, decimals: int) -> str:
    return spread(values(runs, score), decimals)


def spread(found: list[float], decimals: int) -> str:
    """Return the mean of values, and in brackets the largest less the smallest."""
    if not found:
        return "-"
    beside = f" ({max(found) - min(found):.{decimals}f})" if len(found) > 1 else ""
    return f"{sum(found) / len(found):.{decimals}f}{beside}"


def print_header(*cells: str) -> None:
    print_row(*cells)
    print_row(*["---"] * len(cells))


def print_row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |")
