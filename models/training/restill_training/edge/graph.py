"""Graphs of the surrogates: one ONNX file with every surrogate of every slot, and how it is joined.

`blocks.onnx` has one input per slot and one output per slot and option; the part of it between an
input and an output is one surrogate. To join a choice, the base graph's own block is cut out
between the tensors that the pack's table `edge` names, and the surrogate is put there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from torch import nn

from ..graph import IR_VERSION, OPSET, GraphBuilder
from ..nets.nafnet import NAFNetConfig
from .surrogates import LEAK, Bottleneck, NoAttention, NoAttentionBatchNorm, NoGate, Rep, Separable, SurrogateBank

Arrays = dict[str, np.ndarray]
BLOCKS = "blocks.onnx"
PREFIX = "surrogate/"


def _array(tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy().astype(np.float32)


def _affine(norm: nn.BatchNorm2d) -> tuple[np.ndarray, np.ndarray]:
    """A batch norm at rest as y = a x + b."""
    a = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
    return a, _array(norm.bias) - a * _array(norm.running_mean)


def folded(surrogate: nn.Module) -> Arrays:
    """Weights of a surrogate as it runs: batch norms, branches and `scale` folded into convolutions."""
    found = {key: _array(value) for key, value in surrogate.state_dict().items() if "num_batches" not in key}
    scale = found.pop("scale").reshape(-1)

    def scaled(key: str) -> None:
        found[f"{key}.weight"] = found[f"{key}.weight"] * scale[:, None, None, None]
        found[f"{key}.bias"] = found[f"{key}.bias"] * scale

    match surrogate:
        case NoAttention() | NoGate():
            scaled("conv3")
            scaled("conv5")
            if isinstance(surrogate, NoAttentionBatchNorm):
                for norm, conv in ((surrogate.norm1, "conv1"), (surrogate.norm2, "conv4")):
                    a, b = _affine(norm)
                    weight = found[f"{conv}.weight"]
                    found[f"{conv}.bias"] = found[f"{conv}.bias"] + weight[:, :, 0, 0] @ b
                    found[f"{conv}.weight"] = weight * a[None, :, None, None]
        case Separable():
            for norm, conv, factor in ((surrogate.norm1, "point1", 1.0), (surrogate.norm2, "point2", scale)):
                a, b = _affine(norm)
                found[f"{conv}.weight"] = found[f"{conv}.weight"] * (a * factor)[:, None, None, None]
                found[f"{conv}.bias"] = b * factor
        case Rep():
            (wide, b1), (point, b2), (same, b3) = map(_affine, (surrogate.wide_norm, surrogate.point_norm, surrogate.same_norm))
            weight = found["wide.weight"] * wide[:, None, None, None]
            weight[:, :, 1, 1] += found["point.weight"][:, :, 0, 0] * point[:, None] + np.diag(same)
            # A leaky ReLU commutes with positive factors.
            found = {"wide.weight": weight * scale[:, None, None, None], "wide.bias": (b1 + b2 + b3) * scale}
        case Bottleneck():
            scaled("back")
        case _:
            raise ValueError(f"no graph for {type(surrogate).__name__}")
    return {key: np.ascontiguousarray(value.astype(np.float32)) for key, value in found.items()}


class SurrogateGraphs(GraphBuilder):
    """Nodes of surrogates; weights under `<slot>/<option>.<part>`."""

    def surrogate(self, x: str, key: str, surrogate: nn.Module) -> str:
        """Adds one surrogate behind the tensor `x`."""
        own = folded(surrogate)
        self.weights |= {f"{key}.{part}": value for part, value in own.items()}
        match surrogate:
            case NoAttention():
                return self._no_attention(x, key, isinstance(surrogate, NoAttentionBatchNorm))
            case NoGate():
                return self._no_gate(x, key)
            case Separable():
                c = own["wide1.bias"].shape[0]
                z = self.conv(x, f"{key}.wide1", group=c, pads=[1, 1, 1, 1])
                z = self.node("Relu", [self.conv(z, f"{key}.point1")])
                z = self.conv(z, f"{key}.wide2", group=c, pads=[1, 1, 1, 1])
                return self.node("Add", [x, self.conv(z, f"{key}.point2")])
            case Rep():
                z = self.conv(x, f"{key}.wide", pads=[1, 1, 1, 1])
                return self.node("Add", [x, self.node("LeakyRelu", [z], alpha=LEAK)])
            case Bottleneck():
                z = self.conv(self.conv(x, f"{key}.narrow"), f"{key}.wide", pads=[1, 1, 1, 1])
                return self.node("Add", [x, self.conv(self.node("Relu", [z]), f"{key}.back")])
        raise ValueError(f"no graph for {type(surrogate).__name__}")

    def _halves(self, key: str) -> tuple[tuple[slice, str], tuple[slice, str]]:
        c = self.weights[f"{key}.conv3.weight"].shape[1]
        return (slice(0, c), ".first"), (slice(c, 2 * c), ".second")

    def _no_attention(self, x: str, key: str, is_folded: bool) -> str:
        halves = self._halves(key)
        c = halves[0][0].stop
        n = x if is_folded else self.norm(x, f"{key}.norm1")
        sides = []
        for part, suffix in halves:
            side = self.conv(n, f"{key}.conv1", part, suffix)
            sides.append(self.conv(side, f"{key}.conv2", part, suffix, group=c, pads=[1, 1, 1, 1]))
        y = self.node("Add", [x, self.conv(self.node("Mul", sides), f"{key}.conv3")])
        n = y if is_folded else self.norm(y, f"{key}.norm2")
        z = self.node("Mul", [self.conv(n, f"{key}.conv4", *half) for half in halves])
        return self.node("Add", [y, self.conv(z, f"{key}.conv5")])

    def _no_gate(self, x: str, key: str) -> str:
        c = self.weights[f"{key}.conv1.weight"].shape[0]
        z = self.conv(self.norm(x, f"{key}.norm1"), f"{key}.conv1")
        z = self.node("Relu", [self.conv(z, f"{key}.conv2", group=c, pads=[1, 1, 1, 1])])
        attention = self.conv(self.node("GlobalAveragePool", [z]), f"{key}.sca.1")
        y = self.node("Add", [x, self.conv(self.node("Mul", [z, attention]), f"{key}.conv3")])
        z = self.node("Relu", [self.conv(self.norm(y, f"{key}.norm2"), f"{key}.conv4")])
        return self.node("Add", [y, self.conv(z, f"{key}.conv5")])


def input_of(slot: int) -> str:
    return f"slot{slot}"


def output_of(slot: int, option: int) -> str:
    return f"slot{slot}.{option}"


def build_blocks(bank: SurrogateBank, half: bool = True) -> onnx.ModelProto:
    """Every surrogate of every slot in one file."""
    builder = SurrogateGraphs({}, half)
    inputs, outputs = [], []
    for number, (slot, row) in enumerate(zip(bank.slots, bank.rows)):
        c = row[0].scale.shape[1]
        shape = [1, c, f"height{number}", f"width{number}"]
        inputs.append(helper.make_tensor_value_info(input_of(number), TensorProto.FLOAT, shape))
        for option, surrogate in enumerate(row, start=1):
            out = builder.surrogate(input_of(number), f"{slot}/{option}", surrogate)
            name = output_of(number, option)
            last = builder.nodes[-1]
            assert list(last.output) == [out]
            last.output[0] = name
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    graph = helper.make_graph(builder.nodes, "blocks", inputs, outputs, list(builder.initializers.values()))
    return _model(graph)


def _model(graph: onnx.GraphProto) -> onnx.ModelProto:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    model.producer_name = "restill"
    onnx.checker.check_model(model, full_check=True)
    return model


def places_of(weights: Arrays, config: NAFNetConfig, slots: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names of the tensors around each slot in the base's graph, as `graph.build` writes them."""
    builder = GraphBuilder({key: value.astype(np.float32) for key, value in weights.items()}, half=True)
    builder.network(config)
    return [builder.places[slot] for slot in slots]


