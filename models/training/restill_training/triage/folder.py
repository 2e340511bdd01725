"""Writes a mixed folder: photographs of known kinds beside the truth, for fitting and checking the blur report.

Layout: `photos/NAME.png`, `sharp/NAME.png`, `kinds.tsv` (file, kind, variant, size, source). Kinds are
those that the blur report names. Noise and compression are drawn apart from the kind for half of the
pictures, so that a kind cannot be told by its grain alone.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Iterator

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..data.heldout import is_held_out
from ..data.sources import PhotoBank, PhotoGroup, copies_of, list_photos, load_rgb
from ..demoe.kinds import finished, make_sample
from ..synth.colour import to_display, to_eight_bit, to_linear
from ..synth.defocus import disk
from ..synth.kernels import MARGIN, convolve
from ..synth.local_motion import blob
from ..synth.restraint import soft_by_nature
from ..synth.scenes import draw_scene

KINDS = ("sharp", "shake", "defocus", "moving", "low-light")
# What sharp photographs are made of: variant and share.
SHARP = (("clean", 0.3), ("soft", 0.25), ("full-size", 0.15), ("grainy", 0.1), ("dark", 0.1), ("depth-of-field", 0.1))
FINISHES = ("defocus", "synth_motion", "local_motion", "global_motion")
# Sizes of the blur in pixels: radius of the disk, length of the path.
SIZES = {"defocus": (1.5, 7.0), "moving": (10.0, 45.0), "shake": (6.0, 36.0), "low-light": (8.0, 28.0)}


class Sources:
    """Photographs at training size, at their own size, and drawn scenes; every one has a name."""

    def __init__(self, photos: list[str], stems: list[str], scenes: range) -> None:
        self.banks: list[tuple[str, PhotoBank]] = []
        self.full: list[tuple[str, PhotoBank]] = []
        for path in list_photos(photos):
            if stems and path.stem not in stems:
                continue
            pixels = load_rgb(path)
            copies = copies_of(pixels)
            self.banks.append((path.stem, _bank(copies[0])))
            if len(copies) > 1:
                self.full.append((path.stem, _bank(pixels)))
        for seed in scenes:
            self.banks.append((f"scene-{seed}", _bank(draw_scene(seed))))
        if not self.banks:
            raise ValueError("none of the named photographs lies in --photos")

    def crop(self, side: int, rng: np.random.Generator) -> tuple[str, Tensor]:
        name, bank = self.banks[int(rng.integers(len(self.banks)))]
        return name, bank.crop(side, 1.0, rng)

    def full_crop(self, side: int, rng: np.random.Generator) -> tuple[str, Tensor]:
        if not self.full:
            return self.crop(side, rng)
        name, bank = self.full[int(rng.integers(len(self.full)))]
        return name, bank.crop(side, 1.0, rng)


def _bank(pixels: np.ndarray) -> PhotoBank:
    group = PhotoGroup(1.0)
    group.add(pixels, torch.device("cpu"))
    return PhotoBank([group])


def _log_uniform(low: float, high: float, rng: np.random.Generator) -> float:
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _in_focus(picture: Tensor, radius: float, rng: np.random.Generator) -> Tensor:
    """A sharp subject before a soft background, as a wide aperture draws it; linear [3, H, W]."""
    matte = blob(picture.shape[-2], picture.shape[-1], float(rng.uniform(0.2, 0.6)), rng)[None]
    return picture * matte + convolve(picture, disk(radius, rng)) * (1 - matte)


def _sharp(sources: Sources, variant: str, side: int, rng: np.random.Generator,
           generator: torch.Generator) -> tuple[str, Tensor, Tensor, float]:
    outer = side + 2 * MARGIN
    cut = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    source, picture = sources.full_crop(outer, rng) if variant == "full-size" else sources.crop(outer, rng)
    if variant == "soft":
        soft = soft_by_nature(picture, rng, generator, False)
        return source, soft, soft, 0.0
    if variant in ("dark", "grainy"):
        kind = "low_light" if variant == "dark" else "global_motion"
        photo, truth = make_sample(kind, picture, picture, rng, generator, 1.0, keep_sharp=True)
        return source, photo, truth, 0.0
    if variant == "depth-of-field":
        radius = _log_uniform(2.5, 8.0, rng)
        seen = _in_focus(to_linear(picture), radius, rng)[cut].clamp(0, 1)
        truth = to_eight_bit(to_display(seen))
        return source, truth, truth, radius
    truth = to_eight_bit(picture[cut])
    return source, finished("local_motion", to_linear(truth), rng, generator), truth, 0.0


def _blurred(sources: Sources, kind: str, side: int, rng: np.random.Generator,
             generator: torch.Generator) -> tuple[str, str, Tensor, Tensor, float]:
    outer = side + 2 * MARGIN
    cut = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    source, picture = sources.crop(outer, rng)
    _, other = sources.crop(outer, rng)
    size = _log_uniform(*SIZES[kind], rng)
    if kind == "defocus":
        # Everything out of focus; where a part is in focus, that is depth of field and nobody's mistake.
        linear = to_linear(picture)
        blurred = convolve(linear, disk(size, rng))[cut].clamp(0, 1)
        finish = "defocus" if rng.random() < 0.5 else FINISHES[int(rng.integers(len(FINISHES)))]
        return source, finish, finished(finish, blurred, rng, generator), to_eight_bit(to_display(linear[cut].clamp(0, 1))), size
    recipe = {"moving": "local_motion", "low-light": "low_light"}.get(kind)
    if recipe is None:
        recipe = "global_motion" if rng.random() < 0.5 else "synth_motion"
    photo, truth = make_sample(recipe, picture, other, rng, generator, size)
    if kind != "low-light" and rng.random() < 0.3:
        finish = FINISHES[int(rng.integers(len(FINISHES)))]
        photo = finished(finish, to_linear(photo), rng, generator)
    return source, recipe, photo, truth, size


def samples(sources: Sources, per_kind: int, side: int, seed: int) -> Iterator[dict]:
    """Yields rows with the tensors `photo` and `truth`, display-encoded [3, side, side], kinds in turn."""
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    names, shares = [name for name, _ in SHARP], np.array([share for _, share in SHARP])
    for _ in range(per_kind):
        for kind in KINDS:
            if kind == "sharp":
                variant = names[int(rng.choice(len(names), p=shares / shares.sum()))]
                source, photo, truth, size = _sharp(sources, variant, side, rng, generator)
            else:
                source, variant, photo, truth, size = _blurred(sources, kind, side, rng, generator)
            yield {"kind": kind, "variant": variant, "size": round(size, 2), "source": source, "photo": photo, "truth": truth}


def write_folder(photos: list[str], stems: list[str], scenes: range, out: Path, per_kind: int,
                 side: int, seed: int) -> int:
    """Writes the folder and returns how many photographs it holds."""
    sources = Sources(photos, stems, scenes)
    for name in ("photos", "sharp"):
        (out / name).mkdir(parents=True, exist_ok=True)
    rows = []
    for number, row in enumerate(samples(sources, per_kind, side, seed)):
        file = f"{number + 1:04d}-{row['kind']}.png"
        _save(row.pop("photo"), out / "photos" / file)
        _save(row.pop("truth"), out / "sharp" / file)
        rows.append({"file": file, **row})
    return _write_rows(rows, out)


def write_whole(photos: list[str], out: Path) -> int:
    """Writes photographs whole, at their own size and, large ones, at training size too: all of them sharp."""
    (out / "photos").mkdir(parents=True, exist_ok=True)
    rows = []
    for path in list_photos(photos):
        if is_held_out(path):
            continue
        pixels = load_rgb(path)
        copies = copies_of(pixels)
        for variant, copy in [("whole", copies[0]), *([("full-size", pixels)] if len(copies) > 1 else [])]:
            file = f"{path.stem}-{variant}.jpg"
            Image.fromarray(copy).save(out / "photos" / file, quality=95)
            rows.append({"file": file, "kind": "sharp", "variant": variant, "size": 0, "source": path.stem})
    return _write_rows(rows, out)


def _write_rows(rows: list[dict], out: Path) -> int:
    with open(out / "kinds.tsv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _save(picture: Tensor, path: Path) -> None:
    pixels = (picture * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(path)
