"""The short check that runs every few minutes, on what is held out."""

from __future__ import annotations

from typing import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..data.setup import Material
from ..data.sources import PhotoBank, PhotoGroup, copies_of, load_rgb
from ..losses import psnr
from ..synth.colour import to_linear
from ..synth.kernels import MARGIN
from ..synth.pipeline import Recipe
from ..validation import prepare
from .batches import hard_scenes
from .config import GlowConfig
from .motion import reblurred
from .motion_data import moved
from .network import GlowDeblur
from .tokens import encoded

Motion = Callable[[Tensor], Tensor]
# Cells count where the truth is longer (chord, pixels), and the sharp picture's mean gradient stronger.
LEAST_CHORD, LEAST_TEXTURE = 4.0, 0.008


def held_out_bank(paths: list) -> PhotoBank:
    group = PhotoGroup(1.0)
    for path in paths:
        group.add(copies_of(load_rgb(path))[0], torch.device("cpu"))
    return PhotoBank([group])


def moved_samples(bank: PhotoBank, count: int, side: int, seed: int = 31, noisy: bool = True) -> list[tuple[Tensor, ...]]:
    """Held-out cuts under known trajectories, each [1, C, side, side]; nothing stands still."""
    found = []
    kinds = ("global", "turning", "parts")
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        outer = side + 2 * MARGIN
        sample = moved(bank.crop(outer, 1.0, rng), bank.crop(outer, 1.0, rng), rng, torch.Generator().manual_seed(number), kinds[number % 3], noisy)
        found.append(tuple(x[None] for x in sample))
    return found


@torch.no_grad()
def direction_errors(motion: Motion, sample: tuple[Tensor, ...], cell: int) -> np.ndarray:
    """Degrees, modulo 180, by cell with texture, certainty and a true chord of at least `LEAST_CHORD`."""
    blurred, sharp, truth, certain = sample
    found = motion(blurred).float()[0].numpy()
    true, sure = F.avg_pool2d(truth, cell)[0].numpy(), F.avg_pool2d(certain, cell)[0, 0].numpy() == 1
    light = sharp.mean(1, keepdim=True).clamp_min(1e-4) ** (1 / 2.2)
    steps = torch.hypot(light.diff(dim=2, append=light[..., -1:, :]), light.diff(dim=3, append=light[..., -1:]))
    textured = F.avg_pool2d(steps, cell)[0, 0].numpy() > LEAST_TEXTURE
    chosen = sure & textured & (2 * np.hypot(true[0], true[1]) > LEAST_CHORD)
    angle = [np.arctan2(x[1], x[0])[chosen] for x in (found, true)]
    return np.abs(np.rad2deg((angle[0] - angle[1] + np.pi) % (2 * np.pi) - np.pi)) / 2


@torch.no_grad()
def reblur_psnr(motion: Motion, sample: tuple[Tensor, ...]) -> tuple[float, float]:
    """PSNR in linear light of the sharp picture and of the sharp picture re-blurred by the cells' motions, interpolated,
    against the blurred one."""
    blurred, sharp, *_ = sample
    found = F.interpolate(motion(blurred).float(), size=sharp.shape[2:], mode="bilinear", align_corners=False)
    light = to_linear(blurred)
    return psnr(sharp, light), psnr(reblurred(sharp, found, 31), light)


class Check:
    """Held-out samples of a stage, and the figures of a network on them."""

    def __init__(self, stage: str, material: Material, config: GlowConfig, without: tuple[str, ...] = ()) -> None:
        self.stage, self.config, self.without = stage, config, without
        if stage == "motion":
            self.moved = moved_samples(held_out_bank(material.held_out_photos), 18, 192)
            return
        self.plain = prepare(material, Recipe())
        self.hard = hard_scenes(22, 128)

    @torch.no_grad()
    def run(self, network: GlowDeblur) -> dict[str, float]:
        if self.stage == "motion":
            errors = np.concatenate([direction_errors(network.motion, s, self.config.reduction) for s in self.moved])
            reblur = np.array([reblur_psnr(network.motion, s) for s in self.moved]).mean(0)
            return {"within20": float((errors < 20).mean()), "median": float(np.median(errors)), "still": reblur[0], "reblurred": reblur[1]}
        seen = Seeing(network, self.stage, self.without)
        figures = self.plain.run(seen, torch.device("cpu"), self.config.reduction)
        figures = {name: figures[name] for name in ("real_gain", "real_worst", "synthetic_gain", "synthetic_worst", "sharp_mean")}
        gains: dict[str, list[float]] = {"hard_none": [], "hard_right": [], "hard_wrong": []}
        for blurred, sharp, right, wrong, _ in self.hard:
            before = psnr(blurred, sharp)
            for name, caption in (("hard_none", ""), ("hard_right", right), ("hard_wrong", wrong)):
                gains[name].append(psnr(seen.told(blurred[None], caption)[0], sharp) - before)
        return figures | {name: float(np.mean(values)) for name, values in gains.items()}


class Seeing(torch.nn.Module):
    """The network as its stage uses it: picture to picture, one step."""

    def __init__(self, network: GlowDeblur, stage: str, without: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.network, self.stage, self.without = network, stage, without

    def told(self, image: Tensor, caption: str) -> Tensor:
        n = self.network
        if self.stage == "pre":
            return n.pre(image)[0]
        seen = n.see(image, self.without)
        if self.stage == "autoencoder":
            return n.decoder(seen.guide, seen.coarse, seen.skips)
        caption = "" if "caption" in self.without else caption
        ids, mask = (torch.from_numpy(x)[None] for x in encoded(caption, n.config.tokens, n.config.vocabulary))
        noise = torch.randn(seen.guide.shape, generator=torch.Generator().manual_seed(1))
        return n.decoder(n.sampled(seen, noise, ids, mask), seen.coarse, seen.skips)

    def forward(self, image: Tensor) -> Tensor:
        return self.told(image, "")
