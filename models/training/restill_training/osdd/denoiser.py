"""One step in latent space: a NAFNet on latents with a learned prompt and two adapters in every block.

The step is eq. 8 of the paper at one fixed t: z_h = (z_l - sqrt(1 - a) eps) / sqrt(a), where a is the product
of the alphas up to t. t is not published; a = 1/2 is taken, so that an error of eps is not amplified. The
network's own output r is eps less the part that would give z_l back, eps = z_l (1 - sqrt(a)) / sqrt(1 - a) + r,
so that a network that says nothing changes nothing. t being fixed, its embedding is a constant that the biases hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..nets.nafnet import LayerNorm2d, NAFBlock
from .config import OsddConfig

ALPHA = 0.5
GAIN = math.sqrt(1 - ALPHA) / math.sqrt(ALPHA)
ADAPTERS = ("fidelity", "crispness")


@dataclass
class Blend:
    """What the adapters count now (eq. 9): gamma for fidelity, 1 - gamma for crispness; None: neither."""

    gamma: Tensor | float | None = None


class AdaptedConv(nn.Conv2d):
    """A 1x1 convolution with two low-rank adapters (eq. 9):
    y = W x + gamma B_f A_f x + (1 - gamma) B_c A_c x."""

    def __init__(self, conv: nn.Conv2d, rank: int, blend: Blend) -> None:
        super().__init__(conv.in_channels, conv.out_channels, 1)
        self.weight, self.bias = conv.weight, conv.bias
        self.blend = blend
        for name in ADAPTERS:
            down = nn.Conv2d(conv.in_channels, rank, 1, bias=False)
            up = nn.Conv2d(rank, conv.out_channels, 1, bias=False)
            nn.init.normal_(down.weight, std=1 / math.sqrt(conv.in_channels))
            nn.init.zeros_(up.weight)
            self.add_module(name, nn.Sequential(down, up))

    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        gamma = self.blend.gamma
        if gamma is None:
            return y
        # A share that is exactly zero is left out: in training one adapter is at work at a time.
        if not isinstance(gamma, float) or gamma != 0:
            y = y + gamma * self.fidelity(x)
        if not isinstance(gamma, float) or gamma != 1:
            y = y + (1 - gamma) * self.crispness(x)
        return y


class Prompt(nn.Module):
    """Cross-attention to a learned prompt; `out` is zero at first."""

    def __init__(self, channels: int, tokens: int, inner: int = 64) -> None:
        super().__init__()
        self.norm = LayerNorm2d(channels)
        self.q = nn.Conv2d(channels, inner, 1)
        self.keys = nn.Parameter(torch.randn(tokens, inner))
        self.values = nn.Parameter(torch.randn(tokens, inner))
        self.out = nn.Conv2d(inner, channels, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        q = self.q(self.norm(x))
        scores = torch.einsum("nchw,tc->nthw", q, self.keys.to(q)) / math.sqrt(q.shape[1])
        told = torch.einsum("nthw,tc->nchw", scores.softmax(1), self.values.to(q))
        return x + self.out(told)


class Denoiser(nn.Module):
    """Latents [N, latent, h, w] of the blurred picture to those of the sharp one."""

    def __init__(self, config: OsddConfig) -> None:
        super().__init__()
        self.blend = Blend()
        c = config.trunk_width
        self.intro = nn.Conv2d(config.latent, c, 3, padding=1)
        self.encoders, self.downs = nn.ModuleList(), nn.ModuleList()
        for count in config.trunk_blocks:
            self.encoders.append(nn.Sequential(*[self._block(c, config) for _ in range(count)]))
            self.downs.append(nn.Conv2d(c, 2 * c, 2, stride=2))
            c *= 2
        self.middle_blks = nn.Sequential(*[self._block(c, config) for _ in range(config.middle_blocks)])
        self.prompt = Prompt(c, config.tokens)
        self.ups, self.decoders = nn.ModuleList(), nn.ModuleList()
        for count in config.trunk_decoder_blocks:
            self.ups.append(nn.Sequential(nn.Conv2d(c, 2 * c, 1, bias=False), nn.PixelShuffle(2)))
            c //= 2
            self.decoders.append(nn.Sequential(*[self._block(c, config) for _ in range(count)]))
        self.ending = nn.Conv2d(c, config.latent, 3, padding=1)
        nn.init.zeros_(self.ending.weight)
        nn.init.zeros_(self.ending.bias)

    def _block(self, channels: int, config: OsddConfig) -> NAFBlock:
        block = NAFBlock(channels)
        for name in ("conv1", "conv3", "conv4", "conv5"):
            setattr(block, name, AdaptedConv(getattr(block, name), config.rank, self.blend))
        return block

    def features(self, latent: Tensor) -> Tensor:
        """What the last convolution sees; as `residual` with the adapters that are at work."""
        x = self.intro(latent)
        skips = []
        for blocks, down in zip(self.encoders, self.downs):
            x = blocks(x)
            skips.append(x)
            x = down(x)
        x = self.prompt(self.middle_blks(x))
        for up, blocks, skip in zip(self.ups, self.decoders, reversed(skips)):
            x = blocks(up(x) + skip)
        return x

    def residual(self, latent: Tensor) -> Tensor:
        """r, the network's own part of the predicted noise."""
        return self.ending(self.features(latent))

    def forward(self, latent: Tensor, gamma: Tensor | float | None = None) -> Tensor:
        """Eq. 8. Without `gamma` no adapter is at work."""
        self.blend.gamma = gamma
        eps = latent * (1 - math.sqrt(ALPHA)) / math.sqrt(1 - ALPHA) + self.residual(latent)
        return (latent - math.sqrt(1 - ALPHA) * eps) / math.sqrt(ALPHA)

    def adapter(self, name: str) -> list[nn.Parameter]:
        """The weights of one adapter."""
        return [p for key, p in self.named_parameters() if f".{name}." in key]
