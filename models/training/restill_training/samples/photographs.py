"""Turns the sample scenes into photographs: blurred in linear light, noisy, with EXIF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import torch
from PIL import ExifTags, Image
from torch import Tensor
from torch.nn import functional as F

from ..synth.camera_shake import shake_frames, shake_kernels
from ..synth.colour import to_display, to_linear
from ..synth.defocus import disk
from ..synth.kernels import MARGIN, convolve
from ..synth.low_light import boost_highlights
from .garden import flower_bed
from .night import harbour_night
from .shelf import bookshelf
from .street import blackboard, street_sign
from .town import canal_houses


@dataclass(frozen=True)
class Shot:
    """One sample: the scene, what went wrong, and what the camera would have noted."""

    name: str
    scene: Callable[[np.random.Generator], np.ndarray]
    kind: str
    size: float
    exposure: tuple[int, int]
    aperture: float
    iso: int
    focal: float
    taken: str
    seed: int = 5


SHOTS = (
    Shot("street-sign", street_sign, "shake", 13, (1, 25), 5.6, 200, 50, "2025:05:11 17:42:08"),
    Shot("bookshelf", bookshelf, "shake", 9, (1, 15), 2.8, 800, 35, "2025:05:14 20:15:31", 8),
    Shot("flower-bed", flower_bed, "defocus", 2.8, (1, 320), 2.0, 100, 85, "2025:06:02 10:03:55"),
    Shot("harbour-night", harbour_night, "night", 13, (1, 8), 1.8, 1600, 35, "2025:06:20 23:27:12", 3),
    Shot("blackboard", blackboard, "frames", 9, (1, 20), 4.0, 400, 40, "2025:07:05 12:31:47", 6),
    Shot("canal-houses", canal_houses, "none", 0, (1, 500), 8.0, 100, 35, "2025:07:19 09:12:20"),
)


def blurred(pixels: np.ndarray, kind: str, size: float, seed: int) -> np.ndarray:
    """A scene (uint8 [H, W, 3]) with the blur of `kind`, sensor noise, uint8."""
    rng = np.random.default_rng([seed, 17])
    display = torch.from_numpy(pixels).permute(2, 0, 1).float() / 255
    linear = to_linear(F.pad(display[None], (MARGIN,) * 4, mode="reflect")[0])
    gain = 3e-5
    if kind == "night":
        linear, gain = boost_highlights(linear, 6.0), 2e-4
    if kind in ("shake", "night"):
        linear = convolve(linear, shake_kernels(np.array([size]), rng)[0])
    elif kind == "frames":
        linear = shake_frames(linear, size, rng, most_roll=0.3)
    elif kind == "defocus":
        linear = convolve(linear, disk(size))
    cut: Tensor = linear[:, MARGIN:-MARGIN, MARGIN:-MARGIN].clamp(0, 1)
    noise = torch.from_numpy(rng.standard_normal(cut.shape).astype(np.float32))
    cut = (cut + noise * (gain * cut + 1e-7).sqrt()).clamp(0, 1)
    return (to_display(cut) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()


def exif_of(shot: Shot) -> Image.Exif:
    """The notes of an invented camera."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "restill"
    exif[ExifTags.Base.Model] = "scene renderer"
    exif[ExifTags.Base.Software] = "restill samples"
    exif[ExifTags.Base.Orientation] = 1
    exif[ExifTags.Base.DateTime] = shot.taken
    exif[ExifTags.Base.Copyright] = "restill authors, MIT licence"
    notes = exif.get_ifd(ExifTags.IFD.Exif)
    notes[ExifTags.Base.ExposureTime] = shot.exposure[0] / shot.exposure[1]
    notes[ExifTags.Base.FNumber] = shot.aperture
    notes[ExifTags.Base.ISOSpeedRatings] = shot.iso
    notes[ExifTags.Base.FocalLength] = shot.focal
    notes[ExifTags.Base.DateTimeOriginal] = shot.taken
    notes[ExifTags.Base.LensModel] = "rendered lens"
    return exif


def write_samples(out: Path) -> list[Path]:
    """Writes every sample as a JPEG of quality 92 and returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for shot in SHOTS:
        scene = shot.scene(np.random.default_rng(5))
        picture = Image.fromarray(blurred(scene, shot.kind, shot.size, shot.seed))
        path = out / f"{shot.name}.jpg"
        picture.save(path, quality=92, subsampling=0, optimize=True, exif=exif_of(shot).tobytes())
        written.append(path)
    return written
