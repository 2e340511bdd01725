"""Samples that must come back as they are: pictures that are soft by nature.

A camera file at full size is softer than a picture shrunk for the screen: lens, anti-aliasing
filter, demosaicking and in-camera sharpening leave fringes of about a pixel. That is no blur to
take off. These samples show it and ask for nothing.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .colour import to_display, to_eight_bit, to_linear
from .kernels import MARGIN, convolve
from .noise import jpeg, sensor_noise

# Deviation in pixels and enlargement up to which softness belongs to the picture.
SOFTEST = 1.0
LARGEST = 2.0


def gaussian(sigma: float) -> Tensor:
    """Gaussian kernel, float [7, 7], sum one."""
    axis = torch.arange(-3, 4, dtype=torch.float32)
    line = torch.exp(-axis.square() / (2 * sigma * sigma))
    line = line / line.sum()
    return line[:, None] * line[None]


def enlarged(picture: Tensor, factor: float) -> Tensor:
    """The middle of a picture [3, H, W] enlarged by `factor` >= 1 to its own size, bicubic."""
    h, w = picture.shape[-2:]
    inner = (max(1, round(h / factor)), max(1, round(w / factor)))
    top, left = (h - inner[0]) // 2, (w - inner[1]) // 2
    part = picture[None, :, top : top + inner[0], left : left + inner[1]]
    return F.interpolate(part, size=(h, w), mode="bicubic", align_corners=False)[0].clamp(0, 1)


def soft_by_nature(picture: Tensor, rng: np.random.Generator, generator: torch.Generator,
                   natural: bool) -> Tensor:
    """A softened display picture [3, S, S] of 8-bit values from [3, S + 2 MARGIN, S + 2 MARGIN].

    Enlarged up to `LARGEST` times, smoothed by up to `SOFTEST` pixels, then at times sharpened as
    cameras do; `natural` pictures (full-size camera files) are often left as they are. Noise and
    JPEG are part of the picture here.
    """
    device = picture.device
    if rng.random() >= (0.5 if natural else 0.2):
        way = rng.random()
        both = 0.45 <= way < 0.6
        if way < 0.6:
            picture = enlarged(picture, float(rng.uniform(1.05, 1.5 if both else LARGEST)))
        if way >= 0.45:
            sigma = float(rng.uniform(0.3, 0.6 if both else SOFTEST))
            picture = to_display(convolve(to_linear(picture), gaussian(sigma).to(device)).clamp(0, 1))
    if rng.random() < 0.4:
        radius, amount = float(rng.uniform(0.7, 1.6)), float(rng.uniform(0.2, 1.2))
        picture = picture + amount * (picture - convolve(picture, gaussian(radius).to(device)))
    picture = picture[:, MARGIN:-MARGIN, MARGIN:-MARGIN].clamp(0, 1)
    if rng.random() < 0.2:
        picture = to_display(sensor_noise(to_linear(picture), 0.5, rng, generator).clamp(0, 1))
    if rng.random() < 0.3:
        picture = jpeg(picture, int(rng.integers(80, 97)), rng.random() < 0.3)
    return to_eight_bit(picture)
