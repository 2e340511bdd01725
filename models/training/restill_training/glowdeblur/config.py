"""The shape of a GLOWDeblur network."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..nets.nafnet import NAFNetConfig

STEM = 2


@dataclass(frozen=True)
class GlowConfig:
    """Widths and blocks. Latents lie on a grid of `reduction` pixels a side.

    `widths` are those of the autoencoder's levels, finest first; `pre_width` doubles with each of `pre_blocks`, of which
    there may be fewer levels than lead to a latent; `motion_width` is Motion-ETR's nf. The diffusion network has `depth` blocks of `width` channels in
    `heads` heads; `expansion` is that of its Mix-FFN. Captions are `tokens` words of `hashes` rows each of a table of
    `vocabulary` rows of `text` numbers.
    """

    widths: tuple[int, ...] = (24, 32, 64, 128)
    encoder_blocks: tuple[int, ...] = (1, 1, 1, 1)
    decoder_blocks: tuple[int, ...] = (1, 1, 2, 1)
    latent: int = 16
    pre_width: int = 24
    pre_blocks: tuple[int, ...] = (1, 1)
    pre_middle: int = 2
    aligned: int = 32
    motion_width: int = 8
    width: int = 96
    heads: int = 4
    depth: int = 4
    expansion: float = 2.5
    vocabulary: int = 2048
    text: int = 64
    tokens: int = 16

    @property
    def reduction(self) -> int:
        """Pixels of the picture to one latent, along a side; sides of a picture are multiples of it."""
        return STEM * 2 ** (len(self.widths) - 1)

    @property
    def pre(self) -> NAFNetConfig:
        """The pre-reconstruction network's shape."""
        return NAFNetConfig(self.pre_width, self.pre_blocks, self.pre_middle, (1,) * len(self.pre_blocks), STEM)

    @property
    def pre_step(self) -> int:
        """Features of the pre-reconstruction's deepest level to one latent, along a side."""
        deepest = STEM * 2 ** len(self.pre_blocks)
        if self.reduction % deepest:
            raise ValueError(f"{len(self.pre_blocks)} levels of the pre-reconstruction go below a latent of {self.reduction} pixels")
        return self.reduction // deepest

    @property
    def hidden(self) -> int:
        """Channels inside Mix-FFN."""
        return round(self.expansion * self.width)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> GlowConfig:
        return GlowConfig(**{k: tuple(v) if isinstance(v, (list, tuple)) else v for k, v in data.items()})
