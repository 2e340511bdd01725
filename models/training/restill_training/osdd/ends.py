"""The denoiser's first and last convolution by linear least squares, before any training.

Between them lie the levels of a trained network, which expect the features they were trained on and give features
like those they gave: what leads into them from latents, and out of them to what is to be taken off the latents, is
best begun as a regression.
"""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .denoiser import GAIN
from .network import Osdd

Draw = Callable[[int], tuple[Tensor, Tensor]]


@torch.no_grad()
def fit_ends(network: Osdd, draw: Draw, count: int = 32) -> None:
    """`draw(i)` gives blurred and sharp pictures [N, 3, H, W] of a batch; `count` of them are used."""
    encoder, denoiser = network.encoder, network.denoiser

    def entering(number: int) -> tuple[Tensor, Tensor]:
        skips, mean, _ = encoder(draw(number)[0])
        return mean, skips[-1]

    def leaving(number: int) -> tuple[Tensor, Tensor]:
        blurred, sharp = draw(number)
        mean = encoder(blurred)[1]
        return denoiser.features(mean), (mean - network.teacher(sharp)[1]) / GAIN

    for conv, samples in ((denoiser.intro, entering), (denoiser.ending, leaving)):
        _fit(conv, samples, count)


def _fit(conv: nn.Conv2d, samples: Callable[[int], tuple[Tensor, Tensor]], count: int, ridge: float = 1e-3) -> None:
    """Sets a 3x3 convolution to the ridge regression of the samples' second tensor on their first."""
    size = 9 * conv.in_channels + 1
    square, mixed = torch.zeros(size, size, dtype=torch.float64), torch.zeros(size, conv.out_channels, dtype=torch.float64)
    for number in range(count):
        given, wanted = samples(number)
        rows = F.unfold(given.float(), 3, padding=1).transpose(1, 2).flatten(0, 1).double().cpu()
        rows = torch.cat([rows, torch.ones(len(rows), 1, dtype=torch.float64)], 1)
        square += rows.T @ rows
        mixed += rows.T @ wanted.float().flatten(2).transpose(1, 2).flatten(0, 1).double().cpu()
    square += ridge * square.diagonal().mean() * torch.eye(size, dtype=torch.float64)
    found = torch.linalg.solve(square, mixed).float().to(conv.weight.device)
    conv.weight.copy_(found[:-1].T.reshape(conv.weight.shape))
    conv.bias.copy_(found[-1])
