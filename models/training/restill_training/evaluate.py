"""Measures a pack: gain on pairs, survival of sharp photographs, tiles against whole, speed.

PSNR is taken over all RGB values after rounding both pictures to 8 bits.
"""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .data.pairs import list_pairs
from .data.sources import load_rgb
from .runner import PackRunner


def as_float(pixels: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] as float32 [3, H, W] in 0..1."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32) / 255


def as_pixels(image: np.ndarray) -> np.ndarray:
    """float [3, H, W] in 0..1 as uint8 [H, W, 3]."""
    return np.round(np.clip(image, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """PSNR in dB of two uint8 pictures; 99 where they are equal."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return 99.0 if error == 0 else min(99.0, float(10 * np.log10(255**2 / error)))


# Above this PSNR to the truth, in dB, blur is hardly seen; gains there say little.
VISIBLE = 34.0


@dataclass(frozen=True)
class Gain:
    """One measured picture: PSNR before and after, dB."""

    name: str
    kind: str
    before: float
    after: float
    size: float = 0.0

    @property
    def gain(self) -> float:
        return self.after - self.before


def measure(runner: PackRunner, name: str, kind: str, blur: np.ndarray, sharp: np.ndarray,
            size: float = 0.0) -> Gain:
    """Restores uint8 `blur` and compares with uint8 `sharp`."""
    answer = as_pixels(runner.restore(as_float(blur)))
    return Gain(name, kind, psnr(blur, sharp), psnr(answer, sharp), size)


def on_pairs(runner: PackRunner, folder: Path) -> list[Gain]:
    """Every pair of a folder with pairs.tsv."""
    found = []
    for pair in list_pairs(folder):
        blur, sharp = pair.load()
        found.append(measure(runner, pair.name, pair.source, blur, sharp))
    return found


def on_heldout(runner: PackRunner, folder: Path) -> list[Gain]:
    """Every picture of a folder that the `heldout` command wrote."""
    found = []
    with open(folder / "kinds.tsv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            blur, sharp = (load_rgb(folder / side / row["file"]) for side in ("blurred", "sharp"))
            size = float(row["size"])
            found.append(measure(runner, row["file"], row["kind"], blur, sharp, size))
    return found


def on_sharp(runner: PackRunner, photos: list[Path], longest: int = 1024) -> list[tuple[str, float]]:
    """Sharp photographs in and out (their centre, at most `longest` pixels a side): PSNR."""
    found = []
    for path in photos:
        pixels = load_rgb(path)
        top, left = (max(0, (n - longest) // 2) for n in pixels.shape[:2])
        pixels = pixels[top : top + longest, left : left + longest]
        found.append((path.stem, psnr(as_pixels(runner.restore(as_float(pixels))), pixels)))
    return found


def tiled_against_whole(runner: PackRunner, photos: list[Path]) -> list[tuple[str, float]]:
    """PSNR between the answer in windows and the answer in one piece."""
    found = []
    for path in photos:
        image = as_float(load_rgb(path))
        both = (as_pixels(runner.restore(image)), as_pixels(runner.whole(image)))
        found.append((path.stem, psnr(*both)))
    return found


def seconds_per_tile(runner: PackRunner, rounds: int = 5) -> float:
    """Median seconds for one full window on this machine."""
    tile = np.random.default_rng(0).random((3, runner.window, runner.window), np.float32)
    runner.tile(tile)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        runner.tile(tile)
        times.append(time.perf_counter() - began)
    return float(np.median(times))


def summary(gains: list[Gain]) -> dict[str, Any]:
    """Mean input, mean, worst and best gain; the same for visibly blurred ones and by kind."""
    values = np.array([g.gain for g in gains])
    visible = [g for g in gains if g.before < VISIBLE]
    kinds: dict[str, list[Gain]] = {}
    for g in gains:
        kinds.setdefault(g.kind, []).append(g)
    return {
        "count": len(gains),
        "input": float(np.mean([g.before for g in gains])),
        "gain": float(values.mean()),
        "worst": float(values.min()),
        "best": float(values.max()),
        "visible": _means(visible) if visible else None,
        "kinds": {kind: _means(some) for kind, some in kinds.items()},
        "sizes": {
            f"{kind} {size:g}": _means([g for g in some if g.size == size])
            for kind, some in kinds.items()
            for size in sorted({g.size for g in some if g.size})
        },
    }


def _means(gains: list[Gain]) -> dict[str, float]:
    return {
        "count": len(gains),
        "input": float(np.mean([g.before for g in gains])),
        "gain": float(np.mean([g.gain for g in gains])),
        "worst": float(np.min([g.gain for g in gains])),
        "best": float(np.max([g.gain for g in gains])),
    }
