"""Model files and checkpoints: nested dicts of arrays and JSON values in a safetensors file with a checksum; no code.

Layout: the safetensors metadata has one key, `tabgan`, whose value is a JSON object `{"sha256", "manifest"}`.
`manifest` is a JSON text: `format`, `format_version` and what the writer put in, less the arrays. These are the file's
tensors, each named by its keys joined with "/". `sha256` covers that text and the name, type, shape and bytes of every
array.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import safetensors
import safetensors.numpy

from tabgan import __version__
from tabgan.errors import BundleError, InputError
from tabgan.files import as_path, parse_json, replacing
from tabgan.forms.language import FormError
from tabgan.forms.model_forms import check_state
from tabgan.registry import registered
from tabgan.signing import check_signature, sign
from tabgan.spelling import spell

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn
    from typing_extensions import Self

FORMATS = {"model": "tabgan-model", "checkpoint": "tabgan-checkpoint"}
FORMAT_VERSION = 3  # 1 had scaler, components and ranks of an encoder under keys of their own, 2 no summary

State = dict[str, Any]
"""Nested dicts with text keys, of arrays and JSON values."""

Kind = Literal["model", "checkpoint"]


class Model:
    """What is saved to a model file and loaded from it: a synthesizer or a forecaster.

    A subclass is registered under the name of its class, with ``register("model", cls)``, so that `load` finds it.
    """

    LIBRARIES: ClassVar[Sequence[str]] = ()
    """Distributions whose versions a model file notes."""

    seed_: int

    def save(self, path: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Write the model to one safetensors file (by custom .tabgan): data, no code, renamed into place when whole."""
        save_bundle(path, {**self.get_state(), "summary": _without_nan(self.summary())}, overwrite)

    @classmethod
    def load(cls, path: str | os.PathLike[str], **modules: nn.Module | None) -> Self:
        """Read a model of this class that `save` wrote; see `tabgan.load`."""
        model = load(path, **modules)
        if not isinstance(model, cls):
            name = type(model).__name__
            raise BundleError(f"{path} holds a {name}, not a {cls.__name__}; name another file")
        return model

    def get_state(self) -> State:
        """Return all that a model file holds, as nested dicts of arrays and JSON values."""
        libraries = {name: version(name) for name in self.LIBRARIES}
        versions = {"tabgan": __version__, "python": platform.python_version(), **libraries}
        return {"class": type(self).__name__, "versions": versions, "seed": self.seed_, **self._get_state()}

    def summary(self) -> dict[str, Any]:
        """Return what people want to know of the model, as JSON values: what `tabgan info` shows."""
        return self.summarise({"format_version": FORMAT_VERSION, **self.get_state()})

    @classmethod
    def summarise(cls, state: State) -> dict[str, Any]:
        """Return the summary of a model whose state is given."""
        return {key: state[key] for key in ("class", "format_version", "n_samples", "seed", "params", "versions")}

    def _get_state(self) -> State:
        """Return parameters, as "params", and what was learned, as nested dicts of arrays and JSON values."""
        raise NotImplementedError

    @classmethod
    def _from_state(cls, state: State, **modules: nn.Module | None) -> Self:
        """Make the model that a state describes; whatever does not fit is a KeyError, TypeError or ValueError."""
        raise NotImplementedError


def load(path: str | os.PathLike[str], *, generator: nn.Module | None = None, critic: nn.Module | None = None) -> Any:
    """Return the synthesizer or the forecaster that a model file holds.

    Parameters
    ----------
    path : path
    generator, critic : torch.nn.Module, optional
        The modules that a synthesizer was trained with, if these were the user's own: a file holds their numbers, but
        not their code. They stay as they are; the model has copies. The critic is only needed to train on.

    Raises
    ------
    BundleError
        The file is missing, damaged, foreign or newer than this version; its class is not registered, or the generator
        is missing.
    InputError
        A module is not the one that the model was trained with.
    """
    return load_state(path, load_bundle(path), generator=generator, critic=critic)


def load_state(path: str | os.PathLike[str], state: State, **modules: nn.Module | None) -> Any:
    """Return the model whose state the file at `path` held."""
    cls = find_class(path, state)
    with using(path):
        return cls._from_state(state, **modules)


