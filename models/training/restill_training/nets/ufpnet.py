"""Encoder of UFPNet (Fang, Wu, Dong, Li, Wu, Shi, "Self-supervised Non-uniform Kernel Estimation with
Flow-based Motion Prior for Blind Image Deblurring", CVPR 2023), on which the published AdaRevD stands.

A small network guesses a code of the blur kernel for every pixel; a normalising flow, run backwards,
turns codes into kernels of side x side entries; the first block of the three fine levels looks at them.
Key names are the published ones. The published network adds random numbers to the codes, scaled by an
uncertainty; here they are left out (their mean), so that the same photo gives the same result.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .nafnet import NAFBlock, NAFNetConfig, simple_gate

KERNEL_LEVELS = 3
COUPLINGS = 5
HIDDEN = 25
FLOW_EPS = 1e-5


def _conv3(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1)


class ResBlock(nn.Module):
    """ReLU, conv, ReLU, conv, added to the input."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.ReLU(), _conv3(c, c), nn.ReLU(), _conv3(c, c))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class CodeDown(nn.Module):
    def __init__(self, inputs: int, c: int) -> None:
        super().__init__()
        self.Conv_head = _conv3(inputs, c)
        self.ResBlock1, self.ResBlock2 = ResBlock(c), ResBlock(c)
        self.downsample = _conv3(c, c, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        skip = F.relu(self.ResBlock2(self.ResBlock1(self.Conv_head(x))))
        return self.downsample(skip), skip


class CodeMiddle(nn.Module):
    def __init__(self, inputs: int, c: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for i in range(5):
            layers += [_conv3(inputs if i == 0 else c, c), nn.ReLU()]
        self.body = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class CodeUp(nn.Module):
    def __init__(self, inputs: int, c: int) -> None:
        super().__init__()
        self.Conv_t = nn.ConvTranspose2d(inputs, c, 3, stride=2, padding=1, output_padding=1)
        self.Conv_head = _conv3(2 * c, c)
        self.ResBlock1, self.ResBlock2 = ResBlock(c), ResBlock(c)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.Conv_head(torch.cat([self.Conv_t(x), skip], 1))
        return F.relu(self.ResBlock2(self.ResBlock1(x)))


class CodeTail(nn.Module):
    """Codes [N, S, H, W] (softmax over S) and their uncertainty [N, 1, H, W] in 0..1."""

    def __init__(self, c: int, size: int) -> None:
        super().__init__()
        self.mean = nn.Sequential(_conv3(c, c), nn.ReLU(), _conv3(c, size))
        self.var = nn.Sequential(_conv3(c, c), nn.ReLU(), _conv3(c, size), nn.Sigmoid())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.mean(x).softmax(1), self.var(x).mean(1, keepdim=True)


class CodeNet(nn.Module):
    """Kernel codes for every pixel of a picture whose sides are multiples of 4."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.Encoding_Block1 = CodeDown(3, width)
        self.Encoding_Block2 = CodeDown(width, 2 * width)
        self.Conv_mid = CodeMiddle(2 * width, 4 * width)
        self.Decoding_Block1 = CodeUp(4 * width, 2 * width)
        self.Decoding_Block2 = CodeUp(2 * width, width)
        self.Conv_tail = CodeTail(width, size)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x, first = self.Encoding_Block1(image)
        x, second = self.Encoding_Block2(x)
        x = self.Decoding_Block1(self.Conv_mid(x), second)
        return self.Conv_tail(self.Decoding_Block2(x, first))


class Coupling(nn.Module):
    """Affine coupling of RealNVP, run backwards on channels: m u + (1 - m)(u exp(s) + t)."""

    def __init__(self, size: int, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)
        self.s_net = self._net(size, nn.Tanh)
        self.t_net = self._net(size, nn.ReLU)

    @staticmethod
    def _net(size: int, act: type[nn.Module]) -> nn.Sequential:
        return nn.Sequential(nn.Linear(size, HIDDEN), act(), nn.Linear(HIDDEN, HIDDEN), act(),
                             nn.Linear(HIDDEN, size))

    def inverse(self, u: Tensor) -> Tensor:
        mask = self.mask.view(1, -1, 1, 1)
        kept = u * mask
        s, t = (_pointwise(net, kept) for net in (self.s_net, self.t_net))
        return kept + (1 - mask) * (u * s.exp() + t)


def _pointwise(net: nn.Sequential, x: Tensor) -> Tensor:
    """Linear layers as 1x1 convolutions over [N, C, H, W]."""
    for layer in net:
        if isinstance(layer, nn.Linear):
            x = F.conv2d(x, layer.weight[:, :, None, None], layer.bias)
        else:
            x = layer(x)
    return x


class FlowNorm(nn.Module):
    """Batch norm of the flow with its stored statistics, run backwards."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.log_gamma = nn.Parameter(torch.zeros(size))
        self.beta = nn.Parameter(torch.zeros(size))
        self.register_buffer("running_mean", torch.zeros(size))
        self.register_buffer("running_var", torch.ones(size))

    def inverse(self, y: Tensor) -> Tensor:
        scale = torch.exp(-self.log_gamma) * torch.sqrt(self.running_var + FLOW_EPS)
        shift = self.running_mean - self.beta * scale
        return y * scale.view(1, -1, 1, 1) + shift.view(1, -1, 1, 1)


class KernelFlow(nn.Module):
    """Codes to kernels [N, side^2, H, W], every entry in about 0..1."""

    def __init__(self, side: int) -> None:
        super().__init__()
        size = side * side
        for name, value in (("kernel_size", float(side)), ("alpha", 1e-6), ("normalization", 1.0)):
            self.register_buffer(name, torch.full((1,), value))
        self.register_buffer("base_dist_mean", torch.zeros(size))
        self.register_buffer("base_dist_var", torch.ones(size))
        mask = torch.arange(size).float() % 2
        layers: list[nn.Module] = []
        for i in range(COUPLINGS):
            layers += [Coupling(size, mask if i % 2 == 0 else 1 - mask), FlowNorm(size)]
        self.net = nn.Sequential(*layers)

    def forward(self, code: Tensor) -> Tensor:
        for layer in reversed(self.net):
            code = layer.inverse(code)
        kernels = (code.sigmoid() - self.alpha) / (1 - 2 * self.alpha)
        return kernels * self.normalization


class KernelAttention(nn.Module):
    """x + a * sigmoid(conv([a, k])) with a from the features and k from the kernels."""

    def __init__(self, c: int, size: int) -> None:
        super().__init__()
        self.conv_1 = nn.Sequential(_conv3(c, c), nn.GELU())
        self.conv_kernel = nn.Sequential(_conv3(size, c), nn.GELU(), _conv3(c, c), nn.GELU())
        self.conv_2 = nn.Sequential(_conv3(2 * c, c), nn.Sigmoid())

    def forward(self, x: Tensor, kernels: Tensor) -> Tensor:
        a = self.conv_1(x)
        return x + a * self.conv_2(torch.cat([a, self.conv_kernel(kernels)], 1))


class KernelBlock(NAFBlock):
    """A NAFBlock whose first half sees the features after kernel attention; its residual is added
    to the features before it. The published key name has three t."""

    def __init__(self, c: int, size: int) -> None:
        super().__init__(c)
        self.kernel_atttion = KernelAttention(c, size)

    def forward(self, inp: Tensor, kernels: Tensor) -> Tensor:
        x = simple_gate(self.conv2(self.conv1(self.norm1(self.kernel_atttion(inp, kernels)))))
        y = inp + self.conv3(x * self.sca(x)) * self.beta
        return y + self.conv5(simple_gate(self.conv4(self.norm2(y)))) * self.gamma


class UFPNetEncoder(nn.Module):
    """Features of the five levels, fine to coarse, as NAFNetEncoder gives them."""

    def __init__(self, config: NAFNetConfig, side: int) -> None:
        super().__init__()
        c, size = config.width, side * side
        self.kernel_extra = CodeNet(c, size)
        self.flow = KernelFlow(side)
        self.intro = nn.Conv2d(3, c, 3, padding=1)
        self.encoders, self.downs, self.kernel_down = (nn.ModuleList() for _ in range(3))
        for level, count in enumerate(config.encoder_blocks):
            kernels = level < KERNEL_LEVELS
            self.encoders.append(nn.Sequential(
                *[KernelBlock(c, size) if kernels else NAFBlock(c) for _ in range(count)]
            ))
            self.downs.append(nn.Conv2d(c, 2 * c, 2, stride=2))
            if level < KERNEL_LEVELS - 1:
                self.kernel_down.append(nn.Conv2d(size, size, 2, stride=2))
            c *= 2
        self.middle_blks = nn.Sequential(*[NAFBlock(c) for _ in range(config.middle_blocks)])

    def kernels(self, image: Tensor) -> Tensor:
        """Kernel map of the picture at full size."""
        code, uncertainty = self.kernel_extra(image)
        code = (code - code.mean(1, keepdim=True)) / code.std(1, keepdim=True)
        return self.flow(code * torch.sqrt(1 - uncertainty.square()))

    def forward(self, image: Tensor) -> list[Tensor]:
        kernels = self.kernels(image)
        x = self.intro(image)
        found = []
        for level, (encoder, down) in enumerate(zip(self.encoders, self.downs)):
            for block in encoder:
                x = block(x, kernels) if level < KERNEL_LEVELS else block(x)
            if level < KERNEL_LEVELS - 1:
                kernels = self.kernel_down[level](kernels)
            found.append(x)
            x = down(x)
        return [*found, self.middle_blks(x)]
