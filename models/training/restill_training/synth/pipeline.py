"""From a sharp picture to a (blurred, sharp, kind) sample: the whole synthesis in one place.

The order follows what light does: boost highlights, blur in linear light, clip, add sensor noise,
encode, compress, round to 8 bits. The target is the sharp picture at the same exposure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from .camera_shake import shake_frames, shake_grid, shake_kernels
from .colour import to_display, to_eight_bit, to_linear
from .defocus import disk, layered_defocus
from .kernels import MARGIN, convolve
from .local_motion import local_motion
from .low_light import add_lamps, boost_highlights, darken
from .noise import jpeg, sensor_noise

KINDS = ("shake", "shake-grid", "shake-frames", "defocus", "layered", "local", "low-light", "sharp")


@dataclass(frozen=True)
class Recipe:
    """How often each kind is drawn, and how strong it is (lengths and radii in pixels)."""

    share: dict[str, float] = field(
        default_factory=lambda: {
            "shake": 0.42, "shake-grid": 0.06, "shake-frames": 0.14, "defocus": 0.10,
            "layered": 0.06, "local": 0.06, "low-light": 0.06, "sharp": 0.10,
        }
    )
    shake_length: tuple[float, float] = (3.0, 32.0)
    long_share: float = 0.10
    long_length: tuple[float, float] = (32.0, 60.0)
    radius: tuple[float, float] = (0.6, 6.0)
    noise_share: float = 0.4
    jpeg_share: float = 0.3
    jpeg_quality: tuple[int, int] = (70, 95)
    grey_share: float = 0.10
    flat_share: float = 0.10
    # Of the sharp samples: nearly sharp ones whose trace of softness should come off.
    trace_share: float = 0.25
    # Of the sharp samples: pictures soft by nature that should stay as they are (`restraint.py`).
    soft_share: float = 0.0

    @classmethod
    def sparing(cls, sharp_share: float, soft_share: float) -> Recipe:
        """A recipe with more sharp samples, taken from the shaken ones.

        With a `soft_share`, softness below about three quarters of a pixel is never asked to come
        off: no traces, and defocus begins at a radius of 1.5 pixels instead of 0.6.
        """
        recipe = cls() if soft_share == 0 else cls(
            trace_share=0.0, soft_share=soft_share, radius=(1.5, cls.radius[1])
        )
        recipe.share["shake"] += recipe.share["sharp"] - sharp_share
        recipe.share["sharp"] = sharp_share
        return recipe

    def draw_kind(self, rng: np.random.Generator) -> str:
        share = np.array([self.share.get(kind, 0.0) for kind in KINDS])
        return KINDS[int(rng.choice(len(KINDS), p=share / share.sum()))]

    def draw_length(self, rng: np.random.Generator) -> float:
        low, high = self.long_length if rng.random() < self.long_share else self.shake_length
        return float(rng.uniform(low, high))


def _vary(picture: Tensor, recipe: Recipe, rng: np.random.Generator) -> Tensor:
    """Exposure, white balance, grey and low-contrast variants of a display picture [3, H, W]."""
    if rng.random() < recipe.grey_share:
        weights = torch.tensor([0.299, 0.587, 0.114], device=picture.device)
        picture = (picture * weights.view(3, 1, 1)).sum(0, keepdim=True).expand(3, -1, -1)
    if rng.random() < recipe.flat_share:
        contrast, level = rng.uniform(0.3, 0.8), rng.uniform(0.3, 0.6)
        mean = picture.mean()
        picture = (picture - mean) * float(contrast) + (0.5 * mean + 0.5 * float(level))
    if rng.random() < 0.3:
        gain = torch.from_numpy(rng.uniform(0.85, 1.15, (3, 1, 1)).astype(np.float32))
        picture = picture.clamp(0, 1) ** float(rng.uniform(0.8, 1.25)) * gain.to(picture.device)
    return picture.clamp(0, 1)


def _blur(kind: str, linear: Tensor, other: Tensor, recipe: Recipe, size: float | None,
          rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Blurred and sharp linear pictures of one kind; `size` fixes the length or radius."""
    device = linear.device
    if kind in ("defocus", "layered"):
        low, high = recipe.radius
        radius = size or float(math.exp(rng.uniform(math.log(low), math.log(high))))
        if kind == "layered":
            return layered_defocus(linear, min(radius * 1.3, 8.0), rng), linear
        return convolve(linear, disk(radius, rng).to(device)), linear
    if kind == "sharp":
        if rng.random() < recipe.trace_share:
            return convolve(linear, disk(float(rng.uniform(0.3, 0.7))).to(device)), linear
        return linear, linear
    length = size or recipe.draw_length(rng)
    if kind == "local":
        return local_motion(linear, other, length, rng)
    if kind == "shake-grid":
        return shake_grid(linear, length, rng), linear
    if kind == "shake-frames":
        return shake_frames(linear, min(length, 40.0), rng), linear
    kernel = shake_kernels(np.array([length]), rng)[0].to(device)
    if rng.random() < 0.2:  # a little defocus as well
        soft = disk(float(rng.uniform(0.5, 1.2))).to(device)
        return convolve(convolve(linear, kernel), soft), linear
    return convolve(linear, kernel), linear


def synthesise(picture: Tensor, other: Tensor, recipe: Recipe, rng: np.random.Generator,
               generator: torch.Generator, kind: str | None = None,
               size: float | None = None) -> tuple[Tensor, Tensor, str]:
    """One sample from display-encoded pictures [3, S + 2 MARGIN, S + 2 MARGIN].

    `other` lends the moving thing. Returns (blurred, sharp) display-encoded [3, S, S], both of
    8-bit values, and the kind.
    """
    kind = kind or recipe.draw_kind(rng)
    linear = to_linear(_vary(picture, recipe, rng))
    strength = 1.0
    if kind == "low-light":
        linear = darken(linear, rng)
        linear = boost_highlights(linear, float(rng.uniform(1.5, 8)))
        if rng.random() < 0.6:
            linear = add_lamps(linear, rng)
        strength = float(rng.uniform(2, 5))
    elif kind != "sharp" and rng.random() < 0.5:
        linear = boost_highlights(linear, float(rng.uniform(1.2, 4)), 0.9)
    blurred, sharp = _blur(kind, linear, to_linear(other), recipe, size, rng)
    cut = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    blurred, sharp = blurred[cut].clamp(0, 1), sharp[cut].clamp(0, 1)
    noisy = rng.random() < recipe.noise_share * (0.4 if kind == "sharp" else 1.0)
    if kind == "low-light" or noisy:
        strength *= 0.3 if kind == "sharp" else 1.0
        blurred = sensor_noise(blurred, strength, rng, generator).clamp(0, 1)
    blurred = to_display(blurred)
    if rng.random() < recipe.jpeg_share * (0.4 if kind == "sharp" else 1.0):
        quality = int(rng.integers(recipe.jpeg_quality[0], recipe.jpeg_quality[1] + 1))
        blurred = jpeg(blurred, quality, rng.random() < 0.5)
    return to_eight_bit(blurred), to_eight_bit(to_display(sharp)), kind
