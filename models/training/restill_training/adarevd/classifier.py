"""Trains `ape`: which degradation class a window belongs to, from the encoder's features.

The label is the class of PSNR(blurred, sharp), shared with the neighbours it lies close to; encoder frozen,
cross-entropy (paper, section 3.3).
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..data.setup import Material, gather
from ..ema import Ema
from ..losses import psnr
from ..nets.adarevd import AdaRevD, blur_classifier
from ..synth.pipeline import Recipe
from .batches import HarderBatches
from .exits import class_of, edges_of
from ..precision import supports_bf16
from .train import CHECKPOINT, MINI, load_encoder, read_run, sparing

CLASSIFIER = "classifier.pt"
SIDE = 256
# Batches of this stage are numbered from here on: none of them was seen by the sub-decoders.
FIRST_BATCH = 10_000_000
# Width of the labels, dB.
SPREAD = 1.5
SAVED_SECONDS = 60


@dataclass
class ClassifierOptions:
    """As DecoderOptions; `hidden` are the classifier's channels, `checked` the batches its accuracy is measured on.

    Making a window and its features costs far more than a step of the classifier, so windows are used again:
    after every new batch come `replays` steps on `replayed` windows drawn at random from all so far. A resumed
    run collects anew. With `most_steps` the rate also falls by them, whichever is further on.
    """

    photos: list[str]
    pairs: list[str]
    out: Path
    minutes: float
    encoder: Path | None = None
    keep_pairs: list[str] = field(default_factory=list)
    recipe: Recipe = field(default_factory=sparing)
    resume: bool = False
    device: str = "cpu"
    threads: int = 2
    seed: int = 1
    scenes: int = 96
    real_share: float = 0.4
    hard_share: float = 0.5
    class_step: int = 5
    hidden: int = 96
    batch: int = 8
    rate: float = 1e-3
    decay: float = 3e-4
    replays: int = 6
    replayed: int = 32
    most_steps: int | None = None
    checked: int = 24


def maker_of(o: ClassifierOptions, material: Material | None) -> tuple[HarderBatches, Material]:
    """Batches of the training recipe, from material that is gathered where none is given."""
    device = torch.device(o.device)
    material = material or gather(o.photos, o.pairs, o.keep_pairs, o.scenes, device, soft=True)
    maker = HarderBatches(material.photos, material.pairs, o.recipe, o.real_share, o.seed, device, material.soft, o.hard_share)
    return maker, material


def labels_of(blurred: Tensor, sharp: Tensor, edges: list[float]) -> Tensor:
    """Degradation class of every window, int64 [N]."""
    return torch.tensor([class_of(psnr(b, s), edges) for b, s in zip(blurred, sharp)])


def shares_of(blurred: Tensor, sharp: Tensor, edges: list[float]) -> Tensor:
    """What the classifier shall say of every window, float [N, classes]: the share of a normal distribution
    about its PSNR, SPREAD dB wide, that falls into each class. Neighbours are no strangers: a window at an
    edge belongs to both, and a class too far costs more than the next one."""
    values = torch.tensor([psnr(b, s) for b, s in zip(blurred, sharp)])[:, None]
    below = torch.special.ndtr((torch.tensor(edges)[None] - values) / SPREAD)
    ends = torch.ones(len(values), 1)
    return torch.diff(torch.cat([0 * ends, below, ends], 1))


def frozen_encoder(o: ClassifierOptions) -> AdaRevD:
    """The run's network, or one with only the encoder's weights where no run lies in `out` yet."""
    if (o.out / CHECKPOINT).exists():
        return read_run(o.out / CHECKPOINT)
    if o.encoder is None:
        raise ValueError(f"{o.out} holds no run, and no --encoder is given")
    network = AdaRevD(MINI)
    load_encoder(network.encoder, o.encoder)
    return network.eval().requires_grad_(False)


def train_classifier(o: ClassifierOptions, material: Material | None = None) -> Material:
    """Trains for `minutes` (resumed parts together) and writes classifier.pt."""
    device = torch.device(o.device)
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    o.out.mkdir(parents=True, exist_ok=True)
    maker, material = maker_of(o, material)
    network = frozen_encoder(o).to(device)
    edges = edges_of(o.class_step)
    head = blur_classifier(network.config.features[3], o.hidden, len(edges) + 1).to(device)
    ema = Ema(head, 0.995)
    optimiser = torch.optim.AdamW(head.parameters(), lr=o.rate, weight_decay=o.decay, fused=True)
    step, elapsed = 0, 0.0
    path = o.out / CLASSIFIER
    if o.resume and path.exists():
        state = torch.load(path, map_location=device, weights_only=True)
        if state["edges"] == edges:
            head.load_state_dict(state["classifier"])
            ema.network.load_state_dict(state["ema"])
            optimiser.load_state_dict(state["optimiser"])
            step, elapsed = int(state["step"]), float(state["elapsed"])
    began, limit = time.monotonic() - elapsed, math.inf if o.most_steps is None else o.most_steps
    bf16, reported = supports_bf16(device, "auto"), elapsed
    losses: list[float] = []
    features, labels = [], []
    while elapsed < o.minutes * 60 and step < limit:
        progress = max(elapsed / (o.minutes * 60), step / limit)
        for group in optimiser.param_groups:
            group["lr"] = max(1e-6, o.rate * 0.5 * (1 + math.cos(math.pi * progress)))
        blurred, sharp = maker.make(FIRST_BATCH + o.checked + step, o.batch, SIDE)
        labels += shares_of(blurred, sharp, edges).to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16), torch.no_grad():
            features += network.encoder(blurred.to(device))[3].to(torch.bfloat16)
        rng = np.random.default_rng([o.seed, step])
        newest = np.arange(len(features) - o.batch, len(features))
        for chosen in (newest, *rng.integers(len(features), size=(o.replays, o.replayed))):
            told = head(torch.stack([features[i] for i in chosen]).float())
            loss = F.cross_entropy(told, torch.stack([labels[i] for i in chosen]))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimiser.step()
            ema.update(head, step)
            losses.append(float(loss.detach()))
        step += 1
        elapsed = time.monotonic() - began
        if elapsed - reported >= SAVED_SECONDS:
            reported = elapsed
            print(f"{elapsed / 60:6.1f} min  step {step}  cross-entropy {np.mean(losses[-200:]):.3f}", flush=True)
            _save(path, head, ema, optimiser, {"step": step, "elapsed": elapsed, "edges": edges, "hidden": o.hidden})
    accuracy, within_one = _accuracy(network, ema.network, maker, edges, o, device)
    print(f"classifier: {step} steps, accuracy {accuracy:.3f}, within one class {within_one:.3f}", flush=True)
    _save(path, head, ema, optimiser, {
        "step": step, "elapsed": elapsed, "edges": edges, "hidden": o.hidden, "accuracy": accuracy, "withinOne": within_one,
    })
    return material


def _save(path: Path, head: nn.Module, ema: Ema, optimiser: torch.optim.Optimizer, facts: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    weights = {"classifier": head.state_dict(), "ema": ema.network.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save(weights | facts, partial)
    os.replace(partial, path)


@torch.no_grad()
def _accuracy(network: AdaRevD, head: nn.Module, maker: HarderBatches, edges: list[float], o: ClassifierOptions,
              device: torch.device) -> tuple[float, float]:
    """Shares of windows put into their class, and into it or a neighbour, on batches never trained on."""
    distances = []
    for number in range(o.checked):
        blurred, sharp = maker.make(FIRST_BATCH + number, o.batch, SIDE)
        answer = head(network.encoder(blurred.to(device))[3]).argmax(1).cpu()
        distances.append((answer - labels_of(blurred, sharp, edges)).abs())
    found = torch.cat(distances)
    return float((found == 0).float().mean()), float((found <= 1).float().mean())


def read_classifier(path: Path, channels: int) -> tuple[nn.Sequential, list[float]]:
    """The averaged classifier of a run and its class edges."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    edges = [float(e) for e in state["edges"]]
    head = blur_classifier(channels, int(state["hidden"]), len(edges) + 1)
    head.load_state_dict(state["ema"])
    return head.eval().requires_grad_(False), edges
