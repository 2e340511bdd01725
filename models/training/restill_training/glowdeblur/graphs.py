"""GLOWDeblur as five ONNX files, cut where the application's controls come in.

- `motion`: image -> `motion` [1, 4, H/r, W/r] in pixels (`motion.py` says of what);
- `pre`: image -> `coarse`, `aligned`;
- `encoder`: image (the coarse one) -> `latent`, `skip0` (finest) on, the last of them the latent once more;
- `dit`: latent, sigma, guide, aligned, motion, tokens, mask -> `velocity`; one batch axis throughout, so that a caption's
  weight other than 1 is one run of two;
- `decoder`: latent, image (the coarse one), skips -> `restored`.

Everything of `graph.py` holds here too. Exact rewrites: shortcuts without weights are part of the kernels they run
beside; the latents' shift and scale are constants.
"""

from __future__ import annotations

import math

import numpy as np
import onnx
from onnx import TensorProto, helper

from ..graph import widened
from .config import STEM, GlowConfig
from .dit import ATTENTION_EPS, LEAST_SIGMA, MASKED, MOTION_UNIT, NORM_EPS, frequencies
from .graph_parts import PICTURE, SAME3, SAME5, GlowBuilder, Part, Shape, features
from .motion import LEAK, UNIT


def build(weights: dict[str, np.ndarray], config: GlowConfig, half: bool) -> dict[str, onnx.ModelProto]:
    """The five graphs by name."""
    values = _with_shortcuts({k: v.astype(np.float32) for k, v in weights.items()})
    return {
        "motion": _motion(values, config, half),
        "pre": _pre(values, config, half),
        "encoder": _encoder(values, config, half),
        "dit": _dit(values, config, half),
        "decoder": _decoder(values, config, half),
    }


