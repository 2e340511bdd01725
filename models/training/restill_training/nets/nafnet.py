"""NAFNet (Chen, Chu, Zhang, Sun, "Simple Baselines for Image Restoration", ECCV 2022).

Module and key names are those of the published checkpoints, so that `load_state_dict` accepts
them unchanged; the space-to-depth stem is the only addition. Written from the paper's description.
All tensors are NCHW, pictures RGB in [0, 1], display-encoded.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class NAFNetConfig:
    """Shape of a NAFNet. `stem` 1 is the published network, 2 works at half size inside."""

    width: int = 24
    encoder_blocks: tuple[int, ...] = (1, 1, 1, 4)
    middle_blocks: int = 1
    decoder_blocks: tuple[int, ...] = (1, 1, 1, 1)
    stem: int = 2

    @property
    def multiple_of(self) -> int:
        """Height and width given to the network must be multiples of this many pixels."""
        return self.stem * 2 ** len(self.encoder_blocks)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> NAFNetConfig:
        return NAFNetConfig(
            width=int(data["width"]),
            encoder_blocks=tuple(data["encoder_blocks"]),
            middle_blocks=int(data["middle_blocks"]),
            decoder_blocks=tuple(data["decoder_blocks"]),
            stem=int(data["stem"]),
        )


class LayerNorm2d(nn.Module):
    """Normalises every pixel over its channels: biased variance, eps 1e-6, learned affine."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        centred = x - x.mean(1, keepdim=True)
        scale = torch.rsqrt(centred.square().mean(1, keepdim=True) + self.eps)
        return centred * scale * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


def simple_gate(x: Tensor) -> Tensor:
    """SimpleGate (paper, eq. 4): halves of the channels multiplied; C channels become C/2."""
    first, second = x.chunk(2, dim=1)
    return first * second


class NAFBlock(nn.Module):
    """One block of the paper's figure 3: gated depthwise part, then gated pointwise part.

    Both parts are scaled by `beta` and `gamma` (zero at first) and added to their input.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        c = channels
        self.conv1 = nn.Conv2d(c, 2 * c, 1)
        self.conv2 = nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
        self.conv3 = nn.Conv2d(c, c, 1)
        # Simplified channel attention (eq. 5): pooled mean -> 1x1 conv -> multiplier.
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
        self.conv4 = nn.Conv2d(c, 2 * c, 1)
        self.conv5 = nn.Conv2d(c, c, 1)
        self.norm1 = LayerNorm2d(c)
        self.norm2 = LayerNorm2d(c)
        self.beta = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, c, 1, 1))

    def forward(self, inp: Tensor) -> Tensor:
        x = simple_gate(self.conv2(self.conv1(self.norm1(inp))))
        y = inp + self.conv3(x * self.sca(x)) * self.beta
        z = simple_gate(self.conv4(self.norm2(y)))
        return y + self.conv5(z) * self.gamma


class NAFNet(nn.Module):
    """U-shaped NAFNet; skips are added; the answer is the picture plus a residual, unclamped.

    Input and output: float [N, 3, H, W], H and W multiples of `config.multiple_of`.
    """

    def __init__(self, config: NAFNetConfig) -> None:
        super().__init__()
        self.config = config
        colours = 3 * config.stem**2
        c = config.width
        self.intro = nn.Conv2d(colours, c, 3, padding=1)
        self.encoders = nn.ModuleList()
        self.downs = nn.ModuleList()
        for count in config.encoder_blocks:
            self.encoders.append(nn.Sequential(*[NAFBlock(c) for _ in range(count)]))
            self.downs.append(nn.Conv2d(c, 2 * c, 2, stride=2))
            c *= 2
        self.middle_blks = nn.Sequential(*[NAFBlock(c) for _ in range(config.middle_blocks)])
        self.ups = nn.ModuleList()
        self.decoders = nn.ModuleList()
        for count in config.decoder_blocks:
            self.ups.append(nn.Sequential(nn.Conv2d(c, 2 * c, 1, bias=False), nn.PixelShuffle(2)))
            c //= 2
            self.decoders.append(nn.Sequential(*[NAFBlock(c) for _ in range(count)]))
        self.ending = nn.Conv2d(config.width, colours, 3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        stem = self.config.stem
        x = F.pixel_unshuffle(image, stem) if stem > 1 else image
        x = self.intro(x)
        skips = []
        for encoder, down in zip(self.encoders, self.downs):
            x = encoder(x)
            skips.append(x)
            x = down(x)
        x = self.middle_blks(x)
        for up, decoder, skip in zip(self.ups, self.decoders, reversed(skips)):
            x = decoder(up(x) + skip)
        x = self.ending(x)
        return image + (F.pixel_shuffle(x, stem) if stem > 1 else x)


def parameter_count(network: nn.Module) -> int:
    """Trainable numbers of a network."""
    return sum(p.numel() for p in network.parameters())
