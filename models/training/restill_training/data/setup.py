"""Gathers the training material named on the command line into banks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from ..synth.patterns import draw_pattern
from ..synth.scenes import draw_scene
from .heldout import SCENES, is_held_out
from .pairs import Pair, PairBank, list_pairs
from .sources import PhotoBank, PhotoGroup, copies_of, list_photos, load_rgb

PATTERNS = 60


@dataclass
class Material:
    """Banks to train from, and what was kept aside."""

    photos: PhotoBank
    pairs: PairBank | None
    held_out_pairs: list[Pair]
    held_out_photos: list[Path]
    soft: SoftBank | None = None


@dataclass
class SoftBank:
    """Where samples that stay as they are come from: full-size camera files, and the rest."""

    full_size: PhotoBank | None
    others: PhotoBank


def gather(photos: list[str], pair_folders: list[str], keep: list[str], scenes: int,
           device: torch.device, soft: bool = False) -> Material:
    """Reads photographs, pairs and draws `scenes` procedural scenes; with `soft` the SoftBank too.

    Shares of the crops: photographs by origin (small or large files) 55 %, sharp sides of the
    training pairs 28 %, procedural scenes 17 %.
    """
    small, large, video, drawn = (PhotoGroup(w) for w in (0.30, 0.25, 0.28, 0.17))
    full, patterns = PhotoGroup(1.0), PhotoGroup(0.45)
    aside: list[Path] = []
    for path in list_photos(photos):
        if is_held_out(path):
            aside.append(path)
            continue
        pixels = load_rgb(path)
        copies = copies_of(pixels)
        if soft and len(copies) > 1:
            full.add(pixels, device)
        for copy in copies:
            (large if len(copies) > 1 else small).add(copy, device)
    pairs: list[Pair] = []
    for folder in pair_folders:
        pairs += list_pairs(Path(folder), keep)
    training = [p for p in pairs if p.scene not in SCENES]
    for pair in training:
        sharp = load_rgb(pair.sharp)
        if min(sharp.shape[:2]) >= 180:
            video.add(sharp, device)
    for seed in range(scenes):
        drawn.add(draw_scene(seed), device)
    for seed in range(PATTERNS if soft else 0):
        patterns.add(draw_pattern(seed), device)
    return Material(
        photos=PhotoBank([small, large, video, drawn]),
        pairs=PairBank(training, device) if training else None,
        held_out_pairs=[p for p in pairs if p.scene in SCENES],
        held_out_photos=aside,
        soft=SoftBank(
            PhotoBank([full]) if full.pictures else None,
            PhotoBank([small, large, drawn, patterns]),
        ) if soft else None,
    )
