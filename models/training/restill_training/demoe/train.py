"""The trainer of DeMoE packs: the router by labels first, then routed training, then the router anew.

Its schedule follows wall time, so a run of any length ends well annealed:

- until `head_share` of the time only the router learns, by cross-entropy on the labels, on the base's
  frozen features;
- then everything learns: each sample goes to the expert of its label, every batch holds as many
  samples of each kind, loss = PSNR loss + `router_weight` * cross-entropy (arXiv:2508.06228 trains
  encoder, classifier and experts together; the weights here are our own);
- from `1 - refit_share` on the averaged network is frozen; samples are drawn and looked at, and at the
  end the router is fitted to them anew (`router.py`).
"""

from __future__ import annotations

import csv
import dataclasses
import json
import math
import os
import signal
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..data.setup import gather
from ..ema import Ema
from ..export import weights_of_pack
from ..losses import psnr_loss
from ..nets.demoe import DeMoE, DeMoEConfig, start_from_base
from ..nets.nafnet import parameter_count
from .batches import Balanced
from .check import KindCheck, prepare
from .compiled import compile_blocks
from .options import DeMoEOptions, base_config
from .router import Seen, collect, fit
from ..precision import supports_bf16

CHECKPOINT = "last.pt"
# Batches that are no part of the run itself begin with this number.
FAR = 10**9


