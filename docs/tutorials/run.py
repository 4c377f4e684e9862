"""Run the notebooks of this folder and write them with their outputs; without --write, only run them.

    python docs/tutorials/run.py [--write] [01-quick-start.ipynb ...]

Needs the extras dev. What is written has no times, versions or random names in it, so that running again changes a file
only where an output did change.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

FOLDER = Path(__file__).resolve().parent
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
COLOURS = 64  # of a picture, for small files
TIMELESS = """
from dataclasses import replace as _replace
from tabgan.gan import run_picture as _run_picture
_draw = _run_picture.draw_history
_run_picture.draw_history = lambda history, *more: _draw(_replace(history, seconds=None), *more)
"""
"""Run with the first cell: pictures of losses do not say how long a fit took."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, default=NOTEBOOKS)
    parser.add_argument("--write", action="store_true", help="write the outputs into the notebooks")
    args = parser.parse_args()
    for path in args.notebooks:
        notebook = execute(nbformat.read(path, as_version=4))
        if args.write:
            nbformat.write(normalise(notebook), path)


def execute(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook as it is after all its cells were run, in this folder; an error in a cell is raised."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    shown = first.source
    first.source += TIMELESS
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": FOLDER}})
    client.execute(env=os.environ | {"OMP_NUM_THREADS": "1"})  # sums depend on how many threads there are
    first.source = shown
    return notebook


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook without all that changes from run to run, with small pictures."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number:02}", {}
        for output in cell.get("outputs", []):
            if "data" in output:
                output.metadata, output.data = {}, simplify(output.data)
    return notebook


def simplify(shown: dict) -> dict:
    """Return what a cell shows in its richest form alone: a picture, a page or text."""
    if "image/png" in shown:
        return {"image/png": shrink(shown["image/png"]), "text/plain": "<picture>"}
    return {"text/html": shown["text/html"]} if "text/html" in shown else shown


def shrink(png: str) -> str:
    """Return a picture with few colours and without what the file says of its making."""
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    if picture.mode != "P":
        picture = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, "png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


if __name__ == "__main__":
    main()
