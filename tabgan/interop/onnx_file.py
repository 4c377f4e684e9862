"""A generator as an ONNX graph. Needs onnx, the extra `onnx`; a network of one's own needs onnxscript beside."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
import torch
from torch import nn

from tabgan import __version__
from tabgan.errors import InputError
from tabgan.files import check_output, replacing
from tabgan.interop.notes import warn_of
from tabgan.interop.onnx_graph import DOUBLE, FLOAT, Graph, add_perceptron, add_rows
from tabgan.interop.path import RowPath, describe_path

OPSET = 18
IR_VERSION = 10
NETWORK = "network_"  # before all names of the network's own graph


def export_onnx(model: Any, file: str | os.PathLike, overwrite: bool = False) -> RowPath:
    """Write an ONNX file whose one output, `rows`, is the rows of latents in original units.

    Inputs are `latents`, double of shape (n_samples, n_latents), and for a model with a label `labels`, int64 of shape
    (n_samples,), its codes. Names of columns and categories are in the metadata, as JSON.

    Parameters
    ----------
    model : WGANGPSynthesizer
        Fitted. A generator of torch modules of one's own is taken over as `torch.onnx.export` translates it.
    file : path
    overwrite : bool, default False
        Replace a file that exists.

    Returns
    -------
    RowPath
        What was written.

    Raises
    ------
    InputError
        The model cannot be exported, or not be written there; onnx is not installed.
    """
    onnx = _import("onnx")
    check_output(file, overwrite)
    path = describe_path(model)
    proto = _build(onnx, path)
    onnx.checker.check_model(proto, full_check=True)
    with replacing(file, overwrite) as beside:
        beside.write_bytes(proto.SerializeToString(deterministic=True))
    warn_of(path.notes)
    return path


def _build(onnx: Any, path: RowPath) -> Any:
    helper = onnx.helper
    graph = Graph(helper, onnx.numpy_helper.from_array)
    inputs = [helper.make_tensor_value_info("latents", DOUBLE, ["n_samples", path.n_latents])]
    x, labels = graph.columns("latents", 0, path.n_free), None
    noise = graph.columns("latents", path.n_free, path.n_latents)
    if path.n_given:
        inputs.append(helper.make_tensor_value_info("labels", onnx.TensorProto.INT64, ["n_samples"]))
        labels = graph.add("Unsqueeze", "labels", [1])
        one_hot = graph.add("Equal", labels, np.arange(path.n_given))
        x = graph.add("Concat", x, graph.add("Cast", one_hot, to=DOUBLE), axis=1)
    try:
        x = add_perceptron(graph, path, x)
    except InputError:  # a network of one's own
        x = _add_network(graph, _export_network(path), x)
    rows = graph.add("Identity", add_rows(graph, path, x, noise, labels), name="rows")
    outputs = [helper.make_tensor_value_info(rows, DOUBLE, ["n_samples", len(path.columns)])]
    whole_graph = helper.make_graph(graph.nodes, "generator", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", OPSET)]
    proto = helper.make_model(
        whole_graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="tabgan", producer_version=__version__
    )
    about = {
        "columns": path.columns.tolist(),
        "units": path.units.tolist(),
        "categories": [names.tolist() for names in path.categories],
        "label": path.label,
        "label_shares": path.label_shares.tolist(),
        "notes": path.notes.tolist(),
    }
    helper.set_model_props(proto, {name: json.dumps(value, ensure_ascii=False) for name, value in about.items()})
    return proto


def _export_network(path: RowPath) -> Any:
    """Return the graph that torch makes of the network."""
    _import("onnxscript")
    network = nn.Sequential(*path.layers).eval()
    names = ", ".join(dict.fromkeys(type(layer).__name__ for layer in path.layers))
    latents = torch.zeros(2, path.n_free + path.n_given)
    rows = torch.export.Dim("n_samples")
    try:
        program = torch.onnx.export(
            network, (latents,), dynamo=True, opset_version=OPSET, dynamic_shapes=({0: rows},), verbose=False
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"a generator must be one that torch.onnx.export translates, but {names} is not ({reason}); "
            "write its forward with other operations"
        ) from error
    return program.model_proto


def _add_network(graph: Graph, proto: Any, x: str) -> str:
    """Put the nodes of a network, in single precision, between `x` and what is returned, in double."""
    inner = proto.graph
    single = graph.add("Cast", x, to=FLOAT)
    renamed = {inner.input[0].name: single, "": ""}
    for tensor in inner.initializer:
        renamed[tensor.name] = tensor.name = NETWORK + tensor.name
        graph.constants.append(tensor)
    for node in inner.node:
        node.input[:] = [renamed[name] for name in node.input]
        renamed |= {name: NETWORK + name for name in node.output}
        node.output[:] = [renamed[name] for name in node.output]
        graph.nodes.append(node)
    return graph.add("Cast", renamed[inner.output[0].name], to=DOUBLE)


def _import(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError:
        raise InputError(
            f"ONNX files need {name}, which is not installed; pip install 'tabgan-wgangp[onnx]', or use --to numpy"
        ) from None
