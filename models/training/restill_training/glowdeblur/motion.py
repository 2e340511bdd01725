"""The motion offset network and the trajectories it speaks of.

Zhang, Wang, Maybank, Tao, "Exposure Trajectory Recovery from Motion Blur" (Motion-ETR), TPAMI 2021. During the exposure
a pixel travels the quadratic through S, 0 and E: p(t) = d t + b t^2 for t in -1..1, E = d + b, S = -d + b. Which end
comes first leaves no trace, so that d and -d are one motion: the network speaks of d = L (cos a, sin a) by the doubled
angle, (u, v) = L (cos 2a, sin 2a), which has no branch cut, and its mean over a cell is one of motions. All in pixels,
x to the right and y down; a motion is a tensor [N, 4, ...] of (u, v, bx, by).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import GlowConfig

# Pixels to one unit of the network's last convolution.
UNIT = 8.0
SAMPLES = 15
LEAK = 0.2


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 5, padding=2)
        self.conv2 = nn.Conv2d(channels, channels, 5, padding=2)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))


class Bottleneck(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 2 * channels, 1)
        self.conv2 = nn.Conv2d(2 * channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(self.conv2(F.leaky_relu(self.conv1(x), LEAK)), LEAK)


class OffsetNet(nn.Module):
    """Picture [N, 3, H, W] to motions on half its grid, or with `cells` on the grid of latents.

    As published down to widths, paddings and the last upsampling: latents need no finer grid than the half one.
    """

    def __init__(self, config: GlowConfig) -> None:
        super().__init__()
        n = config.motion_width
        self.cell = config.reduction // 2
        self.intros = nn.ModuleList([nn.Conv2d(12, n, 5, padding=2), nn.Conv2d(n, 2 * n, 5, 2, 2), nn.Conv2d(2 * n, 4 * n, 5, 2, 2)])
        self.levels = nn.ModuleList([nn.Sequential(*[Residual(n << level) for _ in range(3)]) for level in range(3)])
        self.necks = nn.ModuleList([Bottleneck(4 * n), Bottleneck(4 * n), Bottleneck(2 * n)])
        self.ups = nn.ModuleList([nn.ConvTranspose2d(4 * n, 2 * n, 4, 2, 1), nn.ConvTranspose2d(4 * n, n, 4, 2, 1)])
        self.ending = nn.Conv2d(2 * n, 4, 5, padding=2)
        self._begin()

    @torch.no_grad()
    def _begin(self) -> None:
        """He's initialisation, and a first layer that sees no brightness: how edges differ by direction is what counts."""
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(layer.weight, a=LEAK, mode="fan_out" if isinstance(layer, nn.ConvTranspose2d) else "fan_in")
                nn.init.zeros_(layer.bias)
            if isinstance(layer, nn.ConvTranspose2d):
                layer.weight.mul_(2)
        for layer in self.modules():
            if isinstance(layer, Residual):
                layer.conv2.weight.mul_(0.3)
        first = self.intros[0].weight
        first.copy_(6 * (first - first.mean((1, 2, 3), keepdim=True)))
        self.ending.weight.mul_(0.2)

    def forward(self, image: Tensor, cells: bool = True) -> Tensor:
        x = F.pixel_unshuffle(image, 2)
        seen = []
        for intro, level in zip(self.intros, self.levels):
            x = level(F.relu(intro(x)))
            seen.append(x)
        x = self.necks[0](x)
        for up, neck, skip in zip(self.ups, self.necks[1:], seen[-2::-1]):
            x = neck(torch.cat([F.leaky_relu(up(x), LEAK), skip], 1))
        motion = UNIT * self.ending(x)
        return F.avg_pool2d(motion, self.cell) if cells else motion


def doubled(d: Tensor) -> Tensor:
    """(dx, dy) [N, 2, ...] as (u, v): the square of the complex number, its length kept."""
    x, y = d[:, 0], d[:, 1]
    length = torch.hypot(x, y).clamp_min(1e-6)
    return torch.stack([(x * x - y * y) / length, 2 * x * y / length], 1)


def halved(uv: Tensor) -> Tensor:
    """(u, v) [N, 2, ...] as (dx, dy), of the two the one with dx >= 0."""
    u, v = uv[:, 0], uv[:, 1]
    length = (u * u + v * v + 1e-6).sqrt()
    side = torch.where(v < 0, -1.0, 1.0)
    return torch.stack([((length + u).clamp_min(0) * length / 2 + 1e-8).sqrt(),
                        side * ((length - u).clamp_min(0) * length / 2 + 1e-8).sqrt()], 1)


def reblurred(sharp: Tensor, motion: Tensor, samples: int = SAMPLES) -> Tensor:
    """The mean over the trajectory of a picture [N, 3, H, W] in linear light, for motions [N, 4, H, W]."""
    n, _, h, w = sharp.shape
    d, b = halved(motion[:, :2]), motion[:, 2:]
    size = torch.tensor([w, h], dtype=sharp.dtype, device=sharp.device).view(1, 2, 1, 1)
    y, x = torch.meshgrid(torch.arange(h, device=sharp.device), torch.arange(w, device=sharp.device), indexing="ij")
    place = torch.stack([x, y])[None].to(sharp.dtype)
    total = torch.zeros_like(sharp)
    for t in torch.linspace(-1, 1, samples).tolist():
        at = (2 * (place + t * d + t * t * b) + 1) / size - 1
        total = total + F.grid_sample(sharp, at.permute(0, 2, 3, 1), padding_mode="reflection", align_corners=False)
    return total / samples
