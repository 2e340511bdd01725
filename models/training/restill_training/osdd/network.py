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
    config, levels = network.config, len(network.config.encoder_blocks)
    deep = len(config.trunk_blocks)
    if (base.width, base.stem, len(base.encoder_blocks)) != (config.width, config.stem, levels + deep - 1):
        raise ValueError("the base has another width, stem or number of levels than this network begins from")
    fine: dict[str, Tensor] = {}
    for key, value in weights.items():
        head, *rest = key.split(".")
        index = int(rest[0]) if rest and rest[0].isdigit() else 0
        tail = ".".join(rest[1:])
        for name, moved in _places(head, index, tail, key, levels, deep):
            fine[f"{name}.{moved}"] = value
    own = network.state_dict()
    taken = {key: value for key, value in fine.items() if key in own and own[key].shape == value.shape}
    missing = sorted(set(fine) - set(taken))
    if missing:
        raise ValueError(f"the base has weights this network has no place for: {', '.join(missing[:4])}")
    network.load_state_dict(taken, strict=False)


def _places(head: str, index: int, tail: str, key: str, levels: int, deep: int) -> list[tuple[str, str]]:
    """Where a weight of the base goes: (part of the network, key within it)."""
    encoders = ("encoder", "teacher")
    if head == "intro":
        return [(name, key) for name in encoders]
    if head == "ending":
        return [("decoder", key)]
    if head == "middle_blks":
        return [("denoiser", key)]
    if head == "encoders":
        if index < levels:
            return [(name, key) for name in encoders]
        return [("denoiser", f"encoders.{index - levels + 1}.{tail}")]
    if head == "downs":
        if index < levels - 1:
            return [(name, key) for name in encoders]
        return [("denoiser", f"downs.{index - levels + 1}.{tail}")]
    if head == "ups":
        return [("denoiser", key)] if index < deep else [("decoder", f"ups.{index - deep}.{tail}")]
    if head == "decoders":
        if index < deep - 1:
            return [("denoiser", key)]
        # The level that latents lie on has a block on either side of them.
        places = [("denoiser", key)] if index == deep - 1 else []
        return [*places, ("decoder", f"decoders.{index - deep + 1}.{tail}")]
    return []


def read_checkpoint(path: Path) -> tuple[OsddConfig, dict[str, Tensor]]:
    """Configuration and averaged weights of a training checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state["stage"] == "vae":
        raise ValueError(f"{path} holds the plain autoencoder, which is for comparison only")
    weights = {key: value.float().contiguous() for key, value in state["ema"].items()}
    return OsddConfig.from_json(state["config"]), weights
