"""A sample scene at night: a harbour front with lit windows, lamps and their reflections."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .paint import noise, reduced, typeface

HORIZON = 1420


def _houses(draw: ImageDraw.ImageDraw, glow: ImageDraw.ImageDraw, w: int,
            rng: np.random.Generator) -> None:
    """A row of gabled houses on the quay, some windows lit."""
    x = -60
    while x < w:
        width, height = int(rng.integers(230, 420)), int(rng.integers(420, 820))
        top = HORIZON - height
        wall = np.array((36, 30, 32)) * rng.uniform(0.6, 1.5) + rng.uniform(0, 10, 3)
        wall = tuple(int(v) for v in wall)
        draw.rectangle((x, top, x + width, HORIZON), fill=wall)
        roof = tuple(int(v * 0.6) for v in wall)
        draw.polygon([(x - 8, top), (x + width / 2, top - width * rng.uniform(0.3, 0.6)),
                      (x + width + 8, top)], fill=roof)
        columns = max(2, width // 95)
        pitch = width / columns
        for row in range(int(height // 150)):
            y = top + 40 + row * 150
            for column in range(columns):
                left = x + pitch * (column + 0.24)
                box = (left, y, left + pitch * 0.52, y + 96)
                if rng.random() < 0.42:
                    heat = rng.uniform(0.55, 1.0)
                    tint = np.array((255, 206, 128)) if rng.random() < 0.8 else np.array((206, 224, 255))
                    fill = tuple(int(v) for v in tint * heat)
                    draw.rectangle(box, fill=fill)
                    glow.rectangle(box, fill=tuple(v // 2 for v in fill))
                    if rng.random() < 0.5:
                        sill = (box[0], box[1], box[0] + (box[2] - box[0]) * 0.3, box[3])
                        draw.rectangle(sill, fill=tuple(int(v * 0.5) for v in fill))
                else:
                    draw.rectangle(box, fill=tuple(int(v * 0.55) for v in wall))
                cx, cy = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
                bar = tuple(int(v * 0.9) + 14 for v in wall)
                draw.line((cx, box[1], cx, box[3]), fill=bar, width=5)
                draw.line((box[0], cy, box[2], cy), fill=bar, width=5)
                draw.rectangle(box, outline=bar, width=5)
        x += width + int(rng.integers(0, 14))


def _signs(draw: ImageDraw.ImageDraw, glow: ImageDraw.ImageDraw) -> None:
    for x, y, text, size, colour in (
        (520, 900, "HOTEL MARE", 104, (255, 92, 84)), (1690, 950, "CINEMA", 88, (120, 226, 255)),
        (2560, 965, "fish & wine", 70, (255, 220, 140)),
    ):
        face = typeface(size, True)
        length = face.getlength(text)
        draw.rectangle((x - 34, y - 24, x + length + 34, y + size + 26), fill=(14, 13, 16))
        for target in (draw, glow):
            target.text((x, y), text, font=face, fill=colour)


def harbour_night(rng: np.random.Generator) -> np.ndarray:
    """1600x1200: houses, lamps and neon above dark water, uint8."""
    h, w = 2400, 3200
    rows = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    sky = np.array((9, 14, 34), np.float32) * (1 - rows) + np.array((46, 40, 58), np.float32) * rows * 1.4
    sky = sky + np.clip(noise(h, w, rng, 1.9, 8), -1, 2.5)[..., None] * np.array((5, 4, 5))
    image = Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))
    light = Image.new("RGB", (w, h))
    draw, glow = ImageDraw.Draw(image), ImageDraw.Draw(light)
    for _ in range(140):
        x, y, v = rng.uniform(0, w), rng.uniform(0, 620), int(rng.uniform(60, 210))
        draw.ellipse((x - 2, y - 2, x + 2, y + 2), fill=(v, v, min(255, v + 20)))
    _houses(draw, glow, w, rng)
    _signs(draw, glow)
    draw.rectangle((0, HORIZON - 26, w, HORIZON), fill=(40, 36, 36))
    for x in range(170, w, 410):
        draw.rectangle((x - 6, HORIZON - 300, x + 6, HORIZON), fill=(16, 15, 17))
        for target in (draw, glow):
            target.ellipse((x - 21, HORIZON - 345, x + 21, HORIZON - 303), fill=(255, 240, 206))
    near = light.filter(ImageFilter.GaussianBlur(22))
    far = light.filter(ImageFilter.GaussianBlur(110))
    pixels = np.asarray(image, np.float32) + 0.75 * np.asarray(near, np.float32)
    pixels += 1.5 * np.asarray(far, np.float32)
    # Water: the front mirrored, smeared downwards and broken by ripples.
    depth = h - HORIZON
    mirror = pixels[HORIZON - depth : HORIZON][::-1]
    smear = Image.fromarray(np.clip(mirror, 0, 255).astype(np.uint8))
    smear = smear.resize((w, depth // 14)).resize((w, depth), Image.Resampling.BICUBIC)
    mirror = 0.55 * mirror + 0.45 * np.asarray(smear, np.float32)
    y, x = np.mgrid[0:depth, 0:w]
    grow = 1 + y[:, :1] / 160
    ripple = noise(depth, w // 8, rng, 1.05)
    ripple = np.asarray(Image.fromarray(ripple).resize((w, depth), Image.Resampling.BICUBIC))
    sway = (ripple * 5.5 * grow).astype(int)
    bob = (ripple * 16).astype(int)
    water = mirror[np.clip(y + bob, 0, depth - 1), np.clip(x + sway, 0, w - 1)]
    fade = 0.74 - 0.34 * y / depth + 0.10 * ripple
    water = water * fade[..., None] + np.array((5, 8, 15))
    pixels[HORIZON:] = water
    pixels += 1.6 * noise(h, w, rng, 0.2)[..., None]
    return reduced(pixels)
