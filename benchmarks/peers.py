"""tabgan against its peers: speed, memory, quality, and the time that tabgan takes to a peer's quality.

    python benchmarks/peers.py [--shared ../shared] [--tables cwru_bearing,concrete] [--peers ctgan,tvae] [--quick]

Tables, halves and judge are those of quality.py: one half is learned at the tool's defaults, and as many rows as the
other half has are judged against that half. Each tool is a script of peer_scripts/ in a process of its own, on the CPU
with one thread. Most have environments of their own, made when missing, and none is a dependency of tabgan. Beside
CTGAN, TVAE and fg-data-synthetic these are a vine copula (pyvinecopulib; also under tabgan's sieve), SMOTE
(imbalanced-learn), adversarial random forests (arfpy), unmasking trees (utrees) and TabularARGN (mostlyai-engine).
CTGAN and TVAE are not open source and are only measured. Generators on TabPFN need weights that an installation does
not bring; they are left out. The DCR ratio tells what a low AUC may come from: 1 is no nearer to learned rows than to
others, 0 is copies.

Time to equal quality: tabgan is fitted with growing numbers of iterations, each a complete fit with its own schedule
and all else default, until it is as good as every peer. What counts against a peer is the first fit whose detector AUC
is at or below the peer's. Where a peer is told apart almost always that says little: calibration alone gets there, and
how columns depend on each other may still be worse than the peer's. So beside it stands the first fit that is at or
below the peer in all three scores. Nothing is tuned by table. One seed, one run: seconds vary with the machine's load.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from quality import HERE, TABLES, halves, make_judge_environment, score

# The environment of each peer's script, None for tabgan's own: the textbook program needs only torch and pandas.
PEERS = {
    "ctgan": ".venv-ctgan",
    "tvae": ".venv-ctgan",
    "ydata": ".venv-ydata",
    "textbook": None,
    "vine": ".venv-vine",
    "vine_sieve": None,  # needs the extra `vine` beside tabgan
    "smote": ".venv-smote",
    "arf": ".venv-arf",
    "utrees": ".venv-utrees",
    "mostlyai": ".venv-mostlyai",
}
INSTALLS = {  # one installation after the other: torch first, at a version of which there is a small wheel; what must
    # suit each other stands in one
    ".venv-ctgan": ["torch==2.13.0", "ctgan==0.12.1"],
    ".venv-ydata": ["fg-data-synthetic==2.1.0"],  # TensorFlow 2.15: Python 3.9 to 3.11
    ".venv-vine": ["pandas==2.3.3", "pyvinecopulib==1.0.1"],
    ".venv-smote": ["pandas==2.3.3", "imbalanced-learn==0.14.2"],
    ".venv-arf": ["pandas==2.3.3 numpy<2.4 scikit-learn<1.6 arfpy==0.1.1"],
    ".venv-utrees": ["pandas==2.3.3 scikit-learn<1.6 utrees==0.3.0"],
    # torchvision is of another build than a small torch, is not needed, and fails when it is imported
    ".venv-mostlyai": ["torch==2.13.0", "mostlyai-engine==2.7.3", "uninstall -y torchvision torchaudio"],
}
LADDER = [10, 20, 50, 100, 200, 500, 1000, 3000]
ENVIRONMENT = {  # of every tool, and of the judge, which scores the same and is faster with one thread
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "LOKY_MAX_CPU_COUNT": "1",  # or CTGAN starts a process per core to encode
    "CUDA_VISIBLE_DEVICES": "",
}
AUC = "c2st_gb_rounded"  # the judge's name of the detector's AUC, of rows with the learned decimals
QUALITY = ("ks_mean", "pair_error", AUC)


class PeerError(Exception):
    """A tool that could not be installed, fitted or judged."""


def main() -> None:
    args = parse_arguments()
    os.environ.update(ENVIRONMENT)
    tools = Tools(args)
    peers = measure_defaults(tools, args.tables, args.peers)
    if not args.no_ladder:
        compare(peers, measure_ladders(tools, peers))


def measure_defaults(tools: Tools, tables: list[str], peers: list[str]) -> dict[str, dict[str, dict]]:
    """Print what each tool does at its defaults; return the peers' results by table."""
    measured = ("fit s", "peak MB", "MB before fit", "rows/s")
    print_row("table", "tool", *measured, "mean KS", "pair error", "detector AUC", "DCR ratio")
    print_row(*["---"] * 10)
    results: dict[str, dict[str, dict]] = {table: {} for table in tables}
    for table in tables:
        for tool in ("tabgan", *peers):
            result = tools.try_one(table, tool, tools.default_budget(tool))
            print_row(table, tool, *(["failed"] + ["-"] * 7 if result is None else cells(result)))
            if result is not None and tool != "tabgan":
                results[table][tool] = result
    return results


