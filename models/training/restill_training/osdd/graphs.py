"""OSDD as three ONNX files, cut where gamma comes in: what does not depend on it runs once.

- `encoder`: image -> `latent`, and `skip0` (finest) on, each with all that the decoder does to it before the sum;
- `denoiser`: latent, gamma (a scalar) -> `denoised`;
- `decoder`: denoised, skips, image -> restored.

Everything of `graph.py` holds here too. Exact rewrites: the 1x1 convolution of concatenated features and skip is
the sum of two, one of them in the encoder's file; both adapters of a convolution are one of twice the rank whose
channels are weighed by gamma and 1 - gamma between its two parts; queries meet the prompt's keys, and its values
the output, before any picture is seen; eq. 8 at its fixed t is a subtraction.
"""

from __future__ import annotations

import math

import numpy as np
import onnx
from onnx import TensorProto, helper

from ..graph import IR_VERSION, OPSET, GraphBuilder, widened
from .config import OsddConfig
from .denoiser import GAIN

Shape = list[int | str]
PICTURE: Shape = [1, 3, "height", "width"]
BLEND = "blend"


def features(channels: int) -> Shape:
    """Features of some level: their sides are free, unlike a tile's."""
    return [1, channels, "rows", "columns"]


class AdaptedBuilder(GraphBuilder):
    """Adds the adapters' share to every convolution that has them."""

    def __init__(self, weights: dict[str, np.ndarray], half: bool) -> None:
        super().__init__(weights, half)
        self._lowered: dict[tuple[str, str], str] = {}

    def conv(self, x: str, key: str, part: slice | None = None, suffix: str = "", **attributes: object) -> str:
        y = super().conv(x, key, part, suffix, **attributes)
        if f"{key}.fidelity.0.weight" not in self.weights:
            return y
        down, up = (np.concatenate([self.weights[f"{key}.{name}.{i}.weight"] for name in ("fidelity", "crispness")],
                                   axis=i) for i in (0, 1))
        if (x, key) not in self._lowered:
            low = self.node("Conv", [x, self.constant(f"{key}.down", down, shrink=True)])
            self._lowered[x, key] = self.node("Mul", [low, BLEND])
        chosen = up[slice(None) if part is None else part]
        raised = self.node("Conv", [self._lowered[x, key], self.constant(f"{key}.up{suffix}", chosen, shrink=True)])
        return self.node("Add", [y, raised])

    def folded(self, x: str, key: str, weight: np.ndarray, bias: np.ndarray | None = None) -> str:
        """A 1x1 convolution with weights [O, I] that no module has as they are."""
        inputs = [x, self.constant(f"{key}.weight", weight[..., None, None].astype(np.float32), shrink=True)]
        if bias is not None:
            inputs.append(self.constant(f"{key}.bias", bias.astype(np.float32)))
        return self.node("Conv", inputs)


