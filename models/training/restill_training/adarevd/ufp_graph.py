"""UFPNet's encoder as ONNX nodes, for converted checkpoints. The kernel codes come without random numbers."""

from __future__ import annotations

import numpy as np

from ..nets.adarevd import AdaRevDConfig
from ..nets.ufpnet import COUPLINGS, FLOW_EPS, KERNEL_LEVELS
from .graphs import Builder

SAME = {"pads": [1, 1, 1, 1]}


def _residual(b: Builder, x: str, key: str) -> str:
    y = b.conv(b.node("Relu", [x]), f"{key}.body.1", **SAME)
    return b.node("Add", [x, b.conv(b.node("Relu", [y]), f"{key}.body.3", **SAME)])


def _stage(b: Builder, x: str, key: str) -> str:
    x = b.conv(x, f"{key}.Conv_head", **SAME)
    return b.node("Relu", [_residual(b, _residual(b, x, f"{key}.ResBlock1"), f"{key}.ResBlock2")])


def _up(b: Builder, x: str, skip: str, key: str) -> str:
    weight = b.constant(f"{key}.Conv_t.weight", b.weights[f"{key}.Conv_t.weight"], shrink=True)
    bias = b.plain(f"{key}.Conv_t.bias", f"{key}.Conv_t.bias")
    grown = b.node("ConvTranspose", [x, weight, bias], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])
    return _stage(b, b.node("Concat", [grown, skip], axis=1), key)


def _code(b: Builder) -> str:
    """Normalised codes, scaled by their certainty, [1, side^2, H, W]."""
    key = "encoder.kernel_extra"
    first = _stage(b, "image", f"{key}.Encoding_Block1")
    x = b.conv(first, f"{key}.Encoding_Block1.downsample", strides=[2, 2], **SAME)
    second = _stage(b, x, f"{key}.Encoding_Block2")
    x = b.conv(second, f"{key}.Encoding_Block2.downsample", strides=[2, 2], **SAME)
    for i in range(0, 10, 2):
        x = b.node("Relu", [b.conv(x, f"{key}.Conv_mid.body.{i}", **SAME)])
    x = _up(b, x, second, f"{key}.Decoding_Block1")
    x = _up(b, x, first, f"{key}.Decoding_Block2")
    mean, var = (
        b.conv(b.node("Relu", [b.conv(x, f"{key}.Conv_tail.{p}.0", **SAME)]), f"{key}.Conv_tail.{p}.2", **SAME)
        for p in ("mean", "var")
    )
    axes = b.integer(1)
    code = b.node("Softmax", [mean], axis=1)
    sigma = b.node("ReduceMean", [b.node("Sigmoid", [var]), axes], keepdims=1)
    certainty = b.node("Sqrt", [b.node("Sub", [b.number(1.0), b.node("Mul", [sigma, sigma])])])
    size = b.weights[f"{key}.Conv_tail.mean.2.weight"].shape[0]
    centred = b.node("Sub", [code, b.node("ReduceMean", [code, axes], keepdims=1)])
    squares = b.node("ReduceSum", [b.node("Mul", [centred, centred]), axes], keepdims=1)
    deviation = b.node("Sqrt", [b.node("Div", [squares, b.number(float(size - 1))])])
    return b.node("Mul", [b.node("Div", [centred, deviation]), certainty])


def _affine(b: Builder, x: str, name: str, scale: np.ndarray, shift: np.ndarray) -> str:
    s, t = (b.constant(f"{name}.{n}", v.reshape(1, -1, 1, 1).astype(np.float32))
            for n, v in (("scale", scale), ("shift", shift)))
    return b.node("Add", [b.node("Mul", [x, s]), t])


def _linear(b: Builder, x: str, key: str) -> str:
    b.weights[f"{key}.weight"] = b.weights[f"{key}.weight"].reshape(*b.weights[f"{key}.weight"].shape[:2], 1, 1)
    return b.conv(x, key)


