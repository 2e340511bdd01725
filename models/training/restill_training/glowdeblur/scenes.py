"""Scenes that know what they show, for captions.

A caption pays where the photo itself no longer says what is in it. The families come in pairs that heavy blur and noise
make alike and a word tells apart: small lights and glows in fog, hard stripes and soft waves, checks and dots, cut-out
shapes and clouds, bricks and leaves and print. What a word says is how sharp edges are and how strong a pattern was
before the blur.
"""

from __future__ import annotations

import math
from typing import Callable, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..synth.scenes import WORDS, font, fractal

Tone = tuple[int, int, int]
COLOURS: dict[str, Tone] = {
    "red": (176, 52, 42), "green": (58, 124, 52), "blue": (44, 82, 168), "yellow": (222, 186, 60), "brown": (122, 82, 52),
    "grey": (130, 130, 132), "white": (236, 234, 228), "black": (24, 24, 28), "orange": (218, 122, 40), "pink": (222, 142, 160),
}
SIZE = 320
OVER = 2


class Told(NamedTuple):
    """A scene [H, W, 3] uint8, its family and the words for its colours."""

    pixels: np.ndarray
    family: str
    colours: tuple[str, ...]


PHRASES: dict[str, tuple[str, ...]] = {
    "bricks": ("{0} brick wall", "a wall of {0} bricks", "{0} brickwork", "brick wall, {0}", "old {0} bricks"),
    "leaves": ("{0} leaves", "{0} foliage", "a bush with {0} leaves", "leaves of a {0} plant", "{0} leaves on a tree"),
    "text": ("{1} text on {0} paper", "{1} letters on a {0} page", "a {0} page of printed text", "printed words, {1} on {0}", "{1} text on {0}"),
    "lights": ("a night with small lights", "small {0} lights at night", "{0} city lights in the dark", "night, small lights",
               "points of {0} light at night"),
    "glow": ("{0} glow in fog", "soft {0} glow in the dark", "lamps glowing in thick fog", "fog with a soft {0} glow", "misty {0} glow"),
    "stripes": ("{0} and {1} stripes", "striped cloth, {0} and {1}", "hard {0} and {1} stripes", "{0} {1} striped awning"),
    "waves": ("soft {0} waves", "pale {0} ripples", "{0} sand ripples", "gentle waves, {0} and {1}"),
    "check": ("{0} and {1} checkered cloth", "a {0} {1} chessboard", "checkered tablecloth, {0} and {1}", "{0} checks on {1}"),
    "dots": ("{0} dots on {1} cloth", "{0} polka dots", "dotted cloth, {0} on {1}", "{1} cloth with {0} dots"),
    "shapes": ("flat {0} and {1} paper shapes", "cut paper, {0} and {1}", "paper shapes with hard edges", "{0} and {1} cutouts"),
    "clouds": ("soft {0} clouds", "a cloudy sky", "{0} smoke", "clouds, {0} and {1}", "soft {0} cloudy sky"),
}
FAMILIES = tuple(PHRASES)


def phrase(family: str, colours: tuple[str, ...], rng: np.random.Generator) -> str:
    """One of several ways to say what a scene shows."""
    choices = PHRASES[family]
    return choices[int(rng.integers(len(choices)))].format(*colours)


def draw_told(seed: int, size: int = SIZE) -> Told:
    """A scene of `size` x `size` pixels that depends on the seed alone; families take turns."""
    rng = np.random.default_rng([seed, 97])
    family = FAMILIES[seed % len(FAMILIES)]
    side = size * OVER
    image, colours = _DRAWN[family](side, rng)
    pixels = image.reshape(size, OVER, size, OVER, 3).mean((1, 3))
    if family not in ("glow", "lights"):
        pixels = pixels * (1 + 0.12 * fractal(size, size, rng, 2.0))[..., None]
    return Told(np.clip(pixels, 0, 255).astype(np.uint8), family, colours)


