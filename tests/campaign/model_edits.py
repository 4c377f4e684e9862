"""Edits of model files and checkpoints, sealed again with the right checksum or not, and what commands make of them."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import json
import random
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from tests.campaign.probe import _held

SERIES = ("series", "signal", "boot", "var", "array")
MOST_MEGABYTES, MOST_SECONDS = 500, 5
ODD_VALUES = (None, True, False, 0, -1, 1, 2, 7, 1.5, -0.5, 1e308, -1e308, 5e-324, 10**6, 10**9, 10**18, 10**30,
              "", "a", "auto", "\x1b[2J", "9" * 5000, [], {}, [[]], {"a": 1}, [0, 1], "inf", "nan", float("nan"),
              float("inf"), -(10**18), "../x", "numpy", "torch", "constant", "minmax", "quantile")  # fmt: skip
DTYPES = ("<f8", "<f4", "<f2", "<i8", "<i4", "<i2", "|i1", "<u8", "|u1", "|b1")

Edit = Callable[[dict[str, Any], dict[str, Any], random.Random], str]


def read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return manifest and arrays of a file."""
    contents = path.read_bytes()
    header = json.loads(contents[8 : 8 + int.from_bytes(contents[:8], "little")])
    return json.loads(json.loads(header["__metadata__"]["tabgan"])["manifest"]), dict(safetensors.numpy.load(contents))


def seal(manifest: dict[str, Any], arrays: dict[str, Any], deep: str = "") -> bytes:
    """Return the file of a manifest and arrays, with the right checksum; `deep` is put in for the text "deep"."""
    arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    text = json.dumps(manifest, sort_keys=True).replace('"deep"', deep or '"deep"')
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        digest.update(f"\n{name} {arrays[name].dtype.str} {arrays[name].shape}\n".encode())
        digest.update(arrays[name].tobytes())
    sealed = json.dumps({"sha256": digest.hexdigest(), "manifest": text})
    return safetensors.numpy.save(arrays, metadata={"tabgan": sealed})


