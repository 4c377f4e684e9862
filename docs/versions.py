"""Build the site of this version beside those of others: `python docs/versions.py FOLDER`.

It goes into FOLDER/VERSION; FOLDER/versions.json lists all that are there for the menu of each page, and
FOLDER/index.html leads to the newest one. A folder of this form is what a web server is given.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).parent))

import build

import tabgan

LEAD = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={0}/"><a href="{0}/">{0}</a>\n'


def find_versions(folder: Path) -> list[Version]:
    """Return of which versions a folder holds a site, the newest first."""
    found = []
    for path in folder.glob("*/index.html"):
        try:
            found.append(Version(path.parent.name))
        except InvalidVersion:  # a folder of something else
            continue
    return sorted(found, reverse=True)


def list_versions(folder: Path) -> None:
    """Write what menus read, and the page that leads to the newest version that is no development or candidate one."""
    versions = find_versions(folder)
    latest = next((version for version in versions if not version.is_prerelease), versions[0])
    listed = [{"version": str(v), "title": str(v), "aliases": ["latest"] if v == latest else []} for v in versions]
    build.put(folder / "versions.json", json.dumps(listed, indent=1).encode())
    build.put(folder / "index.html", LEAD.format(latest).encode())


def main(folder: Path) -> int:
    """Build the site of this version into its place in the folder, and list it."""
    code = build.main(folder / str(Version(tabgan.__version__)), among_versions=True)
    if code == 0:
        list_versions(folder)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