def _two(rng: np.random.Generator, names: tuple[str, ...] = tuple(COLOURS), apart: float = 60) -> tuple[tuple[str, str], np.ndarray, np.ndarray]:
    """Names and tones, a little varied, of two colours at least `apart` levels apart in brightness."""
    while True:
        first, second = (names[int(i)] for i in rng.choice(len(names), 2, replace=False))
        a, b = (np.array(COLOURS[n], float) + rng.normal(0, 8, 3) for n in (first, second))
        if abs(a.mean() - b.mean()) >= apart:
            return (first, second), a, b


def _one(rng: np.random.Generator, *names: str) -> tuple[str, np.ndarray]:
    name = names[int(rng.integers(len(names)))]
    return name, np.array(COLOURS[name], float) + rng.normal(0, 10, 3)


def _fill(tone: np.ndarray) -> Tone:
    return tuple(int(v) for v in np.clip(tone, 0, 255))  # type: ignore[return-value]


def _canvas(side: int, tone: np.ndarray) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (side, side), _fill(tone))
    return image, ImageDraw.Draw(image)


def _bricks(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    name, base = _one(rng, "red", "brown", "grey", "yellow", "white")
    image, draw = _canvas(side, np.array([205, 200, 190.0]) if name != "white" else np.array([90, 88, 84.0]))
    wide, high = int(rng.integers(44, 110)), int(rng.integers(20, 44))
    gap = int(rng.integers(4, 9))
    for row, y in enumerate(range(-high, side, high)):
        for x in range(-(row % 2) * wide // 2 - wide, side, wide):
            tone = base + rng.normal(0, 12) + rng.normal(0, 4, 3)
            draw.rectangle((x, y, x + wide - gap, y + high - gap), fill=_fill(tone))
    return _turned(image, rng, 12), (name,)


def _leaves(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    name, base = _one(rng, "green", "green", "yellow", "red", "orange")
    image, draw = _canvas(side, base * 0.25)
    for layer in range(3):
        for _ in range(220):
            cx, cy, turn = rng.uniform(0, side), rng.uniform(0, side), rng.uniform(0, 2 * math.pi)
            long, wide = rng.uniform(16, 56), rng.uniform(0.2, 0.5)
            t = np.linspace(0, 2 * math.pi, 9)
            px, py = long * np.cos(t), long * wide * np.sin(t)
            x, y = cx + px * math.cos(turn) - py * math.sin(turn), cy + px * math.sin(turn) + py * math.cos(turn)
            draw.polygon(list(zip(x, y)), fill=_fill(base * (0.45 + 0.35 * layer) + rng.normal(0, 16)))
    return np.asarray(image, np.float32), (name,)


def _text(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    names = (("white", "black"), ("yellow", "black"), ("white", "blue"), ("blue", "white"), ("green", "white"), ("white", "red"))
    paper, ink = names[int(rng.integers(len(names)))]
    image, draw = _canvas(side, np.array(COLOURS[paper], float))
    size = int(rng.choice((24, 32, 44, 60, 90)))
    face, y = font(size, rng), int(rng.integers(-size, size))
    while y < side:
        draw.text((int(rng.integers(-size, 4)), y), " ".join(rng.choice(WORDS, int(3 + 2.5 * side / (size * 4)))), font=face, fill=COLOURS[ink])
        y += int(size * rng.uniform(1.2, 1.6))
    return _turned(image, rng, 8), (paper, ink)


def _lights(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    name, base = _one(rng, "yellow", "orange", "white", "blue")
    image, draw = _canvas(side, rng.uniform(4, 26, 3))
    for _ in range(int(rng.integers(14, 60))):
        x, y, r = rng.uniform(0, side), rng.uniform(0, side), rng.uniform(3, 9)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=_fill(base + rng.normal(60, 20)))
    return np.asarray(image, np.float32), (name,)


def _glow(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    name, base = _one(rng, "yellow", "orange", "white", "blue")
    y, x = np.mgrid[0:side:4, 0:side:4].astype(np.float32)
    out = np.zeros((*y.shape, 3), np.float32) + rng.uniform(4, 26, 3)
    for _ in range(int(rng.integers(8, 30))):
        spot = np.exp(-((y - rng.uniform(0, side)) ** 2 + (x - rng.uniform(0, side)) ** 2) / (2 * rng.uniform(14, 44) ** 2))
        out += spot[..., None] * base * rng.uniform(0.2, 0.7)
    return _enlarged(out, side), (name,)


def _bands(side: int, rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    """Phase [side, side] of a straight pattern of a random direction, one unit to a period."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    turn, period = rng.uniform(0, math.pi), OVER * math.exp(rng.uniform(math.log(low), math.log(high)))
    return (x * math.cos(turn) + y * math.sin(turn)) / period + rng.random()


def _stripes(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    names, a, b = _two(rng, apart=90)
    return np.where((_bands(side, rng, 10, 44) % 1 < rng.uniform(0.4, 0.6))[..., None], a, b), names


def _waves(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    names, a, b = _two(rng, apart=60)
    share = 0.5 + rng.uniform(0.12, 0.25) * np.sin(2 * math.pi * _bands(side, rng, 10, 44))
    return a + (b - a) * share[..., None], names


def _lattice(side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    turn, period = rng.uniform(0, math.pi / 2), OVER * math.exp(rng.uniform(math.log(14), math.log(44)))
    return ((x * math.cos(turn) + y * math.sin(turn)) / period + rng.random(), (y * math.cos(turn) - x * math.sin(turn)) / period + rng.random())


def _check(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    names, a, b = _two(rng, apart=80)
    u, v = _lattice(side, rng)
    return np.where((((u % 1) < 0.5) ^ ((v % 1) < 0.5))[..., None], a, b), names


def _dots(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    names, a, b = _two(rng, apart=80)
    u, v = _lattice(side, rng)
    u = u + 0.5 * (np.floor(v) % 2)
    return np.where((np.hypot(u % 1 - 0.5, v % 1 - 0.5) < rng.uniform(0.2, 0.3))[..., None], a, b), names


def _shapes(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    names, a, b = _two(rng)
    image, draw = _canvas(side, a)
    for number in range(int(rng.integers(10, 36))):
        cx, cy, reach = rng.uniform(0, side), rng.uniform(0, side), rng.uniform(24, side / 4)
        angles = np.sort(rng.uniform(0, 2 * math.pi, int(rng.integers(3, 8))))
        points = [(cx + reach * math.cos(t), cy + reach * math.sin(t)) for t in angles]
        draw.polygon(points, fill=_fill((b, a)[number % 3 == 2] + rng.normal(0, 14)))
    return np.asarray(image, np.float32), names


def _clouds(side: int, rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    names, a, b = _two(rng, ("white", "grey", "blue", "pink", "orange"), 40)
    field = fractal(side // 4, side // 4, rng, float(rng.uniform(2.0, 2.6)))
    share = 1 / (1 + np.exp(-rng.uniform(1.0, 2.5) * field))
    return _enlarged((a + (b - a) * share[..., None]).astype(np.float32), side), names


def _enlarged(pixels: np.ndarray, side: int) -> np.ndarray:
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(3)), np.float32)


def _turned(image: Image.Image, rng: np.random.Generator, most: float) -> np.ndarray:
    """Turned by up to `most` degrees, without the corners."""
    side = image.width
    large = image.resize((round(side * 1.25),) * 2, Image.Resampling.BILINEAR).rotate(float(rng.uniform(-most, most)), Image.Resampling.BILINEAR)
    start = (large.width - side) // 2
    return np.asarray(large.crop((start, start, start + side, start + side)), np.float32)


_DRAWN: dict[str, Callable[[int, np.random.Generator], tuple[np.ndarray, tuple[str, ...]]]] = {
    "bricks": _bricks, "leaves": _leaves, "text": _text, "lights": _lights, "glow": _glow, "stripes": _stripes,
    "waves": _waves, "check": _check, "dots": _dots, "shapes": _shapes, "clouds": _clouds,
}
