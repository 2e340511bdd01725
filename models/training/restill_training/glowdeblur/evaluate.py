"""Measures a GLOWDeblur pack, by the exported graphs on pictures in one piece, as the application runs one tile."""

from __future__ import annotations

import ctypes
import multiprocessing
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor
from torch.nn import functional as F

from ..evaluate import as_float, as_pixels, psnr
from ..losses import psnr as psnr_of
from ..osdd.evaluate import Pictures
from ..osdd.naturalness import Naturalness
from ..restraint import Restraint
from .batches import hard_scenes
from .check import Seeing, direction_errors, moved_samples, reblur_psnr
from .export import GlowPack
from .network import GlowDeblur, read_checkpoint

STEPS = (1, 2, 4)
RESAMPLED = 10_000
# Of mallopt (glibc's malloc.h).
M_MMAP_THRESHOLD = -3


class Restorer:
    """A pack as the application uses it: padding, one seed, the pack's restraint."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.pack = GlowPack(folder, threads)
        self.restraint = Restraint.from_tables(self.pack.tables)

    def see(self, pixels: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """uint8 [H, W, 3] padded by reflection, and what the frozen graphs say of it."""
        h, w = pixels.shape[:2]
        m = self.pack.multiple
        image = np.pad(as_float(pixels), ((0, 0), (0, -h % m), (0, -w % m)), mode="reflect")
        return image, self.pack.see(image)

    def restore(self, pixels: np.ndarray, seen: tuple[np.ndarray, dict[str, np.ndarray]], **how: Any) -> np.ndarray:
        """uint8 [H, W, 3]; `how` as `GlowPack.restore`."""
        image, said = seen
        noise = np.random.default_rng(1).standard_normal(said["latent"].shape).astype(np.float32)
        answer = self.pack.restore(said, noise, **how)
        answer = answer if self.restraint is None else self.restraint.apply(image, answer)
        return as_pixels(answer[:, : pixels.shape[0], : pixels.shape[1]])


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Of uint8 [H, W, 3] (Wang et al. 2004: Gaussian window of 11, deviation 1.5), mean over colours."""
    axis = torch.arange(-5, 6, dtype=torch.float64)
    line = torch.exp(-axis.square() / 4.5)
    window = (line[:, None] * line / line.sum() ** 2)[None, None]
    a, b = (torch.from_numpy(x.astype(np.float64)).permute(2, 0, 1)[:, None] for x in (one, other))
    ma, mb, aa, bb, ab = (F.conv2d(x, window) for x in (a, b, a * a, b * b, a * b))
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    up = (2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2)
    return float((up / ((ma * ma + mb * mb + c1) * (aa - ma * ma + bb - mb * mb + c2))).mean())


