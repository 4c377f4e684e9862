"""Outputs are whole or not there."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from tabgan.errors import InputError
from tabgan.files import check_output, replacing


def test_a_finished_file_replaces_the_old_one(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with replacing(path, overwrite=True) as beside:
        beside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [RuntimeError("broken"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file(tmp_path, failure):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(type(failure)), replacing(path, overwrite=True) as beside:
        beside.write_text("half")
        raise failure
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_killed_while_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    code = (
        "import os, sys; from tabgan.files import replacing\n"
        "with replacing(sys.argv[1], overwrite=True) as beside:\n"
        "    beside.write_text('half'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)]).returncode == 9
    assert path.read_text() == "old"


def test_a_full_disk_is_said_in_words(tmp_path):
    with pytest.raises(InputError, match="No space left on device; free some space"), replacing(tmp_path / "out.txt"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_link_is_followed(tmp_path):
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    with replacing(link, overwrite=True) as beside:
        beside.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_what_cannot_be_written_is_refused_before_the_work(tmp_path):
    kept = tmp_path / "kept.csv"
    kept.write_text("a")
    with pytest.raises(InputError, match="exists and is kept; give another name, or overwrite=True"):
        check_output(kept)
    with pytest.raises(InputError, match="must be a file"):
        check_output(tmp_path, overwrite=True)
    with pytest.raises(InputError, match=r"does not exist; create it"):
        check_output(tmp_path / "no" / "rows.csv")
    with pytest.raises(InputError, match="must be a file"):
        check_output("/dev/null", overwrite=True)
    assert check_output(kept, overwrite=True) == kept