class DeMoETrainer:
    """One run. `state` is what a checkpoint holds: enough to go on as if never interrupted."""

    def __init__(self, options: DeMoEOptions) -> None:
        self.o = options
        self.device = torch.device(options.device)
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        network = DeMoE(options.config)
        start_from_base(network, weights_of_pack(options.base), base_config(options.base),
                        options.noise, options.seed)
        self.network = network.to(self.device)
        if supports_bf16(self.device, self.o.precision):
            self.network = self.network.to(memory_format=torch.channels_last)
        self.ema = Ema(self.network)
        self.joint, self.router = self._optimisers()
        self.step, self.elapsed, self.phase, self.late_from = 0, 0.0, "head", -1
        self.stop = False
        options.out.mkdir(parents=True, exist_ok=True)
        if options.resume and (options.out / CHECKPOINT).exists():
            self._load(options.out / CHECKPOINT)
        if options.compile:
            compile_blocks(self.network)

    def _optimisers(self) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
        o, shared, own, head = self.o, [], [], []
        for key, value in self.network.named_parameters():
            kind = head if key.startswith("mlp_branch") else own if key.startswith("experts") else shared
            kind.append(value)
        groups = [{"params": shared, "peak": o.shared_rate}, {"params": own, "peak": o.rate},
                  {"params": head, "peak": o.rate}]
        shape: dict[str, Any] = {"lr": o.rate, "betas": (0.9, 0.9), "weight_decay": 1e-4}
        router = [{"params": head, "peak": 1e-3}]
        return (torch.optim.AdamW(groups, fused=True, **shape),
                torch.optim.AdamW(router, **shape))

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.ema.network.load_state_dict(state["ema"])
        self.joint.load_state_dict(state["joint"])
        self.router.load_state_dict(state["router"])
        self.step, self.elapsed = int(state["step"]), float(state["elapsed"])
        self.phase, self.late_from = str(state["phase"]), int(state["late_from"])
        torch.set_rng_state(state["rng"].cpu())

    def save(self, name: str = CHECKPOINT) -> None:
        """Writes the state; a half-written file never replaces a whole one."""
        state = {
            "network": self.network.state_dict(), "ema": self.ema.network.state_dict(),
            "joint": self.joint.state_dict(), "router": self.router.state_dict(),
            "step": self.step, "elapsed": self.elapsed, "phase": self.phase,
            "late_from": self.late_from, "rng": torch.get_rng_state(),
            "config": self.o.config.to_json(),
        }
        target = self.o.out / name
        partial = target.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, target)

    def run(self) -> None:
        """Trains until the minutes are over or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "stop", True))
        o = self.o
        material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device)
        print(f"{parameter_count(self.network)} parameters; {len(material.photos)} pictures, "
              f"{len(material.pairs) if material.pairs else 0} pairs", flush=True)
        check = prepare(material)
        maker = Balanced(material.photos, material.pairs, o.seed, self.device)
        if self.step == 0:
            self._standardise(maker)
        try:
            self._loop(maker, check)
        finally:
            self.save()

    def _loop(self, maker: Balanced, check: KindCheck) -> None:
        o, began = self.o, time.monotonic() - self.elapsed
        budget = o.minutes * 60
        saved = checked = reported = self.elapsed
        steps_then, losses = self.step, []
        limit = math.inf if o.most_steps is None else o.most_steps
        while not self.stop and self.elapsed < budget and self.step < limit:
            progress = self.elapsed / budget
            self._enter(progress)
            if self.phase == "refit":
                self._refit(maker, began)
                break
            losses.append(self._one_step(maker, progress))
            self.elapsed = time.monotonic() - began
            if self.elapsed - reported >= 30:
                speed = (self.step - steps_then) / (self.elapsed - reported)
                mean = torch.tensor(losses[-200:]).mean(0)
                print(f"{self.elapsed / 60:6.1f} min  {self.phase}  step {self.step}  {speed:.2f} steps/s  "
                      f"loss {mean[0]:.3f}  router {mean[1]:.3f}", flush=True)
                reported, steps_then = self.elapsed, self.step
            if self.elapsed - checked >= o.check_minutes * 60:
                checked = self.elapsed
                self._check(check, losses)
                losses.clear()
            if self.elapsed - saved >= o.save_minutes * 60:
                saved = self.elapsed
                self.save()
        self._check(check, losses)

    def _enter(self, progress: float) -> None:
        """Moves to the phase that this part of the time belongs to."""
        o = self.o
        if self.phase == "head" and progress >= o.head_share:
            self.phase = "joint"
            # The average begins with the router as it is now, not with its random start.
            self.ema.network.load_state_dict(self.network.state_dict())
        if self.phase == "joint" and progress >= 1 - o.refit_share:
            self.phase = "refit"
            self.network.load_state_dict(self.ema.network.state_dict())
        if self.late_from < 0 and progress >= 1 - o.late_share:
            self.late_from = self.step

    def rates(self, progress: float) -> float:
        """Factor on the peak rates: a cosine over each phase's own time, after 100 steps of warm-up."""
        o = self.o
        joint = (o.head_share, 1 - o.refit_share)
        first, last = (0.0, o.head_share) if self.phase == "head" else joint
        part = min(1.0, max(0.0, (progress - first) / max(last - first, 1e-9)))
        return max(1e-3, 0.5 * (1 + math.cos(math.pi * part)) * min(1.0, (self.step + 1) / 100))

    def _one_step(self, maker: Balanced, progress: float) -> tuple[float, float]:
        o = self.o
        late = self.late_from >= 0
        if self.phase == "joint":
            plan = (o.late_per_kind, o.late_side) if late else (o.per_kind, o.side)
        else:
            plan = (o.head_per_kind, o.late_side if late else o.side)
        blurred, sharp, labels = maker.make(self.step, *plan)
        optimiser = self.joint if self.phase == "joint" else self.router
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * self.rates(progress)
        optimiser.zero_grad(set_to_none=True)
        halved = supports_bf16(self.device, self.o.precision)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=halved):
            if self.phase == "joint":
                answer, logits = self.network(blurred)
            else:
                answer, logits = None, self._head_alone(blurred)
        router = F.cross_entropy(logits.float(), labels, ignore_index=-1, label_smoothing=o.smoothing)
        if bool((labels < 0).all()):
            router = logits.float().sum() * 0
        if answer is None:
            loss, total = torch.zeros(()), router
        else:
            loss = psnr_loss(answer.float(), sharp, o.floor)
            total = loss + o.router_weight * router
        total.backward()
        if self.phase == "joint":
            nn.utils.clip_grad_norm_(self.network.parameters(), o.clip)
        optimiser.step()
        self.step += 1
        if self.phase == "joint":
            self.ema.update(self.network, self.step)
        return float(loss.detach()), float(router.detach())

    def _standardise(self, maker: Balanced) -> None:
        """Fits the router's input layers to the base's features; batches from far beyond the run."""
        pictures = torch.cat([maker.make(FAR + i, 2, self.o.side)[0] for i in range(6)])
        with torch.no_grad():
            head = self.network.mlp_branch
            head.standardise(self.network.encode(pictures)[1], head.energies(pictures))

    def _refit(self, maker: Balanced, began: float) -> None:
        """Draws samples until the time is over, then fits the averaged network's router to them."""
        o, seen, head = self.o, Seen(), self.network.mlp_branch

        def more() -> bool:
            self.elapsed = time.monotonic() - began
            return not self.stop and self.elapsed < o.minutes * 60

        collect(seen, self.ema.network, dataclasses.replace(maker, sharp_share=0.0), self.step, more, o.head_per_kind,
                o.refit_side, supports_bf16(self.device, self.o.precision))
        if len(seen):
            print(json.dumps(fit(head, seen, o.refit_rounds)), flush=True)
            self.ema.network.mlp_branch.load_state_dict(head.state_dict())

    def _head_alone(self, blurred: Tensor) -> Tensor:
        """Logits on the averaged encoder, which in the router's own phases is the network's."""
        with torch.no_grad():
            _, deep = self.ema.network.encode(blurred)
        return self.network.mlp_branch(deep, blurred)

    def _check(self, check: KindCheck, losses: list[tuple[float, float]]) -> None:
        network = self.network if self.phase == "head" else self.ema.network
        figures = check.run(network, self.device)
        network.train(network is self.network)
        mean = torch.tensor(losses or [(0.0, 0.0)]).mean(0)
        row: dict[str, Any] = {"minutes": round(self.elapsed / 60, 2), "phase": self.phase,
                               "step": self.step, "loss": round(float(mean[0]), 4),
                               "router_loss": round(float(mean[1]), 4)}
        row |= {name: round(value, 4) for name, value in figures.items()}
        print(json.dumps(row), flush=True)
        path = self.o.out / "curve.csv"
        fresh = not path.exists()
        with open(path, "a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, row.keys())
            if fresh:
                writer.writeheader()
            writer.writerow(row)


def read_checkpoint(path: Path) -> tuple[DeMoEConfig, dict[str, Tensor]]:
    """Configuration and averaged weights of a training checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    weights = {key: value.float().contiguous() for key, value in state["ema"].items()}
    return DeMoEConfig.from_json(state["config"]), weights
