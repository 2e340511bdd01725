"""The shape of an OSDD network."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class OsddConfig:
    """Widths and blocks. Latents lie on a grid of `stem` * 2^(levels - 1) pixels a side.

    `width` is that of the finest level and doubles with each; the denoiser begins with the width of the
    coarsest one. `rank` is that of either adapter, `tokens` the length of the learned prompt.
    """

    width: int = 24
    encoder_blocks: tuple[int, ...] = (1, 1, 1)
    decoder_blocks: tuple[int, ...] = (1, 1, 1)
    stem: int = 2
    latent: int = 16
    trunk_blocks: tuple[int, ...] = (1,)
    middle_blocks: int = 4
    trunk_decoder_blocks: tuple[int, ...] = (1,)
    rank: int = 8
    tokens: int = 8

    @property
    def reduction(self) -> int:
        """Pixels of the picture to one latent, along a side."""
        return self.stem * 2 ** (len(self.encoder_blocks) - 1)

    @property
    def multiple_of(self) -> int:
        """Sides of a picture are multiples of this many pixels."""
        return self.reduction * 2 ** len(self.trunk_blocks)

    def channels(self, level: int) -> int:
        """Channels of the autoencoder's level, 0 is the finest."""
        return self.width * 2**level

    @property
    def autoencoder(self) -> tuple[int | tuple[int, ...], ...]:
        """What the weights of the encoders and the decoder depend on."""
        return self.width, self.encoder_blocks, self.decoder_blocks, self.stem, self.latent

    @property
    def trunk_width(self) -> int:
        return self.channels(len(self.encoder_blocks) - 1)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> OsddConfig:
        return OsddConfig(**{k: tuple(v) if isinstance(v, (list, tuple)) else int(v) for k, v in data.items()})
