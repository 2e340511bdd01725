"""A sample scene that stays sharp: house fronts by a canal under a clouded sky."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from .paint import canvas, lay, mask, moved, noise, reduced, shade, soft, sunlight, typeface, vignette

WALLS = ((214, 178, 122), (186, 92, 70), (222, 212, 190), (124, 148, 152), (202, 140, 108), (232, 206, 150))
DOORS = ((34, 70, 60), (112, 30, 34), (30, 48, 84), (66, 52, 40))
SHOPS = ("BICYCLES", "Bakery Lund", "FRAMES & GLASS", "Tea", "OLD MAPS", "Tailor")
GROUND = 2060


def _window(draw: ImageDraw.ImageDraw, x: int, y: int, w: int, h: int, trim: tuple[int, int, int],
            shutter: tuple[int, int, int] | None, rng: np.random.Generator) -> None:
    draw.rectangle((x - 14, y - 14, x + w + 14, y + h + 14), fill=trim)
    glass = int(rng.uniform(34, 70))
    draw.rectangle((x, y, x + w, y + h), fill=(glass, glass + 10, glass + 18))
    for _ in range(3):
        a = rng.uniform(0, 1)
        draw.polygon([(x + w * a, y), (x + w * min(1, a + 0.22), y), (x + w * max(0, a - 0.2), y + h),
                      (x + w * max(0, a - 0.42), y + h)], fill=(glass + 26, glass + 40, glass + 52))
    draw.rectangle((x, y, x + w * 0.3, y + h * 0.7), fill=(206, 200, 190))
    for i in range(1, 3):
        draw.line((x + w * i / 3, y, x + w * i / 3, y + h), fill=trim, width=9)
    for i in range(1, 4):
        draw.line((x, y + h * i / 4, x + w, y + h * i / 4), fill=trim, width=8)
    draw.rectangle((x - 26, y + h + 12, x + w + 26, y + h + 34), fill=tuple(int(v * 0.86) for v in trim))
    if shutter:
        for left in (x - 14 - w // 2, x + w + 14):
            draw.rectangle((left, y - 8, left + w // 2, y + h + 8), fill=shutter)
            for k in range(12):
                yy = y + k * h / 12 + 8
                draw.line((left + 8, yy, left + w // 2 - 8, yy), width=6,
                          fill=tuple(int(v * 0.68) for v in shutter))


def canal_houses(rng: np.random.Generator) -> np.ndarray:
    """1600x1200: five narrow house fronts with shops below, uint8."""
    h, w = 2400, 3200
    rows = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    picture = np.array((92, 140, 196), np.float32) * (1 - rows) + np.array((222, 228, 228), np.float32) * rows * 1.3
    picture = picture + np.zeros((h, w, 3), np.float32)
    cloud = np.clip(0.4 + 0.6 * noise(h, w, rng, 1.75, 4), 0, 1) * np.clip(1.4 - rows[..., 0] * 1.6, 0.2, 1)
    picture = lay(picture, cloud * 0.85, (246, 246, 244))
    x, number = -40, 0
    while x < w:
        width, height = int(rng.integers(500, 680)), int(rng.integers(1250, 1640))
        top = GROUND - height
        wall = np.array(WALLS[(number * 2 + 1) % len(WALLS)], np.float32)
        gable = [(x, top), (x + width * 0.2, top - 60), (x + width * 0.2, top - 190),
                 (x + width * 0.36, top - 230), (x + width * 0.36, top - 320), (x + width * 0.64, top - 320),
                 (x + width * 0.64, top - 230), (x + width * 0.8, top - 190), (x + width * 0.8, top - 60),
                 (x + width, top)]
        front = mask(h, w, lambda d: d.polygon([(x, GROUND), *gable, (x + width, GROUND)], fill=255))
        plaster = canvas(h, w, tuple(wall)) * (
            1 + 0.035 * noise(h, w, rng, 0.7) + 0.05 * noise(h, w, rng, 1.7, 2))[..., None]
        if number % 2:
            lines = mask(h, w, lambda d: [d.line((0, yy, w, yy), fill=90, width=4) for yy in range(0, h, 30)])
            plaster = shade(plaster, lines, 0.5)
        picture = shade(picture, soft(moved(front, 0, 22), 16) * (1 - front), 0.4)
        picture = lay(picture, front, plaster)
        crown = np.clip(front - moved(front, 20, 0), 0, 1)
        picture = lay(picture, crown, (238, 232, 220))
        layer = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
        draw = ImageDraw.Draw(layer)
        trim = (240, 236, 226)
        shutter = DOORS[number % len(DOORS)] if number % 2 == 0 else None
        pitch = width / 2
        for floor in range(3):
            y = top + 70 + floor * 360
            if y + 300 > GROUND - 470:
                break
            for column in range(2):
                ww = 120 if shutter else 170
                _window(draw, int(x + pitch * (column + 0.5) - ww / 2), y, ww, 250, trim, shutter, rng)
        _window(draw, int(x + width / 2 - 55), top - 200, 110, 150, trim, None, rng)
        door = DOORS[(number + 1) % len(DOORS)]
        draw.rectangle((x + 30, GROUND - 430, x + width - 30, GROUND - 330), fill=door)
        name, size = SHOPS[number % len(SHOPS)], 74
        while typeface(size).getlength(name) > width - 110:
            size -= 4
        draw.text((x + width / 2, GROUND - 380), name, font=typeface(size), fill=(244, 226, 176), anchor="mm")
        _window(draw, int(x + 60), GROUND - 310, int(width * 0.5), 260, door, None, rng)
        dx = x + width * 0.68
        draw.rectangle((dx, GROUND - 315, dx + width * 0.22, GROUND), fill=door)
        draw.rectangle((dx + 20, GROUND - 295, dx + width * 0.22 - 20, GROUND - 160), fill=(58, 66, 72))
        draw.ellipse((dx + width * 0.17, GROUND - 140, dx + width * 0.17 + 16, GROUND - 124), fill=(210, 180, 90))
        picture = np.asarray(layer, np.float32)
        under = mask(h, w, lambda d: d.rectangle((x + 30, GROUND - 328, x + width - 30, GROUND - 306), fill=255), 6)
        picture = shade(picture, under, 0.5)
        x, number = x + width + 4, number + 1
    ground = mask(h, w, lambda d: d.rectangle((0, GROUND, w, h), fill=255))
    stone = Image.new("RGB", (w, h), (92, 88, 84))
    draw = ImageDraw.Draw(stone)
    for row in range(12):
        size = 26 + row * 5
        y = GROUND + 8 + int(row * 18 + row * row * 1.7)
        for cx in range(-(row % 2) * size, w, size * 2):
            v = rng.normal(128, 15)
            draw.rounded_rectangle((cx, y, cx + size * 2 - 7, y + size - 6), 9,
                                   fill=(int(v), int(v * 0.97), int(v * 0.92)))
    paving = np.asarray(stone, np.float32) * (1 + 0.07 * noise(h, w, rng, 0.6))[..., None]
    picture = lay(picture, ground, paving)
    curb = mask(h, w, lambda d: d.rectangle((0, GROUND - 6, w, GROUND + 26), fill=255), 8)
    return reduced(vignette(sunlight(shade(picture, curb, 0.45), 4.1, 0.16), 0.18))
