"""A model file or checkpoint: nested dicts of arrays and JSON values in a safetensors file with a checksum; no code.

Layout: the safetensors metadata has one key, `tabgan`, whose value is a JSON object `{"sha256", "manifest"}`.
`manifest` is a JSON text: `format`, `format_version` and what the writer put in, less the arrays. These are the file's
tensors, each named by its keys joined with "/". `sha256` covers that text and the name, type, shape and bytes of every
array.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import safetensors
import safetensors.numpy

from tabgan.errors import BundleError
from tabgan.files import replacing

FORMATS = {"model": "tabgan-model", "checkpoint": "tabgan-checkpoint"}
FORMAT_VERSION = 1

State = dict[str, Any]
"""Nested dicts with text keys, of arrays and JSON values."""

Kind = Literal["model", "checkpoint"]


def save_bundle(path: str | os.PathLike, state: State, overwrite: bool = True, kind: Kind = "model") -> None:
    """Write a state to one file, beside and renamed into place. Equal states give equal bytes.

    Raises
    ------
    InputError
        The file cannot be written there.
    ValueError
        The state holds what JSON has not, such as NaN outside an array.
    """
    arrays: dict[str, np.ndarray] = {}
    manifest = {"format": FORMATS[kind], "format_version": FORMAT_VERSION, **_take_arrays(state, arrays)}
    text = json.dumps(manifest, sort_keys=True, allow_nan=False, default=_plain_number)
    sealed = json.dumps({"sha256": _checksum(text, arrays), "manifest": text})
    contents = safetensors.numpy.save(arrays, metadata={"tabgan": sealed})
    with replacing(path, overwrite) as beside:
        beside.write_bytes(contents)


def load_bundle(path: str | os.PathLike, kind: Kind = "model") -> State:
    """Read the state that `save_bundle` wrote. No code in the file is run, because there is none.

    Raises
    ------
    BundleError
        The file is missing, unreadable, damaged, of a newer format, or not of that kind.
    """
    path = Path(path)
    try:
        contents = path.read_bytes()
    except FileNotFoundError:
        remedy = "make one with `tabgan fit`, or name another with -m" if kind == "model" else "fit without resume"
        raise BundleError(f"there is no {kind} file {path}; {remedy}") from None
    except OSError as error:
        raise BundleError(f"cannot read the {kind} file {path}: {error.strerror}") from error
    checksum, text, manifest = _read_manifest(path, contents, kind)
    if manifest["format"] != FORMATS[kind]:
        raise BundleError(f"{path} is not a tabgan {kind}, but a {manifest['format']}; name another file")
    if (version := manifest["format_version"]) > FORMAT_VERSION:
        raise BundleError(
            f"{path} has {kind} format {version}, but this tabgan reads up to {FORMAT_VERSION}; update tabgan"
        )
    try:
        arrays = safetensors.numpy.load(contents)
    except safetensors.SafetensorError as error:
        raise _damaged(path) from error
    if _checksum(text, arrays) != checksum:
        raise _damaged(path)
    return _put_arrays(manifest, arrays)


def _take_arrays(state: State, arrays: dict[str, np.ndarray], prefix: str = "") -> State:
    """Move the arrays of a nested dict into `arrays`, named by their keys joined with "/"; return the rest."""
    rest: State = {}
    for key, value in state.items():
        if isinstance(value, np.ndarray):
            arrays[prefix + key] = np.asarray(value, order="C")
        else:
            rest[key] = _take_arrays(value, arrays, f"{prefix}{key}/") if isinstance(value, dict) else value
    return rest


def _plain_number(value: Any) -> Any:
    """Turn numpy's numbers into Python's for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a model file holds arrays and JSON values, not {type(value).__name__}")


def _put_arrays(state: State, arrays: Mapping[str, np.ndarray]) -> State:
    """The inverse of `_take_arrays`."""
    for name, array in arrays.items():
        *path, key = name.split("/")
        place = state
        for step in path:
            place = place[step]
        place[key] = array
    return state


def _read_manifest(path: Path, contents: bytes, kind: Kind) -> tuple[str, str, dict[str, Any]]:
    """Return checksum, manifest text and manifest from a safetensors header, which is 8 bytes of length, then JSON."""
    if b"tabgan" not in contents[8:64]:
        raise BundleError(f"{path} is not a tabgan {kind}; one is written by `tabgan fit`")
    size = int.from_bytes(contents[:8], "little")
    try:
        sealed = json.loads(json.loads(contents[8 : 8 + size])["__metadata__"]["tabgan"])
        manifest = json.loads(sealed["manifest"])
        if manifest["format"] not in FORMATS.values() or not isinstance(manifest["format_version"], int):
            raise _damaged(path)
        return sealed["sha256"], sealed["manifest"], manifest
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error


def _checksum(manifest: str, arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(manifest.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"\n{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _damaged(path: Path) -> BundleError:
    return BundleError(f"{path} is damaged: its checksum does not match what it holds; copy it again or fit again")
