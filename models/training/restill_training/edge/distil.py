"""Teaches every surrogate what its block does: feature distillation, all of them in one process.

One pass of the base gives each slot's input and output. A surrogate's loss is the share of what
the block adds that it does not explain (normalised squared error): 1 is a surrogate that does
nothing, 0 one that equals the block. In the last part of a run random choices of surrogates learn
together, through the whole network, to restore pictures (as the paper's closing fine-tuning does
for one choice). The base's own weights never change.
"""

from __future__ import annotations

import csv
import json
import math
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..data.batches import BatchMaker, Inline
from ..data.setup import gather
from ..ema import Ema
from ..export import weights_of_pack
from ..losses import psnr_loss
from ..nets.nafnet import NAFNet, NAFNetConfig
from ..precision import supports_bf16
from ..synth.pipeline import Recipe
from ..validation import Check, prepare
from .surrogates import KINDS, SurrogateBank, Variant, block_at

CHECKPOINT = "surrogates.pt"
CALIBRATION = 12
EXCHANGED = (0.15, 0.85)  # the share of slots that a joint step exchanges, lowest and highest
FAVOUR = np.array([1, 4, 1, 6, 3, 3]) / 18  # how often each kind is drawn then: the fast ones on CPUs more often
TEACHER = 2.0  # dB that one whole correction of the base weighs


@dataclass
class DistilOptions:
    """Everything a run depends on. Minutes count the whole run, resumed parts together; with
    `most_steps` the schedule follows whichever of the two is further on. No checks with 0 minutes."""

    pack: Path
    photos: list[str]
    pairs: list[str]
    out: Path
    minutes: float
    keep_pairs: list[str] = field(default_factory=list)
    recipe: Recipe = field(default_factory=Recipe)
    resume: bool = False
    device: str = "cpu"
    precision: str = "auto"
    compile: bool = False
    seed: int = 1
    scenes: int = 96
    real_share: float = 0.4
    batch: int = 4
    side: int = 128
    joint_share: float = 0.4
    rate: float = 2e-3
    joint_rate: float = 2e-4
    warm_up: int = 100
    floor: float = 1.2e-5
    save_minutes: float = 2.0
    check_minutes: float = 10.0
    threads: int = 1
    most_steps: int | None = None


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


