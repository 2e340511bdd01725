"""Builds the ONNX graph of a NAFNet by hand, node by node, from its weights.

No tracer is involved, so the file holds nothing but the network: no source paths, no doc strings.
Opset 18, IR 10, batch 1, symbolic height and width, float32 arithmetic; large weights may be
stored as float16 with one Cast each, which runtimes fold away when they load the file.

Three exact rewrites make the graph faster than a plain transcription:
- the space-to-depth stem and the first 3x3 convolution become one 6x6 convolution, stride 2;
- SimpleGate's halves come from two convolutions each instead of one convolution and a Split;
- the layer norm's weight and bias, beta and gamma stay float32 and are applied as they are.
Initializers keep the checkpoint's key names, halves marked `.first` and `.second`.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .nets.nafnet import NAFNetConfig

OPSET = 18
IR_VERSION = 10
EPS = 1e-6
# Convolution weights smaller than this stay float32, as do biases, norms, beta and gamma.
HALF_FROM = 512


class GraphBuilder:
    """Collects nodes and initializers; every method returns the name of its output."""

    def __init__(self, weights: dict[str, np.ndarray], half: bool) -> None:
        self.weights, self.half = weights, half
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}
        # Tensor that enters and tensor that leaves each block, by the block's key.
        self.places: dict[str, tuple[str, str]] = {}
        self._count = 0

    def _name(self, stem: str) -> str:
        self._count += 1
        return f"{stem}_{self._count}"

    def node(self, operator: str, inputs: list[str], **attributes: object) -> str:
        out = self._name(operator.lower())
        self.nodes.append(helper.make_node(operator, inputs, [out], name=out, **attributes))
        return out

    def constant(self, name: str, value: np.ndarray, shrink: bool = False) -> str:
        """An initializer; with `shrink`, as float16 and a Cast where the graph is a half one."""
        if name in self.initializers:
            return name
        if shrink and self.half and value.size >= HALF_FROM:
            stored = name + ".half"
            self.initializers[name] = numpy_helper.from_array(value.astype(np.float16), stored)
            self.nodes.append(
                helper.make_node("Cast", [stored], [name], name=name + ".cast", to=TensorProto.FLOAT)
            )
        else:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def conv(self, x: str, key: str, part: slice | None = None, suffix: str = "",
             **attributes: object) -> str:
        """Convolution with the weights `key`.weight and `key`.bias, or a slice of them."""
        chosen = slice(None) if part is None else part
        weight = self.weights[f"{key}.weight"][chosen]
        inputs = [x, self.constant(f"{key}.weight{suffix}", weight, shrink=True)]
        if f"{key}.bias" in self.weights:
            inputs.append(self.constant(f"{key}.bias{suffix}", self.weights[f"{key}.bias"][chosen]))
        return self.node("Conv", inputs, **attributes)

    def norm(self, x: str, key: str) -> str:
        """LayerNorm2d over channels, centred form, float32 throughout."""
        axes = self.constant("axes", np.array([1], np.int64))
        eps = self.constant("eps", np.array(EPS, np.float32))
        centred = self.node("Sub", [x, self.node("ReduceMean", [x, axes], keepdims=1)])
        square = self.node("Mul", [centred, centred])
        variance = self.node("ReduceMean", [square, axes], keepdims=1)
        deviation = self.node("Sqrt", [self.node("Add", [variance, eps])])
        unit = self.node("Div", [centred, deviation])
        weight = self.constant(f"{key}.weight", self.weights[f"{key}.weight"].reshape(1, -1, 1, 1))
        bias = self.constant(f"{key}.bias", self.weights[f"{key}.bias"].reshape(1, -1, 1, 1))
        return self.node("Add", [self.node("Mul", [unit, weight]), bias])

    def block(self, x: str, key: str) -> str:
        """One NAFBlock."""
        c = self.weights[f"{key}.conv3.weight"].shape[1]
        halves = ((slice(0, c), ".first"), (slice(c, 2 * c), ".second"))
        n = self.norm(x, f"{key}.norm1")
        sides = []
        for part, suffix in halves:
            side = self.conv(n, f"{key}.conv1", part, suffix)
            sides.append(self.conv(side, f"{key}.conv2", part, suffix, group=c, pads=[1, 1, 1, 1]))
        gated = self.node("Mul", sides)
        attention = self.conv(self.node("GlobalAveragePool", [gated]), f"{key}.sca.1")
        z = self.conv(self.node("Mul", [gated, attention]), f"{key}.conv3")
        beta = self.constant(f"{key}.beta", self.weights[f"{key}.beta"])
        y = self.node("Add", [x, self.node("Mul", [z, beta])])
        n = self.norm(y, f"{key}.norm2")
        z = self.node("Mul", [self.conv(n, f"{key}.conv4", *half) for half in halves])
        z = self.conv(z, f"{key}.conv5")
        gamma = self.constant(f"{key}.gamma", self.weights[f"{key}.gamma"])
        out = self.node("Add", [y, self.node("Mul", [z, gamma])])
        self.places[key] = (x, out)
        return out

    def network(self, config: NAFNetConfig) -> str:
        """The whole network; returns the name of the tensor added to the picture."""
        if config.stem == 1:
            x = self.conv("image", "intro", pads=[1, 1, 1, 1])
        else:
            s = config.stem
            self.weights = {**self.weights, "intro.weight": widened(self.weights["intro.weight"], s)}
            x = self.conv("image", "intro", strides=[s, s], pads=[s, s, s, s])
        skips = []
        for i, count in enumerate(config.encoder_blocks):
            for j in range(count):
                x = self.block(x, f"encoders.{i}.{j}")
            skips.append(x)
            x = self.conv(x, f"downs.{i}", strides=[2, 2])
        for j in range(config.middle_blocks):
            x = self.block(x, f"middle_blks.{j}")
        for i, count in enumerate(config.decoder_blocks):
            x = self.node("DepthToSpace", [self.conv(x, f"ups.{i}.0")], blocksize=2, mode="CRD")
            x = self.node("Add", [x, skips[-1 - i]])
            for j in range(count):
                x = self.block(x, f"decoders.{i}.{j}")
        x = self.conv(x, "ending", pads=[1, 1, 1, 1])
        if config.stem > 1:
            x = self.node("DepthToSpace", [x], blocksize=config.stem, mode="CRD")
        return x


def widened(weight: np.ndarray, stem: int) -> np.ndarray:
    """3x3 kernel on space-to-depth channels [O, 3 s^2, 3, 3] as a 3s x 3s kernel [O, 3, 3s, 3s].

    pixel_unshuffle puts colour c, row r, column q into channel c s^2 + r s + q, so the tap
    (ky, kx) of that channel reads the picture's pixel (s ky + r, s kx + q).
    """
    out, channels, k, _ = weight.shape
    colours = channels // stem**2
    parts = weight.reshape(out, colours, stem, stem, k, k).transpose(0, 1, 4, 2, 5, 3)
    return np.ascontiguousarray(parts.reshape(out, colours, k * stem, k * stem))


def narrowed(weight: np.ndarray, stem: int) -> np.ndarray:
    """Inverse of `widened`."""
    out, colours, side, _ = weight.shape
    k = side // stem
    parts = weight.reshape(out, colours, k, stem, k, stem).transpose(0, 1, 3, 5, 2, 4)
    return np.ascontiguousarray(parts.reshape(out, colours * stem**2, k, k))


def build(weights: dict[str, np.ndarray], config: NAFNetConfig, half: bool) -> onnx.ModelProto:
    """ONNX model `image` -> `restored` (unclamped), float32 [1, 3, height, width]."""
    builder = GraphBuilder({k: v.astype(np.float32) for k, v in weights.items()}, half)
    residual = builder.network(config)
    builder.nodes.append(
        helper.make_node("Add", ["image", residual], ["restored"], name="restored")
    )
    shape = [1, 3, "height", "width"]
    graph = helper.make_graph(
        builder.nodes,
        "restore",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("restored", TensorProto.FLOAT, shape)],
        list(builder.initializers.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    model.producer_name = "restill"
    onnx.checker.check_model(model, full_check=True)
    return model
