"""The whole of GLOWDeblur, and how a picture is restored with it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .autoencoder import Decoder, Encoder
from .config import GlowConfig
from .dit import Dit
from .motion import OffsetNet
from .pre import Pre

# Where sampling begins, and the noise levels by number of steps: the last one always ends at 0.
SIGMA_START = 0.9
SIGMAS = {"1": [0.9], "2": [0.9, 0.4], "4": [0.9, 0.65, 0.4, 0.2]}


class Seen(NamedTuple):
    """What does not depend on caption, noise or steps."""

    coarse: Tensor
    aligned: Tensor
    motion: Tensor
    guide: Tensor
    skips: list[Tensor]


class GlowDeblur(nn.Module):
    def __init__(self, config: GlowConfig) -> None:
        super().__init__()
        self.config = config
        self.motion = OffsetNet(config)
        self.pre = Pre(config)
        self.encoder, self.decoder = Encoder(config), Decoder(config)
        self.dit = Dit(config)

    def see(self, image: Tensor, without: tuple[str, ...] = ()) -> Seen:
        """Everything but the diffusion, for pictures [N, 3, H, W] whose sides are multiples of the reduction. Guides among
        `without` (`pre`, `motion`) say nothing."""
        coarse, aligned = self.pre(image)
        if "pre" in without:
            coarse, aligned = image, 0 * aligned
        guide, skips = self.encoder(coarse)
        return Seen(coarse, aligned, self.motion(image) * ("motion" not in without), guide, skips)

    def sampled(self, seen: Seen, noise: Tensor, tokens: Tensor, mask: Tensor, steps: int = 1) -> Tensor:
        """Latents after `steps` Euler steps from the coarse picture's ones under noise."""
        sigmas = [*SIGMAS[str(steps)], 0.0]
        x = (1 - sigmas[0]) * seen.guide + sigmas[0] * noise
        for now, after in zip(sigmas, sigmas[1:]):
            level = torch.full((len(x),), now, device=x.device)
            x = x + (after - now) * self.dit(x, level, seen.guide, seen.aligned, seen.motion, tokens, mask)
        return x

    def forward(self, image: Tensor, noise: Tensor, tokens: Tensor, mask: Tensor, steps: int = 1) -> Tensor:
        """Pictures restored, not clamped."""
        seen = self.see(image)
        return self.decoder(self.sampled(seen, noise, tokens, mask, steps), seen.coarse, seen.skips)

    @torch.no_grad()
    def settle(self, latents: Tensor) -> None:
        """Gives latents [N, C, h, w] like those given, of sharp pictures, zero mean and unit deviation."""
        mean, deviation = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
        self.encoder.shift.add_(mean / self.encoder.scale)
        self.encoder.scale.div_(deviation)
        self.decoder.scale.copy_(self.encoder.scale)


def read_checkpoint(path: Path) -> tuple[GlowConfig, dict[str, Tensor]]:
    """Configuration and averaged weights of a training checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    return GlowConfig.from_json(state["config"]), {key: value.float().contiguous() for key, value in state["ema"].items()}
