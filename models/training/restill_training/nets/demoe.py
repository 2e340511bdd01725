"""DeMoE (Feijoo, Garrido-Mellado, Rim, Garcia, Conde, "Towards Unified Image Deblurring using a
Mixture-of-Experts Decoder", arXiv:2508.06228, 2025): one network, five kinds of blur.

A NAFNet whose encoder feeds a classification head (the router); after the middle and after every
decoder stage stands a mixture block: five NAFBlocks, of which the router's choice runs. Key names
are those of the published checkpoint (cidautai/DeMoE). Tensors are NCHW,
pictures RGB in [0, 1], display-encoded.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .demoe_router import EXPERTS, RouterHead
from .nafnet import NAFBlock, NAFNetConfig

@dataclass(frozen=True)
class DeMoEConfig:
    """Shape of a DeMoE.

    `decoder_blocks` counts the shared blocks of a stage, before its experts. `expert_widths` has one
    entry for the middle and one per decoder stage: channels inside each expert, 0 for the stage's
    own (as published). `head` holds the two hidden sizes of the router; `head_norm` its batch norms,
    which are folded away at export; `texture` the channels of the router's second eye (`Texture`; 0:
    none, as published). `stem` 1 is the published network.
    """

    width: int = 32
    encoder_blocks: tuple[int, ...] = (2, 2, 2, 2)
    middle_blocks: int = 2
    decoder_blocks: tuple[int, ...] = (2, 2, 2, 2)
    stem: int = 1
    expert_widths: tuple[int, ...] = (0, 0, 0, 0, 0)
    head: tuple[int, int] = (256, 128)
    head_norm: bool = True
    texture: int = 0

    @property
    def multiple_of(self) -> int:
        """Height and width given to the network must be multiples of this many pixels."""
        return self.stem * 2 ** len(self.encoder_blocks)

    @property
    def site_channels(self) -> tuple[int, ...]:
        """Channels at every mixture block: the middle, then the decoder from coarse to fine."""
        levels = len(self.encoder_blocks)
        return tuple(self.width * 2 ** (levels - i) for i in range(levels + 1))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> DeMoEConfig:
        return DeMoEConfig(
            width=int(data["width"]),
            encoder_blocks=tuple(data["encoder_blocks"]),
            middle_blocks=int(data["middle_blocks"]),
            decoder_blocks=tuple(data["decoder_blocks"]),
            stem=int(data["stem"]),
            expert_widths=tuple(data["expert_widths"]),
            head=(int(data["head"][0]), int(data["head"][1])),
            head_norm=bool(data["head_norm"]),
            texture=int(data["texture"]),
        )


# The pack that ships: a NAFNet mini's layout; its last blocks at the three finer stages become the
# experts, the two coarse stages keep theirs and get narrow experts beside them, for the size's sake.
MINI = DeMoEConfig(
    width=24, encoder_blocks=(1, 1, 1, 4), middle_blocks=1, decoder_blocks=(1, 0, 0, 0), stem=2,
    expert_widths=(16, 48, 0, 0, 0), head=(64, 48), head_norm=False,
    texture=48,
)


class Expert(NAFBlock):
    """A NAFBlock with `inner` channels between its pointwise convolutions (0: as many as outside)."""

    def __init__(self, channels: int, inner: int = 0) -> None:
        super().__init__(channels)
        if inner in (0, channels):
            return
        c, e = channels, inner
        self.conv1 = nn.Conv2d(c, 2 * e, 1)
        self.conv2 = nn.Conv2d(2 * e, 2 * e, 3, padding=1, groups=2 * e)
        self.conv3 = nn.Conv2d(e, c, 1)
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(e, e, 1))
        self.conv4 = nn.Conv2d(c, 2 * e, 1)
        self.conv5 = nn.Conv2d(e, c, 1)


class Blocks(nn.Module):
    """NAFBlocks in a row, under the published name `modules_list`."""

    def __init__(self, channels: int, count: int) -> None:
        super().__init__()
        self.modules_list = nn.ModuleList(NAFBlock(channels) for _ in range(count))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.modules_list:
            x = block(x)
        return x


class MoEBlock(nn.Module):
    """Five experts at one place; the answer is the weighted sum of those with a weight."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.experts = nn.ModuleList(Expert(channels, inner) for _ in EXPERTS)

    def forward(self, x: Tensor, weights: Tensor | None) -> Tensor:
        """`weights` float [N, 5]; None: the batch holds as many samples of every kind, in the
        experts' order, and each goes to its own."""
        if weights is None:
            parts = x.chunk(len(EXPERTS))
            return torch.cat([expert(part) for expert, part in zip(self.experts, parts)])
        total = torch.zeros_like(x)
        for index, expert in enumerate(self.experts):
            chosen = torch.nonzero(weights[:, index]).flatten()
            if len(chosen):
                share = weights[chosen, index].view(-1, 1, 1, 1)
                total = total.index_add(0, chosen, share * expert(x[chosen]))
        return total


