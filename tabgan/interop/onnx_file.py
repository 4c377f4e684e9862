"""A generator as an ONNX graph. Needs onnx, the extra `onnx`; a network of one's own needs onnxscript beside."""

from __future__ import annotations

import copy
import importlib
import json
import logging
import os
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tabgan import __version__
from tabgan.errors import InputError
from tabgan.files import check_output, replacing
from tabgan.interop.onnx_graph import DOUBLE, FLOAT, Graph, add_perceptron, add_rows
from tabgan.interop.spec import GeneratorSpec, describe_generator
from tabgan.spelling import spell

OPSET = 18
IR_VERSION = 10


def export_onnx(model: Any, file: str | os.PathLike[str], overwrite: bool = False) -> GeneratorSpec:
    """Write an ONNX file whose one output, `rows`, is the rows of latents in original units; return what is in it.

    Inputs are `latents`, double of shape (n_samples, n_latents), and for a model with a label `labels`, int64 of shape
    (n_samples,), its codes. Names of columns and categories are in the metadata, as JSON.

    Parameters
    ----------
    model : WGANGPSynthesizer
        Fitted. A generator of torch modules of one's own is taken over as `torch.onnx.export` translates it.
    file : path
    overwrite : bool, default False

    Raises
    ------
    InputError
        The model cannot be exported, or not be written there; onnx is not installed.
    """
    onnx = _import("onnx", "onnx.checker", "onnx.inliner")
    check_output(file, overwrite)
    spec = describe_generator(model)
    proto = _build(onnx, spec)
    onnx.checker.check_model(proto, full_check=True)
    with replacing(file, overwrite) as beside:
        beside.write_bytes(proto.SerializeToString(deterministic=True))
    spec.warn()
    return spec


def _build(onnx: Any, spec: GeneratorSpec) -> Any:
    helper = onnx.helper
    graph = Graph(helper, onnx.numpy_helper.from_array)
    inputs = [helper.make_tensor_value_info("latents", DOUBLE, ["n_samples", spec.n_latents])]
    x, labels = graph.columns("latents", 0, spec.n_free), None
    noise = graph.columns("latents", spec.n_free, spec.n_latents)
    if spec.n_given:
        inputs.append(helper.make_tensor_value_info("labels", onnx.TensorProto.INT64, ["n_samples"]))
        # Gather refuses what is beyond the codes, and Equal and all below would not; -1 would be the last.
        beyond = graph.add("Where", graph.add("Less", "labels", 0), spec.n_given, "labels")
        codes = graph.add("Gather", np.arange(spec.n_given), beyond)
        labels = graph.add("Unsqueeze", codes, [1])
        one_hot = graph.add("Equal", labels, np.arange(spec.n_given))
        x = graph.add("Concat", x, graph.add("Cast", one_hot, to=DOUBLE), axis=1)
    opsets = [helper.make_opsetid("", OPSET)]
    if spec.is_perceptron:
        x = add_perceptron(graph, spec, x)
    else:
        proto = _export_network(onnx, spec)  # in single precision
        network, opsets = proto.graph, proto.opset_import
        graph.add("Cast", x, name=network.input[0].name, to=FLOAT)
        graph.constants += network.initializer
        graph.nodes += network.node
        x = graph.add("Cast", network.output[0].name, to=DOUBLE)
    rows = graph.add("Identity", add_rows(graph, spec, x, noise, labels), name="rows")
    outputs = [helper.make_tensor_value_info(rows, DOUBLE, ["n_samples", len(spec.columns)])]
    whole_graph = helper.make_graph(graph.nodes, "generator", inputs, outputs, graph.constants)
    proto = helper.make_model(
        whole_graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="tabgan", producer_version=__version__
    )
    about = {name: getattr(spec, name).tolist() for name in ("columns", "units", "label_shares", "notes")}
    about |= {"label": spec.label, "categories": [names.tolist() for names in spec.categories]}
    helper.set_model_props(proto, {name: json.dumps(value, ensure_ascii=False) for name, value in about.items()})
    return proto


def _export_network(onnx: Any, spec: GeneratorSpec) -> Any:
    """Return the model that torch makes of the network."""
    import torch  # which only a network of the user's waits for

    _import("onnxscript")
    network, latents = copy.deepcopy(spec.network).eval(), torch.zeros(2, spec.n_free + spec.n_given)
    shapes = ({0: torch.export.Dim("n_samples")},)
    try:
        with _silence():
            # By itself, torch.onnx.export of torch 2.5 falls back to a trace, which has one branch of an `if` alone.
            exported = torch.export.export(network, (latents,), dynamic_shapes=shapes, strict=False)
            program: Any = torch.onnx.export(exported, dynamo=True, opset_version=OPSET, verbose=False)
    except Exception as error:
        reason = textwrap.shorten(str(error.__cause__ or error), 200)
        raise InputError(
            f"a generator must be one that torch.onnx.export translates, but {spec.network_name} is not ({reason}); "
            "write its forward with other operations"
        ) from error
    return onnx.inliner.inline_local_functions(program.model_proto)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep to itself what torch says of its own parts while it exports."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = logging.root.manager.disable
        logging.disable(logging.ERROR)
        try:
            yield
        finally:
            logging.disable(before)


def _import(*names: str) -> Any:
    """Return a package, with some of its parts imported."""
    try:
        package, *_ = [importlib.import_module(name) for name in names]
    except ImportError:
        raise InputError(
            f"ONNX files need {names[0]}, which is not installed; pip install 'tabgan-wgangp[onnx]', or use "
            f"{spell('to', 'numpy')}"
        ) from None
    return package
