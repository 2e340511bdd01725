"""NIQE: how unlike sharp photographs the statistics of a picture are; lower is more natural.

Mittal, Soundararajan, Bovik, "Making a 'Completely Blind' Image Quality Analyzer", IEEE Signal Processing Letters
20(3), 2013. Features and distance are the paper's; the model of sharp photographs is fitted on our own, so that
figures compare with each other and not with published ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

PATCH = 96
# Of a sharp photograph's patches, those at least so sharp (of the sharpest) make the model, as in the paper.
SHARPNESS = 0.75
_SHAPES = np.arange(0.2, 10.001, 0.001)
_RATIOS = np.array([math.gamma(2 / s) ** 2 / (math.gamma(1 / s) * math.gamma(3 / s)) for s in _SHAPES])
_WINDOW = np.exp(-0.5 * (np.arange(-3, 4) / (7 / 6)) ** 2)
_WINDOW /= _WINDOW.sum()


@dataclass(frozen=True)
class Naturalness:
    """Mean [36] and covariance [36, 36] of the features of sharp photographs."""

    mean: np.ndarray
    covariance: np.ndarray

    @classmethod
    def fitted(cls, photos: list[np.ndarray]) -> Naturalness:
        """From sharp photographs, uint8 [H, W, 3], both sides at least 96 pixels."""
        chosen = []
        for pixels in photos:
            features, sharpness = patch_features(_light(pixels))
            chosen.append(features[sharpness > SHARPNESS * sharpness.max()])
        rows = np.concatenate(chosen)
        return cls(rows.mean(0), np.cov(rows, rowvar=False))

    def distance(self, pixels: np.ndarray) -> float:
        """NIQE of uint8 [H, W, 3] (paper, eq. 10)."""
        features, _ = patch_features(_light(pixels))
        covariance = np.cov(features, rowvar=False) if len(features) > 1 else np.zeros_like(self.covariance)
        apart = self.mean - features.mean(0)
        return float(np.sqrt(apart @ np.linalg.pinv((self.covariance + covariance) / 2) @ apart))


def _light(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float64) @ np.array([0.299, 0.587, 0.114])


def patch_features(light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features [patches, 36] of both scales and mean local deviation [patches] of luma [H, W] in 0..255."""
    if min(light.shape) < PATCH:
        raise ValueError(f"the picture is smaller than a patch of {PATCH} pixels")
    rows, columns = (n // PATCH for n in light.shape)
    light = light[: rows * PATCH, : columns * PATCH]
    found, sharpness = [], np.zeros(0)
    for scale in (1, 2):
        if scale == 2:
            light = light.reshape(light.shape[0] // 2, 2, light.shape[1] // 2, 2).mean((1, 3))
        mean = _smoothed(light)
        deviation = np.sqrt(np.abs(_smoothed(light**2) - mean**2))
        contrast = _patches((light - mean) / (deviation + 1), PATCH // scale)
        if scale == 1:
            sharpness = _patches(deviation, PATCH).mean((1, 2))
        found.append(np.stack([_features(patch) for patch in contrast]))
    return np.concatenate(found, 1), sharpness


def _smoothed(picture: np.ndarray) -> np.ndarray:
    """The paper's 7x7 Gaussian window; pixels of the border repeat."""
    for axis in (0, 1):
        pads = [(3, 3) if axis == a else (0, 0) for a in (0, 1)]
        wide = np.pad(picture, pads, mode="edge")
        length = picture.shape[axis]
        picture = sum(w * wide.take(range(i, i + length), axis) for i, w in enumerate(_WINDOW))
    return picture


def _patches(picture: np.ndarray, side: int) -> np.ndarray:
    rows, columns = (n // side for n in picture.shape)
    return picture.reshape(rows, side, columns, side).transpose(0, 2, 1, 3).reshape(-1, side, side)


def _features(patch: np.ndarray) -> np.ndarray:
    """Shape and spread of the contrasts, and of their products with four neighbours (eq. 4-8): 18 numbers."""
    shape, left, right = _asymmetric(patch)
    out = [shape, (left + right) / 2]
    for step in ((0, 1), (1, 0), (1, 1), (1, -1)):
        shape, left, right = _asymmetric(patch * np.roll(patch, step, (0, 1)))
        out += [shape, (right - left) * math.gamma(2 / shape) / math.gamma(1 / shape), left, right]
    return np.array(out)


def _asymmetric(values: np.ndarray) -> tuple[float, float, float]:
    """Asymmetric generalised Gaussian by moments: shape, left and right scale."""
    flat = values.ravel()
    below, above = flat[flat < 0], flat[flat > 0]
    left = np.sqrt(np.mean(below**2)) if below.size else 1e-6
    right = np.sqrt(np.mean(above**2)) if above.size else 1e-6
    ratio = left / right
    wanted = np.mean(np.abs(flat)) ** 2 / max(np.mean(flat**2), 1e-12)
    wanted *= (ratio**3 + 1) * (ratio + 1) / (ratio**2 + 1) ** 2
    shape = float(_SHAPES[np.argmin((_RATIOS - wanted) ** 2)])
    scale = np.sqrt(math.gamma(1 / shape) / math.gamma(3 / shape))
    return shape, float(left * scale), float(right * scale)
