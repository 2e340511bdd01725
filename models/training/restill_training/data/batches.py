"""Training batches: synthetic samples and crops of real pairs, every one drawn from its number.

Batch n depends on (seed, n) alone, so a resumed run sees what an uninterrupted one would have.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..synth.kernels import MARGIN
from ..synth.pipeline import Recipe, synthesise
from ..synth.restraint import soft_by_nature
from .pairs import PairBank
from .setup import SoftBank
from .sources import PhotoBank


@dataclass
class BatchMaker:
    """Mixes `real_share` crops of pairs with synthetic samples."""

    photos: PhotoBank
    pairs: PairBank | None
    recipe: Recipe
    real_share: float
    seed: int
    device: torch.device
    soft: SoftBank | None = None

    def make(self, number: int, size: int, side: int) -> tuple[Tensor, Tensor]:
        """Batch `number`: blurred and sharp float [size, 3, side, side], display-encoded."""
        rng = np.random.default_rng([self.seed, number])
        generator = torch.Generator(device=self.device)
        generator.manual_seed(self.seed * 1_000_003 + number)
        blurred, sharp = [], []
        for _ in range(size):
            if self.pairs is not None and rng.random() < self.real_share:
                pair = self.pairs.crop(side, rng)
            else:
                pair = self._synthetic(side, rng, generator)
            blurred.append(pair[0])
            sharp.append(pair[1])
        return torch.stack(blurred), torch.stack(sharp)

    def _synthetic(self, side: int, rng: np.random.Generator,
                   generator: torch.Generator) -> tuple[Tensor, Tensor]:
        outer = side + 2 * MARGIN
        zoom = float(rng.uniform(1.0, 2.0)) if rng.random() < 0.35 else 1.0
        kind = self.recipe.draw_kind(rng)
        if kind == "sharp" and self.soft is not None and rng.random() < self.recipe.soft_share:
            return self._soft(outer, rng, generator)
        picture = self.photos.crop(outer, zoom, rng)
        other = self.photos.crop(outer, 1.0, rng) if kind == "local" else picture
        blurred, sharp, _ = synthesise(picture, other, self.recipe, rng, generator, kind)
        return blurred, sharp

    def _soft(self, outer: int, rng: np.random.Generator,
              generator: torch.Generator) -> tuple[Tensor, Tensor]:
        assert self.soft is not None
        natural = self.soft.full_size is not None and rng.random() < 0.4
        if natural:
            picture = self.soft.full_size.crop(outer, float(rng.uniform(1.0, 1.5)), rng)
        else:
            picture = self.soft.others.crop(outer, 1.0, rng)
        picture = soft_by_nature(picture, rng, generator, natural)
        return picture, picture


class Inline:
    """Makes every batch when it is asked for: on a CPU a second thread only fights for cores."""

    def __init__(self, maker: BatchMaker, first: int, plan) -> None:
        self._maker, self._plan, self._number = maker, plan, first

    def next(self) -> tuple[Tensor, Tensor]:
        batch = self._maker.make(self._number, *self._plan(self._number))
        self._number += 1
        return batch

    def close(self) -> None:
        """Nothing to end."""


class Prefetch:
    """Makes batches ahead in a thread; `plan(number)` says how many samples and which side."""

    def __init__(self, maker: BatchMaker, first: int, plan, ahead: int = 3) -> None:
        self._queue: queue.Queue = queue.Queue(maxsize=ahead)
        self._stop = threading.Event()
        self._maker, self._plan, self._first = maker, plan, first
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        number = self._first
        while not self._stop.is_set():
            try:
                item = self._maker.make(number, *self._plan(number))
            except BaseException as error:  # handed to the consumer, which raises it
                item = error
            while not self._stop.is_set():
                try:
                    self._queue.put(item, timeout=0.5)
                    break
                except queue.Full:
                    continue
            number += 1

    def next(self) -> tuple[Tensor, Tensor]:
        item = self._queue.get()
        if isinstance(item, BaseException):
            raise item
        return item

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)
