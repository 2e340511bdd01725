"""Sensor noise and JPEG compression, on any device, without files."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F


def sensor_noise(linear: Tensor, strength: float, rng: np.random.Generator,
                 generator: torch.Generator) -> Tensor:
    """Poisson-Gaussian noise in linear light: variance = b1 * signal + b2^2.

    b1 is drawn log-uniformly from 1e-5..5e-4 and b2 from 1e-5..2e-3, both scaled by `strength`;
    clipped pixels stay clean. Half of the time the noise is slightly correlated between
    neighbours, as demosaicing leaves it.
    """
    b1 = math.exp(rng.uniform(math.log(1e-5), math.log(5e-4))) * strength
    b2 = math.exp(rng.uniform(math.log(1e-5), math.log(2e-3))) * strength
    white = torch.randn(linear.shape, generator=generator, device=linear.device)
    if rng.random() < 0.5:
        soft = torch.tensor([[1.0, 3.0, 1.0], [3.0, 9.0, 3.0], [1.0, 3.0, 1.0]])
        soft = (soft / soft.square().sum().sqrt()).to(linear.device).expand(3, 1, 3, 3)
        white = F.conv2d(white[None], soft, padding=1, groups=3)[0]
    deviation = (b1 * linear.clamp(0, 1) + b2 * b2).sqrt()
    return torch.where(linear >= 1, linear, linear + white * deviation)


# Quantisation tables of the JPEG standard's annex K (ITU-T T.81).
_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)
_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, *([99] * 32),
)
_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))


def _dct_matrix() -> Tensor:
    k = torch.arange(8, dtype=torch.float32)
    matrix = torch.cos(math.pi * (2 * k[None] + 1) * k[:, None] / 16) / 2
    matrix[0] /= math.sqrt(2)
    return matrix


def _quantise(plane: Tensor, table: Tensor) -> Tensor:
    """8x8 DCT, rounding to the table's steps, inverse; plane [H, W] in 0..255, centred."""
    h, w = plane.shape
    basis = _dct_matrix().to(plane.device)
    blocks = plane.view(h // 8, 8, w // 8, 8).permute(0, 2, 1, 3)
    spectrum = basis @ blocks @ basis.T
    spectrum = (spectrum / table).round() * table
    return (basis.T @ spectrum @ basis).permute(0, 2, 1, 3).reshape(h, w)


def jpeg(display: Tensor, quality: int, halve_colour: bool) -> Tensor:
    """What JPEG at `quality` (1-100) leaves of a picture [3, H, W] in 0..1 (H, W: 16 n)."""
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    matrix = torch.tensor(_YCC, device=display.device)
    ycc = torch.einsum("ij,jhw->ihw", matrix, display * 255)
    planes = []
    for index, plane in enumerate(ycc):
        table = torch.tensor(_LUMA if index == 0 else _CHROMA, dtype=torch.float32)
        table = ((table * scale + 50) / 100).floor().clamp(1, 255).view(8, 8).to(display.device)
        if index and halve_colour:
            small = _quantise(F.avg_pool2d(plane[None, None], 2)[0, 0], table)
            up = F.interpolate(small[None, None], scale_factor=2, mode="bilinear")
            planes.append(up[0, 0])
        else:
            shift = 128 if index == 0 else 0
            planes.append(_quantise(plane - shift, table) + shift)
    rgb = torch.einsum("ij,jhw->ihw", torch.linalg.inv(matrix), torch.stack(planes))
    return (rgb / 255).clamp(0, 1)
