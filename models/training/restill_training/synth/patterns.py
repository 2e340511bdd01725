"""Fine regular patterns near the sampling limit: what a network takes for blur and is none.

Railings, facades, mesh, brick rows, roof tiles and small print. Every pattern is uint8 [H, W, 3],
drawn at four times its size and reduced, so that it is anti-aliased as a lens and a sensor would.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from .scenes import WORDS, colour, font, fractal

OVER = 4
KINDS = ("stripes", "grid", "rings", "bricks", "facade", "text")


def _two_tones(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two colours at least 50 levels apart in brightness."""
    while True:
        a, b = np.array(colour(rng), float), np.array(colour(rng), float)
        if abs(a.mean() - b.mean()) >= 50:
            return a, b


def _wave(phase: np.ndarray, duty: float, period: float) -> np.ndarray:
    """Bars of share `duty` in 0..1 with edges one fine pixel wide; `period` in fine pixels."""
    distance = np.abs(phase - np.floor(phase) - 0.5)
    return np.clip((duty / 2 - distance) * period + 0.5, 0, 1)


def _mask(kind: str, side: int, rng: np.random.Generator) -> np.ndarray:
    """Coverage [side, side] in 0..1 of the second colour."""
    period = OVER * float(np.exp(rng.uniform(math.log(2.2), math.log(14))))
    duty = float(rng.uniform(0.25, 0.6))
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    if kind == "rings":
        distance = np.hypot(x - rng.uniform(0, side), y - rng.uniform(0, side))
        rings = _wave(distance / period, duty, period)
        spokes = _wave((x + y) / (period * 4), 0.12, period * 4)
        return np.maximum(rings, spokes)
    turn = rng.uniform(0, math.pi)
    u = (x * math.cos(turn) + y * math.sin(turn)) / period
    v = (y * math.cos(turn) - x * math.sin(turn)) / period
    # A slow change of the period, as of a fence that runs into the distance.
    u = u * (1 + rng.uniform(-0.25, 0.25) * y / side)
    if kind == "stripes":
        return _wave(u, duty, period)
    stretch = float(rng.uniform(0.4, 1.0))
    if kind == "grid":
        return np.maximum(_wave(u, duty * 0.6, period), _wave(v * stretch, duty * 0.6, period / stretch))
    rows = np.floor(v)
    if kind == "bricks":
        shifted = u * 0.5 + 0.5 * (rows % 2)
        return np.maximum(_wave(shifted, 0.12, period * 2), _wave(v, 0.22, period))
    return _wave(u, 0.55, period) * _wave(v * stretch, 0.6, period / stretch)


def _print(side: int, rng: np.random.Generator) -> np.ndarray:
    """Coverage of lines of small print, 5 to 14 pixels high."""
    size = OVER * int(rng.integers(5, 15))
    image = Image.new("L", (side, side))
    draw, face = ImageDraw.Draw(image), font(size, rng)
    y = 0
    while y < side:
        line = " ".join(rng.choice(WORDS, 4 + side // (size * 2)))
        draw.text((int(rng.integers(-size, 4)), y), line, font=face, fill=255)
        y += int(size * rng.uniform(1.1, 1.5))
    return np.asarray(image, np.float32) / 255


def draw_pattern(seed: int, size: int = 448) -> np.ndarray:
    """A pattern of `size` x `size` pixels that depends on the seed alone."""
    rng = np.random.default_rng([seed, 83])
    kind = KINDS[seed % len(KINDS)]
    side = size * OVER
    mask = _print(side, rng) if kind == "text" else _mask(kind, side, rng)
    mask = mask.reshape(size, OVER, size, OVER).mean((1, 3))[..., None]
    ground, bars = _two_tones(rng)
    pixels = ground + (bars - ground) * mask
    light = 1 + 0.2 * fractal(size, size, rng, 2.0) + 0.02 * fractal(size, size, rng, 0.5)
    return np.clip(pixels * light[..., None], 0, 255).astype(np.uint8)
