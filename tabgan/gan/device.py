"""Which processor the networks run on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import torch

from tabgan.errors import InputError
from tabgan.spelling import spell

NO_ROOM = ("CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED")


def available_devices() -> list[str]:
    """Return the names of devices that there are on this machine."""
    names = ["auto", "cpu"]
    if torch.cuda.is_available():
        names += ["cuda", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    return names


def resolve_device(name: str) -> torch.device:
    """Return the device called `name`; "auto", as in MATLAB's ``executionEnvironment``, is a GPU if there is one.

    A GPU comes back with its number: what has none would be another one as soon as torch's current device changes.
    """
    present = available_devices()
    if name == "mps":
        raise InputError(
            "a device must be a CPU or a CUDA GPU, but is 'mps', on which nothing was ever tested; "
            f"use {spell('device', 'cpu')}"
        )
    if name not in present:
        raise InputError(
            f"a device must be present on this machine, but {name!r} is not; choose one of {', '.join(present)}"
        )
    if name == "auto":
        name = "cuda" if "cuda" in present else "cpu"
    return torch.device("cuda", torch.cuda.current_device()) if name == "cuda" else torch.device(name)


def lacks_memory(error: RuntimeError) -> bool:
    """Whether a GPU had no room: torch says so in a class of its own, cuBLAS and the making of a graph in words."""
    return isinstance(error, torch.cuda.OutOfMemoryError) or any(words in str(error) for words in NO_ROOM)


_ONE_AT_A_TIME = threading.RLock()  # torch's global generators are those of all threads


@contextmanager
def repeatable(seed: int, device: torch.device) -> Iterator[None]:
    """Let what draws from torch's global generators, as dropout does, do so from a seed; then they are as before.

    On a GPU cuDNN takes deterministic kernels inside, too.
    """
    generators = [torch.default_generator]
    if device.type == "cuda":
        index = torch.cuda.current_device() if device.index is None else device.index
        generators.append(torch.cuda.default_generators[index])
    with _ONE_AT_A_TIME, _deterministic_kernels() if device.type == "cuda" else nullcontext():
        before = [generator.get_state() for generator in generators]
        try:
            for generator in generators:
                generator.manual_seed(seed)
            yield
        finally:
            for generator, state in zip(generators, before, strict=True):
                generator.set_state(state)


@contextmanager
def _deterministic_kernels() -> Iterator[None]:
    """Let cuDNN take such kernels; `cudnn.flags` would undo what the user has said of TF32, or fail because of it."""
    cudnn = torch.backends.cudnn
    before = cudnn.deterministic, cudnn.benchmark
    cudnn.deterministic, cudnn.benchmark = True, False
    try:
        yield
    finally:
        cudnn.deterministic, cudnn.benchmark = before


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
