"""Display-encoded and linear-light colour (sRGB transfer curve, IEC 61966-2-1), range 0..1."""

from __future__ import annotations

import torch
from torch import Tensor


def to_linear(display: Tensor) -> Tensor:
    """sRGB-encoded values to linear light; input is clamped to 0..1."""
    x = display.clamp(0, 1)
    return torch.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def to_display(linear: Tensor) -> Tensor:
    """Linear light to sRGB-encoded values; input is clamped to 0..1."""
    x = linear.clamp(0, 1)
    return torch.where(x <= 0.0031308, x * 12.92, 1.055 * x.clamp_min(1e-8) ** (1 / 2.4) - 0.055)


def to_eight_bit(display: Tensor) -> Tensor:
    """Rounds display values to the 256 levels of an 8-bit file, still as floats in 0..1."""
    return (display.clamp(0, 1) * 255).round() / 255
