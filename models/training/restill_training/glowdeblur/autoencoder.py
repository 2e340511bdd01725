"""A deep-compression autoencoder in small (DC-AE; Chen et al., "Deep Compression Autoencoder for Efficient High-Resolution
Diffusion Models", 2024), whose decoder also sees the coarse picture.

Every change of resolution or width has a residual shortcut without weights: averaging of pixel-unshuffled channels down,
duplicated channels pixel-shuffled up. Blocks are DC-AE's gated depthwise ones, local only, so that latents of a place do
not depend on the tile it lies in. At 16 pixels to a latent so small an autoencoder alone blurs: skips from the encoder's
levels of the coarse picture lead into the decoder, whose answer is added to that picture (as OSDD's eVAE does). What the
decoder begins with is how far the latents lie from the coarse picture's own: nothing to add where they agree.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import STEM, GlowConfig

EPS = 1e-5


class ShortcutConv(nn.Conv2d):
    """A convolution whose kernel has a fixed part beside the learned one: the residual shortcut.

    Down (`out` <= 4 `into` on a stride of 2): the mean of the group's channels of the 2x2 block. Up (a 1x1 convolution
    before a pixel shuffle, or plain widening): channels repeated.
    """

    def __init__(self, into: int, out: int, side: int, stride: int = 1) -> None:
        super().__init__(into, out, side, stride, side // 2)
        fixed = torch.zeros_like(self.weight.data)
        middle = side // 2
        places = [(i, j) for i in range(stride) for j in range(stride)]
        inner = [(c, middle + i, middle + j) for c in range(into) for i, j in places]
        for o in range(out):
            if out <= len(inner):
                group = inner[o * len(inner) // out : (o + 1) * len(inner) // out]
            else:
                group = [inner[o * len(inner) // out]]
            for c, i, j in group:
                fixed[o, c, i, j] = 1 / len(group)
        self.register_buffer("fixed", fixed)
        with torch.no_grad():
            self.weight.mul_(0.3)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight + self.fixed, self.bias, self.stride, self.padding)


class RmsNorm(nn.Module):
    """Over channels, with weight and bias (DC-AE's trms2d)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        x = x / (x.square().mean(1, keepdim=True) + EPS).sqrt()
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)


class MixFfn(nn.Module):
    """1x1 widening, depthwise 3x3, one half gated by the other, 1x1 back (Sana's Mix-FFN, EViT's GLUMBConv)."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.inverted = nn.Conv2d(channels, 2 * hidden, 1)
        self.depth = nn.Conv2d(2 * hidden, 2 * hidden, 3, padding=1, groups=2 * hidden)
        self.point = nn.Conv2d(hidden, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.depth(F.silu(self.inverted(x))).chunk(2, 1)
        return self.point(a * F.silu(b))


class Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.ffn = MixFfn(channels, 2 * channels)
        self.norm = RmsNorm(channels)
        nn.init.constant_(self.norm.weight, 0.3)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.norm(self.ffn(x))


class Encoder(nn.Module):
    """Picture [N, 3, H, W] to latents [N, latent, H / reduction, W / reduction] and skips: the features of every level,
    finest first, and the latents once more. `shift` and `scale`, by channel, are measured once so that latents of sharp pictures have unit deviation."""

    def __init__(self, config: GlowConfig) -> None:
        super().__init__()
        w = config.widths
        self.intro = nn.Conv2d(3 * STEM**2, w[0], 3, padding=1)
        self.downs = nn.ModuleList([ShortcutConv(a, b, 3, 2) for a, b in zip(w, w[1:])])
        self.levels = nn.ModuleList([nn.Sequential(*[Block(c) for _ in range(n)]) for c, n in zip(w, config.encoder_blocks)])
        self.out = ShortcutConv(w[-1], config.latent, 1)
        self.register_buffer("shift", torch.zeros(config.latent))
        self.register_buffer("scale", torch.ones(config.latent))

    def forward(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        x = self.intro(F.pixel_unshuffle(image, STEM))
        skips = []
        for i, level in enumerate(self.levels):
            x = level(self.downs[i - 1](x) if i else x)
            skips.append(x)
        latent = (self.out(x).float() - self.shift.view(-1, 1, 1)) * self.scale.view(-1, 1, 1)
        return latent, [*skips, latent]


class Decoder(nn.Module):
    """Latents, the coarse picture and its encoder's skips to a picture, not clamped. `scale` is the encoder's."""

    def __init__(self, config: GlowConfig) -> None:
        super().__init__()
        w = config.widths
        self.register_buffer("scale", torch.ones(config.latent))
        self.intro = ShortcutConv(config.latent, w[-1], 3)
        self.ups = nn.ModuleList([ShortcutConv(b, 4 * a, 1) for a, b in zip(w, w[1:])][::-1])
        self.fuses = nn.ModuleList([nn.Conv2d(2 * c, c, 1) for c in reversed(w)])
        self.levels = nn.ModuleList([nn.Sequential(*[Block(c) for _ in range(n)])
                                     for c, n in zip(reversed(w), reversed(config.decoder_blocks))])
        self.ending = nn.Conv2d(w[0], 3 * STEM**2, 3, padding=1)
        nn.init.zeros_(self.ending.weight)
        nn.init.zeros_(self.ending.bias)

    def forward(self, latent: Tensor, image: Tensor, skips: list[Tensor]) -> Tensor:
        x = self.intro((latent - skips[-1]) / self.scale.view(-1, 1, 1))
        for i, level in enumerate(self.levels):
            if i:
                x = F.pixel_shuffle(self.ups[i - 1](x), 2)
            x = level(x + self.fuses[i](torch.cat([x, skips[-2 - i]], 1)))
        return image + F.pixel_shuffle(self.ending(x), STEM)
