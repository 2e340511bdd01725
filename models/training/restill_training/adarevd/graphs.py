"""ONNX graphs of AdaRevD: `encoder`, `classifier`, and `decoder1` to `decoderK`.

The host calls one sub-decoder after the other and stops where it likes; the state goes in and out as
tensors. Height and width stay symbolic: the tables of the Fourier transforms are made in the graph from
the picture's size, and runtimes fold them into constants where that size is fixed when they load it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from ..graph import IR_VERSION, OPSET, GraphBuilder, widened
from ..nets.adarevd import LEVELS, SMALLEST_ALPHA, AdaRevDConfig

DOWN_EPS = 1e-5
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
Shape = list[Any]
Tensors = list[tuple[str, Shape]]

# Names of symbolic sizes in pack.json are lower-case letters only.
_PLACES = ("one", "two", "three", "four", "five")


def picture_shape() -> Shape:
    return [1, 3, "height", "width"]


def feature_shape(channels: int, level: int) -> Shape:
    """Shape of a feature of encoder level 0 (finest) to 4."""
    return [1, channels, f"height{_PLACES[level]}", f"width{_PLACES[level]}"]


def state_tensors(config: AdaRevDConfig, prefix: str) -> Tensors:
    """`top`-less state: PREFIX0 (coarsest) to PREFIX3."""
    return [(f"{prefix}{i}", feature_shape(w, LEVELS - 1 - i)) for i, w in enumerate(config.widths)]


class Builder(GraphBuilder):
    """Adds Fourier blocks and what else sub-decoders and classifiers consist of."""

    def __init__(self, weights: dict[str, np.ndarray], half: bool, orthonormal: bool) -> None:
        super().__init__({k: v.astype(np.float32) for k, v in weights.items()}, half)
        self.orthonormal = orthonormal
        self._tables: dict[str, tuple[str, ...]] = {}

    def plain(self, name: str, key: str) -> str:
        """A weight that stays float32."""
        return self.constant(name, self.weights[key])

    def number(self, value: float) -> str:
        return self.constant(f"number.{value!r}", np.array(value, np.float32))

    def integer(self, *values: int, scalar: bool = False) -> str:
        name = f"integer{'' if scalar else 's'}.{'.'.join(map(str, values))}"
        return self.constant(name, np.array(values[0] if scalar else values, np.int64))

    def channel_norm(self, x: str, key: str, eps: float) -> str:
        """As `norm`, with another epsilon."""
        axes = self.integer(1)
        centred = self.node("Sub", [x, self.node("ReduceMean", [x, axes], keepdims=1)])
        square = self.node("Mul", [centred, centred])
        variance = self.node("ReduceMean", [square, axes], keepdims=1)
        unit = self.node("Div", [centred, self.node("Sqrt", [self.node("Add", [variance, self.number(eps)])])])
        weight, bias = (
            self.constant(f"{key}.{part}", self.weights[f"{key}.{part}"].reshape(1, -1, 1, 1))
            for part in ("weight", "bias")
        )
        return self.node("Add", [self.node("Mul", [unit, weight]), bias])

    def gelu(self, x: str) -> str:
        """x (1 + erf(x / sqrt 2)) / 2."""
        grown = self.node("Add", [self.node("Erf", [self.node("Div", [x, self.number(math.sqrt(2))])]), self.number(1.0)])
        return self.node("Mul", [self.node("Mul", [x, grown]), self.number(0.5)])

    def side_at(self, axis: int, divisor: int) -> str:
        """Height (axis 2) or width (3) of the picture over `divisor`, int64 scalar."""
        size = self.node("Gather", [self.node("Shape", ["image"]), self.integer(axis, scalar=True)], axis=0)
        return self.node("Div", [size, self.integer(divisor, scalar=True)])

    def _angles(self, rows: str, n: str) -> tuple[str, str]:
        """cos and sin(2 pi k m / n), float32 [rows, n]; k m is reduced modulo n before it becomes a float."""
        zero, one = self.integer(0, scalar=True), self.integer(1, scalar=True)
        k = self.node("Unsqueeze", [self.node("Range", [zero, rows, one]), self.integer(1)])
        m = self.node("Range", [zero, n, one])
        turns = self.node("Cast", [self.node("Mod", [self.node("Mul", [k, m]), n])], to=FLOAT)
        step = self.node("Div", [self.number(2 * math.pi), self.node("Cast", [n], to=FLOAT)])
        angle = self.node("Mul", [turns, step])
        return self.node("Cos", [angle]), self.node("Sin", [angle])

    def tables(self, divisor: int) -> tuple[str, ...]:
        """Forward row tables [W, K] (cos, -sin), column tables [H, H] (cos, sin), inverse row tables
        [K, W] (cos, -sin), scaled and counted; made once a level."""
        key = str(divisor)
        if key in self._tables:
            return self._tables[key]
        one, two = self.integer(1, scalar=True), self.integer(2, scalar=True)
        h, w = self.side_at(2, divisor), self.side_at(3, divisor)
        half = self.node("Div", [w, two])
        ch, sh = self._angles(h, h)
        cw, sw = self._angles(self.node("Add", [half, one]), w)
        area = self.node("Cast", [self.node("Mul", [h, w])], to=FLOAT)
        inverse = self.node("Reciprocal", [self.node("Sqrt", [area]) if self.orthonormal else area])
        # Columns 0 and, of an even width, W / 2 of a half spectrum count once, the others twice.
        k = self.node("Range", [self.integer(0, scalar=True), self.node("Add", [half, one]), one])
        mirrored = self.node("Mod", [self.node("Sub", [w, k]), w])
        single = self.node("Cast", [self.node("Equal", [k, mirrored])], to=FLOAT)
        times = self.node("Mul", [self.node("Sub", [self.number(2.0), single]), inverse])
        counted = self.node("Unsqueeze", [times, self.integer(1)])
        fc, fs = (self.node("Transpose", [t], perm=[1, 0]) for t in (cw, self.node("Neg", [sw])))
        if self.orthonormal:
            fc, fs = (self.node("Mul", [t, inverse]) for t in (fc, fs))
        ic, is_ = (self.node("Mul", [t, counted]) for t in (cw, self.node("Neg", [sw])))
        self._tables[key] = (fc, fs, ch, sh, ic, is_)
        return self._tables[key]

    def spectral(self, x: str, key: str, divisor: int) -> str:
        """The spectral branch; equations in `nets/dft.py`."""
        fc, fs, ch, sh, ic, is_ = self.tables(divisor)
        product = lambda a, b: self.node("MatMul", [a, b])  # noqa: E731
        ar, ai = product(x, fc), product(x, fs)
        real = self.node("Add", [product(ch, ar), product(sh, ai)])
        imaginary = self.node("Sub", [product(ch, ai), product(sh, ar)])
        parts = self.node("Concat", [real, imaginary], axis=1)
        parts = self.conv(self.gelu(self.conv(parts, f"{key}.complex_conv1")), f"{key}.complex_conv2")
        c = self.weights[f"{key}.complex_conv2.weight"].shape[0] // 2
        real = self.node("Slice", [parts, self.integer(0), self.integer(c), self.integer(1)])
        imaginary = self.node("Slice", [parts, self.integer(c), self.integer(2 * c), self.integer(1)])
        zr = self.node("Sub", [product(ch, real), product(sh, imaginary)])
        zi = self.node("Add", [product(ch, imaginary), product(sh, real)])
        return self.node("Add", [product(zr, ic), product(zi, is_)])

    def fourier_block(self, x: str, key: str, divisor: int) -> str:
        c = self.weights[f"{key}.conv3.weight"].shape[0]
        halves = ((slice(0, c), ".first"), (slice(c, 2 * c), ".second"))
        n = self.norm(x, f"{key}.norm1")
        sides = []
        for part, suffix in halves:
            side = self.conv(n, f"{key}.conv1", part, suffix)
            sides.append(self.conv(side, f"{key}.conv2", part, suffix, group=c, pads=[1, 1, 1, 1]))
        gated = self.node("Mul", sides)
        attention = self.conv(self.node("GlobalAveragePool", [gated]), f"{key}.sca.0")
        z = self.conv(self.node("Mul", [gated, attention]), f"{key}.conv3")
        if spectral := f"{key}.fft_block1.complex_conv1.weight" in self.weights:
            z = self.node("Add", [z, self.spectral(n, f"{key}.fft_block1", divisor)])
        y = self.node("Add", [x, self.node("Mul", [z, self.plain(f"{key}.beta", f"{key}.beta")])])
        n = self.norm(y, f"{key}.norm2")
        z = self.conv(self.node("Mul", [self.conv(n, f"{key}.conv4", *half) for half in halves]), f"{key}.conv5")
        if spectral:
            z = self.node("Add", [z, self.spectral(n, f"{key}.fft_block2", divisor)])
        return self.node("Add", [y, self.node("Mul", [z, self.plain(f"{key}.gamma", f"{key}.gamma")])])

    def shuffled_up(self, x: str) -> str:
        return self.node("DepthToSpace", [x], blocksize=2, mode="CRD")

    def level(self, index: int, coarse: str, state: list[str], decoder: str, stem: int) -> str:
        """alpha c + block(up(coarse) + norm(down(fine)))."""
        key = f"{decoder}.level{index}"
        x = self.shuffled_up(self.conv(coarse, f"{key}.fusion.up.0"))
        if index + 1 < len(state):
            down = self.conv(state[index + 1], f"{key}.fusion.down.0", strides=[2, 2])
            x = self.node("Add", [x, self.channel_norm(down, f"{key}.fusion.down.1.body", DOWN_EPS)])
        divisor = stem * 2 ** (LEVELS - 1 - index)
        x = self.fourier_block(x, f"{key}.blocks.0", divisor)
        raw = self.weights[f"{decoder}.alpha{index}"]
        alpha = np.where(raw < 0, -1, 1) * np.maximum(np.abs(raw), SMALLEST_ALPHA)
        scale = self.constant(f"{decoder}.alpha{index}", alpha.astype(np.float32))
        return self.node("Add", [self.node("Mul", [state[index], scale]), x])

    def named(self, x: str, name: str) -> None:
        """Makes `x` an output called `name`."""
        self.nodes.append(helper.make_node("Identity", [x], [name], name=name))

    def model(self, name: str, inputs: Tensors, outputs: Tensors) -> onnx.ModelProto:
        info = [[helper.make_tensor_value_info(n, FLOAT, s) for n, s in side] for side in (inputs, outputs)]
        graph = helper.make_graph(self.nodes, name, info[0], info[1], list(self.initializers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        model.producer_name = "restill"
        onnx.checker.check_model(model, full_check=True)
        return model


def nafnet_features(b: Builder, config: AdaRevDConfig) -> list[str]:
    """Nodes of `encoder.*`; names of the features, fine to coarse."""
    encoder, s = config.encoder, config.encoder.stem
    if s == 1:
        x = b.conv("image", "encoder.intro", pads=[1, 1, 1, 1])
    else:
        b.weights = {**b.weights, "encoder.intro.weight": widened(b.weights["encoder.intro.weight"], s)}
        x = b.conv("image", "encoder.intro", strides=[s, s], pads=[s, s, s, s])
    found = []
    for i, count in enumerate(encoder.encoder_blocks):
        for j in range(count):
            x = b.block(x, f"encoder.encoders.{i}.{j}")
        found.append(x)
        x = b.conv(x, f"encoder.downs.{i}", strides=[2, 2])
    for j in range(encoder.middle_blocks):
        x = b.block(x, f"encoder.middle_blks.{j}")
    return [*found, x]


def encoder_tensors(config: AdaRevDConfig) -> tuple[Tensors, Tensors]:
    """Inputs and outputs of `encoder`: the picture; `feature` for the classifier, `top` and the first state."""
    outputs = [("feature", feature_shape(config.features[3], 3)), ("top", feature_shape(config.top, 4))]
    return [("image", picture_shape())], [*outputs, *state_tensors(config, "c")]


def encoder_graph(weights: dict[str, np.ndarray], config: AdaRevDConfig, half: bool = True) -> onnx.ModelProto:
    b = Builder(weights, half, config.orthonormal)
    if config.kernel_side:
        from .ufp_graph import ufpnet_features

        features = ufpnet_features(b, config)
    else:
        features = nafnet_features(b, config)
    b.named(features[3], "feature")
    wanted = config.decoder_features
    for i, x in enumerate(features):
        if f"narrow.{i}.weight" in b.weights:
            x = b.conv(x, f"narrow.{i}")
        scale = b.constant(f"conv_features.{i}", b.weights[f"conv_features.{i}"].reshape(1, wanted[i], 1, 1))
        b.named(b.node("Mul", [x, scale]), "top" if i == LEVELS else f"c{LEVELS - 1 - i}")
    return b.model("encoder", *encoder_tensors(config))


def decoder_tensors(config: AdaRevDConfig) -> tuple[Tensors, Tensors]:
    """Inputs and outputs of every sub-decoder: picture, top, state; new state (`n0`..`n3`) and picture."""
    inputs = [("image", picture_shape()), ("top", feature_shape(config.top, 4)), *state_tensors(config, "c")]
    return inputs, [("restored", picture_shape()), *state_tensors(config, "n")]


def decoder_graph(weights: dict[str, np.ndarray], config: AdaRevDConfig, index: int, half: bool = True) -> onnx.ModelProto:
    b = Builder(weights, half, config.orthonormal)
    stem, key = config.encoder.stem, f"subdenets.{index}"
    state, coarse = [f"c{i}" for i in range(LEVELS)], "top"
    for i in range(LEVELS):
        coarse = state[i] if i < config.start(index) else b.level(i, coarse, state, key, stem)
        b.named(coarse, f"n{i}")
    x = b.conv(coarse, f"outputs.{index}.0", pads=[1, 1, 1, 1])
    if stem > 1:
        x = b.node("DepthToSpace", [x], blocksize=stem, mode="CRD")
    b.nodes.append(helper.make_node("Add", ["image", x], ["restored"], name="restored"))
    return b.model(f"decoder{index + 1}", *decoder_tensors(config))


def classifier_tensors(config: AdaRevDConfig, classes: int) -> tuple[Tensors, Tensors]:
    return [("feature", feature_shape(config.features[3], 3))], [("logits", [1, classes])]


def classifier_graph(weights: dict[str, np.ndarray], config: AdaRevDConfig, half: bool = True) -> onnx.ModelProto:
    """Weights under the published names of a classifier file (`0.*`, `1.*`, `2.*`)."""
    linear = {k: v[:, :, None, None] if v.ndim == 2 and k.endswith("weight") else v for k, v in weights.items()}
    b = Builder(linear, half, config.orthonormal)
    x = b.block(b.conv("feature", "0", strides=[2, 2]), "1")
    x = b.norm(b.node("GlobalAveragePool", [x]), "2.classifier.0")
    x = b.conv(b.gelu(b.conv(x, "2.classifier.1")), "2.classifier.3")
    classes = weights["2.alpha"].shape[1]
    x = b.node("Mul", [b.node("Flatten", [x], axis=1), b.plain("2.alpha", "2.alpha")])
    b.named(x, "logits")
    return b.model("classifier", *classifier_tensors(config, classes))