def measure_ladders(tools: Tools, peers: dict[str, dict[str, dict]]) -> dict[str, list[tuple[int, dict]]]:
    print("\ntabgan by iterations\n")
    print_row("table", "iterations", "fit s", "mean KS", "pair error", "detector AUC")
    print_row(*["---"] * 6)
    return {table: list(climb(tools, table, list(results.values()))) for table, results in peers.items()}


def compare(peers: dict[str, dict[str, dict]], ladders: dict[str, list[tuple[int, dict]]]) -> None:
    print("\nTime to equal quality\n")
    ours = ("iterations", "our s", "times faster")
    print_row("table", "peer", "its fit s", "its AUC", *ours, *(f"{name}, all scores" for name in ours))
    print_row(*["---"] * 10)
    for table, results in peers.items():
        for peer, result in results.items():
            print_row(table, peer, *comparison(result, ladders[table]))


def parse_arguments() -> argparse.Namespace:
    default_tables = [table for table in TABLES if table != "breast_cancer"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=HERE.parent.parent / "shared", help="folder with data/ and judge/"
    )
    parser.add_argument("--no-ladder", action="store_true", help="leave out the time to equal quality")
    parser.add_argument("--tables", type=names_of(TABLES), default=default_tables, help="separated by commas")
    parser.add_argument("--peers", type=names_of(PEERS), default=list(PEERS), help="separated by commas")
    parser.add_argument("--judge-python", type=Path, help="an interpreter that has sdmetrics, in place of .venv-judge")
    parser.add_argument("--environments", type=Path, default=HERE.parent, help="folder of the peers' environments")
    parser.add_argument("--quick", action="store_true", help="smallest budgets, to see whether everything runs")
    return parser.parse_args()


def names_of(allowed: Iterable[str]):
    def parse(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in allowed]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose from {', '.join(allowed)}")
        return names

    return parse


class Tools:
    """Fits a tool to a table in a process of its own, and has its rows judged."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.shared, self.quick = args.shared, args.quick
        self.environments = args.environments.resolve()
        self.judge = [str(find_judge(args)), str(args.shared / "judge" / "metrics.py")]

    def default_budget(self, tool: str) -> int | None:
        """None, the tool's default; in a quick run one epoch, or some iterations."""
        return (20 if tool in ("tabgan", "textbook") else 1) if self.quick else None

    def ladder(self) -> list[int]:
        return LADDER[:2] if self.quick else LADDER

    def try_one(self, table: str, tool: str, budget: int | None) -> dict | None:
        """Return what was measured and the judge's scores; None, with the reason on stderr, where that failed."""
        path, columns = TABLES[table]
        train, test = halves(pd.read_csv(self.shared / "data" / path), columns)
        try:
            measured, synthetic = self.fit(tool, budget, train, len(test))
            return measured | score(self.judge, train, test, synthetic, floor=False)
        except (PeerError, subprocess.CalledProcessError, ValueError) as error:  # the last: no JSON, no rows
            print(f"{tool} on {table} failed: {error}", file=sys.stderr, flush=True)
            return None

    def fit(self, tool: str, budget: int | None, train: pd.DataFrame, n: int) -> tuple[dict, pd.DataFrame]:
        folder = PEERS.get(tool)
        python = sys.executable if folder is None else make_environment(self.environments / folder)
        with tempfile.TemporaryDirectory() as work:
            table, rows = Path(work) / "train.csv", Path(work) / "synthetic.csv"
            train.to_csv(table, index=False)
            command = [str(python), str(HERE / "peer_scripts" / f"fit_{tool}.py"), str(table), str(n), str(rows)]
            command += [] if budget is None else ["--budget", str(budget)]
            command += ["--throughput-rows", "1000"] if self.quick else []
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise PeerError(last_line(done.stderr) or f"exit status {done.returncode}")
            return json.loads(last_line(done.stdout)), pd.read_csv(rows)


