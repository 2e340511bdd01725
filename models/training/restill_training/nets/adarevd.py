"""AdaRevD (Mao, Li, Wang, "AdaRevD: Adaptive Patch Exiting Reversible Decoder Pushes the Limit
of Image Deblurring", CVPR 2024): a frozen encoder, K reversible sub-decoders in a row, every one with a
picture of its own, and a classifier that says after how many of them a window may stop.

Key names are those of the published checkpoints. Three things are ours, for small packs: encoder features
may be narrowed by 1x1 convolutions (`narrow`), and the spectral branch may use orthonormal transforms,
so that its numbers do not grow with the window, and sub-decoders may begin at a finer level than the
coarsest (`starts`), the first of them without spectral branches: what is a little blurred needs only
what lies near, and every sub-decoder then brings what a stronger blur needs. All tensors are NCHW,
pictures RGB in [0, 1].
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .fourier import FourierBlock, FusedNorm
from .nafnet import NAFBlock, NAFNetConfig
from .ufpnet import UFPNetEncoder

LEVELS = 4
# |alpha| stays at least this large, so that a sub-decoder can be run backwards.
SMALLEST_ALPHA = 1e-3


@dataclass(frozen=True)
class AdaRevDConfig:
    """Shape of a network. The defaults are RevD-B on a NAFNet of width 64.

    `widths` are the channels of decoder levels 0 to 3 (coarse to fine) and `top` those of the
    bottleneck as the decoders see it. `kernel_side` 19 means UFPNet's encoder, 0 NAFNet's. `starts`
    is the level that each sub-decoder begins at; empty means 0 for all. The first `plain` of them
    have no spectral branches.
    """

    encoder: NAFNetConfig = field(
        default_factory=lambda: NAFNetConfig(64, (1, 1, 1, 28), 1, (), 1)
    )
    kernel_side: int = 0
    top: int = 1024
    widths: tuple[int, int, int, int] = (512, 256, 128, 64)
    sub_decoders: int = 4
    expansion: int = 2
    orthonormal: bool = False
    starts: tuple[int, ...] = ()
    plain: int = 0

    def start(self, index: int) -> int:
        """Level that sub-decoder `index` begins at."""
        return self.starts[index] if self.starts else 0

    @property
    def features(self) -> tuple[int, ...]:
        """Channels of the encoder's features, fine to coarse."""
        return tuple(self.encoder.width * 2**i for i in range(LEVELS + 1))

    @property
    def decoder_features(self) -> tuple[int, ...]:
        """Channels that the decoders want of each of them."""
        return (*reversed(self.widths), self.top)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> AdaRevDConfig:
        widths = tuple(int(w) for w in data["widths"])
        return AdaRevDConfig(
            encoder=NAFNetConfig.from_json(data["encoder"]),
            kernel_side=int(data["kernel_side"]),
            top=int(data["top"]),
            widths=(widths[0], widths[1], widths[2], widths[3]),
            sub_decoders=int(data["sub_decoders"]),
            expansion=int(data["expansion"]),
            orthonormal=bool(data["orthonormal"]),
            starts=tuple(int(s) for s in data.get("starts", ())),
            plain=int(data.get("plain", 0)),
        )


class NAFNetEncoder(nn.Module):
    """The first half of a NAFNet. Gives the features of every level, fine to coarse, the last
    one after the middle blocks; keys are those of the whole network."""

    def __init__(self, config: NAFNetConfig) -> None:
        super().__init__()
        self.stem = config.stem
        c = config.width
        self.intro = nn.Conv2d(3 * config.stem**2, c, 3, padding=1)
        self.encoders, self.downs = nn.ModuleList(), nn.ModuleList()
        for count in config.encoder_blocks:
            self.encoders.append(nn.Sequential(*[NAFBlock(c) for _ in range(count)]))
            self.downs.append(nn.Conv2d(c, 2 * c, 2, stride=2))
            c *= 2
        self.middle_blks = nn.Sequential(*[NAFBlock(c) for _ in range(config.middle_blocks)])

    def forward(self, image: Tensor) -> list[Tensor]:
        x = self.intro(F.pixel_unshuffle(image, self.stem) if self.stem > 1 else image)
        found = []
        for encoder, down in zip(self.encoders, self.downs):
            x = encoder(x)
            found.append(x)
            x = down(x)
        return [*found, self.middle_blks(x)]


