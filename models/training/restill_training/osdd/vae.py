"""The autoencoder of OSDD, plain and enhanced (its eVAE): skips from every encoder level into the decoder.

Two encoders are trained with one decoder: that of the blurred picture gives the skips, that of the sharp one
the latents. Levels are NAFNet's, behind a space-to-depth stem. Tensors are NCHW, pictures RGB in 0..1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..nets.nafnet import NAFBlock
from .config import OsddConfig


class Encoder(nn.Module):
    """Picture [N, 3, H, W] to features of every level (finest first), mean and log variance of the latents
    [N, latent, H / reduction, W / reduction]."""

    def __init__(self, config: OsddConfig) -> None:
        super().__init__()
        self.stem = config.stem
        self.intro = nn.Conv2d(3 * config.stem**2, config.width, 3, padding=1)
        self.encoders, self.downs = nn.ModuleList(), nn.ModuleList()
        for level, count in enumerate(config.encoder_blocks):
            c = config.channels(level)
            if level:
                self.downs.append(nn.Conv2d(c // 2, c, 2, stride=2))
            self.encoders.append(nn.Sequential(*[NAFBlock(c) for _ in range(count)]))
        self.mean = nn.Conv2d(config.trunk_width, config.latent, 1)
        self.log_variance = nn.Conv2d(config.trunk_width, config.latent, 1)
        nn.init.zeros_(self.log_variance.weight)
        nn.init.constant_(self.log_variance.bias, -6.0)

    def forward(self, image: Tensor) -> tuple[list[Tensor], Tensor, Tensor]:
        x = self.intro(F.pixel_unshuffle(image, self.stem))
        skips = []
        for level, blocks in enumerate(self.encoders):
            x = blocks(self.downs[level - 1](x) if level else x)
            skips.append(x)
        return skips, self.mean(x), self.log_variance(x)


class Decoder(nn.Module):
    """Latents and skips to a picture. With `enhanced`, each level begins with [features, skip] concatenated and
    a 1x1 convolution, every skip having passed a block of its own; the skip of full resolution, which has no
    level behind the stem, is the picture itself: the decoder's answer is added to it."""

    def __init__(self, config: OsddConfig, enhanced: bool = True) -> None:
        super().__init__()
        self.stem, self.enhanced = config.stem, enhanced
        deepest = len(config.decoder_blocks) - 1
        self.intro = nn.Conv2d(config.latent, config.trunk_width, 3, padding=1)
        self.ups, self.decoders = nn.ModuleList(), nn.ModuleList()
        self.skips, self.fuses = nn.ModuleList(), nn.ModuleList()
        for stage, count in enumerate(config.decoder_blocks):
            c = config.channels(deepest - stage)
            if stage:
                self.ups.append(nn.Sequential(nn.Conv2d(2 * c, 4 * c, 1, bias=False), nn.PixelShuffle(2)))
            self.decoders.append(nn.Sequential(*[NAFBlock(c) for _ in range(count)]))
            if enhanced:
                self.skips.append(NAFBlock(c))
                self.fuses.append(_adding(c))
        self.ending = nn.Conv2d(config.width, 3 * config.stem**2, 3, padding=1)

    def forward(self, latent: Tensor, skips: list[Tensor], image: Tensor) -> Tensor:
        """`skips` finest first and `image` are those of the picture given to the first encoder."""
        x = self.intro(latent)
        for stage, blocks in enumerate(self.decoders):
            if stage:
                x = self.ups[stage - 1](x)
            if self.enhanced:
                x = self.fuses[stage](torch.cat([x, self.skips[stage](skips[-1 - stage])], 1))
            x = blocks(x)
        picture = F.pixel_shuffle(self.ending(x), self.stem)
        return image + picture if self.enhanced else picture


def _adding(channels: int) -> nn.Conv2d:
    """A 1x1 convolution of two concatenated tensors that begins as their sum, which is what NAFNet does."""
    conv = nn.Conv2d(2 * channels, channels, 1)
    eye = torch.eye(channels)
    conv.weight.data.copy_(torch.cat([eye, eye], 1)[..., None, None])
    nn.init.zeros_(conv.bias)
    return conv


def sample(mean: Tensor, log_variance: Tensor, generator: torch.Generator) -> Tensor:
    """A draw from the posterior (Kingma and Welling, Auto-Encoding Variational Bayes, eq. 10)."""
    noise = torch.randn(mean.shape, generator=generator).to(mean)
    return mean + noise * (0.5 * log_variance.clamp(-12, 4)).exp()


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Mean Kullback-Leibler divergence from the unit normal, per latent number."""
    log_variance = log_variance.clamp(-12, 4)
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
