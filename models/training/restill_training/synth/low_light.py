"""Low light: dark pictures whose lights are far brighter than the sensor can hold."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def boost_highlights(linear: Tensor, gain: float, threshold: float = 0.8) -> Tensor:
    """Lifts nearly clipped pixels by up to `gain`, so that blur draws streaks from them.

    The curve is smooth: nothing below `threshold` (of the brightest colour) changes.
    """
    peak = linear.amax(0, keepdim=True)
    amount = ((peak - threshold) / (1 - threshold)).clamp(0, 1) ** 2
    return linear * (1 + (gain - 1) * amount)


def darken(linear: Tensor, rng: np.random.Generator) -> Tensor:
    """Darkens to an evening exposure: mean 0.03-0.2 in linear light, then lights put back.

    Brightest parts (lamps, windows) keep their level, as exposures at night do.
    """
    target = float(rng.uniform(0.03, 0.2))
    scale = min(1.0, target / max(float(linear.mean()), 1e-3))
    peak = linear.amax(0, keepdim=True)
    lamp = ((peak - 0.85) / 0.15).clamp(0, 1)
    return linear * (scale + (1 - scale) * lamp)


def add_lamps(linear: Tensor, rng: np.random.Generator) -> Tensor:
    """Adds 1-6 small coloured lights (radius 0.7-3 px, 1-8 times white) before blurring."""
    h, w = linear.shape[-2:]
    y = torch.arange(h, device=linear.device, dtype=torch.float32)[:, None]
    x = torch.arange(w, device=linear.device, dtype=torch.float32)[None]
    out = linear
    for _ in range(int(rng.integers(1, 7))):
        cy, cx = rng.uniform(0, h), rng.uniform(0, w)
        spot = torch.exp(-(((y - cy) ** 2 + (x - cx) ** 2) / float(rng.uniform(0.7, 3) ** 2)))
        tint = torch.tensor(rng.uniform((0.7, 0.5, 0.2), 1.0), dtype=torch.float32)
        out = out + spot * tint.view(3, 1, 1).to(linear.device) * float(rng.uniform(1, 8))
    return out
