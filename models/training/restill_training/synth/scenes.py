"""Procedural scenes for training: pictures that nobody owns, drawn from a seed.

They bring what a few dozen photographs lack: text at all sizes, hard edges at all angles, fine
repeating texture, leaf-like clutter, smooth gradients and small lights. Every scene is uint8
[H, W, 3], drawn at twice its size and reduced, so that edges are as sharp as a lens allows.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORDS = (
    "bakery harbour north light open closed river street market letter post 1904 platform garden "
    "tickets museum route 66 caution exit parking bicycle coffee table winter window Lisbon Oslo "
    "quiet please mind the step fresh fish tailor repairs keys cut here books bought sold"
).split()
# Which kind of scene each seed draws (5, bare noise, is rare).
ORDER = (0, 1, 2, 3, 4, 0, 1, 3, 0, 2, 3, 5)
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf")


def font(size: int, rng: np.random.Generator) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A DejaVu face where installed, else Pillow's own."""
    try:
        return ImageFont.truetype(str(rng.choice(FONTS)), size)
    except OSError:
        return ImageFont.load_default(size)


def fractal(h: int, w: int, rng: np.random.Generator, slope: float = 1.0) -> np.ndarray:
    """Noise with amplitude falling as 1/f^slope, float [h, w], mean 0, deviation 1."""
    fy = np.fft.fftfreq(h)[:, None]
    fx = np.fft.rfftfreq(w)[None]
    size = np.maximum(np.hypot(fy, fx), 1 / max(h, w)) ** -slope
    phase = np.exp(2j * np.pi * rng.random((h, w // 2 + 1)))
    field = np.fft.irfft2(size * phase, s=(h, w))
    return (field - field.mean()) / max(field.std(), 1e-9)


def colour(rng: np.random.Generator, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    """A random colour, in half of the cases a muted one."""
    c = rng.integers(low, high, 3)
    if rng.random() < 0.5:
        c = (c + c.mean() * 2) / 3
    return tuple(int(v) for v in c)


def _gradient(h: int, w: int, rng: np.random.Generator) -> np.ndarray:
    turn = rng.uniform(0, 2 * math.pi)
    y, x = np.mgrid[0:h, 0:w]
    t = (x * math.cos(turn) / w + y * math.sin(turn) / h)[..., None]
    a, b = np.array(colour(rng)), np.array(colour(rng))
    return a + (b - a) * np.clip(t * 0.7 + 0.5, 0, 1)


def _text(draw: ImageDraw.ImageDraw, w: int, h: int, rng: np.random.Generator) -> None:
    size = int(rng.choice((18, 24, 32, 48, 72, 110, 180)))
    face = font(size, rng)
    ink = colour(rng, 0, 90) if rng.random() < 0.7 else colour(rng, 170)
    y = int(rng.integers(-size, size))
    while y < h:
        line = " ".join(rng.choice(WORDS, int(3 + 2.5 * w / (size * 4))))
        draw.text((int(rng.integers(-size, 4)), y), line, font=face, fill=ink)
        y += int(size * rng.uniform(1.15, 1.6))


def _shapes(draw: ImageDraw.ImageDraw, w: int, h: int, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(20, 80))):
        cx, cy = rng.uniform(0, w), rng.uniform(0, h)
        reach = float(np.exp(rng.uniform(math.log(12), math.log(w / 3))))
        kind = rng.integers(4)
        if kind == 0:
            draw.ellipse((cx - reach, cy - reach, cx + reach, cy + reach), fill=colour(rng))
        elif kind == 1:
            end = (cx + rng.normal(0, 2 * reach), cy + rng.normal(0, 2 * reach))
            draw.line(((cx, cy), end), fill=colour(rng), width=int(rng.integers(2, 14)))
        else:
            angles = np.sort(rng.uniform(0, 2 * math.pi, int(rng.integers(3, 7))))
            points = [(cx + reach * math.cos(a), cy + reach * math.sin(a)) for a in angles]
            draw.polygon(points, fill=colour(rng))


def _bricks(draw: ImageDraw.ImageDraw, w: int, h: int, rng: np.random.Generator) -> None:
    bw, bh = int(rng.integers(30, 140)), int(rng.integers(14, 60))
    gap, base = int(rng.integers(2, 8)), np.array(colour(rng, 60, 220))
    for row, y in enumerate(range(0, h, bh)):
        for x in range(-(row % 2) * bw // 2, w, bw):
            tone = np.clip(base + rng.normal(0, 14) + rng.normal(0, 5, 3), 0, 255).astype(int)
            draw.rectangle((x, y, x + bw - gap, y + bh - gap), fill=tuple(int(v) for v in tone))


def _leaves(draw: ImageDraw.ImageDraw, w: int, h: int, rng: np.random.Generator) -> None:
    base = np.array(colour(rng, 30, 170))
    for layer in range(4):
        for _ in range(int(rng.integers(250, 500))):
            cx, cy, turn = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0, 2 * math.pi)
            long, wide = rng.uniform(12, 60), rng.uniform(0.15, 0.5)
            t = np.linspace(0, 2 * math.pi, 10)
            px, py = long * np.cos(t), long * wide * np.sin(t)
            x = cx + px * math.cos(turn) - py * math.sin(turn)
            y = cy + px * math.sin(turn) + py * math.cos(turn)
            shade = np.clip(base * (0.35 + 0.3 * layer) + rng.normal(0, 18, 3), 0, 255)
            draw.polygon(list(zip(x, y)), fill=tuple(int(v) for v in shade))


def _lights(draw: ImageDraw.ImageDraw, w: int, h: int, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(15, 70))):
        x, y, r = rng.uniform(0, w), rng.uniform(0, h), float(rng.choice((2, 3, 4, 8, 14)))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour(rng, 170))
    for _ in range(int(rng.integers(2, 8))):
        x, y = rng.uniform(0, w), rng.uniform(0, h)
        bw, bh = rng.uniform(8, 60), rng.uniform(8, 60)
        for i in range(int(rng.integers(1, 6))):
            for j in range(int(rng.integers(1, 6))):
                left, top = x + i * bw * 1.5, y + j * bh * 1.5
                draw.rectangle((left, top, left + bw, top + bh), fill=colour(rng, 120))


def draw_scene(seed: int, size: int = 640) -> np.ndarray:
    """A scene of `size` x `size` pixels that depends on the seed alone."""
    rng = np.random.default_rng([seed, 71])
    side = size * 2
    kind = ORDER[seed % len(ORDER)]
    if kind == 4:
        ground = np.full((side, side, 3), 0.0) + np.array(colour(rng, 0, 40))
        ground = ground + 12 * fractal(side, side, rng, 1.3)[..., None]
    else:
        ground = _gradient(side, side, rng)
    if kind == 5:
        tint = rng.uniform(0.4, 1, 3)
        ground = ground + 35 * fractal(side, side, rng, float(rng.uniform(0.8, 1.6)))[..., None] * tint
    image = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    if kind == 0:
        _text(draw, side, side, rng)
    elif kind == 1:
        _shapes(draw, side, side, rng)
        if rng.random() < 0.5:
            _text(draw, side, side, rng)
    elif kind == 2:
        _bricks(draw, side, side, rng)
    elif kind == 3:
        _leaves(draw, side, side, rng)
    elif kind == 4:
        _lights(draw, side, side, rng)
    if kind != 4 and rng.random() < 0.7:
        turn = image.rotate(float(rng.uniform(-30, 30)), Image.Resampling.BILINEAR)
        margin = side // 6
        image = turn.crop((margin, margin, side - margin, side - margin))
    image = image.resize((size, size), Image.Resampling.BOX)
    pixels = np.asarray(image, np.float32)
    if rng.random() < 0.8:  # uneven light and a touch of surface grain
        shade = 1 + 0.15 * fractal(size, size, rng, 2.0) + 0.03 * fractal(size, size, rng, 0.5)
        pixels = pixels * shade[..., None]
    return np.clip(pixels, 0, 255).astype(np.uint8)
