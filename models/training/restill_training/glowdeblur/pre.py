"""Pre-reconstruction and domain alignment: a NAFNet without its deepest levels, and features for the diffusion network."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..nets.nafnet import NAFNet, NAFNetConfig
from .config import GlowConfig


class Pre(NAFNet):
    """Picture [N, 3, H, W] to the coarse one [N, 3, H, W] in 0..1, and the aligned features
    [N, aligned, H / reduction, W / reduction], made of its deepest level."""

    def __init__(self, config: GlowConfig) -> None:
        super().__init__(config.pre)
        self.aligned = nn.Conv2d(config.pre_width * 2 ** len(config.pre_blocks), config.aligned, config.pre_step, config.pre_step)

    def look(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """The coarse picture, not clamped, and the features of the deepest level."""
        stem = self.config.stem
        x = self.intro(F.pixel_unshuffle(image, stem))
        skips = []
        for encoder, down in zip(self.encoders, self.downs):
            x = encoder(x)
            skips.append(x)
            x = down(x)
        x = deep = self.middle_blks(x)
        for up, decoder, skip in zip(self.ups, self.decoders, reversed(skips)):
            x = decoder(up(x) + skip)
        return image + F.pixel_shuffle(self.ending(x), stem), deep

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        coarse, deep = self.look(image)
        return coarse.clamp(0, 1), self.aligned(deep)


def shortened(weights: dict[str, Tensor], base: NAFNetConfig, config: NAFNetConfig) -> dict[str, Tensor]:
    """Weights of a NAFNet with more levels than `config`, those levels and what lies below them left out.

    Of the blocks on either side of the uppermost level left out the first and the last stay: one expects what the encoder
    gives, the other gives what the decoder expects.
    """
    levels = len(config.encoder_blocks)
    more = len(base.encoder_blocks) - levels
    same = (base.width, base.stem, base.encoder_blocks[:levels]) == (config.width, config.stem, config.encoder_blocks)
    if not same or more < 1 or config.middle_blocks != 2:
        raise ValueError("the base is not this network with more levels")
    own = set(NAFNet(config).state_dict())
    last = base.decoder_blocks[more - 1] - 1
    places = {f"encoders.{levels}.0.": "middle_blks.0.", f"decoders.{more - 1}.{last}.": "middle_blks.1."}
    places |= {f"ups.{i + more}.": f"ups.{i}." for i in range(levels)}
    places |= {f"decoders.{i + more}.": f"decoders.{i}." for i in range(levels)}
    places |= {f"{name}.{i}.": f"{name}.{i}." for name in ("encoders", "downs") for i in range(levels)}
    places |= {"intro.": "intro.", "ending.": "ending."}
    found = {to + key.removeprefix(head): value for head, to in places.items() for key, value in weights.items() if key.startswith(head)}
    return {key: value.clone() for key, value in found.items() if key in own}