def find_judge(args: argparse.Namespace) -> Path:
    beside = args.environments / ".venv-judge" / "bin" / "python"
    return args.judge_python or (beside.absolute() if beside.exists() else make_judge_environment())


def make_environment(folder: Path) -> Path:
    """Return the interpreter of a peer's environment, making it when it is missing or was not finished."""
    python, finished = folder / "bin" / "python", folder / ".installed"
    if not finished.exists():
        print(f"making {folder.name}", file=sys.stderr, flush=True)
        run_or_fail([python_311(), "-m", "venv", "--clear", str(folder)])
        for requirement in INSTALLS[folder.name]:
            run_or_fail(
                [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirement.split()]
            )
        finished.touch()
    return python


def python_311() -> str:
    """An interpreter that all peers can be installed for; this one where there is no Python 3.11."""
    return sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11") or sys.executable


def run_or_fail(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise PeerError(f"{' '.join(command[1:])}: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


def climb(tools: Tools, table: str, peers: list[dict]) -> Iterable[tuple[int, dict]]:
    """Fit tabgan with growing numbers of iterations until it is as good as each of the peers; print each fit."""
    behind = peers
    for iterations in tools.ladder():
        if not behind:
            return
        result = tools.try_one(table, "tabgan", iterations)
        if result is None:
            continue
        print_row(table, iterations, f"{result['fit_seconds']:.2f}", *scores(result))
        yield iterations, result
        behind = [peer for peer in behind if not as_good(result, peer, QUALITY)]


def as_good(ours: dict, theirs: dict, names: Iterable[str]) -> bool:
    return all(ours[name] <= theirs[name] for name in names)


def comparison(peer: dict, ladder: list[tuple[int, dict]]) -> list[str]:
    """A peer's seconds and AUC, and our first fits as good in the AUC and in all scores, each with the ratio."""
    row = [f"{peer['fit_seconds']:.1f}", f"{peer[AUC]:.3f}"]
    for names in ([AUC], QUALITY):
        fits = ((iterations, ours["fit_seconds"]) for iterations, ours in ladder if as_good(ours, peer, names))
        iterations, seconds = next(fits, (None, None))
        row += (
            ["not reached", "-", "-"]
            if seconds is None
            else [str(iterations), f"{seconds:.2f}", f"{peer['fit_seconds'] / seconds:.1f}"]
        )
    return row


def cells(result: dict) -> list[str]:
    measured = (f"{result['fit_seconds']:.1f}", f"{result['peak_mb']:.0f}", f"{result['before_mb']:.0f}")
    return [*measured, f"{result['rows_per_second']:,.0f}", *scores(result), f"{result['dcr_ratio']:.2f}"]


def scores(result: dict) -> list[str]:
    """Mean KS, pair error and detector AUC, as text."""
    return [f"{result[name]:.3f}" for name in QUALITY]


def print_row(*row: object) -> None:
    print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


if __name__ == "__main__":
    main()
