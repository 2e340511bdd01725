"""Camera shake: random trajectories, their kernels, and averages of moved frames.

Trajectories follow Boracchi and Foi, "Modeling the performance of image restoration from motion
blur" (IEEE TIP 2012) with the parameters known from DeblurGAN (Kupyn et al. 2018), rescaled from
2000 to STEPS iterations; the speed along the way varies, as hands do.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .kernels import KERNEL_SIZE, convolve_grid

STEPS = 256
_RATIO = 2000 / STEPS
ABRUPTNESS = (0.0, 0.001, 0.003, 0.005, 0.01)


def trajectories(lengths: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random camera paths of the given lengths in pixels.

    Returns positions complex [B, STEPS] (x + iy, pixels) and exposure weights float [B, STEPS]
    that sum to one. The weighted mean position is zero: a kernel then moves nothing on average,
    which is the only place for the sharp picture that the blur itself tells.
    """
    count = len(lengths)
    expl = rng.choice(ABRUPTNESS, count, p=(0.15, 0.2, 0.25, 0.25, 0.15))
    centripetal = 0.7 * rng.random(count) * _RATIO
    p_shake = 0.2 * rng.random(count) * _RATIO
    gauss = 10 * rng.random(count) * math.sqrt(_RATIO)
    stride = lengths / (STEPS - 1)
    speed = stride * np.exp(2j * np.pi * rng.random(count))
    path = np.zeros((count, STEPS), np.complex128)
    normal = rng.standard_normal((STEPS, count)) + 1j * rng.standard_normal((STEPS, count))
    abrupt = rng.random((STEPS, count)) < p_shake * expl
    turn = np.exp(1j * (np.pi + rng.random((STEPS, count)) - 0.5))
    for t in range(STEPS - 1):
        push = expl * (gauss * normal[t] - centripetal * path[:, t]) * stride
        speed = speed + np.where(abrupt[t], 2 * speed * turn[t], 0) + push
        speed = speed / np.maximum(np.abs(speed), 1e-12) * stride
        path[:, t + 1] = path[:, t] + speed
    weights = np.exp(rng.uniform(0, 1, (count, 1)) * _smooth_noise(count, rng))
    weights /= weights.sum(1, keepdims=True)
    return path - (path * weights).sum(1, keepdims=True), weights


def _smooth_noise(count: int, rng: np.random.Generator) -> np.ndarray:
    """Slow noise [count, STEPS], about unit variance: six random knots, interpolated."""
    knots = rng.standard_normal((count, 6))
    at = np.linspace(0, 5, STEPS)
    low = np.minimum(at.astype(int), 4)
    part = at - low
    return knots[:, low] * (1 - part) + knots[:, low + 1] * part


def kernels_of(path: np.ndarray, weights: np.ndarray, size: int = KERNEL_SIZE) -> Tensor:
    """Rasterises paths [B, T] to kernels float [B, size, size]; bilinear weights, sum one."""
    count, steps = path.shape
    limit = size // 2 - 1
    x = np.clip(path.real, -limit, limit) + size // 2
    y = np.clip(path.imag, -limit, limit) + size // 2
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - x0, y - y0
    out = np.zeros((count, size * size))
    row = np.repeat(np.arange(count)[:, None], steps, 1)
    for dx, wx in ((0, 1 - fx), (1, fx)):
        for dy, wy in ((0, 1 - fy), (1, fy)):
            np.add.at(out, (row, (y0 + dy) * size + x0 + dx), weights * wx * wy)
    out /= out.sum(1, keepdims=True)
    return torch.from_numpy(out.reshape(count, size, size).astype(np.float32))


def shake_kernels(lengths: np.ndarray, rng: np.random.Generator) -> Tensor:
    """Kernels of random trajectories with the given lengths (pixels)."""
    return kernels_of(*trajectories(lengths, rng))


def shake_grid(picture: Tensor, length: float, rng: np.random.Generator) -> Tensor:
    """Blur that changes over the picture: a path that turns and stretches over a 4x4 grid."""
    n = 4
    path, weights = trajectories(np.array([length]), rng)
    corner = (rng.standard_normal(4) + 1j * rng.standard_normal(4)) * rng.uniform(0.05, 0.35)
    at = np.linspace(0, 1, n)
    mix = (
        corner[0] * (1 - at)[:, None] * (1 - at)[None]
        + corner[1] * (1 - at)[:, None] * at[None]
        + corner[2] * at[:, None] * (1 - at)[None]
        + corner[3] * at[:, None] * at[None]
    )
    paths = (path * (1 + mix.reshape(-1, 1))).reshape(n * n, -1)
    kernels = kernels_of(paths, np.repeat(weights, n * n, 0)).to(picture.device)
    return convolve_grid(picture, kernels.view(n, n, *kernels.shape[1:]))


def shake_frames(picture: Tensor, length: float, rng: np.random.Generator,
                 most_roll: float = 4.0) -> Tensor:
    """Average of 7-24 frames that roll, shift and zoom: rotation in the image plane.

    `picture` linear [3, H, W]; the shift follows a trajectory of `length` pixels; the roll
    turns about a random pivot by up to `most_roll` degrees (4 suits crops, far less suits whole
    photographs), zoom stays within 2 % of a crop.
    """
    h, w = picture.shape[-2:]
    frames = int(np.clip(length * rng.uniform(0.7, 1.6), 7, 24))
    path, weights = trajectories(np.array([length]), rng)
    edges = np.interp((np.arange(frames) + 0.5) / frames, np.cumsum(weights[0]), np.arange(STEPS))
    shift = path[0][np.clip(np.round(edges).astype(int), 0, STEPS - 1)]
    shift = shift - shift.mean()
    progress = np.linspace(-1, 1, frames)
    bend = rng.normal(0, 0.3)
    wave = progress + bend * (progress**2 - np.mean(progress**2))
    roll = np.deg2rad(rng.uniform(0, most_roll)) * rng.choice((-1, 1)) * 0.5 * wave
    zoom = 1 + rng.uniform(-0.01, 0.01) * min(1.0, most_roll / 4) * wave
    pivot = rng.uniform(-0.5, 0.5, 2)
    cos, sin = np.cos(roll) * zoom, np.sin(roll) * zoom
    theta = np.zeros((frames, 2, 3), np.float32)
    theta[:, 0, 0], theta[:, 0, 1] = cos, -sin * h / w
    theta[:, 1, 0], theta[:, 1, 1] = sin * w / h, cos
    theta[:, :, 2] = pivot - np.einsum("tij,j->ti", theta[:, :, :2], pivot)
    theta[:, 0, 2] += 2 * shift.real / w
    theta[:, 1, 2] += 2 * shift.imag / h
    grid = F.affine_grid(
        torch.from_numpy(theta).to(picture.device), [frames, 3, h, w], align_corners=False
    )
    moved = F.grid_sample(
        picture[None].expand(frames, -1, -1, -1), grid, mode="bilinear",
        padding_mode="reflection", align_corners=False,
    )
    return moved.mean(0)
