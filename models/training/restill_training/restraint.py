"""Leaves alone what is sharp already: what the application does after the network of a pack.

Two local means tell sharp from blurred: of the change that the network makes, and of the picture's
own gradients. Where a photo is blurred its gradients are weak and the change is as strong as they
are; where it is sharp the change stays well below them, and is limited there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK = 32
REACH = 2
STEP = 3


@dataclass(frozen=True)
class Restraint:
    """A pack's table `restraint`.

    `keep_db` is the PSNR that a sharp place keeps; `sharp` and `blurred` are ratios of RMS change
    to RMS gradient: below the first the limit holds, above the second there is none.
    """

    keep_db: float
    sharp: float
    blurred: float

    @classmethod
    def from_tables(cls, tables: dict) -> Restraint | None:
        table = tables.get("restraint")
        return cls(table["keepDb"], table["sharp"], table["blurred"]) if table else None

    def apply(self, image: np.ndarray, answer: np.ndarray) -> np.ndarray:
        """`answer` with its change limited; both float32 [3, H, W] in 0..1."""
        _, h, w = image.shape
        blocks = (-(-h // BLOCK), -(-w // BLOCK))
        shares = self._shares(*_sums(image, answer, blocks))
        if shares.min() == 1:
            return answer
        rows, columns = (_interpolation(n, b) for n, b in zip((h, w), blocks))
        share = (rows @ shares @ columns.T).astype(np.float32)
        return image + (answer - image) * share

    def _shares(self, change: np.ndarray, gradient: np.ndarray, count: np.ndarray) -> np.ndarray:
        change, gradient, count = (_neighbours(x) for x in (change, gradient, count))
        limit = 10 ** (-self.keep_db / 10)
        ratio = np.sqrt(change / np.maximum(gradient, 1e-9 * count))
        free = np.clip((ratio - self.sharp) / (self.blurred - self.sharp), 0, 1)
        kept = np.minimum(1, np.sqrt(limit * count / np.maximum(change, 1e-20)))
        return kept + (1 - kept) * free


def _sums(image: np.ndarray, answer: np.ndarray, blocks: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """By block: squared change, squared gradients, number of values; every third pixel."""
    place = np.s_[:, :-1:STEP, :-1:STEP]
    right = image[:, :-1, 1:][:, ::STEP, ::STEP] - image[place]
    below = image[:, 1:, :-1][:, ::STEP, ::STEP] - image[place]
    change = ((answer[place] - image[place]) ** 2).sum(0, dtype=np.float64)
    gradient = (right**2 + below**2).sum(0, dtype=np.float64)
    y, x = (np.arange(0, n * STEP, STEP) // BLOCK for n in change.shape)
    cell = (y[:, None] * blocks[1] + x[None]).ravel()
    size = blocks[0] * blocks[1]
    return tuple(
        np.bincount(cell, values.ravel(), size).reshape(blocks)
        for values in (change, gradient, np.full_like(change, 3))
    )


def _neighbours(x: np.ndarray) -> np.ndarray:
    """Sums over REACH blocks each way, as far as there are blocks."""
    padded = np.pad(x, REACH)
    width = 2 * REACH + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (width, width))
    return windows.sum((2, 3))


def _interpolation(length: int, blocks: int) -> np.ndarray:
    """Matrix [length, blocks] that interpolates between block centres, flat beyond the outer ones."""
    place = np.clip((np.arange(length) + 0.5) / BLOCK - 0.5, 0, blocks - 1)
    index = np.floor(place).astype(int)
    matrix = np.zeros((length, blocks))
    matrix[np.arange(length), index] = 1 - (place - index)
    matrix[np.arange(length), np.minimum(index + 1, blocks - 1)] += place - index
    return matrix