class ChannelNorm(nn.Module):
    """Layer norm over channels, eps 1e-5, under the published key names."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = FusedNorm(channels, eps=1e-5)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class FuseBlock(nn.Module):
    """Joins the coarser level of this sub-decoder with the finer one of the previous."""

    def __init__(self, coarse: int, channels: int, fine: int | None) -> None:
        super().__init__()
        up = nn.Conv2d(coarse, 4 * channels, 1, bias=False)
        self.up = nn.Sequential(up, nn.PixelShuffle(2))
        self.down = None
        if fine is not None:
            self.down = nn.Sequential(nn.Conv2d(fine, channels, 2, stride=2), ChannelNorm(channels))

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        up = self.up(coarse)
        return up if self.down is None else up + self.down(fine)


class DecoderLevel(nn.Module):
    """FuseBlock, then one FourierBlock."""

    def __init__(self, coarse: int, channels: int, fine: int | None, config: AdaRevDConfig, spectral: bool) -> None:
        super().__init__()
        self.fusion = FuseBlock(coarse, channels, fine)
        expansion = config.expansion if spectral else 0
        self.blocks = nn.Sequential(FourierBlock(channels, expansion, config.orthonormal))

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        return self.blocks(self.fusion(coarse, fine))


class SubDecoder(nn.Module):
    """One reversible column: c_l <- alpha_l c_l + Level_l(...), coarse to fine (paper, eq. 2), from level
    `start` on; coarser ones pass through, the last of them in the place of the bottleneck."""

    def __init__(self, config: AdaRevDConfig, index: int) -> None:
        super().__init__()
        self.start = config.start(index)
        coarse = (config.top, *config.widths[:-1])
        fine = (*config.widths[1:], None)
        for i, width in enumerate(config.widths[self.start :], self.start):
            setattr(self, f"level{i}", DecoderLevel(coarse[i], width, fine[i], config, index >= config.plain))
            self.register_parameter(f"alpha{i}", nn.Parameter(torch.full((1, width, 1, 1), 0.5)))

    def alpha(self, level: int) -> Tensor:
        """alpha with its sign, pushed out to SMALLEST_ALPHA where it is nearer to zero."""
        raw = getattr(self, f"alpha{level}")
        sign = torch.where(raw < 0, -1.0, 1.0)
        return sign * raw.abs().clamp(min=SMALLEST_ALPHA)

    def forward(self, top: Tensor, state: list[Tensor]) -> list[Tensor]:
        new = list(state[: self.start])
        coarse = new[-1] if new else top
        for i, c in enumerate(state[self.start :], self.start):
            fine = state[i + 1] if i + 1 < len(state) else c
            coarse = self.alpha(i) * c + getattr(self, f"level{i}")(coarse, fine)
            new.append(coarse)
        return new

    def inverse(self, top: Tensor, new: list[Tensor]) -> list[Tensor]:
        """The state before `forward`, from the one after it, fine to coarse."""
        old: list[Tensor] = []
        for i in reversed(range(self.start, len(new))):
            coarse = top if i == 0 else new[i - 1]
            fine = old[0] if old else new[i]
            added = getattr(self, f"level{i}")(coarse, fine)
            old.insert(0, (new[i] - added) / self.alpha(i))
        return [*new[: self.start], *old]


class AdaRevD(nn.Module):
    """Encoder, sub-decoders and their tails. Heights and widths are multiples of
    `config.encoder.multiple_of`; pictures are not clamped."""

    def __init__(self, config: AdaRevDConfig) -> None:
        super().__init__()
        self.config = config
        if config.kernel_side:
            self.encoder: nn.Module = UFPNetEncoder(config.encoder, config.kernel_side)
        else:
            self.encoder = NAFNetEncoder(config.encoder)
        given, wanted = config.features, config.decoder_features
        self.narrow = nn.ModuleDict(
            {str(i): nn.Conv2d(a, b, 1) for i, (a, b) in enumerate(zip(given, wanted)) if a != b}
        )
        self.conv_features = nn.ParameterList(
            [nn.Parameter(torch.ones(1, c, 1, 1)) for c in wanted]
        )
        self.subdenets = nn.ModuleList([SubDecoder(config, index) for index in range(config.sub_decoders)])
        colours = 3 * config.encoder.stem**2
        self.outputs = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(config.widths[-1], colours, 3, padding=1))
             for _ in range(config.sub_decoders)]
        )

    def begin(self, features: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Bottleneck and first state (coarse to fine) from the encoder's features."""
        scaled = []
        for i, (feature, scale) in enumerate(zip(features, self.conv_features)):
            key = str(i)
            scaled.append((self.narrow[key](feature) if key in self.narrow else feature) * scale)
        return scaled[-1], scaled[-2::-1]

    def picture(self, index: int, image: Tensor, state: list[Tensor]) -> Tensor:
        """Picture of sub-decoder `index`: the photo plus its tail's residual."""
        residual = self.outputs[index](state[-1])
        stem = self.config.encoder.stem
        return image + (F.pixel_shuffle(residual, stem) if stem > 1 else residual)

    def decode(self, image: Tensor, features: list[Tensor]) -> list[Tensor]:
        """The pictures of all sub-decoders, first to last."""
        top, state = self.begin(features)
        pictures = []
        for index, decoder in enumerate(self.subdenets):
            state = decoder(top, state)
            pictures.append(self.picture(index, image, state))
        return pictures

    def forward(self, image: Tensor) -> list[Tensor]:
        return self.decode(image, self.encoder(image))


class ClassifierHead(nn.Module):
    """Pooled features to logits, scaled by `alpha`."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.classifier = nn.Sequential(
            nn.LayerNorm(channels, eps=1e-6),
            nn.Linear(channels, channels // 2),
            nn.GELU(),
            nn.Linear(channels // 2, classes),
        )
        self.alpha = nn.Parameter(torch.full((1, classes), classes**-0.5))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(x.mean((2, 3))) * self.alpha


def blur_classifier(channels: int, hidden: int, classes: int) -> nn.Sequential:
    """`ape`: logits [N, classes] of the window's degradation class, from features e3
    [N, channels, H, W] (unscaled). Published: 512, 1024 and 6 or 8 classes."""
    return nn.Sequential(
        nn.Conv2d(channels, hidden, 2, stride=2), NAFBlock(hidden), ClassifierHead(hidden, classes)
    )