def _between(nodes: list[onnx.NodeProto], start: str, end: str) -> list[onnx.NodeProto]:
    """The nodes that lead from one tensor to another, in their order."""
    makers = {name: node for node in nodes for name in node.output}
    wanted, open_ = set(), [end]
    while open_:
        name = open_.pop()
        node = makers.get(name)
        if name == start or node is None or id(node) in wanted:
            continue
        wanted.add(id(node))
        open_ += node.input
    return [node for node in nodes if id(node) in wanted]


def joined(base: onnx.ModelProto, blocks: onnx.ModelProto, places: list[tuple[str, str]],
           options: list[int]) -> onnx.ModelProto:
    """The base's graph with the chosen option in each slot; 0 leaves the block as it is."""
    nodes = list(base.graph.node)
    weights = {tensor.name: tensor for tensor in base.graph.initializer}
    stored = {tensor.name: tensor for tensor in blocks.graph.initializer}
    for number, option in enumerate(options):
        if option == 0:
            continue
        start, end = places[number]
        old = _between(nodes, start, end)
        at = next(i for i, node in enumerate(nodes) if end in node.output)
        entry, exit_ = input_of(number), output_of(number, option)
        fresh = []
        for node in _between(list(blocks.graph.node), entry, exit_):
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            copy.name = PREFIX + node.name
            for field in (copy.input, copy.output):
                for i, name in enumerate(field):
                    field[i] = {entry: start, exit_: end}.get(name, PREFIX + name)
                    if name in stored and PREFIX + name not in weights:
                        tensor = onnx.TensorProto()
                        tensor.CopyFrom(stored[name])
                        tensor.name = PREFIX + name
                        weights[tensor.name] = tensor
            fresh.append(copy)
        gone = {id(node) for node in old}
        nodes = [
            part for i, node in enumerate(nodes)
            for part in ([*fresh] if i == at else [] if id(node) in gone else [node])
        ]
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes, base.graph.name, list(base.graph.input), list(base.graph.output),
        [tensor for name, tensor in weights.items() if name in used],
    )
    return _model(graph)


def load(folder: Path) -> tuple[onnx.ModelProto, onnx.ModelProto]:
    """Base and blocks of a pack's folder."""
    return onnx.load(folder / "restore.onnx"), onnx.load(folder / BLOCKS)
