"""The results of augment.py as tables in Markdown."""

from __future__ import annotations

import pandas as pd
from augment_gains import NONE, SMOTE, TEACHER
from augment_tables import CLASSES, NUMBERS, SETUPS

HARMED = -0.01
CELL = ["setup", "learner"]
KEYS = ["setup", "seed", "learner", "score"]
LOWER_IS_BETTER = "log loss"
ORDER = ("class weights", "moved threshold", SMOTE, "kept", "checked", "taught", "shuffled")
PART_TITLES = {"gain_": "the model, the best amount", "learners_": "six learners beside it, the most rows"}


def print_tables(results: list[dict[str, str]]) -> None:
    frame = pd.DataFrame(results)
    frame["value"] = frame["value"].astype(float)
    for part, show in {
        "gains": show_gains,
        "auto": show_trust,
        "noise": show_noise,
        "truth": show_truth,
        "time": show_time,
    }.items():
        if len(own := frame[frame["part"] == part]):
            show(own)


def print_table(title: str, heads: list[str], rows: list[list[str]]) -> None:
    print(f"\n{title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def number(value: float, decimals: int = 3, sign: bool = True) -> str:
    """Return a number as the docs write it: +.062, .948, - if it is not known."""
    if pd.isna(value):
        return "-"
    text = f"{value:{'+' if sign else ''}.{decimals}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def gains_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the results of learners with rows, and what each gains over none."""
    bare = frame[frame["arm"] == NONE].set_index(KEYS)["value"]
    changed = frame[~frame["arm"].isin([NONE, TEACHER])].copy()
    gains = changed["value"].to_numpy() - bare.reindex(pd.MultiIndex.from_frame(changed[KEYS])).to_numpy()
    changed["gain"] = gains * changed["score"].map(lambda score: -1 if score == LOWER_IS_BETTER else 1)
    return changed


def show_gains(frame: pd.DataFrame) -> None:
    """A table for each regime, and one by set-up."""
    imbalanced = set(frame.loc[frame["arm"].str.contains("balance"), "setup"])
    regimes = {
        "imbalanced": [name for name in CLASSES if name in imbalanced],
        "balanced": [name for name in CLASSES if name not in imbalanced],
        "numbers": list(NUMBERS),
    }
    for regime, names in regimes.items():
        if len(own := frame[frame["setup"].isin(names)]):
            show_regime(regime, own)
    show_setups(frame)


def show_regime(regime: str, frame: pd.DataFrame) -> None:
    """A row for each arm: mean gains over learners and set-ups, and how many pairs of them are harmed."""
    gains, names = gains_of(frame), [name for name in SETUPS if name in set(frame["setup"])]
    title = f"{regime}: {', '.join(names)}; seeds {', '.join(sorted(set(frame['seed']), key=int))}"
    heads = {
        "imbalanced": ["bacc", "of boosting", "AUC", "log loss"],
        "balanced": ["bacc", "of boosting", "AUC", "log loss"],
        "numbers": ["R2", "without the network", "best learner less the teacher"],
    }[regime]
    rows = []
    for arm in sorted(set(gains["arm"]), key=rank):
        own = gains[gains["arm"] == arm]
        by_score = {score: part.groupby(CELL)["gain"].mean() for score, part in own.groupby("score")}
        cells = by_score["R2" if regime == "numbers" else "bacc"]
        learners = cells.index.get_level_values("learner")
        if regime == "numbers":
            values = [cells.mean(), cells[learners != "mlp"].mean(), over_teacher(frame, arm)]
        else:
            others = [by_score[score].mean() if score in by_score else float("nan") for score in ("AUC", "log loss")]
            values = [cells.mean(), cells[learners == "boosting"].mean(), *others]
        harmed = f"{(cells < HARMED).sum()} of {len(cells)}"
        rows.append([arm, *map(number, values), harmed, number(cells.min())])
    print_table(title, ["gain", *heads, "harmed", "the worst"], rows)


def rank(arm: str) -> tuple[int, int, str]:
    """Return where an arm stands: by kind, then by how many rows it adds."""
    kind = next(place for place, start in enumerate(ORDER) if arm.startswith(start))
    return kind, len(arm), arm


def over_teacher(frame: pd.DataFrame, arm: str) -> float:
    """Return how far the best learner of each fit lies above the teacher."""
    key = ["setup", "seed"]
    best = frame[(frame["arm"] == arm) & (frame["score"] == "R2")].groupby(key)["value"].max()
    teacher = frame[(frame["arm"] == TEACHER) & (frame["score"] == "R2")].set_index(key)["value"]
    return float((best - teacher.reindex(best.index)).mean())


def show_setups(frame: pd.DataFrame) -> None:
    """A row for each set-up: learners as they are, the teacher, and what the most rows of each kind gain."""
    gains, rows = gains_of(frame), []
    for name in (name for name in SETUPS if name in set(frame["setup"])):
        score = "R2" if name in NUMBERS else "bacc"
        own, gained = (part[(part["setup"] == name) & (part["score"] == score)] for part in (frame, gains))
        levels = [number(own.loc[own["arm"] == arm, "value"].mean(), sign=False) for arm in (NONE, TEACHER)]
        most = {kind: gained[gained["arm"].str.match(rf"{kind} .*3x")] for kind in (SMOTE, "kept", "taught")}
        changes = [number(part["gain"].mean()) for part in most.values()]
        rows.append([name, score, *levels, *changes])
    heads = ["set-up", "score", "learners as they are", "the teacher", *(f"gain, {kind} 3x" for kind in most)]
    print_table("by set-up, the mean of six learners", heads, rows)


def show_trust(frame: pd.DataFrame) -> None:
    """A row for the model, one for the learners beside it: how often intervals hold the true gain, what is adopted."""
    wide = frame.pivot_table(index=["setup", "seed", "model", "learner", "arm"], columns="score", values="value")
    rows = []
    for arm, title in PART_TITLES.items():
        own = wide.xs(arm, level="arm")
        own = own[own["mean"].notna()]
        covered = ((own["low"] <= own["true"]) & (own["true"] <= own["high"])).mean()
        bias = (own["mean"] - own["true"]).mean()
        says = [int((own[end] * sign > 0).sum()) for end, sign in (("low", 1), ("high", -1))]
        widths = (own["high"] - own["low"]).mean()
        adopted = own[own["adopted"] == 1] if arm == "gain_" else own[:0]
        harm = f"{(adopted['true'] < 0).sum()} of {len(adopted)}" if arm == "gain_" else "-"
        gained = number(adopted["true"].mean()) if arm == "gain_" else "-"
        cells = [number(covered, 2, False), number(widths, sign=False), number(bias), *map(str, says), harm, gained]
        rows.append([title, str(len(own)), *cells])
    heads = ["of", "n", "intervals that hold the true gain", "their mean width", "promised less true gain"]
    heads += ["above 0", "below 0", "harmed of those adopted", "true gain of those adopted"]
    fits = wide.xs("gain_", level="arm").reset_index()
    print_table(f"what Augmenter says: {describe_fits(fits)}", heads, rows)


def describe_fits(fits: pd.DataFrame) -> str:
    def listed(name: str) -> str:
        return ", ".join(sorted(set(fits[name]), key=lambda v: (len(v), v)))

    return f"{listed('setup')}; models {listed('model')}; seeds {listed('seed')}"


def show_noise(frame: pd.DataFrame) -> None:
    """How often rows are said to help where nothing can."""
    wide = frame.pivot_table(index=["setup", "seed", "model"], columns="score", values="value").reset_index()
    rows = []
    for (setup, model), own in wide.groupby(["setup", "model"]):
        counts = [(own["verdict"] == value).sum() for value in (1, -1)] + [(own["adopted"] == 1).sum()]
        rows.append([setup, model, str(len(own)), *map(str, counts)])
    print_table("targets of pure noise", ["", "model", "runs", '"helps"', '"harms"', "rows adopted"], rows)


def show_truth(frame: pd.DataFrame) -> None:
    for score, title in (("truth", "truth of targets and labels"), ("detector", "AUC of a detector of whole rows")):
        wide = frame[frame["score"] == score].pivot_table(index="setup", columns="arm", values="value")
        wide = wide.reindex([name for name in SETUPS if name in wide.index])[list(dict.fromkeys(frame["arm"]))]
        groups = {"mean of classes": CLASSES, "mean of numbers": NUMBERS}
        means = {text: wide[wide.index.isin(names)].mean() for text, names in groups.items()}
        rows = [[name, *(number(v, sign=False) for v in line)] for name, line in [*wide.iterrows(), *means.items()]]
        print_table(f"{title}; seeds {', '.join(sorted(set(frame['seed'])))}", ["set-up", *wide.columns], rows)


def show_time(frame: pd.DataFrame) -> None:
    rows = [[row["setup"], row["seed"], f"{row['value']:.0f}"] for _, row in frame.iterrows()]
    print_table("CPU seconds of Augmenter(boosting).fit", ["set-up", "seed", "CPU s"], rows)