def load_summary(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the `summary` of the model in a file, which files before format 3 do not hold: it is made anew."""
    state = load_bundle(path)
    summary = state["summary"] if "summary" in state else find_class(path, state).summarise(state)
    if not isinstance(summary, dict):
        raise _damaged(Path(path))
    return summary


@contextmanager
def using(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let what does not fit in a state be a BundleError that names the file."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise BundleError(f"{path} is a model that this tabgan cannot use ({reason}); fit again") from error


def find_class(path: str | os.PathLike[str], state: State) -> type[Model]:
    """Return the registered class that a model file names. Nothing is imported by that name."""
    name, classes = state.get("class"), registered("model")
    if not isinstance(name, str) or name not in classes:
        raise BundleError(
            f"{path} holds a {name}, but models that can be read are {', '.join(classes)}; import the package that "
            "has it first, or let that register it"
        )
    cls: type[Model] = classes[name]
    return cls


def save_bundle(path: str | os.PathLike[str], state: State, overwrite: bool = True, kind: Kind = "model") -> None:
    """Write a state to one file, beside and renamed into place. Equal states give equal bytes.

    What JSON has not, such as NaN outside an array, is a ValueError.
    """
    arrays: dict[str, NDArray[Any]] = {}
    manifest = {"format": FORMATS[kind], "format_version": FORMAT_VERSION, **_take_arrays(state, arrays)}
    text = json.dumps(manifest, sort_keys=True, allow_nan=False, default=_plain_number)
    sealed = json.dumps({"sha256": _checksum(text, arrays), "manifest": text})
    contents = safetensors.numpy.save(arrays, metadata={"tabgan": sealed})
    with replacing(path, overwrite) as beside:
        beside.write_bytes(contents)
    if kind == "model":
        sign(path, contents)


def load_bundle(path: str | os.PathLike[str], kind: Kind = "model") -> State:
    """Read the state that `save_bundle` wrote. No code in the file is run, because there is none."""
    path = as_path(path)
    try:
        contents = path.read_bytes()
    except FileNotFoundError:
        remedy = "make one with `tabgan fit`, or name another" if kind == "model" else "fit without resume"
        raise BundleError(f"there is no {kind} file {path}; {remedy}") from None
    except OSError as error:
        raise BundleError(f"cannot read the {kind} file {path}: {error.strerror}") from error
    if kind == "model":
        check_signature(path, contents)
    checksum, text, manifest = _read_manifest(path, contents, kind)
    if manifest["format"] != FORMATS[kind]:
        raise BundleError(f"{path} is not a tabgan {kind}, but a {manifest['format']}; name another file")
    if (version := manifest["format_version"]) > FORMAT_VERSION:
        raise BundleError(
            f"{path} has {kind} format {version}, but this tabgan reads up to {FORMAT_VERSION}; update tabgan"
        )
    try:
        arrays = safetensors.numpy.load(contents)
        state = _put_arrays(manifest, arrays)
    except (safetensors.SafetensorError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path) from error
    if _checksum(text, arrays) != checksum:
        raise _damaged(path)
    try:
        check_state(state, kind, len(contents))
    except FormError as error:
        remedy = "fit again" if kind == "model" else f"fit without {spell('resume')}"
        raise BundleError(f"{path} is a {kind} that this tabgan cannot use ({error}); {remedy}") from error
    return state


def _take_arrays(state: State, arrays: dict[str, NDArray[Any]], prefix: str = "") -> State:
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


def _without_nan(value: Any) -> Any:
    """Return JSON values in which what is no finite number is None: nothing in a summary may stop a file."""
    if isinstance(value, Mapping):
        return {name: _without_nan(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, (float, np.floating)) and not np.isfinite(value) else value


def _put_arrays(state: State, arrays: Mapping[str, NDArray[Any]]) -> State:
    """The inverse of `_take_arrays`."""
    for name, array in arrays.items():
        *path, key = name.split("/")
        place = state
        for step in path:
            place = place[step]
        if key in place:
            raise KeyError(name)  # an array and a value of one name
        place[key] = array
    return state


def _read_manifest(path: Path, contents: bytes, kind: Kind) -> tuple[str, str, dict[str, Any]]:
    """Return checksum, manifest text and manifest from a safetensors header, which is 8 bytes of length, then JSON."""
    if b"tabgan" not in contents[8:64]:
        raise BundleError(f"{path} is not a tabgan {kind}; one is written by `tabgan fit`")
    size = int.from_bytes(contents[:8], "little")
    try:
        sealed = parse_json(parse_json(contents[8 : 8 + size])["__metadata__"]["tabgan"])
        manifest = parse_json(sealed["manifest"])
        if manifest["format"] not in FORMATS.values() or type(manifest["format_version"]) is not int:
            raise _damaged(path)
        return sealed["sha256"], sealed["manifest"], manifest
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error


def _checksum(manifest: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256(manifest.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"\n{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _damaged(path: Path) -> BundleError:
    return BundleError(f"{path} is damaged: its checksum does not match what it holds; copy it again or fit again")
