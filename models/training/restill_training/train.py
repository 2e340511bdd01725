"""The trainer of nafnet-edge packs: PSNR loss, larger crops at the end."""

from __future__ import annotations

import math
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
from .run import Run, RunOptions
from .synth.pipeline import Recipe
from .validation import prepare


@dataclass(kw_only=True)
class TrainOptions(RunOptions):
    """Everything a run depends on."""

    config: NAFNetConfig = field(default_factory=NAFNetConfig)
    recipe: Recipe = field(default_factory=Recipe)
    start_from: Path | None = None
    real_share: float = 0.4
    batch: int = 6
    spectrum: float = 0.0
    floor: float = 4e-5
    clip: float = 0.1


class Trainer(Run):
    """One run; its best weights by the sum of both gains are kept beside the last ones."""

    o: TrainOptions

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        self.network = NAFNet(options.config).to(self.device)
        if options.start_from is not None:
            self.network.load_state_dict(load_weights(options.start_from))
        if self.halved:
            self.network = self.network.to(memory_format=torch.channels_last)
        self.ema = Ema(self.network)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=options.rate, betas=(0.9, 0.9), weight_decay=1e-4, fused=True,
        )
        self.best = -math.inf
        self.resume()
        self.forward: Any = torch.compile(self.network, dynamic=False) if options.compile else self.network

    def state(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(), "ema": self.ema.network.state_dict(),
            "optimiser": self.optimiser.state_dict(), "best": self.best, "config": self.o.config.to_json(),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.ema.network.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.best = float(state["best"])

    def run(self) -> None:
        """Trains until the minutes are over or the process is asked to end."""
        o = self.o
        material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device, o.recipe.soft_share > 0)
        print(
            f"{parameter_count(self.network)} parameters; {len(material.photos)} pictures, "
            f"{len(material.pairs) if material.pairs else 0} pairs; held out: "
            f"{len(material.held_out_pairs)} pairs, {len(material.held_out_photos)} photographs",
            flush=True,
        )
        self.check = prepare(material, o.recipe)
        self.train(BatchMaker(material.photos, material.pairs, o.recipe, o.real_share, o.seed, self.device, material.soft))

    def one_step(self, batches: Prefetch | Inline, progress: float) -> tuple[float, ...]:
        blurred, sharp = (x.to(self.device, non_blocking=True) for x in batches.next())
        for group in self.optimiser.param_groups:
            group["lr"] = self.o.rate * self.factor(progress)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.halved):
            answer = self.forward(blurred)
        answer = answer.float()
        loss = psnr_loss(answer, sharp, self.o.floor)
        total = loss + self.o.spectrum * spectrum_loss(answer, sharp) if self.o.spectrum > 0 else loss
        total.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.o.clip)
        self.optimiser.step()
        self.ema.update(self.network, self.step + 1)
        return (float(loss.detach()),)

    def figures(self) -> dict[str, float]:
        figures = self.check.run(self.ema.network, self.device, self.o.config.multiple_of)
        score = figures["real_gain"] + figures["synthetic_gain"]
        if score > self.best:
            self.best = score
            self.save("best.pt")
        return figures


def load_weights(path: Path) -> dict[str, torch.Tensor]:
    """Averaged weights of a checkpoint, or the weights inside a pack's ONNX file."""
    if path.suffix == ".pt":
        return torch.load(path, map_location="cpu", weights_only=True)["ema"]
    from .export import weights_of_pack

    return weights_of_pack(path)
