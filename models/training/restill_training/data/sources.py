"""Sharp photographs in memory, and crops of them.

Photographs are kept as 8-bit tensors [H, W, 3] on the training device. Large ones are shrunk
first: at full size they are softer than a network should learn from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterable

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional as F

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}


def list_photos(places: Iterable[str | Path]) -> list[Path]:
    """Picture files among `places`: files are taken as they are, folders with what lies in them."""
    found: list[Path] = []
    for place in map(Path, places):
        if place.is_dir():
            found += sorted(p for p in place.rglob("*") if p.suffix.lower() in ENDINGS)
        elif place.suffix.lower() in ENDINGS:
            found.append(place)
    return found


def load_rgb(path: Path) -> np.ndarray:
    """A picture file as uint8 [H, W, 3], turned upright."""
    with Image.open(path) as image:
        return np.array(ImageOps.exif_transpose(image).convert("RGB"))


def shrunk(pixels: np.ndarray, factor: float) -> np.ndarray:
    """Pixels reduced by `factor` (> 1) with a Lanczos filter."""
    image = Image.fromarray(pixels)
    size = (round(image.width / factor), round(image.height / factor))
    return np.array(image.resize(size, Image.Resampling.LANCZOS))


def copies_of(pixels: np.ndarray) -> list[np.ndarray]:
    """Training sizes of one photograph: large ones twice, shrunk 1.5-3 times."""
    longest = max(pixels.shape[:2])
    if longest >= 4000:
        return [shrunk(pixels, 2.0), shrunk(pixels, 3.0)]
    if longest >= 1400:
        return [shrunk(pixels, 1.5), shrunk(pixels, 2.4)]
    return [pixels]


@dataclass
class PhotoGroup:
    """Photographs of one origin; `weight` is the share of crops taken from the group."""

    weight: float
    pictures: list[Tensor] = field(default_factory=list)

    def add(self, pixels: np.ndarray, device: torch.device) -> None:
        self.pictures.append(torch.from_numpy(np.ascontiguousarray(pixels)).to(device))


class PhotoBank:
    """Groups of photographs from which square crops are drawn."""

    def __init__(self, groups: list[PhotoGroup]) -> None:
        self.groups = [g for g in groups if g.pictures]
        if not self.groups:
            raise ValueError("no photographs to train on")
        weight = np.array([g.weight for g in self.groups])
        self.shares = weight / weight.sum()
        self.inner = []
        for group in self.groups:
            area = np.sqrt([float(p.shape[0] * p.shape[1]) for p in group.pictures])
            self.inner.append(area / area.sum())

    def __len__(self) -> int:
        return sum(len(g.pictures) for g in self.groups)

    def crop(self, side: int, zoom: float, rng: np.random.Generator) -> Tensor:
        """Random square, display-encoded float [3, side, side], turned and flipped at random.

        A square of side * zoom pixels is shrunk to `side`. Of two candidates the more detailed
        one is usually taken, so that flat sky stays in the mix without filling it.
        """
        taken = self._square(side, zoom, rng)
        if rng.random() < 0.6:
            second = self._square(side, zoom, rng)
            if _detail(second) > _detail(taken):
                taken = second
        turned = torch.rot90(taken, int(rng.integers(4)), (1, 2))
        return turned.flip(2) if rng.random() < 0.5 else turned

    def _square(self, side: int, zoom: float, rng: np.random.Generator) -> Tensor:
        group = int(rng.choice(len(self.groups), p=self.shares))
        index = int(rng.choice(len(self.inner[group]), p=self.inner[group]))
        picture = self.groups[group].pictures[index]
        h, w = picture.shape[:2]
        need = min(round(side * zoom), max(min(h, w), side))
        top = int(rng.integers(max(h - need, 0) + 1))
        left = int(rng.integers(max(w - need, 0) + 1))
        part = picture[top : top + need, left : left + need].permute(2, 0, 1).float() / 255
        missing = (need - part.shape[2], need - part.shape[1])
        if any(missing):
            part = _mirrored(part, *missing)
        if need != side:
            part = F.interpolate(
                part[None], size=(side, side), mode="bilinear", antialias=True, align_corners=False
            )[0].clamp(0, 1)
        return part


def _mirrored(part: Tensor, right: int, below: int) -> Tensor:
    """Pads by reflection as often as it takes (small pictures, large crops)."""
    while right > 0 or below > 0:
        step = (min(right, part.shape[2] - 1), min(below, part.shape[1] - 1))
        part = F.pad(part[None], (0, step[0], 0, step[1]), mode="reflect")[0]
        right, below = right - step[0], below - step[1]
    return part


def _detail(part: Tensor) -> float:
    """Mean absolute difference of neighbouring pixels."""
    return float((part[:, 1:] - part[:, :-1]).abs().mean())
