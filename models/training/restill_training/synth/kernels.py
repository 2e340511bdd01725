"""Convolution of pictures with blur kernels, all in linear light.

Kernels are float [k, k] with odd k that sum to one; pictures are float [C, H, W]. Convolution is
circular (by FFT): callers keep a margin of at least k/2 pixels around the part they use.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

# Largest kernel side used anywhere; the margin around a crop is half of it.
KERNEL_SIZE = 65
MARGIN = KERNEL_SIZE // 2


def _spectrum(kernels: Tensor, height: int, width: int) -> Tensor:
    """Real FFT of kernels [..., k, k], moved so that their centre lies at the origin."""
    k = kernels.shape[-1]
    padded = F.pad(kernels, (0, width - k, 0, height - k))
    padded = torch.roll(padded, (-(k // 2), -(k // 2)), dims=(-2, -1))
    return torch.fft.rfft2(padded)


def convolve(picture: Tensor, kernel: Tensor) -> Tensor:
    """One kernel over the whole picture."""
    h, w = picture.shape[-2:]
    product = torch.fft.rfft2(picture) * _spectrum(kernel, h, w)
    return torch.fft.irfft2(product, s=(h, w))


def convolve_grid(picture: Tensor, kernels: Tensor) -> Tensor:
    """Kernels [n, n, k, k] spread evenly over the picture, interpolated bilinearly between.

    Each kernel is used at its grid point; between them the four blurred pictures are mixed,
    which equals mixing the kernels.
    """
    n = kernels.shape[0]
    h, w = picture.shape[-2:]
    spectrum = torch.fft.rfft2(picture)
    rows = _hat_weights(n, h, picture.device)
    columns = _hat_weights(n, w, picture.device)
    out = torch.zeros_like(picture)
    for i in range(n):
        for j in range(n):
            blurred = torch.fft.irfft2(spectrum * _spectrum(kernels[i, j], h, w), s=(h, w))
            out += blurred * rows[i][:, None] * columns[j][None, :]
    return out


def _hat_weights(n: int, length: int, device: torch.device) -> Tensor:
    """Triangle weights [n, length] of n evenly spaced points; they sum to one everywhere."""
    if n == 1:
        return torch.ones(1, length, device=device)
    position = torch.linspace(0, n - 1, length, device=device)
    return (1 - (position[None] - torch.arange(n, device=device)[:, None]).abs()).clamp_min(0)
