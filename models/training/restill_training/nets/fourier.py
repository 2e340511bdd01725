"""NAFNet's block with spectral branches: what AdaRevD's sub-decoders are made of."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .dft import forward_dft, forward_fft, inverse_dft, inverse_fft
from .nafnet import LayerNorm2d, simple_gate


class FusedNorm(LayerNorm2d):
    """LayerNorm2d through PyTorch's own kernel: the same numbers, fewer passes in training."""

    def forward(self, x: Tensor) -> Tensor:
        last = x.permute(0, 2, 3, 1)
        return F.layer_norm(last, last.shape[-1:], self.weight, self.bias, self.eps).permute(0, 3, 1, 2)


class SpectralBranch(nn.Module):
    """rfft2, two pointwise convolutions over real and imaginary parts side by side with a GELU
    between, irfft2 back to the same height and width (DeepRFT's residual branch). The transforms
    are matrix products (`dft.py`), here and in the exported graphs, but fast ones while training."""

    def __init__(self, channels: int, expansion: int, orthonormal: bool) -> None:
        super().__init__()
        inner = 2 * channels * expansion
        self.complex_conv1 = nn.Conv2d(2 * channels, inner, 1)
        self.complex_conv2 = nn.Conv2d(inner, 2 * channels, 1)
        self.orthonormal = orthonormal

    def forward(self, x: Tensor) -> Tensor:
        forward, inverse = (forward_fft, inverse_fft) if self.training else (forward_dft, inverse_dft)
        parts = forward(x, self.orthonormal)
        parts = self.complex_conv2(F.gelu(self.complex_conv1(parts)))
        return inverse(parts, x.shape[-1], self.orthonormal)


class FourierBlock(nn.Module):
    """A NAFBlock with a spectral branch beside each of its halves (paper, figure 4); without them where
    `expansion` is 0."""

    def __init__(self, channels: int, expansion: int, orthonormal: bool) -> None:
        super().__init__()
        c = channels
        self.conv1 = nn.Conv2d(c, 2 * c, 1)
        self.conv2 = nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
        self.conv3 = nn.Conv2d(c, c, 1)
        self.sca = nn.Sequential(nn.Conv2d(c, c, 1))
        self.conv4 = nn.Conv2d(c, 2 * c, 1)
        self.conv5 = nn.Conv2d(c, c, 1)
        self.norm1 = FusedNorm(c)
        self.norm2 = FusedNorm(c)
        self.spectral = expansion > 0
        if self.spectral:
            self.fft_block1 = SpectralBranch(c, expansion, orthonormal)
            self.fft_block2 = SpectralBranch(c, expansion, orthonormal)
        self.beta = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, c, 1, 1))

    def forward(self, inp: Tensor) -> Tensor:
        n = self.norm1(inp)
        x = simple_gate(self.conv2(self.conv1(n)))
        x = self.conv3(x * self.sca(x.mean((2, 3), keepdim=True)))
        y = inp + (x + self.fft_block1(n) if self.spectral else x) * self.beta
        n = self.norm2(y)
        z = self.conv5(simple_gate(self.conv4(n)))
        return y + (z + self.fft_block2(n) if self.spectral else z) * self.gamma
