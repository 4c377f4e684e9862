"""How well series are learned: scores on blocks of time that were not learned, those of the papers, and long series.

    python benchmarks/series.py etth --protocol honest [--seeds 0 1] [--iterations N] [--results FILE]
    python benchmarks/series.py stocks --protocol papers [--lengths 24 64 128 256] [--ts2vec DIR]
    python benchmarks/series.py energy --protocol honest long      # one fit for both
    python benchmarks/series.py --show FILE

Series: ETTh1 (7 channels, hourly), Google's prices (6; given business days, for the file has no stamps) and appliances'
energy (28, every 10 minutes), from ../shared/data; values in [0, 1] over the whole series.

honest
    Of 40 blocks of time the even ones are learned, as one long table whose gaps split it, and 4,000 windows of 24 are
    judged against all windows of the odd ones. Detectors (boosted trees; a network of convolutions and a GRU; trees on
    the changes of one channel, mean of all) learn half of the odd blocks and are tested on the other half. ACF (also
    about each window's own mean), spectrum (log10 of power), cross-correlations (values and changes, lags 0, 1, 3) and
    shares of unchanged steps: mean distance. KS: mean of the channels. Ratio: median distance to the nearest learned
    window over that of held-out windows. Near: share nearer than 1% of these; runs: share of windows that hold six
    learned steps in a row.
papers
    The whole series is learned, and judged against all its windows: copies win, and Gaussian windows do well. DS:
    |accuracy - 1/2| of a GRU, mean of three seeds. At lengths other than the first only DS is taken. As many windows
    as there are real ones; each begins at a real past, of which 24 steps that follow are made and thrown away.
long
    60 series of 408 steps, and 20 of 3,000, of which steps 960 to 3,000 are judged: windows of 24 cut from them as in
    "honest", ACF to lag 199 against that of the odd blocks (none where those are shorter), and the mean change at every
    24th step over that elsewhere.

Beside: "plain" is the chain without what chooses and lets through, "sieved" the default, "linear chain" the one it
began as; real: learned windows, what a perfect synthesizer would get; VAR(6) with residuals drawn from its own; the
stationary bootstrap with runs of 24 steps on the average, and with 96. The latter are drawn once, with seed 0.
CPU seconds; steps per CPU second include the 24 thrown away; MB are those of the whole process at its largest.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from quality import literal
from series_data import FILES, Series, cut, load, windows
from series_models import BESIDE, CEILING, OURS, Fitted, make_beside
from series_networks import context_fid, correlational, discriminative, predictive
from series_scores import acf, copying, gap, ks, measure, spectrum, trees_auc
from series_show import print_tables

LENGTH, WINDOWS, LONG, LATER = 24, 4000, 408, 3000
N_LONG = {LONG: 60, LATER: 20}  # series
LATE, PARTS = 960, 5  # where the judged part of the longer ones begins, and into how many it is cut
LAGS = 200
DS_SEEDS = 3


def main() -> None:
    args = parse_arguments()
    torch.set_num_threads(1)
    if args.data:
        series = Series(args.data, load(args.shared, args.data))
        options = dict(args.set) | ({"iterations": args.iterations} if args.iterations else {})
        for row in run(series, args, options):
            print(json.dumps(row), flush=True)
            append(args.results, row)
            args.known.append(row)
    print_tables([row for row in args.known if args.data in (None, row["data"])])


def run(series: Series, args: argparse.Namespace, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows that are not known yet."""
    for seed in args.seeds:
        fits = {whole: Fitted(series, whole, seed, options) for whole in (False, True)}
        for protocol in args.protocol:
            fitted = fits[protocol == "papers"]
            for length in {"honest": [LENGTH], "papers": args.lengths, "long": list(N_LONG)}[protocol]:
                for method in args.methods or (*OURS, *BESIDE):
                    at = {"data": series.name, "protocol": protocol, "length": length, "method": method}
                    at |= {"seed": seed, "options": json.loads(json.dumps(options))}
                    if method in BESIDE and (seed != args.seeds[0] or not occurs(method, protocol, length, args)):
                        continue
                    if method in BESIDE:
                        at |= {"seed": 0, "options": {}}
                    if not any(at.items() <= row.items() for row in args.known):
                        yield at | PROTOCOLS[protocol](series, fitted, method, length, args)


def occurs(method: str, protocol: str, length: int, args: argparse.Namespace) -> bool:
    """Tell whether what stands beside is measured there: real series are short, and the papers' at one length."""
    if protocol == "papers":
        return length == args.lengths[0]
    return not (protocol == "long" and length == LATER and method == CEILING)


