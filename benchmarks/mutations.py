"""Does the suite notice small mistakes? Constants, comparisons and signs are changed, one at a time, in a copy.

    python benchmarks/mutations.py                                   # 40 changes of seed 0, about an hour of two cores
    python benchmarks/mutations.py --seed 7 --count 10 --room gan --jobs 2

For each change the tests of the file and its room run first, then the contract of synthesizers and the rooms that use
it, until one fails or the time is up. The checkout stays as it is. A change that means the same as what it replaces
survives, too: read the list of survivors before writing a test.
"""

from __future__ import annotations

import argparse
import ast
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
USERS = {
    "gan": ("synthesizers",),
    "preprocessing": ("synthesizers", "interop"),
    "schema": ("tables", "synthesizers"),
    "synthesizers": ("interop", "cli"),
}
"""Rooms, and those whose tests use them."""

CHECKS = "checks.py"  # of the contract, which are tests themselves
SWAPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+"}
MOST_SECONDS = 1800
"""That the tests of one change may take."""
UNDONE = "undone"


class Mutation(NamedTuple):
    """Bytes of a file in place of others."""

    path: str
    line: int
    begin: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.old} -> {self.new}"

    def apply(self, folder: Path) -> None:
        """Change the file in a copy of the repository."""
        file = folder / self.path
        source = file.read_bytes()
        assert source[self.begin : self.end].decode() == self.old
        file.write_bytes(source[: self.begin] + self.new.encode() + source[self.end :])


class Source:
    """A file, with places as positions of bytes."""

    def __init__(self, path: Path) -> None:
        self.name, self.bytes = path.relative_to(ROOT).as_posix(), path.read_bytes()
        self.starts = [0]
        for line in self.bytes.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def begin(self, node: ast.expr) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr) -> int:
        return self.starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    def change(self, begin: int, end: int, new: str) -> Mutation:
        return Mutation(
            self.name, self.bytes.count(b"\n", 0, begin) + 1, begin, end, self.bytes[begin:end].decode(), new
        )

    def swap(self, left: ast.expr, right: ast.expr) -> list[Mutation]:
        """Another operator between two operands, if it is one of ours."""
        begin = self.end(left)
        found = re.search(rb"[<>=!]=|[<>+-]", self.bytes[begin : self.begin(right)])
        return [self.change(begin + found.start(), begin + found.end(), SWAPPED[found[0].decode()])] if found else []

    def mutations(self) -> list[Mutation]:
        """Return all changes of the file, in the order of their places."""
        return sorted(
            (found for node in _walk(ast.parse(self.bytes)) for found in self._of(node)), key=lambda one: one.begin
        )

    def _of(self, node: ast.AST) -> list[Mutation]:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and type(node.value) is not bool:
            return [self.change(self.begin(node), self.end(node), _other(node.value))]
        if isinstance(node, ast.Compare):
            pairs = zip([node.left, *node.comparators], node.comparators, strict=False)
            return [found for left, right in pairs for found in self.swap(left, right)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            return self.swap(node.left, node.right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return [self.change(self.begin(node), self.begin(node) + 1, "")]
        return []


def _other(number: int | float) -> str:
    """A number near another: half as much again, or one more."""
    if isinstance(number, float):
        return repr(float(f"{number * 1.5:.6g}") or 1.0)
    return str(number + (number // 2 if number >= 10 else 1))


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run, but for texts: annotations, messages and the arguments of `raise` are left out."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, (ast.JoinedStr, ast.Raise)):
                yield child
                yield from _walk(child)


def tests_for(mutation: Mutation, folder: Path) -> list[str]:
    """Return the tests that may notice, the likeliest first."""
    _, room, *_, file = Path(mutation.path).parts
    own = sorted((folder / "tests" / room).glob(f"test_{Path(file).stem}*.py"))
    paths = [*own, folder / "tests" / room, folder / "tests/test_contract.py", folder / "tests/test_version_1.py"]
    paths += [folder / "tests" / user for user in USERS[room]]
    return [str(path.relative_to(folder)) for path in paths if path.exists()]


def copy_repository(folder: Path) -> Path:
    """Copy what git knows, or would take in, into a folder, beside a link to the real tables."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    copy = folder / "repository"
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    if (ROOT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(ROOT.parent / "shared")
    return copy


def run_tests(tests: Sequence[str], folder: Path, seconds: float) -> str:
    """Return the first test that fails, nothing if all pass, or `UNDONE` if the time is up."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return UNDONE
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed[1] if failed else f"pytest ended with {done.returncode}"


def read_arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    parser.add_argument("--count", type=int, default=40, help="how many changes")
    parser.add_argument("--room", action="append", choices=USERS, help="only this one; may be given several times")
    parser.add_argument("--jobs", type=int, default=1, help="how many at the same time, each in a copy")
    parser.add_argument("--seconds", type=float, default=MOST_SECONDS, help="that the tests of one change may take")
    parser.add_argument("--list", action="store_true", help="print the changes and stop")
    parser.add_argument("--trust", action="store_true", help="do not run the tests without a change first")
    return parser.parse_args()


def main() -> None:
    """Draw, try and print."""
    asked = read_arguments()
    rooms = asked.room or list(USERS)
    files = sorted(path for room in rooms for path in (ROOT / "tabgan" / room).rglob("*.py") if path.name != CHECKS)
    every = [mutation for path in files for mutation in Source(path).mutations()]
    drawn = sorted(random.Random(asked.seed).sample(every, min(asked.count, len(every))))
    print(f"{len(drawn)} of {len(every):,} changes in {', '.join(rooms)}, seed {asked.seed}", flush=True)
    if asked.list:
        print(*drawn, sep="\n")
        return
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(asked.jobs) as pool:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for job in range(asked.jobs):
            copies.put(copy_repository(Path(place) / str(job)))

        def attempt(mutation: Mutation, change: bool = True) -> str:
            folder, begin = copies.get(), time.monotonic()
            file = folder / mutation.path
            before = file.read_bytes()
            try:
                if change:
                    mutation.apply(folder)
                noticed = run_tests(tests_for(mutation, folder), folder, asked.seconds if change else 7200)
            finally:
                file.write_bytes(before)
                copies.put(folder)
            if change:
                by = f"  by {noticed}" if noticed not in ("", UNDONE) else ""
                word = {"": "SURVIVED", UNDONE: "UNDONE  "}.get(noticed, "killed  ")
                print(f"{word}  {mutation}{by}  ({time.monotonic() - begin:.0f} s)", flush=True)
            return noticed

        if not asked.trust:
            of_rooms = {mutation.path.split("/")[1]: mutation for mutation in drawn}
            for noticed in pool.map(lambda one: attempt(one, change=False), of_rooms.values()):
                if noticed:
                    sys.exit(f"the tests must pass without a change, but: {noticed}; mend that first")
        results = list(pool.map(attempt, drawn))
    survivors = [one for one, noticed in zip(drawn, results, strict=True) if not noticed]
    undone = results.count(UNDONE)
    print(
        f"\n{len(drawn) - len(survivors) - undone} of {len(drawn)} killed, {undone} undone after {asked.seconds:.0f} s"
    )
    if survivors:
        print("survivors (some may mean the same as before):", *survivors, sep="\n  ")


if __name__ == "__main__":
    main()
