"""Defocus: disks of confusion over the whole picture or over layers of depth."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .kernels import convolve


def disk(radius: float, rng: np.random.Generator | None = None) -> Tensor:
    """Kernel of a defocused point, float [k, k], sum one, edges anti-aliased.

    With a generator the aperture may have 5-9 straight blades, be squeezed to a cat's eye
    (0.7-1) and carry a brighter rim (0-0.3).
    """
    half = int(math.ceil(radius + 1))
    axis = torch.arange(-half, half + 1, dtype=torch.float32)
    over = (torch.arange(5, dtype=torch.float32) - 2) / 5
    fine = (axis[:, None] + over[None]).reshape(-1)
    y, x = torch.meshgrid(fine, fine, indexing="ij")
    if rng is not None and rng.random() < 0.3:
        turn, squeeze = rng.uniform(0, math.pi), rng.uniform(0.7, 1.0)
        along = x * math.cos(turn) + y * math.sin(turn)
        across = (y * math.cos(turn) - x * math.sin(turn)) / squeeze
        x, y = along, across
    distance = torch.hypot(x, y)
    if rng is not None and rng.random() < 0.3:
        blades = int(rng.integers(5, 10))
        sector = 2 * math.pi / blades
        angle = torch.remainder(torch.atan2(y, x) + rng.uniform(0, sector), sector) - sector / 2
        distance = distance * torch.cos(angle) / math.cos(sector / 2)
    inside = (distance <= radius).float()
    if rng is not None and rng.random() < 0.3:
        inside = inside * (1 + rng.uniform(0, 0.3) * (distance > 0.8 * radius))
    k = 2 * half + 1
    kernel = F.avg_pool2d(inside[None, None], 5)[0, 0]
    total = kernel.sum()
    if total <= 0:  # a radius below the sampling distance is a point
        kernel = torch.zeros(k, k)
        kernel[half, half] = 1
        return kernel
    return kernel / total


def smooth_field(h: int, w: int, knots: int, rng: np.random.Generator, device=None) -> Tensor:
    """Smooth random field [h, w], about unit variance: random knots, bicubic between."""
    noise = torch.from_numpy(rng.standard_normal((1, 1, knots, knots)).astype(np.float32))
    field = F.interpolate(noise.to(device), size=(h, w), mode="bicubic", align_corners=True)[0, 0]
    return field / field.std().clamp_min(1e-6)


def layered_defocus(picture: Tensor, radius: float, rng: np.random.Generator) -> Tensor:
    """Two to four depth layers, each with its own disk, composed from back to front.

    `picture` linear [3, H, W]; `radius` is the largest disk; one layer may be in focus. Colour
    and matte of every layer are blurred together, so that blurred edges stay plausible.
    """
    h, w = picture.shape[-2:]
    device = picture.device
    ramp_y = torch.linspace(-1.7, 1.7, h, device=device)[:, None]
    ramp_x = torch.linspace(-1.7, 1.7, w, device=device)[None]
    turn = rng.uniform(0, 2 * math.pi)
    depth = ramp_x * math.cos(turn) + ramp_y * math.sin(turn)
    depth = depth + rng.uniform(0.2, 1.2) * smooth_field(h, w, int(rng.integers(3, 7)), rng, device)
    layers = int(rng.integers(2, 5))
    cuts = np.sort(rng.uniform(-1.2, 1.2, layers - 1))
    radii = np.linspace(0, 1, layers) if rng.random() < 0.7 else rng.random(layers)
    if rng.random() < 0.5:
        radii = radii[::-1]
    radii = radii * radius
    out = convolve(picture, disk(max(radii[0], 0.3), rng).to(device))
    for cut, r in zip(cuts, radii[1:]):
        matte = torch.sigmoid((depth - float(cut)) * 40)
        stack = torch.cat([picture * matte, matte[None]])
        if r > 0.3:
            stack = convolve(stack, disk(r, rng).to(device))
        out = out * (1 - stack[3:]) + stack[:3]
    return out
