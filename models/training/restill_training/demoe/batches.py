"""Balanced batches: as many samples of every kind, in the experts' order.

Batch n depends on (seed, n) alone, so a resumed run sees what an uninterrupted one would have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..data.pairs import PairBank
from ..data.setup import SoftBank
from ..data.sources import PhotoBank
from ..nets.demoe_router import EXPERTS
from ..synth.colour import to_linear
from ..synth.kernels import MARGIN
from .kinds import GRAINY, clean_sample, finished, make_sample

# Pairs of averaged video frames are clean motion; with a sensor's noise on top they are what RSBlur
# makes of such frames, the shake of real cameras.
REAL_KINDS = ("global_motion", "synth_motion")


@dataclass
class Balanced:
    """`real_share` of the samples of both kinds of shake are cuts of pairs; `sharp_share` of all kinds
    are not blurred, so that every expert learns to leave sharp photos alone. With `soft`, `soft_share`
    of the samples are of pictures that are soft by nature, half of them not blurred: what is mildly
    blurred looks like them, and is made worse by an expert that sharpens them. `clean_share` of the
    samples of the grainy kinds have neither blur nor grain, in daylight and dark: what an expert that
    takes grain off must leave alone."""

    photos: PhotoBank
    pairs: PairBank | None
    seed: int
    device: torch.device
    real_share: float = 0.3
    sharp_share: float = 0.12
    soft: SoftBank | None = None
    soft_share: float = 0.0
    clean_share: float = 0.0

    def make(self, number: int, per_kind: int, side: int) -> tuple[Tensor, Tensor, Tensor]:
        """Batch `number`: blurred and sharp float [5 per_kind, 3, side, side], and the labels
        int64 [5 per_kind], -1 where there is no blur to name."""
        rng = np.random.default_rng([self.seed, 5, number])
        generator = torch.Generator(device=self.device)
        generator.manual_seed(self.seed * 1_000_003 + number)
        blurred, sharp, labels = [], [], []
        for label, kind in enumerate(EXPERTS):
            for _ in range(per_kind):
                before, after, named = self._sample(kind, side, rng, generator)
                blurred.append(before)
                sharp.append(after)
                labels.append(label if named else -1)
        answer = torch.tensor(labels, device=self.device)
        return torch.stack(blurred), torch.stack(sharp), answer

    def of_kind(self, number: int, kind: str, size: int, side: int) -> tuple[Tensor, Tensor]:
        """Batch `number` of one kind alone: blurred and sharp float [size, 3, side, side]."""
        rng = np.random.default_rng([self.seed, 6, number])
        generator = torch.Generator(device=self.device)
        generator.manual_seed(self.seed * 1_000_003 + number)
        samples = [self._sample(kind, side, rng, generator) for _ in range(size)]
        return torch.stack([s[0] for s in samples]), torch.stack([s[1] for s in samples])

    def _sample(self, kind: str, side: int, rng: np.random.Generator,
                generator: torch.Generator) -> tuple[Tensor, Tensor, bool]:
        if kind in REAL_KINDS and self.pairs is not None and rng.random() < self.real_share:
            before, after = self.pairs.crop(side, rng)
            return finished(kind, to_linear(before), rng, generator), after, True
        outer = side + 2 * MARGIN
        if self.clean_share > 0 and kind in GRAINY and rng.random() < self.clean_share:
            full = self.soft.full_size if self.soft is not None and rng.random() < 0.5 else None
            picture = (full or self.photos).crop(outer, 1.0, rng)
            return *clean_sample(picture, rng), False
        zoom = float(rng.uniform(1.0, 2.0)) if rng.random() < 0.35 else 1.0
        soft = self.soft if self.soft_share > 0 and rng.random() < self.soft_share else None
        if soft is not None and soft.full_size is not None:
            picture = soft.full_size.crop(outer, 1.0, rng)
        else:
            picture = self.photos.crop(outer, zoom, rng)
        other = self.photos.crop(outer, 1.0, rng) if kind == "local_motion" else picture
        keep = bool(rng.random() < (self.sharp_share if soft is None else 0.5))
        return *make_sample(kind, picture, other, rng, generator, keep_sharp=keep), not keep
