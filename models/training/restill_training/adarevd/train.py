"""Trains the sub-decoders behind a frozen encoder, with the loss on the picture of every one.

The schedule follows wall time, as in `restill_training.train`; a resumed run goes on exactly.
"""

from __future__ import annotations

import csv
import json
import math
import os
import signal
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..data.batches import Inline, Prefetch
from ..data.setup import Material, gather
from ..ema import Ema
from ..losses import psnr_loss, spectrum_loss
from ..nets.adarevd import AdaRevD, AdaRevDConfig
from ..nets.nafnet import NAFNet, NAFNetConfig, parameter_count
from ..synth.pipeline import Recipe
from ..precision import supports_bf16
from .batches import HarderBatches
from .depths import Windows, prepare

AHEAD = 3
CHECKPOINT = "last.pt"
# Encoder of nafnet-edge-mini; decoders narrow enough for a pack of 9 MB. Each begins one level coarser
# than the one before: with four whole ones the second knew all that the fourth did.
MINI = AdaRevDConfig(
    encoder=NAFNetConfig(24, (1, 1, 1, 4), 1, (), 2), top=192, widths=(128, 96, 48, 16),
    sub_decoders=4, expansion=1, orthonormal=True, starts=(3, 2, 1, 0), plain=1,
)


def sparing() -> Recipe:
    """The training mix: sharp samples so many, and half of them soft by nature, that what needs nothing is known."""
    return Recipe.sparing(0.16, 0.5)


@dataclass
class DecoderOptions:
    """Everything a run depends on. Minutes count the whole run, resumed parts together.

    `encoder` is a whole NAFNet: its first half is the encoder, and while `teach` is above zero the
    picture of all of it is what the sub-decoders learn from beside the truth.
    """

    photos: list[str]
    pairs: list[str]
    out: Path
    minutes: float
    encoder: Path | None = None
    keep_pairs: list[str] = field(default_factory=list)
    config: AdaRevDConfig = MINI
    recipe: Recipe = field(default_factory=sparing)
    resume: bool = False
    device: str = "cpu"
    precision: str = "auto"
    seed: int = 1
    scenes: int = 96
    real_share: float = 0.4
    batch: int = 4
    side: int = 128
    late_batch: int = 2
    late_side: int = 256
    late_share: float = 0.25
    rate: float = 1e-3
    warm_up: int = 200
    spectrum: float = 0.05
    floor: float = 2e-3
    hard_share: float = 0.5
    teach: float = 0.8
    clip: float = 0.1
    check_minutes: float = 6.0
    save_minutes: float = 2.0
    threads: int = 2
    most_steps: int | None = None


def depth_weights(sub_decoders: int) -> list[float]:
    """Share of every sub-decoder in the loss. They rise with the square of the depth: the first must
    answer, but what it hands on counts more than its own picture."""
    squares = [(k + 1) ** 2 for k in range(sub_decoders)]
    return [s / sum(squares) for s in squares]


def depth_floors(sub_decoders: int, last: float) -> list[float]:
    """Floor in the loss of every sub-decoder: `last`, and for each before it a fourth of the next. What
    stops early is little blurred, so the early ones learn most from that, the late ones from the rest."""
    return [last / 4 ** (sub_decoders - 1 - k) for k in range(sub_decoders)]


def taught_share(most: float, progress: float) -> float:
    """Share of the teacher in the loss: `most` for half of the run, then falling to a tenth of it."""
    return most * min(1.0, max(0.1, 1 - 1.8 * (progress - 0.5)))


def lesson(picture: Tensor, taught: Tensor, blurred: Tensor, sharp: Tensor, floor: float) -> Tensor:
    """Squared distance to the teacher's picture, in dB of the sample: what it costs in PSNR to differ
    from the teacher, for small differences. Free of the detail that nobody can restore, which makes
    up most of the distance to the truth, and most of the noise in its gradient."""
    blur = (blurred - sharp).square().mean(dim=(1, 2, 3))
    apart = (picture - taught).square().mean(dim=(1, 2, 3))
    return 10 / math.log(10) * (apart / (blur + floor)).mean()


