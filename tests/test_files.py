"""Outputs are whole or not there."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys

import pytest

from tabgan.errors import InputError
from tabgan.files import check_output, replacing, reserved


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


def test_what_a_killed_run_left_goes_and_what_a_living_one_writes_stays(tmp_path):
    left, other, foreign = (tmp_path / name for name in (".tabgan-7.out.txt", ".tabgan-7.else.txt", ".7.out.txt"))
    for path in (left, other, foreign):
        path.write_text("half")
    with replacing(tmp_path / "out.txt") as beside:
        assert {path.name for path in tmp_path.iterdir()} == {beside.name, other.name, foreign.name}
        with replacing(tmp_path / "out.txt") as second:
            assert beside.exists()
            second.write_text("whole")
        with pytest.raises(InputError, match="another process is writing"), reserved(tmp_path / "out.txt", True):
            pass
        beside.write_text("late")
        (tmp_path / "out.txt").unlink()
    assert (tmp_path / "out.txt").read_text() == "late"


def test_a_file_that_came_meanwhile_is_kept(tmp_path):
    path = tmp_path / "out.txt"
    with pytest.raises(InputError, match="exists and is kept"), replacing(path) as beside:
        beside.write_text("ours")
        path.write_text("theirs")
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_who_may_read_a_file_stays_as_it_was(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    path.chmod(0o600)
    with replacing(path, overwrite=True) as beside:
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600
        beside.write_text("new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["x" * 250 + ".csv", "流" * 83 + ".csv", "a.csv"])
def test_names_may_be_as_long_as_a_disk_has_them(tmp_path, name):
    with replacing(tmp_path / name) as beside:
        assert beside.suffix == ".csv"
        beside.write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with pytest.raises(InputError, match="File name too long; give a shorter name"):
        check_output(tmp_path / f"{name}{'x' * 256}")


def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(InputError, match="symbolic links; give another place"):
        check_output(tmp_path / "a", overwrite=True)
