"""Polishing experts of a finished network on their own kinds, everything else frozen.

When another expert turns out as good at a kind as its own (`evaluate-demoe` shows it), the kind's expert learns
on, from its kind alone; several take turns. One expert can also begin anew from another, or from a weighted mean of
several: the experts of a run grew from the same weights, so a mean of theirs is an expert too, and often one that
errs less on pictures unlike those of training (Wortsman et al., "Model soups", ICML 2022, arXiv:2203.05482).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from pathlib import Path

import torch
from torch import Tensor, nn

from ..data.batches import Inline, Prefetch
from ..data.setup import gather
from ..losses import psnr_loss
from ..nets.demoe import DeMoE, DeMoEConfig, MoEBlock
from ..nets.demoe_router import EXPERTS
from ..run import Run, RunOptions
from .batches import Balanced
from .check import prepare
from .compiled import compile_blocks


@dataclass(kw_only=True)
class PolishOptions(RunOptions):
    """`experts` are names of EXPERTS, which learn in turn, as often as they are named. `start_from`, for one expert
    alone, holds such names with their weights in the mean that it begins with, itself perhaps among them; empty: as it
    is. With no steps that is what is written. `soft_share` and `clean_share` as in Balanced."""

    checkpoint: Path
    experts: list[str]
    start_from: dict[str, float]
    rate: float = 4e-4
    warm_up: int = 20
    floor: float = 2e-5
    soft_share: float = 0.0
    clean_share: float = 0.0


@dataclass
class Turns:
    """Batch n is of the kind whose expert learns in step n."""

    maker: Balanced
    kinds: list[str]

    def make(self, number: int, size: int, side: int) -> tuple[Tensor, Tensor]:
        """Blurred and sharp float [size, 3, side, side]."""
        return self.maker.of_kind(number, self.kinds[number % len(self.kinds)], size, side)


class Polisher(Run):
    """One run; `last.pt` is a checkpoint that `export-demoe` reads."""

    o: PolishOptions

    def __init__(self, options: PolishOptions) -> None:
        super().__init__(options)
        if len(set(options.experts)) > 1 and options.start_from:
            raise ValueError("only one expert can begin anew: name one with --start-from")
        given = torch.load(options.checkpoint, map_location=self.device, weights_only=True)
        self.config = given["config"]
        layout = torch.channels_last if self.halved else torch.contiguous_format
        self.network = DeMoE(DeMoEConfig.from_json(self.config)).requires_grad_(False)
        self.network.load_state_dict(given["ema"])
        self.network = self.network.eval().to(self.device, memory_format=layout)
        shares = {EXPERTS.index(name): share for name, share in options.start_from.items()}
        self.own: dict[str, list[nn.Parameter]] = {name: [] for name in options.experts}
        for name, own in self.own.items():
            for site in self.network.experts:
                expert = site.experts[EXPERTS.index(name)].requires_grad_(True)
                if shares:
                    expert.load_state_dict(_mean(shares, site))
                own += expert.parameters()
        groups = [{"params": own} for own in self.own.values()]
        self.optimiser = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.9), weight_decay=1e-4)
        self.resume()
        if options.compile:
            compile_blocks(self.network)

    def state(self) -> dict[str, Any]:
        return {"config": self.config, "ema": self.network.state_dict(), "optimiser": self.optimiser.state_dict()}

    def load_state(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])

    def run(self) -> None:
        """Polishes until the steps or the minutes are over or the process is asked to end."""
        o = self.o
        if o.most_steps == 0:
            self.save()
            return
        material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device, soft=o.soft_share > 0)
        if o.check_minutes > 0:
            self.check = prepare(material)
        maker = Balanced(material.photos, material.pairs, o.seed, self.device, soft=material.soft, soft_share=o.soft_share,
                         clean_share=o.clean_share)
        self.train(Turns(maker, o.experts))

    def one_step(self, batches: Prefetch | Inline, progress: float) -> tuple[float, ...]:
        """One expert's step; the rate falls to nothing by a cosine. The optimiser passes over what has no gradient: the others."""
        o, name = self.o, self.o.experts[self.step % len(self.o.experts)]
        blurred, sharp = (x.to(self.device) for x in batches.next())
        for group in self.optimiser.param_groups:
            group["lr"] = o.rate * self.factor(progress)
        weights = torch.eye(len(EXPERTS), device=self.device)[EXPERTS.index(name)].expand(len(blurred), -1)
        if self.halved:
            blurred = blurred.contiguous(memory_format=torch.channels_last)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.halved):
            with torch.no_grad():
                skips, deep = self.network.encode(blurred)
            answer = self.network.decode(blurred, skips, deep, weights)
        loss = psnr_loss(answer.float(), sharp, o.floor)
        loss.backward()
        nn.utils.clip_grad_norm_(self.own[name], 0.1)
        self.optimiser.step()
        return (float(loss.detach()),)

    def figures(self) -> dict[str, float]:
        """Gain and lead of every expert on its own kind, in dB, on a few held-out pictures."""
        # What the check sees has other sizes: each would be compiled anew.
        with torch.compiler.set_stance("force_eager"):
            return self.check.run(self.network, self.device)


def _mean(shares: dict[int, float], site: MoEBlock) -> dict[str, Tensor]:
    """Weighted mean of a site's experts, by number; the shares are scaled to sum to one."""
    states = {number: site.experts[number].state_dict() for number in shares}
    total = sum(shares.values())
    return {key: sum(share / total * states[number][key] for number, share in shares.items()) for key in next(iter(states.values()))}
