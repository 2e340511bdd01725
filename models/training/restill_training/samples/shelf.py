"""A sample scene indoors: book spines on a shelf, with lettering from large to tiny."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from .paint import canvas, lay, mask, noise, reduced, shade, soft, sunlight, typeface, vignette

BOOKS = (
    ("THE LONG EXPOSURE", "A. Marrow"), ("Salt and Silver", "J. Okafor"), ("Tides", "Inge Holm"),
    ("HARBOURS OF THE NORTH", "R. Lindqvist"), ("Optics for Sailors", "C. Bright"),
    ("A Field Guide to Fog", "M. Tanaka"), ("Darkroom Notes", "E. Prager"), ("GLASS", "Noor Vance"),
    ("The Cartographer's Winter", "P. Adeyemi"), ("Small Engines", "Tom Weir"),
    ("ATLAS OF LOST ROADS", "S. Moreau"), ("Bread & Time", "Lucia Bruno"), ("Signals", "H. Aalto"),
    ("Night Trains", "D. Kowalski"), ("ON FOCUS", "Y. Bergstrom"), ("The Ninth Wave", "O. Pereira"),
    ("Letters to a Lighthouse", "F. Quill"), ("MOTHS", "Ada Reyes"), ("Rope, Knot, Bridge", "W. Oyelaran"),
)
CLOTH = ((118, 34, 38), (28, 58, 88), (34, 74, 58), (196, 168, 118), (66, 48, 72), (160, 88, 52),
         (222, 214, 196), (46, 46, 50), (140, 122, 60), (90, 116, 132))


def _spine(width: int, height: int, book: tuple[str, str], rng: np.random.Generator) -> np.ndarray:
    """One spine, float [height, width, 3], rounded by its shading."""
    cloth = np.array(CLOTH[int(rng.integers(len(CLOTH)))], np.float32)
    weave = noise(height, width, rng, 0.25) * 0.035 + noise(height, width, rng, 1.4) * 0.03
    picture = np.zeros((height, width, 3), np.float32) + cloth
    picture *= (1 + weave)[..., None]
    bright = cloth.mean() > 120
    ink = (48, 36, 30) if bright else ((226, 196, 120) if rng.random() < 0.6 else (236, 232, 222))
    image = Image.new("L", (height, width))
    draw = ImageDraw.Draw(image)
    serif, size = bool(rng.random() < 0.6), int(min(width * 0.5, 96))
    face = typeface(size, bool(rng.random() < 0.6), serif)
    while face.getlength(book[0]) > height * 0.52 and size > 20:
        size -= 4
        face = typeface(size, True, serif)
    draw.text((height * 0.1, width / 2), book[0], font=face, fill=255, anchor="lm")
    small = int(min(width * 0.26, 44))
    while typeface(small, False, serif).getlength(book[1]) > height * 0.27 and small > 16:
        small -= 2
    author = typeface(small, False, serif)
    draw.text((height * 0.93, width / 2), book[1], font=author, fill=255, anchor="rm")
    for at in (0.05, 0.062, 0.955):
        draw.line((height * at, 0, height * at, width), fill=220, width=5)
    letters = np.asarray(image.transpose(Image.Transpose.ROTATE_270), np.float32) / 255
    worn = np.clip(1.05 + 0.25 * noise(height, width, rng, 0.9), 0, 1)
    picture = lay(picture, letters * worn, ink)
    x = np.linspace(-1, 1, width, dtype=np.float32)
    round_ = 0.52 + 0.62 * np.sqrt(np.clip(1 - (x * 0.92) ** 2, 0, 1)) - 0.14 * x
    picture *= round_[None, :, None]
    hinge = np.exp(-(((np.abs(x) - 0.86) / 0.05) ** 2)) * 0.25
    return picture * (1 - hinge)[None, :, None]


def bookshelf(rng: np.random.Generator) -> np.ndarray:
    """1600x1200: two shelves of books under a warm lamp, uint8."""
    h, w = 2400, 3200
    picture = canvas(h, w, (30, 23, 19)) * (1 + 0.1 * noise(h, w, rng, 1.2, 2))[..., None]
    order = list(rng.permutation(len(BOOKS))) + list(rng.permutation(len(BOOKS)))
    for floor in (1120, 2290):
        x = 40
        while x < w - 60 and order:
            width = int(rng.integers(92, 250))
            height = int(rng.integers(760, 1010))
            width = min(width, w - 20 - x)
            if width < 80:
                break
            spine = _spine(width, height, BOOKS[int(order.pop())], rng)
            top = floor - height
            picture[top:floor, x : x + width] = spine
            edge = mask(h, w, lambda d: d.rectangle((x + width, top + 14, x + width + 18, floor), fill=255), 6)
            picture = shade(picture, edge, 0.45)
            x += width + int(rng.integers(2, 7))
        over = np.zeros((h, w), np.float32)
        over[floor - 1110 : floor - 900] = np.linspace(1, 0, 210, dtype=np.float32)[:, None]
        picture = shade(picture, over, 0.55)
        board = mask(h, w, lambda d: d.rectangle((0, floor, w, floor + 74), fill=255))
        grain = noise(h // 10, w, rng, 1.1)
        grain = np.asarray(Image.fromarray(grain).resize((w, h), Image.Resampling.BICUBIC))
        streak = noise(h, w // 16, rng, 0.9)
        streak = np.asarray(Image.fromarray(streak).resize((w, h), Image.Resampling.BICUBIC))
        wood = canvas(h, w, (134, 92, 56)) * (1 + 0.16 * streak + 0.03 * grain)[..., None]
        picture = lay(picture, board, wood)
        lip = mask(h, w, lambda d: d.rectangle((0, floor, w, floor + 7), fill=255))
        picture = picture + 46 * lip[..., None]
        foot = mask(h, w, lambda d: d.rectangle((0, floor + 62, w, floor + 76), fill=255), 5)
        picture = shade(picture, soft(foot, 5), 0.5)
    warm = np.array((1.10, 1.0, 0.86), np.float32)
    return reduced(vignette(sunlight(picture * 1.0 * warm, 4.5, 0.28), 0.4))
