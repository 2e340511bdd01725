"""Fitting the router to a finished network: many samples are looked at once, then learned from often.

The network is frozen by then, so a sample is no more than what its encoder and the router's fixed filters
say of it. Drawing and encoding samples takes nearly all the time; the head itself is small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F

from ..nets.demoe import DeMoE
from ..nets.demoe_router import RouterHead
from .batches import Balanced

BATCH = 64
VALIDATION = 0.1


@dataclass
class Seen:
    """What the router sees of samples: deep features, texture energies (float16), labels."""

    deep: list[Tensor] = field(default_factory=list)
    energies: list[Tensor] = field(default_factory=list)
    labels: list[Tensor] = field(default_factory=list)

    def add(self, network: DeMoE, pictures: Tensor, labels: Tensor, bf16: bool) -> None:
        """Encodes pictures [N, 3, S, S]; labels int64 [N]. All pictures of one `Seen` have one size."""
        with torch.no_grad(), torch.autocast(pictures.device.type, torch.bfloat16, enabled=bf16):
            _, deep = network.encode(pictures)
        with torch.no_grad():
            self.energies.append(network.mlp_branch.energies(pictures).half().cpu())
        self.deep.append(deep.half().cpu())
        self.labels.append(labels.cpu())

    def __len__(self) -> int:
        return sum(len(part) for part in self.labels)


def collect(seen: Seen, network: DeMoE, maker: Balanced, first: int, more: Callable[[], bool], per_kind: int,
            side: int, bf16: bool) -> None:
    """Adds batches from number `first` on for as long as `more()` says so. `maker` draws no sharp samples."""
    number = first
    while more():
        pictures, _, labels = maker.make(number, per_kind, side)
        seen.add(network, pictures, labels, bf16)
        number += 1


def fit(head: RouterHead, seen: Seen, rounds: int, rate: float = 2e-3, smoothing: float = 0.05,
        seed: int = 1) -> dict[str, float]:
    """Trains the head anew on what was seen; returns its accuracy on the tenth that was kept aside.

    AdamW, cosine over all steps, cross-entropy with label smoothing, so that likelihoods stay mild enough
    to blend experts by.
    """
    deep, energies, labels = (torch.cat(part) for part in (seen.deep, seen.energies, seen.labels))
    device = next(head.parameters()).device
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(labels), generator=generator)
    aside, learned = order.split([int(len(order) * VALIDATION), len(order) - int(len(order) * VALIDATION)])
    some = learned[:512]
    head.standardise(deep[some].float().to(device), energies[some].float().to(device))
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=1e-2)
    steps = max(1, rounds * (len(learned) // BATCH))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    head.train()
    for _ in range(rounds):
        mixed = learned[torch.randperm(len(learned), generator=generator)]
        for part in mixed.split(BATCH)[: len(learned) // BATCH]:
            logits = head.classify(deep[part].float().to(device), energies[part].float().to(device))
            loss = F.cross_entropy(logits, labels[part].to(device), label_smoothing=smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    head.eval()
    right = 0
    with torch.no_grad():
        for part in aside.split(256):
            logits = head.classify(deep[part].float().to(device), energies[part].float().to(device))
            right += int((logits.argmax(1).cpu() == labels[part]).sum())
    return {"samples": float(len(labels)), "accuracy": right / max(1, len(aside))}
