"""DeMoE as ONNX files, cut where the application decides: what it does not route to never runs.

- `encoder`: image -> skip0 (finest) .. skipN, deep, middle (after the shared middle blocks);
- `router`: deep, and the image if the router sees its texture -> logits [1, 5];
- `expert-S-E`: features at site S through expert E; site 0 follows the middle, site i stage i;
- `stage-S` (S from 1): features of the site before, and the skip -> features before the experts;
- `tail`: features, image -> restored.

Sums over weighted experts happen between the files. Everything of `graph.py` holds here too: opset 18,
no tracer, float16 storage, float32 arithmetic; sizes of features are symbolic.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from ..graph import IR_VERSION, OPSET, GraphBuilder, widened
from ..nets.demoe import DeMoEConfig
from ..nets.demoe_router import DIRECTIONS, EXPERTS, FILTERS, FRAME, LAGS

Shape = list[int | str]
# Free sides, not a tile's: the router also looks at windows of its own size.
PICTURE: Shape = [1, 3, "rows", "columns"]
BATCH_NORM_EPS = 1e-5


def folded(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same network without batch norms: each goes into the layer before it."""
    out = dict(weights)
    for layer, norm in (("conv_bottleneck.0", "conv_bottleneck.1"), ("classifier.2", "classifier.3")):
        name = f"mlp_branch.{norm}"
        if f"{name}.running_mean" not in weights:
            continue
        mean, variance, weight, bias = (
            out.pop(f"{name}.{part}") for part in ("running_mean", "running_var", "weight", "bias")
        )
        out.pop(f"{name}.num_batches_tracked", None)
        scale = weight / np.sqrt(variance + BATCH_NORM_EPS)
        key = f"mlp_branch.{layer}"
        kernel = out[f"{key}.weight"]
        out[f"{key}.weight"] = kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1))
        out[f"{key}.bias"] = (out[f"{key}.bias"] - mean) * scale + bias
    return out


def features(channels: int) -> Shape:
    """Features of `channels` at some level: their sides are free, unlike a tile's."""
    return [1, channels, "rows", "columns"]


