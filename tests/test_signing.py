"""Signed models: who has the key signs, whoever changes a byte is found out; openssl agrees."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tabgan import WGANGPSynthesizer, load
from tabgan.errors import BundleError, InputError
from tabgan.signing import only_signed_by, signed_by

pytest.importorskip("cryptography")
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519


def write_keys(folder: Path, name: str) -> tuple[Path, Path]:
    key, plain = ed25519.Ed25519PrivateKey.generate(), serialization.NoEncryption()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    pem = serialization.Encoding.PEM
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return write_keys(tmp_path, "key")


@pytest.fixture
def signed(model: WGANGPSynthesizer, keys: tuple[Path, Path], tmp_path: Path) -> Path:
    with signed_by(keys[0]):
        model.save(tmp_path / "model.tabgan")
    return tmp_path / "model.tabgan"


def test_a_signed_model_is_used_and_no_other(signed: Path, keys: tuple[Path, Path], tmp_path: Path) -> None:
    load(signed)
    with only_signed_by(keys[1]):
        load(signed)
    with only_signed_by(write_keys(tmp_path, "other")[1]), pytest.raises(BundleError, match="is no signature of it"):
        load(signed)
    contents = bytearray(signed.read_bytes())
    contents[-1] ^= 1
    signed.write_bytes(contents)
    with only_signed_by(keys[1]), pytest.raises(BundleError, match="do not use the file"):
        load(signed)
    Path(f"{signed}.sig").unlink()
    with only_signed_by(keys[1]), pytest.raises(BundleError, match="must be signed, but"):
        load(signed)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
def test_openssl_agrees(signed: Path, keys: tuple[Path, Path]) -> None:
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", keys[1], "-rawin", "-in", signed]
    subprocess.run([*command, "-sigfile", f"{signed}.sig"], check=True, stdout=subprocess.DEVNULL)


def test_keys_that_are_none_are_told(keys: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    pem, public = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    other.write_bytes(x25519.X25519PrivateKey.generate().public_key().public_bytes(pem, public))
    for wrong in (keys[0], other):
        with pytest.raises(InputError, match="must be a public Ed25519 key in PEM"), only_signed_by(wrong):
            pass
    with pytest.raises(InputError, match="must be a private Ed25519 key in PEM"), signed_by(keys[1]):
        pass
    with pytest.raises(InputError, match="cannot read the key"), signed_by(tmp_path / "none.pem"):
        pass


def test_on_the_command_line(tabgan_command, keys: tuple[Path, Path], small_sieve) -> None:
    Path("t.csv").write_text("a,b\n" + "".join(f"{i},{i % 7}.5\n" for i in range(30)))
    few = ("--iterations", 2, "--no-sieve", "--quiet")
    assert tabgan_command("fit", "t.csv", *few, "--sign", keys[0]).exit_code == 0
    assert tabgan_command("fit", "t.csv", *few, "-o", "plain.tabgan").exit_code == 0
    assert tabgan_command("generate", "-n", 3, "-o", "s.csv", "--verify", keys[1]).exit_code == 0
    refused = tabgan_command("info", "plain.tabgan", "--verify", keys[1])
    assert refused.exit_code == 2
    assert "plain.tabgan must be signed, but plain.tabgan.sig cannot be read" in refused.stderr
    lost = tabgan_command("fit", "t.csv", *few, "--sign", keys[0], "-o", keys[0], "--overwrite")
    assert (lost.exit_code, "inputs and outputs must be different" in lost.stderr) == (2, True)
    wrong = tabgan_command("info", "--verify", keys[0])
    assert wrong.exit_code == 2
    assert "must be a public Ed25519 key in PEM" in wrong.stderr
