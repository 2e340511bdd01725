"""Aligned blurred and sharp photographs on disk: `blur/NAME`, `sharp/NAME`, `pairs.tsv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .sources import load_rgb


@dataclass(frozen=True)
class Pair:
    """One aligned pair; `scene` keeps files of one scene together when splitting."""

    name: str
    source: str
    scene: str
    blur: Path
    sharp: Path

    def load(self) -> tuple[np.ndarray, np.ndarray]:
        """Blurred and sharp pixels, uint8 [H, W, 3] of equal size."""
        blur, sharp = load_rgb(self.blur), load_rgb(self.sharp)
        if blur.shape != sharp.shape:
            raise ValueError(f"{self.name}: the two sides differ in size")
        return blur, sharp


def list_pairs(folder: Path, keep: Iterable[str] = ()) -> list[Pair]:
    """Pairs of a folder; with `keep`, only those whose source starts with one of the prefixes."""
    prefixes = tuple(keep)
    pairs = []
    with open(folder / "pairs.tsv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            if prefixes and not row["source_key"].startswith(prefixes):
                continue
            name = row["file"]
            sharp = _sharp_of(folder, name)
            pairs.append(Pair(name, row["source_key"], row["scene"], folder / "blur" / name, sharp))
    return pairs


def _sharp_of(folder: Path, name: str) -> Path:
    path = folder / "sharp" / name
    if path.exists():
        return path
    others = sorted((folder / "sharp").glob(Path(name).stem + ".*"))
    if not others:
        raise FileNotFoundError(f"no sharp side for {name}")
    return others[0]


class PairBank:
    """Training pairs in memory; crops are drawn scene by scene so that no scene dominates."""

    def __init__(self, pairs: list[Pair], device: torch.device) -> None:
        self.scenes: dict[str, list[tuple[Tensor, Tensor]]] = {}
        for pair in pairs:
            sides = [torch.from_numpy(side).to(device) for side in pair.load()]
            self.scenes.setdefault(pair.scene, []).append((sides[0], sides[1]))
        self.names = sorted(self.scenes)
        area = [sum(b.shape[0] * b.shape[1] for b, _ in self.scenes[n]) for n in self.names]
        share = np.sqrt(np.array(area, float)) if area else np.zeros(0)
        self.shares = share / share.sum() if area else share

    def __len__(self) -> int:
        return sum(len(pairs) for pairs in self.scenes.values())

    def crop(self, side: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Aligned squares (blurred, sharp), display-encoded float [3, side, side].

        A quarter of the crops is shrunk by up to 2 (weaker blur, sharper truth) where the
        photograph is large enough; too small photographs are passed over.
        """
        for _ in range(100):
            scene = self.scenes[self.names[int(rng.choice(len(self.names), p=self.shares))]]
            area = np.sqrt([float(b.shape[0] * b.shape[1]) for b, _ in scene])
            blur, sharp = scene[int(rng.choice(len(scene), p=area / area.sum()))]
            shortest = min(blur.shape[:2])
            if shortest < side:
                continue
            need = side
            if rng.random() < 0.25:
                need = int(min(shortest, round(side * rng.uniform(1.0, 2.0))))
            return self._cut(blur, sharp, need, side, rng)
        raise ValueError(f"no pair is as large as {side} pixels")

    @staticmethod
    def _cut(blur: Tensor, sharp: Tensor, need: int, side: int,
             rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        top = int(rng.integers(blur.shape[0] - need + 1))
        left = int(rng.integers(blur.shape[1] - need + 1))
        both = torch.stack([x[top : top + need, left : left + need] for x in (blur, sharp)])
        both = both.permute(0, 3, 1, 2).float() / 255
        if need != side:
            both = F.interpolate(both, size=(side, side), mode="bilinear", antialias=True,
                                 align_corners=False).clamp(0, 1)
        both = torch.rot90(both, int(rng.integers(4)), (2, 3))
        if rng.random() < 0.5:
            both = both.flip(3)
        return both[0], both[1]