class Part:
    """One file in the making: inputs, nodes, outputs."""

    def __init__(self, weights: dict[str, np.ndarray], half: bool, inputs: dict[str, Shape]) -> None:
        self.builder = GraphBuilder(weights, half)
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
        graph = helper.make_graph(nodes, "demoe", values[0], values[1],
                                  list(self.builder.initializers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        model.producer_name = "restill"
        onnx.checker.check_model(model, full_check=True)
        return model


def _own_names(name: str, shape: Shape) -> Shape:
    """Inside a file every tensor of features has sides of its own name: levels differ in size."""
    return [f"{name}_{d}" if d in ("rows", "columns") else d for d in shape]


def build(weights: dict[str, np.ndarray], config: DeMoEConfig, half: bool) -> dict[str, onnx.ModelProto]:
    """Every graph of a DeMoE by name; the encoder comes first."""
    values = folded({k: v.astype(np.float32) for k, v in weights.items()})
    graphs = {"encoder": _encoder(values, config, half), "router": _router(values, config, half)}
    sites = config.site_channels
    for site, channels in enumerate(sites):
        if site:
            graphs[f"stage-{site}"] = _stage(values, config, half, site)
        for expert in range(len(EXPERTS)):
            part = Part(values, half, {"features": features(channels)})
            x = part.builder.block("features", f"experts.{site}.experts.{expert}")
            graphs[f"expert-{site}-{expert}"] = part.model({"treated": (x, features(channels))})
    graphs["tail"] = _tail(values, config, half)
    return graphs


def _encoder(values: dict[str, np.ndarray], config: DeMoEConfig, half: bool) -> onnx.ModelProto:
    part = Part(values, half, {"image": PICTURE})
    b, s = part.builder, config.stem
    if s == 1:
        x = b.conv("image", "intro", pads=[1, 1, 1, 1])
    else:
        b.weights = {**values, "intro.weight": widened(values["intro.weight"], s)}
        x = b.conv("image", "intro", strides=[s, s], pads=[s, s, s, s])
    outputs: dict[str, tuple[str, Shape]] = {}
    for i, count in enumerate(config.encoder_blocks):
        for j in range(count):
            x = b.block(x, f"encoders.{i}.modules_list.{j}")
        outputs[f"skip{i}"] = (x, features(config.width * 2**i))
        x = b.conv(x, f"downs.{i}", strides=[2, 2])
    deep = features(config.site_channels[0])
    outputs["deep"] = (x, deep)
    for j in range(config.middle_blocks):
        x = b.block(x, f"middle_blks.modules_list.{j}")
    outputs["middle"] = (x, deep)
    return part.model(outputs)


def _router(values: dict[str, np.ndarray], config: DeMoEConfig, half: bool) -> onnx.ModelProto:
    seen = {"image": PICTURE} if config.texture else {}
    part = Part(values, half, {"deep": features(config.site_channels[0]), **seen})
    b = part.builder
    x = b.node("Relu", [b.conv("deep", "mlp_branch.conv_bottleneck.0")])
    mask = b.node("Sigmoid", [b.conv(x, "mlp_branch.attention.0")])
    vector = b.node("Flatten", [b.node("GlobalAveragePool", [b.node("Mul", [x, mask])])], axis=1)
    if config.texture:
        vector = b.node("Concat", [vector, _texture(b)], axis=1)
    vector = b.node("Relu", [_linear(b, vector, "mlp_branch.classifier.2")])
    return part.model({"logits": (_linear(b, vector, "mlp_branch.classifier.6"), [1, len(EXPERTS)])})


def _texture(b: GraphBuilder) -> str:
    """`nets.demoe_router.Texture`, node by node; light and tints come from one 1x1 convolution each."""
    def mixed(name: str, weights: tuple[float, float, float]) -> str:
        kernel = np.array(weights, np.float32).reshape(1, 3, 1, 1)
        return b.node("Conv", ["image", b.constant(name, kernel)])

    def pooled(x: str, side: int, operator: str = "AveragePool") -> str:
        return b.node(operator, [x], kernel_shape=[side, side], strides=[side, side])

    def squared(x: str, filters: str) -> str:
        difference = b.node("Conv", [x, filters])
        return b.node("Mul", [difference, difference])

    def logarithm(energy: str) -> str:
        shifted = b.node("Add", [energy, b.constant("tiny", np.array(1e-6, np.float32))])
        raised = b.node("Add", [b.node("Log", [shifted]), b.constant("raise", np.array(8, np.float32))])
        return b.node("Div", [raised, b.constant("scale", np.array(3, np.float32))])

    bank = np.array(FILTERS, np.float32)[:, None]
    filters, grain = b.constant("filters", bank), b.constant("grain", bank[4:])
    light = mixed("light", (1 / 3, 1 / 3, 1 / 3))
    found = []
    for scale in (1, 2, 4):
        scaled = pooled(light, scale) if scale > 1 else light
        found.append(logarithm(pooled(squared(scaled, filters), 16 // scale)))
    found += _correlations(b, b.node("Conv", [light, b.constant("directed", bank[:4])]))
    fine = logarithm(pooled(squared(light, grain), 4))
    lowest = b.node("Neg", [pooled(b.node("Neg", [fine]), 4, "MaxPool")])
    found += [pooled(fine, 4), lowest]
    for name, tint in (("red-green", (1.0, -1.0, 0.0)), ("blue-green", (0.0, -1.0, 1.0))):
        found.append(logarithm(pooled(squared(mixed(name, tint), grain), 16)))
    one = b.constant("inside", np.pad(np.ones((1, 1, 1, 1), np.float32), ((0, 0), (0, 0), (1, 1), (1, 1))))
    inner = b.node("Conv", [light, one])
    over = b.node("Relu", [b.node("Sub", [inner, b.constant("clip", np.array(0.9, np.float32))])])
    found += [pooled(inner, 16), pooled(b.node("Mul", [over, b.constant("ten", np.array(10, np.float32))]), 16)]
    x = b.node("Concat", found, axis=1)
    for layer in ("conv1", "conv2"):
        x = b.node("Relu", [b.conv(x, f"mlp_branch.texture.{layer}", pads=[1, 1, 1, 1])])
    mean = b.node("GlobalAveragePool", [x])
    centred = b.node("Sub", [x, mean])
    variance = b.node("GlobalAveragePool", [b.node("Mul", [centred, centred])])
    least = b.constant("least", np.array(1e-4, np.float32))
    spread = b.node("Sqrt", [b.node("Add", [variance, least])])
    return b.node("Flatten", [b.node("Concat", [mean, spread], axis=1)], axis=1)


def _correlations(b: GraphBuilder, differences: str) -> list[str]:
    pads = b.constant("frame", np.array([0, 0, FRAME, FRAME, 0, 0, FRAME, FRAME], np.int64))
    wide = b.node("Pad", [differences, pads])
    cell = {"kernel_shape": [16, 16], "strides": [16, 16]}
    square = b.node("AveragePool", [b.node("Mul", [differences, differences])], **cell)
    energy = b.node("Add", [square, b.constant("faint", np.array(1e-5, np.float32))])
    axes = b.constant("sliced", np.array([1, 2, 3], np.int64))

    def cut(x: str, index: int, first: list[int], last: list[int]) -> str:
        name = f"{x}_{index}_{'_'.join(map(str, first))}"
        starts = b.constant(f"{name}_from", np.array([index, *first], np.int64))
        ends = b.constant(f"{name}_to", np.array([index + 1, *last], np.int64))
        return b.node("Slice", [x, starts, ends, axes])

    found, whole = [], [np.iinfo(np.int64).max] * 2
    for index, direction in enumerate(DIRECTIONS):
        own, level = cut(differences, index, [0, 0], whole), cut(energy, index, [0, 0], whole)
        for lag in LAGS:
            first = [FRAME + lag * step for step in direction]
            moved = cut(wide, index, first, [-(FRAME - lag * step) for step in direction])
            product = b.node("AveragePool", [b.node("Mul", [own, moved])], **cell)
            found.append(b.node("Div", [product, level]))
    return found


def _linear(b: GraphBuilder, x: str, key: str) -> str:
    weight = b.constant(f"{key}.weight", b.weights[f"{key}.weight"], shrink=True)
    return b.node("Gemm", [x, weight, b.constant(f"{key}.bias", b.weights[f"{key}.bias"])], transB=1)


def _stage(values: dict[str, np.ndarray], config: DeMoEConfig, half: bool, site: int) -> onnx.ModelProto:
    before, channels = config.site_channels[site - 1 : site + 1]
    part = Part(values, half, {"features": features(before), "skip": features(channels)})
    b, stage = part.builder, site - 1
    x = b.node("DepthToSpace", [b.conv("features", f"ups.{stage}.0")], blocksize=2, mode="CRD")
    x = b.node("Add", [x, "skip"])
    for j in range(config.decoder_blocks[stage]):
        x = b.block(x, f"decoders.{stage}.modules_list.{j}")
    return part.model({"shared": (x, features(channels))})


def _tail(values: dict[str, np.ndarray], config: DeMoEConfig, half: bool) -> onnx.ModelProto:
    part = Part(values, half, {"features": features(config.width), "image": PICTURE})
    b = part.builder
    x = b.conv("features", "ending", pads=[1, 1, 1, 1])
    if config.stem > 1:
        x = b.node("DepthToSpace", [x], blocksize=config.stem, mode="CRD")
    return part.model({"restored": (b.node("Add", ["image", x]), PICTURE)})