def _with_shortcuts(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    out = {k: v for k, v in values.items() if not k.endswith(".fixed")}
    for key in (k for k in values if k.endswith(".fixed")):
        weight = key.removesuffix(".fixed") + ".weight"
        out[weight] = values[weight] + values[key]
    return out


def _stem(b: GlowBuilder, image: str, side: int) -> str:
    """Space-to-depth and the first convolution in one."""
    b.weights = {**b.weights, "stem.weight": widened(b.weights["intro.weight"], STEM), "stem.bias": b.weights["intro.bias"]}
    return b.conv(image, "stem", strides=[STEM, STEM], pads=[side // 2 * STEM] * 4)


def _motion(values: dict[str, np.ndarray], config: GlowConfig, half: bool) -> onnx.ModelProto:
    part = Part(values, "motion.", half, {"image": PICTURE})
    b = part.builder
    b.weights = {**b.weights, "intro.weight": b.weights["intros.0.weight"], "intro.bias": b.weights["intros.0.bias"]}
    b.weights |= {f"ending.{p}": np.float32(UNIT) * b.weights[f"ending.{p}"] for p in ("weight", "bias")}
    seen: list[str] = []
    for level in range(3):
        x = b.conv(seen[-1], f"intros.{level}", strides=[2, 2], **SAME5) if level else _stem(b, "image", 5)
        x = b.node("Relu", [x])
        for i in range(3):
            inner = b.node("Relu", [b.conv(x, f"levels.{level}.{i}.conv1", **SAME5)])
            x = b.sum(x, b.conv(inner, f"levels.{level}.{i}.conv2", **SAME5))
        seen.append(x)

    def leaky(y: str) -> str:
        return b.node("LeakyRelu", [y], alpha=LEAK)

    def neck(y: str, i: int) -> str:
        return leaky(b.conv(leaky(b.conv(y, f"necks.{i}.conv1")), f"necks.{i}.conv2", **SAME3))

    x = neck(x, 0)
    for i, skip in enumerate((seen[1], seen[0])):
        inputs = [x, b.constant(f"ups.{i}.weight", b.weights[f"ups.{i}.weight"], shrink=True),
                  b.constant(f"ups.{i}.bias", b.weights[f"ups.{i}.bias"])]
        x = b.node("ConvTranspose", inputs, strides=[2, 2], kernel_shape=[4, 4], **SAME3)
        x = neck(b.node("Concat", [leaky(x), skip], axis=1), i + 1)
    cell = [config.reduction // 2] * 2
    x = b.node("AveragePool", [b.conv(x, "ending", **SAME5)], kernel_shape=cell, strides=cell)
    return part.model({"motion": (x, features(4))})


def _pre(values: dict[str, np.ndarray], config: GlowConfig, half: bool) -> onnx.ModelProto:
    part = Part(values, "pre.", half, {"image": PICTURE})
    b = part.builder
    x, skips = _stem(b, "image", 3), []
    for i, count in enumerate(config.pre_blocks):
        for j in range(count):
            x = b.block(x, f"encoders.{i}.{j}")
        skips.append(x)
        x = b.conv(x, f"downs.{i}", strides=[2, 2])
    for j in range(config.pre_middle):
        x = b.block(x, f"middle_blks.{j}")
    aligned = b.conv(x, "aligned", strides=[config.pre_step] * 2)
    for i in range(len(config.pre_blocks)):
        x = b.sum(_doubled(b, b.conv(x, f"ups.{i}.0")), skips[-1 - i])
        x = b.block(x, f"decoders.{i}.0")
    x = b.sum("image", _doubled(b, b.conv(x, "ending", **SAME3)))
    coarse = b.node("Clip", [x, b.number(0), b.number(1)])
    return part.model({"coarse": (coarse, PICTURE), "aligned": (aligned, features(config.aligned))})


def _doubled(b: GlowBuilder, x: str) -> str:
    return b.node("DepthToSpace", [x], blocksize=2, mode="CRD")


def _encoder(values: dict[str, np.ndarray], config: GlowConfig, half: bool) -> onnx.ModelProto:
    part = Part(values, "encoder.", half, {"image": PICTURE})
    b = part.builder
    outputs: dict[str, tuple[str, Shape]] = {}
    x = _stem(b, "image", 3)
    for i, (channels, count) in enumerate(zip(config.widths, config.encoder_blocks)):
        if i:
            x = b.conv(x, f"downs.{i - 1}", strides=[2, 2], **SAME3)
        for j in range(count):
            x = b.compression_block(x, f"levels.{i}.{j}")
        outputs[f"skip{i}"] = (x, features(channels))
    centred = b.node("Sub", [b.conv(x, "out"), b.column("shift")])
    latent = (b.times(centred, b.column("scale")), features(config.latent))
    return part.model({"latent": latent} | outputs | {f"skip{len(config.widths)}": latent})


def _decoder(values: dict[str, np.ndarray], config: GlowConfig, half: bool) -> onnx.ModelProto:
    skips = {f"skip{i}": features(c) for i, c in enumerate((*config.widths, config.latent))}
    part = Part(values, "decoder.", half, {"latent": features(config.latent), "image": PICTURE, **skips})
    b, last = part.builder, len(config.widths) - 1
    apart = b.node("Sub", ["latent", f"skip{last + 1}"])
    x = b.conv(b.node("Div", [apart, b.column("scale")]), "intro", **SAME3)
    for i, count in enumerate(reversed(config.decoder_blocks)):
        if i:
            x = _doubled(b, b.conv(x, f"ups.{i - 1}"))
        x = b.sum(x, b.conv(b.node("Concat", [x, f"skip{last - i}"], axis=1), f"fuses.{i}"))
        for j in range(count):
            x = b.compression_block(x, f"levels.{i}.{j}")
    return part.model({"restored": (b.sum("image", _doubled(b, b.conv(x, "ending", **SAME3))), PICTURE)})


def _dit(values: dict[str, np.ndarray], config: GlowConfig, half: bool) -> onnx.ModelProto:
    def grid(channels: int) -> Shape:
        return ["batch", channels, "rows", "columns"]

    inputs: dict[str, Shape] = {
        "latent": grid(config.latent), "sigma": ["batch"], "guide": grid(config.latent), "aligned": grid(config.aligned),
        "motion": grid(4), "tokens": ["batch", config.tokens, 2], "mask": ["batch", config.tokens],
    }
    part = Part(values, "dit.", half, inputs)
    b, d = part.builder, config.width
    ends = b.node("Shape", ["latent"], start=2, end=4)
    sides = b.node("Concat", [b.constant("whole", np.array([0, d], np.int64)), ends], axis=0)
    motion = b.node("Div", ["motion", b.number(MOTION_UNIT)])
    x = b.conv(b.node("Concat", ["latent", "guide", "aligned", motion], axis=1), "intro")
    words, sentence = _caption(b, config)
    ones = b.shaped(b.node("Mul", ["sigma", b.number(0)]), [-1, 1])
    ones = b.sum(ones, b.number(1))
    seen = b.node("Concat", [ones, "mask"], axis=1)
    bias = b.shaped(b.times(b.node("Sub", [b.number(1), seen]), b.number(MASKED)), [0, 1, -1, 1])
    angle = b.times(b.shaped("sigma", [-1, 1]), b.constant("waves", 1000 * frequencies().numpy()[None]))
    waves = b.node("Concat", [b.node("Cos", [angle]), b.node("Sin", [angle])], axis=1)
    time = b.sum(b.linear(b.silu(b.linear(waves, "time1")), "time2"), sentence)
    six = b.linear(b.silu(time), "shared")

    def parts(y: str, table: str, count: int) -> list[str]:
        y = b.shaped(b.sum(y, b.constant(table, b.weights[table])), [0, count * d, 1, 1])
        names = [f"{y}_{i}" for i in range(count)]
        b.nodes.append(helper.make_node("Split", [y], names, name=f"{y}_split", axis=1, num_outputs=count))
        return names

    def modulated(y: str, shift: str, scale: str) -> str:
        y = b.whitened(b.node("Sub", [y, b.mean(y)]), NORM_EPS)
        return b.sum(b.times(y, b.sum(scale, b.number(1))), shift)

    for i in range(config.depth):
        key = f"blocks.{i}"
        m = parts(six, f"{key}.table", 6)
        x = b.sum(x, b.times(m[2], _linear_attention(b, modulated(x, m[0], m[1]), f"{key}.attention", config, sides)))
        x = b.sum(x, _cross_attention(b, x, words, bias, f"{key}.cross", config, sides))
        x = b.sum(x, b.times(m[5], b.mix_ffn(modulated(x, m[3], m[4]), f"{key}.ffn")))
    shift, scale = parts(b.node("Concat", [time, time], axis=1), "table", 2)
    clean = b.sum("guide", b.conv(modulated(x, shift, scale), "ending"))
    level = b.shaped(b.node("Max", ["sigma", b.number(LEAST_SIGMA)]), [-1, 1, 1, 1])
    return part.model({"velocity": (b.node("Div", [b.node("Sub", ["latent", clean]), level]), grid(config.latent))})


def _caption(b: GlowBuilder, config: GlowConfig) -> tuple[str, str]:
    """Tokens [N, 1 + T, width] and the first of them [N, width]."""
    rows = b.constant("caption.table.weight", b.weights["caption.table.weight"], shrink=True)
    ids = b.node("Cast", ["tokens"], to=TensorProto.INT64)
    pairs = b.node("Gather", [rows, ids], axis=0)
    words = b.node("ReduceSum", [pairs, b.constant("second", np.array([2], np.int64))], keepdims=0)
    words = b.times(words, b.shaped("mask", [0, -1, 1]))
    first = b.constant("axes", np.array([1], np.int64))
    count = b.node("ReduceSum", ["mask", first], keepdims=1)
    there = b.node("Min", [count, b.number(1)])
    mean = b.node("Div", [b.node("ReduceSum", [words, first], keepdims=0), b.node("Max", [count, b.number(1)])])
    null = b.times(b.node("Sub", [b.number(1), there]), b.constant("caption.null", b.weights["caption.null"][None]))
    sentence = b.shaped(b.sum(mean, null), [0, 1, config.text])
    every = b.node("Concat", [sentence, words], axis=1)
    every = b.sum(every, b.constant("caption.slots", b.weights["caption.slots"][None]))
    out = b.linear(b.silu(b.linear(every, "caption.up")), "caption.out")
    first_row = b.node("Gather", [out, b.constant("zero", np.zeros(1, np.int64))], axis=1)
    return out, b.shaped(first_row, [0, config.width])


def _linear_attention(b: GlowBuilder, x: str, key: str, config: GlowConfig, sides: str) -> str:
    d, heads = config.width, [0, config.heads, config.width // config.heads, -1]
    q, k, v = (b.shaped(b.conv(x, f"{key}.qkv", slice(i * d, (i + 1) * d), f".{name}"), heads) for i, name in enumerate("qkv"))
    q, k = b.node("Relu", [q]), b.node("Relu", [k])
    last = b.constant("last", np.array([3], np.int64))
    k = b.node("Div", [k, _token_count(b, sides)])
    summed = b.node("MatMul", [v, b.node("Transpose", [k], perm=[0, 1, 3, 2])])
    total = b.node("Transpose", [b.node("ReduceSum", [k, last], keepdims=1)], perm=[0, 1, 3, 2])
    below = b.sum(b.node("MatMul", [total, q]), b.number(ATTENTION_EPS))
    out = b.node("Div", [b.node("MatMul", [summed, q]), below])
    return b.conv(b.node("Reshape", [out, sides]), f"{key}.proj")


def _token_count(b: GlowBuilder, sides: str) -> str:
    """h w as float32; `sides` holds 0, d, h, w."""
    ends = b.node("Slice", [sides, b.constant("two", np.array([2], np.int64)), b.constant("four", np.array([4], np.int64))])
    return b.node("Cast", [b.node("ReduceProd", [ends], keepdims=0)], to=TensorProto.FLOAT)


def _cross_attention(b: GlowBuilder, x: str, words: str, bias: str, key: str, config: GlowConfig, sides: str) -> str:
    size = config.width // config.heads
    q = b.shaped(b.conv(x, f"{key}.q"), [0, config.heads, size, -1])
    k, v = (b.shaped(b.linear(words, f"{key}.{name}"), [0, 0, config.heads, size]) for name in "kv")
    k = b.node("Transpose", [k], perm=[0, 2, 1, 3])
    scores = b.times(b.node("MatMul", [k, q]), b.constant("root", np.array(1 / math.sqrt(size), np.float32)))
    shares = b.node("Softmax", [b.sum(scores, bias)], axis=2)
    out = b.node("MatMul", [b.node("Transpose", [v], perm=[0, 2, 3, 1]), shares])
    return b.conv(b.node("Reshape", [out, sides]), f"{key}.proj")
