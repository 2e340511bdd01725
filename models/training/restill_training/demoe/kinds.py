"""The five kinds of blur, each with the light, the noise and the files it comes in.

An expert can only be better at its kind if the kinds differ in more than name. So each has its own
pipeline: camera shake of real cameras is an average of moved frames with clipped lights and the noise
of a Bayer sensor (the degradations of RSBlur: Rim et al., "Realistic Blur Synthesis for Learning
Image Deblurring", ECCV 2022, the noise wider, for phones); synthetic shake is a clean convolution;
a moving subject leaves the rest of a clean picture sharp; defocus is disks over depth; low light is
any motion in a dark, noisy picture with lights that streak.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..nets.demoe_router import EXPERTS
from ..synth.camera_shake import STEPS, kernels_of, shake_frames, shake_grid, shake_kernels
from ..synth.colour import to_display, to_eight_bit, to_linear
from ..synth.defocus import disk, layered_defocus
from ..synth.kernels import MARGIN, convolve
from ..synth.local_motion import local_motion
from ..synth.low_light import add_lamps, boost_highlights
from ..synth.noise import jpeg

# Gains of a camera's white balance, red and blue, undone before the noise is added (RSBlur).
RED_GAIN, BLUE_GAIN = (1.9, 2.4), (1.5, 1.9)
# Kinds whose files have so much grain that their experts take it off.
GRAINY = ("global_motion", "low_light")
# Radii and path lengths of the fixed sizes that measuring uses, pixels.
SIZES: dict[str, tuple[float, ...]] = {
    "defocus": (1.5, 2.5, 4.0, 6.0),
    "global_motion": (8, 14, 22, 32),
    "local_motion": (10, 18, 28, 40),
    "synth_motion": (8, 14, 22, 32),
    "low_light": (8, 14, 20, 28),
}


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def bayer_noise(linear: Tensor, signal: float, read: float, rng: np.random.Generator,
                generator: torch.Generator) -> Tensor:
    """Poisson-Gaussian noise of a Bayer sensor, seen after bilinear demosaicing.

    Variance `signal` * value + `read`^2 on the mosaic before white balance; every colour's noise is
    interpolated between its own sites, which gives the coloured grain of real files while the
    picture itself stays as sharp as it was. Clipped pixels stay clean.
    """
    _, h, w = linear.shape
    red, blue = rng.uniform(*RED_GAIN), rng.uniform(*BLUE_GAIN)
    gains = torch.tensor([red, 1.0, blue], device=linear.device).view(3, 1, 1)
    raw = linear.clamp(0, 1) / gains
    white = torch.randn(linear.shape, generator=generator, device=linear.device)
    noise = white * (signal * raw + read * read).sqrt() * gains
    oy, ox = int(rng.integers(2)), int(rng.integers(2))
    y = (torch.arange(h, device=linear.device)[:, None] + oy) % 2
    x = (torch.arange(w, device=linear.device)[None] + ox) % 2
    sites = torch.stack([(y * x), (y + x) % 2, (1 - y) * (1 - x)]).float()
    soft = torch.tensor([[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]], device=linear.device)
    cross = torch.tensor([[0.0, 0.25, 0.0], [0.25, 1.0, 0.25], [0.0, 0.25, 0.0]], device=linear.device)
    filters = torch.stack([soft, cross, soft])[:, None]
    grain = F.conv2d((noise * sites)[None], filters, padding=1, groups=3)[0]
    return torch.where(linear >= 1, linear, linear + grain)


def _line_kernel(length: float, rng: np.random.Generator) -> Tensor:
    """A straight, evenly exposed path."""
    along = np.linspace(-0.5, 0.5, STEPS)[None] * length * np.exp(1j * rng.uniform(0, math.pi))
    return kernels_of(along, np.full((1, STEPS), 1 / STEPS))[0]


def _defocus(linear: Tensor, radius: float, rng: np.random.Generator) -> Tensor:
    if rng.random() < 0.3:
        linear = boost_highlights(linear, float(rng.uniform(1.5, 5)), 0.9)
    if rng.random() < 0.5:
        return layered_defocus(linear, min(radius * 1.3, 9.0), rng)
    return convolve(linear, disk(radius, rng).to(linear.device))


def _synthetic(linear: Tensor, length: float, rng: np.random.Generator) -> Tensor:
    share = rng.random()
    if share < 0.2:
        return shake_grid(linear, length, rng)
    kernel = _line_kernel(length, rng) if share < 0.4 else shake_kernels(np.array([length]), rng)[0]
    return convolve(linear, kernel.to(linear.device))


def _dusk(linear: Tensor, rng: np.random.Generator) -> Tensor:
    """An exposure at night, mean 0.015-0.09; bright parts count as lamps and stay where they are small."""
    scale = min(1.0, _log_uniform(rng, 0.015, 0.09) / max(float(linear.mean()), 1e-3))
    peak = linear.amax(0, keepdim=True)
    lamp = ((peak - 0.85) / 0.15).clamp(0, 1)
    if float(lamp.mean()) > 0.02:
        return linear * scale
    return linear * (scale + (1 - scale) * lamp)


def _night(linear: Tensor, length: float, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    linear = boost_highlights(_dusk(linear, rng), float(rng.uniform(1.5, 8)))
    if rng.random() < 0.6:
        linear = add_lamps(linear, rng)
    share = rng.random()
    if share < 0.25:
        return shake_frames(linear, length, rng, 1.5), linear
    if share < 0.4:
        return convolve(linear, disk(length / 7, rng).to(linear.device)), linear
    kernel = shake_kernels(np.array([length]), rng)[0].to(linear.device)
    return convolve(linear, kernel), linear


def _drawn_size(kind: str, rng: np.random.Generator) -> float:
    if kind == "defocus":
        return _log_uniform(rng, 0.9, 7.0)
    if kind == "local_motion":
        return float(rng.uniform(6, 50))
    return float(rng.uniform(4, 28) if rng.random() < 0.85 else rng.uniform(28, 48))


def finished(kind: str, linear: Tensor, rng: np.random.Generator,
             generator: torch.Generator) -> Tensor:
    """What a file of this kind holds of a blurred picture, linear [3, S, S] in 0..1: the kind's sensor
    noise and compression; display-encoded, 8-bit values."""
    if kind == "global_motion":
        linear = bayer_noise(linear, _log_uniform(rng, 2e-4, 2e-3), _log_uniform(rng, 5e-4, 5e-3),
                             rng, generator)
    elif kind == "low_light":
        linear = bayer_noise(linear, _log_uniform(rng, 4e-4, 3e-3), _log_uniform(rng, 1.5e-3, 8e-3),
                             rng, generator)
    elif kind == "defocus" and rng.random() < 0.3:
        linear = bayer_noise(linear, _log_uniform(rng, 1e-5, 1e-4), _log_uniform(rng, 1e-4, 1e-3),
                             rng, generator)
    display = to_display(linear.clamp(0, 1))
    if kind in ("local_motion", "defocus") and rng.random() < 0.25:
        display = jpeg(display, int(rng.integers(75, 96)), rng.random() < 0.5)
    return to_eight_bit(display)


def make_sample(kind: str, picture: Tensor, other: Tensor, rng: np.random.Generator,
                generator: torch.Generator, size: float | None = None,
                keep_sharp: bool = False) -> tuple[Tensor, Tensor]:
    """One (blurred, sharp) sample of a kind, display-encoded [3, S, S], 8-bit values.

    `picture` and `other` (which lends the moving thing) are display-encoded
    [3, S + 2 MARGIN, S + 2 MARGIN]. `size` fixes the radius or path length in pixels. `keep_sharp`
    leaves the blur out: the kind's light and noise alone. The target keeps the exposure: low light is
    not brightened.
    """
    if kind not in EXPERTS:
        raise ValueError(f"no kind of blur is called {kind}")
    if rng.random() < 0.3:
        picture = picture.clamp(0, 1) ** float(rng.uniform(0.8, 1.25))
    linear = to_linear(picture)
    length = _drawn_size(kind, rng) if size is None else size
    if kind == "global_motion" and rng.random() < 0.7:
        linear = boost_highlights(linear, float(rng.uniform(1.25, 4)), 0.85)
    if keep_sharp:
        sharp = blurred = _dusk(linear, rng) if kind == "low_light" else linear
    elif kind == "defocus":
        blurred, sharp = _defocus(linear, length, rng), linear
    elif kind == "global_motion":
        blurred, sharp = shake_frames(linear, min(length, 40.0), rng, 2.5), linear
    elif kind == "local_motion":
        blurred, sharp = local_motion(linear, to_linear(other), length, rng)
    elif kind == "synth_motion":
        blurred, sharp = _synthetic(linear, length, rng), linear
    else:
        blurred, sharp = _night(linear, length, rng)
    cut = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    sharp = to_eight_bit(to_display(sharp[cut].clamp(0, 1)))
    return finished(kind, blurred[cut].clamp(0, 1), rng, generator), sharp


def clean_sample(picture: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """A (blurred, sharp) sample without blur or grain: twice the same cut of `picture`, display-encoded
    [3, S + 2 MARGIN, S + 2 MARGIN], half of them as dark as low light."""
    linear = to_linear(picture)
    if rng.random() < 0.5:
        linear = _dusk(linear, rng)
    sharp = to_eight_bit(to_display(linear[:, MARGIN:-MARGIN, MARGIN:-MARGIN].clamp(0, 1)))
    return sharp, sharp
