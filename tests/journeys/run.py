"""Go the ways of six users with a wheel of what is here, each from an empty folder in a fresh environment.

    python -m tests.journeys.run [ci matlab ...] [--python python3.12] [--torch torch] [--seen build/journeys]

Python 3.10 gets the lowest versions of what tabgan needs, 3.13 the newest, and any other those of constraints.txt;
without --python the first two are taken where they exist. --torch torch leaves the choice of the build to pip, where
the index of the pages cannot be reached. What each user saw is written for looking at: terminals as text, and with
a Chromium as pictures; pages in light and dark and in three widths.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.journeys.environment import ROOT, TORCH, VERSIONS, Shop, build_wheel
from tests.journeys.pictures import show
from tests.journeys.user import User

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if "\ndef journey(" in path.read_text("utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all when left out")
    parser.add_argument("--python", action="append", help="with which Python; may be repeated")
    parser.add_argument("--torch", default=TORCH, help=f"what pip is told of torch [{TORCH}]")
    parser.add_argument("--seen", type=Path, default=ROOT / "build" / "journeys", help="folder for what was seen")
    args = parser.parse_args()
    if unknown := sorted(set(args.names) - set(NAMES)):
        parser.error(f"there is no journey {', '.join(unknown)}; those are {', '.join(NAMES)}")
    pythons = args.python or [*filter(starts, (f"python{version}" for version in VERSIONS))] or [sys.executable]
    ended = []
    with tempfile.TemporaryDirectory(prefix="journeys-") as folder:
        wheel = build_wheel(Path(folder) / "wheel")
        for number, python in enumerate(pythons):
            shop = Shop(Path(folder) / f"shop-{number}", python, wheel, args.torch)
            ended += [go(name, shop, args.seen) for name in args.names or NAMES]
    sys.exit(0 if all(ended) else 1)


def starts(python: str) -> bool:
    """Whether there is such a Python; the shims of version managers may lead nowhere."""
    try:
        return subprocess.run([python, "-V"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def go(name: str, shop: Shop, seen: Path) -> bool:
    """Go one way, say how it went, and show what was seen; whether it went well."""
    journey = importlib.import_module(f"tests.journeys.{name}")
    programs = shop.environment(name, journey.WHO.extras, journey.WHO.beside)
    user = User(shop.folder / f"{name}-user", programs, journey.WHO)
    began, well = time.perf_counter(), True
    try:
        journey.journey(user)
    except AssertionError:
        traceback.print_exc()
        well = False
    told = f"{name}: Python {shop.version}, versions: {shop.versions}: {'arrived' if well else 'stumbled'}"
    sys.stdout.write(f"{told} after {time.perf_counter() - began:.0f} s\n")
    show(user, seen / f"{name}-{shop.version}")
    return well


if __name__ == "__main__":
    main()
