"""Samples with captions: scenes that know what they show, photographs described by hand, and others without a word."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..data.batches import BatchMaker
from ..data.heldout import is_held_out
from ..data.setup import Material
from ..data.sources import PhotoBank, PhotoGroup, copies_of, list_photos, load_rgb
from ..losses import psnr
from ..synth.camera_shake import shake_kernels
from ..synth.colour import to_display, to_eight_bit, to_linear
from ..synth.defocus import disk
from ..synth.kernels import MARGIN, convolve
from ..synth.noise import sensor_noise
from ..synth.pipeline import synthesise
from .config import GlowConfig
from .options import Mix
from .scenes import draw_told, phrase
from .tokens import encoded

CAPTIONS = Path(__file__).with_name("captions.json")
# From this seed on scenes are for measuring alone.
FIRST_TOLD_SEED = 9000


class Sample(NamedTuple):
    """Blurred and sharp display pictures [N, 3, S, S], ids [N, T, 2] and mask [N, T] of their captions."""

    blurred: Tensor
    sharp: Tensor
    ids: Tensor
    mask: Tensor


class Told(NamedTuple):
    """What a sample can be cut from, and several ways to say what it shows."""

    bank: PhotoBank
    family: str
    colours: tuple[str, ...]
    caption: str

    def words(self, rng: np.random.Generator) -> str:
        return phrase(self.family, self.colours, rng) if self.family else self.caption


def told_scene(seed: int) -> Told:
    pixels, family, colours = draw_told(seed)
    return Told(_bank([pixels]), family, colours, "")


def told_photos(photos: list[str], held_out: bool = False) -> list[Told]:
    """The photographs among `photos` that somebody described after looking at them (`captions.json`, by file stem)."""
    words: dict[str, str] = json.loads(CAPTIONS.read_text("utf-8"))
    found = []
    for path in list_photos(photos):
        if path.stem in words and is_held_out(path) == held_out:
            found.append(Told(_bank(copies_of(load_rgb(path))), "", (), words[path.stem]))
    return found


def _bank(pictures: list[np.ndarray]) -> PhotoBank:
    group = PhotoGroup(1.0)
    for pixels in pictures:
        group.add(pixels, torch.device("cpu"))
    return PhotoBank([group])


def gaussian(sigma: float) -> Tensor:
    """Kernel [k, k] of three deviations to either side."""
    axis = torch.arange(-math.ceil(3 * sigma), math.ceil(3 * sigma) + 1, dtype=torch.float32)
    line = torch.exp(-axis.square() / (2 * sigma * sigma))
    return line[:, None] * line[None] / line.sum() ** 2


def heavily_blurred(picture: Tensor, rng: np.random.Generator, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A display picture [3, S + 2 MARGIN, S + 2 MARGIN] under a long trajectory, a large disk or a wide Gaussian, and noise
    from little to plenty: blurred and sharp [3, S, S]."""
    way = rng.random()
    if way < 0.4:
        kernel = shake_kernels(np.array([rng.uniform(16, 60)]), rng)[0]
    elif way < 0.7:
        kernel = disk(float(rng.uniform(3.5, 11)), rng)
    else:
        kernel = gaussian(float(rng.uniform(2.0, 7)))
    linear = to_linear(picture)
    cut = np.s_[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    blurred = convolve(linear, kernel)[cut].clamp(0, 1)
    if rng.random() < 0.85:
        blurred = sensor_noise(blurred, math.exp(rng.uniform(0, math.log(30))), rng, generator).clamp(0, 1)
    return to_eight_bit(to_display(blurred)), to_eight_bit(picture[cut])


class GlowMaker:
    """Batches of `Sample` by their number alone."""

    def __init__(self, material: Material, told: list[Told], photos: list[Told], mix: Mix, config: GlowConfig, seed: int) -> None:
        self.plain = BatchMaker(material.photos, material.pairs, mix.recipe, 0.0, seed, torch.device("cpu"))
        self.told, self.photos, self.mix, self.config, self.seed = told, photos, mix, config, seed

    def make(self, number: int, size: int, side: int) -> Sample:
        rng = np.random.default_rng([self.seed, number, 11])
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + number)
        rows = [self._one(side, rng, generator) for _ in range(size)]
        blurred, sharp = (torch.stack([row[i] for row in rows]) for i in (0, 1))
        captions = [encoded(row[2], self.config.tokens, self.config.vocabulary) for row in rows]
        ids, mask = (torch.from_numpy(np.stack(column)) for column in zip(*captions))
        return Sample(blurred, sharp, ids, mask)

    def _one(self, side: int, rng: np.random.Generator, generator: torch.Generator) -> tuple[Tensor, Tensor, str]:
        place = rng.random()
        mix = self.mix
        if self.plain.pairs is not None and place < mix.real:
            return *self.plain.pairs.crop(side, rng), ""
        chosen = None
        if self.told and place < mix.real + mix.scenes:
            chosen = self.told[int(rng.integers(len(self.told)))]
        elif self.photos and place < mix.real + mix.scenes + mix.photos:
            chosen = self.photos[int(rng.integers(len(self.photos)))]
        outer = side + 2 * MARGIN
        if chosen is None:
            picture = self.plain.photos.crop(outer, float(rng.uniform(1.0, 2.0)) if rng.random() < 0.35 else 1.0, rng)
            other = self.plain.photos.crop(outer, 1.0, rng)
        else:
            other = picture = chosen.bank.crop(outer, 1.0, rng)
        if chosen is not None and rng.random() < mix.heavy:
            return *heavily_blurred(picture, rng, generator), chosen.words(rng)
        blurred, sharp, _ = synthesise(picture, other, mix.recipe, rng, generator)
        return blurred, sharp, "" if chosen is None else chosen.words(rng)


def hard_scenes(count: int, side: int, most: float = 22.0, seed: int = 7) -> list[tuple[Tensor, Tensor, str, str, str]]:
    """Held-out scenes under heavy blur, PSNR of the input below `most` dB: blurred and sharp [3, side, side], the right
    caption, a wrong one (of another family), the family."""
    found: list[tuple[Tensor, Tensor, str, str, str]] = []
    number = 0
    while len(found) < count:
        rng = np.random.default_rng([seed, number])
        scene, other = told_scene(FIRST_TOLD_SEED + number), draw_told_words(FIRST_TOLD_SEED + number, rng)
        generator = torch.Generator().manual_seed(seed * 1_000_003 + number)
        blurred, sharp = heavily_blurred(scene.bank.crop(side + 2 * MARGIN, 1.0, rng), rng, generator)
        number += 1
        if psnr(blurred, sharp) < most:
            found.append((blurred, sharp, scene.words(rng), other, scene.family))
    return found


def draw_told_words(seed: int, rng: np.random.Generator) -> str:
    """A caption of a scene of another family than that of `seed`."""
    from .scenes import COLOURS, FAMILIES

    family = FAMILIES[(seed + int(rng.integers(1, len(FAMILIES)))) % len(FAMILIES)]
    names = tuple(str(n) for n in rng.choice(tuple(COLOURS), 2, replace=False))
    return phrase(family, names, rng)
