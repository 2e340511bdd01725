"""DeMoE's router: which of five kinds of blur a picture has (arXiv:2508.06228, its classification head).

Key names are those of the published checkpoint; `Texture` is an addition of ours.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# The order of the published checkpoint: index i of every mixture block treats EXPERTS[i].
EXPERTS = ("defocus", "global_motion", "local_motion", "synth_motion", "low_light")
# Directions of the four differences, down and right; distances in pixels at which they are compared.
DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
LAGS = (2, 4, 6, 9, 13, 18)
FRAME = max(LAGS) + 1
# Differences along rows, columns and both diagonals; Immerkaer's mask, which is blind to straight edges.
FILTERS = (
    ((0.0, 0.0, 0.0), (0.0, -1.0, 1.0), (0.0, 0.0, 0.0)),
    ((0.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 1.0, 0.0)),
    ((0.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
    ((0.0, 0.0, 0.0), (0.0, -1.0, 0.0), (1.0, 0.0, 0.0)),
    ((1.0, -2.0, 1.0), (-2.0, 4.0, -2.0), (1.0, -2.0, 1.0)),
)


class Texture(nn.Module):
    """What a router needs and a small restoration network forgets: grain, direction and unevenness.

    Energies of differences in four directions and of Immerkaer's noise mask (1996), at three scales, in
    cells of 16 pixels, as logarithms; the noise floor of each cell, colour grain, light; and how the
    differences correlate with themselves some pixels further along: blur leaves dips where a path or a
    disk ends (Yitzhaky and Kopeika 1997). Two small
    convolutions look for patterns of cells; mean and deviation of their answers are the result, which does
    not depend on the picture's size.
    """

    SEEN = 21 + 4 * len(LAGS)

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(self.SEEN, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, channels, 3, padding=1)
        self.register_buffer("filters", torch.tensor(FILTERS)[:, None], persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """float [N, 3, H, W] to [N, 2 channels]; H and W are 32 pixels or more."""
        return self.patterns(self.energies(image))

    def patterns(self, energies: Tensor) -> Tensor:
        """What `forward` gives, of energies that are known already."""
        x = F.relu(self.conv2(F.relu(self.conv1(energies))))
        mean = x.mean((2, 3), keepdim=True)
        spread = ((x - mean).square().mean((2, 3)) + 1e-4).sqrt()
        return torch.cat([mean.flatten(1), spread], 1)

    def energies(self, image: Tensor) -> Tensor:
        """[N, SEEN, rows, columns], a cell for every 16 pixels but the last, of about unit scale."""
        red, green, blue = image.split(1, 1)
        light = (red + green + blue) / 3
        found = []
        for scale in (1, 2, 4):
            scaled = F.avg_pool2d(light, scale) if scale > 1 else light
            found.append(_logarithm(F.avg_pool2d(F.conv2d(scaled, self.filters).square(), 16 // scale)))
        found += self._correlations(F.conv2d(light, self.filters[:4]))
        mask = self.filters[4:]
        fine = _logarithm(F.avg_pool2d(F.conv2d(light, mask).square(), 4))
        found += [F.avg_pool2d(fine, 4), -F.max_pool2d(-fine, 4)]
        for tint in (red - green, blue - green):
            found.append(_logarithm(F.avg_pool2d(F.conv2d(tint, mask).square(), 16)))
        inner = light[..., 1:-1, 1:-1]
        found += [F.avg_pool2d(inner, 16), F.avg_pool2d(F.relu(inner - 0.9) * 10, 16)]
        return torch.cat(found, 1)


    @staticmethod
    def _correlations(differences: Tensor) -> list[Tensor]:
        """Of each of the four differences [N, 4, H, W] with itself, LAGS pixels along its own direction."""
        h, w = differences.shape[-2:]
        wide = F.pad(differences, (FRAME, FRAME, FRAME, FRAME))
        energy = F.avg_pool2d(differences.square(), 16) + 1e-5
        found = []
        for index, (down, right) in enumerate(DIRECTIONS):
            own = slice(index, index + 1)
            for lag in LAGS:
                y, x = FRAME + lag * down, FRAME + lag * right
                product = differences[:, own] * wide[:, own, y : y + h, x : x + w]
                found.append(F.avg_pool2d(product, 16) / energy[:, own])
        return found


def _logarithm(energy: Tensor) -> Tensor:
    return (torch.log(energy + 1e-6) + 8) / 3


class RouterHead(nn.Module):
    """Classification head: bottleneck, spatial mask, pooled mean, two linear layers; logits [N, 5]."""

    def __init__(self, channels: int, hidden: tuple[int, int], norm: bool, texture: int) -> None:
        super().__init__()
        first, second = hidden
        self.conv_bottleneck = nn.Sequential(
            nn.Conv2d(channels, first, 1),
            nn.BatchNorm2d(first) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Dropout2d(0.2),
        )
        self.attention = nn.Sequential(nn.Conv2d(first, 1, 1), nn.Sigmoid())
        self.classifier = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(first + 2 * texture, second),
            nn.BatchNorm1d(second) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(second, len(EXPERTS)),
        )
        self.texture = Texture(texture) if texture else None

    def forward(self, deep: Tensor, image: Tensor) -> Tensor:
        return self.classify(deep, self.energies(image))

    def energies(self, image: Tensor) -> Tensor:
        """The fixed part of what it sees of a picture; empty [N, 0] without `Texture`."""
        return image.new_zeros(len(image), 0) if self.texture is None else self.texture.energies(image)

    def classify(self, deep: Tensor, energies: Tensor) -> Tensor:
        """Logits of deep features and of what `energies` gave for the same pictures."""
        return self.classifier[2:](self._seen(deep, energies))

    def _seen(self, deep: Tensor, energies: Tensor) -> Tensor:
        x = self.conv_bottleneck(deep)
        pooled = self.classifier[:2](x * self.attention(x))
        return pooled if self.texture is None else torch.cat([pooled, self.texture.patterns(energies)], 1)

    @torch.no_grad()
    def standardise(self, deep: Tensor, energies: Tensor) -> None:
        """Starts anew, both input layers scaled by what they see of a batch, in place of batch norms:
        features of a restoration network differ a thousandfold in size."""
        def scaled(layer: nn.Conv2d | nn.Linear, mean: Tensor, deviation: Tensor) -> None:
            shape = (1, -1, 1, 1) if isinstance(layer, nn.Conv2d) else (1, -1)
            layer.weight.div_(deviation.clamp_min(1e-4).view(shape))
            layer.bias.sub_(layer.weight.flatten(1) @ mean)

        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.reset_parameters()
        dropping = self.training
        self.eval()
        scaled(self.conv_bottleneck[0], deep.mean((0, 2, 3)), deep.std((0, 2, 3)))
        seen = self._seen(deep, energies)
        scaled(self.classifier[2], seen.mean(0), seen.std(0))
        self.train(dropping)
