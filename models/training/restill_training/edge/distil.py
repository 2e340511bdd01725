"""Teaches every surrogate what its block does: feature distillation, all of them in one process.

One pass of the base gives each slot's input and output. A surrogate's loss is the share of what
the block adds that it does not explain (normalised squared error): 1 is a surrogate that does
nothing, 0 one that equals the block. In the last part of a run random choices of surrogates learn
together, through the whole network, to restore pictures (as the paper's closing fine-tuning does
for one choice). The base's own weights never change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..data.batches import BatchMaker, Inline, Prefetch
from ..data.setup import gather
from ..ema import Ema
from ..export import weights_of_pack
from ..losses import psnr_loss
from ..nets.nafnet import NAFNet, NAFNetConfig
from ..run import Run, RunOptions
from ..synth.pipeline import Recipe
from ..validation import prepare
from .surrogates import KINDS, SurrogateBank, Variant, block_at

CALIBRATION = 12
EXCHANGED = (0.15, 0.85)  # the share of slots that a joint step exchanges, lowest and highest
FAVOUR = np.array([1, 4, 1, 6, 3, 3]) / 18  # how often each kind is drawn then: the fast ones on CPUs more often
TEACHER = 2.0  # dB that one whole correction of the base weighs


@dataclass(kw_only=True)
class DistilOptions(RunOptions):
    """Everything a run depends on. The last part is the one in which choices learn together, on larger cuts: on small
    ones surrogates lose nothing that loses much on whole photographs."""

    pack: Path
    recipe: Recipe = field(default_factory=Recipe)
    real_share: float = 0.4
    rate: float = 2e-3
    late_batch: int = 1
    late_share: float = 0.8
    joint_rate: float = 4e-4
    warm_up: int = 100
    floor: float = 1.2e-5
    check_minutes: float = 10.0
    threads: int = 1


def base_of_pack(pack: Path) -> NAFNet:
    """The network that a pack ships, frozen."""
    shape = json.loads((pack / "pack.json").read_text("utf-8"))["architecture"]
    config = NAFNetConfig(
        width=shape["width"], encoder_blocks=tuple(shape["encoderBlocks"]), middle_blocks=shape["middleBlocks"],
        decoder_blocks=tuple(shape["decoderBlocks"]), stem=shape["stem"],
    )
    network = NAFNet(config)
    network.load_state_dict(weights_of_pack(pack))
    return network.eval().requires_grad_(False)


class Distiller(Run):
    """One run, in two parts: features, then restoring together."""

    o: DistilOptions

    def __init__(self, options: DistilOptions) -> None:
        super().__init__(options)
        layout = torch.channels_last if self.halved else torch.contiguous_format
        self.base = base_of_pack(options.pack).to(self.device, memory_format=layout)
        self.bank = SurrogateBank(self.base).to(self.device, memory_format=layout).train()
        self.ema = Ema(self.bank, 0.998)
        self.optimiser = torch.optim.AdamW(
            self.bank.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=1e-4, fused=True,
        )
        self.variant = Variant(self.base, self.bank)
        self.seen: dict[str, tuple[Tensor, Tensor]] = {}
        for slot in self.bank.slots:
            block_at(self.base, slot).register_forward_hook(self._keep(slot))
        self.resume()
        if options.compile:
            for row in self.bank.rows:
                for one in row:
                    one.compile(dynamic=False)

    def _keep(self, slot: str):
        def hook(_module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            self.seen[slot] = (inputs[0].detach(), output.detach())
        return hook

    def state(self) -> dict[str, Any]:
        self._take_statistics()
        return {"bank": self.bank.state_dict(), "ema": self.ema.network.state_dict(), "optimiser": self.optimiser.state_dict()}

    def load_state(self, state: dict[str, Any]) -> None:
        self.bank.load_state_dict(state["bank"])
        self.ema.network.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])

    def _take_statistics(self) -> None:
        """The average of weights runs with the batch norms' own running statistics."""
        for average, current in zip(self.ema.network.buffers(), self.bank.buffers()):
            average.copy_(current)

    def run(self) -> None:
        """Distils until the minutes are over or the process is asked to end."""
        o = self.o
        material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device, o.recipe.soft_share > 0)
        self.check = prepare(material, o.recipe) if o.check_minutes > 0 else None
        print(f"{sum(p.numel() for p in self.bank.parameters())} parameters in "
              f"{len(self.bank.slots)} slots, {len(material.photos)} pictures", flush=True)
        maker = BatchMaker(material.photos, material.pairs, o.recipe, o.real_share, o.seed, self.device, material.soft)
        if self.step == 0:
            first = (maker.make(10**9 + number, o.batch, o.side)[0] for number in range(CALIBRATION))
            self.bank.start_from(self.base, (x.to(self.device) for x in first))
            self.ema = Ema(self.bank, 0.998)
        self.train(maker, "left out or loss")

    def one_step(self, batches: Prefetch | Inline, progress: float) -> tuple[float, ...]:
        """Mean share of the blocks' changes that is not learned, of every slot; or the loss in dB."""
        first = 1 - self.o.late_share
        if progress < first:
            losses = tuple(self._feature_step(batches, progress / first).mean(1).tolist())
        else:
            # Statistics settled before: what is learned now is learned with them as they will run.
            for module in self.bank.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
            losses = (self._joint_step(batches, (progress - first) / self.o.late_share),)
        self.ema.update(self.bank, self.step + 1)
        return losses

    def _rate(self, peak: float, progress: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = peak * self.factor(progress, 0.02)

    def _feature_step(self, batches: Prefetch | Inline, progress: float) -> np.ndarray:
        """Every surrogate learns from this batch; returns the losses [slots, surrogates]."""
        blurred, _ = batches.next()
        self._rate(self.o.rate, progress)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.no_grad(), torch.autocast(self.device.type, torch.bfloat16, enabled=self.halved):
            self.base(blurred.to(self.device))
        table = np.zeros((len(self.bank.slots), len(KINDS)))
        for number, slot in enumerate(self.bank.slots):
            given, wanted = self.seen[slot]
            scale = (wanted.float() - given.float()).square().mean() + 1e-12
            for option in range(1, len(KINDS) + 1):
                with torch.autocast(self.device.type, torch.bfloat16, enabled=self.halved):
                    answer = self.bank.of(number, option)(given)
                loss = (answer.float() - wanted.float()).square().mean() / scale
                loss.backward()
                table[number, option - 1] = float(loss.detach())
        self.optimiser.step()
        return table

    def _joint_step(self, batches: Prefetch | Inline, progress: float) -> float:
        """One random choice of options learns to restore what is sharp, and as the base does; returns the loss in dB.

        A choice that is worth taking keeps some of the base's blocks, so how many are exchanged is drawn anew for every step.
        """
        blurred, sharp = (x.to(self.device) for x in batches.next())
        rng = np.random.default_rng([self.o.seed, self.step, 7])
        exchanged = rng.random(len(self.bank.slots)) < rng.uniform(*EXCHANGED)
        self.variant.options = [int(x) for x in exchanged * rng.choice(np.arange(1, len(KINDS) + 1), len(self.bank.slots), p=FAVOUR)]
        self._rate(self.o.joint_rate, progress)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.halved):
            with torch.no_grad():
                teacher = self.base(blurred).float()
            answer = self.variant(blurred).float()
        loss = psnr_loss(answer, sharp, self.o.floor)
        if any(self.variant.options):
            # What the base changes says far more per picture than the sharp side does: blur leaves much that no network of this size explains.
            apart = (answer - teacher).square().mean() / ((teacher - blurred).square().mean() + 1e-6)
            (loss + TEACHER * apart).backward()
            norm = nn.utils.clip_grad_norm_(self.bank.parameters(), 0.1)
            # One overflow in bfloat16 must not spoil weights that other steps have taught.
            if bool(torch.isfinite(norm)):
                self.optimiser.step()
        return float(loss.detach())

    def figures(self) -> dict[str, float]:
        """Gains with one option in every slot, for each option."""
        assert self.check is not None
        self._take_statistics()
        variant = Variant(self.base, self.ema.network)
        row: dict[str, float] = {}
        for option, name in enumerate(("base", *KINDS)):
            variant.options = [option] * len(self.bank.slots)
            figures = self.check.run(variant, self.device, self.base.config.multiple_of)
            row |= {f"{name}_real": figures["real_gain"], f"{name}_synthetic": figures["synthetic_gain"]}
        return row
