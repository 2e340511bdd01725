"""Polishing one expert of a finished network on its own kind, everything else frozen.

When another expert turns out better at a kind than its own (`evaluate-demoe` shows it), the kind's expert can
begin anew from the better one, or from a weighted mean of several, and learn its kind alone; no other expert
changes. The experts of a run grew from the same weights, so a mean of theirs is an expert too, and often one that
errs less on pictures unlike those of training (Wortsman et al., "Model soups", ICML 2022, arXiv:2203.05482).
"""

from __future__ import annotations

import dataclasses
import math
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..data.setup import gather
from ..losses import psnr_loss
from ..nets.demoe import DeMoE, DeMoEConfig, MoEBlock
from ..nets.demoe_router import EXPERTS
from .batches import Balanced

# Steps between two checkpoints of a run under way.
SAVED = 250


@dataclasses.dataclass
class PolishOptions:
    """`expert` is a name of EXPERTS, `start_from` such names with their weights in the mean, the expert itself
    perhaps among them. With no `steps` the mean is what is written."""

    checkpoint: Path
    out: Path
    expert: str
    start_from: dict[str, float]
    steps: int
    photos: list[str]
    pairs: list[str]
    keep_pairs: list[str]
    scenes: int = 96
    batch: int = 3
    side: int = 128
    rate: float = 4e-4
    floor: float = 2e-5
    threads: int = 2
    seed: int = 1
    soft_share: float = 0.0
    resume: bool = False


def polish(o: PolishOptions) -> None:
    """Writes the checkpoint with the polished expert to `o.out`, on the way too.

    AdamW, PSNR loss, the rate falling by a cosine over the steps after 20 of warm-up. A run that is
    resumed ends where an uninterrupted one would have.
    """
    torch.set_num_threads(o.threads)
    source = o.out if o.resume and o.out.exists() else o.checkpoint
    state = torch.load(source, map_location="cpu", weights_only=True)
    network = DeMoE(DeMoEConfig.from_json(state["config"])).eval().requires_grad_(False)
    network.load_state_dict(state["ema"])
    index = EXPERTS.index(o.expert)
    own: list[nn.Parameter] = []
    for site in network.experts:
        if source == o.checkpoint:
            site.experts[index].load_state_dict(_mean({EXPERTS.index(name): share for name, share in o.start_from.items()}, site))
        own += site.experts[index].requires_grad_(True).parameters()
    optimiser = torch.optim.AdamW(own, lr=o.rate, betas=(0.9, 0.9), weight_decay=1e-4)
    first = 0
    if source != o.checkpoint:
        first = int(state["polish"]["step"])
        optimiser.load_state_dict(state["polish"]["optimiser"])
    material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, torch.device("cpu"), soft=o.soft_share > 0)
    maker = Balanced(material.photos, material.pairs, o.seed, torch.device("cpu"), soft=material.soft, soft_share=o.soft_share)
    losses = []
    _save(state, network, optimiser, first, o.out)
    for step in range(first, o.steps):
        optimiser.param_groups[0]["lr"] = o.rate * 0.5 * (1 + math.cos(math.pi * step / o.steps)) * min(1, (step + 1) / 20)
        loss = _loss(network, index, *maker.of_kind(step, o.expert, o.batch, o.side), o.floor)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(own, 0.1)
        optimiser.step()
        losses.append(float(loss.detach()))
        if (step + 1) % SAVED == 0 or step + 1 == o.steps:
            print(f"step {step + 1}  loss {sum(losses[-SAVED:]) / len(losses[-SAVED:]):.3f}", flush=True)
            _save(state, network, optimiser, step + 1, o.out)


def _mean(shares: dict[int, float], site: MoEBlock) -> dict[str, Tensor]:
    """Weighted mean of a site's experts, by number; the shares are scaled to sum to one."""
    states = {number: site.experts[number].state_dict() for number in shares}
    total = sum(shares.values())
    return {key: sum(share / total * states[number][key] for number, share in shares.items()) for key in next(iter(states.values()))}


def _save(state: dict[str, Any], network: DeMoE, optimiser: torch.optim.Optimizer, step: int, out: Path) -> None:
    partial = out.with_suffix(".partial")
    torch.save(state | {"ema": network.state_dict(), "polish": {"step": step, "optimiser": optimiser.state_dict()}}, partial)
    os.replace(partial, out)


def _loss(network: DeMoE, index: int, blurred: Tensor, sharp: Tensor, floor: float) -> Tensor:
    """PSNR loss of one expert's answers; pictures [N, 3, S, S]."""
    weights = torch.eye(len(EXPERTS))[index].expand(len(blurred), -1)
    with torch.no_grad():
        skips, deep = network.encode(blurred.contiguous(memory_format=torch.channels_last))
    return psnr_loss(network.decode(blurred, skips, deep, weights), sharp, floor)
