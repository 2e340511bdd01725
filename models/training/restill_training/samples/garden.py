"""A sample scene outdoors: leaves and small flowers in layers of depth."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .paint import noise, reduced, sunlight, vignette


def _leaf(draw: ImageDraw.ImageDraw, shadow: ImageDraw.ImageDraw, cx: float, cy: float,
          turn: float, long: float, wide: float, colour: np.ndarray) -> None:
    """One pointed leaf with a lit and a shaded half, a midrib and side veins."""
    t = np.linspace(0, 1, 14)
    bow = np.sin(math.pi * t) ** 0.8 * (1 - 0.35 * t) * wide * long
    cos, sin = math.cos(turn), math.sin(turn)

    def place(along: np.ndarray, across: np.ndarray) -> list[tuple[float, float]]:
        return [(cx + a * cos - b * sin, cy + a * sin + b * cos) for a, b in zip(along, across)]

    def tone(gain: float) -> tuple[int, int, int]:
        return tuple(int(v) for v in np.clip(colour * gain, 0, 255))

    rib = place(t * long, 0 * t)
    first, second = place(t * long, bow), place(t * long, -bow)
    shadow.polygon(first + second[::-1], fill=255)
    draw.polygon(first + rib[::-1], fill=tone(0.86))
    draw.polygon(second + rib[::-1], fill=tone(1.1))
    draw.line(rib, fill=tone(1.32), width=max(1, int(long / 60)))
    if long > 90:
        for k in range(2, 12):
            for side in (1, -1):
                end = min(13, k + 2)
                vein = [rib[k], place(np.array([t[end] * long]), np.array([side * bow[end] * 0.85]))[0]]
                draw.line(vein, fill=tone(1.18 if side < 0 else 0.98), width=max(1, int(long / 130)))


def _flower(draw: ImageDraw.ImageDraw, cx: float, cy: float, reach: float, turn: float,
            colour: np.ndarray) -> None:
    """A daisy: petals in two rings and a speckled heart."""
    for ring, gain in ((1.0, 0.86), (0.86, 1.0)):
        for k in range(17):
            a = turn + 2 * math.pi * (k + 0.5 * (ring < 1)) / 17
            tip = (cx + reach * ring * math.cos(a), cy + reach * ring * math.sin(a))
            side = reach * 0.13
            points = []
            for u, v in ((0.15, 0.3), (0.6, 1.0), (0.9, 0.8), (1.0, 0.0), (0.9, -0.8), (0.6, -1.0), (0.15, -0.3)):
                points.append((cx + (tip[0] - cx) * u - side * v * math.sin(a),
                               cy + (tip[1] - cy) * u + side * v * math.cos(a)))
            shade = gain * (0.9 + 0.14 * math.sin(a))
            draw.polygon(points, fill=tuple(int(min(255, c * shade)) for c in colour))
            draw.line((points[0], tip), fill=tuple(int(c * shade * 0.86) for c in colour), width=2)
    r = reach * 0.25
    draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(214, 158, 36))
    rng = np.random.default_rng(int(cx * 7 + cy))
    for _ in range(170):
        a, d = rng.uniform(0, 2 * math.pi), r * math.sqrt(rng.random())
        x, y, g = cx + d * math.cos(a), cy + d * math.sin(a), rng.uniform(0.6, 1.25)
        draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=(min(255, int(208 * g)), int(150 * g), int(34 * g)))


def flower_bed(rng: np.random.Generator) -> np.ndarray:
    """1600x1200: a bed of leaves and daisies, the far ones soft, uint8."""
    h, w = 2400, 3200
    field = noise(h, w, rng, 1.6, 8)
    base = np.array((34, 52, 26), np.float32) + 12 * field[..., None]
    picture = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))
    layers = ((700, 70, 16, 0.42), (900, 120, 7, 0.6), (750, 170, 2, 0.8), (420, 250, 0, 1.0))
    for number, (count, reach, blur, gain) in enumerate(layers):
        sheet = Image.new("RGB", (w, h))
        cover, shadow = Image.new("L", (w, h)), Image.new("L", (w, h))
        draw, cut, dark = (ImageDraw.Draw(i) for i in (sheet, cover, shadow))
        for _ in range(count):
            cx, cy = rng.uniform(-100, w + 100), rng.uniform(-100, h + 100)
            if number == 3 and cy < h * 0.42 and rng.random() < 0.8:
                continue
            green = np.array((78, 122, 46)) * gain * rng.uniform(0.62, 1.3)
            green = green + rng.normal(0, 9, 3)
            turn = rng.normal(-math.pi / 2, 1.0)
            long = reach * rng.uniform(0.6, 1.35)
            _leaf(draw, cut, cx, cy, turn, long, rng.uniform(0.16, 0.27), green)
            dark.ellipse((cx - long * 0.3, cy - long * 0.5, cx + long * 0.4, cy + long * 0.2), fill=70)
        if number >= 1:
            for _ in range((0, 16, 12, 9)[number]):
                cx, cy = rng.uniform(0, w), rng.uniform(h * 0.08, h * 0.92)
                size = reach * rng.uniform(0.55, 0.85)
                colour = np.array(((244, 240, 232), (238, 196, 206), (228, 214, 120))[rng.integers(3)])
                _flower(draw, cx, cy, size, rng.uniform(0, 1), colour * (0.6 + 0.4 * gain))
                cut.ellipse((cx - size * 0.2, cy - size * 0.2, cx + size * 0.2, cy + size * 0.2), fill=255)
        lit = np.asarray(sheet).any(2)
        cover = Image.fromarray((lit * 255).astype(np.uint8))
        gloom = shadow.filter(ImageFilter.GaussianBlur(40)).point(lambda v: int(v * 0.8))
        picture = Image.composite(Image.new("RGB", (w, h), (12, 20, 10)), picture, gloom)
        if blur:
            sheet, cover = (i.filter(ImageFilter.GaussianBlur(blur)) for i in (sheet, cover))
            gain_map = np.asarray(cover, np.float32)[..., None] / 255
            picture = Image.fromarray(np.clip(
                np.asarray(picture, np.float32) * (1 - gain_map) + np.asarray(sheet, np.float32), 0, 255
            ).astype(np.uint8))
        else:
            drop = cover.filter(ImageFilter.GaussianBlur(9)).point(lambda v: v // 2)
            drop = drop.transform(drop.size, Image.Transform.AFFINE, (1, 0, -12, 0, 1, -18))
            picture = Image.composite(Image.new("RGB", (w, h), (10, 18, 8)), picture, drop)
            picture.paste(sheet, (0, 0), cover)
    pixels = np.asarray(picture, np.float32)
    pixels = pixels * (1 + 0.16 * noise(h, w, rng, 1.9, 8))[..., None]
    pixels = pixels * (1 + 0.035 * noise(h, w, rng, 0.4))[..., None]
    pixels = pixels * 0.82 + pixels.mean(2, keepdims=True) * 0.18
    warm = np.array((1.16, 1.06, 0.95), np.float32)
    return reduced(vignette(sunlight(pixels * warm, 4.2, 0.2), 0.35))
