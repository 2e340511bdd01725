"""Losses of the perceptual end, from features and filters of our own: no network trained elsewhere is needed.

`structure_and_texture` is the distance of DISTS (Ding, Ma, Wang, Simoncelli, "Image Quality Assessment: Unifying
Structure and Texture Similarity", 2020, eq. 5-7) with equal weights on the picture and the teacher's features;
`perceptual` adds the same of the pictures' edges, as the paper's edge-aware DISTS does, and the energy of bands.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .vae import Encoder


def faithful(answer: Tensor, truth: Tensor) -> list[Tensor]:
    """L1 of the picture and of its differences (the paper's L1 with a perceptual part, in small)."""
    answer = answer.float()
    steps = [(x[..., 1:, :] - x[..., :-1, :], x[..., 1:] - x[..., :-1]) for x in (answer, truth)]
    gradient = sum(F.l1_loss(a, b) for a, b in zip(*steps))
    return [10 * F.l1_loss(answer, truth), 5 * gradient]


def structure_and_texture(one: list[Tensor], other: list[Tensor]) -> Tensor:
    """1 - mean similarity of means (texture) and of covariances (structure) over channels of all levels."""
    likeness = []
    for a, b in zip(one, other):
        a, b = a.float(), b.float()
        ma, mb = (x.mean((2, 3), keepdim=True) for x in (a, b))
        va, vb = (x.var((2, 3), keepdim=True, unbiased=False) for x in (a, b))
        both = ((a - ma) * (b - mb)).mean((2, 3), keepdim=True)
        texture = (2 * ma * mb + 1e-4) / (ma.square() + mb.square() + 1e-4)
        structure = (2 * both + 1e-4) / (va + vb + 1e-4)
        likeness.append((0.5 * texture + 0.5 * structure).mean((1, 2, 3)))
    return 1 - torch.stack(likeness).mean()


def edges(image: Tensor) -> Tensor:
    """Strength of the Sobel gradient, [N, 3, H, W]."""
    across = torch.tensor([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]], device=image.device) / 4
    bank = torch.stack([across, across.T])[:, None].repeat(3, 1, 1, 1)
    gradient = F.conv2d(F.pad(image, (1, 1, 1, 1), mode="replicate"), bank, groups=3)
    return (gradient[:, 0::2].square() + gradient[:, 1::2].square() + 1e-6).sqrt()


def band_energies(image: Tensor, bands: int = 3, cell: int = 8) -> list[Tensor]:
    """Logarithm of the local strength of each octave of the light, in cells of `cell` samples."""
    light = image.float().mean(1, keepdim=True)
    found = []
    for _ in range(bands):
        low = F.avg_pool2d(F.pad(light, (1, 1, 1, 1), mode="replicate"), 3, 1)
        low = F.avg_pool2d(F.pad(low, (1, 1, 1, 1), mode="replicate"), 3, 1)
        energy = F.avg_pool2d((light - low).square(), cell, ceil_mode=True)
        found.append(0.5 * torch.log(energy + 2e-5))
        light = F.avg_pool2d(low, 2)
    return found


def missing_energy(answer: Tensor, truth: Tensor, quantile: float = 0.65) -> Tensor:
    """Mismatch of local band energies by the quantile loss (Koenker and Bassett, 1978).

    Where the photo leaves open how strong the detail was, an even mismatch asks for the median of what it may have
    been, which looks soft; above 1/2 too little energy costs more than too much.
    """
    short = [wanted - given for given, wanted in zip(band_energies(answer), band_energies(truth))]
    return 2 * torch.stack([torch.maximum(quantile * d, (quantile - 1) * d).mean() for d in short]).mean()


def perceptual(answer: Tensor, truth: Tensor, teacher: Encoder, bands: float = 0.7) -> Tensor:
    """Edge-aware DISTS on the teacher's features, and `bands` times the missing energy."""
    with torch.no_grad():
        wanted = teacher(truth)[0]
        wanted_edges = teacher(edges(truth))[0]
    given, given_edges = teacher(answer)[0], teacher(edges(answer))[0]
    loss = structure_and_texture([answer, *given], [truth, *wanted])
    loss = loss + structure_and_texture(given_edges, wanted_edges)
    return loss + bands * missing_energy(answer, truth)


class Discriminator(nn.Module):
    """Latents to a grid of scores: are these latents of a sharp picture? (Paper: a U-Net's down path.)"""

    def __init__(self, latent: int, width: int = 64) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(latent, width, 3, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 3, 2, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 2 * width, 3, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 1, 1),
        )

    def forward(self, latent: Tensor) -> Tensor:
        return self.layers(latent)


def told_apart(real: Tensor, made: Tensor) -> Tensor:
    """The discriminator's own loss on its scores of real and made latents."""
    return F.softplus(-real).mean() + F.softplus(made).mean()


def taken_for_real(made: Tensor) -> Tensor:
    """What the adapter is asked for: -log D."""
    return F.softplus(-made).mean()
