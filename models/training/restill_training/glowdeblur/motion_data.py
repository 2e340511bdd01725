"""Pictures blurred along trajectories that are known, for the motion offset network."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ..data.sources import PhotoBank
from ..synth.camera_shake import kernels_of
from ..synth.colour import to_display, to_eight_bit, to_linear
from ..synth.defocus import disk
from ..synth.kernels import MARGIN, convolve
from ..synth.local_motion import blob
from ..synth.noise import jpeg, sensor_noise
from .motion import doubled, reblurred

KINDS, SHARES = ("global", "turning", "parts", "still"), (0.5, 0.2, 0.24, 0.06)
LENGTH = (0.8, 22.0)
BEND = 0.35


class MotionMaker:
    """Batches (blurred display, sharp linear [N, 3, S, S], motion [N, 4, S, S], certainty [N, 1, S, S]).

    A motion is certain (1) but for where two motions meet. Everything depends on the batch's number alone.
    """

    def __init__(self, photos: PhotoBank, seed: int) -> None:
        self.photos, self.seed = photos, seed

    def make(self, number: int, size: int, side: int) -> tuple[Tensor, ...]:
        rng = np.random.default_rng([self.seed, number, 5])
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + number)
        samples = []
        for _ in range(size):
            zoom = float(rng.uniform(1.0, 2.0)) if rng.random() < 0.35 else 1.0
            outer = side + 2 * MARGIN
            samples.append(moved(self.photos.crop(outer, zoom, rng), self.photos.crop(outer, 1.0, rng), rng, generator))
        return tuple(torch.stack(column) for column in zip(*samples))


def moved(picture: Tensor, other: Tensor, rng: np.random.Generator, generator: torch.Generator, kind: str | None = None,
          noisy: bool = True) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """One sample from display pictures [3, S + 2 MARGIN, S + 2 MARGIN]; `other` lends what moves in `parts`."""
    kind = kind or str(rng.choice(KINDS, p=SHARES))
    linear = to_linear(picture)
    side = linear.shape[-1]
    sharp, certain = linear, torch.ones(1, side, side)
    if kind == "still":
        blurred = convolve(linear, disk(float(rng.uniform(0.3, 4)), rng))
        motion = torch.zeros(4, side, side)
    elif kind == "global":
        motion, kernel = _constant(rng, side)
        blurred = convolve(linear, kernel)
    elif kind == "parts":
        thing, matte = to_linear(other), blob(side, side, float(rng.uniform(0.2, 0.6)), rng)[None]
        (motion, back), (front, kernel) = (_constant(rng, side) for _ in range(2))
        sharp = linear * (1 - matte) + thing * matte
        layer = convolve(torch.cat([thing * matte, matte]), kernel)
        blurred = convolve(linear, back) * (1 - layer[3:]) + layer[:3]
        motion = torch.where(layer[3:] > 0.5, front, motion)
        certain = ((layer[3:] < 0.03) | (layer[3:] > 0.97)).float()
    else:
        motion = _turning(rng, side)
        longest = float(motion[:2].square().sum(0).sqrt().max())
        blurred = reblurred(linear[None], motion[None], max(9, 2 * math.ceil(longest) + 1))[0]
    cut = np.s_[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    blurred, sharp, motion, certain = (x[cut] for x in (blurred, sharp, motion, certain))
    blurred = blurred.clamp(0, 1)
    if noisy and rng.random() < 0.4:
        blurred = sensor_noise(blurred, 1.0, rng, generator).clamp(0, 1)
    display = to_display(blurred)
    if noisy and rng.random() < 0.25:
        display = jpeg(display, int(rng.integers(75, 96)), bool(rng.random() < 0.5))
    return to_eight_bit(display), sharp, motion, certain


def _draw(rng: np.random.Generator) -> tuple[complex, complex]:
    """d and b of one motion: all directions alike, short ones as often as long ones."""
    length, angle = math.exp(rng.uniform(*map(math.log, LENGTH))), rng.uniform(0, math.pi)
    bend = rng.uniform(0, BEND) * length * np.exp(1j * rng.uniform(0, 2 * math.pi)) if rng.random() < 0.6 else 0
    return length * complex(np.exp(1j * angle)), complex(bend)


def _field(d: np.ndarray, b: np.ndarray) -> Tensor:
    """Complex fields [H, W] as a motion [4, H, W]."""
    d2, b2 = (torch.from_numpy(np.stack([x.real, x.imag]).astype(np.float32)) for x in (d, b))
    return torch.cat([doubled(d2[None])[0], b2])


def _constant(rng: np.random.Generator, side: int) -> tuple[Tensor, Tensor]:
    """The same motion everywhere, and its kernel: a point is drawn where the picture is not looked up."""
    d, b = _draw(rng)
    t = np.linspace(-1, 1, 121)
    path = -(d * t + b * t * t)[None]
    motion = _field(np.array([[d]]), np.array([[b]])).expand(4, side, side)
    return motion, kernels_of(path, np.full_like(path.real, 1 / t.size))[0]


def _turning(rng: np.random.Generator, side: int) -> Tensor:
    """Roll and zoom about a point, and a shift."""
    d, b = _draw(rng)
    y, x = np.mgrid[0:side, 0:side]
    centre = rng.uniform(-0.3, 1.3, 2) * side
    place = (x - centre[0]) + 1j * (y - centre[1])
    turn = complex(rng.normal(0, 0.02), rng.normal(0, 0.06))
    field = 0.4 * d * rng.random() + turn * place
    return _field(field * np.minimum(1, 22 / np.maximum(np.abs(field), 1e-6)), np.full(field.shape, 0.4 * b))