class Distiller:
    """One run; `save` writes enough to go on as if never interrupted."""

    def __init__(self, options: DistilOptions) -> None:
        self.o = options
        self.device = torch.device(options.device)
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.halved = supports_bf16(self.device, options.precision)
        layout = torch.channels_last if self.halved else torch.contiguous_format
        self.base = base_of_pack(options.pack).to(self.device, memory_format=layout)
        self.bank = SurrogateBank(self.base).to(self.device, memory_format=layout).train()
        self.ema = Ema(self.bank, 0.998)
        self.optimiser = torch.optim.AdamW(
            self.bank.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=1e-4, fused=True,
        )
        self.variant = Variant(self.base, self.bank)
        self.step, self.elapsed = 0, 0.0
        self.stop = False
        self.seen: dict[str, tuple[Tensor, Tensor]] = {}
        for slot in self.bank.slots:
            block_at(self.base, slot).register_forward_hook(self._keep(slot))
        options.out.mkdir(parents=True, exist_ok=True)
        if options.resume and (options.out / CHECKPOINT).exists():
            self._load(options.out / CHECKPOINT)
        if options.compile:
            for row in self.bank.rows:
                for one in row:
                    one.compile(dynamic=False)

    def _keep(self, slot: str):
        def hook(_module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            self.seen[slot] = (inputs[0].detach(), output.detach())
        return hook

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.bank.load_state_dict(state["bank"])
        self.ema.network.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.elapsed = int(state["step"]), float(state["elapsed"])

    def save(self) -> None:
        """Writes the state; a half-written file never replaces a whole one."""
        self._take_statistics()
        partial = self.o.out / (CHECKPOINT + ".partial")
        torch.save({
            "bank": self.bank.state_dict(), "ema": self.ema.network.state_dict(),
            "optimiser": self.optimiser.state_dict(), "step": self.step, "elapsed": self.elapsed,
        }, partial)
        os.replace(partial, self.o.out / CHECKPOINT)

    def _take_statistics(self) -> None:
        """The average of weights runs with the batch norms' own running statistics."""
        for average, current in zip(self.ema.network.buffers(), self.bank.buffers()):
            average.copy_(current)

    def run(self) -> None:
        """Distils until the minutes are over or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "stop", True))
        o = self.o
        material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device, o.recipe.soft_share > 0)
        check = prepare(material, o.recipe) if o.check_minutes > 0 else None
        print(f"{sum(p.numel() for p in self.bank.parameters())} parameters in "
              f"{len(self.bank.slots)} slots, {len(material.photos)} pictures", flush=True)
        maker = BatchMaker(material.photos, material.pairs, o.recipe, o.real_share, o.seed, self.device, material.soft)
        if self.step == 0:
            first = (maker.make(10**9 + number, o.batch, o.side)[0] for number in range(CALIBRATION))
            self.bank.start_from(self.base, (x.to(self.device) for x in first))
            self.ema = Ema(self.bank, 0.998)
        batches = Inline(maker, self.step, lambda _number: (o.batch, o.side))
        try:
            self._loop(batches, check)
        finally:
            self.save()

    def _loop(self, batches: Inline, check: Check | None) -> None:
        o, began = self.o, time.monotonic() - self.elapsed
        budget = o.minutes * 60
        saved = checked = reported = self.elapsed
        steps_then = self.step
        losses: list[np.ndarray] = []
        whole: list[float] = []
        limit = math.inf if o.most_steps is None else o.most_steps
        while not self.stop and self.elapsed < budget and self.step < limit:
            progress = max(self.elapsed / budget, self.step / limit)
            joint = progress >= 1 - o.joint_share
            if joint:
                # Statistics settled before: what is learned now is learned with them as they will run.
                for module in self.bank.modules():
                    if isinstance(module, nn.BatchNorm2d):
                        module.eval()
                whole.append(self._joint_step(batches, (progress - 1 + o.joint_share) / o.joint_share))
            else:
                losses.append(self._feature_step(batches, progress / (1 - o.joint_share)))
            self.step += 1
            self.ema.update(self.bank, self.step)
            self.elapsed = time.monotonic() - began
            if self.elapsed - reported >= 60:
                speed = (self.step - steps_then) / (self.elapsed - reported)
                print(f"{self.elapsed / 60:6.1f} min  step {self.step}  {speed:.2f} steps/s", flush=True)
                if losses:
                    print(_table(self.bank.slots, np.mean(losses[-100:], axis=0)), flush=True)
                if whole:
                    print(f"  restored {-np.mean(whole[-200:]):.3f} dB", flush=True)
                reported, steps_then = self.elapsed, self.step
            if self.elapsed - saved >= o.save_minutes * 60:
                saved = self.elapsed
                self.save()
            if check is not None and self.elapsed - checked >= o.check_minutes * 60:
                checked = self.elapsed
                self._check(check)
        if check is not None:
            self._check(check)

    def _rate(self, peak: float, progress: float) -> None:
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        rate = peak * max(0.02, cosine) * min(1.0, (self.step + 1) / self.o.warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _feature_step(self, batches: Inline, progress: float) -> np.ndarray:
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

    def _joint_step(self, batches: Inline, progress: float) -> float:
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

    @torch.no_grad()
    def _check(self, check: Check) -> None:
        """Gains with one option in every slot, for each option; a row of curve.csv."""
        self._take_statistics()
        variant = Variant(self.base, self.ema.network)
        row: dict[str, float] = {"minutes": round(self.elapsed / 60, 2), "step": self.step}
        for option, name in enumerate(("base", *KINDS)):
            variant.options = [option] * len(self.bank.slots)
            figures = check.run(variant, self.device, self.base.config.multiple_of)
            row |= {f"{name}_real": round(figures["real_gain"], 4), f"{name}_synthetic": round(figures["synthetic_gain"], 4)}
        print(json.dumps(row), flush=True)
        path = self.o.out / "curve.csv"
        fresh = not path.exists()
        with open(path, "a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, row.keys())
            if fresh:
                writer.writeheader()
            writer.writerow(row)


def _table(slots: tuple[str, ...], values: np.ndarray) -> str:
    lines = [f"  {slot:14s} " + "  ".join(f"{v:.3f}" for v in row) for slot, row in zip(slots, values)]
    return "\n".join(lines)
