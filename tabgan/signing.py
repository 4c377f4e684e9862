"""Signatures of model files: Ed25519 (RFC 8032) over all bytes of one, the 64 bytes of it in a file beside, NAME.sig.

The checksum in a model file finds damage, not forgery: who changes the file can compute it anew, but not a signature.
Keys are the PEM files that ``openssl genpkey -algorithm ed25519`` and ``openssl pkey -pubout`` write.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from tabgan.errors import BundleError, InputError
from tabgan.files import replacing

SUFFIX = ".sig"
_signs: ContextVar[Any] = ContextVar("signs", default=None)
_trusts: ContextVar[Any] = ContextVar("trusts", default=None)


@contextmanager
def signed_by(private_key: str | os.PathLike[str]) -> Iterator[None]:
    """Sign all models that are saved within this context.

    Raises
    ------
    InputError
        The file holds no private Ed25519 key in PEM without a password, or ``cryptography`` is not installed.
    """
    with _set(_signs, _read_key(private_key, private=True)):
        yield


@contextmanager
def only_signed_by(public_key: str | os.PathLike[str]) -> Iterator[None]:
    """Refuse, as a BundleError, all models that are read within this context and not signed by a key's owner.

    Raises
    ------
    InputError
        The file holds no public Ed25519 key in PEM, or ``cryptography`` is not installed.
    """
    with _set(_trusts, _read_key(public_key, private=False)):
        yield


def sign(path: str | os.PathLike[str], contents: bytes) -> None:
    """Write the signature of a file beside it, if models are to be signed."""
    if (key := _signs.get()) is not None:
        with replacing(f"{os.fspath(path)}{SUFFIX}", overwrite=True) as beside:
            beside.write_bytes(key.sign(contents))


def check_signature(path: Path, contents: bytes) -> None:
    """Raise BundleError if signatures are asked for, and a file's is missing or of other contents or another key."""
    if (key := _trusts.get()) is None:
        return
    from cryptography.exceptions import InvalidSignature

    beside = Path(f"{path}{SUFFIX}")
    try:
        key.verify(beside.read_bytes(), contents)
    except OSError as error:
        raise BundleError(f"{path} must be signed, but {beside} cannot be read ({error.strerror}); get it") from error
    except InvalidSignature as error:
        raise BundleError(
            f"{path} must be signed by the owner of the key, but {beside} is no signature of it; do not use the file"
        ) from error


@contextmanager
def _set(variable: ContextVar[Any], key: Any) -> Iterator[None]:
    token = variable.set(key)
    try:
        yield
    finally:
        variable.reset(token)


def _read_key(path: str | os.PathLike[str], private: bool) -> Any:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ed25519
        from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
    except ModuleNotFoundError:
        raise InputError("signatures need cryptography; pip install 'tabgan-wgangp[sign]'") from None
    wanted = ed25519.Ed25519PrivateKey if private else ed25519.Ed25519PublicKey
    what = "a private" if private else "a public"
    try:
        text = Path(path).read_bytes()
        key = load_pem_private_key(text, None) if private else load_pem_public_key(text)
    except OSError as error:
        raise InputError(f"cannot read the key {path}: {error.strerror}; check its name and place") from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, wanted):
        raise InputError(
            f"{path} must be {what} Ed25519 key in PEM without a password, but is not; make keys with "
            "openssl genpkey -algorithm ed25519 -out key.pem, openssl pkey -in key.pem -pubout -out public.pem"
        )
    return key