def top_k(probabilities: Tensor, k: int) -> Tensor:
    """The k largest of every row [N, 5], scaled to sum to one, the others zero."""
    values, places = probabilities.topk(k, dim=1)
    return torch.zeros_like(probabilities).scatter(1, places, values / values.sum(1, keepdim=True))


class DeMoE(nn.Module):
    """Input and output: float [N, 3, H, W], H and W multiples of `config.multiple_of`."""

    def __init__(self, config: DeMoEConfig) -> None:
        super().__init__()
        self.config = config
        colours = 3 * config.stem**2
        c = config.width
        self.intro = nn.Conv2d(colours, c, 3, padding=1)
        self.ending = nn.Conv2d(c, colours, 3, padding=1)
        self.encoders, self.downs = nn.ModuleList(), nn.ModuleList()
        for count in config.encoder_blocks:
            self.encoders.append(Blocks(c, count))
            self.downs.append(nn.Conv2d(c, 2 * c, 2, stride=2))
            c *= 2
        self.mlp_branch = RouterHead(c, config.head, config.head_norm, config.texture)
        self.middle_blks = Blocks(c, config.middle_blocks)
        self.experts = nn.ModuleList(
            MoEBlock(*site) for site in zip(config.site_channels, config.expert_widths)
        )
        self.ups, self.decoders = nn.ModuleList(), nn.ModuleList()
        for count in config.decoder_blocks:
            self.ups.append(nn.Sequential(nn.Conv2d(c, 2 * c, 1, bias=False), nn.PixelShuffle(2)))
            c //= 2
            self.decoders.append(Blocks(c, count))

    def encode(self, image: Tensor) -> tuple[list[Tensor], Tensor]:
        """Skips from fine to coarse, and the deepest features, which the router sees."""
        stem = self.config.stem
        x = self.intro(F.pixel_unshuffle(image, stem) if stem > 1 else image)
        skips = []
        for encoder, down in zip(self.encoders, self.downs):
            x = encoder(x)
            skips.append(x)
            x = down(x)
        return skips, x

    def decode(self, image: Tensor, skips: list[Tensor], deep: Tensor,
               weights: Tensor | None) -> Tensor:
        """The restored picture; `weights` as MoEBlock takes them."""
        x = self.experts[0](self.middle_blks(deep), weights)
        for i, (up, decoder) in enumerate(zip(self.ups, self.decoders)):
            x = self.experts[i + 1](decoder(up(x) + skips[-1 - i]), weights)
        x = self.ending(x)
        stem = self.config.stem
        return image + (F.pixel_shuffle(x, stem) if stem > 1 else x)

    def forward(self, image: Tensor, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Restored picture and router logits [N, 5]; without weights, a batch ordered by kind."""
        skips, deep = self.encode(image)
        return self.decode(image, skips, deep, weights), self.mlp_branch(deep, image)

    def restore(self, image: Tensor, k: int = 1, expert: int | None = None) -> Tensor:
        """Routed restoration: the k likeliest experts of each picture, or the one named."""
        skips, deep = self.encode(image)
        if expert is None:
            weights = top_k(self.mlp_branch(deep, image).softmax(1), k)
        else:
            weights = torch.zeros(len(image), len(EXPERTS), device=image.device)
            weights[:, expert] = 1
        return self.decode(image, skips, deep, weights)


def start_from_base(network: DeMoE, base: dict[str, Tensor], config: NAFNetConfig, noise: float,
                    seed: int) -> None:
    """Takes over a plain NAFNet's weights: the shared blocks as they are; where a stage lost its
    last block to the experts, each begins as that block plus `noise` times the tensor's deviation.

    The network then answers like the base, whatever the route. Narrow experts begin as identity.
    """
    own = network.config
    same = (own.width, own.encoder_blocks, own.middle_blocks, own.stem)
    if same != (config.width, config.encoder_blocks, config.middle_blocks, config.stem):
        raise ValueError("the base has another layout than this network")
    state = network.state_dict()
    generator = torch.Generator().manual_seed(seed)
    for key, value in base.items():
        parts = key.split(".")
        if parts[0] in ("encoders", "decoders", "middle_blks"):
            at = 1 if parts[0] == "middle_blks" else 2
            if parts[0] == "decoders" and int(parts[2]) >= own.decoder_blocks[int(parts[1])]:
                site, rest = int(parts[1]) + 1, ".".join(parts[3:])
                for e in range(len(EXPERTS)):
                    spread = noise * value.std() if value.numel() > 1 else 0.0
                    state[f"experts.{site}.experts.{e}.{rest}"] = (
                        value + torch.randn(value.shape, generator=generator) * spread
                    )
                continue
            key = ".".join([*parts[:at], "modules_list", *parts[at:]])
        state[key] = value
    network.load_state_dict(state)
