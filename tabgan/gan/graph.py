"""A whole iteration as one CUDA graph: hundreds of small launches become one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.torch_version import TorchVersion

WARM_UP = 3


def as_graph(steps: Callable[[], None], changed: Sequence[Tensor], rng: torch.Generator) -> Callable[[], None]:
    """Return what does the same as `steps`: on a CUDA device a graph of it, elsewhere `steps` itself.

    A graph repeats the same kernels on the same memory. So `steps` must not look at a value on the host or make a shape
    depend on one, and what changes from call to call must come from tensors or from `rng`.

    Parameters
    ----------
    steps : callable
        Works on tensors that stay where they are.
    changed : sequence of Tensor
        All that `steps` leaves changed for the next call. Capturing needs some calls ahead; these are undone.
    rng : torch.Generator
        Where `steps` draws from; its device decides.
    """
    if rng.device.type != "cuda":
        return steps
    with torch.cuda.device(rng.device):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            rehearse(steps, changed, rng)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        if TorchVersion(torch.__version__) < "2.14":  # from then on generators are noticed while capturing
            graph.register_generator_state(rng)
        with torch.cuda.graph(graph, stream=stream):
            steps()
        return graph.replay


def rehearse(steps: Callable[[], None], changed: Sequence[Tensor], rng: torch.Generator) -> None:
    """Call `steps` some times, so that libraries make their workspaces, and undo what it did."""
    before, state = [tensor.clone() for tensor in changed], rng.get_state()
    for _ in range(WARM_UP):
        steps()
    for tensor, value in zip(changed, before, strict=True):
        tensor.copy_(value)
    rng.set_state(state)
