"""Polishing one expert of a finished network on its own kind, everything else frozen.

When another expert turns out better at a kind than its own (`evaluate-demoe` shows it), the kind's expert can
begin anew from the better one and then learn its kind alone; no other expert changes.
"""

from __future__ import annotations

import dataclasses
import math
import time
from pathlib import Path

import torch
from torch import nn

from ..data.setup import gather
from ..losses import psnr_loss
from ..nets.demoe import DeMoE, DeMoEConfig
from ..nets.demoe_router import EXPERTS
from .batches import Balanced


@dataclasses.dataclass
class PolishOptions:
    """`expert` and `start_from` are names of EXPERTS; `start_from` may be the expert itself."""

    checkpoint: Path
    out: Path
    expert: str
    start_from: str
    minutes: float
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


def polish(o: PolishOptions) -> int:
    """Writes the checkpoint with the polished expert to `o.out` and returns the steps made.

    AdamW, PSNR loss, the rate falling by a cosine over wall time after 20 steps of warm-up.
    """
    torch.set_num_threads(o.threads)
    state = torch.load(o.checkpoint, map_location="cpu", weights_only=True)
    network = DeMoE(DeMoEConfig.from_json(state["config"])).eval().requires_grad_(False)
    network.load_state_dict(state["ema"])
    index, source = EXPERTS.index(o.expert), EXPERTS.index(o.start_from)
    own: list[nn.Parameter] = []
    for site in network.experts:
        site.experts[index].load_state_dict(site.experts[source].state_dict())
        own += site.experts[index].requires_grad_(True).parameters()
    material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, torch.device("cpu"))
    maker = Balanced(material.photos, material.pairs, o.seed, torch.device("cpu"))
    optimiser = torch.optim.AdamW(own, lr=o.rate, betas=(0.9, 0.9), weight_decay=1e-4)
    weights = torch.eye(len(EXPERTS))[index].expand(o.batch, -1)
    began, step, losses = time.monotonic(), 0, []
    while (progress := (time.monotonic() - began) / (60 * o.minutes)) < 1:
        blurred, sharp = maker.of_kind(step, o.expert, o.batch, o.side)
        optimiser.param_groups[0]["lr"] = o.rate * 0.5 * (1 + math.cos(math.pi * progress)) * min(1, (step + 1) / 20)
        with torch.no_grad():
            skips, deep = network.encode(blurred)
        loss = psnr_loss(network.decode(blurred, skips, deep, weights), sharp, o.floor)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(own, 0.1)
        optimiser.step()
        step += 1
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            print(f"step {step}  loss {sum(losses[-50:]) / 50:.3f}", flush=True)
    state["ema"] = network.state_dict()
    torch.save(state, o.out)
    return step
