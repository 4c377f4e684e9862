"""Which processor the networks run on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from tabgan.errors import InputError


def available_devices() -> list[str]:
    """Return the names that `--device` accepts on this machine."""
    names = ["auto", "cpu"]
    if torch.cuda.is_available():
        names += ["cuda", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    if torch.backends.mps.is_available():
        names.append("mps")
    return names


def resolve_device(name: str) -> torch.device:
    """Return the device called `name`; "auto", as in MATLAB's ``executionEnvironment``, is a GPU if there is one."""
    present = available_devices()
    if name not in present:
        raise InputError(
            f"a device must be present on this machine, but {name!r} is not; choose one of {', '.join(present)}"
        )
    if name == "auto":
        name = "cuda" if "cuda" in present else "cpu"
    return torch.device(name)


_ONE_AT_A_TIME = threading.RLock()  # torch's global generators are those of all threads


@contextmanager
def repeatable(seed: int, device: torch.device) -> Iterator[None]:
    """Let what draws from torch's global generators, as dropout does, do so from a seed; then they are as before.

    On a GPU cuDNN takes deterministic kernels inside, too.
    """
    generators = [torch.default_generator]
    if device.type == "cuda":
        generators.append(torch.cuda.default_generators[device.index or 0])
    elif device.type == "mps":
        generators.append(torch.mps._get_default_mps_generator())
    with _ONE_AT_A_TIME, torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True):
        before = [generator.get_state() for generator in generators]
        try:
            for generator in generators:
                generator.manual_seed(seed)
            yield
        finally:
            for generator, state in zip(generators, before, strict=True):
                generator.set_state(state)


@contextmanager
def use_threads(threads: int) -> Iterator[None]:
    """Run torch's CPU operations on so many threads inside the block.

    Sums over several threads depend on how many there are, so the number is a setting and not that of the cores.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
