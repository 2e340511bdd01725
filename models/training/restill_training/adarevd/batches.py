"""Batches with more of what is strongly blurred: few random samples are, and depth is for them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..data.batches import BatchMaker


@dataclass
class HarderBatches(BatchMaker):
    """`hard_share` of the places of a batch take the more blurred of two samples."""

    hard_share: float = 0.0

    def make(self, number: int, size: int, side: int) -> tuple[Tensor, Tensor]:
        """As of BatchMaker."""
        more = round(size * self.hard_share)
        blurred, sharp = super().make(number, size + more, side)
        error = (blurred - sharp).square().mean(dim=(1, 2, 3))
        first, second = torch.arange(size), torch.arange(size)
        second[:more] += size
        taken = torch.where(error[second] > error[first], second, first)
        return blurred[taken], sharp[taken]
