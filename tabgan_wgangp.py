"""Where the commands `tabgan` and `tabgan-wgangp` start.

Another distribution has a package `tabgan`, too, which may overwrite ours. This file has a name of its own, so that it
is here even then, and says so. It imports nothing of `tabgan` before it has looked.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

OURS = "tabgan-wgangp"
REMEDY = f"pip uninstall tabgan {OURS}, then pip install {OURS}"


def main() -> None:
    """Run the command line; Ctrl-C before a command has begun ends it without a word, as shells have it."""
    try:
        start()
    except KeyboardInterrupt:
        sys.exit(130)


def start() -> None:
    """Run the command line, or end with exit code 1 and one line that says why there is none."""
    spec = find_spec("tabgan")  # runs nothing of it
    origin = Path(spec.origin) if spec and spec.origin else None
    if origin is None:
        sys.exit(f"Error: the files of {OURS} are gone, as when another package named tabgan is uninstalled; {REMEDY}")
    if OURS not in origin.read_text(encoding="utf-8", errors="replace"):
        sys.exit(f"Error: {origin.parent} is another project's package named tabgan, where {OURS} should be; {REMEDY}")
    try:
        from tabgan.cli.main import main as run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "tabgan":
            raise
        sys.exit(f"Error: files of {OURS} are missing ({error.name}); {REMEDY}")
    os.environ.setdefault("PYTHONSAFEPATH", "1")  # processes beside import nothing from the folder at hand, as this one
    run()


if __name__ == "__main__":
    main()
