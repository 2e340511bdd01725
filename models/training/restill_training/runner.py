"""Runs a pack on whole photographs with onnxruntime: padding, tiles, blending.

The same rules as in the application: windows of a fixed side with an overlap, the last one moved
back to end at the border, linear ramps across the overlaps, reflected padding, and the pack's
restraint where it has one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from .restraint import Restraint


def starts(length: int, window: int, overlap: int) -> list[int]:
    """Where windows begin along one side; the last one ends at the border."""
    if length <= window:
        return [0]
    step = window - overlap
    places = list(range(0, length - window, step))
    return [*places, length - window]


def ramp(length: int, lead: int, tail: int) -> np.ndarray:
    """Weights [length]: linear rise over `lead` pixels, fall over `tail`, one between."""
    weight = np.ones(length, np.float32)
    if lead:
        weight[:lead] = (np.arange(lead, dtype=np.float32) + 0.5) / lead
    if tail:
        weight[length - tail :] *= 1 - (np.arange(tail, dtype=np.float32) + 0.5) / tail
    return weight


class PackRunner:
    """One pack, opened. Pictures are float32 [3, H, W], RGB, display-encoded, 0..1."""

    def __init__(self, folder: Path, window: int | None = None, overlap: int | None = None,
                 threads: int = 2) -> None:
        self.folder = folder
        self.pack: dict[str, Any] = json.loads((folder / "pack.json").read_text("utf-8"))
        size = self.pack["size"]
        self.window = size["window"] if window is None else window
        self.overlap = size["overlap"] if overlap is None else overlap
        self.multiple = size["multipleOf"]
        self.padding = {"reflect": "reflect", "zero": "constant"}[size["padding"]]
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.restraint = Restraint.from_tables(self.pack["tables"])
        graph = folder / self.pack["graphs"]["restore"]["file"]
        self.session = ort.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )

    def tile(self, part: np.ndarray) -> np.ndarray:
        """One tile through the network, padded to the multiple and cut again."""
        _, h, w = part.shape
        below, right = -h % self.multiple, -w % self.multiple
        padded = _padded(part, below, right, self.padding)
        answer = self.session.run(["restored"], {"image": padded[None]})[0][0]
        if self.restraint is not None:
            answer = self.restraint.apply(padded, answer)
        return answer[:, :h, :w]

    def whole(self, image: np.ndarray) -> np.ndarray:
        """The picture in one piece, clamped to 0..1."""
        return np.clip(self.tile(image), 0, 1)

    def restore(self, image: np.ndarray) -> np.ndarray:
        """The picture in windows, blended, clamped to 0..1."""
        _, h, w = image.shape
        rows, columns = (starts(n, self.window, self.overlap) for n in (h, w))
        if len(rows) == len(columns) == 1:
            return self.whole(image)
        total = np.zeros_like(image)
        weight = np.zeros((h, w), np.float32)
        for i, top in enumerate(rows):
            across = _ramp_at(rows, i, min(self.window, h))
            for j, left in enumerate(columns):
                along = _ramp_at(columns, j, min(self.window, w))
                place = np.s_[top : top + self.window, left : left + self.window]
                share = across[:, None] * along[None]
                total[:, *place] += self.tile(image[:, *place]) * share
                weight[place] += share
        return np.clip(total / weight, 0, 1)


def _ramp_at(places: list[int], index: int, length: int) -> np.ndarray:
    lead = places[index - 1] + length - places[index] if index else 0
    tail = places[index] + length - places[index + 1] if index + 1 < len(places) else 0
    return ramp(length, lead, tail)


def _padded(part: np.ndarray, below: int, right: int, mode: str) -> np.ndarray:
    if not below and not right:
        return np.ascontiguousarray(part)
    if mode == "reflect" and (below >= part.shape[1] or right >= part.shape[2]):
        mode = "symmetric"  # a picture smaller than its padding
    return np.pad(part, ((0, 0), (0, below), (0, right)), mode=mode)
