"""The short check during training: does each expert lead at its own kind, does the router know it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..data.heldout import FIRST_SCENE_SEED
from ..data.setup import Material
from ..data.sources import PhotoBank, PhotoGroup, copies_of, load_rgb
from ..losses import psnr
from ..nets.demoe import DeMoE
from ..nets.demoe_router import EXPERTS
from ..synth.kernels import MARGIN
from ..synth.scenes import draw_scene
from .kinds import make_sample

SIDE = 192
PER_KIND = 6


@dataclass
class KindCheck:
    """Fixed samples of every kind: pairs (blurred, sharp) [1, 3, SIDE, SIDE]."""

    samples: list[list[tuple[Tensor, Tensor]]]

    @torch.no_grad()
    def run(self, network: DeMoE, device: torch.device) -> dict[str, float]:
        """Mean gains in dB of the own and of the best other expert by kind, and router accuracy."""
        network.eval()
        figures: dict[str, float] = {}
        right, leading = [], 0
        for kind, pairs in enumerate(self.samples):
            gains = np.zeros((len(pairs), len(EXPERTS)))
            for row, (blurred, sharp) in enumerate(pairs):
                before = psnr(blurred, sharp)
                picture = blurred.to(device)
                skips, deep = network.encode(picture)
                right.append(int(network.mlp_branch(deep, picture).argmax()) == kind)
                for expert in range(len(EXPERTS)):
                    weights = torch.eye(len(EXPERTS), device=device)[expert][None]
                    answer = network.decode(picture, skips, deep, weights)
                    gains[row, expert] = psnr(answer.cpu(), sharp) - before
            mean = gains.mean(0)
            figures[f"{EXPERTS[kind]}_gain"] = float(mean[kind])
            figures[f"{EXPERTS[kind]}_lead"] = float(mean[kind] - np.delete(mean, kind).max())
            leading += int(mean[kind] == mean.max())
        return {"accuracy": float(np.mean(right)), "leading": float(leading)} | figures


def held_out_bank(material: Material) -> PhotoBank:
    """Photographs and scenes that training never sees."""
    group, drawn = PhotoGroup(1.0), PhotoGroup(0.3)
    for path in material.held_out_photos:
        group.add(copies_of(load_rgb(path))[0], torch.device("cpu"))
    for seed in range(FIRST_SCENE_SEED, FIRST_SCENE_SEED + 8):
        drawn.add(draw_scene(seed), torch.device("cpu"))
    return PhotoBank([group, drawn])


def prepare(material: Material) -> KindCheck:
    """Fixed samples on held-out pictures."""
    bank = held_out_bank(material)
    rng, generator = np.random.default_rng(777), torch.Generator().manual_seed(777)
    samples = []
    for kind in EXPERTS:
        pairs = []
        for _ in range(PER_KIND):
            picture, other = (bank.crop(SIDE + 2 * MARGIN, 1.0, rng) for _ in range(2))
            blurred, sharp = make_sample(kind, picture, other, rng, generator)
            pairs.append((blurred[None], sharp[None]))
        samples.append(pairs)
    return KindCheck(samples)
