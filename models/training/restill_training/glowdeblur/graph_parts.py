"""What GLOWDeblur's graphs are put together from: operators that NAFNet does not have, and files in the making."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from ..graph import IR_VERSION, OPSET, GraphBuilder
from .autoencoder import EPS

Shape = list[int | str]
PICTURE: Shape = [1, 3, "height", "width"]
SAME3, SAME5 = {"pads": [1, 1, 1, 1]}, {"pads": [2, 2, 2, 2]}


def features(channels: int) -> Shape:
    """Features of some level: their sides are free, unlike a tile's."""
    return [1, channels, "rows", "columns"]


class GlowBuilder(GraphBuilder):
    """The operators that NAFNet does not have."""

    def number(self, value: float) -> str:
        return self.constant(f"number_{value:g}", np.array(value, np.float32))

    def sum(self, *inputs: str) -> str:
        total = inputs[0]
        for other in inputs[1:]:
            total = self.node("Add", [total, other])
        return total

    def times(self, x: str, y: str) -> str:
        return self.node("Mul", [x, y])

    def silu(self, x: str) -> str:
        return self.times(x, self.node("Sigmoid", [x]))

    def mean(self, x: str) -> str:
        return self.node("ReduceMean", [x, self.constant("axes", np.array([1], np.int64))], keepdims=1)

    def whitened(self, x: str, eps: float) -> str:
        """x over the root of its mean square, channel by channel."""
        square = self.mean(self.times(x, x))
        return self.node("Div", [x, self.node("Sqrt", [self.sum(square, self.number(eps))])])

    def linear(self, x: str, key: str) -> str:
        """On the last axis."""
        weight = self.constant(f"{key}.weight", np.ascontiguousarray(self.weights[f"{key}.weight"].T), shrink=True)
        return self.sum(self.node("MatMul", [x, weight]), self.constant(f"{key}.bias", self.weights[f"{key}.bias"]))

    def mix_ffn(self, x: str, key: str) -> str:
        hidden = self.weights[f"{key}.point.weight"].shape[1]
        sides = []
        for part, suffix in ((slice(0, hidden), ".first"), (slice(hidden, 2 * hidden), ".second")):
            side = self.silu(self.conv(x, f"{key}.inverted", part, suffix))
            sides.append(self.conv(side, f"{key}.depth", part, suffix, group=hidden, **SAME3))
        return self.conv(self.times(sides[0], self.silu(sides[1])), f"{key}.point")

    def compression_block(self, x: str, key: str) -> str:
        """`autoencoder.Block`."""
        y = self.whitened(self.mix_ffn(x, f"{key}.ffn"), EPS)
        weight, bias = (self.constant(f"{key}.norm.{p}", self.weights[f"{key}.norm.{p}"].reshape(1, -1, 1, 1)) for p in ("weight", "bias"))
        return self.sum(x, self.sum(self.times(y, weight), bias))

    def shaped(self, x: str, shape: list[int]) -> str:
        return self.node("Reshape", [x, self.constant("shape_" + "_".join(map(str, shape)), np.array(shape, np.int64))])

    def column(self, key: str) -> str:
        return self.constant(f"{key}.column", self.weights[key].reshape(1, -1, 1, 1))


class Part:
    """One file in the making: inputs, nodes, outputs. `weights` are those below `prefix`."""

    def __init__(self, weights: dict[str, np.ndarray], prefix: str, half: bool, inputs: dict[str, Shape]) -> None:
        self.builder = GlowBuilder({k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}, half)
        self.inputs = inputs

    def model(self, outputs: dict[str, tuple[str, Shape]]) -> onnx.ModelProto:
        """The finished file; `outputs` maps public names to tensors and shapes."""
        nodes = self.builder.nodes
        for public, (tensor, _) in outputs.items():
            nodes.append(helper.make_node("Identity", [tensor], [public], name=public))
        shapes = {name: shape for name, (_, shape) in outputs.items()}
        # Levels differ in size: apart from pictures and the tensors of `dit`, every tensor has sides of its own name.
        free = "batch" not in str(self.inputs)
        values = [
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, [f"{n}_{d}" if free and d in ("rows", "columns") else d for d in s])
             for n, s in side.items()]
            for side in (self.inputs, shapes)
        ]
        graph = helper.make_graph(nodes, "glowdeblur", values[0], values[1], list(self.builder.initializers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        model.producer_name = "restill"
        onnx.checker.check_model(model, full_check=True)
        return model
