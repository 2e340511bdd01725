"""Two-dimensional real Fourier transforms as matrix products.

No provider of ONNX Runtime but the CPU has a DFT kernel for every size, and matrices are as exact.
With K = W // 2 + 1 and tables cos, sin(2 pi k n / N), forward: rows first, then columns; inverse:
columns first, then rows, where k = 0 and (W even) k = W / 2 count once, the others twice. For a
spectrum that no real picture has, this is still what `torch.fft.irfft2` answers.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor


@lru_cache(maxsize=64)
def tables(n: int, half: bool, device: torch.device) -> tuple[Tensor, Tensor]:
    """cos and sin(2 pi k n / N), float32 [K, N]; K = N, or N // 2 + 1 with `half`."""
    rows = torch.arange(n // 2 + 1 if half else n, dtype=torch.int64)
    turns = (rows[:, None] * torch.arange(n)[None]) % n
    angle = turns.double() * (2 * math.pi / n)
    return angle.cos().float().to(device), angle.sin().float().to(device)


@lru_cache(maxsize=64)
def counts(n: int, device: torch.device) -> Tensor:
    """How often every column of a half spectrum counts, float32 [N // 2 + 1]."""
    m = torch.full((n // 2 + 1,), 2.0)
    m[0] = 1.0
    if n % 2 == 0:
        m[-1] = 1.0
    return m.to(device)


def forward_dft(x: Tensor, orthonormal: bool) -> Tensor:
    """Real and imaginary parts of rfft2, [N, C, H, W] -> [N, 2 C, H, W // 2 + 1]."""
    h, w = x.shape[-2:]
    cw, sw = tables(w, True, x.device)
    ch, sh = tables(h, False, x.device)
    scale = 1 / math.sqrt(h * w) if orthonormal else 1.0
    ar, ai = x @ (cw.T * scale), x @ (sw.T * -scale)
    return torch.cat([ch @ ar + sh @ ai, ch @ ai - sh @ ar], 1)


def inverse_dft(parts: Tensor, w: int, orthonormal: bool) -> Tensor:
    """irfft2 of real and imaginary parts, [N, 2 C, H, w // 2 + 1] -> [N, C, H, w]."""
    h = parts.shape[-2]
    real, imaginary = parts.chunk(2, 1)
    cw, sw = tables(w, True, parts.device)
    ch, sh = tables(h, False, parts.device)
    scale = 1 / math.sqrt(h * w) if orthonormal else 1 / (h * w)
    m = counts(w, parts.device)[:, None] * scale
    zr, zi = ch @ real - sh @ imaginary, ch @ imaginary + sh @ real
    return zr @ (cw * m) - zi @ (sw * m)


def forward_fft(x: Tensor, orthonormal: bool) -> Tensor:
    """`forward_dft` by fast transforms, in float32."""
    spectrum = torch.fft.rfft2(x.float(), norm="ortho" if orthonormal else "backward")
    return torch.cat([spectrum.real, spectrum.imag], 1)


def inverse_fft(parts: Tensor, w: int, orthonormal: bool) -> Tensor:
    """`inverse_dft` by fast transforms, in float32."""
    real, imaginary = parts.float().chunk(2, 1)
    spectrum = torch.complex(real.contiguous(), imaginary.contiguous())
    return torch.fft.irfft2(spectrum, s=(parts.shape[-2], w), norm="ortho" if orthonormal else "backward")