def by_steps(restorer: Restorer, pictures: Pictures, natural: Naturalness) -> dict[str, Any]:
    """Means over the pictures without captions: of the input, the coarse picture, the answer by steps, the sharp side."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for blurred, sharp in pictures:
        def note(name: str, pixels: np.ndarray, truth: np.ndarray = sharp) -> None:
            rows.setdefault(name, []).append((psnr(pixels, truth), ssim(pixels, truth), natural.distance(pixels)))

        seen = restorer.see(blurred)
        note("input", blurred)
        note("coarse", as_pixels(seen[1]["coarse"][0, :, : blurred.shape[0], : blurred.shape[1]]))
        for steps in STEPS:
            note(str(steps), restorer.restore(blurred, seen, steps=steps))
        note("sharp", sharp)
    means = {name: dict(zip(("psnr", "ssim", "niqe"), np.mean(values, axis=0).tolist())) for name, values in rows.items()}
    gains = np.array([after[0] - before[0] for after, before in zip(rows["1"], rows["input"])])
    return {"count": len(pictures), "means": means, "worst": float(gains.min()), "best": float(gains.max())}


def bootstrap(differences: np.ndarray, seed: int = 3) -> dict[str, float]:
    """Mean of paired differences and its 95 % interval (percentiles of the means of resampled ones)."""
    rng = np.random.default_rng(seed)
    means = differences[rng.integers(len(differences), size=(RESAMPLED, len(differences)))].mean(1)
    low, high = np.percentile(means, (2.5, 97.5))
    return {"mean": float(differences.mean()), "low": float(low), "high": float(high)}


def captions(restorer: Restorer, count: int = 200, side: int = 192, steps: int = 1) -> dict[str, Any]:
    """PSNR on heavily blurred held-out scenes with no, the right and a wrong caption."""
    rows, families = [], []
    for blurred, sharp, right, wrong, family in hard_scenes(count, side):
        pixels, truth = (as_pixels(x.numpy()) for x in (blurred, sharp))
        seen = restorer.see(pixels)
        found = [psnr(restorer.restore(pixels, seen, caption=words, steps=steps), truth) for words in (None, right, wrong)]
        rows.append([psnr(pixels, truth), *found])
        families.append(family)
    table = np.array(rows)
    names = ("input", "none", "right", "wrong")
    return {
        "count": count, "means": dict(zip(names, table.mean(0).tolist())),
        "overNone": bootstrap(table[:, 2] - table[:, 1]), "overWrong": bootstrap(table[:, 2] - table[:, 3]),
        "families": {f: dict(zip(names, table[[f == g for g in families]].mean(0).tolist())) for f in dict.fromkeys(families)},
    }


def motions(restorer: Restorer, photos: list[Path], count: int = 60, side: int = 256) -> dict[str, float]:
    """Directions modulo 180 degrees and re-blurring, on held-out photographs under known trajectories."""
    from .check import held_out_bank

    def motion(image: Tensor) -> Tensor:
        return torch.from_numpy(restorer.pack.run("motion", image=image.numpy())["motion"])

    samples = moved_samples(held_out_bank(photos), count, side, seed=77)
    errors = np.concatenate([direction_errors(motion, s, restorer.pack.multiple) for s in samples])
    still, again = np.array([reblur_psnr(motion, s) for s in samples]).T
    return {"count": count, "cells": len(errors), "within20": float((errors < 20).mean()), "within10": float((errors < 10).mean()),
            "median": float(np.median(errors)), "unmoved": float(still.mean()), "reblurred": float(again.mean())}


def sharp_kept(restorer: Restorer, pictures: list[np.ndarray]) -> dict[str, dict[str, float]]:
    """What becomes of sharp photographs: mean and lowest PSNR, out against in, by steps."""
    found: dict[str, list[float]] = {}
    for pixels in pictures:
        seen = restorer.see(pixels)
        for steps in STEPS:
            found.setdefault(str(steps), []).append(psnr(restorer.restore(pixels, seen, steps=steps), pixels))
    return {steps: {"mean": float(np.mean(v)), "lowest": min(v)} for steps, v in found.items()}


@torch.no_grad()
def ablation(checkpoints: dict[str, Path], pictures: Pictures, natural: Naturalness, hard: int = 88) -> dict[str, dict[str, float]]:
    """Networks trained for as many steps with fewer guides (paper, Table 5, in small), one step: PSNR and NIQE on `pictures`,
    PSNR on heavily blurred scenes with their captions, where the network takes any."""
    scenes = hard_scenes(hard, 128)
    found = {}
    for name, path in checkpoints.items():
        config, weights = read_checkpoint(path)
        network = GlowDeblur(config).eval()
        network.load_state_dict(weights)
        state = torch.load(path, map_location="cpu", weights_only=True)
        seeing = Seeing(network, "mixed", tuple(state["without"]))
        rows = []
        for blurred, sharp in pictures:
            h, w = (n // config.reduction * config.reduction for n in blurred.shape[:2])
            answer = as_pixels(seeing(torch.from_numpy(as_float(blurred[:h, :w]))[None])[0].numpy())
            rows.append((psnr(answer, sharp[:h, :w]), natural.distance(answer)))
        told = [psnr_of(seeing.told(b[None], right)[0], s) for b, s, right, _, _ in scenes]
        mean = np.mean(rows, axis=0)
        found[name] = {"psnr": float(mean[0]), "niqe": float(mean[1]), "told": float(np.mean(told)), "steps": int(state["step"])}
    return found


def seconds(restorer: Restorer, rounds: int = 5) -> dict[str, float]:
    """Median seconds of a window: all of it with 1, 2 and 4 steps, and of one step and the decoder alone."""
    side = int(restorer.pack.pack["size"]["window"])
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    seen = restorer.see(pixels)
    found = {"see": _median(lambda: restorer.see(pixels), rounds)}
    for steps in STEPS:
        found[f"steps{steps}"] = _median(lambda s=steps: restorer.restore(pixels, seen, caption="a wall", steps=s), rounds)
    return found


def _median(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return float(np.median(times))


def attention(folder: Path, sides: tuple[int, ...] = (512, 1024, 1536, 2048), threads: int = 1, rounds: int = 9) -> list[dict[str, float]]:
    """Seconds and bytes of one call of the diffusion network for each latent of square pictures. Sizes are timed by turns,
    so that a slow moment is one of all; for its peak of memory each runs in a process of its own. Linux alone tells that."""
    call, multiple = _calls(folder, threads, True)
    counts = [side // multiple for side in sides]
    for n in counts:
        call(n)
    times = [[_seconds(call, n) for n in counts] for _ in range(rounds)]
    context = multiprocessing.get_context("spawn")
    rows = []
    for i, (side, n) in enumerate(zip(sides, counts)):
        grown = []
        for _ in range(3):
            with context.Pool(1) as pool:
                grown.append(pool.apply(_bytes, (str(folder), n, threads)))
        rows.append({"side": side, "tokens": n * n, "seconds": float(np.median([row[i] for row in times])) / n**2, "bytes": float(np.median(grown)) / n**2})
    return rows


def _seconds(call: Callable[[int], None], n: int) -> float:
    began = time.perf_counter()
    call(n)
    return time.perf_counter() - began


def _bytes(folder: str, n: int, threads: int) -> int:
    """What one call of n x n latents takes more than its process had."""
    # Large blocks go back to the system when they are freed: what a first call took would hide what the next one does.
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 65536)
    # The arena grows by doubling, which would hide what a call needs.
    call, _ = _calls(Path(folder), threads, False)
    # The first call also loads code; the next one meets it. What is free goes back, and the peak so far is forgotten.
    call(n)
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _resident("VmRSS")
    call(n)
    return _resident("VmHWM") - before


def _calls(folder: Path, threads: int, arena: bool) -> tuple[Callable[[int], None], int]:
    """A call of the diffusion network for n x n latents, and the pixels of a latent."""
    pack = GlowPack(folder)
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = arena
    session = ort.InferenceSession(str(folder / "dit.onnx"), options, providers=["CPUExecutionProvider"])
    latents, aligned, text = pack.tables["latent"]["channels"], pack.pack["architecture"]["aligned"], pack.tables["text"]["tokens"]

    def call(n: int) -> None:
        rng = np.random.default_rng(0)
        grid = {name: rng.standard_normal((1, c, n, n), np.float32)
                for name, c in (("latent", latents), ("guide", latents), ("aligned", aligned), ("motion", 4))}
        words = {"tokens": np.zeros((1, text, 2), np.float32), "mask": np.ones((1, text), np.float32)}
        session.run(None, grid | words | {"sigma": np.ones(1, np.float32)})

    return call, pack.multiple


def _resident(name: str) -> int:
    """Bytes of this process in memory, now (VmRSS) or at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
