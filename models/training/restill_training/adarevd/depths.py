"""The check during training: gain after every sub-decoder on windows that were never trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..data.setup import Material
from ..losses import psnr
from ..nets.adarevd import AdaRevD
from ..restraint import Restraint
from ..synth.pipeline import Recipe
from ..validation import prepare as prepare_check

SIDE = 256
# Windows of the two most blurred classes: PSNR of the blurred picture up to this, dB.
HARD = 25.0


@dataclass
class Windows:
    """Pairs (blurred, sharp) [1, 3, SIDE, SIDE] by group: real, synthetic, sharp, soft. `hard` in the
    figures is made of the most blurred of the first two."""

    groups: dict[str, list[tuple[Tensor, Tensor]]]

    @torch.no_grad()
    def figures(self, network: AdaRevD, device: torch.device) -> dict[str, float]:
        """Mean gain in dB after every sub-decoder; for sharp and soft windows, their PSNR after it."""
        row, hard = {}, [np.zeros((0, len(network.outputs)))]
        for name, pairs in self.groups.items():
            if not pairs:
                continue
            values = np.array([depth_psnrs(network, *pair, device) for pair in pairs])
            shown = values[:, 1:] if name in ("sharp", "soft") else values[:, 1:] - values[:, :1]
            for depth, value in enumerate(shown.mean(0), 1):
                row[f"{name}_{depth}"] = float(value)
            if name in ("real", "synthetic"):
                hard.append(shown[values[:, 0] <= HARD])
        for depth, value in enumerate(np.concatenate(hard).mean(0), 1):
            row[f"hard_{depth}"] = float(value)
        return row


def depth_psnrs(network: AdaRevD, blur: Tensor, sharp: Tensor, device: torch.device, restraint: Restraint | None = None) -> list[float]:
    """PSNR in dB to the truth: of the blurred picture, then of every sub-decoder's, with the application's restraint if given."""
    pictures = [p.cpu() for p in network(blur.to(device))]
    if restraint is not None:
        image = blur[0].cpu().numpy()
        pictures = [torch.from_numpy(restraint.apply(image, p[0].numpy()))[None].float() for p in pictures]
    return [psnr(blur.cpu(), sharp), *[psnr(p, sharp) for p in pictures]]


def prepare(material: Material, recipe: Recipe) -> Windows:
    """The fixed samples of the base network's check, cut into windows."""
    check = prepare_check(material, recipe)
    real = [w for blur, sharp in check.real for w in _cut(blur, sharp)]
    unchanged = {name: [(s, s) for s in some] for name, some in (("sharp", check.sharp), ("soft", check.soft))}
    return Windows({"real": real, "synthetic": check.synthetic, **unchanged})


def _cut(blur: Tensor, sharp: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Windows from the middle outwards, padded by reflection where a picture is too small."""
    h, w = blur.shape[-2:]
    pads = (0, max(0, SIDE - w), 0, max(0, SIDE - h))
    blur, sharp = (F.pad(x, pads, mode="reflect") if any(pads) else x for x in (blur, sharp))
    found = []
    for top in range(0, blur.shape[-2] - SIDE + 1, SIDE):
        for left in range(0, blur.shape[-1] - SIDE + 1, SIDE):
            cut = (..., slice(top, top + SIDE), slice(left, left + SIDE))
            found.append((blur[cut], sharp[cut]))
    return found
