"""Rows like those of a table, from a generator that tabgan learned. Needs numpy, and the .npz file beside this one.

generate_rows(n, seed) draws n rows; rows_of(latents) gives those of latents that you draw. A row has the columns that
COLUMNS names: numbers in their own units, gaps as NaN, dates as counts of UNITS, categories as places in CATEGORIES.
"""

import math
from pathlib import Path

import numpy as np

M = dict(np.load(Path(__file__).with_suffix(".npz"), allow_pickle=False))
COLUMNS, UNITS, NOTES = (M[name].tolist() for name in ("columns", "units", "notes"))
CATEGORIES = {name: M[f"categories_{i}"].tolist() for i, name in enumerate(COLUMNS) if len(M[f"categories_{i}"])}
erfc = np.vectorize(math.erfc, otypes=[float])


def generate_rows(n, seed=None, labels=None):
    """Return n rows, of shape (n, n_columns); labels, the codes of a conditional model's label, are drawn if None."""
    rng = np.random.default_rng(seed)
    if M["n_given"] and labels is None:
        labels = rng.choice(len(M["label_shares"]), n, p=M["label_shares"])
    return rows_of(rng.standard_normal((n, int(M["n_latents"]))), labels)


def rows_of(latents, labels=None):
    """Return the rows of standard normal latents, of shape (n, n_latents)."""
    assert latents.shape[1] == M["n_latents"], f"latents must have {M['n_latents']} columns"
    x, noise = latents[:, : M["n_free"]], latents[:, M["n_free"] :]
    if M["n_given"]:
        x = np.hstack([x, np.eye(M["n_given"])[labels]])
    for i in range(sum(name.startswith("weights_") for name in M)):  # a perceptron with leaky ReLU between its layers
        x = (np.where(x < 0, M["slope"] * x, x) if i else x) @ M[f"weights_{i}"].T + M[f"biases_{i}"]

    # Numbers: undo scaling and PCA, calibrate, and turn normal scores into quantiles.
    rows = np.tile(M["constants"], (len(x), 1))
    scores = np.tanh(x[:, : M["n_numbers"]]) @ M["mix"] + M["center"]
    for j, column in enumerate(M["numbers"]):
        value = scores[:, j]
        if f"calibration_{j}" in M:
            value = np.interp(value, *M[f"calibration_{j}"])
        if f"quantile_{j}" in M:
            share = erfc(-value / math.sqrt(2)) / 2
            value = np.interp(share, *M[f"quantile_{j}"])
            for side, (edge, scale) in zip((share, 1 - share), M["tails"][j]):  # beyond the outermost values
                value += scale * np.log(np.maximum(edge / np.maximum(side, 1e-7), 1))
        rows[:, column] = value

    # Levels: the slot with the largest score says the value, or leaves the number.
    scores, end = x[:, M["n_numbers"] :] + noise + M["offsets"], 0
    for column, width in zip(M["level_columns"], M["widths"]):
        slot = end + scores[:, end : end + width].argmax(axis=1)
        rows[:, column] = np.where(M["own"][slot], M["level_values"][slot], rows[:, column])
        end += width
    if M["n_given"]:
        rows[:, M["label"]] = labels

    rules = [[M[f"rule_{part}_{i}"] for part in ("columns", "weights", "ends")] for i in range(int(M["n_rules"]))]
    made = np.setdiff1d(np.arange(rows.shape[1]), [columns[0] for columns, _, _ in rules])
    rows[:, made] = settle(rows[:, made], made)
    for (column, *others), weights, ends in rules:
        rows[:, column] = settle(obey(rows[:, column], ends, rows[:, others] @ weights, column), column)
    return rows


def settle(values, columns):
    """Round to the decimals of columns, NaN where nothing is rounded, and hold in their ranges."""
    step = 10.0 ** M["decimals"][columns]
    return np.clip(np.where(np.isnan(step), values, np.round(values * step) / step), M["low"][columns], M["high"][columns])


def obey(learned, ends, others, column):
    """Return the column that a rule is solved for: the bound of an equation, or a share of the room beside it."""
    constant, side, strict, cap, far = ends
    bound, step = constant - others, 10.0 ** M["decimals"][column]
    if side == 0:
        return np.where(np.isnan(bound + learned), learned, bound)
    bound = side * bound  # the least value from here on, with the column's decimals; 1e-6 is what sums are off by
    if np.isnan(step):
        least = np.nextafter(bound, np.inf) if strict else bound
    else:
        noise = 1e-6 + 4 * np.finfo(float).eps * np.abs(bound * step)
        least = (np.floor(bound * step + noise) + 1 if strict else np.ceil(bound * step - noise)) / step
    near = side * np.fmax(least, side * cap)
    return near + np.clip(learned, 0, 1) * (far - near)