class Part:
    """One file in the making: inputs, nodes, outputs. `weights` are those below `prefix`."""

    def __init__(self, weights: dict[str, np.ndarray], prefix: str, half: bool, inputs: dict[str, Shape]) -> None:
        own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        self.builder = AdaptedBuilder(own, half)
        self.inputs = inputs

    def model(self, outputs: dict[str, tuple[str, Shape]]) -> onnx.ModelProto:
        """The finished file; `outputs` maps public names to tensors and shapes."""
        nodes = self.builder.nodes
        for public, (tensor, _) in outputs.items():
            nodes.append(helper.make_node("Identity", [tensor], [public], name=public))
        shapes = {name: shape for name, (_, shape) in outputs.items()}
        values = [
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, _own_names(n, s)) for n, s in side.items()]
            for side in (self.inputs, shapes)
        ]
        graph = helper.make_graph(nodes, "osdd", values[0], values[1], list(self.builder.initializers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        model.producer_name = "restill"
        onnx.checker.check_model(model, full_check=True)
        return model


def _own_names(name: str, shape: Shape) -> Shape:
    """Inside a file every tensor of features has sides of its own name: levels differ in size."""
    return [f"{name}_{d}" if d in ("rows", "columns") else d for d in shape]


def build(weights: dict[str, np.ndarray], config: OsddConfig, half: bool) -> dict[str, onnx.ModelProto]:
    """The three graphs by name."""
    values = {k: v.astype(np.float32) for k, v in weights.items()}
    return {
        "encoder": _encoder(values, config, half),
        "denoiser": _denoiser(values, config, half),
        "decoder": _decoder(values, config, half),
    }


def _encoder(values: dict[str, np.ndarray], config: OsddConfig, half: bool) -> onnx.ModelProto:
    part = Part(values, "encoder.", half, {"image": PICTURE})
    b, s = part.builder, config.stem
    decoder = {k: v for k, v in values.items() if k.startswith(("decoder.skips.", "decoder.fuses."))}
    b.weights = {**b.weights, **decoder, "intro.weight": widened(b.weights["intro.weight"], s)}
    x = b.conv("image", "intro", strides=[s, s], pads=[s, s, s, s])
    outputs: dict[str, tuple[str, Shape]] = {}
    deepest = len(config.encoder_blocks) - 1
    for level, count in enumerate(config.encoder_blocks):
        if level:
            x = b.conv(x, f"downs.{level - 1}", strides=[2, 2])
        for j in range(count):
            x = b.block(x, f"encoders.{level}.{j}")
        stage, c = deepest - level, config.channels(level)
        skip = b.block(x, f"decoder.skips.{stage}")
        weight = b.weights[f"decoder.fuses.{stage}.weight"][:, c:, 0, 0]
        skip = b.folded(skip, f"decoder.fuses.{stage}.skip", weight, b.weights[f"decoder.fuses.{stage}.bias"])
        outputs[f"skip{level}"] = (skip, features(c))
    outputs["latent"] = (b.conv(x, "mean"), features(config.latent))
    return part.model(outputs)


def _denoiser(values: dict[str, np.ndarray], config: OsddConfig, half: bool) -> onnx.ModelProto:
    part = Part(values, "denoiser.", half, {"latent": features(config.latent), "gamma": []})
    b = part.builder
    ones = np.ones((1, config.rank, 1, 1), np.float32)
    slope = b.constant("slope", np.concatenate([ones, -ones], 1))
    offset = b.constant("offset", np.concatenate([0 * ones, ones], 1))
    b.nodes.append(helper.make_node("Add", [b.node("Mul", ["gamma", slope]), offset], [BLEND], name=BLEND))
    x = b.conv("latent", "intro", pads=[1, 1, 1, 1])
    skips = []
    for i, count in enumerate(config.trunk_blocks):
        for j in range(count):
            x = b.block(x, f"encoders.{i}.{j}")
        skips.append(x)
        x = b.conv(x, f"downs.{i}", strides=[2, 2])
    for j in range(config.middle_blocks):
        x = b.block(x, f"middle_blks.{j}")
    x = _prompted(b, x)
    for i, count in enumerate(config.trunk_decoder_blocks):
        x = b.node("DepthToSpace", [b.conv(x, f"ups.{i}.0")], blocksize=2, mode="CRD")
        x = b.node("Add", [x, skips[-1 - i]])
        for j in range(count):
            x = b.block(x, f"decoders.{i}.{j}")
    b.weights = {**b.weights, **{f"ending.{p}": np.float32(GAIN) * b.weights[f"ending.{p}"] for p in ("weight", "bias")}}
    step = b.conv(x, "ending", pads=[1, 1, 1, 1])
    return part.model({"denoised": (b.node("Sub", ["latent", step]), features(config.latent))})


def _prompted(b: AdaptedBuilder, x: str) -> str:
    w = b.weights
    keys, values = w["prompt.keys"] / math.sqrt(w["prompt.keys"].shape[1]), w["prompt.values"]
    scores = b.folded(b.norm(x, "prompt.norm"), "prompt.scores", keys @ w["prompt.q.weight"][..., 0, 0],
                      keys @ w["prompt.q.bias"])
    shares = b.node("Softmax", [scores], axis=1)
    told = b.folded(shares, "prompt.told", w["prompt.out.weight"][..., 0, 0] @ values.T, w["prompt.out.bias"])
    return b.node("Add", [x, told])


def _decoder(values: dict[str, np.ndarray], config: OsddConfig, half: bool) -> onnx.ModelProto:
    levels = len(config.decoder_blocks)
    skips = {f"skip{i}": features(config.channels(i)) for i in range(levels)}
    part = Part(values, "decoder.", half, {"image": PICTURE, "denoised": features(config.latent), **skips})
    b = part.builder
    x = b.conv("denoised", "intro", pads=[1, 1, 1, 1])
    for stage, count in enumerate(config.decoder_blocks):
        c = config.channels(levels - 1 - stage)
        if stage:
            x = b.node("DepthToSpace", [b.conv(x, f"ups.{stage - 1}.0")], blocksize=2, mode="CRD")
        x = b.folded(x, f"fuses.{stage}.own", b.weights[f"fuses.{stage}.weight"][:, :c, 0, 0])
        x = b.node("Add", [x, f"skip{levels - 1 - stage}"])
        for j in range(count):
            x = b.block(x, f"decoders.{stage}.{j}")
    x = b.conv(x, "ending", pads=[1, 1, 1, 1])
    x = b.node("DepthToSpace", [x], blocksize=config.stem, mode="CRD")
    return part.model({"restored": (b.node("Add", ["image", x]), PICTURE)})
