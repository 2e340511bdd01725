"""Small painting helpers for the sample scenes. Pictures are float32 [H, W, 3] in 0..255."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ..synth.scenes import fractal


def canvas(h: int, w: int, colour: tuple[float, float, float]) -> np.ndarray:
    """A plain picture."""
    return np.zeros((h, w, 3), np.float32) + np.array(colour, np.float32)


def noise(h: int, w: int, rng: np.random.Generator, slope: float, shrink: int = 1) -> np.ndarray:
    """Fractal noise [h, w]; `shrink` draws it smaller and enlarges, which is quicker."""
    if shrink == 1:
        return fractal(h, w, rng, slope).astype(np.float32)
    small = fractal(h // shrink + 2, w // shrink + 2, rng, slope).astype(np.float32)
    image = Image.fromarray(small).resize((w, h), Image.Resampling.BICUBIC)
    return np.asarray(image)


def mask(h: int, w: int, paint, soften: float = 0.0) -> np.ndarray:
    """Coverage [h, w] 0..1 of what `paint(draw)` draws in white."""
    image = Image.new("L", (w, h))
    paint(ImageDraw.Draw(image))
    if soften:
        image = image.filter(ImageFilter.GaussianBlur(soften))
    return np.asarray(image, np.float32) / 255


def lay(picture: np.ndarray, cover: np.ndarray, what: np.ndarray | tuple[float, ...]) -> np.ndarray:
    """`what` (a picture or colour) over the picture where `cover` says."""
    return picture + (np.asarray(what, np.float32) - picture) * cover[..., None]


def shade(picture: np.ndarray, cover: np.ndarray, amount: float) -> np.ndarray:
    """Darkens by `amount` (0..1) where `cover` says."""
    return picture * (1 - amount * cover[..., None])


def soft(cover: np.ndarray, radius: float) -> np.ndarray:
    """A blurred copy of a coverage."""
    image = Image.fromarray((np.clip(cover, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def moved(cover: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """A coverage shifted, with nothing coming in."""
    return np.roll(cover, (dy, dx), (0, 1))


def vignette(picture: np.ndarray, strength: float = 0.25) -> np.ndarray:
    """Corners darker than the middle, as lenses leave them."""
    h, w = picture.shape[:2]
    y, x = np.mgrid[-1:1:h * 1j, -1:1:w * 1j].astype(np.float32)
    return picture * (1 - strength * (0.5 * (x * x + y * y)) ** 1.3)[..., None]


def sunlight(picture: np.ndarray, turn: float, strength: float = 0.2) -> np.ndarray:
    """A plane of light across the picture; warm on the bright side."""
    h, w = picture.shape[:2]
    y, x = np.mgrid[-1:1:h * 1j, -1:1:w * 1j].astype(np.float32)
    plane = (x * np.cos(turn) + y * np.sin(turn)) * strength
    tint = np.array([1.15, 1.0, 0.8], np.float32)
    return picture * (1 + plane[..., None] * tint)


def typeface(size: int, bold: bool = True, serif: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu in one of four cuts, else Pillow's own face."""
    name = f"DejaVu{'Serif' if serif else 'Sans'}{'-Bold' if bold else ''}.ttf"
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return ImageFont.load_default(size)


def reduced(picture: np.ndarray, factor: int = 2) -> np.ndarray:
    """The picture at 1/factor size as uint8, each pixel the mean of those under it."""
    h, w = (n // factor for n in picture.shape[:2])
    part = np.clip(picture[: h * factor, : w * factor], 0, 255)
    return part.reshape(h, factor, w, factor, 3).mean((1, 3)).round().astype(np.uint8)
