"""What only a GPU can show, in ten minutes and one table: is training there right, repeatable, and faster?

    benchmarks/gpu.sh                                     # or python benchmarks/gpu.py
    python benchmarks/gpu.py --only speed,memory          # some of the steps
    python benchmarks/gpu.py --device cpu --quick         # in small, on a CPU: whether the script works

Each step (`gpu_steps.py`) is a process of its own that has so many seconds. What fails, or takes longer, is a row of
the table that says so, and the next step follows. The exit code is 1 if any failed, 2 if there is no GPU.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECONDS = {  # ten minutes in all
    "tests": 80,
    "graph": 40,
    "seed": 50,
    "resume": 70,
    "speed": 70,
    "memory": 90,
    "room": 40,
    "label": 25,
    "custom": 25,
    "judge": 110,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="cuda, cuda:N, or cpu to try the script")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--only", default=",".join(SECONDS), help="steps, separated by commas")
    parser.add_argument("--step", choices=SECONDS, help=argparse.SUPPRESS)  # one, in this process
    args = parser.parse_args(arguments)
    if unknown := set(args.only.split(",")) - set(SECONDS):
        parser.error(f"--only takes {', '.join(SECONDS)}, but not {', '.join(sorted(unknown))}")
    import torch

    if args.device != "cpu" and not torch.cuda.is_available():
        print(f"there is no CUDA GPU here (torch {torch.__version__}); --device cpu --quick tries the script itself")
        return 2
    if args.step:
        from gpu_steps import STEPS

        if args.device != "cpu":
            torch.cuda.set_device(args.device)
        for row in STEPS[args.step](args.device, args.quick):
            print(json.dumps(row._asdict()), flush=True)
        return 0
    where = "the CPU" if args.device == "cpu" else torch.cuda.get_device_name(args.device)
    print(f"{where}, torch {torch.__version__}, CUDA {torch.version.cuda}\n")
    print("| step | what | result | holds | s |\n|---|---|---|---|---|", flush=True)
    holds = [show(name, args.device, args.quick) for name in args.only.split(",")]
    return 0 if all(holds) else 1


def show(name: str, device: str, quick: bool) -> bool:
    """Take a step and print its rows; return whether all of them hold."""
    begun = time.monotonic()
    rows = take(name, device, quick)
    for i, row in enumerate(rows):
        seconds = "" if i else f"{time.monotonic() - begun:.0f}"
        held = "yes" if row["holds"] else "NO"
        print("| " + " | ".join([name, row["what"], row["result"].replace("|", "/"), held, seconds]) + " |", flush=True)
    return all(row["holds"] for row in rows)


def take(name: str, device: str, quick: bool) -> list[dict[str, Any]]:
    """Return the rows of a step that a process of its own takes: an error there, such as of the driver, stays there."""
    command = [sys.executable, __file__, "--step", name, "--device", device, *(["--quick"] if quick else [])]
    child = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    late = False
    try:
        said, errors = child.communicate(timeout=SECONDS[name])
    except subprocess.TimeoutExpired:
        late = True
        os.killpg(child.pid, signal.SIGKILL)  # its own children, too
        said, errors = child.communicate()
    return read_rows(said, errors, child.returncode, SECONDS[name] if late else None)


def read_rows(said: str, errors: str, code: int, late: int | None) -> list[dict[str, Any]]:
    """Return the rows that a step wrote before it ended, and one more if it did not end well."""
    rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    if late is not None:
        rows.append({"what": "the step itself", "result": f"not done in {late} s", "holds": False})
    elif code or not rows:
        last = (errors.strip().splitlines() or [f"exit code {code}"])[-1]
        rows.append({"what": "the step itself", "result": last[:300], "holds": False})
    return rows


if __name__ == "__main__":
    sys.exit(main())