def _flow(b: Builder, code: str) -> str:
    """The flow backwards: from its last layer to its first."""
    key = "encoder.flow.net"
    w = b.weights
    for i in reversed(range(COUPLINGS)):
        norm = f"{key}.{2 * i + 1}"
        scale = np.exp(-w[f"{norm}.log_gamma"]) * np.sqrt(w[f"{norm}.running_var"] + FLOW_EPS)
        code = _affine(b, code, norm, scale, w[f"{norm}.running_mean"] - w[f"{norm}.beta"] * scale)
        coupling = f"{key}.{2 * i}"
        mask = w[f"{coupling}.mask"].reshape(1, -1, 1, 1)
        kept = b.node("Mul", [code, b.constant(f"{coupling}.mask", mask)])
        answers = []
        for net, act in (("s_net", "Tanh"), ("t_net", "Relu")):
            x = kept
            for layer in (0, 2):
                x = b.node(act, [_linear(b, x, f"{coupling}.{net}.{layer}")])
            answers.append(_linear(b, x, f"{coupling}.{net}.4"))
        moved = b.node("Add", [b.node("Mul", [code, b.node("Exp", [answers[0]])]), answers[1]])
        code = b.node("Add", [kept, b.node("Mul", [moved, b.constant(f"{coupling}.rest", 1 - mask)])])
    alpha, top = float(w["encoder.flow.alpha"].item()), float(w["encoder.flow.normalization"].item())
    kernels = b.node("Sub", [b.node("Sigmoid", [code]), b.number(alpha)])
    return b.node("Mul", [kernels, b.number(top / (1 - 2 * alpha))])


def _kernel_block(b: Builder, x: str, kernels: str, key: str) -> str:
    name = f"{key}.kernel_atttion"
    a = b.gelu(b.conv(x, f"{name}.conv_1.0", **SAME))
    k = b.gelu(b.conv(kernels, f"{name}.conv_kernel.0", **SAME))
    k = b.gelu(b.conv(k, f"{name}.conv_kernel.2", **SAME))
    gate = b.node("Sigmoid", [b.conv(b.node("Concat", [a, k], axis=1), f"{name}.conv_2.0", **SAME)])
    # The first half of the block looks at `seen`; what it finds is added to `x`.
    seen = b.node("Add", [x, b.node("Mul", [a, gate])])
    c = b.weights[f"{key}.conv3.weight"].shape[0]
    halves = ((slice(0, c), ".first"), (slice(c, 2 * c), ".second"))
    n = b.norm(seen, f"{key}.norm1")
    sides = [
        b.conv(b.conv(n, f"{key}.conv1", *half), f"{key}.conv2", *half, group=c, pads=[1, 1, 1, 1]) for half in halves
    ]
    gated = b.node("Mul", sides)
    attention = b.conv(b.node("GlobalAveragePool", [gated]), f"{key}.sca.1")
    z = b.conv(b.node("Mul", [gated, attention]), f"{key}.conv3")
    y = b.node("Add", [x, b.node("Mul", [z, b.plain(f"{key}.beta", f"{key}.beta")])])
    n = b.norm(y, f"{key}.norm2")
    z = b.conv(b.node("Mul", [b.conv(n, f"{key}.conv4", *half) for half in halves]), f"{key}.conv5")
    return b.node("Add", [y, b.node("Mul", [z, b.plain(f"{key}.gamma", f"{key}.gamma")])])


def ufpnet_features(b: Builder, config: AdaRevDConfig) -> list[str]:
    """Nodes of `encoder.*`; names of the features, fine to coarse."""
    kernels = _flow(b, _code(b))
    x = b.conv("image", "encoder.intro", **SAME)
    found = []
    for level, count in enumerate(config.encoder.encoder_blocks):
        for j in range(count):
            key = f"encoder.encoders.{level}.{j}"
            x = _kernel_block(b, x, kernels, key) if level < KERNEL_LEVELS else b.block(x, key)
        if level < KERNEL_LEVELS - 1:
            kernels = b.conv(kernels, f"encoder.kernel_down.{level}", strides=[2, 2])
        found.append(x)
        x = b.conv(x, f"encoder.downs.{level}", strides=[2, 2])
    for j in range(config.encoder.middle_blocks):
        x = b.block(x, f"encoder.middle_blks.{j}")
    return [*found, x]
