"""Losses, and the figure they stand for."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def psnr_loss(answer: Tensor, truth: Tensor, floor: float = 4e-5) -> Tensor:
    """Negative mean PSNR in dB for range 1 (NAFNet's training loss).

    `floor` is added to the squared error: beyond 44 dB little more is to be won, so that
    sharp samples do not outweigh blurred ones.
    """
    error = (answer - truth).square().mean(dim=(1, 2, 3))
    return 10 / math.log(10) * torch.log(error + floor).mean()


def spectrum_loss(answer: Tensor, truth: Tensor) -> Tensor:
    """L1 distance of the two-dimensional spectra, per pixel (as in AdaRevD and others)."""
    return torch.view_as_real(torch.fft.rfft2(answer - truth)).abs().mean()


def psnr(answer: Tensor, truth: Tensor) -> float:
    """PSNR in dB over all values after rounding both to 8 bits; equal pictures give 99."""
    a = (answer.clamp(0, 1) * 255).round()
    b = (truth.clamp(0, 1) * 255).round()
    error = float((a - b).square().mean())
    return 99.0 if error == 0 else min(99.0, 10 * math.log10(255**2 / error))