def honest(series: Series, fitted: Fitted, method: str, length: int, args: argparse.Namespace) -> dict[str, Any]:
    learned, held, groups = series.split(length)
    if method in OURS:
        made, facts = fitted.windows(method, args.windows, length)
        facts |= fitted.facts
    else:
        made = learned if method == CEILING else make_beside(series, method, args.windows, length)
        facts = {}
    return measure(made, learned, held, groups) | facts


def papers(series: Series, fitted: Fitted, method: str, length: int, args: argparse.Namespace) -> dict[str, Any]:
    real = windows(series.values, length)
    n, facts = min(len(real), args.most or len(real)), {}
    if method in OURS:
        made, facts = fitted.windows(method, n, length)
        facts |= fitted.facts
    else:
        made = real if method == CEILING else make_beside(series, method, n, length, whole=True)
    each = [discriminative(real, made, seed) for seed in range(DS_SEEDS)]
    scores: dict[str, Any] = {"ds": float(np.mean(each)), "ds_each": each}
    if length == args.lengths[0]:
        scores |= {"predictive": predictive(real, made), "corr": correlational(real, made)}
        if args.ts2vec:
            scores["context_fid"] = context_fid(real, made, args.ts2vec)
    return scores | facts


def long(series: Series, fitted: Fitted, method: str, length: int, args: argparse.Namespace) -> dict[str, Any]:
    n, facts = min(N_LONG[length], args.most or N_LONG[length]), {}
    if method in OURS:
        made, facts = fitted.long(method, n, length)
        facts |= fitted.facts
    elif method == CEILING:
        made = stack(series, 0)
    else:
        made = make_beside(series, method, n, length)
    if length == LATER:
        made = np.concatenate(np.split(made[:, LATE : LATE + PARTS * LONG], PARTS, axis=1))
    return measure_long(series, made, args.windows) | facts


PROTOCOLS = {"honest": honest, "papers": papers, "long": long}


def stack(series: Series, first: int) -> np.ndarray:
    """Return the blocks that are learned (0), or not (1), as series of the same length, at most 408 steps."""
    blocks = series.blocks(first)
    shortest = min(LONG, *(len(b) for b in blocks))
    return np.stack([b[:shortest] for b in blocks])


def measure_long(series: Series, made: np.ndarray, n_windows: int) -> dict[str, float]:
    """Return the scores of series of shape (n_series, n_steps, n_channels), cut every 24 steps if at all."""
    learned, held, groups = series.split(LENGTH)
    w = cut(made, n_windows, LENGTH, np.random.default_rng(0))
    seams = range(LENGTH, made.shape[1] - LENGTH, LENGTH)
    at_seams = np.concatenate([made[:, s - LENGTH // 2 : s + LENGTH // 2] for s in seams])
    change = np.abs(np.diff(made, axis=1)).mean((0, 2))
    every = np.arange(LENGTH - 1, len(change), LENGTH)
    ratio, near = copying(w, learned, held)
    others = stack(series, 1)
    far = {} if min(others.shape[1], made.shape[1]) <= LAGS else {"acf": gap(lambda x: acf(x, LAGS), made, others)}
    return far | {
        "auc": trees_auc(w, held, groups),
        "seam": float(change[every].mean() / np.delete(change, every).mean()),
        "seam_auc": trees_auc(at_seams, held, groups),
        "psd": gap(spectrum, w, held),
        "ks": ks(w, held),
        "ratio": ratio,
        "near": near,
    }


def append(path: Path | None, row: dict[str, Any]) -> None:
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def read_results(path: Path | None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path and path.exists() else []


def parse_arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", choices=list(FILES))
    parser.add_argument("--protocol", nargs="+", choices=list(PROTOCOLS), default=["honest"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--iterations", type=int, help="of the fits; the default is the synthesizer's")
    parser.add_argument("--set", nargs="+", type=literal_pair, default=[], metavar="NAME=VALUE", help="other options")
    parser.add_argument("--methods", nargs="+", choices=(*OURS, *BESIDE), help="only these")
    parser.add_argument("--lengths", nargs="+", type=int, default=[LENGTH], help='steps of windows, in "papers"')
    parser.add_argument("--windows", type=int, default=WINDOWS, help='generated windows, in "honest" and "long"')
    parser.add_argument("--most", type=int, help='at most so many windows in "papers", and series in "long": to try it')
    parser.add_argument("--ts2vec", type=Path, metavar="DIR", help="a copy of TS2Vec, for Context-FID")
    parser.add_argument("--results", type=Path, help="a file of lines of JSON; what it holds is not measured again")
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--show", type=Path, metavar="FILE", help="only print the tables of a file of results")
    args = parser.parse_args(given)
    if not (args.data or args.show):
        parser.error(f"name a series ({', '.join(FILES)}), or a file of results with --show")
    args.known = read_results(args.show or args.results)
    return args


def literal_pair(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    return name, literal(value)


if __name__ == "__main__":
    main()
