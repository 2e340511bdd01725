"""The whole of OSDD, and how it begins from a trained NAFNet."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from ..nets.nafnet import NAFNetConfig
from .config import OsddConfig
from .denoiser import Denoiser
from .vae import Decoder, Encoder


class Osdd(nn.Module):
    """`encoder` sees the blurred picture, `teacher` the sharp one and is used in training alone."""

    def __init__(self, config: OsddConfig, enhanced: bool = True) -> None:
        super().__init__()
        self.config = config
        self.encoder, self.teacher = Encoder(config), Encoder(config)
        self.decoder = Decoder(config, enhanced)
        self.denoiser = Denoiser(config)

    def forward(self, image: Tensor, gamma: Tensor | float | None = None) -> Tensor:
        """Picture [N, 3, H, W] restored, not clamped; sides are multiples of `config.multiple_of`."""
        skips, mean, _ = self.encoder(image)
        return self.decoder(self.denoiser(mean, gamma), skips, image)

    def reconstruct(self, image: Tensor) -> Tensor:
        """The autoencoder alone: one encoder for latents and skips, no denoising."""
        skips, mean, _ = self.encoder(image)
        return self.decoder(mean, skips, image)

    @torch.no_grad()
    def rescale(self, factor: float) -> None:
        """Multiplies the latents by `factor` without changing any picture: the paper's s, once measured."""
        for encoder in (self.encoder, self.teacher):
            encoder.mean.weight.mul_(factor)
            encoder.mean.bias.mul_(factor)
        self.decoder.intro.weight.div_(factor)


def start_from_base(network: Osdd, weights: dict[str, Tensor], base: NAFNetConfig) -> None:
    """Takes the levels of a trained NAFNet: the fine ones for both encoders and the decoder, the deep ones for
    the denoiser. What NAFNet does not have (latents, prompt, adapters, skip blocks) begins as it is."""
    config, own = network.config, network.state_dict()
    deepest = len(config.encoder_blocks) + len(config.trunk_blocks) - 1
    if (base.width, base.stem) != (config.width, config.stem) or len(base.encoder_blocks) < deepest:
        raise ValueError("the base has another width or stem than this network, or fewer levels")
    taken: dict[str, Tensor] = {}
    for mine, its in _places(config, base):
        for key in [key for key in weights if key.startswith(f"{its}.")]:
            moved = mine + key[len(its):]
            if moved not in own or own[moved].shape != weights[key].shape:
                raise ValueError(f"the base has weights this network has no place for: {key}")
            taken[moved] = weights[key]
    network.load_state_dict(taken, strict=False)


def _places(config: OsddConfig, base: NAFNetConfig) -> list[tuple[str, str]]:
    """Parts of the network and the parts of the base they begin as."""
    levels, deep, last = len(config.encoder_blocks), len(config.trunk_blocks), len(base.encoder_blocks) - 1
    places = [("decoder.ending", "ending")]
    for encoder in ("encoder", "teacher"):
        places += [(f"{encoder}.intro", "intro")]
        places += [(f"{encoder}.{part}.{i}", f"{part}.{i}")
                   for part, count in (("encoders", levels), ("downs", levels - 1)) for i in range(count)]
    # The level that latents lie on has a block on either side of them, so both begin as the base's.
    places += [(f"decoder.decoders.{i}", f"decoders.{last - levels + 1 + i}") for i in range(levels)]
    places += [(f"decoder.ups.{i}", f"ups.{last - levels + 2 + i}") for i in range(levels - 1)]
    for i in range(deep):
        places += [(f"denoiser.{part}.{i}", f"{part}.{levels - 1 + i}") for part in ("encoders", "downs")]
        places += [(f"denoiser.{part}.{i}", f"{part}.{last - levels - deep + 2 + i}") for part in ("ups", "decoders")]
    return places + [(f"denoiser.middle_blks.{i}", its) for i, its in enumerate(_middle(config, base))]


def _middle(config: OsddConfig, base: NAFNetConfig) -> list[str]:
    """The blocks that the denoiser's coarsest level begins as. Where the base goes deeper, they are those it has on
    that level: the first of its encoder and those of its decoder, which the level above was trained to read."""
    depth, levels = len(config.encoder_blocks) + len(config.trunk_blocks) - 1, len(base.encoder_blocks)
    if depth == levels:
        return [f"middle_blks.{i}" for i in range(base.middle_blocks)]
    back = levels - 1 - depth
    above = [f"decoders.{back}.{i}" for i in range(base.decoder_blocks[back])]
    first = config.middle_blocks - len(above)
    if not 0 <= first <= base.encoder_blocks[depth]:
        raise ValueError(f"the base has another number of blocks on level {depth} than the denoiser's middle needs")
    return [*(f"encoders.{depth}.{i}" for i in range(first)), *above]


def read_checkpoint(path: Path) -> tuple[OsddConfig, dict[str, Tensor]]:
    """Configuration and averaged weights of a training checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state["stage"] == "vae":
        raise ValueError(f"{path} holds the plain autoencoder, which is for comparison only")
    weights = {key: value.float().contiguous() for key, value in state["ema"].items()}
    return OsddConfig.from_json(state["config"]), weights
