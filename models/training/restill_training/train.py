"""The trainer. Its schedule follows wall time: a run of any length ends well annealed."""

from __future__ import annotations

import csv
import json
import math
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .data.batches import BatchMaker, Inline, Prefetch
from .data.setup import gather
from .ema import Ema
from .losses import psnr_loss, spectrum_loss
from .nets.nafnet import NAFNet, NAFNetConfig, parameter_count
from .synth.pipeline import Recipe
from .validation import Check, prepare
from .precision import supports_bf16

AHEAD = 3
CHECKPOINT = "last.pt"


@dataclass
class TrainOptions:
    """Everything a run depends on. Minutes count the whole run, resumed parts together."""

    photos: list[str]
    pairs: list[str]
    out: Path
    minutes: float
    keep_pairs: list[str] = field(default_factory=list)
    config: NAFNetConfig = field(default_factory=NAFNetConfig)
    recipe: Recipe = field(default_factory=Recipe)
    resume: bool = False
    start_from: Path | None = None
    device: str = "cpu"
    precision: str = "auto"
    compile: bool = False
    seed: int = 1
    scenes: int = 96
    real_share: float = 0.4
    batch: int = 6
    side: int = 128
    late_batch: int = 2
    late_side: int = 256
    late_share: float = 0.2
    rate: float = 1e-3
    warm_up: int = 200
    spectrum: float = 0.0
    floor: float = 4e-5
    clip: float = 0.1
    check_minutes: float = 5.0
    save_minutes: float = 3.0
    threads: int = 2
    most_steps: int | None = None


class Trainer:
    """One run. `state` is what a checkpoint holds: enough to go on as if never interrupted."""

    def __init__(self, options: TrainOptions) -> None:
        self.o = options
        self.device = torch.device(options.device)
        cuda = self.device.type == "cuda"
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.network = NAFNet(options.config).to(self.device)
        if options.start_from is not None:
            self.network.load_state_dict(load_weights(options.start_from))
        if cuda or supports_bf16(self.device, self.o.precision):
            self.network = self.network.to(memory_format=torch.channels_last)
        self.ema = Ema(self.network)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=options.rate, betas=(0.9, 0.9), weight_decay=1e-4,
            fused=True,
        )
        self.step, self.elapsed, self.late_from = 0, 0.0, -1
        self.best = -math.inf
        self.stop = False
        options.out.mkdir(parents=True, exist_ok=True)
        if options.resume and (options.out / CHECKPOINT).exists():
            self._load(options.out / CHECKPOINT)
        self.forward: Any = self.network
        if options.compile:
            self.forward = torch.compile(self.network, dynamic=False)

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.ema.network.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.elapsed = int(state["step"]), float(state["elapsed"])
        self.late_from, self.best = int(state["late_from"]), float(state["best"])

    def save(self, name: str = CHECKPOINT) -> None:
        """Writes the state; a half-written file never replaces a whole one."""
        state = {
            "network": self.network.state_dict(),
            "ema": self.ema.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "elapsed": self.elapsed,
            "late_from": self.late_from,
            "best": self.best,
            "config": self.o.config.to_json(),
        }
        target = self.o.out / name
        partial = target.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, target)

    def plan(self, number: int) -> tuple[int, int]:
        """Batch size and crop side of batch `number`."""
        if 0 <= self.late_from <= number:
            return self.o.late_batch, self.o.late_side
        return self.o.batch, self.o.side

    def rate_at(self, progress: float) -> float:
        """Cosine over wall time, after `warm_up` steps."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        warm = min(1.0, (self.step + 1) / self.o.warm_up)
        return max(1e-6, self.o.rate * cosine * warm)

    def run(self) -> None:
        """Trains until the minutes are over or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "stop", True))
        o = self.o
        soft = o.recipe.soft_share > 0
        material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device, soft)
        print(
            f"{parameter_count(self.network)} parameters; {len(material.photos)} pictures, "
            f"{len(material.pairs) if material.pairs else 0} pairs; held out: "
            f"{len(material.held_out_pairs)} pairs, {len(material.held_out_photos)} photographs",
            flush=True,
        )
        check = prepare(material, o.recipe)
        maker = BatchMaker(
            material.photos, material.pairs, o.recipe, o.real_share, o.seed, self.device,
            material.soft,
        )
        if self.device.type == "cuda":
            batches: Prefetch | Inline = Prefetch(maker, self.step, self.plan, AHEAD)
        else:
            batches = Inline(maker, self.step, self.plan)
        try:
            self._loop(batches, check)
        finally:
            batches.close()
            self.save()

    def _loop(self, batches: Prefetch | Inline, check: Check) -> None:
        o, began = self.o, time.monotonic() - self.elapsed
        budget = o.minutes * 60
        saved = checked = reported = self.elapsed
        losses: list[float] = []
        steps_then = self.step
        limit = math.inf if o.most_steps is None else o.most_steps
        while not self.stop and self.elapsed < budget and self.step < limit:
            progress = self.elapsed / budget
            if self.late_from < 0 and progress >= 1 - o.late_share:
                self.late_from = self.step + AHEAD + 3
            losses.append(self._one_step(batches, progress))
            self.elapsed = time.monotonic() - began
            if self.elapsed - reported >= 30:
                speed = (self.step - steps_then) / (self.elapsed - reported)
                mean = sum(losses[-200:]) / len(losses[-200:])
                print(f"{self.elapsed / 60:6.1f} min  step {self.step}  {speed:.2f} steps/s  "
                      f"loss {mean:.3f}", flush=True)
                reported, steps_then = self.elapsed, self.step
            if self.elapsed - checked >= o.check_minutes * 60:
                checked = self.elapsed
                self._check(check, sum(losses) / len(losses))
                losses.clear()
                losses.append(0.0)
            if self.elapsed - saved >= o.save_minutes * 60:
                saved = self.elapsed
                self.save()
        self._check(check, sum(losses) / max(1, len(losses)))

    def _one_step(self, batches: Prefetch | Inline, progress: float) -> float:
        blurred, sharp = (x.to(self.device, non_blocking=True) for x in batches.next())
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate_at(progress)
        self.optimiser.zero_grad(set_to_none=True)
        halved = supports_bf16(self.device, self.o.precision)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=halved):
            answer = self.forward(blurred)
        answer = answer.float()
        loss = psnr_loss(answer, sharp, self.o.floor)
        total = loss
        if self.o.spectrum > 0:
            total = loss + self.o.spectrum * spectrum_loss(answer, sharp)
        total.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.o.clip)
        self.optimiser.step()
        self.step += 1
        self.ema.update(self.network, self.step)
        return float(loss.detach())

    def _check(self, check: Check, loss: float) -> None:
        figures = check.run(self.ema.network, self.device, self.o.config.multiple_of)
        row = {"minutes": round(self.elapsed / 60, 2), "step": self.step, "loss": round(loss, 4)}
        row |= {name: round(value, 4) for name, value in figures.items()}
        print(json.dumps(row), flush=True)
        path = self.o.out / "curve.csv"
        fresh = not path.exists()
        with open(path, "a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, row.keys())
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        score = figures["real_gain"] + figures["synthetic_gain"]
        if score > self.best:
            self.best = score
            self.save("best.pt")


def load_weights(path: Path) -> dict[str, torch.Tensor]:
    """Averaged weights of a checkpoint, or the weights inside a pack's ONNX file."""
    if path.suffix == ".pt":
        return torch.load(path, map_location="cpu", weights_only=True)["ema"]
    from .export import weights_of_pack

    return weights_of_pack(path)