def walk(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all values in nested dicts and lists."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from walk(one, (*path, key))


def at(manifest: Any, path: Sequence[Any]) -> Any:
    """Return what stands at a place."""
    for key in path:
        manifest = manifest[key]
    return manifest


def _place(manifest: dict[str, Any], rng: random.Random) -> tuple[Any, ...]:
    """Return a place, of all parts of the manifest equally often, so that long ones do not get all edits."""
    part = rng.choice([key for key in manifest if key != "versions"])
    return rng.choice([(part,), *((part, *rest) for rest in walk(manifest[part]))])


def set_value(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    path, value = _place(manifest, rng), rng.choice(ODD_VALUES)
    at(manifest, path[:-1])[path[-1]] = value
    return f"{path} = {value!r:.40}"


def nudge_number(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    places = [p for p in walk(manifest) if type(at(manifest, p)) in (int, float)]  # some there always are: the version
    path = rng.choice(places)
    old = at(manifest, path)
    new = rng.choice([old + 1, old - 1, -old, old * 1000, old / 3, old * 10**9, old + 0.5, str(old)])
    at(manifest, path[:-1])[path[-1]] = new
    return f"{path}: {old} -> {new}"


def drop_value(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    path = _place(manifest, rng)
    del at(manifest, path[:-1])[path[-1]]
    return f"without {path}"


def repeat_value(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    lists = [p for p in walk(manifest) if isinstance(at(manifest, p), list) and at(manifest, p)]
    if not lists:
        return set_value(manifest, arrays, rng)
    path = rng.choice(lists)
    values = at(manifest, path)
    values.insert(0, rng.choice(values))
    return f"one twice in {path}"


def swap_values(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    first, second = _place(manifest, rng), _place(manifest, rng)
    shorter = min(len(first), len(second))
    if first[:shorter] == second[:shorter]:
        return drop_value(manifest, arrays, rng)
    one, other = at(manifest, first), at(manifest, second)
    at(manifest, first[:-1])[first[-1]], at(manifest, second[:-1])[second[-1]] = other, one
    return f"{first} <-> {second}"


def swap_in_list(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    lists = [p for p in walk(manifest) if isinstance(at(manifest, p), list) and len(at(manifest, p)) > 1]
    if not lists:
        return set_value(manifest, arrays, rng)
    path = rng.choice(lists)
    rng.shuffle(at(manifest, path))
    return f"shuffled {path}"


def nest_deeply(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    path = _place(manifest, rng)
    at(manifest, path[:-1])[path[-1]] = "deep"
    return f"deep at {path}"


def add_key(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    dicts = [(), *(p for p in walk(manifest) if isinstance(at(manifest, p), dict))]
    path = rng.choice(dicts)
    at(manifest, path)[key := rng.choice(["", "extra", "0", "-1", "a/b", "self"])] = rng.choice(ODD_VALUES)
    return f"more in {path}: {key!r}"


def _set_one(array: Any, value: Any, chaos: np.random.Generator) -> Any:
    if array.size:
        array = array.copy()
        array.flat[chaos.integers(array.size)] = value
    return array


def _largest(array: Any) -> Any:
    return np.finfo(array.dtype).max if array.dtype.kind == "f" else np.iinfo(array.dtype).max


CHANGES: dict[str, Callable[[Any, random.Random, np.random.Generator], Any]] = {
    "dtype": lambda x, rng, _: x.astype(rng.choice(DTYPES)),
    "shape": lambda x, rng, _: rng.choice([x.ravel(), x[None], x.T, x.reshape(-1, 1)]),
    "not finite": lambda x, rng, chaos: _set_one(x, rng.choice([np.nan, np.inf, -np.inf]), chaos),
    "order": lambda x, rng, chaos: chaos.permuted(x, axis=rng.randrange(x.ndim)),
    "zero": lambda x, rng, chaos: np.zeros_like(x),
    "huge": lambda x, rng, chaos: _set_one(x, _largest(x), chaos),
    "negative": lambda x, rng, chaos: -x - 1,
    "longer": lambda x, rng, chaos: np.concatenate([x, x[:1]]),
    "shorter": lambda x, rng, chaos: x[:-1],
    "empty": lambda x, rng, chaos: np.zeros((0, *x.shape[1:]), x.dtype),
    "thin": lambda x, rng, chaos: np.zeros((10**12, 0), x.dtype),
    "one": lambda x, rng, chaos: _set_one(x, rng.choice([0, 1, 2, -1, 5, 100]), chaos),
}


def change_array(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    if not arrays:
        return set_value(manifest, arrays, rng)
    name, kind = rng.choice(sorted(arrays)), rng.choice(sorted(CHANGES))
    with (
        np.errstate(all="ignore"),
        contextlib.suppress(TypeError, ValueError, OverflowError, IndexError),
    ):  # of other kinds
        arrays[name] = CHANGES[kind](arrays[name], rng, np.random.default_rng(rng.randrange(2**32)))
    return f"{name}: {kind}"


def move_array(manifest: dict[str, Any], arrays: dict[str, Any], rng: random.Random) -> str:
    if len(arrays) < 2:
        return set_value(manifest, arrays, rng)
    one, other = rng.sample(sorted(arrays), 2)
    kind = rng.choice(["swapped", "removed", "copied", "added"])
    if kind == "swapped":
        arrays[one], arrays[other] = arrays[other], arrays[one]
    elif kind == "removed":
        del arrays[one]
    elif kind == "copied":
        arrays[one] = arrays[other]
    else:
        arrays[rng.choice([f"{one}/more", "class", "extra", f"{one}x", "params/hidden", "/", ""])] = arrays[other]
    return f"{one}, {other}: {kind}"


EDITS: Sequence[Edit] = (set_value, set_value, nudge_number, drop_value, repeat_value, swap_values, swap_in_list,
                         nest_deeply, add_key, change_array, change_array, change_array, move_array)  # fmt: skip


def edit(path: Path, to: Path, seed: int) -> str:
    """Write an edited file with the right checksum, and say what was edited."""
    rng = random.Random(seed)
    manifest, arrays = read(path)
    said = [rng.choice(EDITS)(manifest, arrays, rng) for _ in range(1 + (rng.random() < 0.15))]
    depth = rng.choice([40, 500, 5000, 200_000])
    to.write_bytes(seal(manifest, arrays, rng.choice(["[", '{"a":']) * depth))
    if "deep" in "".join(said):
        deep = "[" * depth + "]" * depth if rng.random() < 0.5 else '{"a":' * depth + "1" + "}" * depth
        to.write_bytes(seal(manifest, arrays, deep))
    return "; ".join(said)


def damage(path: Path, to: Path, seed: int) -> str:
    """Write a file with bytes that were changed, cut or doubled, and whatever checksum it had."""
    rng = random.Random(seed)
    contents, kind = bytearray(path.read_bytes()), rng.choice(["bits", "cut", "doubled", "bytes", "header"])
    begin = rng.randrange(len(contents))
    if kind == "bits":
        contents[begin] ^= 1 << rng.randrange(8)
    elif kind == "cut":
        del contents[begin : begin + rng.choice([1, 8, 1000, len(contents)])]
    elif kind == "doubled":
        contents[begin:begin] = contents[begin : begin + rng.choice([1, 8, 1000])]
    elif kind == "bytes":
        for _ in range(rng.choice([1, 4, 64])):
            contents[rng.randrange(len(contents))] = rng.randrange(256)
    else:
        contents[rng.randrange(8)] = rng.randrange(256)
    if contents == path.read_bytes():
        contents = contents[:-1]
    to.write_bytes(contents)
    return f"{kind} at {begin}"


def spoil(path: Path, to: Path, name: str) -> None:
    """Write a file one number of whose arrays is not finite."""
    manifest, arrays = read(path)
    array = arrays[name].copy()
    array.flat[-1] = np.nan
    to.write_bytes(seal(manifest, {**arrays, name: array}))


def run(args: Sequence[object]) -> tuple[int, str]:
    """Run a command in this process; return its exit code and all that it said."""
    from tabgan.cli.main import main

    said, code = io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            main([str(arg) for arg in args], prog_name="tabgan")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            code = 70
            said.write(traceback.format_exc())
    return code, said.getvalue()


def commands(path: Path, seed: int, resume: Sequence[object]) -> list[list[object]]:
    """Return what a file is put to: commands that read it, written as `tabgan` takes them."""
    if resume:
        shutil.copyfile(path, path.parent / "m.tabgan.ckpt")
        return [["fit", *resume]]
    kind = ("onnx", "matlab", "numpy")[seed % 3]
    rows = ["generate", "-m", path, "-n", 20, "-o", path.parent / "rows.csv", "--overwrite", "--quiet"]
    all_of_them = [
        ["info", path, *(["--json"] if seed % 2 else [])],
        rows + (["--length", 10] if any(word in path.name for word in SERIES) else []),
        ["export", path, "--to", kind, "-o", path.parent / f"out.{kind}", "--overwrite"],
        ["load", path],
    ]
    # all of them read a file in the same way
    return all_of_them if is_read(path) else [all_of_them[seed % 4]]


def is_read(path: Path) -> bool:
    """Whether a file is taken for a model."""
    from tabgan.persistence import load_bundle

    with contextlib.suppress(Exception):
        load_bundle(path)
        return True
    return False


def load(path: Path) -> tuple[int, str]:
    """Load a model in Python and use it; return an exit code as the command would."""
    import tabgan

    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            model = tabgan.load(path)
            model.forecast(2) if hasattr(model, "forecast") else None
        except tabgan.InputError as error:
            return 2, str(error)
        except Exception:
            return 70, traceback.format_exc()
    return 0, ""


def problem(args: Sequence[object], refused: bool = False) -> str:
    """Run a command and return what is wrong with how it went, if anything is; some must be refused."""
    Path("/proc/self/clear_refs").write_text("5")
    before, start = _held("VmRSS"), time.process_time()
    code, said = load(Path(str(args[1]))) if args[0] == "load" else run(args)
    megabytes, seconds = _held("VmHWM") - before, time.process_time() - start
    wrong = code not in ((2,) if refused else (0, 2)) or "Error: unexpected" in said or "Traceback" in said
    if wrong or megabytes > MOST_MEGABYTES or seconds > MOST_SECONDS:
        last = " | ".join(said.strip().splitlines()[-4:])[-600:]
        return f"{args[0]}: exit {code}, {megabytes:.0f} MB, {seconds:.1f} s: {last}"
    return ""


def try_some(
    path: Path, folder: Path, seeds: Sequence[int], sealed: bool, resume: Sequence[object] = ()
) -> Iterator[str]:
    """Yield what goes wrong with edits of a file, by their seeds."""
    for seed in seeds:
        to = folder / f"edited-{path.name}"
        said = (edit if sealed else damage)(path, to, seed)
        for args in commands(to, seed, resume):
            if wrong := problem(args, refused=not sealed and not resume):
                yield f"{path.name}, seed {seed}: {said}: {wrong}"
                break


def try_and_say(path: Path, folder: Path, seeds: Sequence[int], sealed: bool, resume: Sequence[object] = ()) -> int:
    """Print what goes wrong, in a process of its own; return whether anything did."""
    gc.freeze()  # what was imported; collecting it again and again takes longer than all else
    wrong = list(try_some(path, folder, seeds, sealed, resume))
    sys.stdout.write("\n".join(wrong))
    return int(bool(wrong))