def load_teacher(config: NAFNetConfig, place: Path) -> NAFNet:
    """The NAFNet that lent its encoder, frozen."""
    from ..train import load_weights

    given = load_weights(place)
    decoder_blocks = tuple(
        1 + max(int(key.split(".")[2]) for key in given if key.startswith(f"decoders.{i}."))
        for i in range(len(config.encoder_blocks))
    )
    teacher = NAFNet(replace(config, decoder_blocks=decoder_blocks))
    teacher.load_state_dict(given)
    return teacher.eval().requires_grad_(False)


def load_encoder(encoder: nn.Module, place: Path) -> None:
    """Weights of a NAFNet (pack or checkpoint) into the encoder, which is frozen."""
    from ..train import load_weights

    wanted = encoder.state_dict()
    given = load_weights(place)
    missing = [key for key in wanted if key not in given or given[key].shape != wanted[key].shape]
    if missing:
        raise ValueError(f"{place} has no encoder of this shape: {', '.join(missing[:8])}")
    encoder.load_state_dict({key: given[key] for key in wanted})


class DecoderTrainer:
    """One run. A checkpoint holds enough to go on as if never interrupted."""

    def __init__(self, options: DecoderOptions) -> None:
        self.o = options
        self.device = torch.device(options.device)
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.bf16 = supports_bf16(self.device, options.precision)
        self.network = AdaRevD(options.config).to(self.device)
        for tail in self.network.outputs:
            nn.init.zeros_(tail[0].weight)
            nn.init.zeros_(tail[0].bias)
        if options.encoder is not None:
            load_encoder(self.network.encoder, options.encoder)
        self.network.encoder.requires_grad_(False)
        self.network = self.network.to(memory_format=torch.channels_last)
        self.ema = Ema(self.network)
        self.trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(
            self.trained, lr=options.rate, betas=(0.9, 0.9), weight_decay=1e-4, fused=True
        )
        self.weights = depth_weights(options.config.sub_decoders)
        self.floors = depth_floors(options.config.sub_decoders, options.floor)
        self.step, self.elapsed, self.late_from = 0, 0.0, -1
        self.stop = False
        self.teacher: NAFNet | None = None
        if options.teach and options.encoder is not None:
            teacher = load_teacher(options.config.encoder, options.encoder)
            self.teacher = teacher.to(self.device, memory_format=torch.channels_last)
        options.out.mkdir(parents=True, exist_ok=True)
        if options.resume and (options.out / CHECKPOINT).exists():
            self._load(options.out / CHECKPOINT)
        elif options.encoder is None:
            raise ValueError("the encoder's weights are missing: give --encoder PACK")
        if options.teach and options.encoder is None:
            raise ValueError("the teacher is missing: give --encoder PACK as before, or --teach 0")

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.ema.network.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.elapsed = int(state["step"]), float(state["elapsed"])
        self.late_from = int(state["late_from"])

    def save(self) -> None:
        """Writes the state; a half-written file never replaces a whole one."""
        state = {
            "network": self.network.state_dict(),
            "ema": self.ema.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "elapsed": self.elapsed,
            "late_from": self.late_from,
            "config": self.o.config.to_json(),
        }
        target = self.o.out / CHECKPOINT
        partial = target.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, target)

    def plan(self, number: int) -> tuple[int, int]:
        """Batch size and crop side of batch `number`: at last the window of the application, all of which
        the spectral branches see."""
        if 0 <= self.late_from <= number:
            return self.o.late_batch, self.o.late_side
        return self.o.batch, self.o.side

    def rate_at(self, progress: float) -> float:
        """Cosine over wall time, after `warm_up` steps."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        return max(1e-6, self.o.rate * cosine * min(1.0, (self.step + 1) / self.o.warm_up))

    def run(self, material: Material | None = None) -> Material:
        """Trains until the minutes are over or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "stop", True))
        o = self.o
        material = material or gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device, soft=True)
        print(
            f"{parameter_count(self.network)} parameters, {sum(p.numel() for p in self.trained)} trained; "
            f"{len(material.photos)} pictures, {len(material.pairs) if material.pairs else 0} pairs",
            flush=True,
        )
        windows = prepare(material, o.recipe)
        maker = HarderBatches(material.photos, material.pairs, o.recipe, o.real_share, o.seed, self.device,
                              material.soft, o.hard_share)
        batches: Prefetch | Inline
        if self.device.type == "cuda":
            batches = Prefetch(maker, self.step, self.plan, AHEAD)
        else:
            batches = Inline(maker, self.step, self.plan)
        try:
            self._loop(batches, windows)
        finally:
            batches.close()
            self.save()
        return material

    def _loop(self, batches: Prefetch | Inline, windows: Windows) -> None:
        o, began = self.o, time.monotonic() - self.elapsed
        budget = o.minutes * 60
        saved = checked = reported = self.elapsed
        losses: list[list[float]] = []
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
                means = torch.tensor(losses[-200:]).mean(0).tolist()
                print(f"{self.elapsed / 60:6.1f} min  step {self.step}  {speed:.2f} steps/s  loss "
                      + " ".join(f"{v:.3f}" for v in means), flush=True)
                reported, steps_then = self.elapsed, self.step
            if self.elapsed - checked >= o.check_minutes * 60:
                checked = self.elapsed
                self._check(windows)
            if self.elapsed - saved >= o.save_minutes * 60:
                saved = self.elapsed
                self.save()
        self._check(windows)

    def _one_step(self, batches: Prefetch | Inline, progress: float) -> list[float]:
        blurred, sharp = (x.to(self.device, non_blocking=True) for x in batches.next())
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate_at(progress)
        self.optimiser.zero_grad(set_to_none=True)
        share = taught_share(self.o.teach, progress) if self.teacher else 0.0
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            with torch.no_grad():
                features = self.network.encoder(blurred)
                taught = self.teacher(blurred).float() if self.teacher else None
            pictures = self.network.decode(blurred, features)
        each = []
        for picture, floor in zip((p.float() for p in pictures), self.floors):
            loss = self._loss(picture, sharp, floor)
            if taught is not None:
                loss = (1 - share) * loss + share * lesson(picture, taught, blurred, sharp, floor)
            each.append(loss)
        total = sum(w * loss for w, loss in zip(self.weights, each))
        assert isinstance(total, Tensor)
        total.backward()
        nn.utils.clip_grad_norm_(self.trained, self.o.clip)
        self.optimiser.step()
        self.step += 1
        self.ema.update(self.network, self.step)
        return [float(loss.detach()) for loss in each]

    def _loss(self, picture: Tensor, sharp: Tensor, floor: float) -> Tensor:
        loss = psnr_loss(picture, sharp, floor)
        return loss + self.o.spectrum * spectrum_loss(picture, sharp) if self.o.spectrum else loss

    def _check(self, windows: Windows) -> None:
        row: dict[str, Any] = {"minutes": round(self.elapsed / 60, 2), "step": self.step}
        row |= {k: round(v, 4) for k, v in windows.figures(self.ema.network, self.device).items()}
        print(json.dumps(row), flush=True)
        path = self.o.out / "curve.csv"
        fresh = not path.exists()
        with open(path, "a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, row.keys())
            if fresh:
                writer.writeheader()
            writer.writerow(row)


def read_run(path: Path) -> AdaRevD:
    """The averaged network of a run's checkpoint, on the CPU, in evaluation mode."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = AdaRevD(AdaRevDConfig.from_json(state["config"]))
    network.load_state_dict(state["ema"])
    return network.eval().requires_grad_(False)
