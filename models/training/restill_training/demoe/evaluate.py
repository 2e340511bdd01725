"""Measures a DeMoE pack on held-out pictures: who is best at what, whether the router knows, what it costs.

All through the exported graphs, as the application runs them.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Iterator

import numpy as np
import torch
from torch import Tensor

from ..data.heldout import FIRST_SCENE_SEED, is_held_out
from ..data.sources import PhotoBank, PhotoGroup, copies_of, list_photos, load_rgb
from ..losses import psnr
from ..nets.demoe_router import EXPERTS
from ..synth.kernels import MARGIN
from ..synth.scenes import draw_scene
from .export import DeMoEPack
from .kinds import SIZES, make_sample

# Blurred against sharp, PSNR: above it they are the same picture.
UNCHANGED_DB = 60.0


def held_out_samples(photos: list[str], per_kind: int, side: int = 256,
                     seed: int = 60_311, unseen: bool = False) -> Iterator[tuple[int, float, Tensor, Tensor]]:
    """Yields (kind's number, size in pixels, blurred, sharp [3, side, side]), kinds in turn.

    A picture that its blur leaves as it was, a flat one, has nothing to restore and is drawn again: at 99 dB it
    outweighs all others. Only photographs and scenes that no training sees, with `unseen` all of `photos` and other scenes by
    seed; sizes of blur go round `SIZES`.
    """
    group, drawn = PhotoGroup(1.0), PhotoGroup(0.25)
    for path in list_photos(photos):
        if unseen or is_held_out(path):
            group.add(copies_of(load_rgb(path))[0], torch.device("cpu"))
    if not group.pictures:
        raise ValueError("none of the held-out photographs lies in --photos")
    first = FIRST_SCENE_SEED + (100 + 8 * (seed % 100) if unseen else 20)
    for number in range(8):
        drawn.add(draw_scene(first + number), torch.device("cpu"))
    bank = PhotoBank([group, drawn])
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    for number in range(per_kind):
        for kind, name in enumerate(EXPERTS):
            size = SIZES[name][number % len(SIZES[name])]
            while True:
                picture, other = (bank.crop(side + 2 * MARGIN, 1.0, rng) for _ in range(2))
                blurred, sharp = make_sample(name, picture, other, rng, generator, size)
                if psnr(blurred, sharp) < UNCHANGED_DB:
                    break
            yield kind, size, blurred, sharp


def expert_matrix(folder: Path, photos: list[str], per_kind: int, threads: int, seed: int, unseen: bool) -> dict[str, Any]:
    """Every expert on every kind, of one draw of pictures: mean PSNR in dB, gains of the own expert by size."""
    pack = DeMoEPack(folder, threads)
    count = len(EXPERTS)
    after, before = np.zeros((count, count)), np.zeros(count)
    changed = []
    sizes: dict[str, dict[str, list[float]]] = {name: {} for name in EXPERTS}
    for kind, size, blurred, sharp in held_out_samples(photos, per_kind, seed=seed, unseen=unseen):
        image = blurred.numpy()
        encoded = pack.encode(image)
        entry = psnr(blurred, sharp)
        before[kind] += entry
        answers = []
        for expert in range(count):
            answers.append(torch.from_numpy(pack.decode(image, encoded, np.eye(count, dtype=np.float32)[expert])))
            after[kind, expert] += psnr(answers[-1], sharp)
        changed.append(min(float((answers[kind] - a).abs().max()) for i, a in enumerate(answers) if i != kind))
        sizes[EXPERTS[kind]].setdefault(f"{size:g}", []).append(psnr(answers[kind], sharp) - entry)
    matrix = after / per_kind
    return {
        "seed": seed, "perKind": per_kind, "input": (before / per_kind).tolist(), "matrix": matrix.tolist(),
        "diagonalBest": bool((matrix.argmax(1) == np.arange(count)).all()), "leads": leads_of(matrix),
        "leastChange": min(changed),
        "gainBySize": {name: {s: float(np.mean(g)) for s, g in by.items()} for name, by in sizes.items()},
    }


def leads_of(matrix: np.ndarray) -> list[float]:
    """How far the own expert of every kind is before the best other one, dB; below zero: behind it."""
    return [float(row[i] - np.delete(row, i).max()) for i, row in enumerate(matrix)]


def routing(folder: Path, photos: list[str], per_kind: int, threads: int = 1) -> dict[str, Any]:
    """The router's confusion, and PSNR in dB of blends of the k likeliest experts."""
    pack = DeMoEPack(folder, threads)
    count = len(EXPERTS)
    routed, confusion = np.zeros((count, count)), np.zeros((count, count), int)
    for kind, _, blurred, sharp in held_out_samples(photos, per_kind):
        image = blurred.numpy()
        encoded = pack.encode(image)
        likely = pack.survey(image)
        confusion[kind, int(likely.argmax())] += 1
        for k in range(1, count + 1):
            answer = pack.decode(image, encoded, most_likely(likely, k))
            routed[kind, k - 1] += psnr(torch.from_numpy(answer), sharp)
    return {
        "perKind": per_kind, "confusion": confusion.tolist(), "accuracy": float(np.trace(confusion) / confusion.sum()),
        "routedByK": (routed / per_kind).tolist(),
    }


def router_on_photos(folder: Path, photos: list[str], per_kind: int, threads: int = 1, side: int = 448) -> dict[str, Any]:
    """How often the router names the right kind for whole photos, asked as the application asks."""
    pack = DeMoEPack(folder, threads)
    confusion = np.zeros((len(EXPERTS), len(EXPERTS)), int)
    for kind, _, blurred, _ in held_out_samples(photos, per_kind, side, seed=60_312):
        confusion[kind, int(pack.survey(blurred.numpy()).argmax())] += 1
    return {"confusionOnPhotos": confusion.tolist(), "accuracyOnPhotos": float(np.trace(confusion) / confusion.sum())}


def most_likely(likely: np.ndarray, k: int) -> np.ndarray:
    """Weights of the k likeliest experts, scaled to sum to one."""
    weights = np.where(likely >= np.sort(likely)[-k], likely, 0)
    return (weights / weights.sum()).astype(np.float32)


def seconds_by_experts(folder: Path, threads: int, side: int = 384, times: int = 7) -> list[float]:
    """Median seconds of one window with one, two ... five active experts, encoder included."""
    pack = DeMoEPack(folder, threads)
    image = np.random.default_rng(1).random((3, side, side), np.float32)
    found = []
    for k in range(1, len(EXPERTS) + 1):
        weights = np.float32([1 / k] * k + [0] * (len(EXPERTS) - k))
        spent = []
        for _ in range(times + 1):
            begun = time.perf_counter()
            pack.decode(image, pack.encode(image), weights)
            spent.append(time.perf_counter() - begun)
        found.append(float(np.median(spent[1:])))
    return found


def matrix_report(m: dict[str, Any]) -> str:
    """One draw's matrix as text."""
    lines = [f"seed {m['seed']}, {m['perKind']} pictures of each kind; PSNR dB, rows: kind of blur, columns: expert",
             f"{'':14s} input " + "".join(f"{e[:13]:>14s}" for e in EXPERTS)]
    for kind, name in enumerate(EXPERTS):
        cells = "".join(f"{v:14.3f}" for v in m["matrix"][kind])
        lines.append(f"{name:14s} {m['input'][kind]:5.2f}{cells}   lead {m['leads'][kind]:+.3f}")
    lines.append(f"diagonal best in every row: {m['diagonalBest']}; an override changes a value by at least {m['leastChange']:.4f}")
    for name, by in m["gainBySize"].items():
        lines.append(f"{name:14s} gain of its expert: " + ", ".join(f"{s} px {g:+.2f}" for s, g in by.items()))
    return "\n".join(lines)


def routing_report(m: dict[str, Any]) -> str:
    """What `routing` and `router_on_photos` found, as text."""
    lines = [f"router: accuracy {m['accuracy']:.3f}; on whole photos {m['accuracyOnPhotos']:.3f}, {m['confusionOnPhotos']}"]
    for kind, name in enumerate(EXPERTS):
        lines.append(f"{name:14s} recognised as {m['confusion'][kind]}   by k " +
                     " ".join(f"{v:.3f}" for v in m["routedByK"][kind]))
    return "\n".join(lines)
