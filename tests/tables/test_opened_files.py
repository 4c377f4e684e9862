"""What a table names is not opened: no file but the table itself, whatever it links to."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.strace import list_opened

h5py = pytest.importorskip("h5py")
READ_ALL = """
import pathlib, sys, warnings
from tabgan.errors import InputError
from tabgan.tables.formats import read_table
warnings.simplefilter("ignore")
for path in sorted(pathlib.Path("tables").iterdir()):
    if path.stem == "secret":
        continue
    place = f"sqlite:///{path}::rows" if path.suffix == ".db" else path
    try:
        read_table(place)
        print(path.name, "read", file=open("said.txt", "a"))
    except InputError as error:
        assert len(str(error).splitlines()) == 1, error
        print(path.name, error, file=open("said.txt", "a"))
"""


def write_hdf5(path: Path, fill: Callable[[Any], Any]) -> None:
    with h5py.File(path, "w", userblock_size=512) as file:
        fill(file)
    with path.open("rb+") as written:
        written.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")


def tag(item: Any, kind: str = "double") -> Any:
    item.attrs["MATLAB_class"] = np.bytes_(kind)
    return item


def stored(group: Any, name: str) -> Any:
    return tag(group.create_dataset(name, (20, 3), "f8", external=[("secret.bin", 0, 480)]))


def through_a_soft_link(file: Any) -> None:
    file.create_group("#refs#")["away"] = h5py.ExternalLink("secret.mat", "/")
    file["X"] = h5py.SoftLink("/#refs#/away/x")


def in_a_field(file: Any) -> None:
    file.create_group("#refs#")["away"] = h5py.ExternalLink("secret.mat", "/")
    group = tag(file.create_group("S"), "struct")
    fields = np.empty(1, dtype=object)
    fields[0] = np.array(list("/#refs#/away/x"), "S1")
    group.attrs.create("MATLAB_fields", fields, dtype=h5py.vlen_dtype(np.dtype("S1")))


def in_a_cell(file: Any) -> None:
    away = stored(file.create_group("#refs#"), "a")
    tag(file.create_dataset("C", data=np.array([[away.ref, away.ref]], h5py.ref_dtype)), "cell")


def in_an_object(file: Any) -> None:
    away = stored(file.create_group("#refs#"), "a")
    data = np.array([[away.ref]], h5py.ref_dtype)
    tag(file.create_group("#subsystem#").create_dataset("MCOS", data=data), "FileWrapper__")
    table = tag(file.create_dataset("T", data=np.zeros((1, 6), "u4")), "table")
    table.attrs["MATLAB_object_decode"] = np.int32(3)


def in_a_sparse_matrix(file: Any) -> None:
    group = tag(file.create_group("X"))
    group.attrs["MATLAB_sparse"] = np.uint64(3)
    group["jc"], group["ir"] = np.array([0, 1], "u8"), np.array([0], "u8")
    group.create_dataset("data", (1,), "f8", external=[("secret.bin", 0, 8)])


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((3, 3), "f8")
    layout[:] = h5py.VirtualSource("secret.mat", "x", (3, 3))
    tag(file.create_virtual_dataset("X", layout))


def by_a_plugin(file: Any) -> None:
    stored = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    stored.set_chunk((2, 3))
    stored.set_filter(32004, h5py.h5z.FLAG_OPTIONAL, ())  # LZ4, which is none of HDF5's own
    space = h5py.h5s.create_simple((4, 3))
    made = h5py.h5d.create(file.id, b"X", h5py.h5t.IEEE_F64LE, space, stored)
    tag(h5py.Dataset(made)).id.write_direct_chunk((0, 0), b"\0" * 48)


LINKS = {
    "link.mat": lambda file: file.__setitem__("X", h5py.ExternalLink("secret.mat", "x")),
    "store.mat": lambda file: stored(file, "X"),
    "soft.mat": through_a_soft_link,
    "field.mat": in_a_field,
    "cell.mat": in_a_cell,
    "object.mat": in_an_object,
    "sparse.mat": in_a_sparse_matrix,
    "virtual.mat": virtual,
    "plugin.mat": by_a_plugin,
}


def write_workbook(path: Path) -> None:
    """Write one with a link to another, and with a DTD that names a file."""
    pd.DataFrame({"a": [1, 2, 3]}).to_excel(path, index=False)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    rels, sheet = "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"
    away = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    away += 'worksheet" Target="../../secret.xlsx" TargetMode="External"/></Relationships>'
    members[rels] = members[rels].replace("</Relationships>", away)
    doctype = '<!DOCTYPE x [<!ENTITY away SYSTEM "secret.csv">]>'
    harmed = members | {sheet: doctype + members[sheet].replace("<v>1</v>", "<v>&away;</v>")}
    for name, content in ((path, members), (path.with_name("dtd.xlsx"), harmed)):
        with zipfile.ZipFile(name, "w") as archive:
            for member, text in content.items():
                archive.writestr(member, text)


def write_parquet(path: Path) -> None:
    """Write a footer alone, of which each column names another file."""
    found: list[Any] = []
    pyarrow.parquet.write_table(pa.table({"a": [1, 2, 3]}), path, metadata_collector=found)
    found[0].set_file_path("secret.csv")
    found[0].write_metadata_file(path)


def test_nothing_but_the_named_file_is_opened(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    for place in (tmp_path, tables):
        write_hdf5(place / "secret.mat", lambda file: tag(file.create_dataset("x", data=np.eye(3))))
        (place / "secret.bin").write_bytes(bytes(480))
        (place / "secret.csv").write_text("a\n1\n2\n")
    for name, fill in LINKS.items():
        write_hdf5(tables / name, fill)
    write_workbook(tables / "book.xlsx")
    write_parquet(tables / "away.parquet")
    with sqlite3.connect(tables / "t.db") as connection:
        connection.execute("CREATE VIEW rows AS SELECT readfile('secret.csv') AS a")
    connection.close()
    names = {path.name for path in tables.iterdir() if path.stem != "secret"}
    opened = list_opened(READ_ALL, tmp_path, HDF5_PLUGIN_PATH=str(tmp_path / "plugins"))
    said = dict(line.split(" ", 1) for line in (tmp_path / "said.txt").read_text().splitlines())
    assert said.keys() == names
    assert {name for name in said if said[name] != "read"} >= {*LINKS, "dtd.xlsx", "away.parquet", "t.db"}
    assert any("tables/link.mat" in path for path in opened)  # the list is of what is opened
    assert not [path for path in opened if "secret." in path or path.endswith("/plugins")]
