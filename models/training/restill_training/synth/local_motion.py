"""Something moves in a still picture, or the camera follows it and the background moves."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .camera_shake import shake_kernels
from .defocus import smooth_field
from .kernels import convolve


def blob(h: int, w: int, area: float, rng: np.random.Generator, device=None) -> Tensor:
    """Soft-edged random shape, matte [h, w] in 0..1 that covers about `area` (0..1)."""
    y = torch.linspace(-1, 1, h, device=device)[:, None] - float(rng.uniform(-0.5, 0.5))
    x = torch.linspace(-1, 1, w, device=device)[None] - float(rng.uniform(-0.5, 0.5))
    bumps = smooth_field(h, w, int(rng.integers(4, 9)), rng, device)
    field = -torch.hypot(x * float(rng.uniform(0.6, 1.6)), y) * 2.5 + 0.5 * bumps
    level = torch.quantile(field.flatten(), 1 - area)
    return torch.sigmoid((field - level) * 45)


def local_motion(
    background: Tensor, thing: Tensor, length: float, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """A moving cut-out of `thing` over `background`, both linear [3, H, W].

    Returns (blurred, sharp). In a third of the cases the camera pans: the background is
    streaked and the cut-out stays sharp. Colour and matte move together.
    """
    h, w = background.shape[-2:]
    matte = blob(h, w, float(rng.uniform(0.03, 0.35)), rng, background.device)[None]
    sharp = background * (1 - matte) + thing * matte
    kernel = shake_kernels(np.array([length]), rng)[0].to(background.device)
    if rng.random() < 0.33:
        blurred = convolve(background, kernel) * (1 - matte) + thing * matte
        return blurred, sharp
    moved = convolve(torch.cat([thing * matte, matte]), kernel)
    return background * (1 - moved[3:]) + moved[:3], sharp
