"""The short check that runs every few minutes during training, on open held-out material."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .data.heldout import FIRST_SCENE_SEED
from .data.setup import Material
from .data.sources import PhotoBank, PhotoGroup, copies_of, load_rgb
from .losses import psnr
from .synth.pipeline import KINDS, Recipe, synthesise
from .synth.kernels import MARGIN
from .synth.patterns import draw_pattern
from .synth.restraint import soft_by_nature
from .synth.scenes import draw_scene

SIDE = 256
LONGEST = 512


@dataclass
class Check:
    """Fixed samples: pairs (blurred, sharp) [1, 3, H, W], sharp pictures, ones soft by nature."""

    real: list[tuple[Tensor, Tensor]]
    synthetic: list[tuple[Tensor, Tensor]]
    sharp: list[Tensor]
    soft: list[Tensor]

    @torch.no_grad()
    def run(self, network: nn.Module, device: torch.device, multiple: int) -> dict[str, float]:
        """Mean and worst gain in dB, and how well sharp pictures survive (dB)."""
        real = [self._gain(network, *pair, device, multiple) for pair in self.real]
        made = [self._gain(network, *pair, device, multiple) for pair in self.synthetic]
        kept, left = (
            [psnr(restore(network, s.to(device), multiple).cpu(), s) for s in pictures]
            for pictures in (self.sharp, self.soft)
        )
        return {
            "real_gain": float(np.mean(real)) if real else 0.0,
            "real_worst": float(np.min(real)) if real else 0.0,
            "synthetic_gain": float(np.mean(made)),
            "synthetic_worst": float(np.min(made)),
            "sharp_mean": float(np.mean(kept)),
            "sharp_lowest": float(np.min(kept)),
            "soft_mean": float(np.mean(left)),
            "soft_lowest": float(np.min(left)),
        }

    @staticmethod
    def _gain(network: nn.Module, blur: Tensor, sharp: Tensor, device: torch.device,
              multiple: int) -> float:
        return psnr(restore(network, blur.to(device), multiple).cpu(), sharp) - psnr(blur, sharp)


def restore(network: nn.Module, image: Tensor, multiple: int) -> Tensor:
    """Whole picture [1, 3, H, W] through the network, padded by reflection and cut again."""
    h, w = image.shape[-2:]
    below, right = -h % multiple, -w % multiple
    padded = F.pad(image, (0, right, 0, below), mode="reflect")
    return network(padded)[..., :h, :w]


def prepare(material: Material, recipe: Recipe) -> Check:
    """Fixed validation samples: centre cuts of pairs, 24 synthetic ones, 8 sharp, 16 soft ones."""
    real = []
    for pair in material.held_out_pairs:
        blur, sharp = (_tensor(_centre(side)) for side in pair.load())
        real.append((blur, sharp))
    group = PhotoGroup(1.0)
    for path in material.held_out_photos:
        group.add(copies_of(load_rgb(path))[0], torch.device("cpu"))
    drawn = PhotoGroup(0.3)
    for seed in range(FIRST_SCENE_SEED, FIRST_SCENE_SEED + 8):
        drawn.add(draw_scene(seed), torch.device("cpu"))
    bank = PhotoBank([group, drawn])
    rng = np.random.default_rng(4242)
    generator = torch.Generator().manual_seed(4242)
    kinds = [k for k in KINDS if k != "sharp"]
    kinds += ["shake"] * 8
    made = []
    for kind in (kinds * 2)[:24]:
        picture, other = (bank.crop(SIDE + 2 * MARGIN, 1.0, rng) for _ in range(2))
        blur, sharp, _ = synthesise(picture, other, recipe, rng, generator, kind)
        made.append((blur[None], sharp[None]))
    kept = [_eight_bit(bank.crop(SIDE, 1.0, rng))[None] for _ in range(8)]
    patterns = PhotoGroup(1.0)
    for seed in range(FIRST_SCENE_SEED, FIRST_SCENE_SEED + 6):
        patterns.add(draw_pattern(seed), torch.device("cpu"))
    soft = []
    for number in range(16):
        source = bank if number < 8 else PhotoBank([patterns])
        picture = source.crop(SIDE + 2 * MARGIN, 1.0, rng)
        soft.append(soft_by_nature(picture, rng, generator, natural=False)[None])
    return Check(real, made, kept, soft)


def _eight_bit(x: Tensor) -> Tensor:
    return (x * 255).round() / 255


def _centre(pixels: np.ndarray) -> np.ndarray:
    top, left = (max(0, (n - LONGEST) // 2) for n in pixels.shape[:2])
    return pixels[top : top + LONGEST, left : left + LONGEST]


def _tensor(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float() / 255
